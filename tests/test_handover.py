"""Hand-over and leave: dated, with return, open tasks following, and only by and to whom it may be."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from households.access import Role
from households.choices import Tier
from households.models import Household, MonitorAssignment, Posting
from households.models.assignments import households_of_monitor
from monitoring.models import Visit, VisitTask
from monitoring.models.visits import households_just_visited, households_of_tasks
from monitoring.reference import load_cycles
from monitoring.services.handover import (
    HandOverRefused,
    assign_monitor,
    hand_over,
    reassign_tasks,
    return_from_leave,
)
from monitoring.services.planning import plan_month
from monitoring.services.visits import VisitInput, log_visit, void_visit
from tests.factories import (
    OTHER_TOWNSHIP,
    TOWNSHIP,
    make_household,
    make_monitor,
    make_user,
    make_village,
)

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 10)


@pytest.fixture
def station(db):
    load_cycles()
    return make_user(Role.STATION)


def who_on(household, day: date):
    rows = list(MonitorAssignment.objects.valid_on(day).filter(household=household))
    assert len(rows) <= 1
    return rows[0].monitor if rows else None


def plan(month: date = date(2026, 11, 1)) -> None:
    plan_month(month, area=TOWNSHIP, on=date(2026, 11, 1))


def test_for_good(station):
    household = make_household(tier=Tier.KEY)
    old, new = make_monitor(household), make_monitor()
    plan()
    assert assign_monitor(Household.objects.all(), new, by=station, on=ON, reason="离任") == 1
    assert (who_on(household, ON - timedelta(1)), who_on(household, ON)) == (old, new)
    assert VisitTask.objects.get().monitor == new
    assert set(Household.objects.visible_to(new)) == {household}
    records = MonitorAssignment.history.filter(history_user=station, history_change_reason="离任")
    assert sorted(records.values_list("history_type", flat=True)) == ["+", "~"]
    assert assign_monitor(Household.objects.all(), new, by=station, on=ON) == 0


def test_household_without_a_monitor_gets_one(station):
    household = make_household(tier=Tier.KEY)
    plan()
    monitor = make_monitor()
    assign_monitor(Household.objects.all(), monitor, by=station, on=ON)
    assert who_on(household, ON) == monitor
    assert VisitTask.objects.get().monitor == monitor


def test_a_leave_ends_by_itself(station):
    household = make_household(tier=Tier.KEY)
    old, stand_in = make_monitor(household), make_monitor()
    plan(), plan(date(2026, 12, 1))
    until = date(2026, 11, 30)
    assert hand_over(old, stand_in, by=station, on=ON, until=until, reason="住院") == 1
    assert [who_on(household, day) for day in (ON - timedelta(1), ON, until, until + timedelta(1))] == [
        old,
        stand_in,
        stand_in,
        old,
    ]
    # The task due within the leave is the stand-in's, the one due afterwards is not.
    tasks = VisitTask.objects.order_by("period_start")
    assert [task.monitor for task in tasks] == [stand_in, old]
    # For good, after all: the return is dropped.
    third = make_monitor()
    assign_monitor(Household.objects.all(), third, by=station, on=date(2026, 11, 20))
    assert who_on(household, date(2026, 12, 5)) == third
    assert {task.monitor for task in VisitTask.objects.all()} == {third}


def test_tasks_left_open_go_back_after_the_leave(station):
    household = make_household(tier=Tier.STABLE)
    old, stand_in = make_monitor(household), make_monitor()
    plan()
    VisitTask.objects.update(planned_month=date(2026, 11, 1), due_on=date(2026, 11, 25))
    until = date(2026, 11, 30)
    hand_over(old, stand_in, by=station, on=ON, until=until, reason="请假")
    task = VisitTask.objects.get()
    assert task.monitor == stand_in
    assert return_from_leave(on=until) == 0
    assert return_from_leave(on=until + timedelta(1)) == 1
    assert VisitTask.objects.get().monitor == old
    assert return_from_leave(on=until + timedelta(2)) == 0


def test_done_and_later_tasks_give_no_sight_after_a_hand_over(station):
    """A monitor on leave carries no household of the stand-in's on his phone."""
    done, later, open_ = (make_household(tier=tier) for tier in (Tier.KEY, Tier.GENERAL, Tier.KEY))
    old, stand_in = make_monitor(done, later, open_), make_monitor()
    plan(), plan(date(2026, 12, 1))
    VisitTask.objects.filter(household=later).update(
        planned_month=date(2026, 12, 1), due_on=date(2026, 12, 25)
    )
    log_visit(done, VisitInput(visited_on=date(2026, 11, 5), mode="home"), by=old, on=ON)
    Visit.objects.update(recorded_at=timezone.now() - timedelta(days=8))
    hand_over(old, stand_in, by=station, on=ON, until=date(2026, 11, 30), reason="请假")
    assert VisitTask.objects.filter(monitor=old, household__in=[done, later]).count() >= 2
    assert not households_of_monitor(old, ON).exists()
    assert not households_of_tasks(old, ON).exists()
    assert households_of_tasks(stand_in, ON).get() == {"household_id": open_.pk}


def test_single_task_gives_sight_from_its_month_until_the_visit_cannot_be_corrected(station):
    household = make_household(tier=Tier.GENERAL)
    stand_in = make_monitor()
    plan()
    VisitTask.objects.update(planned_month=date(2026, 12, 1), due_on=date(2026, 12, 25), monitor=stand_in)
    sights = [list(households_of_tasks(stand_in, day)) for day in (date(2026, 11, 30), date(2026, 12, 1))]
    assert sights == [[], [{"household_id": household.pk}]]
    VisitTask.objects.update(planned_month=date(2026, 11, 1), due_on=date(2026, 11, 25))
    visit = log_visit(
        household, VisitInput(visited_on=ON, mode="home"), by=None, visitor=stand_in, on=ON
    ).visit
    entered = timezone.localdate(visit.recorded_at)
    assert not households_of_tasks(stand_in, ON).exists()
    assert set(Visit.objects.visible_to(stand_in)) == {visit}  # for its photos
    days = [entered, entered + timedelta(7), entered + timedelta(8)]
    assert [households_just_visited(stand_in, day).exists() for day in days] == [True, True, False]
    void_visit(visit, by=None, reason="记错户", on=entered)
    assert not households_just_visited(stand_in, entered).exists()


def test_done_and_past_tasks_keep_their_monitor(station):
    household = make_household(tier=Tier.KEY)
    old, new = make_monitor(household), make_monitor()
    plan_month(date(2026, 10, 1), area=TOWNSHIP, on=date(2026, 10, 1))
    plan()
    log_visit(household, VisitInput(visited_on=date(2026, 11, 5), mode="home"), by=old, on=ON)
    hand_over(old, new, by=station, on=ON, reason="离任")
    assert {task.monitor for task in VisitTask.objects.all()} == {old}


def test_single_tasks(station):
    household = make_household(tier=Tier.KEY)
    old, helper = make_monitor(household), make_monitor()
    plan()
    assert reassign_tasks(VisitTask.objects.all(), helper, by=station, on=ON) == 1
    assert who_on(household, ON) == old
    third = make_monitor()
    assert hand_over(helper, third, by=station, on=ON, reason="生病") == 0
    assert VisitTask.objects.get().monitor == third
    with pytest.raises(HandOverRefused, match="已过期"):
        reassign_tasks(VisitTask.objects.all(), helper, by=station, on=date(2026, 12, 1))


def test_refused(station):
    household = make_household(tier=Tier.KEY)
    old = make_monitor(household)
    homes = Household.objects.all()
    for monitor, words in (
        (make_user(Role.CADRE), "不是"),
        (make_user(Role.MONITOR, f"{TOWNSHIP}002"), "不是"),
        (make_user(Role.MONITOR, is_active=False), "停用"),
    ):
        with pytest.raises(HandOverRefused, match=words):
            assign_monitor(homes, monitor, by=station, on=ON)
    gone = make_monitor()
    Posting.objects.filter(user=gone).update(history=False, valid_to=ON - timedelta(1))
    with pytest.raises(HandOverRefused):
        hand_over(old, gone, by=station, on=ON, reason="离任")
    with pytest.raises(HandOverRefused, match="早于"):
        assign_monitor(homes, make_monitor(), by=station, on=ON, until=ON - timedelta(1))
    with pytest.raises(HandOverRefused, match="原因"):
        hand_over(old, make_monitor(), by=station, on=ON, reason=" ")
    with pytest.raises(HandOverRefused, match="没有可移交"):
        hand_over(make_monitor(), make_monitor(), by=station, on=ON, reason="离任")
    assert who_on(household, ON) == old


def test_who_may(station):
    make_household(tier=Tier.KEY)
    far = make_household(make_village(f"{OTHER_TOWNSHIP}001"), tier=Tier.KEY)
    everywhere = make_user(Role.MONITOR, "130722")
    for who in (station, make_user(Role.LEADER), make_user(Role.CADRE)):
        with pytest.raises(PermissionDenied):
            assign_monitor(Household.objects.all(), everywhere, by=who, on=ON)
    assert who_on(far, ON) is None


def test_queries_do_not_grow(station, django_assert_max_num_queries):
    for _ in range(30):
        make_household(tier=Tier.KEY)
    plan()
    with django_assert_max_num_queries(25):
        assign_monitor(Household.objects.all(), make_monitor(), by=station, on=ON)


moves = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 40), st.none() | st.integers(0, 20)), min_size=1, max_size=6
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=moves)
def test_after_any_moves_the_days_are_as_said_last(moves):
    household = make_household()
    monitors = [make_monitor() for _ in range(3)]
    first = date(2026, 11, 1)
    expected = dict.fromkeys(range(80))
    for number, start, length in moves:
        until = None if length is None else first + timedelta(start + length)
        assign_monitor(
            Household.objects.filter(pk=household.pk),
            monitors[number],
            by=None,
            on=first + timedelta(start),
            until=until,
        )
        for day in expected:
            if day >= start and (length is None or day <= start + length):
                expected[day] = monitors[number]
    assert {day: who_on(household, first + timedelta(day)) for day in expected} == expected
