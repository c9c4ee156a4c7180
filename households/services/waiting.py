"""The queue of refused rows: corrected or matched by hand they come in as a batch of their own, or they are dropped.

They also leave it when their file comes again, corrected.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from households.access import access_of
from households.audit import record
from households.importing.comparing import compare
from households.importing.comparison import Choices, Comparison, Task
from households.importing.kinds import ListKind, list_kinds
from households.importing.pipeline import Source, commit, reason_of
from households.importing.result import REFUSED, ImportRefused, ImportResult
from households.importing.table import Table
from households.models import AccessLog, ImportBatch, WaitingRow
from households.models.imports import WaitingRowQuerySet
from households.services.choice_checks import check_people
from households.services.known_files import batches_of
from township.base.batches import batches

FASTER = "其中有的行已由他人处理。请刷新页面后再继续。"
State = WaitingRow.State
# Another number means another household than the one the import knew.
HOUSEHOLD_NUMBER = "national_code"


def waiting_for(user: Any) -> WaitingRowQuerySet:
    """Return the rows that wait and that the user may correct, with their batches."""
    rows: WaitingRowQuerySet = WaitingRow.objects.visible_to(user).waiting()
    return rows.filter(batch__undone_at__isnull=True).select_related("batch")


def cells_of(row: WaitingRow) -> dict[str, Any]:
    """Return the cells of a row by field, as they were in the file or were corrected since."""
    cells: dict[str, Any] = json.loads(row.cells)
    return cells


def correct(
    rows: Mapping[WaitingRow, Mapping[str, str]],
    *,
    people: Mapping[WaitingRow, str] | None = None,
    by: Any,
    on: date,
) -> ImportResult:
    """Import rows of one batch anew, with corrected cells by field ("" clears one) and persons chosen by hand.

    `people` gives the id of the member whom a row means, or "nobody". Good rows come in as a batch of their own, whose
    parent is theirs, and are done; the others go on waiting with their corrections and what is wrong now. The result
    speaks of these rows alone. Raises ImportRefused (several batches, batch undone, somebody was faster),
    PermissionDenied.
    """
    chosen = people or {}
    ordered = sorted(rows, key=lambda row: (row.sheet, row.row, str(row.pk)))
    batch = _batch_of(ordered, by)
    kind = list_kinds[batch.kind]
    corrected = [_corrected(row, rows[row], kind) for row in ordered]
    check_people(chosen.values(), by)
    choices = replace(
        Choices.from_json(batch.choices) if batch.choices else Choices(),
        people={index: chosen[row] for index, row in enumerate(ordered) if row in chosen},
    )
    task = Task(on=on, by=by, choices=choices, first_imported_at=batch.at)
    table = _table(batch, kind, ordered, corrected)
    comparison = compare(table, kind, task)
    for counts in comparison.result.counted.values():
        counts.missing = 0  # nobody is missing for not being among a few rows

    def settle(new: ImportBatch | None) -> None:
        _settle(ordered, corrected, comparison, new, by)

    if comparison.result.people:
        source = Source(file_name=batch.file_name, sha256=batch.sha256, parent=batch)
        commit(comparison, kind, task, source, also=settle)
    else:
        with transaction.atomic():
            settle(None)
    return comparison.result


def drop(rows: Iterable[WaitingRow], *, by: Any, on: date) -> int:
    """Give rows up for good and return how many. Raises ImportRefused (somebody was faster), PermissionDenied."""
    ordered = list(rows)
    batch = _batch_of(ordered, by)
    with transaction.atomic():
        _close(ordered, State.DROPPED, by)
        record(
            AccessLog.Action.IMPORT, by=by, target=reason_of(batch), rows=len(ordered),
            step="待处理行不再导入", on=str(on), excel_rows=[row.row for row in ordered],
        )  # fmt: skip
    return len(ordered)


def take_over(batch: ImportBatch, files: Collection[str], *, by: Any) -> None:
    """Close what waits of earlier imports of these files (SHA-256): the batch has read their rows anew.

    What it refused again waits in it alone. Undoing the batch lets the earlier rows wait again. To be called in the
    batch's own transaction.
    """
    earlier = batches_of(by).filter(kind=batch.kind, sha256__in=files, undone_at__isnull=True)
    refused = set(batch.waiting.values_list("sheet", "row"))
    closed: dict[str, list[Any]] = defaultdict(list)
    rows = WaitingRow.objects.waiting().filter(batch__in=earlier.exclude(pk=batch.pk))
    for key, sheet, row in rows.values_list("pk", "sheet", "row"):
        closed[State.DROPPED if (sheet, row) in refused else State.DONE].append(key)
    for state, keys in closed.items():
        for some in batches(keys):
            WaitingRow.objects.filter(pk__in=some).update(
                state=state, settled_at=batch.at, settled_by_name=batch.by_name, settled_in=batch
            )


def _batch_of(rows: Sequence[WaitingRow], by: Any) -> ImportBatch:
    """Return the one batch of all rows, if the user may import into it and it still stands."""
    among = {row.batch_id for row in rows}
    if not rows:
        raise ImportRefused("请先选择要处理的行。")
    if len(among) > 1:
        raise ImportRefused("所选的行来自几个批次。请一次只处理同一批次的行。")
    batch = ImportBatch.objects.visible_to(by).filter(pk__in=among).first()
    if batch is None:
        raise PermissionDenied("这些行不在您的导入范围内。")
    access_of(by).demand(list_kinds[batch.kind].capability)
    if batch.undone_at is not None:
        raise ImportRefused("这一批次已经撤销，它的待处理行不能再导入。请重新上传改好的文件。")
    return batch


def _corrected(row: WaitingRow, corrections: Mapping[str, str], kind: ListKind) -> dict[str, Any]:
    cells = cells_of(row)
    for name, text in corrections.items():
        if name not in kind.by_field:
            raise ImportRefused(f"{kind.title}没有“{name}”这一列。请刷新页面后重新填写。")
        cells[name] = text.strip() or None
    return {name: cell for name, cell in cells.items() if cell is not None}


def _table(
    batch: ImportBatch, kind: ListKind, rows: Sequence[WaitingRow], cells: Sequence[Mapping[str, Any]]
) -> Table:
    """Put the rows together as a list in the kind's own columns, each where it stood in the file."""
    fields = [
        column.field
        for column in kind.columns
        if column.required or any(column.field in found for found in cells)
    ]
    table_rows = [tuple(found.get(name) for name in fields) for found in cells]
    exported_at = datetime.combine(batch.exported_on, time.min) if batch.exported_on else None
    table = Table(
        batch.sheet,
        0,
        {name: place for place, name in enumerate(fields)},
        {},
        list(table_rows),
        [row.row for row in rows],
        table_rows,
        exported_at=exported_at,
        row_sheets=[row.sheet for row in rows],
    )
    for index, row in enumerate(rows):
        if row.household_id and cells_of(row).get(HOUSEHOLD_NUMBER) == cells[index].get(HOUSEHOLD_NUMBER):
            table.households[index] = str(row.household_id)
    return table


def _settle(
    rows: Sequence[WaitingRow],
    cells: Sequence[Mapping[str, Any]],
    comparison: Comparison,
    batch: ImportBatch | None,
    by: Any,
) -> None:
    """Close the rows that came in; the others keep their corrections and say what is wrong now."""
    refused = comparison.result.problems.refused
    _close([row for index, row in enumerate(rows) if index not in refused], State.DONE, by, settled_in=batch)
    problems: dict[int, list[dict[str, str]]] = defaultdict(list)
    for p in comparison.result.problems:
        if p.level == REFUSED:
            problems[p.index].append(
                {"field": p.field, "column": p.column, "code": p.code, "message": p.message}
            )
    doubts = {line.index: line.candidates for line in comparison.preview_doubts()}
    owners = comparison.households() if batch is not None else {}
    waiting = [index for index in range(len(rows)) if index in refused]
    for index in waiting:
        row = rows[index]
        row.cells = json.dumps(cells[index], ensure_ascii=False)
        row.problems = problems[index]
        row.candidates = [asdict(candidate) for candidate in doubts.get(index, ())]
        row.household_id = owners.get(index) or comparison.table.households.get(index)
        if (
            not WaitingRow.objects.waiting()
            .filter(pk=row.pk)
            .update(
                cells=row.cells,
                problems=row.problems,
                candidates=row.candidates,
                household_id=row.household_id,
            )
        ):
            raise ImportRefused(FASTER)


def _close(rows: Sequence[WaitingRow], state: str, by: Any, **values: Any) -> None:
    closed = (
        WaitingRow.objects.waiting()
        .filter(pk__in=[row.pk for row in rows])
        .update(state=state, settled_at=timezone.now(), settled_by_name=str(by)[:80], **values)
    )
    if closed != len(rows):
        raise ImportRefused(FASTER)
