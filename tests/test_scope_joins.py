"""On PostgreSQL the area of a scope is asked of both sides of a join, so that one township is read among many."""

import pytest
from django.utils import timezone

from households.access import Role
from households.models import Household
from monitoring.models import VisitTask
from monitoring.services.planning import plan_month
from tests.factories import OTHER_TOWNSHIP, TOWNSHIP, make_household, make_township, make_user, make_village
from township.base.dates import month_start

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
HOUSEHOLD_RANGE = '"households_household"."area" >= '


def test_tasks_and_their_households_are_read_by_area():
    user = make_user(Role.STATION)
    for rows in (VisitTask.objects.visible_to(user), VisitTask.objects.in_area(TOWNSHIP)):
        assert HOUSEHOLD_RANGE in str(rows.with_status(timezone.localdate()).query)
    assert str(Household.objects.visible_to(user).in_area(TOWNSHIP).query).count(HOUSEHOLD_RANGE) == 2


def test_range_of_the_household_leaves_the_same_tasks():
    today = timezone.localdate()
    for township in (TOWNSHIP, OTHER_TOWNSHIP):
        make_township(township)
        make_household(make_village(f"{township}001"), tier="key")
        plan_month(month_start(today), area=township, on=today)
    seen = VisitTask.objects.visible_to(make_user(Role.STATION)).in_status(
        today, "due", "due_soon", "overdue"
    )
    assert {task.area for task in VisitTask.objects.all()} == {f"{TOWNSHIP}001", f"{OTHER_TOWNSHIP}001"}
    assert {task.area for task in seen} == {f"{TOWNSHIP}001"}
