"""Working days: Monday to Friday, but for the holidays and the weekend days that are worked for them (调休). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True)
class WorkCalendar:
    """Which days are worked; `exceptions` says it of the days that are not what their weekday says."""

    exceptions: Mapping[date, bool] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        return self.exceptions.get(day, day.weekday() < SATURDAY)

    def add(self, day: date, n: int) -> date:
        """Return the n-th working day after a day, which itself does not count; the day for 0."""
        while n > 0:
            day += DAY
            n -= self.is_working(day)
        return day

    def latest_start(self, n: int, due: date) -> date:
        """Return the latest day d with add(d, n) <= due: what began by then was due by `due`."""
        while n > 0:
            n -= self.is_working(due)
            due -= DAY
        return due

    def between(self, a: date, b: date) -> int:
        """Return how many working days lie after `a` and not after `b`; none where b is not after a."""
        return sum(self.is_working(a + i * DAY) for i in range(1, (b - a).days + 1))
