"""The visit plan: one task per household and period of its tier, never a gap, never a double.

`plan_month` plans a township, `replan` follows a tier change or a new household at once. Both fill in what is
missing and change nothing that is there. Source: design.md §3, domain.md §5.1.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from households.access import AREA_DIGITS, Capability
from households.models import Division, Household
from households.services.fact_writes import lock_townships, township_of
from monitoring.models import PlannedPeriod, VisitCycle, VisitTask
from monitoring.schedule import period_for
from monitoring.services import fulfilment
from monitoring.services.cycles import Cycles
from monitoring.services.plan_changes import PlanRefused, move, note_missed_cause, void
from monitoring.services.plan_frames import TOWNSHIP_DIGITS, Door, Frame, Held, held_in, missing_tasks
from monitoring.services.responsible import Responsible
from monitoring.services.rights import demand
from township.base.batches import batches
from township.base.dates import Period, add_months, month_end, month_start
from township.base.insert import insert

__all__ = [
    "PlanRefused",
    "PlanResult",
    "lock_townships",
    "may_plan_month",
    "move",
    "note_missed_cause",
    "plan_month",
    "replan",
    "void",
]

CLOSED = "农户已销户"
# Tiers and monitors change: a plan made earlier than this would be wrong when its month comes.
PLAN_MONTHS_AHEAD = 2


@dataclass
class PlanResult:
    """What planning a month did: tasks made, tasks that were there, tasks of closed households voided.

    `by_tier` counts the tasks of the month's periods (made and found) by tier, `without_monitor` the households
    among them that nobody is assigned to on the day.
    """

    created: int = 0
    existing: int = 0
    voided: int = 0
    by_tier: dict[str, int] = field(default_factory=dict)
    without_monitor: int = 0

    def add(self, other: PlanResult) -> None:
        """Take in the result of another township."""
        self.created += other.created
        self.existing += other.existing
        self.voided += other.voided
        self.without_monitor += other.without_monitor
        self.by_tier = dict(Counter(self.by_tier) + Counter(other.by_tier))

    def as_json(self) -> dict[str, Any]:
        """The object that `plan_visits --json` prints."""
        return asdict(self)


def plan_month(
    month: date, *, area: str, on: date, include_started: bool = False, by: Any = None
) -> PlanResult:
    """Make the missing visit tasks of every cycle whose period contains the month, for the townships of an area.

    `area` is the code of a township or of what lies above it ("" for all). Periods begun before a township's start
    day are left out unless `include_started`; then their load is spread over the months left. Running tasks of
    households closed meanwhile are voided. The number of queries does not grow with the households, save for the
    batches of the INSERT. Raise PlanRefused when the area holds no township or the month lies further ahead than
    PLAN_MONTHS_AHEAD, PermissionDenied.
    """
    if not may_plan_month(month, on):
        last = add_months(month_start(on), PLAN_MONTHS_AHEAD)
        raise PlanRefused(
            f"{month:%Y-%m} 还太远，走访计划最多提前到 {last:%Y-%m}"
            f"（今后 {PLAN_MONTHS_AHEAD} 个月）。请选择较近的月份。"
        )
    townships = Division.objects.filter(level=Division.Level.TOWNSHIP).in_area(_prefix(area))
    areas = list(townships.values_list("area", flat=True))
    if not areas:
        raise PlanRefused(f"区划“{area}”内没有乡镇，无法制定走访计划。请先设置乡镇。")
    demand(by, Capability.PLAN_VISITS, areas)
    total = PlanResult()
    cycles = Cycles().periods(month_end(month))
    with transaction.atomic():
        for township in lock_townships(areas):
            total.add(_plan_township(township, cycles, on, include_started, by))
    return total


def may_plan_month(month: date, on: date) -> bool:
    """Whether a month is near enough to be planned on a day; a month that is over always is."""
    return month_start(month) <= add_months(month_start(on), PLAN_MONTHS_AHEAD)


def replan(household_ids: Iterable[UUID], *, on: date) -> None:
    """Give new households and those whose tier changed their task of the period that contains `on`, if missing.

    A period counts when it began on or after the start day, was planned, or the household already had a task for
    the day; besides, the tier's periods that are planned ahead. A township whose plan has never been made is left
    to `plan_month`. A visit already made in the period fulfils the new task.
    """
    by_township: dict[str, dict[UUID, Door]] = defaultdict(dict)
    for some in batches(household_ids):
        for door in (
            Household.objects.active().filter(pk__in=some).exclude(tier="").values_list("pk", "area", "tier")
        ):
            by_township[township_of(door[1])][door[0]] = door
    with transaction.atomic():
        for township in lock_townships(by_township):
            _replan_township(township, by_township[township.area], on)


def _plan_township(
    township: Division,
    cycles: dict[str, tuple[VisitCycle, Period]],
    on: date,
    include_started: bool,
    by: Any,
) -> PlanResult:
    prefix = township.area[:TOWNSHIP_DIGITS]
    planned = set(PlannedPeriod.objects.filter(area=township.area).values_list("tier", "period_start"))
    frames = [
        Frame(cycle, period, (cycle.tier, period.start) in planned)
        for cycle, period in cycles.values()
        if include_started or (cycle.tier, period.start) in planned or _is_due(period, township)
    ]
    result = PlanResult(voided=_void_closed(prefix, on, by))
    tiers = [frame.cycle.tier for frame in frames]
    doors = list(
        Household.objects.active()
        .in_area(prefix)
        .filter(tier__in=tiers)
        .walking_order()
        .values_list("pk", "area", "tier")
    )
    responsible = Responsible.in_area(prefix, on)
    held = held_in(VisitTask.objects.in_area(prefix), frames)
    tasks = missing_tasks(township, frames, doors, held, responsible)
    _create(tasks, area=prefix)
    PlannedPeriod.objects.bulk_create(
        [
            PlannedPeriod(area=township.area, tier=frame.cycle.tier, period_start=frame.period.start)
            for frame in frames
            if not frame.is_planned
        ]
    )
    result.created, result.existing = len(tasks), len(doors) - len(tasks)
    result.by_tier = dict(Counter(tier for _, _, tier in doors))
    result.without_monitor = sum(responsible.on(pk, on) is None for pk, _, _ in doors)
    return result


def _replan_township(township: Division, changed: dict[UUID, Door], on: date) -> None:
    planned = set(PlannedPeriod.objects.filter(area=township.area).values_list("tier", "period_start"))
    if not planned:
        return
    tiers = {tier for _, _, tier in changed.values()}
    frames = _frames_from(on, tiers, planned)
    with_task: set[UUID] = set()
    held: set[Held] = set()
    for ids in batches(changed):
        tasks = VisitTask.objects.filter(household__in=ids)
        with_task |= set(tasks.containing(on).values_list("household_id", flat=True))
        held |= held_in(tasks, frames)

    def wanted(frame: Frame, door: Door) -> bool:
        if door[0] not in changed:
            return False
        return frame.is_planned or _is_due(frame.period, township) or door[0] in with_task

    villages = {area for _, area, _ in changed.values()}
    neighbours = Household.objects.active().filter(area__in=villages, tier__in=tiers).walking_order()
    doors = list(neighbours.values_list("pk", "area", "tier"))
    _create(missing_tasks(township, frames, doors, held, Responsible.of(changed, on), wanted))


def _frames_from(on: date, tiers: set[str], planned: set[tuple[str, date]]) -> list[Frame]:
    """Return the periods that contain the day, and those after it that were planned ahead."""
    cycles = Cycles()
    frames = [
        Frame(cycle, period, (tier, period.start) in planned)
        for tier, (cycle, period) in cycles.periods(on).items()
        if tier in tiers
    ]
    for tier, start in sorted(planned):
        if tier in tiers and start > on and (cycle := cycles.planned_on(start).get(tier)):
            frames.append(Frame(cycle, period_for(cycle.months, start), is_planned=True))
    return frames


def _create(tasks: list[VisitTask], *, area: str = "") -> None:
    """Save the tasks, of a whole area or of some households; a period that has already seen a visit is fulfilled."""
    fulfilment.prefill(tasks, area=area)
    insert(VisitTask, tasks)


def _void_closed(prefix: str, on: date, by: Any) -> int:
    """Void the running tasks of households that no longer exist, and return how many."""
    running = VisitTask.objects.in_area(prefix).filter(
        period_end__gte=on, voided_at__isnull=True, fulfilled_by__isnull=True, household__closed_on__lte=on
    )
    return running.update(voided_at=timezone.now(), voided_by=by, void_reason=CLOSED)


def _is_due(period: Period, township: Division) -> bool:
    """Nobody owes visits for a period that began before the township's start day."""
    return township.start_on is None or period.start >= township.start_on


def _prefix(area: str) -> str:
    """Return the digits that the townships of an area share; raise PlanRefused for a village."""
    if len(area) < AREA_DIGITS:
        return area
    for digits in (6, TOWNSHIP_DIGITS):
        if area[digits:].strip("0") == "":
            return area[:digits]
    raise PlanRefused("走访计划按乡镇制定，请选择乡镇而不是行政村。")
