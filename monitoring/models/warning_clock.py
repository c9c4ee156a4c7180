"""The one SQL expression for how a warning stands on a day; list, board, phone and figures all use it.

A step is due some working days after it could begin. Instead of adding working days in the database, the day is
asked for on which what is due by now must have begun. `monitoring.warning_clock` says the same in plain Python, and
the tests hold the two together.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Self

from django.db.models import Case, CharField, Q, Value, When

from households.access import ScopedQuerySet
from monitoring.models.warning_settings import DeadlineSetting
from monitoring.warning_clock import FAR_OVER_DAYS, LATE, SOON_DAYS, Colour
from monitoring.workdays import WorkCalendar


def due_by(day: date, setting: DeadlineSetting, calendar: WorkCalendar, status: Any) -> Q:
    """Return the condition of cases whose next step is due by a day; `status` is the model's Status."""
    reply = Q(reply_due_on__lte=day) | Q(
        reply_due_on__isnull=True,
        batch__received_on__lte=calendar.latest_start(setting.reply_workdays, day),
    )
    return (
        Q(
            status=status.RECEIVED,
            batch__received_on__lte=calendar.latest_start(setting.assign_workdays, day),
        )
        | Q(status=status.ASSIGNED, due_on__lte=day)
        | Q(status=status.VERIFIED, reported_on__lte=calendar.latest_start(setting.decide_workdays, day))
        | Q(reply, status=status.DECIDED)
        | Q(status=status.FOLLOWING, follow_on__lte=day)
        | Q(reply, status=status.FOLLOWING, replied_on__isnull=True)
    )


class WarningClockQuerySet(ScopedQuerySet):
    """Questions about the clocks of many warnings, all of them on a day, by the limits and the calendar in force."""

    def with_clock(self, on: date, setting: DeadlineSetting, calendar: WorkCalendar) -> Self:
        """Annotate `colour`, a Colour value."""

        def due_in(days: int) -> Q:
            return due_by(on + timedelta(days=days), setting, calendar, self.model.Status)

        colour = Case(
            When(due_in(-FAR_OVER_DAYS - 1), then=Value(Colour.RED.value)),
            When(due_in(-1), then=Value(Colour.ORANGE.value)),
            When(due_in(SOON_DAYS), then=Value(Colour.YELLOW.value)),
            default=Value(Colour.NORMAL.value),
            output_field=CharField(),
        )
        return self.annotate(colour=colour)

    def late(self, on: date, setting: DeadlineSetting, calendar: WorkCalendar) -> Self:
        """Cases whose next step is overdue on a day."""
        return self.with_clock(on, setting, calendar).filter(colour__in=[colour.value for colour in LATE])

    def due_soon(self, on: date, setting: DeadlineSetting, calendar: WorkCalendar) -> Self:
        """Cases whose next step is due on a day or within two days of it."""
        return self.with_clock(on, setting, calendar).filter(colour=Colour.YELLOW.value)
