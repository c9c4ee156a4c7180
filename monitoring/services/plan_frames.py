"""What a plan fills: the periods of a township's tiers, and the household's month within them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from households.models import Division, Village
from monitoring.models import VisitCycle, VisitTask
from monitoring.models.task_status import TaskStatusQuerySet
from monitoring.schedule import due_on, months_left, newcomer_month, spread, village_offset
from monitoring.services.responsible import Responsible
from township.base.dates import Period

TOWNSHIP_DIGITS = 9
# (id, area, tier) of an active household, in walking order
Door = tuple[UUID, str, str]
# A household has a task of this tier that shares a day with this period.
Held = tuple[UUID, str, Period]


@dataclass(frozen=True)
class Frame:
    """A period of a tier to be filled; `is_planned`: it was planned before, so the neighbours have their months."""

    cycle: VisitCycle
    period: Period
    is_planned: bool

    def months(self, doors: list[Door], offset: float, on: date, start_day: date | None) -> list[date]:
        """Return the planned month of each household of a village, given in walking order.

        Never a month that is over, unless the whole period is, nor one before the township's start day. A first plan
        is spread over the months left; later a newcomer gets his place among the neighbours, or the last month where
        that is due too soon.
        """
        left = months_left(self.period, on, start_day)
        if not left:
            return spread(doors, self.period.months, offset=offset)
        if self.is_planned:
            places = spread(doors, self.period.months, offset=offset)
            return [newcomer_month(place, left, self.cycle.due_day, on) for place in places]
        return spread(doors, left, offset=offset)


def held_in(tasks: TaskStatusQuerySet, frames: list[Frame]) -> set[Held]:
    """Return what is there already: a task holds a frame of its tier when they share a day, voided or not."""
    if not frames:
        return set()
    rows = tasks.filter(
        tier__in={frame.cycle.tier for frame in frames},
        period_end__gte=min(frame.period.start for frame in frames),
        period_start__lte=max(frame.period.end for frame in frames),
    )
    return {
        (household, tier, frame.period)
        for household, tier, start, end in rows.order_by().values_list(
            "household_id", "tier", "period_start", "period_end"
        )
        for frame in frames
        if frame.cycle.tier == tier and start <= frame.period.end and end >= frame.period.start
    }


def missing_tasks(
    township: Division,
    frames: list[Frame],
    doors: list[Door],
    held: set[Held],
    responsible: Responsible,
    wanted: Callable[[Frame, Door], bool] = lambda frame, door: True,
) -> list[VisitTask]:
    """Return the tasks that the frames lack and that are wanted, unsaved.

    `doors` are all households of the frames' tiers in the villages concerned: each village is spread as a whole, so
    that a household gets the same month whether it is planned alone or with the others.
    """
    by_village: dict[tuple[str, str], list[Door]] = defaultdict(list)
    for door in doors:
        by_village[door[1], door[2]].append(door)
    offsets = _offsets(township)
    return [
        task
        for frame in frames
        for (area, tier), neighbours in by_village.items()
        if tier == frame.cycle.tier
        for task in _tasks_of_village(
            frame,
            neighbours,
            frame.months(neighbours, offsets[area], responsible.day, township.start_on),
            responsible,
            lambda frame, door: (door[0], door[2], frame.period) not in held and wanted(frame, door),
        )
    ]


def _offsets(township: Division) -> dict[str, float]:
    """Shift each village by its rank, so that small villages do not all begin with the first month."""
    villages = Village.objects.in_area(township.area[:TOWNSHIP_DIGITS]).order_by("area")
    return {area: village_offset(rank) for rank, area in enumerate(villages.values_list("area", flat=True))}


def _tasks_of_village(
    frame: Frame,
    doors: list[Door],
    months: list[date],
    responsible: Responsible,
    is_missing: Callable[[Frame, Door], bool],
) -> Iterator[VisitTask]:
    for door, month in zip(doors, months, strict=True):
        if not is_missing(frame, door):
            continue
        household, area, tier = door
        due = due_on(month, frame.cycle.due_day)
        yield VisitTask(
            household_id=household,
            area=area,
            tier=tier,
            period_start=frame.period.start,
            period_end=frame.period.end,
            planned_month=month,
            due_on=due,
            monitor_id=responsible.for_task(household, due),
        )
