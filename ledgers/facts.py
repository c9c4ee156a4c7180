"""Loads what the rows of a ledger need: one query for each kind of fact, however many households there are.

Plain tuples instead of model instances: a village ledger has thousands of rows and the memory has to stay flat.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import starmap
from typing import Any, NamedTuple

from django.db.models import CharField, Exists, FilteredRelation, OuterRef, Q, QuerySet
from django.db.models.functions import Cast

from households.choices import Relation
from households.income import IncomeFigures
from households.models import HelperAssignment, Household, Income, Member
from ledgers.people import People, PersonFacts
from monitoring.models import Measure, MonitoringLine
from monitoring.models.task_status import TaskStatusQuerySet
from monitoring.services.cycles import Cycles
from township.base.dates import Period

# Ids as the database writes them: making a UUID of each is an eighth of the time of a ledger with thousands of rows.
ID = Cast("pk", CharField(max_length=36))
HOUSEHOLD_ID = Cast("household_id", CharField(max_length=36))
CHUNK = 500  # rows in the driver's hands at a time


class HouseholdFacts(NamedTuple):
    """The registered facts of one household, in the order in which the query reads them.

    A ledger of thousands of rows reads only the first ones (BRIEF_FIELDS); the others keep their blanks then.
    """

    id: str
    village: str
    group: str | None
    code: str
    head_name: str
    head_id_number: str | None
    phone: str
    housing_grade: str
    water_is_safe: bool | None
    note: str
    national_code: str | None = None
    kind: str = ""
    monitored_kind: str = ""
    identified_month: date | None = None
    clue_source: str = ""
    risks: Sequence[str] = ()
    risk_note: str = ""
    identified_income_yuan: Decimal | None = None
    is_eliminated: bool | None = None
    eliminated_month: date | None = None
    elimination_mode: str = ""
    ex_poor_year: int | None = None
    poverty_cause: str = ""
    keeps_policies: bool | None = None
    low_income_kind: str = ""
    low_income_month: date | None = None


_PATHS = {"village": "village__name", "group": "group__name", "head_id_number": "head__id_number"}
ALL_FIELDS: list[Any] = [ID, *(_PATHS.get(name, name) for name in HouseholdFacts._fields[1:])]
BRIEF_FIELDS = ALL_FIELDS[: HouseholdFacts._fields.index("note") + 1]


class IncomeFacts(NamedTuple):
    """The income of one household in one year, in yuan."""

    household_id: str
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

    household_id: str
    visit_id: str
    visited_on: date
    mode: str
    visitor_name: str
    has_risk: bool
    risk_kinds: list[str]


VISIT_FIELDS: list[Any] = [
    HOUSEHOLD_ID,
    Cast("fulfilled_by_id", CharField(max_length=36)),
    *(f"fulfilled_by__{name}" for name in ("visited_on", "mode", "visitor_name", "has_risk", "risk_kinds")),
]


class HelperFacts(NamedTuple):
    household_id: str
    name: str
    unit: str


class MeasureFacts(NamedTuple):
    household_id: str
    measure_class: str
    title: str
    started_on: date
    ended_on: date | None
    result: str


@dataclass(slots=True)
class Facts:
    """Facts by household id; a kind that the ledger has no column for stays empty."""

    people: dict[str, People] = field(default_factory=dict)
    incomes: dict[str, dict[int, IncomeFacts]] = field(default_factory=dict)
    visits: dict[str, VisitFacts] = field(default_factory=dict)
    helpers: dict[str, HelperFacts] = field(default_factory=dict)
    measures: dict[str, list[MeasureFacts]] = field(default_factory=dict)


def household_facts(
    households: QuerySet[Household], fields: Sequence[Any] = ALL_FIELDS
) -> Iterator[HouseholdFacts]:
    """Yield the households in the order of the queryset, each with its head's ID number (one query)."""
    head = FilteredRelation(
        "members", condition=Q(members__relation=Relation.HEAD, members__left_on__isnull=True)
    )
    rows = households.annotate(head=head).values_list(*fields)
    return starmap(HouseholdFacts, rows.iterator(chunk_size=CHUNK))


def load_people(wanted: QuerySet) -> dict[str, People]:
    """Return the members who have not left, by household; `wanted` is a values queryset of household ids."""
    rows = Member.objects.filter(household__in=wanted, left_on__isnull=True).order_by()
    people: dict[str, list[PersonFacts]] = defaultdict(list)
    for row in _stream(rows, PersonFacts):
        people[row.household_id].append(row)
    return people  # type: ignore[return-value]


def load_latest_income(wanted: QuerySet, year: int) -> dict[str, dict[int, IncomeFacts]]:
    """Return each household's income of its latest registered year up to `year`."""
    newer = Income.objects.filter(household=OuterRef("household"), year__gt=OuterRef("year"), year__lte=year)
    rows = Income.objects.filter(~Exists(newer), household__in=wanted, year__lte=year)
    return {row.household_id: {row.year: row} for row in _stream(rows.order_by(), IncomeFacts)}


def load_two_years(wanted: QuerySet, year: int) -> dict[str, dict[int, IncomeFacts]]:
    """Return each household's income of the year and of the year before, by year."""
    rows = Income.objects.filter(household__in=wanted, year__in=(year - 1, year)).order_by()
    incomes: dict[str, dict[int, IncomeFacts]] = defaultdict(dict)
    for row in _stream(rows, IncomeFacts):
        incomes[row.household_id][row.year] = row
    return incomes


def load_visits(
    tasks: TaskStatusQuerySet, wanted: QuerySet, tier: str, period: Period, on: date
) -> dict[str, VisitFacts]:
    """Return the visits made by the day that fulfil the tasks of the tier's period."""
    rows = tasks.filter(
        household__in=wanted,
        tier=tier,
        period_start=period.start,
        fulfilled_on__lte=on,
        voided_at__isnull=True,
    ).order_by()
    found = map(VisitFacts._make, rows.values_list(*VISIT_FIELDS).iterator(chunk_size=CHUNK))
    return {row.household_id: row for row in found}


def load_helpers(wanted: QuerySet, on: date) -> dict[str, HelperFacts]:
    """Return the helper who is responsible for each household on the day."""
    rows = HelperAssignment.objects.valid_on(on).filter(household__in=wanted).order_by("valid_from")
    return {row.household_id: row for row in _stream(rows, HelperFacts)}


def load_measures(wanted: QuerySet, on: date) -> dict[str, list[MeasureFacts]]:
    """Return the measures begun by the day, earliest first."""
    rows = Measure.objects.filter(household__in=wanted, started_on__lte=on).order_by("started_on", "pk")
    measures: dict[str, list[MeasureFacts]] = defaultdict(list)
    for row in _stream(rows, MeasureFacts):
        measures[row.household_id].append(row)
    return measures


def tier_period(tier: str, on: date) -> Period | None:
    """Return the period that holds the day, of the cycle by which the tier is planned; None where there is none."""
    planned = Cycles().periods(on).get(tier)
    return planned[1] if planned else None


def line_on(on: date) -> Decimal | None:
    """Return the monitoring line in force on the day (元 per person and year); None where there is none."""
    line = MonitoringLine.objects.valid_on(on).first()
    return line.amount_yuan if line else None


def _stream(rows: QuerySet, facts: Any) -> Iterator[Any]:
    fields: list[Any] = [HOUSEHOLD_ID, *facts._fields[1:]]
    return map(facts._make, rows.values_list(*fields).iterator(chunk_size=CHUNK))
