"""Figures of benefits: those of the year, of the month, of the day, and who holds a certificate."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from households.models import BenefitReceipt, Member, Qualification
from tests.factories import make_household, make_member, make_village
from township.base.registry import figures, values_of

pytestmark = pytest.mark.django_db

ON = date(2026, 11, 24)
TOWNSHIP, EMPTY = "130722101", "130722101002"
YEAR_START, YEAR_END = date(2026, 1, 1), date(2026, 12, 31)
LAST_YEAR = date(2025, 12, 31)


def value(key: str, area: str = TOWNSHIP, on: date = ON) -> Any:
    return figures[key].value(area, on)


def man(**facts: Any) -> Member:
    return make_member(make_household(), **facts)


def receive(
    who: Member, kind: str, first: date = YEAR_START, last: date = YEAR_END, amount: Any = 960, **facts: Any
) -> BenefitReceipt:
    return BenefitReceipt.objects.create(
        household=who.household, area=who.area, member=facts.pop("member", who), kind=kind, started_on=first,
        ended_on=last, amount_yuan=amount, **facts,
    )  # fmt: skip


# Figure → the benefit that it counts.
PEOPLE = {
    "two_daughter_reward_people": "P09", "only_child_60_people": "P11", "lost_only_child_people": "P12",
    "disabled_only_child_people": "P13", "surgery_aftereffect_people": "P14", "temporary_relief_people": "P24",
    "travel_subsidy_people": "P28",
}  # fmt: skip
YUAN = {
    "two_daughter_reward_yuan": "P09", "only_child_yuan": "P10", "only_child_60_yuan": "P11",
    "lost_only_child_yuan": "P12", "disabled_only_child_yuan": "P13", "surgery_aftereffect_yuan": "P14",
    "fallow_grass_yuan": "P16", "travel_subsidy_yuan": "P28",
}  # fmt: skip


@pytest.mark.parametrize("key", PEOPLE)
def test_people_of_the_year(key):
    make_village(EMPTY)
    assert value(key) == 0
    one, kind = man(), PEOPLE[key]
    receive(one, kind)
    receive(one, kind, date(2026, 6, 1), date(2026, 6, 30))
    receive(man(), kind, LAST_YEAR, LAST_YEAR)
    receive(man(), kind, date(2026, 11, 25), YEAR_END)
    receive(man(), "P23")
    assert (value(key), value(key, EMPTY)) == (1, 0)
    assert (value(key, on=LAST_YEAR), value(key, on=date(2026, 11, 25))) == (1, 2)


@pytest.mark.parametrize("key", YUAN)
def test_yuan_of_the_year(key):
    make_village(EMPTY)
    assert value(key) == 0
    kind = YUAN[key]
    receive(man(), kind, amount="95.16")
    receive(man(), kind, amount=100)
    receive(man(), kind, amount=None)
    receive(man(), kind, LAST_YEAR, LAST_YEAR)
    receive(man(), kind, date(2026, 11, 25), YEAR_END)
    receive(man(), "P23")
    assert (float(value(key)), value(key, EMPTY)) == (195.16, 0)


def test_men_and_women_of_sixty():
    for sex in "MMF":
        receive(man(sex=sex), "P11")
    receive(man(sex="F"), "P09")
    assert (value("only_child_60_men"), value("only_child_60_women"), value("only_child_60_people")) == (
        2,
        1,
        3,
    )


def test_land_of_the_year():
    make_village(EMPTY)
    for mu in ("10.50", "3"):
        home = man()
        receive(home, "P16", quantity=mu, member=None)
        receive(home, "P15", quantity=mu, member=None)
        receive(home, "P15", date(2026, 5, 1), YEAR_END, quantity=1, member=None)
    receive(man(), "P16", LAST_YEAR, LAST_YEAR, quantity=5, member=None)
    receive(man(), "P15", LAST_YEAR, LAST_YEAR, quantity=5, member=None)
    assert (float(value("fallow_grass_mu")), value("land_subsidy_households")) == (13.5, 2)
    assert (value("fallow_grass_mu", EMPTY), value("land_subsidy_households", EMPTY)) == (0, 0)


def test_large_relief_is_that_of_a_household_in_a_year():
    make_village(EMPTY)
    key = "large_relief_households"
    receive(man(), "P24", amount=10_000)
    home = man()
    receive(home, "P24", amount=6000)
    receive(make_member(home.household), "P24", amount=4000)
    receive(man(), "P24", amount="9999.99")
    receive(man(), "P20", amount=20_000)
    split = man()
    receive(split, "P24", amount=6000)
    receive(split, "P24", LAST_YEAR, LAST_YEAR, amount=6000)
    assert (value(key), value(key, EMPTY), value(key, on=LAST_YEAR)) == (2, 0, 0)


@pytest.mark.parametrize(("name", "kind"), [("disability_living", "P03"), ("disability_care", "P04")])
def test_a_subsidy_counts_in_each_month_of_its_span(name, kind):
    make_village(EMPTY)
    one = man()
    receive(one, kind, date(2026, 1, 1), date(2026, 10, 31), amount=660)
    receive(one, kind, date(2026, 11, 1), date(2026, 11, 30), amount=66)
    receive(man(), kind, date(2026, 10, 1), date(2026, 11, 1), amount=132)
    receive(man(), kind, date(2026, 12, 1), date(2026, 12, 31), amount=66)
    receive(man(), "P01", amount=3240)
    assert (value(f"{name}_people"), value(f"{name}_month_yuan")) == (2, 132)
    october = date(2026, 10, 31)
    assert (value(f"{name}_people", on=october), value(f"{name}_month_yuan", on=october)) == (2, 132)
    march = date(2026, 3, 5)
    assert (value(f"{name}_people", on=march), value(f"{name}_month_yuan", on=march)) == (1, 66)
    assert (value(f"{name}_people", EMPTY), value(f"{name}_month_yuan", EMPTY)) == (0, 0)
    wanted = [figures[f"{name}_people"], figures[f"{name}_month_yuan"]]
    assert values_of(wanted, "", ON) == {f"{name}_people": 2, f"{name}_month_yuan": 132}


def test_a_share_that_is_not_even_is_rounded_to_the_fen():
    receive(man(), "P03", date(2026, 10, 1), date(2026, 12, 31), amount=200)
    assert str(value("disability_living_month_yuan")) == "66.67"


def test_the_home_for_the_aged_is_counted_on_the_day():
    make_village(EMPTY)
    one = man()
    receive(one, "P30", date(2026, 3, 1), ON, amount=None)
    receive(make_member(one.household), "P30", ON, YEAR_END, amount=None)
    receive(man(), "P30", date(2026, 3, 1), date(2026, 11, 23), amount=None)
    assert (value("home_for_aged_households"), value("home_for_aged_people")) == (1, 2)
    assert (value("home_for_aged_people", EMPTY), value("home_for_aged_people", on=date(2026, 2, 28))) == (
        0,
        0,
    )


def test_yulu_is_that_of_the_term():
    make_village(EMPTY)
    key = "yulu_students"
    receive(man(), "P17", date(2026, 9, 1), date(2026, 9, 30), amount=1500)
    receive(man(), "P17", date(2026, 2, 1), date(2026, 7, 31), amount=1500)
    receive(man(), "P18", date(2026, 9, 1), YEAR_END, amount=1500)
    assert (value(key), value(key, EMPTY)) == (1, 0)
    assert [value(key, on=day) for day in (date(2026, 7, 31), date(2026, 8, 1), date(2027, 1, 31))] == [
        1,
        0,
        1,
    ]
    assert value(key, on=date(2027, 2, 1)) == 0


CERTIFICATES = {
    "two_daughter_people": "two_daughters", "only_child_certificates": "only_child", "only_child_boys": "only_child",
    "only_child_girls": "only_child",
}  # fmt: skip


@pytest.mark.parametrize("key", CERTIFICATES)
def test_certificates_of_the_day(key):
    make_village(EMPTY)

    def certify(sex: str, kind: str = CERTIFICATES[key], **facts: Any) -> Qualification:
        who = man(sex=sex, left_on=facts.pop("left_on", None), left_reason="迁出")
        return Qualification.objects.create(
            household=who.household, member=who, area=who.area, kind=kind, **facts
        )

    certify("M")
    certify("F", started_on=ON)
    for other in ({"started_on": date(2026, 11, 25)}, {"ended_on": date(2026, 11, 23)}, {"left_on": ON}):
        certify("M", **other)
        certify("F", **other)
    certify("M", kind="only_child_parent")
    of_both = 1 if key in ("only_child_boys", "only_child_girls") else 2
    assert (value(key), value(key, EMPTY)) == (of_both, 0)


def test_benefits_are_read_by_few_queries(django_assert_num_queries):
    receive(man(), "P09")
    wanted = [figures[key] for key in (*PEOPLE, *YUAN, "land_subsidy_households", "fallow_grass_mu")]
    with django_assert_num_queries(1):
        together = values_of(wanted, TOWNSHIP, ON)
    assert together == {figure.key: figure.value(TOWNSHIP, ON) for figure in wanted}
