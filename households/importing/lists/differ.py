"""Compares what the rows of a list say with the register: what really changes, who wins, whom the list lacks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q

from households.importing.comparison import Choices
from households.importing.lists.fields import BLANK, FOLLOWS, MEMBER_COLUMNS, Adds, Cleared
from households.importing.lists.people import Person
from households.importing.lists.rows import Rows
from households.importing.register.local import KEPT_LOCAL, changed_locally
from households.importing.register.plan import Change, Changes
from households.importing.register.stored import chunks
from households.models import Member

NO_ROW = -1


class Lacked(NamedTuple):
    """Somebody who has what the list is about, in a village that it names, but does not stand in it."""

    id: UUID
    area: str
    name: str


@dataclass
class Differences:
    """What a list changes, by member; `old` holds the stored values of everybody that it speaks of."""

    changes: dict[UUID, Change] = field(default_factory=dict)
    unchanged: set[UUID] = field(default_factory=set)
    lacked: dict[UUID, Lacked] = field(default_factory=dict)
    old: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    people: dict[UUID, Person] = field(default_factory=dict)
    kept: int = 0
    """Ended facts that stay because the township changed them after the file's export."""


def compare_rows(
    rows: Rows, given: dict[int, Changes], *, choices: Choices, since: datetime | None, several_rows: bool
) -> Differences:
    """Compare the facts that the rows give (by index, None: not said) with the register; refuses contradictions.

    since: when the file was exported; what the township changed itself after that stays (see comparison.WINS).
    """
    found = Differences()
    first = _first_rows(rows, given, several_rows)
    fields = tuple(sorted({name for facts in given.values() for name in facts}))
    versions = _load(found, list(first), fields)
    for key, index in first.items():
        found.people[key] = rows.person(index)
        values = _differing(given[index], found.old[key], choices)
        if values:
            found.changes[key] = Change(index, versions[key], values)
        else:
            found.unchanged.add(key)
    _keep_local(rows, found, fields, choices, since)
    return found


def find_lacked(rows: Rows, found: Differences, receiving: Q) -> None:
    """Find who has what the list is about and stands in none of its rows, in the villages that it names."""
    spoken = {person.id for person in rows.people.members.values()}
    spoken |= {UUID(c.member) for several in rows.people.candidates.values() for c in several}
    areas = _named_areas(rows) or {person.area for person in rows.people.members.values()}
    members = Member.objects.filter(
        receiving, left_on__isnull=True, household__closed_on__isnull=True, area__in=sorted(areas)
    )
    for row in members.order_by("area", "household_id", "id").values_list("id", "area", "name"):
        if row[0] not in spoken:
            found.lacked[row[0]] = Lacked(*row)


def _named_areas(rows: Rows) -> set[str]:
    """The villages that the list names; a name that two townships have counts where the row's person lives."""
    named: set[str] = set()
    for index, areas in enumerate(rows.people.areas):
        person = rows.people.members.get(index)
        if len(areas) == 1 or (person is not None and person.area in areas):
            named |= areas if len(areas) == 1 or person is None else {person.area}
    return named


def end_lacked(
    found: Differences, ended: Changes, choices: Choices, since: datetime | None, kind: str
) -> None:
    """Let the facts of those whom the list lacks end; they become changes without a row."""
    fields = tuple(sorted(ended))
    versions = _load(found, list(found.lacked), fields)
    changes: dict[UUID, Change] = {}
    for key in found.lacked:
        if values := _differing(ended, found.old[key], choices):
            changes[key] = Change(NO_ROW, versions[key], values)
    if since is not None:
        for key, names in changed_locally(Member, changes, fields, since, kind).items():
            kept = {name for name in changes[key].values if name in names and _wins(choices, name) == "newer"}
            if kept:
                found.kept += 1
                _drop(changes, key, kept)
    found.changes |= changes


def _first_rows(rows: Rows, given: dict[int, Changes], several_rows: bool) -> dict[UUID, int]:
    """Return the first good row of each person; a later one that says something else is refused and names it."""
    first: dict[UUID, int] = {}
    numbers = rows.cleaned.table.numbers
    for index in rows.good:
        earlier = first.setdefault(rows.person(index).id, index)
        if earlier == index or numbers[earlier] == numbers[index]:
            continue
        if given[earlier] != given[index]:
            row = numbers[earlier]
            message = f"与第 {row} 行是同一个人而内容不同，已取第 {row} 行。请核对两行，只留一行。"
            rows.cleaned.refuse(index, rows.people.blamed(index), "duplicate", message)
        elif not several_rows:
            message = f"与第 {numbers[earlier]} 行是同一个人，内容相同，只算一次。"
            rows.warn(index, rows.people.blamed(index), "repeated", message)
    return first


def _load(found: Differences, keys: list[UUID], fields: tuple[str, ...]) -> dict[UUID, datetime]:
    versions: dict[UUID, datetime] = {}
    for chunk in chunks(keys):
        for key, version, *values in Member.objects.filter(pk__in=chunk).values_list(
            "id", "updated_at", *fields
        ):
            versions[key] = version
            found.old[key] = dict(zip(fields, values, strict=True))
    return versions


def _differing(given: Changes, old: dict[str, Any], choices: Choices) -> Changes:
    values: Changes = {}
    for name, value in given.items():
        is_kept = old[name] not in BLANK and _wins(choices, name) == "township"
        if value is None or is_kept:
            continue
        if isinstance(value, Adds):
            value = value.to(old[name])
        elif isinstance(value, Cleared):
            value = None
        if value != old[name]:
            values[name] = value
    for follower, leader in FOLLOWS.items():
        if (
            follower in values
            and leader not in values
            and (old[follower] not in BLANK or values[follower] in BLANK)
        ):
            del values[follower]
    return values


def _keep_local(
    rows: Rows, found: Differences, fields: tuple[str, ...], choices: Choices, since: datetime | None
) -> None:
    if since is None or not found.changes:
        return
    for key, names in changed_locally(Member, found.changes, fields, since, rows.cleaned.kind.name).items():
        change = found.changes[key]
        kept = {
            name
            for name in change.values
            if (name in names or FOLLOWS.get(name) in names) and _wins(choices, name) == "newer"
        }
        for name in sorted(kept - FOLLOWS.keys()):
            rows.warn(change.row, MEMBER_COLUMNS[name], "kept_local", KEPT_LOCAL)
        _drop(found.changes, key, kept)
        if key not in found.changes:
            found.unchanged.add(key)


def _drop(changes: dict[UUID, Change], key: UUID, names: set[str]) -> None:
    for name in names:
        del changes[key].values[name]
    if not changes[key].values:
        del changes[key]


def _wins(choices: Choices, name: str) -> str:
    return choices.wins_of(MEMBER_COLUMNS[name].group)
