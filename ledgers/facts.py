"""Loads what the rows of a ledger need: one query for each kind of fact, however many households there are.

Plain tuples instead of model instances: a village ledger has thousands of rows and the memory has to stay flat.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet

from households.choices import Relation
from households.income import IncomeFigures
from households.models import HelperAssignment, Household, Income, Member
from ledgers.people import People, PersonFacts
from monitoring.models import Measure, MonitoringLine, VisitCycle
from monitoring.models.task_status import TaskStatusQuerySet
from monitoring.schedule import period_for
from township.base.dates import Period


class HouseholdFacts(NamedTuple):
    """The registered facts of one household, in the order in which the query reads them."""

    id: UUID
    area: str
    village: str
    group: str | None
    code: str
    national_code: str | None
    head_name: str
    head_id_number: str | None
    phone: str
    kind: str
    monitored_kind: str
    identified_month: date | None
    clue_source: str
    risks: list[str]
    risk_note: str
    identified_income_yuan: Decimal | None
    is_eliminated: bool | None
    eliminated_month: date | None
    elimination_mode: str
    ex_poor_year: int | None
    poverty_cause: str
    keeps_policies: bool | None
    low_income_kind: str
    low_income_month: date | None
    housing_grade: str
    water_is_safe: bool | None
    note: str


_HOUSEHOLD_PATHS = {"village": "village__name", "group": "group__name", "head_id_number": "head__id_number"}
HOUSEHOLD_FIELDS = [_HOUSEHOLD_PATHS.get(name, name) for name in HouseholdFacts._fields]


class IncomeFacts(NamedTuple):
    """The income of one household in one year, in yuan."""

    household_id: UUID
    year: int
    people_count: int
    wage_yuan: Decimal
    business_yuan: Decimal
    property_yuan: Decimal
    transfer_yuan: Decimal
    business_cost_yuan: Decimal
    compliant_self_pay_yuan: Decimal

    @property
    def per_capita_yuan(self) -> Decimal | None:
        """人均纯收入（元）; None without a yearly family size."""
        figures = IncomeFigures(
            self.wage_yuan,
            self.business_yuan,
            self.property_yuan,
            self.transfer_yuan,
            self.business_cost_yuan,
        )
        return figures.per_capita_net_yuan(self.people_count)


class VisitFacts(NamedTuple):
    """The visit that fulfilled the household's task of the period."""

    household_id: UUID
    visit_id: UUID
    visited_on: date
    mode: str
    visitor_name: str
    has_risk: bool
    risk_kinds: list[str]


VISIT_FIELDS = [
    "household_id",
    *(
        f"fulfilled_by__{name}"
        for name in ("pk", "visited_on", "mode", "visitor_name", "has_risk", "risk_kinds")
    ),
]


class HelperFacts(NamedTuple):
    household_id: UUID
    name: str
    unit: str


class MeasureFacts(NamedTuple):
    household_id: UUID
    measure_class: str
    title: str
    started_on: date
    ended_on: date | None
    result: str


@dataclass(slots=True)
class Facts:
    """Facts by household id; a kind that the ledger has no column for stays empty."""

    people: dict[UUID, People] = field(default_factory=dict)
    incomes: dict[UUID, dict[int, IncomeFacts]] = field(default_factory=dict)
    visits: dict[UUID, VisitFacts] = field(default_factory=dict)
    helpers: dict[UUID, HelperFacts] = field(default_factory=dict)
    measures: dict[UUID, list[MeasureFacts]] = field(default_factory=dict)


def household_facts(households: QuerySet[Household]) -> Iterator[HouseholdFacts]:
    """Yield the households in the order of the queryset, each with its head's ID number (one query)."""
    head = FilteredRelation(
        "members", condition=Q(members__relation=Relation.HEAD, members__left_on__isnull=True)
    )
    rows = households.annotate(head=head).values_list(*HOUSEHOLD_FIELDS)
    return map(HouseholdFacts._make, rows.iterator(chunk_size=2000))


def load_people(wanted: QuerySet) -> dict[UUID, People]:
    """Return the members who have not left, by household; `wanted` is a values queryset of household ids."""
    rows = Member.objects.filter(household__in=wanted, left_on__isnull=True).order_by()
    people: dict[UUID, list[PersonFacts]] = defaultdict(list)
    for row in _stream(rows, PersonFacts):
        people[row.household_id].append(row)
    return people  # type: ignore[return-value]


def load_latest_income(wanted: QuerySet, year: int) -> dict[UUID, dict[int, IncomeFacts]]:
    """Return each household's income of its latest registered year up to `year`."""
    newer = Income.objects.filter(household=OuterRef("household"), year__gt=OuterRef("year"), year__lte=year)
    rows = Income.objects.filter(~Exists(newer), household__in=wanted, year__lte=year)
    return {row.household_id: {row.year: row} for row in _stream(rows.order_by(), IncomeFacts)}


def load_two_years(wanted: QuerySet, year: int) -> dict[UUID, dict[int, IncomeFacts]]:
    """Return each household's income of the year and of the year before, by year."""
    rows = Income.objects.filter(household__in=wanted, year__in=(year - 1, year)).order_by()
    incomes: dict[UUID, dict[int, IncomeFacts]] = defaultdict(dict)
    for row in _stream(rows, IncomeFacts):
        incomes[row.household_id][row.year] = row
    return incomes


def load_visits(
    tasks: TaskStatusQuerySet, wanted: QuerySet, tier: str, period: Period, on: date
) -> dict[UUID, VisitFacts]:
    """Return the visits made by the day that fulfil the tasks of the tier's period."""
    rows = tasks.filter(
        household__in=wanted,
        tier=tier,
        period_start=period.start,
        fulfilled_on__lte=on,
        voided_at__isnull=True,
    ).order_by()
    found = map(VisitFacts._make, rows.values_list(*VISIT_FIELDS).iterator(chunk_size=2000))
    return {row.household_id: row for row in found}


def load_helpers(wanted: QuerySet, on: date) -> dict[UUID, HelperFacts]:
    """Return the helper who is responsible for each household on the day."""
    rows = HelperAssignment.objects.valid_on(on).filter(household__in=wanted).order_by("valid_from")
    return {row.household_id: row for row in _stream(rows, HelperFacts)}


def load_measures(wanted: QuerySet, on: date) -> dict[UUID, list[MeasureFacts]]:
    """Return the measures begun by the day, earliest first."""
    rows = Measure.objects.filter(household__in=wanted, started_on__lte=on).order_by("started_on", "pk")
    measures: dict[UUID, list[MeasureFacts]] = defaultdict(list)
    for row in _stream(rows, MeasureFacts):
        measures[row.household_id].append(row)
    return measures


def tier_period(tier: str, on: date) -> Period | None:
    """Return the period of the tier's cycle that holds the day; None where no cycle is in force."""
    cycle = VisitCycle.objects.by_tier(on).get(tier)
    return period_for(cycle.months, on) if cycle else None


def line_on(on: date) -> Decimal | None:
    """Return the monitoring line in force on the day (元 per person and year); None where there is none."""
    line = MonitoringLine.objects.valid_on(on).first()
    return line.amount_yuan if line else None


def _stream(rows: QuerySet, facts: Any) -> Iterator[Any]:
    fields: Sequence[str] = facts._fields
    return map(facts._make, rows.values_list(*fields).iterator(chunk_size=2000))
