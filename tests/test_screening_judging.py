"""The values that screening decides on: shares, lines, and a person's states in a row."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.rules.screening.judging import in_yuan, is_above, is_below, lost_work, new_level, school_year

NOVEMBER = date(2026, 11, 1)
BEFORE, EARLY, LATE = date(2026, 10, 31), NOVEMBER, date(2026, 11, 30)
days = st.dates(date(2026, 1, 1), LATE)
levels = st.none() | st.integers(1, 4)


def _by_day(states):
    return sorted(states, key=lambda row: row[0])


@given(st.decimals(0, 10**6, places=2), st.decimals(0, 10**6, places=2))
def test_a_limit_itself_is_neither_above_nor_below(amount, limit):
    assert is_above(amount, limit) == (amount > limit) and is_below(amount, limit) == (amount < limit)
    assert not is_above(amount, None) and not is_below(amount, None) and not is_below(None, limit)


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([], None),
        ([(EARLY, 1)], None),  # registered with it
        ([(EARLY, None), (EARLY, 2)], (None, 2)),
        ([(BEFORE, None), (EARLY, 2)], (None, 2)),
        ([(BEFORE, None), (EARLY, 3)], None),
        ([(BEFORE, 3), (LATE, 2)], (3, 2)),
        ([(BEFORE, 2), (LATE, 1)], (2, 1)),
        ([(BEFORE, 2), (LATE, 2)], None),
        ([(BEFORE, 1), (LATE, 2)], None),
        ([(BEFORE, None), (BEFORE, 2), (LATE, 2)], None),  # another fact changed
        ([(BEFORE, None), (EARLY, 1), (LATE, None)], None),  # put right
    ],
)
def test_a_level_is_new_where_it_was_lighter_or_none_before_the_month(states, expected):
    assert new_level(states, NOVEMBER) == expected


@given(st.lists(st.tuples(days, levels), max_size=6).map(_by_day))
def test_a_new_level_is_the_last_one_and_severe_and_worse(states):
    found = new_level(states, NOVEMBER)
    if found is not None:
        before, now = found
        assert now == states[-1][1] and now in (1, 2) and (before is None or before > now)
        later = [*states, (states[-1][0], before)]
        assert new_level(later, NOVEMBER) is None


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([(BEFORE, "务工 张家口"), (EARLY, "")], "务工 张家口"),
        ([(EARLY, "护林员"), (LATE, "")], "护林员"),
        ([(BEFORE, "护林员"), (EARLY, ""), (LATE, "保洁员")], ""),
        ([(BEFORE, "护林员"), (BEFORE, ""), (LATE, "")], ""),
        ([(EARLY, "")], ""),
        ([], ""),
    ],
)
def test_work_is_lost_where_it_stood_before_the_month_and_is_gone_at_its_end(states, expected):
    assert lost_work(states, NOVEMBER) == expected


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_a_school_year_begins_in_september(day):
    assert date(school_year(day), 9, 1) <= day < date(school_year(day) + 1, 9, 1)
    assert school_year(date(2026, 9, 1) - timedelta(days=1)) == 2025


def test_amounts_are_read_without_fen_that_are_none():
    assert (in_yuan(Decimal("12345.00")), in_yuan(Decimal("9089.50"))) == ("12,345 元", "9,089.50 元")
