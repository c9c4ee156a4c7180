"""The clock of a procedure: each step's own limit, and the whole (domain.md §1.7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.models import Procedure
from monitoring.rules.procedure_clock import ENDED, Clock, clock_of, publicity_end
from monitoring.workdays import WorkCalendar

# Spring Festival of 2026 as it was published: free from 15 to 23 February, worked on 14 and 28 February.
FREE = {date(2026, 2, 15) + timedelta(days=n): False for n in range(9)}
CALENDAR = WorkCalendar({**FREE, date(2026, 2, 14): True, date(2026, 2, 28): True})
STATUSES = st.sampled_from(list(Procedure.Status.values))


@dataclass(frozen=True)
class Limits:
    check_workdays: int = 5
    publicity_days: int = 5
    total_days: int = 15


def clock(status, begun=date(2026, 2, 12), opened=None, publicity_to=None, limits=Limits()):
    return clock_of(
        status, begun_on=begun, opened_on=opened or begun, publicity_to=publicity_to, limits=limits, calendar=CALENDAR
    )  # fmt: skip


def test_home_verification_is_due_in_working_days_across_spring_festival():
    # Fri 13, Sat 14 (worked), then 24, 25, 26.
    assert clock("opened") == Clock(date(2026, 2, 26), date(2026, 2, 27))


def test_the_whole_counts_from_the_clue_and_the_verification_from_the_opening():
    found = clock("opened", begun=date(2026, 3, 2), opened=date(2026, 3, 5))
    assert found == Clock(date(2026, 3, 12), date(2026, 3, 17))


@pytest.mark.parametrize("status", ["checked", "reviewed"])
def test_review_and_publicity_are_due_while_the_publicity_fits_in(status):
    assert clock(status, begun=date(2026, 3, 2)) == Clock(date(2026, 3, 11), date(2026, 3, 17))
    assert publicity_end(date(2026, 3, 11), 5) + timedelta(days=1) == date(2026, 3, 17)


def test_a_publicity_is_reported_on_the_day_after_it():
    found = clock("publicised", begun=date(2026, 3, 2), publicity_to=date(2026, 3, 14))
    assert found == Clock(date(2026, 3, 15), date(2026, 3, 17))
    assert (found.is_late(date(2026, 3, 15)), found.is_late(date(2026, 3, 16))) == (False, True)


@pytest.mark.parametrize("status", ["submitted", "approved", "decided", "returned"])
def test_the_other_steps_have_the_whole(status):
    assert clock(status, begun=date(2026, 3, 2)) == Clock(date(2026, 3, 17), date(2026, 3, 17))


@given(STATUSES, st.dates(date(2025, 1, 1), date(2027, 1, 1)), st.integers(-40, 40))
def test_what_is_over_is_never_late_and_what_runs_is_late_after_its_nearest_day(status, begun, days):
    found, on = clock(status, begun=begun), begun + timedelta(days=days)
    if status in ENDED:
        assert found == Clock(None, None) and not found.is_late(on) and found.days_left(on) == 0
    else:
        nearest = min(found.step_due_on, found.total_due_on)
        assert found.total_due_on == begun + timedelta(days=15)
        assert found.is_late(on) == (on > nearest) and found.days_left(on) == (nearest - on).days
    assert set(ENDED) == set(Procedure.ENDED)


@given(STATUSES, st.dates(), st.dates(), st.integers(0, 400))
def test_no_day_ends_in_an_error(status, begun, last, days):
    limits = Limits(publicity_days=days, total_days=days)
    found = clock(status, begun=begun, opened=date(2026, 2, 12), publicity_to=last, limits=limits)
    assert (found.total_due_on is None) == (status in ENDED)
    assert publicity_end(last, days) == last + min(timedelta(days=days), date.max - last)
