"""Until when an identification or elimination and its present step have to be done. Pure; every date is passed in.

Source: domain.md §1.7 (home verification within 5 working days, publicity of 5 days, 15 days in all) and §1.9 (an
elimination goes the same way); the numbers are the dated rows of DeadlineSetting.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

OPENED, CHECKED, REVIEWED, PUBLICISED = "opened", "checked", "reviewed", "publicised"
ENDED = ("entered", "declined", "withdrawn")


class Limits(Protocol):
    """The limits in force; a row of DeadlineSetting is one."""

    check_workdays: int
    publicity_days: int
    total_days: int


class Calendar(Protocol):
    """The calendar of working days (monitoring.workdays)."""

    def add(self, day: date, n: int) -> date: ...


@dataclass(frozen=True, slots=True)
class Clock:
    """The day by which the present step is due and that by which all of it is; both None once it is over."""

    step_due_on: date | None
    total_due_on: date | None

    def is_late(self, on: date) -> bool:
        """Whether the day of the step or of the whole has passed."""
        return self.days_left(on) < 0 if self.step_due_on else False

    def days_left(self, on: date) -> int:
        """Days (calendar) until the nearer of the two, negative when it has passed; 0 for what is over."""
        days = [due for due in (self.step_due_on, self.total_due_on) if due is not None]
        return (min(days) - on).days if days else 0


def clock_of(
    status: str,
    *,
    begun_on: date,
    opened_on: date,
    publicity_to: date | None,
    limits: Limits,
    calendar: Calendar,
) -> Clock:
    """Return the clock of a procedure in a status.

    `begun_on`: the day of the clue, from which the whole is counted in calendar days; `opened_on`: from which the home
    verification is counted in working days. Review and publicity have no limit of their own: they are due while the
    days of publicity still fit in. A publicity is reported on the day after it ended.
    """
    if status in ENDED:
        return Clock(None, None)
    total = days_after(begun_on, limits.total_days)
    if status == OPENED:
        return Clock(calendar.add(opened_on, limits.check_workdays), total)
    if status in (CHECKED, REVIEWED):
        return Clock(days_after(total, -limits.publicity_days - 1), total)
    if status == PUBLICISED and publicity_to is not None:
        return Clock(days_after(publicity_to, 1), total)
    return Clock(total, total)


def publicity_end(publicity_from: date, days: int) -> date:
    """Return the first day on which a publicity of `days` full days may end.

    The day on which it is put up does not count (民法典第二百零一条).
    """
    return days_after(publicity_from, days)


def days_after(day: date, days: int) -> date:
    """Return the day so many days later (earlier for a negative number), the calendar's last or first where it ends.

    What somebody mistyped is refused with words, and what is on record already is shown; neither may end in an error.
    """
    number = min(max(day.toordinal() + days, date.min.toordinal()), date.max.toordinal())
    return date.fromordinal(number)
