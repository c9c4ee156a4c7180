"""By when the next step of a warning is due, and its colour on a day. Pure; models/warning_clock.py says it in SQL.

Source: domain.md §4.5; the limits are rows of DeadlineSetting.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol

from monitoring.workdays import WorkCalendar

SOON_DAYS = 2
FAR_OVER_DAYS = 5


class Colour(StrEnum):
    """How a case stands on a day, by calendar days; derived, never stored."""

    NORMAL = "normal"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"

    @property
    def label(self) -> str:
        """Chinese name for pages and sheets."""
        return _LABELS[self]


_LABELS = {
    Colour.NORMAL: "正常",
    Colour.YELLOW: "两天内到期",
    Colour.ORANGE: "超期",
    Colour.RED: "超期五天以上",
}
COLOUR_CHOICES = [(colour.value, colour.label) for colour in Colour]
LATE = (Colour.ORANGE, Colour.RED)


class Limits(Protocol):
    """The working days of each step (a DeadlineSetting)."""

    assign_workdays: int
    decide_workdays: int
    reply_workdays: int


class Clocked(Protocol):
    """The days of a case (a WarningCase is one)."""

    status: str
    due_on: date | None
    reported_on: date | None
    reply_due_on: date | None
    follow_on: date | None
    replied_on: date | None

    @property
    def received_on(self) -> date: ...


def colour_of(due: date | None, on: date) -> Colour:
    """Return the colour on a day of what is due on a day; None, nothing to do, is normal."""
    if due is None or due > on + timedelta(days=SOON_DAYS):
        return Colour.NORMAL
    if due >= on:
        return Colour.YELLOW
    return Colour.ORANGE if due >= on - timedelta(days=FAR_OVER_DAYS) else Colour.RED


def due_of(case: Clocked, limits: Limits, calendar: WorkCalendar) -> date | None:
    """Return the last day of the case's next step; None where nothing is left to do.

    What is followed must be answered too: until the county has its answer, whichever comes first counts.
    """
    match case.status:
        case "received":
            return calendar.add(case.received_on, limits.assign_workdays)
        case "assigned":
            return case.due_on
        case "verified":
            return case.reported_on and calendar.add(case.reported_on, limits.decide_workdays)
        case "decided":
            return reply_due_of(case, limits, calendar)
        case "following":
            days = [case.follow_on, None if case.replied_on else reply_due_of(case, limits, calendar)]
            return min(filter(None, days), default=None)
    return None


def reply_due_of(case: Clocked, limits: Limits, calendar: WorkCalendar) -> date:
    """Return the last day of the answer to the county: the list's own, else some working days from its receipt."""
    return case.reply_due_on or calendar.add(case.received_on, limits.reply_workdays)
