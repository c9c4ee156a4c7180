"""The rows of the household ledgers: which households stand in a month's ledger, and everything a column may ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.db.models import Exists, OuterRef

from households.guarantees import (
    WATER_LABELS,
    education_state,
    medical_state,
    water_state,
)
from households.models.households import HouseholdQuerySet
from ledgers.facts import (
    ALL_FIELDS,
    BRIEF_FIELDS,
    Facts,
    HelperFacts,
    HouseholdFacts,
    IncomeFacts,
    MeasureFacts,
    VisitFacts,
    household_facts,
    line_on,
    load_helpers,
    load_latest_income,
    load_measures,
    load_people,
    load_two_years,
    load_visits,
    tier_period,
)
from ledgers.people import People
from ledgers.periods import LedgerMonth
from ledgers.scope import LedgerScope
from monitoring.figures import with_status_at
from monitoring.models.visits import VisitMode
from monitoring.schedule import TaskStatus
from monitoring.tier_on_day import held_tier
from township.base.collector import collector_paused

MODE_LABELS = dict(VisitMode.choices)


class Needs(StrEnum):
    """The kinds of facts that a ledger has columns for; each but DETAILS costs one query."""

    PEOPLE = "people"
    LATEST_INCOME = "latest_income"
    TWO_YEARS = "two_years"
    HELPER = "helper"
    MEASURES = "measures"
    DETAILS = "details"  # the household's own facts beyond BRIEF_FIELDS; costs no query


class VisitState(StrEnum):
    """How a ledger can be filtered by the state of the period's visit."""

    DONE = "done"
    OPEN = "open"
    OVERDUE = "overdue"
    MISSED = "missed"
    NONE = "none"

    @property
    def label(self) -> str:
        return _STATE_LABELS[self]

    @property
    def statuses(self) -> tuple[TaskStatus, ...]:
        """The task statuses meant; empty for NONE, a household without a task of the period."""
        return _STATE_STATUSES[self]


_STATE_LABELS = {
    VisitState.DONE: "已访",
    VisitState.OPEN: "未访",
    VisitState.OVERDUE: "超期",
    VisitState.MISSED: "漏访",
    VisitState.NONE: "无任务",
}
_NOT_VISITED = (
    TaskStatus.PLANNED,
    TaskStatus.DUE,
    TaskStatus.DUE_SOON,
    TaskStatus.OVERDUE,
    TaskStatus.MISSED,
)
_STATE_STATUSES: dict[VisitState, tuple[TaskStatus, ...]] = {
    VisitState.DONE: (TaskStatus.DONE,),
    VisitState.OPEN: _NOT_VISITED,
    VisitState.OVERDUE: (TaskStatus.OVERDUE,),
    VisitState.MISSED: (TaskStatus.MISSED,),
    VisitState.NONE: (),
}


@dataclass(slots=True)
class HouseholdRow:
    """One line of a household ledger; columns read its attributes and properties."""

    number: int
    household: HouseholdFacts
    people: People
    incomes: dict[int, IncomeFacts]
    visit: VisitFacts | None
    helper: HelperFacts | None
    measures: list[MeasureFacts]
    on: date
    line_yuan: Decimal | None

    @property
    def key(self) -> str:
        """The household code of the hidden last column, by which an edited ledger finds its way back."""
        return self.household.code

    @property
    def income(self) -> IncomeFacts | None:
        """Income of the latest registered year."""
        return self.incomes[max(self.incomes)] if self.incomes else None

    @property
    def per_capita_yuan(self) -> Decimal | None:
        income = self.income
        return income.per_capita_yuan if income else None

    def per_capita_of(self, year: int) -> Decimal | None:
        income = self.incomes.get(year)
        return income.per_capita_yuan if income else None

    @property
    def people_count(self) -> int:
        """家庭人口数（人）: the members who have not left."""
        return len(self.people)

    @property
    def education(self) -> str:
        return education_state(self.people, self.on).label

    @property
    def medical(self) -> str:
        return medical_state(self.people).label

    @property
    def water(self) -> str:
        return WATER_LABELS[water_state(self.household.water_is_safe)]

    @property
    def visited_on(self) -> date | None:
        return self.visit.visited_on if self.visit else None

    @property
    def visitor(self) -> str:
        return self.visit.visitor_name if self.visit else ""

    @property
    def visit_mode(self) -> str:
        return MODE_LABELS[self.visit.mode] if self.visit else ""

    @property
    def visit_risk(self) -> str:
        """有 or 无, as the visit of the period found it; blank without that visit."""
        return ("有" if self.visit.has_risk else "无") if self.visit else ""


def listed_households(
    scope: LedgerScope, month: LedgerMonth, tier: str, state: VisitState | None = None
) -> HouseholdQuerySet:
    """Return the households of a tier on the month's day, in walking order; `state` narrows by the period's visit."""
    rows = scope.households.existing(month.as_of).filter(held_tier(tier, month.as_of)).walking_order()
    if state is None:
        return rows
    period = tier_period(tier, month.as_of)
    if period is None:
        return rows if state is VisitState.NONE else rows.none()
    tasks = with_status_at(
        scope.tasks.filter(household=OuterRef("pk"), tier=tier, period_start=period.start),
        month.as_of,
        over=month.is_over,
    )
    if state is VisitState.NONE:
        counted = (*_NOT_VISITED, TaskStatus.DONE)
        return rows.filter(~Exists(tasks.filter(standing__in=counted)))
    return rows.filter(Exists(tasks.filter(standing__in=state.statuses)))


def household_rows(
    tier: str, needs: tuple[Needs, ...]
) -> Callable[[LedgerScope, LedgerMonth, HouseholdQuerySet], Iterator[HouseholdRow]]:
    """Return the row source of a tier's ledger: (scope, month, households in order) → rows."""

    def rows(scope: LedgerScope, month: LedgerMonth, households: HouseholdQuerySet) -> Iterator[HouseholdRow]:
        with collector_paused():
            facts, on = _load(scope, month, households, tier, needs), month.as_of
        line = line_on(on)
        fields = ALL_FIELDS if Needs.DETAILS in needs else BRIEF_FIELDS
        for number, household in enumerate(household_facts(households, fields), start=1):
            key = household.id
            yield HouseholdRow(
                number, household, facts.people.get(key, ()), facts.incomes.get(key, {}), facts.visits.get(key),
                facts.helpers.get(key), facts.measures.get(key, []), on, line,
            )  # fmt: skip

    return rows


def _load(
    scope: LedgerScope, month: LedgerMonth, households: HouseholdQuerySet, tier: str, needs: tuple[Needs, ...]
) -> Facts:
    wanted, on = households.order_by().values("pk"), month.as_of
    facts = Facts()
    if Needs.PEOPLE in needs:
        facts.people = load_people(wanted)
    if Needs.LATEST_INCOME in needs:
        facts.incomes = load_latest_income(wanted, on.year)
    if Needs.TWO_YEARS in needs:
        facts.incomes = load_two_years(wanted, on.year)
    if Needs.HELPER in needs:
        facts.helpers = load_helpers(wanted, on)
    if Needs.MEASURES in needs:
        facts.measures = load_measures(wanted, on)
    period = tier_period(tier, on)
    if period:
        facts.visits = load_visits(scope.tasks, wanted, tier, period, on)
    return facts
