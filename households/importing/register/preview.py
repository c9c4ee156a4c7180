"""The lines of a register's preview: households and people that are new, change or are missing, in the file's order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from uuid import UUID

from households.choices import DisabilityKind
from households.importing import clean
from households.importing.columns import Column, OneOf
from households.importing.comparison import FieldChange, PreviewRow
from households.importing.kinds import ListKind
from households.importing.register.commit import Commit
from households.importing.register.plan import Change
from households.importing.register.stored import (
    HOUSEHOLD_FIELDS,
    INCOME_FIELDS,
    MEMBER_FIELDS,
    StoredHousehold,
    StoredMember,
)
from households.models import Household, Member
from township.base.batches import batches

# What a change is shown under when its own field has no column: the column it follows from.
SHOWN_AS = {"group_id": "group", "risks": "risk_1"}
# Follows from another value that is shown already; a birth date would tell half of a masked number.
SILENT = frozenset({"has_temporary_id", "birth_on", "initials", "work_region", "people_count"})


# What the certificate's number says; a register has no columns for it.
DERIVED = {
    column.field: column
    for column in (
        Column("disability_kind", "残疾类别", OneOf(DisabilityKind), "member"),
        Column("disability_level", "残疾等级", clean.integer, "member"),
    )
}


def lines(commit: Commit) -> Iterator[PreviewRow]:
    """Yield the new, changed, missing and refused lines of a comparison, household by household."""
    yield from _households(commit)
    yield from _members(commit)
    yield from _refused(commit)
    yield from _missing(commit)


def _households(commit: Commit) -> Iterator[PreviewRow]:
    plan, matched = commit.plan, commit.matched
    for number in plan.new_households:
        source = matched.families[number].source
        name = plan.heads[number] or "户主待补"
        yield PreviewRow("households", "new", _place(commit, source, name), source, _area(commit, source))
    incomes = {stored.id: owner for owner, stored in commit.stored.incomes.items()}
    changed: dict[UUID, list[FieldChange]] = {}
    rows: dict[UUID, int] = {}
    phones = _sealed(Household, "phone", plan.households)
    for key, change in plan.households.items():
        household = commit.stored.households[key]
        old = _old_household(household) | {"phone": phones.get(key)}
        changed.setdefault(key, []).extend(_changes(commit, change, old))
        rows[key] = change.row
    for key, change in plan.incomes.items():
        owner = incomes[key]
        old = dict(zip(INCOME_FIELDS, commit.stored.incomes[owner].facts, strict=True))
        changed.setdefault(owner, []).extend(_changes(commit, change, old))
        rows.setdefault(owner, change.row)
    for number, facts in plan.new_incomes.items():
        if number in matched.households:
            owner, source = matched.households[number].id, matched.families[number].source
            changed.setdefault(owner, []).extend(_changes(commit, Change(source, None, facts), {}))
            rows.setdefault(owner, source)
    for key, found in changed.items():
        household = commit.stored.households[key]
        subject = f"{_village(commit, household.area)} {household.facts[2]}户"
        yield PreviewRow("households", "changed", subject, rows[key], household.area, tuple(found))


def _members(commit: Commit) -> Iterator[PreviewRow]:
    plan, values = commit.plan, commit.cleaned.values
    for _number, index in plan.new_members:
        subject = _place(commit, index, str(values["name"][index]))
        yield PreviewRow("members", "new", subject, index, _area(commit, index))
    people = {member.id: member for members in commit.stored.members.values() for member in members}
    numbers = _sealed(Member, "id_number", plan.members)
    for key, change in plan.members.items():
        member = people[key]
        subject = f"{_village(commit, member.area)} {member.facts[0]}"
        old = _old_member(member) | {"id_number": numbers.get(key)}
        found = tuple(_changes(commit, change, old))
        yield PreviewRow("members", "changed", subject, change.row, member.area, found)


def _refused(commit: Commit) -> Iterator[PreviewRow]:
    names = commit.cleaned.values["name"]
    for index in sorted(commit.cleaned.problems.refused):
        subject = _place(commit, index, names[index] or "姓名未填")
        yield PreviewRow("rows", "refused", subject, index, _area(commit, index))


def _missing(commit: Commit) -> Iterator[PreviewRow]:
    villages = {area for area in commit.places.areas if area is not None}
    here = {household.id for household in commit.matched.households.values()}
    for household in commit.stored.households.values():
        if household.closed_on is None and household.area in villages and household.id not in here:
            subject = f"{_village(commit, household.area)} {household.facts[2]}户"
            yield PreviewRow("households", "missing", subject, None, household.area)
    for people in commit.stored.members.values():
        for member in people:
            if member.left_on is None and member.area in villages and member.id not in commit.matched.seen:
                subject = f"{_village(commit, member.area)} {member.facts[0]}"
                yield PreviewRow("members", "missing", subject, None, member.area)


def _changes(commit: Commit, change: Change, old: dict[str, object]) -> Iterator[FieldChange]:
    kind: ListKind = commit.cleaned.kind
    for name, value in change.values.items():
        if name in SILENT:
            continue
        label, show = _column(kind, name)
        before = show(old[name]) if old.get(name) is not None else ""
        yield FieldChange(label, before, show(value))


def _sealed(model: type[Household | Member], name: str, changes: Mapping[UUID, Change]) -> dict[UUID, str]:
    """Return what is registered in an encrypted field that changes; `Stored` holds its blind index only."""
    keys = [key for key, change in changes.items() if name in change.values]
    return {
        key: value
        for some in batches(keys)
        for key, value in model.objects.filter(pk__in=some).values_list("pk", name)
    }


def _column(kind: ListKind, name: str) -> tuple[str, Callable[[object], str]]:
    """Return under which heading and in which words a field is shown; what follows from the ID has no column."""
    column = kind.by_field.get(SHOWN_AS.get(name, name))
    if column is not None:
        return column.label, column.in_words
    return DERIVED[name].label, DERIVED[name].in_words


def _old_household(household: StoredHousehold) -> dict[str, object]:
    return dict(zip(HOUSEHOLD_FIELDS, household.facts, strict=True)) | {"group_id": household.group}


def _old_member(member: StoredMember) -> dict[str, object]:
    return dict(zip(MEMBER_FIELDS, member.facts, strict=True))


def _place(commit: Commit, index: int, name: str) -> str:
    area = commit.places.areas[index]
    village = _village(commit, area) if area else str(commit.cleaned.values["village"][index] or "村名未填")
    return f"{village} {name}"


def _area(commit: Commit, index: int) -> str:
    return commit.places.areas[index] or ""


def _village(commit: Commit, area: str) -> str:
    return commit.places.villages[area].name
