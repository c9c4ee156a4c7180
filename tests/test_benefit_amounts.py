"""What a benefit should have been: spans of days, standards that change on the way, and amounts to the fen."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households.benefit_amounts import FEN, Standard, StandardBook, due, span_start, spans
from households.benefit_kinds import CountedBy, PaidPer
from households.reference_benefits import FIRST_STANDARDS
from township.base.dates import add_months, month_start

FIRST = date(2021, 1, 1)
PER = ("month", "term", "year")
days = st.dates(date(2021, 1, 1), date(2032, 12, 31))
periods = st.tuples(days, days).map(sorted)
money = st.decimals(Decimal("0.01"), Decimal(20000), places=2)
quantities = st.decimals(Decimal("0.01"), Decimal(500), places=2)


def standard(amount: str | Decimal, per: str = "month", since: date = FIRST, **values: Any) -> Standard:
    usual: dict[str, Any] = {
        "kind": "P04",
        "variant": "",
        "most": None,
        "percent": None,
        "counted_by": "head",
    }
    return Standard(amount=Decimal(amount), per=per, valid_from=since, **usual | values)


def expected(
    book: StandardBook, started_on: date, ended_on: date, quantity: str | Decimal = "1"
) -> Decimal | None:
    """The right amount of a benefit that has one."""
    amounts = book.expected("P04", "", Decimal(quantity), started_on, ended_on)
    if amounts is None:
        return None
    assert amounts[0] == amounts[1]
    return amounts[0]


@pytest.mark.parametrize(
    ("per", "started_on", "ended_on", "count"),
    [
        ("month", date(2026, 1, 1), date(2026, 6, 30), 6),
        ("month", date(2026, 1, 31), date(2026, 2, 1), 2),
        ("month", date(2025, 12, 1), date(2026, 1, 31), 2),
        ("month", date(2024, 2, 29), date(2024, 2, 29), 1),
        ("month", date(2024, 2, 29), date(2025, 2, 28), 13),
        ("term", date(2025, 9, 1), date(2026, 1, 31), 1),
        ("term", date(2026, 1, 15), date(2026, 1, 20), 1),
        ("term", date(2026, 1, 31), date(2026, 2, 1), 2),
        ("term", date(2026, 2, 1), date(2026, 7, 31), 1),
        ("term", date(2026, 3, 1), date(2027, 1, 31), 2),
        ("year", date(2026, 1, 1), date(2026, 12, 31), 1),
        ("year", date(2026, 12, 31), date(2027, 1, 1), 2),
        ("once", date(2026, 1, 1), date(2027, 12, 31), 1),
    ],
)
def test_a_span_is_counted_with_the_first_day_that_touches_it(
    per: str, started_on: date, ended_on: date, count: int
):
    assert len(list(spans(per, started_on, ended_on))) == count


@given(period=periods, per=st.sampled_from(PER))
def test_spans_cover_the_days_without_gap_and_begin_as_they_should(period: list[date], per: str):
    started_on, ended_on = period
    firsts = list(spans(per, started_on, ended_on))
    assert firsts[0] <= started_on and firsts[-1] <= ended_on
    months = {"month": 1, "term": 6, "year": 12}[per]
    for first in firsts:
        assert span_start(per, first) == first == month_start(first)
        assert span_start(per, add_months(first, months) - timedelta(days=1)) == first
    assert [add_months(first, months) for first in firsts[:-1]] == firsts[1:]
    assert add_months(firsts[-1], months) > ended_on


@given(period=periods, per=st.sampled_from(PER), amount=money, quantity=quantities, data=st.data())
def test_two_receipts_of_following_spans_come_to_what_one_does(
    period: list[date], per: str, amount: Decimal, quantity: Decimal, data: st.DataObject
):
    started_on, ended_on = period
    book = StandardBook([standard(amount, per), standard(amount + 7, per, since=date(2026, 5, 17))])
    whole = expected(book, started_on, ended_on, quantity)
    assert whole is not None
    firsts = list(spans(per, started_on, ended_on))[1:]
    if firsts:
        cut = data.draw(st.sampled_from(firsts))
        before = expected(book, started_on, cut - timedelta(days=1), quantity)
        after = expected(book, cut, ended_on, quantity)
        assert before is not None and after is not None
        assert before + after == whole


@given(period=periods, per=st.sampled_from((*PER, "once")), amount=money, quantity=quantities)
def test_an_amount_is_a_decimal_to_the_fen_and_never_negative(
    period: list[date], per: str, amount: Decimal, quantity: Decimal
):
    started_on, ended_on = period
    whole = expected(StandardBook([standard(amount, per)]), started_on, ended_on, quantity)
    assert type(whole) is Decimal and whole == whole.quantize(FEN) and whole >= 0
    count = len(list(spans(per, started_on, ended_on)))
    assert abs(whole - amount * quantity * count) <= FEN * count / 2


def test_a_span_goes_by_the_standard_of_its_first_day_within_the_receipt():
    book = StandardBook([standard(60), standard(80, since=date(2026, 4, 1))])
    assert expected(book, date(2026, 1, 1), date(2026, 6, 30)) == 60 * 3 + 80 * 3
    assert expected(book, date(2026, 1, 1), date(2026, 3, 31)) == 180
    assert expected(book, date(2026, 4, 1), date(2026, 4, 30)) == 80
    later = StandardBook([standard(60), standard(80, since=date(2026, 4, 15))])
    assert expected(later, date(2026, 4, 1), date(2026, 4, 30)) == 60
    assert expected(later, date(2026, 4, 15), date(2026, 4, 30)) == 80
    assert expected(later, date(2026, 4, 1), date(2026, 5, 31)) == 140


def test_steps_name_each_standard_with_its_spans():
    first, second = standard(60), standard(80, since=date(2026, 4, 1))
    steps = StandardBook([second, first]).steps("P04", "", date(2026, 1, 5), date(2026, 5, 31))
    assert steps == [(first, 3), (second, 2)]
    assert due(steps, Decimal(2)) == (Decimal(680), Decimal(680))


def test_what_nobody_has_set_cannot_be_checked():
    book = StandardBook([standard(60, since=date(2026, 4, 1))])
    assert expected(book, date(2026, 3, 1), date(2026, 6, 30)) is None
    assert book.on("P04", "", date(2026, 3, 31)) is None
    assert book.expected("P99", "", Decimal(1), date(2026, 5, 1), date(2026, 5, 31)) is None
    changed = StandardBook([standard(60), standard(720, "year", since=date(2026, 4, 1))])
    assert expected(changed, date(2026, 1, 1), date(2026, 6, 30)) is None


def test_a_variant_goes_by_the_general_standard_until_it_has_its_own():
    book = StandardBook([standard(200), standard(270, variant="B", since=date(2026, 4, 1))])
    assert book.expected("P04", "B", Decimal(1), date(2026, 3, 1), date(2026, 4, 30)) == (470, 470)
    assert book.expected("P04", "A", Decimal(1), date(2026, 3, 1), date(2026, 4, 30)) == (400, 400)
    only_variants = StandardBook([standard(387, variant="A")])
    assert expected(only_variants, date(2026, 1, 1), date(2026, 1, 31)) is None


def test_each_span_is_rounded_half_up_by_itself():
    book = StandardBook([standard("95.16", "year", counted_by="mu")])
    assert expected(book, date(2026, 1, 1), date(2026, 12, 31), "6.57") == Decimal("625.20")  # 625.2012
    assert expected(book, date(2025, 1, 1), date(2026, 12, 31), "0.13") == Decimal("24.74")  # twice 12.3708
    half = StandardBook([standard("0.05", counted_by="mu")])
    assert expected(half, date(2026, 1, 1), date(2026, 1, 31), "0.10") == Decimal("0.01")


@pytest.mark.parametrize(
    ("self_paid", "right"),
    [("9999.99", "0"), ("10000", "0"), ("10000.05", "0.02"), ("10001", "0.30"), ("13000", "900")],
)
def test_medical_relief_is_a_share_of_what_lies_above(self_paid: str, right: str):
    book = StandardBook(FIRST_STANDARDS)
    amounts = book.expected("P20", "", Decimal(self_paid), date(2026, 5, 1), date(2026, 5, 1))
    assert amounts == (Decimal(right), Decimal(right))


def test_an_amount_between_the_least_and_the_most_is_right():
    book = StandardBook(FIRST_STANDARDS)
    assert book.expected("P27", "", Decimal(1), date(2026, 1, 1), date(2026, 12, 31)) == (1000, 5000)


def test_a_book_with_other_rows_leaves_the_first_as_it_was():
    book = StandardBook([standard(60)])
    dearer = book.replaced(standard(90), standard(99, since=date(2026, 6, 1)))
    assert expected(dearer, date(2026, 5, 1), date(2026, 6, 30)) == 189
    assert expected(book, date(2026, 5, 1), date(2026, 6, 30)) == 120


def test_the_words_are_those_that_are_stored():
    assert {*PER, "once"} == {*PaidPer.values}
    assert {row.per for row in FIRST_STANDARDS} <= {*PaidPer.values}
    assert {row.counted_by for row in FIRST_STANDARDS} <= {*CountedBy.values}
