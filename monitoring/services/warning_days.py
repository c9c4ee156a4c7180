"""Until when a warning is to be verified or looked at again: the day that is proposed, and the last one that is taken.

Source: domain.md §4.5: 5 working days for the verification, the answer to the county by the day in the file. A later
day would silence the clock: no reminder, no colour, while the county waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.db.models import Case, DateField, F, Value, When

from monitoring.models import WarningCase
from monitoring.services.refusals import Problem
from monitoring.services.workdays import deadlines_on, work_calendar

# Where the county's list names no day, two monthly lists are the longest that one of them may lie unverified.
LONGEST_DAYS = 60
# What is followed comes back to a desk within the year, in which all is answered for.
LONGEST_FOLLOWED_DAYS = 365
# Who is away now may come home within the time of three verifications; after that it is another attempt.
MOST_TERMS = 3


def first_due(on: date) -> date:
    """Return the last of the working days that a verification has, counted from a day."""
    return work_calendar().add(on, deadlines_on(on).verify_workdays)


def due_days(on: date) -> Case:
    """Return the expression of the day until which what is sent on a day is to be verified.

    Not after the answer to the county is due; where that is past already, at once.
    """
    due = first_due(on)
    return Case(
        When(reply_due_on__lt=on, then=Value(on)),
        When(reply_due_on__lt=due, then=F("reply_due_on")),
        default=Value(due),
        output_field=DateField(),
    )


def due_day(case: WarningCase, on: date) -> date:
    """Return the same for one case."""
    due = first_due(on)
    return max(on, min(due, case.reply_due_on or due))


def latest_due(reply_days: Iterable[date | None], on: date) -> date:
    """Return the last day until which cases sent on a day may be left to their monitor.

    `reply_days`: when the county wants the answers. None of them may be missed; whose day is past has the working days
    of a verification, and where no list names a day it is LONGEST_DAYS.
    """
    days = {day for day in reply_days if day is not None}
    ahead = {day for day in days if day >= on} | ({first_due(on)} if any(day < on for day in days) else set())
    return min(ahead | {on + timedelta(days=LONGEST_DAYS)})


def latest_again(reply_due_on: date | None, on: date) -> date:
    """Return the last day by which to go again where nobody was met (V7).

    Not after the county wants its answer, and never later than three verifications take; but as long as one takes
    always, for who is away does not come sooner because the county waits. The next attempt may put it off again, and
    each stands in the case's story.
    """
    calendar, days = work_calendar(), deadlines_on(on).verify_workdays
    far = calendar.add(on, MOST_TERMS * days)
    return max(calendar.add(on, days), min(far, reply_due_on or far))


def day_problems(due_on: date | None, reply_days: Iterable[date | None], on: date) -> Iterator[Problem]:
    """Yield why cases whose answers the county wants by `reply_days` cannot be due on a day."""
    if due_on is None:
        return
    if due_on < on:
        yield "due_on", f"核查时限 {due_on} 早于派发日期 {on}，请重新填写。"
    elif due_on > (latest := latest_due(reply_days, on)):
        yield (
            "due_on",
            f"核查时限 {due_on} 太晚，最晚可填 {latest}：不能晚于反馈县级的日期，也不能超过 {LONGEST_DAYS} 天。",
        )


def again_problems(due_on: date | None, reply_due_on: date | None, on: date) -> Iterator[Problem]:
    """Yield why nobody can go again by a day (V7); None stands for the working days of a verification."""
    if due_on is None:
        return
    if due_on < on:
        yield "due_on", f"再去核查的日期 {due_on} 已过，请重新填写。"
    elif due_on > (latest := latest_again(reply_due_on, on)):
        yield (
            "due_on",
            f"再去核查的日期 {due_on} 太晚，最晚可填 {latest}；到时仍找不到人的，可以再报一次“改天再去”。",
        )


def follow_problems(follow_on: date, on: date) -> Iterator[Problem]:
    """Yield why a day cannot be the next one to look at a case."""
    if follow_on < on:
        yield "follow_on", f"下次跟踪日期 {follow_on} 已过，请重新填写。"
    elif follow_on > (latest := on + timedelta(days=LONGEST_FOLLOWED_DAYS)):
        yield "follow_on", f"下次跟踪日期 {follow_on} 太晚，最晚可填 {latest}（一年以内）。"
