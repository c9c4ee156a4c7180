"""Calendar arithmetic for months and the periods of the visit cycles.  Pure: every date is passed in."""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

WEEKDAYS = "一二三四五六日"
MONTH_TEXT = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
# 建档立卡 began in 2014: no register, visit or ledger is older, and no plan reaches further than two years ahead.
FIRST_MONTH = date(2014, 1, 1)
MONTHS_AHEAD = 24


class PeriodKind(StrEnum):
    """The four lengths of a calendar period; each divides the year."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"

    @property
    def months(self) -> int:
        """Length in months: 1, 3, 6 or 12."""
        return _MONTHS[self]

    @property
    def label(self) -> str:
        """Chinese name, as in 每「季度」走访."""
        return _LABELS[self]

    @classmethod
    def of_months(cls, months: int) -> "PeriodKind":
        """Return the kind that is `months` long (1, 3, 6, 12); raise ValueError for any other length."""
        for kind, length in _MONTHS.items():
            if length == months:
                return kind
        raise ValueError(f"周期只能是 1、3、6 或 12 个月，不能是 {months} 个月。")


_MONTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.HALF: 6, PeriodKind.YEAR: 12}
_LABELS = {PeriodKind.MONTH: "月", PeriodKind.QUARTER: "季度", PeriodKind.HALF: "半年", PeriodKind.YEAR: "年"}


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar month, quarter, half-year or year; `start` and `end` both belong to it."""

    kind: PeriodKind
    start: date
    end: date

    def contains(self, d: date) -> bool:
        """Whether the day lies inside; the first and the last day do."""
        return self.start <= d <= self.end

    @property
    def months(self) -> list[date]:
        """The first days of its months, in order."""
        return [add_months(self.start, n) for n in range(self.kind.months)]

    @property
    def label(self) -> str:
        """Chinese name: 2026年11月, 2026年第4季度, 2026年下半年, 2026年."""
        year = f"{self.start.year}年"
        if self.kind is PeriodKind.MONTH:
            return f"{year}{self.start.month}月"
        if self.kind is PeriodKind.QUARTER:
            return f"{year}第{quarter_of(self.start)}季度"
        if self.kind is PeriodKind.HALF:
            return f"{year}{'上' if self.start.month == 1 else '下'}半年"
        return year

    def __str__(self) -> str:
        return self.label


def month_start(d: date) -> date:
    """First day of the month of `d`."""
    return date(d.year, d.month, 1)


def month_end(d: date) -> date:
    """Last day of the month of `d`."""
    return date(d.year, d.month, calendar.monthrange(d.year, d.month)[1])


def add_months(d: date, n: int) -> date:
    """Return the same day `n` months later (earlier when negative), capped to the end of that month."""
    year, month0 = divmod(d.year * 12 + d.month - 1 + n, 12)
    if d.day <= 28:  # every month has it, and ages are asked for by the million
        return date(year, month0 + 1, d.day)
    last = calendar.monthrange(year, month0 + 1)[1]
    return date(year, month0 + 1, min(d.day, last))


def months_between(earlier: date, later: date) -> int:
    """Months from the month of `earlier` to that of `later`; days do not count, negative if reversed."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def quarter_of(d: date) -> int:
    """Quarter of the year, 1 to 4."""
    return (d.month + 2) // 3


def period_of(kind: PeriodKind, d: date) -> Period:
    """Return the calendar period of this kind that contains `d`."""
    first_month = (d.month - 1) // kind.months * kind.months + 1
    start = date(d.year, first_month, 1)
    return Period(kind, start, month_end(date(d.year, first_month + kind.months - 1, 1)))


def next_period(period: Period) -> Period:
    """Return the period of the same kind that begins on the day after."""
    return period_of(period.kind, add_months(period.start, period.kind.months))


def previous_period(period: Period) -> Period:
    """Return the period of the same kind that ends on the day before."""
    return period_of(period.kind, add_months(period.start, -period.kind.months))


def parse_month(text: str) -> date:
    """Turn "2026-11" into the first day of that month; raise ValueError in Chinese for anything else."""
    match = MONTH_TEXT.fullmatch(text.strip())
    if match:
        year, month = int(match[1]), int(match[2])
        if year >= 1 and 1 <= month <= 12:
            return date(year, month, 1)
    raise ValueError(f"月份“{text}”不对，请写成 2026-11 这样的年-月。")


def month_in_reach(month: date, on: date) -> bool:
    """Whether pages and commands of the day `on` deal with a month: from FIRST_MONTH to two years ahead."""
    return FIRST_MONTH <= month_start(month) <= add_months(month_start(on), MONTHS_AHEAD)


def parse_month_in_reach(text: str, on: date) -> date:
    """Read a month as `parse_month` does; raise ValueError in Chinese for one out of reach too."""
    month = parse_month(text)
    if not month_in_reach(month, on):
        last = add_months(month_start(on), MONTHS_AHEAD)
        raise ValueError(
            f"月份 {month:%Y-%m} 超出范围，请填写 {FIRST_MONTH:%Y-%m} 至 {last:%Y-%m} 之间的月份。"
        )
    return month


def age_on(birth: date, on: date) -> int:
    """Completed years (周岁) on a day; negative before birth.

    Somebody born on 29 February has the birthday on 28 February in a common year: where the
    month has no such day its last day counts (民法典第二百零二条).
    """
    return on.year - birth.year - (on < add_months(birth, (on.year - birth.year) * 12))


def chinese_date(d: date) -> str:
    """Write a day as 2026年11月23日 周一."""
    return f"{d.year}年{d.month}月{d.day}日 周{WEEKDAYS[d.weekday()]}"
