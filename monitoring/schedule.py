"""The visit schedule: periods, planned months, the status of a task on a day, and which visits count.

Pure: values in, values out, the day is passed in as `on`.  Source: design.md §3 and domain.md §5.1;
cycles are calendar periods, because reports count 本月应走访 and 已走访, not days since the last visit.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

from township.base.dates import (
    Period,
    PeriodKind,
    month_end,
    month_start,
    next_period,
    period_of,
    quarter_of,
)

DUE_SOON_DAYS = 3
BACKDATED_DAYS = 7
# Whoever gets a newcomer has at least this long until the visit is due, where the period allows it.
NEWCOMER_DAYS = 10
# Multiples of the golden ratio spread evenly over 0..1 however many villages there are.
GOLDEN_RATIO = 0.6180339887

HOME, OUTDOOR = "home", "outdoor"
REMOTE_MODES = frozenset({"phone", "video", "chat"})
NOBODY = "nobody"


class TaskStatus(StrEnum):
    """What a visit task is on a day, in the order of precedence; derived, never stored."""

    VOIDED = "voided"
    SUPERSEDED = "superseded"
    DONE = "done"
    MISSED = "missed"
    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    DUE = "due"
    PLANNED = "planned"

    @property
    def label(self) -> str:
        """Chinese name for pages and sheets."""
        return _LABELS[self]


_LABELS = {
    TaskStatus.VOIDED: "已作废",
    TaskStatus.SUPERSEDED: "已被替代",
    TaskStatus.DONE: "已完成",
    TaskStatus.MISSED: "漏访",
    TaskStatus.OVERDUE: "超期",
    TaskStatus.DUE_SOON: "三日内到期",
    TaskStatus.DUE: "待走访",
    TaskStatus.PLANNED: "计划中",
}


class PhoneRule(StrEnum):
    """When a visit by telephone, video or chat fulfils the task; the values of a cycle's `phone_counts`."""

    NEVER = "never"
    AWAY_AND_HOME_VISIT = "away_home_visit"
    AWAY = "away"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class CycleRule:
    """How a tier is visited: once in `months` (1, 3, 6, 12), until `due_day` of the planned month.

    Raises ValueError for values that no cycle can have.
    """

    tier: str
    months: int
    due_day: int = 25
    phone_counts: str = PhoneRule.NEVER

    def __post_init__(self) -> None:
        PeriodKind.of_months(self.months)
        PhoneRule(self.phone_counts)
        if not 1 <= self.due_day <= 31:
            raise ValueError(f"截止日应为 1—31，不能是 {self.due_day}。")


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """What decides whether a visit counts; `mode` and `met` as stored, `is_away` the whole family 外出."""

    visited_on: date
    mode: str
    met: str
    is_away: bool = False
    is_voided: bool = False

    @property
    def met_somebody(self) -> bool:
        """A standing visit with contact; an attempt at a closed door is kept, but fulfils nothing."""
        return self.met != NOBODY and not self.is_voided


Known = TypeVar("Known", bound=VisitFacts)


def period_for(months: int, on: date) -> Period:
    """Return the calendar period of 1, 3, 6 or 12 months that contains the day; ValueError for other lengths."""
    return period_of(PeriodKind.of_months(months), on)


def due_on(planned_month: date, due_day: int) -> date:
    """Last day to visit in time: the due day of the planned month, capped to the month's end."""
    last = month_end(planned_month)
    return last.replace(day=min(due_day, last.day))


def spread(items: Sequence[object], months: Sequence[date], *, offset: float) -> list[date]:
    """Return the planned month of each item of one village, in the order given.

    Items in walking order fall into consecutive runs, so neighbours are visited in the same month, and
    the runs differ by one at most.  `offset` (0 ≤ offset < 1) shifts where a village begins, so that small
    villages do not all fall into the first month.  ValueError without months or for another offset.
    """
    if not months or not 0 <= offset < 1:
        raise ValueError("没有可以安排的月份，或错开比例不在 0 到 1 之间。")
    # In whole numbers: rounding of floats would make uneven runs at the borders.
    shift, unit = offset.as_integer_ratio()
    return [months[(i * unit + shift) * len(months) // (len(items) * unit)] for i in range(len(items))]


def village_offset(rank: int) -> float:
    """Offset for `spread` of the village with this rank (0, 1, 2, …) in the township."""
    return rank * GOLDEN_RATIO % 1


def months_left(period: Period, on: date, start_day: date | None = None) -> list[date]:
    """First days of the period's months that are not over on the day, nor before the township's start day.

    The running month is still one of them; empty when nothing of the period is left.
    """
    first = max(period.start, month_start(on), month_start(start_day or on))
    return [month for month in period.months if month >= first]


def newcomer_month(place: date, left: Sequence[date], due_day: int, on: date) -> date:
    """Return the planned month of a household that joins on the day a period that is planned already.

    `place` is its month among the neighbours, `left` the period's months that are not over (`months_left`). Where the
    place would be due in less than NEWCOMER_DAYS, the visit is planned in the last month of the period: nobody can
    owe tomorrow what was unknown yesterday. A period without another month leaves no choice.
    """
    month = max(place, left[0])
    if due_on(month, due_day) - on < timedelta(days=NEWCOMER_DAYS):
        return left[-1]
    return month


def switch_day(valid_from: date, months: int, months_before: int) -> date:
    """Return the first day on which a new cycle of `months` is planned in place of one of `months_before`.

    A period that has begun is finished, so that no day falls into two periods or none: the new cycle starts
    with the first period of the longer of the two that begins on or after its `valid_from`.
    """
    period = period_for(max(months, months_before), valid_from)
    return valid_from if period.start == valid_from else next_period(period).start


def derive_status(
    *,
    voided: bool,
    tier_in_force: bool,
    fulfilled_on: date | None,
    period_end: date,
    planned_month: date,
    due_on: date,
    on: date,
) -> TaskStatus:
    """Return what a task is on a day; the SQL expression of the lists is tested against this, first match wins.

    `fulfilled_on` is the day of the first visit that counts.  A missed period is final.
    """
    if voided:
        return TaskStatus.VOIDED
    if not tier_in_force:
        return TaskStatus.SUPERSEDED
    if fulfilled_on is not None and fulfilled_on <= on:
        return TaskStatus.DONE
    if period_end < on:
        return TaskStatus.MISSED
    if due_on < on:
        return TaskStatus.OVERDUE
    if due_on - on <= timedelta(days=DUE_SOON_DAYS):
        return TaskStatus.DUE_SOON
    return TaskStatus.DUE if planned_month <= on else TaskStatus.PLANNED


def counts(visit: VisitFacts, *, phone_counts: str, home_visit_in_quarter: bool) -> bool:
    """Whether a visit fulfils a task of its period; `home_visit_in_quarter` as `first_counting` finds it.

    ValueError for a mode or a rule that does not exist.
    """
    rule = PhoneRule(phone_counts)
    if visit.mode not in REMOTE_MODES and visit.mode not in (HOME, OUTDOOR):
        raise ValueError(f"未知的走访方式“{visit.mode}”。")
    if not visit.met_somebody:
        return False
    if visit.mode in (HOME, OUTDOOR) or rule is PhoneRule.ALWAYS:
        return True
    if rule is PhoneRule.NEVER or not visit.is_away:
        return False
    return rule is PhoneRule.AWAY or home_visit_in_quarter


def first_counting(
    visits: Iterable[Known], period: Period, phone_counts: str | Callable[[date], str]
) -> Known | None:
    """Return the earliest visit of a household that fulfils the task of the period, None if none does.

    `visits` must reach beyond a month's period to the whole quarter: a telephone visit may lean on a home
    visit on any day, earlier or later, of its calendar quarter.  `phone_counts` is the rule of the whole
    period, or a function of the day where the rule changed within it.
    """
    rule_on = phone_counts if callable(phone_counts) else lambda _: phone_counts
    known = sorted(visits, key=lambda visit: visit.visited_on)
    home_quarters = {_quarter(visit) for visit in known if visit.mode == HOME and visit.met_somebody}
    return next(
        (
            visit
            for visit in known
            if period.contains(visit.visited_on)
            and counts(
                visit,
                phone_counts=rule_on(visit.visited_on),
                home_visit_in_quarter=_quarter(visit) in home_quarters,
            )
        ),
        None,
    )


def visit_problems(visited_on: date, on: date, backdate_reason: str = "") -> list[tuple[str, str]]:
    """Return (code, message) of what keeps a visit's day from being taken on the day `on`; empty when plausible.

    Codes: future, backdated (more than 7 days back without a reason; domain.md §5.2).
    """
    if visited_on > on:
        return [("future", f"走访日期 {visited_on} 晚于今天（{on}）。请改为实际走访的日期。")]
    if on - visited_on > timedelta(days=BACKDATED_DAYS) and not backdate_reason.strip():
        return [("backdated", f"走访日期 {visited_on} 距今超过 {BACKDATED_DAYS} 天。请填写补录原因。")]
    return []


def _quarter(visit: VisitFacts) -> tuple[int, int]:
    return visit.visited_on.year, quarter_of(visit.visited_on)
