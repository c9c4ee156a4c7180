"""Which visit fulfils a task, and the day of the last contact: always what the visits say."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from households.choices import Tier
from households.models import Household
from monitoring.models import PhoneCounts, Visit, VisitCycle, VisitTask
from monitoring.reference import load_cycles
from monitoring.schedule import VisitFacts, due_on, first_counting, period_for
from monitoring.services import fulfilment
from tests.factories import make_household, make_visit

pytestmark = pytest.mark.django_db

MONTHS: dict[str, int] = {Tier.KEY: 1, Tier.LOW_INCOME: 3, Tier.STABLE: 6, Tier.GENERAL: 12}


@pytest.fixture(autouse=True)
def cycles(db):
    load_cycles()


def make_task(household: Household, day: date, tier: str = "") -> VisitTask:
    tier = tier or household.tier
    period = period_for(MONTHS[tier], day)
    return VisitTask.objects.create(
        household=household, area=household.area, tier=tier, period_start=period.start, period_end=period.end,
        planned_month=period.start, due_on=due_on(period.start, 25),
    )  # fmt: skip


def fulfilled(task: VisitTask) -> Visit | None:
    fulfilment.refresh([task.household_id])
    task.refresh_from_db()
    assert (task.fulfilled_by is None) == (task.fulfilled_on is None)
    if task.fulfilled_by:
        assert task.fulfilled_on == task.fulfilled_by.visited_on
    return task.fulfilled_by


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        (date(2026, 6, 30), False),
        (date(2026, 7, 1), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_visit_counts_inside_the_period_with_both_its_end_days(day, counts):
    task = make_task(make_household(tier=Tier.STABLE), date(2026, 8, 1))
    visit = make_visit(task.household, day)
    assert fulfilled(task) == (visit if counts else None)


def test_the_first_of_two_counts_also_when_it_is_entered_later():
    task = make_task(make_household(tier=Tier.STABLE), date(2026, 8, 1))
    later = make_visit(task.household, date(2026, 9, 9))
    assert fulfilled(task) == later
    earlier = make_visit(task.household, date(2026, 8, 8))
    assert fulfilled(task) == earlier


def test_nobody_met_and_voided_visits_count_for_nothing():
    task = make_task(make_household(tier=Tier.KEY), date(2026, 8, 1))
    make_visit(task.household, date(2026, 8, 8), met="nobody")
    make_visit(task.household, date(2026, 8, 9), voided_at=timezone.now(), void_reason="重复")
    assert fulfilled(task) is None
    assert Household.objects.get(pk=task.household_id).last_visited_on is None


@pytest.mark.parametrize(
    ("tier", "is_away", "home", "counts"),
    [
        (Tier.KEY, True, None, False),
        (Tier.KEY, True, date(2026, 7, 1), True),  # the home visit of another month of the quarter
        (Tier.KEY, True, date(2026, 9, 30), True),
        (Tier.KEY, True, date(2026, 6, 30), False),
        (Tier.KEY, False, date(2026, 7, 1), False),
        (Tier.LOW_INCOME, True, None, True),
        (Tier.STABLE, False, None, False),
        (Tier.GENERAL, False, None, True),
    ],
)
def test_when_the_telephone_counts(tier, is_away, home, counts):
    task = make_task(make_household(tier=tier), date(2026, 8, 1))
    call = make_visit(task.household, date(2026, 8, 8), mode="phone", is_away=is_away)
    if home:
        make_visit(task.household, home)
    assert fulfilled(task) == (call if counts else None)


def test_the_cycle_in_force_on_the_day_of_the_visit_decides():
    task = make_task(make_household(tier=Tier.GENERAL), date(2026, 8, 1))
    VisitCycle.objects.create(
        tier=Tier.GENERAL,
        months=12,
        phone_counts=PhoneCounts.NEVER,
        valid_from=date(2026, 5, 1),
        document="x",
    )
    make_visit(task.household, date(2026, 5, 1), mode="phone")
    assert fulfilled(task) is None
    before = make_visit(task.household, date(2026, 4, 30), mode="phone")
    assert fulfilled(task) == before


def test_a_task_of_another_tier_is_fulfilled_as_well():
    household = make_household(tier=Tier.GENERAL)
    key, general = make_task(household, date(2026, 8, 1), Tier.KEY), make_task(household, date(2026, 8, 1))
    visit = make_visit(household, date(2026, 8, 8))
    assert (fulfilled(key), fulfilled(general)) == (visit, visit)


def test_last_contact_goes_back_when_the_latest_visit_is_voided():
    household = make_household()
    make_visit(household, date(2026, 3, 3))
    latest = make_visit(household, date(2026, 4, 4), mode="phone")
    fulfilment.refresh([household.pk])
    assert Household.objects.get(pk=household.pk).last_visited_on == date(2026, 4, 4)
    Visit.objects.filter(pk=latest.pk).update(voided_at=timezone.now(), void_reason="误录")
    fulfilment.refresh([household.pk])
    assert Household.objects.get(pk=household.pk).last_visited_on == date(2026, 3, 3)


def test_nothing_is_written_where_nothing_changed(django_assert_num_queries):
    household = make_household(tier=Tier.KEY)
    make_task(household, date(2026, 8, 1))
    make_visit(household, date(2026, 8, 8))
    fulfilment.refresh([household.pk])
    # Cycles, households, visits, tasks, the savepoint and its release, and the lock where there are locks.
    with django_assert_num_queries(6 + connection.features.has_select_for_update):
        fulfilment.refresh([household.pk])


def test_drift_reports_without_writing():
    household = make_household(tier=Tier.KEY)
    task = make_task(household, date(2026, 8, 1))
    visit = make_visit(household, date(2026, 8, 8))
    found = fulfilment.drift([household.pk])
    assert found.tasks == {task.pk: (visit.pk, visit.visited_on)}
    assert found.last_visits == {household.pk: visit.visited_on}
    fulfilment.refresh([household.pk])
    assert fulfilment.drift([household.pk]) == fulfilment.Drift({}, {})


reports = st.lists(
    st.tuples(
        st.dates(date(2026, 4, 1), date(2026, 12, 31)),
        st.sampled_from(["home", "phone", "chat", "outdoor"]),
        st.sampled_from(["head", "nobody"]),
        st.booleans(),
    ),
    max_size=6,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tier=st.sampled_from(Tier.values), reports=reports)
def test_set_based_result_is_that_of_the_pure_rule(tier, reports):
    household = make_household(tier=tier)
    task = make_task(household, date(2026, 8, 1))
    for number, (day, mode, met, is_away) in enumerate(reports):
        recorded = timezone.now() + timedelta(seconds=number)
        make_visit(household, day, mode=mode, met=met, is_away=is_away, recorded_at=recorded)
    facts = [VisitFacts(day, mode, met, is_away) for day, mode, met, is_away in reports]
    expected = first_counting(
        facts, period_for(MONTHS[tier], date(2026, 8, 1)), VisitCycle.objects.get(tier=tier).phone_counts
    )
    visit = fulfilled(task)
    assert (visit and visit.visited_on) == (expected and expected.visited_on)
    household.refresh_from_db()
    assert household.last_visited_on == max((r[0] for r in reports if r[2] == "head"), default=None)
