"""The lines of a people list's preview: who changes, which rows are refused or in doubt, whom the list lacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from households.importing.columns import Column
from households.importing.comparison import FieldChange, PreviewRow
from households.importing.lists.differ import NO_ROW, Differences
from households.importing.lists.fields import MEMBER_COLUMNS
from households.importing.lists.people import People
from households.importing.register.plan import Changes


def changed_lines(people: People, found: Differences) -> Iterator[PreviewRow]:
    """Yield who changes, old → new, in the order of the file; whose facts end comes last."""
    for key, change in found.changes.items():
        person = found.people[key] if key in found.people else found.lacked[key]
        subject = f"{people.villages.names[person.area]} {person.name}"
        index = None if change.row == NO_ROW else change.row
        shown = tuple(field_changes(change.values, found.old[key], MEMBER_COLUMNS))
        yield PreviewRow("members", "changed", subject, index, person.area, shown)


def missing_lines(people: People, found: Differences) -> Iterator[PreviewRow]:
    """Yield those whom the list lacks and who stay as they are."""
    for key, lacked in found.lacked.items():
        if key not in found.changes:
            subject = f"{people.villages.names[lacked.area]} {lacked.name}"
            yield PreviewRow("members", "missing", subject, None, lacked.area)


def refused_lines(people: People) -> Iterator[PreviewRow]:
    """Yield the refused rows about whose person there is no doubt."""
    for index in sorted(people.cleaned.problems.refused):
        if index not in people.candidates:
            yield PreviewRow("rows", "refused", _written(people, index), index, _area(people, index))


def doubt_lines(people: People) -> Iterator[PreviewRow]:
    """Yield the rows in doubt with everybody whom they may mean."""
    for index, candidates in sorted(people.candidates.items()):
        subject = _written(people, index)
        yield PreviewRow("rows", "doubt", subject, index, _area(people, index), candidates=candidates)


def field_changes(values: Changes, old: dict[str, Any], columns: dict[str, Column]) -> Iterable[FieldChange]:
    """Yield the changes of one row in words, under the headings of these columns."""
    for name, value in values.items():
        column = columns[name]
        yield FieldChange(column.label, column.in_words(old[name]), column.in_words(value))


def _written(people: People, index: int) -> str:
    """Who a row speaks of, in its own words."""
    village = people.cleaned.values["village"][index]
    person = people.members.get(index)
    name = (person.name if person is not None else people.names[index]) or _unnamed(people, index)
    return f"{village} {name}" if village else name


def _unnamed(people: People, index: int) -> str:
    """Where a row names its head alone, the person is the one under 成员2身份证号 of that household."""
    table = people.cleaned.table
    head = people.cleaned.values.get("head_name", [None] * people.cleaned.size)[index]
    own = table.row_labels.get(index, {}).get("id_number")
    return f"{head}户 {own}" if head and own else own or "姓名未填"


def _area(people: People, index: int) -> str:
    areas = people.areas[index]
    return next(iter(areas)) if len(areas) == 1 else ""
