"""What the database holds of the townships of a file: plain tuples, for comparing with as little work as possible.

Personal numbers are compared by their blind index; a token is opened only where a certificate's suffix may differ.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, F, Max, OuterRef, QuerySet, TextField
from django.db.models.functions import Cast

from households.access import area_range
from households.importing.places import TOWNSHIP_DIGITS
from households.models import Household, Income, Member

MEMBER_FIELDS = (
    "name", "id_kind", "birth_on", "sex", "relation", "nation", "politics", "education", "schooling", "health",
    "disability_kind", "disability_level", "labour", "work_place", "work_region", "work_months", "post",
    "post_months", "has_resident_medical", "has_employee_medical", "has_resident_pension", "dibao", "tekun",
)  # fmt: skip
HOUSEHOLD_FIELDS = (
    "national_code", "kind", "head_name", "monitored_kind", "identified_month", "risks", "is_eliminated",
    "eliminated_month", "housing_grade", "water_is_safe", "ex_poor_year",
)  # fmt: skip
INCOME_FIELDS = (
    "wage_yuan", "business_yuan", "property_yuan", "transfer_yuan", "business_cost_yuan",
    "compliant_self_pay_yuan",
)  # fmt: skip
# Ids in one statement: far below the limits of both databases, and fast on both.
CHUNK = 900


class StoredHousehold(NamedTuple):
    id: UUID
    area: str
    closed_on: date | None
    updated_at: datetime
    phone_index: str | None
    group: str | None
    facts: tuple[Any, ...]
    """In the order of HOUSEHOLD_FIELDS."""

    @property
    def national_code(self) -> str | None:
        return self.facts[0]


class StoredMember(NamedTuple):
    id: UUID
    household_id: UUID
    area: str
    id_index: str | None
    token: str
    has_temporary_id: bool
    left_on: date | None
    left_reason: str
    updated_at: datetime
    facts: tuple[Any, ...]
    """In the order of MEMBER_FIELDS."""


class StoredIncome(NamedTuple):
    id: UUID
    people_count: int
    facts: tuple[Any, ...]
    """In the order of INCOME_FIELDS."""


class Stored:
    """The households of some townships with their members and the incomes of one year."""

    def __init__(self, townships: Iterable[str], year: int) -> None:
        self.townships = sorted(townships)
        self.year = year
        self.households: dict[UUID, StoredHousehold] = {}
        self.by_number: dict[tuple[str, str], StoredHousehold] = {}
        self.members: dict[UUID, list[StoredMember]] = defaultdict(list)
        self.by_index: dict[str, StoredMember] = {}
        self.incomes: dict[UUID, StoredIncome] = {}
        for township in self.townships:
            self._load(township)

    def _load(self, township: str) -> None:
        households = _within(Household, township)
        for row in households.values_list(
            "id", "area", "closed_on", "updated_at", "phone_index", "group__name", *HOUSEHOLD_FIELDS
        ).iterator(chunk_size=5000):
            household = StoredHousehold._make((*row[:6], row[6:]))
            self.households[household.id] = household
            if household.national_code:
                self.by_number[township, household.national_code] = household
        # The token as it is stored: reading the field itself would open every one.
        members = _within(Member, township).annotate(token=Cast(F("id_number"), TextField()))
        for row in members.values_list(
            "id", "household_id", "area", "id_index", "token", "has_temporary_id", "left_on", "left_reason",
            "updated_at", *MEMBER_FIELDS,
        ).iterator(chunk_size=5000):  # fmt: skip
            member = StoredMember._make((*row[:9], row[9:]))
            self.members[member.household_id].append(member)
            if member.id_index and member.left_on is None and not member.has_temporary_id:
                self.by_index[member.id_index] = member
        incomes = _within(Income, township).filter(year=self.year)
        for owner, key, people, *facts in incomes.values_list(
            "household_id", "id", "people_count", *INCOME_FIELDS
        ).iterator(chunk_size=5000):
            self.incomes[owner] = StoredIncome(key, people, tuple(facts))

    def active_elsewhere(self, indexes: Iterable[str]) -> set[str]:
        """Return those of the blind indexes that belong to somebody active in another township."""
        outside = Member.objects.filter(left_on__isnull=True, has_temporary_id=False)
        for township in self.townships:
            low, high = area_range(township)
            outside = outside.exclude(area__gte=low, area__lt=high)
        if not outside.exists():
            return set()
        return {
            index
            for chunk in chunks(list(indexes))
            for index in outside.filter(id_index__in=chunk).values_list("id_index", flat=True)
        }


def last_codes(areas: Iterable[str]) -> dict[str, int]:
    """Return the highest sequence number among the household codes of each village (0 where there is none).

    A household that moved to another village has its old code on its papers: nobody else gets that one.
    """
    return {area: _last_code(*area_range(area), len(area)) for area in dict.fromkeys(areas)}


def _last_code(low: str, high: str, digits: int) -> int:
    here = {"code__gte": low, "code__lt": high}
    moved_on = Household.objects.filter(pk=OuterRef("id")).exclude(**here)
    found = (
        rows.aggregate(last=Max("code"))["last"]
        for rows in (
            Household.objects.filter(**here),
            Household.history.filter(Exists(moved_on), **here),
        )
    )
    return max((int(code[digits:]) for code in found if code), default=0)


def chunks(items: list[Any], size: int = CHUNK) -> Iterator[list[Any]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _within(model: Any, township: str) -> QuerySet:
    low, high = area_range(township[:TOWNSHIP_DIGITS])
    return model.objects.filter(area__gte=low, area__lt=high).order_by()
