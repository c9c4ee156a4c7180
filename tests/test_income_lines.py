"""Income line by line: parts of any window add up, what is known already counts once, what is no income says why."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households.benefit_kinds import BenefitKind, PostLevel, ProjectPay
from households.income_benefits import ITEM_OF_BENEFIT, ITEM_OF_PAY, ITEM_OF_POST, NOT_INCOME
from households.income_items import IncomeGroup, IncomeItem
from households.income_lines import (
    KNOWN_ALREADY,
    Line,
    Origin,
    Window,
    explain,
    monthly,
    months_told,
    without_known,
)
from township.base.dates import month_end

DAYS = st.dates(date(2023, 1, 1), date(2027, 12, 31))
AMOUNTS = st.integers(1, 10**11).map(lambda fen: Decimal(fen) / 100)


@st.composite
def lines(draw, **fixed) -> Line:
    first, last = sorted((draw(DAYS), draw(DAYS)))
    values = {
        "item": draw(st.sampled_from(IncomeItem)),
        "amount_yuan": draw(AMOUNTS),
        "started_on": first,
        "ended_on": last,
        "origin": draw(st.sampled_from(Origin)),
        "title": "测试",
        "key": str(draw(st.integers(0, 10**6))),
    }
    return Line(**(values | fixed))


def line(item: IncomeItem = IncomeItem.WORK, amount: str = "1200", **values) -> Line:
    defaults: dict[str, Any] = {
        "started_on": date(2026, 1, 1), "ended_on": date(2026, 12, 31), "origin": Origin.TYPED, "title": "测试",
    }  # fmt: skip
    return Line(item, Decimal(amount), **(defaults | values))


@given(lines(), st.lists(DAYS, max_size=6))
def test_windows_side_by_side_add_up_to_the_whole(one: Line, cuts: list[date]):
    edges = [date(2022, 12, 31), *sorted(set(cuts)), date(2027, 12, 31)]
    edges = sorted(set(edges))
    parts = [one.within(Window(first + timedelta(days=1), last)) for first, last in pairwise(edges)]
    assert sum(parts) == one.amount_yuan
    assert all(part >= 0 and part == part.quantize(Decimal("0.01")) for part in parts)


@given(st.lists(lines(), max_size=8), st.data())
def test_order_does_not_matter(some: list[Line], data):
    window = Window(*sorted((data.draw(DAYS), data.draw(DAYS))))
    one, other = explain(some, window, 3), explain(data.draw(st.permutations(some)), window, 3)
    assert one.totals == other.totals
    assert one.per_capita_net_yuan == other.per_capita_net_yuan


@given(st.lists(lines(origin=Origin.WORK), max_size=8))
def test_no_fen_is_lost_between_lines_and_totals(some: list[Line]):
    everything = explain(some, Window(date(2023, 1, 1), date(2027, 12, 31)), 1)
    assert sum(everything.totals.values(), Decimal(0)) == sum((one.amount_yuan for one in some), Decimal(0))


@given(lines(), DAYS, DAYS)
def test_a_line_outside_the_window_gives_nothing_and_inside_something_of_its_own(one: Line, day, other):
    window = Window(*sorted((day, other)))
    touches = one.started_on <= window.last and window.first <= one.ended_on
    assert bool(one.months_within(window)) is touches
    if not touches:
        assert one.within(window) == 0
    assert 0 <= one.within(window) <= one.amount_yuan


def test_amounts_lie_evenly_on_months():
    year = line(amount="1200")
    assert year.within(Window.from_month(date(2026, 10, 1))) == 300  # October to December of its year
    assert year.within(Window.from_month(date(2025, 10, 1))) == 900
    assert year.within(Window.before_month(date(2026, 7, 15))) == 600
    assert year.months_within(Window.from_month(date(2026, 10, 1))) == 3


def test_inside_a_month_amounts_lie_evenly_on_days():
    november = line(amount="300", started_on=date(2026, 11, 1), ended_on=date(2026, 11, 30))
    assert november.within(Window(date(2026, 11, 1), date(2026, 11, 10))) == 100
    leap = line(amount="290", started_on=date(2028, 2, 1), ended_on=date(2028, 2, 29))
    assert leap.within(Window(date(2028, 2, 29), date(2028, 3, 31))) == 10


def test_one_day_is_paid_on_its_day():
    one = line(amount="0.01", started_on=date(2026, 9, 30), ended_on=date(2026, 9, 30))
    assert one.within(Window.from_month(date(2025, 10, 1))) == Decimal("0.01")
    assert one.within(Window.from_month(date(2026, 10, 1))) == 0


def test_windows():
    assert Window.from_month(date(2025, 10, 8)) == Window(date(2025, 10, 1), date(2026, 9, 30))
    assert Window.before_month(date(2026, 3, 1)) == Window(date(2025, 3, 1), date(2026, 2, 28))
    assert Window.of_year(2026).label == "2026年"
    assert Window.from_month(date(2025, 10, 1)).label == "2025-10-01 至 2026-09-30"
    with pytest.raises(ValueError, match="早于起日"):
        Window(date(2026, 2, 1), date(2026, 1, 1))


def test_a_month_of_pay_counts_for_every_month_it_touches():
    spell = line(started_on=date(2026, 1, 20), ended_on=date(2026, 3, 2))
    assert monthly(spell, Decimal(400)).amount_yuan == 1200


def test_totals_net_and_reference_income():
    some = [
        line(IncomeItem.WORK, "20000"),
        line(IncomeItem.PLANTING, "8000"),
        line(IncomeItem.PLANTING_COST, "3000"),
        line(IncomeItem.CLAIMS, "1000"),
        line(IncomeItem.SELF_PAY_MEDICAL, "6000"),
    ]
    found = explain(some, Window.of_year(2026), 2)
    assert found.totals[IncomeGroup.WAGE] == 20000
    assert IncomeGroup.TRANSFER not in found.totals
    assert found.figures.transfer is None
    assert found.per_capita_net_yuan == 12500
    assert found.per_capita_reference_yuan == 10000
    assert explain(some, Window.of_year(2026), None).per_capita_net_yuan is None


def test_what_does_not_count_is_listed_with_its_reason():
    relief = line(IncomeItem.WORK, "2000", origin=Origin.BENEFIT, not_counted="一次性临时救助，不计收入")
    found = explain([relief], Window.of_year(2026), 1)
    assert found.totals == {}
    assert [part.line.not_counted for part in found.not_counted] == ["一次性临时救助，不计收入"]


@pytest.mark.parametrize(
    ("typed", "known", "is_twice"),
    [
        ({}, {}, True),
        ({"member": "a"}, {"member": "a"}, True),
        ({"member": "a"}, {"member": "b"}, False),
        ({}, {"member": "b"}, True),
        ({"ended_on": date(2026, 5, 31)}, {"started_on": date(2026, 6, 1)}, False),
        ({"ended_on": date(2026, 6, 1)}, {"started_on": date(2026, 6, 1)}, True),
    ],
)
def test_a_typed_line_that_a_register_knows_counts_once(typed, known, is_twice):
    mine = line(IncomeItem.DIBAO, "3240", **typed)
    theirs = line(IncomeItem.DIBAO, "3240", origin=Origin.BENEFIT, **known)
    reasons = [one.not_counted for one in without_known([mine, theirs])]
    assert reasons == [KNOWN_ALREADY if is_twice else "", ""]


def test_another_tenant_or_employer_may_be_typed_beside():
    known = line(IncomeItem.LAND_RENT, origin=Origin.PROJECT)
    assert not any(one.not_counted for one in without_known([line(IncomeItem.LAND_RENT), known]))


def test_every_benefit_is_income_or_says_why_not():
    assert set(ITEM_OF_BENEFIT) | set(NOT_INCOME) == set(BenefitKind)
    assert not set(ITEM_OF_BENEFIT) & set(NOT_INCOME)
    assert {item.group for item in ITEM_OF_BENEFIT.values()} == {IncomeGroup.TRANSFER}
    assert set(ITEM_OF_POST) == set(PostLevel)
    assert set(ITEM_OF_PAY) == set(ProjectPay)


def test_months_without_a_line_that_counts_are_told_in_runs():
    one = line(started_on=date(2025, 3, 5), ended_on=date(2025, 9, 1))
    loan = line(started_on=date(2025, 1, 1), ended_on=date(2025, 12, 31), not_counted="不是收入")
    found = explain([one, loan], Window.of_year(2025), 1)
    assert months_told(found.months_without) == "2025年1月—2月、2025年10月—12月"
    found = explain([one], Window.from_month(date(2025, 9, 1)), 1)
    assert months_told(found.months_without) == "2025年10月—2026年8月"
    assert months_told([date(2025, 1, 1)]) == "2025年1月"
    whole = line(started_on=date(2025, 1, 1), ended_on=date(2025, 12, 31))
    assert explain([whole], Window.of_year(2025), 1).months_without == []


@given(some=st.lists(lines(), max_size=4), year=st.integers(2020, 2027))
def test_a_month_is_known_or_named(some: list[Line], year: int):
    window = Window.of_year(year)
    found = explain(some, window, 1)
    known = {
        month
        for month in window.months
        if any(part.line.months_within(Window(month, month_end(month))) for part in found.counted)
    }
    assert known.isdisjoint(found.months_without) and known.union(found.months_without) == set(window.months)
