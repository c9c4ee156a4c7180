"""A year of the calendar for reading: month by month the holidays as runs of days, the worked weekend days. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from typing import Protocol

from monitoring.workdays import WorkCalendar
from township.base.dates import month_end

DAY = timedelta(days=1)
WEEKDAYS = "一二三四五六日"


class Day(Protocol):
    """A day that is not what its weekday says (a CalendarDay)."""

    day: date
    name: str
    is_working: bool
    is_announced: bool


@dataclass
class Run:
    """Days of one holiday in a row, within a month."""

    name: str
    first: date
    last: date
    is_announced: bool

    @property
    def words(self) -> str:
        """15日（周日）至23日（周一），9天."""
        if self.first == self.last:
            return day_in_words(self.first)
        days = (self.last - self.first).days + 1
        return f"{day_in_words(self.first)}至{day_in_words(self.last)}，{days}天"


@dataclass
class Month:
    """A month: its runs of holidays, the weekend days worked for them, and how many days are worked."""

    first: date
    holidays: list[Run] = field(default_factory=list)
    worked: list[Run] = field(default_factory=list)
    workdays: int = 0


def day_in_words(day: date) -> str:
    """Return 15日（周日） for a day of a known month."""
    return f"{day.day}日（周{WEEKDAYS[day.weekday()]}）"


def months_of(year: int, days: Sequence[Day]) -> list[Month]:
    """Return the twelve months of a year, of which `days` are the days that are not what their weekday says."""
    calendar = WorkCalendar({row.day: row.is_working for row in days})
    months = [Month(date(year, number, 1)) for number in range(1, 13)]
    ordered = sorted(days, key=lambda row: row.day)
    for number, rows in groupby(ordered, key=lambda row: row.day.month):
        of_month = list(rows)
        months[number - 1].holidays = list(_runs(row for row in of_month if not row.is_working))
        months[number - 1].worked = [_single(row) for row in of_month if row.is_working]
    for month in months:
        month.workdays = calendar.between(month.first - DAY, month_end(month.first))
    return months


def _single(row: Day) -> Run:
    return Run(row.name, row.day, row.day, row.is_announced)


def _runs(days: Iterable[Day]) -> Iterator[Run]:
    run: Run | None = None
    for row in days:
        if run and (run.name, run.last + DAY, run.is_announced) == (row.name, row.day, row.is_announced):
            run.last = row.day
            continue
        if run:
            yield run
        run = _single(row)
    if run:
        yield run
