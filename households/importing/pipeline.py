"""From the file to the last row, for every kind of list: read, compare, write.

Everything up to the commit runs outside the writing transaction; the commit asks whether the comparison still holds.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from os.path import commonprefix
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from households.audit import record
from households.importing.comparing import batches_so_far, compare
from households.importing.comparison import Comparison, Task
from households.importing.county import compare_county, is_county_file
from households.importing.kinds import ListKind
from households.importing.read import read_table
from households.importing.reading import Reading
from households.importing.result import (
    IMPORT_REASON,
    MEANWHILE,
    REFUSED,
    ImportRefused,
    ImportResult,
    Problem,
)
from households.importing.table import Table
from households.models import AccessLog, Division, ImportBatch, ImportProblem, WaitingRow
from township.base.collector import collector_paused

STAGES = ("读取", "校验比对", "写入")
VALUE_LENGTH = 200

# What a higher floor does in the same transaction after a list was written: functions (batch).
after_commit: list[Callable[[ImportBatch], None]] = []


@dataclass
class Outcome:
    """What came of it. `table` is the list as read, for marking the user's own file."""

    result: ImportResult
    table: Table
    kind: ListKind


@dataclass(frozen=True, kw_only=True)
class Source:
    """The file that a batch is made of; `parent` is the batch whose waiting rows were corrected."""

    file_name: str
    sha256: str
    parent: ImportBatch | None = None


def reason_of(batch: ImportBatch) -> str:
    """Return the history reason of everything that a batch writes."""
    return f"{IMPORT_REASON} {batch.pk}"


def import_file(
    path: str | Path,
    kind: ListKind,
    task: Task,
    *,
    file_name: str | None = None,
    dry_run: bool = False,
    also: Callable[[ImportBatch], None] = lambda batch: None,
) -> Outcome:
    """Import one list; good rows go in, bad rows are refused with place and reason.

    With `dry_run`, or when no row is good, nothing is written and `result.batch` is None. `also` as in `commit`.
    Raises ImportRefused when the file as a whole cannot go in; then nothing was written.
    """
    path = Path(path)
    with collector_paused():
        comparison = compare_file(path, kind, task, file_name=file_name)
        if not dry_run and comparison.result.people:
            task.report(2, len(STAGES), STAGES[2])
            source = Source(file_name=file_name or path.name, sha256=sha256_of(path))
            commit(comparison, kind, task, source, also)
        task.report(len(STAGES), len(STAGES), "")
    return Outcome(comparison.result, comparison.table, kind)


def compare_file(
    path: Path, kind: ListKind, task: Task, *, file_name: str | None = None, reading: Reading | None = None
) -> Comparison:
    """Read a list, as the reading says where there is one, and find out what it would change; writes nothing.

    A county's list is read township by township, whatever its size. Raises ImportRefused for the list as a whole.
    """
    name = file_name or path.name
    task.report(0, len(STAGES), STAGES[0])
    if is_county_file(path, kind, task.by):
        return compare_county(path, kind, task, reading, name)
    table = read_table(path, kind, file_name=name, reading=reading)
    task.report(1, len(STAGES), STAGES[1])
    return compare(table, kind, task)


def commit(
    comparison: Comparison,
    kind: ListKind,
    task: Task,
    source: Source,
    also: Callable[[ImportBatch], None] = lambda batch: None,
) -> ImportBatch:
    """Write what the comparison found, with batch, problems, waiting rows and access log, in one transaction.

    `also` is called last in it, for what must stand or fall with the batch. Raises ImportRefused, with nothing
    written, when somebody else wrote meanwhile.
    """
    result = comparison.result
    batch = ImportBatch(
        # Whoever answers for the whole of the file may look at it: what all its townships' codes begin with.
        area=commonprefix(sorted(comparison.townships)),  # noqa: RUF071 - digit by digit is meant
        kind=kind.name, file_name=source.file_name[:200], sha256=source.sha256, sheet=result.sheet[:80],
        exported_on=comparison.table.exported_at.date() if comparison.table.exported_at else None,
        counts=result.counts(), choices=task.choices.as_json(), parent=source.parent,
        by=task.by, by_name=task.by_name[:80] or str(task.by or ""),
    )  # fmt: skip
    try:
        with transaction.atomic():
            _check_unchanged(comparison)
            batch.save(force_insert=True)
            at = timezone.now()
            for done, part in enumerate(comparison.parts()):
                task.report(done, len(comparison.townships), STAGES[2])
                part.write(batch, at)
                ImportProblem.objects.bulk_create(_problem_rows(batch, part.result.problems), batch_size=2000)
                if source.parent is None:  # else the rows that are still bad wait where they were
                    WaitingRow.objects.bulk_create(_waiting_rows(batch, part), batch_size=2000)
            _record(batch, comparison, task)
            for follow in after_commit:
                follow(batch)
            also(batch)
    except IntegrityError as error:
        raise ImportRefused(MEANWHILE) from error
    result.batch = batch.pk
    return batch


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_unchanged(comparison: Comparison) -> None:
    # The rows of the townships are the lock: a second import waits here (SQLite has one writer anyway).
    townships = [f"{township}000" for township in sorted(comparison.townships)]
    list(Division.objects.select_for_update().filter(area__in=townships).order_by("area"))
    if batches_so_far() != comparison.batches_before:
        raise ImportRefused(MEANWHILE)


def _record(batch: ImportBatch, comparison: Comparison, task: Task) -> None:
    townships = sorted(comparison.townships)
    record(
        AccessLog.Action.IMPORT,
        by=task.by,
        by_name=task.by_name,
        area=f"{townships[0]:0<12}" if len(townships) == 1 else "",
        target=reason_of(batch),
        rows=comparison.result.rows,
        file=batch.file_name,
        counts=batch.counts,
    )


def _problem_rows(batch: ImportBatch, problems: Any) -> Iterator[ImportProblem]:
    for p in problems:
        yield ImportProblem(
            batch=batch, sheet=p.sheet[:80], row=p.row, column=p.column[:60], value=p.value[:VALUE_LENGTH],
            level=p.level, code=p.code, message=p.message,
        )  # fmt: skip


def _waiting_rows(batch: ImportBatch, comparison: Comparison) -> Iterator[WaitingRow]:
    """The refused rows with all their cells, so that they can be corrected without the file."""
    problems: dict[int, list[Problem]] = defaultdict(list)
    for problem in comparison.result.problems:
        if problem.level == REFUSED:
            problems[problem.index].append(problem)
    owners = comparison.households()
    in_doubt = {line.index: line.candidates for line in comparison.preview_doubts()}
    table = comparison.table
    for index, found in sorted(problems.items()):
        cells = {
            name: value
            if isinstance(value := table.cell(index, name), int | float | bool | str)
            else str(value)
            for name in table.at
            if table.cell(index, name) is not None
        }
        yield WaitingRow(
            batch=batch,
            sheet=table.sheet_of(index)[:80],
            row=table.numbers[index],
            cells=json.dumps(cells, ensure_ascii=False),
            household_id=owners.get(index),
            problems=[
                {"field": p.field, "column": p.column, "code": p.code, "message": p.message} for p in found
            ],
            candidates=[asdict(candidate) for candidate in in_doubt.get(index, ())],
        )
