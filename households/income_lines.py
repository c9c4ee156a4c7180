"""A household's income line by line: what counts, for which days, and how much of it falls into a window. Pure.

Source: the detailed income table (domain.md §2.5). A line is paid for a span of days; its amount lies evenly on the
calendar months that the span touches, and inside a month evenly on the days. Every part is the difference of two
running totals, so that windows side by side add up to the whole and no fen is lost. Amounts are yuan in Decimal.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

from households.income import FEN, IncomeFigures
from households.income_items import IncomeGroup, IncomeItem
from township.base.dates import add_months, month_end, month_start, months_between

WINDOW_MONTHS = 12
ONE_DAY = timedelta(days=1)


class Origin(StrEnum):
    """Where a line is known from; the values are the Chinese words."""

    TYPED = "收入明细"
    BENEFIT = "惠民待遇"
    POST = "公益岗位"
    WORK = "务工经历"
    SOLAR = "光伏收益"
    PROJECT = "产业项目"
    LOAN = "小额信贷"


# A typed line of these may stand beside what the registers know: another employer, another tenant, another payer.
MANY_SOURCES: Final = frozenset({
    IncomeItem.WORK, IncomeItem.DIVIDEND, IncomeItem.LAND_RENT, IncomeItem.ECOLOGY_OTHER, IncomeItem.SOCIAL_RELIEF,
    IncomeItem.EDUCATION, IncomeItem.TRANSFER_OTHER,
})  # fmt: skip
KNOWN_ALREADY = "登记的发放、岗位记录里已有这一项，不重复计入"


@dataclass(frozen=True, slots=True)
class Window:
    """A span of days, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"止日 {self.last} 早于起日 {self.first}。")

    @classmethod
    def of_year(cls, year: int) -> Window:
        """The calendar year."""
        return cls(date(year, 1, 1), date(year, 12, 31))

    @classmethod
    def from_month(cls, month: date, months: int = WINDOW_MONTHS) -> Window:
        """So many months from a month on: from October, 1 October to 30 September."""
        first = month_start(month)
        return cls(first, add_months(first, months) - ONE_DAY)

    @classmethod
    def before_month(cls, month: date, months: int = WINDOW_MONTHS) -> Window:
        """So many months before a month, which is not among them."""
        return cls.from_month(add_months(month_start(month), -months), months)

    @property
    def months(self) -> list[date]:
        """The first days of the calendar months that it touches, in order."""
        first = month_start(self.first)
        return [add_months(first, number) for number in range(months_between(self.first, self.last) + 1)]

    @property
    def label(self) -> str:
        if self == Window.of_year(self.first.year):
            return f"{self.first.year}年"
        return f"{self.first:%Y-%m-%d} 至 {self.last:%Y-%m-%d}"


@dataclass(frozen=True, slots=True)
class Line:
    """What one source paid (or cost) for a span of days.

    `source` and `key` name the row it comes from, `member` the person it belongs to ("" for the household).
    `not_counted` says why it is no income; such a line may have no item of the table.
    """

    item: IncomeItem | None
    amount_yuan: Decimal
    started_on: date
    ended_on: date
    origin: Origin
    title: str
    key: str = ""
    member: str = ""
    not_counted: str = ""

    @property
    def months(self) -> int:
        """Calendar months that the span touches."""
        return months_between(self.started_on, self.ended_on) + 1

    def until(self, day: date) -> Decimal:
        """Return how much lies on the days up to and with `day`, to the fen."""
        if day < self.started_on:
            return Decimal(0)
        if day >= self.ended_on:
            return self.amount_yuan
        whole = months_between(self.started_on, day)
        first = max(self.started_on, month_start(day))
        last = min(self.ended_on, month_end(day))
        days, passed = (last - first).days + 1, (day - first).days + 1
        part = self.amount_yuan * (whole * days + passed) / (self.months * days)
        return part.quantize(FEN, ROUND_HALF_UP)

    def within(self, window: Window) -> Decimal:
        """Return how much falls into the window, to the fen."""
        return self.until(window.last) - self.until(window.first - ONE_DAY)

    def months_within(self, window: Window) -> int:
        """Return how many of its calendar months the window touches."""
        first, last = max(self.started_on, window.first), min(self.ended_on, window.last)
        return months_between(first, last) + 1 if first <= last else 0


@dataclass(frozen=True, slots=True)
class Part:
    """A line as far as it falls into a window: its months there and the amount (元)."""

    line: Line
    months: int
    amount_yuan: Decimal


@dataclass(frozen=True, slots=True)
class Explained:
    """The income of a window: what counts, what does not, and the sum of each group that has a line (元)."""

    window: Window
    people_count: int | None
    counted: tuple[Part, ...]
    not_counted: tuple[Part, ...]
    totals: dict[IncomeGroup, Decimal]

    @property
    def months_without(self) -> list[date]:
        """The months of the window that no line which counts touches; with any the sums are not the whole income."""
        known: set[date] = set()
        for part in self.counted:
            first, last = (
                max(part.line.started_on, self.window.first),
                min(part.line.ended_on, self.window.last),
            )
            known.update(Window(first, last).months)
        return [month for month in self.window.months if month not in known]

    @property
    def figures(self) -> IncomeFigures:
        """The sums as the register holds them; None for a group without a line."""
        return IncomeFigures(**{group.value: self.totals.get(group) for group in IncomeGroup})

    @property
    def per_capita_net_yuan(self) -> Decimal | None:
        """人均纯收入 of the window (元)."""
        return self.figures.per_capita_net_yuan(self.people_count)

    @property
    def per_capita_reference_yuan(self) -> Decimal | None:
        """人均收入参考范围 of the window (元)."""
        return self.figures.per_capita_reference_yuan(self.people_count)


def monthly(line: Line, month_yuan: Decimal) -> Line:
    """Return the line with what so much a month makes over the months of its span."""
    return replace(line, amount_yuan=month_yuan * line.months)


def explain(lines: Iterable[Line], window: Window, people_count: int | None) -> Explained:
    """Put the lines of a household together for a window; lines outside it are left out.

    people_count is the yearly family size (人), None where it is not known.
    """
    judged = without_known(lines)
    parts = [
        Part(line, months, line.within(window)) for line in judged if (months := line.months_within(window))
    ]
    parts.sort(key=_place)
    counted = tuple(part for part in parts if not part.line.not_counted)
    totals: dict[IncomeGroup, Decimal] = {}
    for part in counted:
        if part.line.item is not None:
            group = part.line.item.group
            totals[group] = totals.get(group, Decimal(0)) + part.amount_yuan
    left_out = tuple(part for part in parts if part.line.not_counted)
    return Explained(window, people_count, counted, left_out, totals)


def without_known(lines: Iterable[Line]) -> list[Line]:
    """Return the lines, those typed that the registers know already marked as not counted."""
    lines = list(lines)
    registers = [line for line in lines if line.origin is not Origin.TYPED and not line.not_counted]
    return [
        replace(line, not_counted=KNOWN_ALREADY)
        if line.origin is Origin.TYPED and is_known(line, registers)
        else line
        for line in lines
    ]


def is_known(typed: Line, registers: Iterable[Line]) -> bool:
    """Whether a register has the item for the same person and one of the days; a line of the household is anybody's."""
    if typed.item in MANY_SOURCES:
        return False
    return any(
        known.item == typed.item
        and known.started_on <= typed.ended_on
        and typed.started_on <= known.ended_on
        and (not typed.member or not known.member or known.member == typed.member)
        for known in registers
    )


def months_told(months: Iterable[date]) -> str:
    """Write months in order as their runs: 2025年1月、2025年10月—12月, 2025年11月—2026年1月."""
    runs: list[list[date]] = []
    for month in months:
        if runs and add_months(runs[-1][-1], 1) == month:
            runs[-1].append(month)
        else:
            runs.append([month])
    return "、".join(_run_told(run[0], run[-1]) for run in runs)


def _run_told(first: date, last: date) -> str:
    told = f"{first.year}年{first.month}月"
    if first == last:
        return told
    return f"{told}—{last.month}月" if first.year == last.year else f"{told}—{last.year}年{last.month}月"


def _place(part: Part) -> tuple[str, date, str, str]:
    line = part.line
    return (line.item.value if line.item else "Z", line.started_on, line.origin.value, line.key)
