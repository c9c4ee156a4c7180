"""A household that joins a running plan is not due at once."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.schedule import NEWCOMER_DAYS, due_on, months_left, newcomer_month, period_for

YEAR = period_for(12, date(2026, 1, 1))


@pytest.mark.parametrize(
    "on, place, month",
    [
        (date(2026, 5, 15), 3, 5),  # ten days until the 25th
        (date(2026, 5, 16), 3, 12),
        (date(2026, 5, 26), 5, 12),  # over already
        (date(2026, 5, 16), 8, 8),
        (date(2026, 11, 24), 2, 12),
        (date(2026, 12, 24), 12, 12),  # no other month is left
    ],
)
def test_newcomer_is_not_due_at_once(on, place, month):
    left = months_left(YEAR, on)
    assert newcomer_month(date(2026, place, 1), left, 25, on) == date(2026, month, 1)


@given(
    st.sampled_from([1, 3, 6, 12]),
    st.dates(date(2023, 1, 1), date(2028, 12, 31)),
    st.integers(0, 11),
    st.integers(1, 31),
)
def test_newcomer_has_some_days_or_the_last_month(length, on, place, due_day):
    period = period_for(length, on)
    left = months_left(period, on)
    month = newcomer_month(period.months[place % length], left, due_day, on)
    assert month in left
    assert month == left[-1] or due_on(month, due_day) - on >= timedelta(days=NEWCOMER_DAYS)
