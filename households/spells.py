"""Months of a year in which somebody worked, however many jobs he had in it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from township.base.dates import month_start

Span = tuple[date, date | None]  # first day, last day (None: it goes on)


def months_touched(started: date, ended: date | None, *, year: int, on: date) -> frozenset[int]:
    """Return the months (1 to 12) of the year that the days from `started` to `ended` touch.

    Without an end it goes on until the day `on`; a month still to come by then does not count.
    """
    last = min(ended, on) if ended is not None else on
    return frozenset(month for month in range(1, 13) if month_start(started) <= date(year, month, 1) <= last)


def months_in_year(spans: Iterable[Span], *, year: int, on: date) -> int:
    """Return in how many months of the year any of the spans ran, each month once (0 to 12)."""
    months: set[int] = set()
    for started, ended in spans:
        months |= months_touched(started, ended, year=year, on=on)
    return len(months)


def is_running(span: Span, on: date) -> bool:
    """Whether the span has begun and not ended by a day, its last day included."""
    started, ended = span
    return started <= on and (ended is None or ended >= on)
