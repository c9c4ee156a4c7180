"""Compares an edited table with the register, cell by cell, against the state in which it was exported.

Three values meet at every cell: as exported (from the history), as it is now, and as the file has it. Only what the
person edited counts; what the register changed meanwhile stays, and both values are listed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model

from households.access import Capability
from households.importing.clean import BadCell
from households.importing.columns import Column
from households.importing.comparison import Comparison, FieldChange, PreviewRow, Task
from households.importing.edited.keys import RowKey, plain, unseal
from households.importing.edited.tables import CLEAR, KEY, NUMBER, EditedTable, written
from households.importing.edited.write import Edit, write_edits
from households.importing.kinds import ListKind
from households.importing.pipeline import reason_of
from households.importing.places import TOWNSHIP_DIGITS
from households.importing.register.stored import chunks
from households.importing.result import ImportResult, Problems
from households.importing.table import Table
from households.importing.validate import Cleaned
from households.models import ImportBatch

Facts = dict[str, Any]
NO_KEY = (
    "这一行没有编号键，可能是新增的行。这里只修改已有的数据；"
    "新增的人和户请用“导入名单”或在系统里登记，并从本表删去这一行。"
)
BAD_KEY = (
    "编号键与这一行的序号、户码等灰色单元格对不上：可能排序或粘贴时没有带上隐藏的第一列，或改动了灰色的列。"
    "请从系统重新导出后再改。"
)
NOT_YOURS = "系统里没有您可以修改的这一行：它可能不在您的管辖范围，或已销户、已减少。请从系统重新导出。"


@dataclass
class _Found:
    """The rows of the file by what their keys say: the model's rows, and their values when they were exported."""

    keys: dict[int, RowKey] = field(default_factory=dict)
    rows: dict[UUID, Any] = field(default_factory=dict)
    before: dict[int, Facts] = field(default_factory=dict)
    recorded: set[UUID] = field(default_factory=set)

    def exported(self, index: int, now: Facts) -> Facts | None:
        """The values of a row when it was exported; None where nobody can tell any more.

        A row without any record since it was made has not changed.
        """
        key = self.keys[index]
        if key.version:
            return self.before.get(key.version)
        return None if key.row in self.recorded else now


class EditedComparison(Comparison):
    """What an edited table would change; `edits` by row of the database."""

    def __init__(self, table: EditedTable, cleaned: Cleaned, task: Task) -> None:
        self.edited, self.cleaned, self.task = table, cleaned, task
        self.edits: dict[UUID, Edit] = {}
        self.found = _find(table, cleaned, task)
        self._compare()
        self._leave_out_refused()
        table.check(cleaned, self.edits)
        self._leave_out_refused()
        self.townships = {row.area[:TOWNSHIP_DIGITS] for row in self.found.rows.values()}
        self.result = self._count(cleaned.table)

    def preview(self) -> Iterator[PreviewRow]:
        what = self.edited.counted[0]
        for edit in self.edits.values():
            subject = self.edited.subject(edit.row)
            yield PreviewRow(what, "changed", subject, edit.index, edit.row.area, tuple(self._shown(edit)))
        for index in sorted(self.cleaned.problems.refused):
            key = self.found.keys.get(index)
            row = self.found.rows.get(key.row) if key else None
            subject = self.edited.subject(row) if row else f"第 {self.cleaned.table.numbers[index]} 行"
            yield PreviewRow("rows", "refused", subject, index, row.area if row else "")

    def write(self, batch: ImportBatch, at: datetime) -> None:
        write_edits(self.edited, self.edits, by=self.task.by, at=at, reason=reason_of(batch))

    def households(self) -> dict[int, UUID]:
        return {
            index: self.edited.household_of(self.found.rows[key.row])
            for index, key in self.found.keys.items()
            if index in self.cleaned.problems.refused and key.row in self.found.rows
        }

    def _compare(self) -> None:
        clears = self.task.choices.answers.get("blanks") == CLEAR
        for index, key in self.found.keys.items():
            row = self.found.rows.get(key.row)
            if row is None:
                self.cleaned.refuse(index, KEY.field, "not_found", NOT_YOURS)
                continue
            now = {name: getattr(row, name) for name in self.edited.fields}
            values = self._edited(index, now, clears=clears)
            if index not in self.cleaned.problems.refused and values:
                self._check_row(index, row, values)
                self.edits[key.row] = Edit(index, row, now, values)

    def _leave_out_refused(self) -> None:
        refused = self.cleaned.problems.refused
        self.edits = {key: edit for key, edit in self.edits.items() if edit.index not in refused}

    def _edited(self, index: int, now: Facts, *, clears: bool) -> Facts:
        """Return the new values of a row: of the cells that were edited and that nobody else changed meanwhile."""
        exported = self.found.exported(index, now)
        values: Facts = {}
        for column in self.edited.columns:
            if column.field not in self.cleaned.table.at:
                continue
            then = exported[column.field] if exported is not None else None
            cell = self.cleaned.raw(index, column.field)
            if exported is not None and plain(cell) == plain(written(column, then)):
                continue
            found = self._value(index, column, cell, clears=clears)
            if found is _NOTHING or found == now[column.field] or (exported is not None and found == then):
                continue
            has_changed = exported is None or now[column.field] != then
            if self._takes(index, column, now[column.field], found, has_changed=has_changed):
                values[column.field] = found
        return values

    def _value(self, index: int, column: Column, cell: object, *, clears: bool) -> Any:
        try:
            found = column.clean(cell)
        except BadCell as bad:
            self.cleaned.refuse(index, column.field, bad.code, bad.message)
            return _NOTHING
        if found is not None:
            return found
        if not clears:
            return _NOTHING
        empty = _empty_value(self.edited.model, column.field)
        if empty is _NOTHING:
            self.cleaned.refuse(index, column.field, "empty", f"{column.label}不能是空白。请补填。")
        return empty

    def _takes(self, index: int, column: Column, now: Any, found: Any, *, has_changed: bool) -> bool:
        """Whether the file's value goes in; a value that is kept although somebody edited its cell is listed."""
        wins = self.task.choices.wins_of(column.group) if column.group else "newer"
        if wins == "township":
            return now in (None, "", [])
        if wins == "file" or not has_changed:
            return True
        self.cleaned.warn(
            index, column.field, "kept_local",
            f"导出之后系统里有人改过这一项，已保留系统里的值“{column.in_words(now) or '空白'}”，"
            f"没有改为“{column.in_words(found) or '空白'}”。如应以文件为准，请在系统中修改。",
        )  # fmt: skip
        return False

    def _check_row(self, index: int, row: Any, values: Facts) -> None:
        """Refuse the row for what cannot be true and follows from what was changed."""
        facts = {one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields} | values
        for fields, message in self.edited.problems(row, facts, self.task.on):
            if changed := [name for name in fields if name in values]:
                self.cleaned.refuse(index, changed[0], "implausible", message)

    def _shown(self, edit: Edit) -> Iterator[FieldChange]:
        for column in self.edited.columns:
            if column.field in edit.values:
                old, new = edit.seen[column.field], edit.values[column.field]
                yield FieldChange(column.label, column.in_words(old), column.in_words(new))

    def _count(self, table: Table) -> ImportResult:
        result = ImportResult(
            table.sheet, table.header_row, self.cleaned.size, self.cleaned.problems,
            notes=[*table.notes, *self._notes()],
        )  # fmt: skip
        counts = result.count(self.edited.counted[0])
        counts.changed = len(self.edits)
        counts.unchanged = self.cleaned.size - result.refused - len(self.edits)
        return result

    def _notes(self) -> Iterator[str]:
        """Say which grey cells were edited all the same: they do not go in."""
        for one in self.edited.shown:
            if one.is_anchor or one.field not in self.cleaned.table.at:
                continue
            differing = sum(
                str(self.cleaned.raw(index, one.field) or "") != one.value(row)
                for index, key in self.found.keys.items()
                if (row := self.found.rows.get(key.row)) is not None
            )
            if differing:
                yield f"“{one.label}”只供辨认，其中 {differing} 行与系统不同，没有导入。"


def compare_edited(table: EditedTable, kind: ListKind, read: Table, task: Task) -> EditedComparison:
    """Find out what an edited table would change."""
    return EditedComparison(table, Cleaned(read, kind, {}, Problems(read)), task)


_NOTHING: Any = object()


def _empty_value(model: type[Model], name: str) -> Any:
    """What a cleared field holds; _NOTHING where it cannot be empty."""
    stored: Any = model._meta.get_field(name)
    if stored.null:
        return None
    if not stored.blank:
        return _NOTHING
    return [] if stored.default is list else "" if stored.empty_strings_allowed else _NOTHING


def _find(table: EditedTable, cleaned: Cleaned, task: Task) -> _Found:
    """Read the keys of the file, and the rows they name that the person may edit."""
    found = _Found(keys=dict(_keys(table, cleaned)))
    model: Any = table.model
    wanted = [key.row for key in found.keys.values()]
    allowed = model._default_manager.all()
    if task.by is not None:
        allowed = allowed.within(task.by, Capability.EDIT_FACTS)
    history = model.history.model.objects
    for chunk in chunks(wanted):
        rows = table.editable(allowed.filter(pk__in=chunk)).select_related(*table.related)
        found.rows |= {row.pk: row for row in rows}
        found.recorded.update(history.filter(id__in=chunk).values_list("id", flat=True).distinct())
    numbers = [key.version for key in found.keys.values() if key.version]
    for versions in chunks(numbers):
        records = history.filter(history_id__in=versions).values("history_id", *table.fields)
        found.before |= {record.pop("history_id"): record for record in records}
    return found


def _keys(table: EditedTable, cleaned: Cleaned) -> Iterator[tuple[int, RowKey]]:
    first: dict[UUID, int] = {}
    for index in range(cleaned.size):
        cell = cleaned.raw(index, KEY.field)
        text = str(cell).strip() if cell is not None else ""
        if not text:
            cleaned.refuse(index, KEY.field, "no_key", NO_KEY)
            continue
        key = unseal(table.name, text, (cleaned.raw(index, name) for name in table.anchors))
        if key is None:
            cleaned.refuse(index, KEY.field, "bad_key", BAD_KEY)
        elif key.row in first:
            number = cleaned.table.numbers[first[key.row]]
            message = f"与第 {number} 行是同一行（编号键相同），只按第 {number} 行导入。请删去多余的一行。"
            cleaned.refuse(index, NUMBER.field, "twice", message)
        else:
            first[key.row] = index
            yield index, key


def changed_to(edits: Mapping[UUID, Edit], name: str) -> dict[UUID, Any]:
    """Return the new values of one field by row, for the checks of a table."""
    return {key: edit.values[name] for key, edit in edits.items() if name in edit.values}
