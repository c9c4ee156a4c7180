"""A monitor who leaves takes no task with him: dashboard, board and task list say the same number."""

from datetime import date

import pytest
from django.utils import timezone

from households.access import Role
from households.choices import Tier
from households.models import Household, MonitorAssignment
from households.services.accounts import end_service
from monitoring.board import visit_board
from monitoring.models import VisitTask
from monitoring.reference import load_cycles
from monitoring.services.handover import assign_monitor, reassign_tasks
from monitoring.services.planning import plan_month
from tests.factories import TOWNSHIP, make_household, make_monitor, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def on(db) -> date:
    load_cycles()
    return timezone.localdate()


def plan(on: date) -> None:
    plan_month(on.replace(day=1), area=TOWNSHIP, on=on, include_started=True)


def test_open_tasks_are_nobodys_on_every_page(on):
    homes = [make_household(tier=Tier.KEY) for _ in range(3)]
    monitor, other = make_monitor(*homes[:2]), make_monitor(homes[2])
    plan(on)
    end_service(monitor, on=on, by=make_user(Role.ADMINISTRATOR))
    assert {task.monitor for task in VisitTask.objects.filter(household__in=homes[:2])} == {None}
    assert VisitTask.objects.get(household=homes[2]).monitor == other
    without = Household.objects.without_monitor(on, MonitorAssignment.objects.all()).count()
    board = visit_board(VisitTask.objects.all(), month=on.replace(day=1), on=on)
    assert without == board.without_monitor.total.total == 2


def test_task_handed_over_singly_returns_to_the_assigned_monitor(on):
    household, station = make_household(tier=Tier.KEY), make_user(Role.STATION)
    assigned, helping = make_monitor(household), make_monitor()
    plan(on)
    reassign_tasks(VisitTask.objects.all(), helping, by=station, on=on)
    end_service(helping, on=on, by=make_user(Role.ADMINISTRATOR))
    assert VisitTask.objects.get().monitor == assigned


def test_stand_in_who_leaves_does_not_keep_the_tasks(on):
    household, station = make_household(tier=Tier.KEY), make_user(Role.STATION)
    make_monitor(household)
    stand_in = make_monitor()
    plan(on)
    assign_monitor(Household.objects.all(), stand_in, by=station, on=on, until=date(on.year + 1, 12, 31))
    assert VisitTask.objects.get().monitor == stand_in
    end_service(stand_in, on=on, by=make_user(Role.ADMINISTRATOR))
    assert VisitTask.objects.get().monitor is None
