"""The SQL status of a task says what the plain rule says, and the plan leaves no gap and no double."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from households.choices import Tier
from households.models import Household
from monitoring.models import TierAssignment, VisitTask
from monitoring.reference import load_cycles
from monitoring.schedule import TaskStatus, derive_status
from monitoring.services.planning import move, plan_month, void
from monitoring.services.tiering import TierChange, set_tiers
from monitoring.services.visits import VisitInput, log_visit
from tests.factories import TOWNSHIP, make_household, make_township
from township.base.dates import add_months, month_start

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 5, 1), date(2027, 2, 28)
DAYS = (LAST - FIRST).days
SLOW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
# The days at which something can turn: ends of month, quarter, half-year and year, due days, and those around.
TURNS = [
    day
    for month in range(10)
    for start in [add_months(FIRST, month)]
    for day in (
        start,
        start - timedelta(1),
        start.replace(day=22),
        start.replace(day=25),
        start.replace(day=26),
    )
    if FIRST <= day <= LAST
]
days = st.sampled_from(TURNS) | st.integers(0, DAYS).map(lambda n: FIRST + timedelta(n))
events = st.lists(
    st.tuples(
        days,
        st.one_of(
            st.sampled_from(Tier.values).map(lambda tier: ("tier", tier)),
            st.sampled_from(["home", "phone"]).map(lambda mode: ("visit", mode)),
            st.just(("void", "")),
            st.just(("move", "")),
        ),
    ),
    max_size=8,
)


@pytest.fixture(autouse=True)
def cycles(db):
    load_cycles()


Spans = list[tuple[str, date, date | None]]


def tiers_on(spans: Spans, day: date) -> list[str]:
    return [tier for tier, start, end in spans if start <= day and (end is None or day <= end)]


def expected_status(task: VisitTask, spans: Spans, on: date) -> TaskStatus:
    return derive_status(
        voided=task.voided_at is not None,
        tier_in_force=task.tier in tiers_on(spans, min(task.period_end, on)),
        fulfilled_on=task.fulfilled_on,
        period_end=task.period_end,
        planned_month=task.planned_month,
        due_on=task.due_on,
        on=on,
    )


def live(household: Household, happenings: list[tuple[date, tuple[str, str]]]) -> None:
    """Let the months pass: each is planned on its first day, and things happen on their days."""
    steps = [(add_months(FIRST, n), ("plan", "")) for n in range(10)]
    for on, (what, value) in sorted([*steps, *happenings], key=lambda step: (step[0], step[1][0] != "plan")):
        household.refresh_from_db()
        if what == "plan":
            plan_month(month_start(on), area=TOWNSHIP, on=on)
        elif what == "tier":
            change = TierChange(
                household_id=household.pk,
                area=household.area,
                tier=value,
                reason="变动",
                expected=household.tier,
            )
            set_tiers([change], by=None, on=on)
        elif what == "visit":
            log_visit(household, VisitInput(visited_on=on, mode=value), by=None, on=on, visitor_name="甲")
        else:
            tasks = VisitTask.objects.filter(household=household).to_do(on)
            if not tasks.exists():
                continue
            tasks = VisitTask.objects.filter(pk__in=[task.pk for task in tasks])
            if what == "void":
                void(tasks, by=None, reason="测试", on=on)
            else:
                move(tasks, month_start(on), by=None, on=on)


@SLOW
@given(first=st.sampled_from(["", *Tier.values]), happenings=events, others=st.lists(days, max_size=6))
def test_sql_and_rule_agree_and_no_day_has_a_gap_or_a_double(first, happenings, others):
    household = make_household(tier=first, since=date(2020, 1, 1))
    if first:
        make_household(tier=first, since=date(2020, 1, 1))
    live(household, happenings)
    spans = list(
        TierAssignment.objects.filter(household=household).values_list("tier", "valid_from", "valid_to")
    )
    own = VisitTask.objects.filter(household=household)
    for on in sorted({*TURNS, *others, *(day for day, _ in happenings)}):
        tasks = list(own.with_status(on))
        assert [task.status for task in tasks] == [expected_status(task, spans, on) for task in tasks], on
        tiers = tiers_on(spans, on)
        in_force = [t for t in tasks if t.period_start <= on <= t.period_end and t.tier in tiers]
        assert len(in_force) == len(tiers) <= 1, (on, tasks)
        assert set(own.in_force(on)) == set(in_force)


def test_the_plan_of_a_young_township_leaves_no_gap_after_a_change():
    make_township(start_on=date(2026, 5, 20))
    household = make_household(tier=Tier.KEY)
    plan_month(FIRST, area=TOWNSHIP, on=date(2026, 5, 20), include_started=True)
    for number, tier in enumerate([Tier.GENERAL, Tier.STABLE, Tier.LOW_INCOME, Tier.KEY]):
        on = date(2026, 5, 21) + timedelta(number)
        household.refresh_from_db()
        change = TierChange(
            household_id=household.pk, area=household.area, tier=tier, reason="变动", expected=household.tier
        )
        set_tiers([change], by=None, on=on)
        assert VisitTask.objects.in_force(on).get().tier == tier
    assert VisitTask.objects.count() == 4


@pytest.mark.parametrize(
    ("on", "status"),
    [
        (date(2026, 5, 31), TaskStatus.PLANNED),
        (date(2026, 6, 1), TaskStatus.DUE),
        (date(2026, 6, 21), TaskStatus.DUE),
        (date(2026, 6, 22), TaskStatus.DUE_SOON),
        (date(2026, 6, 25), TaskStatus.DUE_SOON),
        (date(2026, 6, 26), TaskStatus.OVERDUE),
        (date(2026, 6, 30), TaskStatus.OVERDUE),
        (date(2026, 7, 1), TaskStatus.MISSED),
        (date(2027, 7, 1), TaskStatus.MISSED),
    ],
)
def test_status_from_plan_to_missed(on, status):
    household = make_household(tier=Tier.LOW_INCOME)
    VisitTask.objects.create(
        household=household,
        area=household.area,
        tier=household.tier,
        period_start=date(2026, 4, 1),
        period_end=date(2026, 6, 30),
        planned_month=date(2026, 6, 1),
        due_on=date(2026, 6, 25),
    )
    assert VisitTask.objects.with_status(on).get().status == status


def test_a_task_without_a_tier_is_superseded():
    household = make_household()
    VisitTask.objects.create(
        household=household,
        area=household.area,
        tier=Tier.KEY,
        period_start=FIRST,
        period_end=date(2026, 5, 31),
        planned_month=FIRST,
        due_on=date(2026, 5, 25),
    )
    assert VisitTask.objects.with_status(FIRST).get().status == TaskStatus.SUPERSEDED
