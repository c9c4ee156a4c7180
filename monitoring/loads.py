"""How much a monitor carries: households, and visits of the running month."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count

from households.models import Account, MonitorAssignment
from households.models.households import HouseholdQuerySet
from monitoring.models import VisitTask
from monitoring.people import monitor_label
from monitoring.schedule import TaskStatus
from township.base.dates import month_end

LOAD_DEFINITION = (
    "包户：当日由其包联的农户；未完成：周期包含当日、到本月底前应走访而还没有完成的走访任务。单位：户"
)
LOSING_SHOWN = 10
_OPEN = (TaskStatus.OVERDUE, TaskStatus.DUE_SOON, TaskStatus.DUE)


@dataclass(frozen=True)
class Load:
    """Of one monitor, in 户; LOAD_DEFINITION is the 口径."""

    households: int = 0
    open_visits: int = 0


@dataclass(frozen=True)
class LoadChange:
    """What giving households to a monitor does to one person: the load before, and the households after (户)."""

    label: str
    before: Load
    households_after: int


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


def load_changes(homes: HouseholdQuerySet, monitor: Any, on: date) -> list[LoadChange]:
    """Return what becomes of the monitor who gets the households on a day, and of those who lose the most of them.

    The monitor comes first, whoever loses most next, at most LOSING_SHOWN; five queries.
    """
    held = MonitorAssignment.objects.valid_on(on).filter(household__in=homes.order_by())
    lost = dict(held.order_by().values_list("monitor").annotate(count=Count("household", distinct=True)))
    gained = homes.count() - lost.pop(monitor.pk, 0)
    losing = sorted(lost, key=lambda pk: (-lost[pk], pk))[:LOSING_SHOWN]
    people = Account.objects.in_bulk([monitor.pk, *losing])
    known = loads(list(people), on)
    changes = {monitor.pk: gained} | {pk: -lost[pk] for pk in losing}
    return [
        LoadChange(monitor_label(people[pk]), known[pk], known[pk].households + change)
        for pk, change in changes.items()
    ]
