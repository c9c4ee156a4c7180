"""The calendar and the limits that are in force."""

from __future__ import annotations

from datetime import date

from monitoring.models import CalendarDay, DeadlineSetting
from monitoring.workdays import WorkCalendar


def work_calendar() -> WorkCalendar:
    """Return the calendar of all days that are registered, by one query."""
    return WorkCalendar(dict(CalendarDay.objects.values_list("day", "is_working")))


def deadlines_on(on: date) -> DeadlineSetting:
    """Return the limits in force on a day: the newest row; those of the trade (domain.md §4.5) where there is none."""
    return DeadlineSetting.objects.valid_on(on).first() or DeadlineSetting(valid_from=on)
