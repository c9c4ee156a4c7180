"""Compares a list of incomes with the register: which household and year a row is of, what is new, what changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Q

from households.importing.comparison import Task
from households.importing.lists.people import within
from households.importing.lists.rows import Rows
from households.importing.places import importable_townships
from households.importing.register.local import KEPT_LOCAL, changed_locally
from households.importing.register.plan import Change, Changes
from households.importing.register.stored import chunks
from households.models import Household, Income

FIELDS = (
    "people_count", "wage_yuan", "business_yuan", "property_yuan", "transfer_yuan", "business_cost_yuan",
    "compliant_self_pay_yuan", "claims_yuan",
)  # fmt: skip


class Owner(NamedTuple):
    """The household of a row; `people_count` are its active people."""

    id: UUID
    area: str
    head_name: str
    national_code: str | None
    code: str
    people_count: int


@dataclass
class IncomeDifferences:
    """What a list changes: new incomes by row, changes by income; `households` and `years` of the rows that go in."""

    new: dict[int, Changes] = field(default_factory=dict)
    changes: dict[UUID, Change] = field(default_factory=dict)
    unchanged: set[int] = field(default_factory=set)
    households: dict[int, Owner] = field(default_factory=dict)
    years: dict[int, int] = field(default_factory=dict)
    old: dict[UUID, dict[str, Any]] = field(default_factory=dict)

    @staticmethod
    def version_of(income: Income) -> tuple[Any, ...]:
        """Return the state of an income that a comparison holds on to."""
        return tuple(getattr(income, name) for name in FIELDS)


class Incomes:
    """The comparison of one list; `otherwise` is the year of a row that names none, where the person named none."""

    def __init__(self, rows: Rows, task: Task, since: datetime | None, otherwise: int) -> None:
        self.rows, self.task, self.since = rows, task, since
        self.found = IncomeDifferences()
        answer = rows.answers.get("year", "")
        self.year = int(answer) if answer.isascii() and answer.isdigit() else otherwise

    def compare(self) -> IncomeDifferences:
        """Find households, then incomes; refuses rows without a household or that contradict an earlier one."""
        self._find_households()
        first = self._first_rows()
        stored = self._stored(first)
        for (household, year), index in first.items():
            given = self._given(index)
            if not given:
                self.found.unchanged.add(index)
                continue
            income = stored.get((household, year))
            if income is None:
                given.setdefault("people_count", max(1, self.found.households[index].people_count))
                self.found.new[index] = given
            else:
                self._differ(index, income, given)
        self._keep_local()
        return self.found

    def _find_households(self) -> None:
        """By number where the row gives one, else by its person; both must mean the same household."""
        cleaned, people = self.rows.cleaned, self.rows.people
        codes = cleaned.values["household_code"]
        townships = importable_townships(self.task.by)
        by_code: dict[str, Owner] = {}
        for chunk in chunks(list({code for code in codes if code is not None})):
            for found in _owners(townships, Q(national_code__in=chunk) | Q(code__in=chunk)):
                by_code |= {code: found for code in (found.code, found.national_code) if code is not None}
        wanted = {person.household_id for person in people.members.values()}
        by_id = {
            found.id: found for chunk in chunks(list(wanted)) for found in _owners(townships, Q(pk__in=chunk))
        }
        for index, code in enumerate(codes):
            by_person = people.members.get(index)
            owner = by_code.get(code) if code is not None else None
            if owner is not None:
                # A household's number is enough, whoever the row's person may be.
                people.candidates.pop(index, None)
                if by_person is not None and by_person.household_id != owner.id:
                    message = "户编号和证件号码（或姓名）在系统中不是同一户。请核对，改正其中一项。"
                    cleaned.refuse(index, "household_code", "household_differs", message)
            elif by_person is not None:
                owner = by_id.get(by_person.household_id)
            if owner is not None:
                self.found.households[index] = owner
        people.refuse_unmatched(self.found.households.keys())

    def _first_rows(self) -> dict[tuple[UUID, int], int]:
        """Return the first good row of each household and year; a later one that says something else is refused."""
        first: dict[tuple[UUID, int], int] = {}
        cleaned = self.rows.cleaned
        for index in cleaned.problems.good(range(cleaned.size)):
            year = self.found.years[index] = self.rows.value(index, "year") or self.year
            earlier = first.setdefault((self.found.households[index].id, year), index)
            if self._given(earlier) != self._given(index):
                row = cleaned.table.numbers[earlier]
                message = f"与第 {row} 行是同一户而内容不同，已取第 {row} 行。请核对两行，只留一行。"
                cleaned.refuse(index, self.rows.people.blamed(index), "duplicate", message)
        return first

    def _given(self, index: int) -> Changes:
        return {name: value for name in FIELDS if (value := self.rows.value(index, name)) is not None}

    def _stored(self, first: dict[tuple[UUID, int], int]) -> dict[tuple[UUID, int], UUID]:
        stored: dict[tuple[UUID, int], UUID] = {}
        years = {year for _household, year in first}
        for chunk in chunks(list({household for household, _year in first})):
            rows = Income.objects.filter(household_id__in=chunk, year__in=years)
            for key, household, year, *facts in rows.values_list("id", "household_id", "year", *FIELDS):
                stored[household, year] = key
                self.found.old[key] = dict(zip(FIELDS, facts, strict=True))
        return stored

    def _differ(self, index: int, income: UUID, given: Changes) -> None:
        old = self.found.old[income]
        keeps = self.task.choices.wins_of("income") == "township"
        values = {n: value for n, value in given.items() if value != old[n] and not (keeps and old[n])}
        if values:
            self.found.changes[income] = Change(index, tuple(old.values()), values)
        else:
            self.found.unchanged.add(index)

    def _keep_local(self) -> None:
        changes = self.found.changes
        if self.since is None or not changes or self.task.choices.wins_of("income") != "newer":
            return
        for key, names in changed_locally(
            Income, changes, FIELDS, self.since, self.rows.cleaned.kind.name
        ).items():
            change = changes[key]
            for name in sorted(names & change.values.keys()):
                self.rows.warn(change.row, name, "kept_local", KEPT_LOCAL)
                del change.values[name]
            if not change.values:
                del changes[key]
                self.found.unchanged.add(change.row)


def _owners(townships: list[str], wanted: Q) -> list[Owner]:
    count = Count("members", filter=Q(members__left_on__isnull=True))
    rows = within(Household.objects.filter(wanted, closed_on__isnull=True), townships).annotate(count=count)
    return [
        Owner._make(row)
        for row in rows.values_list("id", "area", "head_name", "national_code", "code", "count")
    ]
