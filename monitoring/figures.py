"""Figures of monitoring: households and people by tier, and how far the visits of the running periods have come."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.db.models import Case, CharField, Count, F, Q, Value, When

from households.choices import MonitoredKind, Tier
from households.figures import people_on
from households.models import Household
from monitoring.models import VisitTask
from monitoring.models.task_status import OPEN_STATUSES, TaskStatusQuerySet, status_on
from monitoring.schedule import TaskStatus
from monitoring.tier_on_day import held_tier
from township.base.registry import Figure

PROGRESS_DEFINITION = (
    "应走访：本周期（重点按月、低收入按季、稳定脱贫按半年、一般农户按年，以走访周期设置为准）内应走访一次的农户，"
    "每户计一次，不含已作废和因等级变动被替代的任务；已走访：走访日期在本周期内且有效的；"
    "超期：过了计划月份的截止日仍未走访、周期未结束的；漏访：周期已结束仍未走访的。单位：户"
)


@dataclass(frozen=True)
class VisitProgress:
    """Households of one tier in one village by the state of their visit task, in 户; every count is disjoint."""

    area: str
    tier: str
    planned: int = 0
    due: int = 0
    due_soon: int = 0
    overdue: int = 0
    missed: int = 0
    done: int = 0

    @property
    def total(self) -> int:
        """应走访（户）."""
        return self.planned + self.due + self.due_soon + self.overdue + self.missed + self.done

    @property
    def late(self) -> int:
        """超期 and 漏访（户）."""
        return self.overdue + self.missed

    @property
    def completion(self) -> float | None:
        """完成率, 0 to 1; None where nobody has to be visited."""
        return self.done / self.total if self.total else None


_COUNTS = ("planned", "due", "due_soon", "overdue", "missed", "done")  # values of TaskStatus


def status_at(on: date, *, over: bool = False) -> Case:
    """Return the expression of a task's status on a day; with `over` the day has passed.

    Then what a period that ended on the day still owed is missed, as it has been from the next morning on.
    """
    if not over:
        return status_on(on)
    return Case(
        When(Q(period_end=on) & Q(status__in=OPEN_STATUSES), then=Value(TaskStatus.MISSED.value)),
        default=F("status"),
        output_field=CharField(),
    )


def with_status_at(tasks: TaskStatusQuerySet, on: date, *, over: bool = False) -> TaskStatusQuerySet:
    """Annotate `standing`, the status on a day that is over or not (see `status_at`)."""
    return tasks.with_status(on).annotate(standing=status_at(on, over=True) if over else F("status"))


def visit_progress(scope: str | TaskStatusQuerySet, on: date, *, over: bool = False) -> list[VisitProgress]:
    """Return one row per village and tier for the periods that hold the day, by village (one query).

    `scope` is an area prefix or a queryset of visit tasks (already narrowed to what a user sees); PROGRESS_DEFINITION
    is the 口径. `over`: the day has passed, so a period that ended on it is closed.
    """
    tasks = VisitTask.objects.in_area(scope) if isinstance(scope, str) else scope
    counted = (
        with_status_at(tasks.containing(on), on, over=over)
        .order_by()
        .values("area", "tier", "standing")
        .annotate(count=Count("*"))
    )
    found: dict[tuple[str, str], dict[str, int]] = {}
    for row in counted:
        # Left out here and not in SQL, which would work the state of every task out a second time.
        if row["standing"] in _COUNTS:
            found.setdefault((row["area"], row["tier"]), {})[row["standing"]] = row["count"]
    order = {tier: at for at, tier in enumerate(Tier.values)}
    return [
        VisitProgress(area, tier, **counts)
        for (area, tier), counts in sorted(found.items(), key=lambda item: (item[0][0], order[item[0][1]]))
    ]


def added_up(rows: Iterable[VisitProgress], by: Callable[[VisitProgress], str]) -> dict[str, VisitProgress]:
    """Add rows up under the keys that `by` gives (`attrgetter("tier")`, `attrgetter("area")`).

    In the sums, `area` and `tier` are those that all added rows share, else "".
    """
    sums: dict[str, VisitProgress] = {}
    for row in rows:
        key = by(row)
        known = sums.get(key)
        sums[key] = row if known is None else _sum(known, row)
    return sums


def _sum(one: VisitProgress, other: VisitProgress) -> VisitProgress:
    return VisitProgress(
        one.area if one.area == other.area else "",
        one.tier if one.tier == other.tier else "",
        **{name: getattr(one, name) + getattr(other, name) for name in _COUNTS},
    )


def tier_households(tier: str, area: str, on: date) -> int:
    """户 in the tier on the day."""
    return Household.objects.in_area(area).existing(on).filter(held_tier(tier, on)).count()


def tier_people(tier: str, area: str, on: date) -> int:
    """人 registered in the households of the tier on the day."""
    return people_on(area, on).filter(held_tier(tier, on, household="household")).count()


def kind_households(kind: str, area: str, on: date) -> int:
    """户 registered as this kind of monitored household, eliminated or not."""
    return Household.objects.in_area(area).existing(on).filter(monitored_kind=kind).count()


def kind_people(kind: str, area: str, on: date) -> int:
    """人 of those households."""
    return people_on(area, on).filter(household__monitored_kind=kind).count()


def not_eliminated(prefix: str = "") -> Q:
    """Condition: a monitored household whose risk is not marked as eliminated."""
    return Q(**{f"{prefix}monitored_kind__in": MonitoredKind.values}) & (
        Q(**{f"{prefix}is_eliminated": False}) | Q(**{f"{prefix}is_eliminated__isnull": True})
    )


def not_eliminated_households(area: str, on: date) -> int:
    """户 whose risk is not eliminated."""
    return Household.objects.in_area(area).existing(on).filter(not_eliminated()).count()


def not_eliminated_people(area: str, on: date) -> int:
    """人 of those households."""
    return people_on(area, on).filter(not_eliminated("household__")).count()


_IN_TIER = "当日监测等级为“{}”的在册农户"
_OF_KIND = "登记为{}的在册农户（含风险已消除）"
_PEOPLE = "的登记人口，不含已减少人员"


def _pair(key: str, definition: str, households: Callable, people: Callable) -> tuple[Figure, Figure]:
    return (
        Figure(key=f"{key}_households", unit="household", definition=definition, value=households),
        Figure(key=f"{key}_people", unit="person", definition=definition + _PEOPLE, value=people),
    )


FIGURES = (
    *(
        figure
        for tier in Tier
        for figure in _pair(
            tier.value,
            _IN_TIER.format(tier.label),
            partial(tier_households, tier),
            partial(tier_people, tier),
        )
    ),
    *(
        figure
        for kind in MonitoredKind
        for figure in _pair(
            kind.value,
            _OF_KIND.format(kind.label),
            partial(kind_households, kind),
            partial(kind_people, kind),
        )
    ),
    *_pair(
        "not_eliminated",
        "三类监测对象中风险未消除的在册农户",
        not_eliminated_households,
        not_eliminated_people,
    ),
)
