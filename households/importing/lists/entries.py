"""Lists whose rows are rows of a register: payments, qualifications, loans. Compared, previewed, written alike.

A kind says with a `Register` what a row is in the database; who the rows are, what is there already, what really
changes and the writing are the same for all. A blank cell changes nothing, and nothing is ever taken away by a list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model

from households.importing.columns import Column
from households.importing.comparison import Comparison, PreviewRow, Status, Task
from households.importing.kinds import ListKind
from households.importing.lists.lines import doubt_lines, field_changes, refused_lines
from households.importing.lists.matching import match_people
from households.importing.lists.people import People, Person
from households.importing.lists.rows import Rows
from households.importing.lists.villages import TOWNSHIP_DIGITS
from households.importing.pipeline import reason_of
from households.importing.register.local import KEPT_LOCAL, changed_locally
from households.importing.register.plan import Change, Changes
from households.importing.register.stored import chunks
from households.importing.result import MEANWHILE, ImportRefused, ImportResult
from households.importing.table import Table
from households.importing.validate import clean_table
from households.importing.writing import write_changes, write_history
from households.models import ImportBatch, Member
from township.base.history import CREATED

COUNTED = "entries"
HAS_GONE = "这个人已于 {on} 登记减少，已按名单登记。请核对起止日期，或这笔钱是否还应发放。"


@dataclass(frozen=True, kw_only=True)
class Register:
    """What a row of a list is in the database.

    `of(rows, index)` gives the values that the row says, None where it refused the row. `is_household(values)`: the row
    belongs to the household as a whole. `same(stored, values)`: they are the same row, whatever else differs.
    `identity(values)`: rows of one owner with equal ones are the same row of the list. `defaults` of a new row.
    `words`: how each field is called and shown, `shown(values)` the values in words. `takes_gone`: people who left or
    whose household was closed are taken, with a doubt. `collide(stored, values)`: what is to be said of a row beside
    another one of its owner, "" for nothing.
    """

    model: type[Model]
    of: Callable[[Rows, int], Changes | None]
    is_household: Callable[[Changes], bool]
    same: Callable[[Changes, Changes], bool]
    identity: Callable[[Changes], tuple[Any, ...]]
    words: dict[str, Column]
    defaults: Changes = field(default_factory=dict)
    shown: Callable[[Changes], Changes] = dict
    collide: Callable[[Changes, Changes], str] | None = None
    takes_gone: bool = False
    has_member: bool = True
    has_batch: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(self.words)


@dataclass(frozen=True)
class Entry:
    """A good row: whose it is, and what it says."""

    index: int
    person: Person
    is_household: bool
    values: Changes

    @property
    def owner(self) -> UUID:
        return self.person.household_id if self.is_household else self.person.id


@dataclass
class EntryDifferences:
    """What a list changes: new rows by index, changes by key of the stored row."""

    new: dict[int, Entry] = field(default_factory=dict)
    changed: dict[UUID, Entry] = field(default_factory=dict)
    changes: dict[UUID, Change] = field(default_factory=dict)
    old: dict[UUID, Changes] = field(default_factory=dict)
    unchanged: set[int] = field(default_factory=set)


class EntriesComparison(Comparison):
    """What a list of payments, qualifications or loans would change."""

    def __init__(
        self, rows: Rows, register: Register, result: ImportResult, found: EntryDifferences, by: Any
    ) -> None:
        self.rows, self.register, self.result, self.found, self.by = rows, register, result, found, by
        areas = {person.area for person in rows.people.members.values()}
        self.townships = {area[:TOWNSHIP_DIGITS] for area in areas}

    def preview(self) -> Iterator[PreviewRow]:
        changed = [
            (entry, self.found.changes[key].values, self.found.old[key])
            for key, entry in self.found.changed.items()
        ]
        new = [(entry, entry.values, None) for entry in self.found.new.values()]
        for entry, values, old in sorted((*changed, *new), key=lambda line: line[0].index):
            status: Status = "new" if old is None else "changed"
            before = dict.fromkeys(values) if old is None else self.register.shown(old)
            after = self.register.shown(values if old is None else {**old, **values})
            lines = field_changes({name: after[name] for name in values}, before, self.register.words)
            yield PreviewRow(
                COUNTED, status, self._subject(entry), entry.index, entry.person.area, tuple(lines)
            )
        yield from doubt_lines(self.rows.people)
        yield from refused_lines(self.rows.people)

    def preview_doubts(self) -> Iterator[PreviewRow]:
        return doubt_lines(self.rows.people)

    def households(self) -> dict[int, UUID]:
        refused = self.result.problems.refused
        return {i: person.household_id for i, person in self.rows.people.members.items() if i in refused}

    def write(self, batch: ImportBatch, at: datetime) -> None:
        model, reason = self.register.model, reason_of(batch)
        write_changes(
            model, self.found.changes, version_of=self._version_of, by=self.by, at=at, reason=reason
        )
        self._demand_still_there()
        rows = [self._row(entry, batch, at) for entry in self.found.new.values()]
        model._default_manager.bulk_create(rows, batch_size=2000)
        write_history(model, [row.pk for row in rows], kind=CREATED, by=self.by, at=at, reason=reason)

    def _row(self, entry: Entry, batch: ImportBatch, at: datetime) -> Any:
        values: Changes = {**self.register.defaults, **entry.values}
        if self.register.has_member:
            values["member_id"] = None if entry.is_household else entry.person.id
        if self.register.has_batch:
            values["batch"] = batch
        return self.register.model(
            household_id=entry.person.household_id,
            area=entry.person.area,
            recorded_by=self.by,
            recorded_at=at,
            **values,
        )

    def _version_of(self, row: Any) -> tuple[Any, ...]:
        return tuple(getattr(row, name) for name in self.register.fields)

    def _demand_still_there(self) -> None:
        """Raise ImportRefused where somebody went into another household, or one moved, since the comparison."""
        expected = {entry.person.id: entry.person for entry in self.found.new.values()}
        for chunk in chunks(list(expected)):
            rows = Member.objects.filter(pk__in=chunk).values_list("pk", "household_id", "area")
            if any((household, area) != expected[key][1:3] for key, household, area in rows):
                raise ImportRefused(MEANWHILE)

    def _subject(self, entry: Entry) -> str:
        village = self.rows.people.villages.names[entry.person.area]
        return (
            f"{village} {entry.person.head_name}户"
            if entry.is_household
            else f"{village} {entry.person.name}"
        )


def compare_entries(table: Table, task: Task, kind: ListKind, register: Register) -> EntriesComparison:
    """Find out what a list would change in a register; see Register."""
    cleaned = clean_table(table, kind)
    people = match_people(cleaned, by=task.by, choices=task.choices)
    if register.takes_gone:
        _take_gone(people)
    people.refuse_unmatched()
    people.warn_differences()
    on = table.exported_at.date() if table.exported_at else task.on
    rows = Rows(cleaned, people, task.choices.answers, on)
    found = _differ(rows, _first_rows(rows, register), register)
    _keep_local(rows, found, register, task.changed_after(table.exported_at))
    result = ImportResult(table.sheet, table.header_row, cleaned.size, cleaned.problems, notes=table.notes)
    counts = result.count(COUNTED)
    counts.new, counts.changed, counts.unchanged = len(found.new), len(found.changes), len(found.unchanged)
    return EntriesComparison(rows, register, result, found, task.by)


def _take_gone(people: People) -> None:
    """What somebody got before he died or left is his all the same."""
    for index, person in list(people.gone.items()):
        if index not in people.cleaned.problems.refused:
            people.members[index] = people.gone.pop(index)
            message = HAS_GONE.format(on=person.left_on or person.closed_on)
            people.cleaned.warn(index, people.blamed(index), "has_left", message)


def _first_rows(rows: Rows, register: Register) -> list[Entry]:
    """Return the good rows, one for each row of the register; a later one that says something else is refused."""
    first: dict[tuple[Any, ...], Entry] = {}
    for index in rows.good:
        values = register.of(rows, index)
        if values is None:
            continue
        entry = Entry(index, rows.person(index), register.is_household(values), values)
        earlier = first.setdefault((entry.owner, *register.identity(values)), entry)
        if earlier.values != values:
            row = rows.cleaned.table.numbers[earlier.index]
            message = f"与第 {row} 行是同一笔而内容不同，已取第 {row} 行。请核对两行，只留一行。"
            rows.cleaned.refuse(index, rows.people.blamed(index), "duplicate", message)
    return list(first.values())


def _differ(rows: Rows, entries: list[Entry], register: Register) -> EntryDifferences:
    found = EntryDifferences()
    stored = _stored({entry.person.household_id for entry in entries}, register)
    for entry in entries:
        known = next(
            ((key, old) for key, old in stored.get(entry.owner, ()) if register.same(old, entry.values)), None
        )
        if known is None:
            found.new[entry.index] = entry
            _warn_collisions(rows, entry, entry.values, stored.get(entry.owner, ()), register)
            continue
        key, old = known
        values = {name: value for name, value in entry.values.items() if value != old[name]}
        if values:
            found.old[key], found.changed[key] = old, entry
            found.changes[key] = Change(entry.index, tuple(old.values()), values)
            others = [other for other in stored[entry.owner] if other[0] != key]
            _warn_collisions(rows, entry, {**old, **values}, others, register)
        else:
            found.unchanged.add(entry.index)
    return found


def _warn_collisions(
    rows: Rows, entry: Entry, values: Changes, others: Iterable[tuple[UUID, Changes]], register: Register
) -> None:
    if register.collide is None:
        return
    message = next(
        (
            said
            for _key, other in others
            if (said := register.collide(other, {**register.defaults, **values}))
        ),
        "",
    )
    if message:
        rows.warn(entry.index, rows.people.blamed(entry.index), "overlap", message)


def _stored(households: set[UUID], register: Register) -> dict[UUID, list[tuple[UUID, Changes]]]:
    """Return the rows of the households by their owner: the person, or the household as a whole."""
    member = ("member_id",) if register.has_member else ()
    stored: dict[UUID, list[tuple[UUID, Changes]]] = {}
    for chunk in chunks(list(households)):
        rows = register.model._default_manager.filter(household_id__in=chunk).order_by("pk")
        for key, household, *rest in rows.values_list("pk", "household_id", *member, *register.fields):
            owner = (rest.pop(0) if member else None) or household
            stored.setdefault(owner, []).append((key, dict(zip(register.fields, rest, strict=True))))
    return stored


def _keep_local(rows: Rows, found: EntryDifferences, register: Register, since: datetime | None) -> None:
    if since is None or not found.changes:
        return
    kept = changed_locally(register.model, found.changes, register.fields, since, rows.cleaned.kind.name)
    for key, names in kept.items():
        change = found.changes[key]
        for name in sorted(names & change.values.keys()):
            rows.warn(
                change.row,
                rows.people.blamed(change.row),
                "kept_local",
                f"{register.words[name].label}：{KEPT_LOCAL}",
            )
            del change.values[name]
        if not change.values:
            del found.changes[key], found.changed[key]
            found.unchanged.add(change.row)
