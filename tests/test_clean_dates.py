"""Months, days and years as offices write them."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households.importing.clean import BadCell
from households.importing.clean_dates import SERIAL_ORIGIN, day, first_day, last_day, month, year


def refusal(cleaner, value):
    with pytest.raises(BadCell) as refused:
        cleaner(value)
    return refused.value.code


APRIL = [
    "202304", 202304, 202304.0, "202304.0", "2023年04月", "2023年4月", "2023 年 4 月", "2023年4月份",
    "2023-04", "2023-4", "2023.4", "2023.04", 2023.4, "2023/4", "２０２３－０４", "2023—04",
    "2023-04-01", "2023-04-30", "20230401", 20230401,
    "2023年4月1日", "2023-04-01 00:00:00", "2023-04-01T08:30", date(2023, 4, 30), datetime(2023, 4, 30, 23, 59),
    45017, 45017.0, 45017.75, "45017", "'202304",
]  # fmt: skip


@pytest.mark.parametrize("value", APRIL)
def test_month(value):
    found = month(value)
    assert found == date(2023, 4, 1)
    assert type(found) is date


@pytest.mark.parametrize(
    "value",
    [
        "20261301",
        "202313",
        "202300",
        "2023",
        2023,
        "2023-13",
        "2023-02-30",
        "四月",
        "2023-04-01-01",
        "189912",
        "210101",
        29999,
        60001,
        5,
        True,
        "2023--04",
        "0000-01",
        "٢٠٢٣-٠٤",
        "2023-04至2023-06",
    ],
)
def test_bad_month(value):
    assert refusal(month, value) == "month"


def test_a_number_that_may_be_january_or_october_is_refused():
    assert refusal(month, 2023.1) == "month_ambiguous"
    assert month("2023.1") == date(2023, 1, 1)
    assert month("2023.10") == date(2023, 10, 1)
    assert (month(2023.11), month(2023.12)) == (date(2023, 11, 1), date(2023, 12, 1))


@pytest.mark.parametrize(
    "value",
    [
        "2024-02-29",
        "20240229",
        20240229,
        20240229.0,
        "2024年2月29日",
        "2024年02月29号",
        "2024.2.29",
        "2024/2/29",
        "２０２４／２／２９",
        45351,
        45351.5,
        "45351",
        datetime(2024, 2, 29, 12),
        date(2024, 2, 29),
        "2024-02-29 12:00:00",
    ],
)
def test_day(value):
    found = day(value)
    assert found == date(2024, 2, 29)
    assert type(found) is date


@pytest.mark.parametrize(
    "value",
    [
        "2023-02-29",
        "2023-04",
        "202304",
        "2023年4月",
        "2023",
        "昨天",
        29999,
        "2023-04-31",
    ],
)
def test_bad_day(value):
    assert refusal(day, value) == "day"


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_a_day_survives_every_way_of_writing(when):
    written = [
        f"{when}", f"{when:%Y%m%d}", int(f"{when:%Y%m%d}"), f"{when.year}年{when.month}月{when.day}日",
        f"{when.year}.{when.month}.{when.day}", f"{when:%Y/%m/%d}", when,
    ]  # fmt: skip
    assert {day(cell) for cell in written} == {when}
    assert {month(cell) for cell in written} == {when.replace(day=1)}
    assert {year(when), year(when.year), year(f"{when.year}年")} == {when.year}


@given(st.integers(30_000, 60_000))
def test_excel_serials(serial):
    assert day(serial) == day(float(serial)) == SERIAL_ORIGIN + timedelta(days=serial)


@pytest.mark.parametrize(
    "value",
    [
        2016,
        2016.0,
        "2016",
        "2016年",
        "2016 年",
        "2016年度",
        "２０１６",
        "2016.0",
        date(2016, 5, 1),
    ],
)
def test_year(value):
    assert year(value) == 2016


@pytest.mark.parametrize("value", ["16", 1899, 2101, "二〇一六", 2016.5, "2016-05", True])
def test_bad_year(value):
    assert refusal(year, value) == "year"


def test_a_month_stands_for_its_first_or_its_last_day():
    assert first_day("2024-02") == date(2024, 2, 1)
    assert last_day("2024-02") == date(2024, 2, 29)
    assert first_day("2024-02-03") == last_day("2024年2月3日") == date(2024, 2, 3)
    assert first_day("") is last_day(None) is None
    with pytest.raises(BadCell):
        last_day("长期")
