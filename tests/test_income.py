"""Net income, per head and against the monitoring line."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households.income import IncomeFigures

amounts = st.decimals(0, 9_999_999, places=2)
maybe = st.none() | amounts


def test_the_definition_of_the_national_system():
    income = IncomeFigures(
        wage=Decimal(32000), business=Decimal(23700), property=Decimal(2750), transfer=Decimal(3610),
        business_cost=Decimal(8300), compliant_self_pay=Decimal(12000), claims=Decimal(4000),
    )  # fmt: skip
    assert income.gross_yuan() == Decimal(62060)
    assert income.net_yuan() == Decimal(53760)
    assert income.reference_yuan() == Decimal(45760)
    assert income.per_capita_net_yuan(7) == Decimal("7680.00")
    assert income.per_capita_reference_yuan(7) == Decimal("6537.14")


@pytest.mark.parametrize(
    "net, people, expected",
    [
        ("0.01", 2, "0.01"),
        ("0.05", 2, "0.03"),
        ("100", 3, "33.33"),
        ("200", 3, "66.67"),
    ],
)
def test_a_half_is_rounded_up(net, people, expected):
    assert str(IncomeFigures(wage=Decimal(net)).per_capita_net_yuan(people)) == expected


def test_a_loss_is_negative():
    income = IncomeFigures(business=Decimal(1000), business_cost=Decimal(3000))
    assert income.net_yuan() == Decimal(-2000)
    assert income.per_capita_net_yuan(4) == Decimal("-500.00")


@given(maybe, maybe)
def test_without_a_registered_income_there_is_no_figure(cost, self_pay):
    income = IncomeFigures(business_cost=cost, compliant_self_pay=self_pay, claims=Decimal(5))
    assert income.gross_yuan() is income.net_yuan() is income.reference_yuan() is None
    assert income.per_capita_net_yuan(3) is income.per_capita_reference_yuan(3) is None


@pytest.mark.parametrize("people", [None, 0])
def test_without_people_there_is_no_figure_per_head(people):
    income = IncomeFigures(wage=Decimal(1000))
    assert income.per_capita_net_yuan(people) is income.per_capita_reference_yuan(people) is None


@given(amounts, maybe, maybe, maybe, maybe, maybe, maybe, st.integers(1, 20))
def test_what_is_not_registered_counts_as_nothing(
    wage, business, own, transfer, cost, self_pay, claims, people
):
    given_figures = IncomeFigures(wage, business, own, transfer, cost, self_pay, claims)
    zero = Decimal(0)
    filled = IncomeFigures(
        wage, business or zero, own or zero, transfer or zero, cost or zero, self_pay or zero, claims or zero
    )
    assert given_figures.net_yuan() == filled.net_yuan()
    assert given_figures.reference_yuan() == filled.reference_yuan()
    per_head = given_figures.per_capita_net_yuan(people)
    assert abs(per_head * people - given_figures.net_yuan()) <= Decimal("0.005") * people


@given(amounts, amounts, amounts)
def test_self_pay_lowers_and_claims_raise_the_reference_only(wage, self_pay, claims):
    income = IncomeFigures(wage=wage, compliant_self_pay=self_pay, claims=claims)
    assert income.net_yuan() == wage
    assert income.reference_yuan() == wage - self_pay + claims
