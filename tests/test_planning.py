"""The visit plan: spread, repeated without effect, followed by changes, and cheap for a whole township."""

from collections import Counter
from datetime import date
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from households.access import Role
from households.choices import Tier
from households.models import Household, MonitorAssignment
from monitoring.models import PlannedPeriod, VisitCycle, VisitTask
from monitoring.reference import load_cycles
from monitoring.schedule import switch_day
from monitoring.services import fulfilment, responsible
from monitoring.services.plan_changes import PlanRefused
from monitoring.services.planning import move, note_missed_cause, plan_month, replan, void
from monitoring.services.visits import VisitInput, log_visit
from tests.factories import (
    OTHER_TOWNSHIP,
    TOWNSHIP,
    make_group,
    make_household,
    make_monitor,
    make_township,
    make_user,
    make_village,
    make_visit,
)
from township.base.batches import batches

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 3)
NOVEMBER = date(2026, 11, 1)


@pytest.fixture(autouse=True)
def cycles(db):
    load_cycles()


def plan(month: date = NOVEMBER, on: date = ON, **options):
    return plan_month(month, area=TOWNSHIP, on=on, **options)


def test_one_task_per_household_and_period_of_its_tier():
    homes = {tier: make_household(tier=tier) for tier in Tier.values}
    make_household()  # without a tier nothing is owed
    result = plan()
    assert (result.created, result.existing, result.without_monitor) == (4, 0, 4)
    assert result.by_tier == dict.fromkeys(Tier.values, 1)
    periods = {task.tier: (task.period_start, task.period_end) for task in VisitTask.objects.all()}
    assert periods == {
        Tier.KEY: (NOVEMBER, date(2026, 11, 30)),
        Tier.LOW_INCOME: (date(2026, 10, 1), date(2026, 12, 31)),
        Tier.STABLE: (date(2026, 7, 1), date(2026, 12, 31)),
        Tier.GENERAL: (date(2026, 1, 1), date(2026, 12, 31)),
    }
    key = homes[Tier.KEY].visit_tasks.get()
    assert (key.planned_month, key.due_on, key.area) == (NOVEMBER, date(2026, 11, 25), key.household.area)


def test_again_creates_nothing():
    make_household(tier=Tier.KEY), make_household(tier=Tier.GENERAL)
    plan()
    again = plan()
    assert (again.created, again.existing, again.by_tier) == (0, 2, {Tier.KEY: 1, Tier.GENERAL: 1})
    december = plan(date(2026, 12, 1))
    assert (december.created, december.existing) == (1, 1)
    assert PlannedPeriod.objects.count() == 5


def test_the_load_of_a_year_is_even_and_neighbours_fall_together():
    village = make_village()
    for number in range(1, 5):
        group = make_group(village, f"{number}组", order=number)
        for door in range(12):
            make_household(village, tier=Tier.GENERAL, group=group, walk_order=door)
    plan(date(2026, 1, 1), on=date(2026, 1, 1))
    months = [household.visit_tasks.get().planned_month for household in Household.objects.walking_order()]
    assert months == sorted(months)
    assert set(Counter(months).values()) <= {3, 4, 5}
    assert len(set(months)) == 12


def test_small_villages_do_not_all_begin_in_the_first_month():
    for number in range(1, 13):
        make_household(make_village(f"{TOWNSHIP}{number:03d}"), tier=Tier.GENERAL)
    plan(date(2026, 1, 1), on=date(2026, 1, 1))
    months = Counter(VisitTask.objects.values_list("planned_month", flat=True))
    assert len(months) >= 10


def test_a_plan_made_late_is_spread_over_the_months_left():
    for _ in range(12):
        make_household(tier=Tier.GENERAL)
    plan()
    months = Counter(VisitTask.objects.values_list("planned_month", flat=True))
    assert months == {NOVEMBER: 6, date(2026, 12, 1): 6}


def test_periods_begun_before_the_start_day_only_on_request():
    start = date(2026, 10, 20)
    make_township(start_on=start)
    for tier in Tier.values:
        make_household(tier=tier)
    assert plan().by_tier == {Tier.KEY: 1}
    result = plan(include_started=True)
    assert (result.created, result.existing) == (3, 1)
    assert VisitTask.objects.filter(planned_month__lt=NOVEMBER).count() == 0
    # Now that these periods are planned, a newcomer joins without being asked for.
    newcomer = make_household(tier=Tier.STABLE)
    assert plan().created == 1
    assert newcomer.visit_tasks.get().planned_month >= NOVEMBER


def test_newcomer_gets_his_place_in_the_village():
    for order in range(24):
        make_household(tier=Tier.GENERAL, walk_order=10 + order)
    plan(date(2026, 1, 1), on=date(2026, 1, 1))
    first = make_household(tier=Tier.GENERAL, walk_order=1)
    last = make_household(tier=Tier.GENERAL, walk_order=99)
    replan([first.pk, last.pk], on=date(2026, 8, 5))
    assert first.visit_tasks.get().planned_month == date(2026, 8, 1)
    assert last.visit_tasks.get().planned_month == date(2026, 12, 1)


def test_a_past_period_is_planned_as_it_was():
    make_household(tier=Tier.KEY)
    plan(date(2026, 9, 1))
    assert VisitTask.objects.get().planned_month == date(2026, 9, 1)


def test_tasks_of_closed_households_are_voided():
    household = make_household(tier=Tier.KEY)
    plan()
    Household.objects.filter(pk=household.pk).update(history=False, closed_on=ON, closed_reason="合户")
    result = plan()
    task = VisitTask.objects.get()
    assert (result.voided, result.created, result.existing) == (1, 0, 0)
    assert task.voided_at and task.void_reason
    assert plan().voided == 0


def test_a_visit_made_before_the_plan_fulfils_it():
    household = make_household(tier=Tier.STABLE)
    visit = make_visit(household, date(2026, 8, 8))
    plan()
    assert VisitTask.objects.get().fulfilled_by == visit


def test_task_is_of_the_monitor_assigned_on_its_due_day():
    household = make_household(tier=Tier.KEY)
    regular, stand_in = make_monitor(household), make_monitor()
    MonitorAssignment.objects.update(history=False, valid_to=date(2026, 11, 2))
    for who, start, end in (
        (stand_in, date(2026, 11, 3), date(2026, 11, 30)),
        (regular, date(2026, 12, 1), None),
    ):
        MonitorAssignment.objects.create(
            household=household, area=household.area, monitor=who, valid_from=start, valid_to=end
        )
    plan()
    plan(date(2026, 12, 1))
    monitors = VisitTask.objects.order_by("period_start").values_list("monitor", flat=True)
    assert list(monitors) == [stand_in.pk, regular.pk]


def test_other_townships_are_left_alone():
    make_household(tier=Tier.KEY)
    make_household(make_village(f"{OTHER_TOWNSHIP}001"), tier=Tier.KEY)
    assert plan().created == 1
    assert plan_month(NOVEMBER, area="", on=ON).created == 1
    assert plan_month(NOVEMBER, area=f"{TOWNSHIP}000", on=ON).existing == 1
    assert plan_month(NOVEMBER, area="130722000000", on=ON).existing == 2


@pytest.mark.parametrize("area", [f"{TOWNSHIP}001", "999999"])
def test_refused_area(area):
    make_township()
    with pytest.raises(PlanRefused):
        plan_month(NOVEMBER, area=area, on=ON)


def test_who_may_plan():
    make_township(), make_township(OTHER_TOWNSHIP)
    plan(by=make_user(Role.STATION))
    for who in (make_user(Role.STATION, OTHER_TOWNSHIP), make_user(Role.LEADER), make_user(Role.CADRE)):
        with pytest.raises(PermissionDenied):
            plan(by=who)


def test_number_of_queries_does_not_grow(monkeypatch):
    """Not even with more households than one statement takes keys."""
    monkeypatch.setattr(fulfilment, "batches", partial(batches, size=10))
    monkeypatch.setattr(responsible, "batches", partial(batches, size=10))
    counts = []
    for more in (4, 40):
        for _ in range(more):
            household = make_household(tier=Tier.KEY)
            make_visit(household, ON)
        month = date(2026, 11 + len(counts), 1)
        with CaptureQueriesContext(connection) as queries:
            plan(month)
        counts.append(len(queries))
    assert counts[1] <= counts[0]


def test_a_tier_is_planned_where_its_period_was_planned_or_follows_another_task():
    make_township(start_on=date(2026, 10, 20))
    household = make_household(tier=Tier.KEY)
    replan([household.pk], on=ON)
    assert not VisitTask.objects.exists()  # the plan of this township was never made
    plan()
    Household.objects.filter(pk=household.pk).update(history=False, tier=Tier.GENERAL)
    replan([household.pk], on=ON)
    replan([household.pk], on=ON)
    assert household.visit_tasks.filter(tier=Tier.GENERAL).count() == 1
    stranger = make_household(tier=Tier.GENERAL)
    replan([stranger.pk], on=ON)
    assert not stranger.visit_tasks.exists()


def test_a_month_planned_ahead_takes_newcomers():
    make_household(tier=Tier.KEY)
    plan()
    plan(date(2026, 12, 1))
    newcomer = make_household(tier=Tier.KEY)
    replan([newcomer.pk], on=date(2026, 11, 29))
    starts = newcomer.visit_tasks.values_list("period_start", flat=True)
    assert set(starts) == {NOVEMBER, date(2026, 12, 1)}


@pytest.mark.parametrize(
    ("valid_from", "months", "before", "expected"),
    [
        (date(2026, 2, 15), 1, 3, date(2026, 4, 1)),
        (date(2026, 2, 1), 3, 1, date(2026, 4, 1)),
        (date(2026, 4, 1), 1, 3, date(2026, 4, 1)),
        (date(2026, 6, 30), 6, 12, date(2027, 1, 1)),
        (date(2026, 7, 1), 12, 6, date(2027, 1, 1)),
    ],
)
def test_a_new_cycle_begins_where_both_begin(valid_from, months, before, expected):
    assert switch_day(valid_from, months, before) == expected


def test_a_new_cycle_leaves_no_gap_and_no_double():
    make_household(tier=Tier.LOW_INCOME)
    VisitCycle.objects.create(
        tier=Tier.LOW_INCOME, months=1, phone_counts="never", valid_from=date(2026, 2, 15), document="x"
    )
    for month in range(1, 7):
        plan(date(2026, month, 1), on=date(2026, month, 1))
    spans = VisitTask.objects.order_by("period_start").values_list("period_start", "period_end")
    assert [start.month for start, _ in spans] == [1, 4, 5, 6]
    assert [end.month for _, end in spans] == [3, 4, 5, 6]


@pytest.fixture
def station():
    return make_user(Role.STATION)


def test_move_within_the_period(station):
    make_household(tier=Tier.STABLE), make_household(tier=Tier.STABLE)
    plan()
    assert move(VisitTask.objects.all(), date(2026, 12, 9), by=station, on=ON) == 2
    assert set(VisitTask.objects.values_list("planned_month", "due_on")) == {
        (date(2026, 12, 1), date(2026, 12, 25))
    }
    for month, words in ((date(2026, 10, 1), "已经过去"), (date(2027, 1, 1), "不含")):
        with pytest.raises(PlanRefused, match=words):
            move(VisitTask.objects.all(), month, by=station, on=ON)


def test_void_with_a_reason(station):
    make_household(tier=Tier.KEY)
    plan()
    tasks = VisitTask.objects.all()
    with pytest.raises(PlanRefused, match="原因"):
        void(tasks, by=station, reason="", on=ON)
    assert void(tasks, by=station, reason="全家外出务工", on=ON) == 1
    assert VisitTask.objects.get().voided_by == station
    with pytest.raises(PlanRefused, match="1 项已作废"):
        void(tasks, by=station, reason="再来", on=ON)
    assert plan().created == 0


def test_what_is_done_or_missed_stays(station):
    done, missed = make_household(tier=Tier.KEY), make_household(tier=Tier.KEY)
    plan()
    log_visit(done, VisitInput(visited_on=ON, mode="home"), by=None, on=ON, visitor_name="甲")
    with pytest.raises(PlanRefused, match="1 项已完成"):
        move(VisitTask.objects.all(), NOVEMBER, by=station, on=ON)
    later = date(2026, 12, 1)
    with pytest.raises(PlanRefused, match="1 项漏访"):
        void(missed.visit_tasks.all(), by=station, reason="不想", on=later)
    assert note_missed_cause(missed.visit_tasks.all(), "大雪封路", by=station, on=later) == 1
    assert missed.visit_tasks.get().missed_cause == "大雪封路"
    with pytest.raises(PlanRefused):
        note_missed_cause(done.visit_tasks.all(), "x", by=station, on=later)


def test_who_may_change_the_plan():
    make_household(tier=Tier.KEY)
    plan()
    tasks = VisitTask.objects.all()
    for who in (make_user(Role.CADRE), make_user(Role.LEADER), make_user(Role.STATION, OTHER_TOWNSHIP)):
        for change in (
            lambda by: move(tasks, NOVEMBER, by=by, on=ON),
            lambda by: void(tasks, by=by, reason="x", on=ON),
            lambda by: note_missed_cause(tasks, "x", by=by, on=ON),
        ):
            with pytest.raises(PermissionDenied):
                change(who)
