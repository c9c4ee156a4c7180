"""What a person goes out for today: the open visit tasks in the order of the way, one entry per household."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from households.access import access_of
from households.models import Household
from households.models.assignments import households_of_monitor
from monitoring.models import Visit, VisitTask
from monitoring.models.task_status import OPEN_STATUSES, TaskStatusQuerySet
from monitoring.models.visits import households_of_tasks
from monitoring.schedule import TaskStatus

URGENCY: Case = Case(
    *(When(status=status, then=Value(place)) for place, status in enumerate(OPEN_STATUSES)),
    output_field=IntegerField(),
)
NEVER_VISITED_FIRST: Case = Case(
    When(household__last_visited_on__isnull=True, then=Value(0)),
    default=Value(1),
    output_field=IntegerField(),
)


def open_tasks(user: Any, on: date) -> TaskStatusQuerySet:
    """Return the tasks to do today: overdue, due soon, due; each by natural village, never-visited first, then the way.

    A task handed to another monitor for a while is his work, though the household can still be seen.
    """
    tasks = (
        VisitTask.objects.visible_to(user)
        .to_do(on)
        .with_previous_status(on)
        .filter(household__closed_on__isnull=True)
    )
    if access_of(user).is_monitor_only:
        tasks = tasks.filter(Q(monitor=user) | Q(monitor__isnull=True))
    return tasks.select_related("household__village", "household__group").order_by(
        URGENCY,
        "area",
        "household__group__order",
        "household__group__name",
        NEVER_VISITED_FIRST,
        "household__walk_order",
        "household__code",
    )


def counts_by_status(tasks: TaskStatusQuerySet) -> dict[TaskStatus, int]:
    """Return how many of the tasks (= households) are in each open status; unit 户."""
    rows = tasks.order_by().values("status").annotate(count=Count("pk"))
    found = {row["status"]: row["count"] for row in rows}
    return {status: found.get(status, 0) for status in OPEN_STATUSES}


def own_households(user: Any, on: date) -> set[UUID]:
    """Return the households that are a monitor's own on a day, by assignment or by a task handed to him."""
    sources = (households_of_monitor, households_of_tasks)
    return {row["household_id"] for source in sources for row in source(user, on)}


def visits_of_today(user: Any, on: date) -> QuerySet[Visit]:
    """Return the visits a person made today, the latest first; attempts at a closed door among them."""
    return (
        Visit.objects.visible_to(user)
        .standing()
        .filter(visitor=user, visited_on=on)
        .select_related("household__group")
        .order_by("-recorded_at")
    )


def next_task(user: Any, on: date, after: Household) -> VisitTask | None:
    """Return the task to go on with after a household: in its natural village if there is one, else the first."""
    tasks = open_tasks(user, on).exclude(household=after)
    return tasks.filter(household__group=after.group_id).first() or tasks.first()
