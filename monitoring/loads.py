"""How much a monitor carries: households, and visits of the running month."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count

from households.models import MonitorAssignment
from monitoring.models import VisitTask
from monitoring.schedule import TaskStatus
from township.base.dates import month_end

LOAD_DEFINITION = (
    "包户：当日由其包联的农户；未完成：周期包含当日、到本月底前应走访而还没有完成的走访任务。单位：户"
)
_OPEN = (TaskStatus.OVERDUE, TaskStatus.DUE_SOON, TaskStatus.DUE)


@dataclass(frozen=True)
class Load:
    """Of one monitor, in 户; LOAD_DEFINITION is the 口径."""

    households: int = 0
    open_visits: int = 0


def loads(monitors: Collection[Any], on: date) -> dict[Any, Load]:
    """Return the load of each monitor (ids) on a day, two queries."""
    households = dict(
        MonitorAssignment.objects.valid_on(on)
        .filter(monitor__in=monitors)
        .order_by()
        .values_list("monitor")
        .annotate(Count("household", distinct=True))
    )
    visits = dict(
        VisitTask.objects.containing(on)
        .filter(monitor__in=monitors, planned_month__lte=month_end(on))
        .in_status(on, *_OPEN)
        .order_by()
        .values_list("monitor")
        .annotate(Count("pk"))
    )
    return {pk: Load(households.get(pk, 0), visits.get(pk, 0)) for pk in monitors}
