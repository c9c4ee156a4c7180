"""Months and calendar periods, at every boundary."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from township.base.dates import (
    PeriodKind,
    add_months,
    age_on,
    chinese_date,
    month_end,
    month_start,
    months_between,
    next_period,
    parse_month,
    parse_month_in_reach,
    period_of,
    previous_period,
    quarter_of,
)

days = st.dates(date(1900, 1, 1), date(2200, 12, 31))
kinds = st.sampled_from(PeriodKind)


@pytest.mark.parametrize(
    "day, first, last",
    [
        (date(2024, 2, 29), date(2024, 2, 1), date(2024, 2, 29)),
        (date(2026, 2, 28), date(2026, 2, 1), date(2026, 2, 28)),
        (date(2026, 6, 30), date(2026, 6, 1), date(2026, 6, 30)),
        (date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
        (date(2100, 2, 1), date(2100, 2, 1), date(2100, 2, 28)),
    ],
)
def test_month_bounds(day, first, last):
    assert (month_start(day), month_end(day)) == (first, last)


@pytest.mark.parametrize(
    "day, n, expected",
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 5, 5), 0, date(2026, 5, 5)),
    ],
)
def test_add_months_is_capped_to_the_month(day, n, expected):
    assert add_months(day, n) == expected


@given(days, st.integers(-600, 600))
def test_add_months_moves_by_that_many_months(day, n):
    assert months_between(day, add_months(day, n)) == n


@pytest.mark.parametrize(
    "kind, day, start, end, label",
    [
        (PeriodKind.MONTH, date(2026, 11, 23), date(2026, 11, 1), date(2026, 11, 30), "2026年11月"),
        (PeriodKind.MONTH, date(2024, 2, 29), date(2024, 2, 1), date(2024, 2, 29), "2024年2月"),
        (PeriodKind.QUARTER, date(2026, 3, 31), date(2026, 1, 1), date(2026, 3, 31), "2026年第1季度"),
        (PeriodKind.QUARTER, date(2026, 4, 1), date(2026, 4, 1), date(2026, 6, 30), "2026年第2季度"),
        (PeriodKind.QUARTER, date(2026, 12, 31), date(2026, 10, 1), date(2026, 12, 31), "2026年第4季度"),
        (PeriodKind.HALF, date(2026, 6, 30), date(2026, 1, 1), date(2026, 6, 30), "2026年上半年"),
        (PeriodKind.HALF, date(2026, 7, 1), date(2026, 7, 1), date(2026, 12, 31), "2026年下半年"),
        (PeriodKind.YEAR, date(2026, 12, 31), date(2026, 1, 1), date(2026, 12, 31), "2026年"),
    ],
)
def test_period_of(kind, day, start, end, label):
    period = period_of(kind, day)
    assert (period.start, period.end, period.label, str(period)) == (start, end, label, label)


@given(kinds, days)
def test_a_period_contains_its_day_and_its_edges_only(kind, day):
    period = period_of(kind, day)
    assert period.contains(day) and period.contains(period.start) and period.contains(period.end)
    assert not period.contains(period.start - timedelta(days=1))
    assert not period.contains(period.end + timedelta(days=1))
    assert months_between(period.start, period.end) + 1 == kind.months == len(period.months)
    assert period.months[0] == period.start and month_end(period.months[-1]) == period.end


@given(kinds, days)
def test_periods_follow_each_other_without_gap(kind, day):
    period = period_of(kind, day)
    assert next_period(period).start == period.end + timedelta(days=1)
    assert previous_period(period).end == period.start - timedelta(days=1)
    assert previous_period(next_period(period)) == period


def test_kinds_by_length():
    assert [PeriodKind.of_months(n) for n in (1, 3, 6, 12)] == list(PeriodKind)
    assert [kind.label for kind in PeriodKind] == ["月", "季度", "半年", "年"]
    with pytest.raises(ValueError, match="1、3、6 或 12"):
        PeriodKind.of_months(2)


@pytest.mark.parametrize("month, quarter", [(1, 1), (3, 1), (4, 2), (6, 2), (7, 3), (9, 3), (10, 4), (12, 4)])
def test_quarter_of(month, quarter):
    assert quarter_of(date(2026, month, 1)) == quarter


def test_parse_month():
    assert parse_month(" 2026-11 ") == date(2026, 11, 1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "2026-13",
        "2026-00",
        "2026-1",
        "202611",
        "2026-11-01",
        "0000-01",
        "２０２６-11",
    ],
)
def test_parse_month_refuses_with_advice(text):
    with pytest.raises(ValueError, match="2026-11"):
        parse_month(text)


@pytest.mark.parametrize("text", ["2014-01", "2026-11", "2028-11"])
def test_month_in_reach(text):
    assert parse_month_in_reach(text, date(2026, 11, 30)) == parse_month(text)


@pytest.mark.parametrize("text", ["0001-01", "2013-12", "2028-12", "9999-12"])
def test_month_out_of_reach_says_which_can_be_asked_for(text):
    with pytest.raises(ValueError, match="2014-01 至 2028-11"):
        parse_month_in_reach(text, date(2026, 11, 30))


@pytest.mark.parametrize(
    "birth, on, age",
    [
        (date(2000, 2, 29), date(2018, 2, 27), 17),
        (date(2000, 2, 29), date(2018, 2, 28), 18),
        (date(2000, 2, 29), date(2020, 2, 28), 19),
        (date(2000, 2, 29), date(2020, 2, 29), 20),
        (date(1966, 6, 30), date(2026, 6, 29), 59),
        (date(1966, 6, 30), date(2026, 6, 30), 60),
        (date(2000, 12, 31), date(2026, 12, 30), 25),
        (date(2026, 5, 1), date(2026, 5, 1), 0),
        (date(2026, 5, 2), date(2026, 5, 1), -1),
    ],
)
def test_age_on(birth, on, age):
    assert age_on(birth, on) == age


@given(days)
def test_chinese_date(day):
    text = chinese_date(day)
    assert text.startswith(f"{day.year}年{day.month}月{day.day}日 周")
    assert chinese_date(date(2026, 11, 23)) == "2026年11月23日 周一"
    assert chinese_date(date(2026, 11, 29)) == "2026年11月29日 周日"
