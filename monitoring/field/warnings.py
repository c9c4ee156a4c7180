"""The warnings that a person is to verify on the spot: which, until when, and how urgent; one entry per household."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from households.access import Capability, access_of
from households.models import Household
from monitoring.models import WarningCase
from monitoring.models.warnings import WarningCaseQuerySet
from monitoring.warning_clock import Colour, colour_of
from township.base.masking import mask_id_number, mask_people

SHORT = 80
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?", re.ASCII)
# The looks of parts.css; a word stands beside every colour.
LOOKS = {
    Colour.NORMAL: "due",
    Colour.YELLOW: "due_soon",
    Colour.ORANGE: "overdue",
    Colour.RED: "overdue",
}


def open_warnings(user: Any) -> WarningCaseQuerySet:
    """Return the cases a person is to verify, by deadline: a monitor's own, for a cadre those of his villages."""
    cases = WarningCase.objects.visible_to(user).within(user, Capability.VERIFY_WARNING).to_verify()
    if access_of(user).is_monitor_only:
        cases = cases.filter(monitor=user)
    related = ("batch", "member", "household__village", "household__group")
    found: WarningCaseQuerySet = cases.select_related(*related).defer("raw").order_by("due_on", "code")
    return found


def person_of(case: WarningCase) -> str:
    """Return who is meant: as the register knows him, else as the department wrote."""
    return str(case.member.name if case.member else mask_people(case.person_name))


@dataclass(frozen=True)
class Warned:
    """A case with its colour on a day."""

    case: WarningCase
    colour: Colour
    days_over: int
    is_mine: bool = True  # to verify by whoever looks at it

    @property
    def look(self) -> str:
        return LOOKS[self.colour]

    @property
    def deadline(self) -> str:
        """The number that makes a person go: until when, or how long overdue."""
        if self.days_over > 0:
            return f"超期 {self.days_over} 天"
        return f"{self.case.due_on:%m-%d} 前核查" if self.case.due_on else "待核查"

    @property
    def person(self) -> str:
        """Who is meant: as the register knows him, else as the department wrote."""
        return person_of(self.case)

    @property
    def id_number(self) -> str:
        return mask_id_number(self.case.id_number)

    @property
    def amount(self) -> str:
        """The amount in 元, grouped, without empty 分; "" where the list has none."""
        yuan = self.case.amount_yuan
        return "" if yuan is None else f"{yuan:,.2f}".removesuffix(".00")

    @property
    def extra_amount(self) -> str:
        """The amount where the department's own words do not say it already."""
        said = (written.replace(",", "") for written in NUMBER.findall(self.case.content.replace("，", ",")))
        return "" if any(Decimal(one) == self.case.amount_yuan for one in said) else self.amount

    @property
    def text(self) -> str:
        """What the department says, without the numbers of people in it."""
        return mask_people(self.case.content)


def warned(case: WarningCase, on: date, is_mine: bool = True) -> Warned:
    """Return a case as it stands on a day."""
    days_over = (on - case.due_on).days if case.due_on else 0
    return Warned(case, colour_of(case.due_on, on), days_over, is_mine)


def warnings_in(household: Household, user: Any, on: date) -> list[Warned]:
    """Return the cases of a household that somebody is to verify, also those of another monitor."""
    cases = WarningCase.objects.visible_to(user).to_verify().filter(household=household)
    mine = set(open_warnings(user).filter(household=household).values_list("pk", flat=True))
    rows = cases.select_related("batch", "member", "monitor").defer("raw").order_by("due_on", "code")
    return [warned(case, on, case.pk in mine) for case in rows]


@dataclass(frozen=True)
class WarnedEntry:
    """Whom to go to for warnings alone: a household, or (None) a person who is in none."""

    household: Household | None
    cases: list[Warned]


class WarnedHouseholds:
    """A person's warnings on a day by household, the most urgent first; one query."""

    def __init__(self, user: Any, on: date) -> None:
        self.households: dict[UUID, Household] = {}
        self.unregistered: list[Warned] = []
        self._cases: defaultdict[UUID, list[Warned]] = defaultdict(list)
        for case in open_warnings(user):
            if case.household is None:
                self.unregistered.append(warned(case, on))
            else:
                self.households[case.household.pk] = case.household
                self._cases[case.household.pk].append(warned(case, on))

    def cases_of(self, household: UUID) -> list[Warned]:
        return self._cases.get(household, [])

    def without(self, others: set[UUID]) -> list[WarnedEntry]:
        """Return the entries of the households that are not among others, then of the people in no household."""
        return [
            *(
                WarnedEntry(household, self._cases[pk])
                for pk, household in self.households.items()
                if pk not in others
            ),
            *(WarnedEntry(None, [one]) for one in self.unregistered),
        ]


def next_warned(user: Any, on: date, after: Household) -> WarnedEntry | None:
    """Return whom to go to for a warning after a household: the most urgent, None where no warning is left."""
    return next(iter(WarnedHouseholds(user, on).without({after.pk})), None)


def warnings_of(user: Any, on: date) -> list[dict[str, Any]]:
    """Return the warnings that a phone takes along (contract.md): IDs masked, the amount (元) as text, one query."""
    return [row_of(warned(case, on)) for case in open_warnings(user)]


def row_of(one: Warned) -> dict[str, Any]:
    case = one.case
    return {
        "id": str(case.pk),
        "household": str(case.household_id) if case.household_id else None,
        "code": case.code,
        "person": one.person,
        "id_number": one.id_number,
        "village": mask_people(case.village_name) if case.household_id is None else "",
        "department": case.batch.department,
        "indicator": mask_people(case.indicator),
        "content": one.text[:SHORT],
        "amount": None if case.amount_yuan is None else str(Decimal(case.amount_yuan)),
        "due_on": case.due_on.isoformat() if case.due_on else None,
        "colour": one.colour.value,
    }
