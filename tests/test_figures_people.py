"""Figures of what is registered of people and households: whom each counts, and whom not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from households.figures import exact
from tests.factories import make_household, make_member, make_village
from township.base.registry import figures, values_of

pytestmark = pytest.mark.django_db

ON = date(2026, 11, 24)
TOWNSHIP, EMPTY = "130722101", "130722101002"


def value(key: str, area: str = TOWNSHIP, on: date = ON) -> Any:
    return figures[key].value(area, on)


def born(age: int, on: date = ON) -> date:
    return date(on.year - age, on.month, on.day)


def day_after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


WORKS = {"birth_on": born(40), "labour": "ordinary", "work_region": "county"}
# Figure → what a member of an ex-poor household is that it counts, and several that it does not.
PEOPLE: dict[str, tuple[dict[str, Any], tuple[dict[str, Any], ...]]] = {
    "school_age_people": ({"birth_on": born(6)}, ({"birth_on": day_after(born(6))}, {"birth_on": born(16)})),
    "dropouts": (
        {"birth_on": born(12), "schooling": ""},
        ({"birth_on": born(12), "schooling": "primary"}, {"birth_on": born(16), "schooling": ""}),
    ),
    "registered_students": (
        {"schooling": "vocational_1"},
        ({"schooling": "before_school"}, {"schooling": ""}),
    ),
    "dibao_people": ({"dibao": "rural"}, ({"dibao": "none"}, {"tekun": "rural"})),
    "dibao_registered_people": ({"dibao": "urban"}, ({"dibao": "none"}, {})),
    "doctor_contract_people": ({"has_doctor_contract": True}, ({"has_doctor_contract": False}, {})),
    "chronic_card_people": (
        {"has_chronic_card": True},
        ({"has_chronic_card": False}, {"health": ["chronic"]}),
    ),
    "chronic_card_ex_poor_people": ({"has_chronic_card": True}, ({"has_chronic_card": False}, {})),
    "pension_paying_people": (
        {"has_resident_pension": True, "birth_on": day_after(born(60))},
        ({"has_resident_pension": True, "birth_on": born(60)}, {"has_employee_pension": True}),
    ),
    "pension_receiving_people": (
        {"has_resident_pension": True, "birth_on": born(60)},
        ({"has_resident_pension": True, "birth_on": day_after(born(60))}, {"birth_on": born(70)}),
    ),
    "tekun_people": ({"tekun": "rural"}, ({"tekun": "none"}, {"dibao": "rural"})),
    "employed_total": (
        WORKS | {"birth_on": born(60), "work_region": "other_province"},
        (WORKS | {"birth_on": born(61)}, WORKS | {"labour": "weak"}, WORKS | {"work_region": ""}),
    ),
    "employed_in_county": (WORKS, (WORKS | {"work_region": "city"},)),
    "employed_in_city": (WORKS | {"work_region": "city"}, (WORKS,)),
    "employed_other_city": (WORKS | {"work_region": "other_city"}, (WORKS,)),
    "employed_other_province": (WORKS | {"work_region": "other_province"}, (WORKS,)),
    "employed_abroad": (WORKS | {"work_region": "abroad"}, (WORKS | {"birth_on": day_after(born(16))},)),
    **{
        f"disabled_level_{level}": ({"disability_level": level}, ({"disability_level": level % 4 + 1}, {}))
        for level in range(1, 5)
    },
}
OF_EX_POOR = {key for key in PEOPLE if key.startswith("employed_")} | {
    "registered_students", "dibao_registered_people", "chronic_card_ex_poor_people",
}  # fmt: skip


@pytest.mark.parametrize("key", PEOPLE)
def test_whom_a_figure_of_people_counts(key):
    yes, no = PEOPLE[key]
    make_village(EMPTY)
    home = make_household(kind="ex_poor")
    make_member(home, **yes)
    make_member(home, **yes, left_on=ON, left_reason="去世")
    make_member(make_household(make_village("130722102001"), kind="ex_poor"), **yes)
    for other in no:
        make_member(home, **other)
    assert (value(key), value(key, EMPTY), value(key, "")) == (1, 0, 2)
    make_member(make_household(kind="rural"), **yes)
    assert value(key) == (1 if key in OF_EX_POOR else 2)


def test_who_left_is_counted_before_that_day():
    home = make_household(kind="ex_poor")
    make_member(home, dibao="rural", left_on=date(2026, 11, 1), left_reason="去世")
    before, day = date(2026, 10, 31), date(2026, 11, 1)
    for key, expected in (("dibao_people", 1), ("dibao_registered_households", 1), ("ex_poor_people", 2)):
        assert value(key, on=before) == expected
        assert value(key, on=day) == expected - 1


def test_the_insured_share_is_exact_and_of_nobody_there_is_none():
    make_village(EMPTY)
    home = make_household(kind="ex_poor")
    for facts in ({"has_resident_medical": True}, {"has_employee_medical": True}, {}):
        make_member(home, **facts)
    assert value("ex_poor_people") == 4  # with the head, whose insurance nobody registered
    assert value("ex_poor_insured_percent") == Decimal("50.00")
    assert value("ex_poor_insured_percent", EMPTY) is None
    home.members.filter(has_resident_medical__isnull=True).update(has_resident_medical=True, history=False)
    assert value("ex_poor_insured_percent") == 100


def test_households_of_the_register():
    make_village(EMPTY)
    assert [value(key) for key in HOUSEHOLDS] == [0, 0, 0]
    poor = make_household(kind="ex_poor", is_without_labour=True)
    make_member(poor, dibao="rural")
    make_member(poor, dibao="rural")
    make_household(kind="ex_poor", is_without_labour=False)
    make_member(make_household(kind="rural"), dibao="rural")
    gone = make_household(
        kind="ex_poor", is_without_labour=True, closed_on=date(2026, 11, 1), closed_reason="迁出"
    )
    make_member(gone, dibao="rural")
    assert [value(key) for key in HOUSEHOLDS] == [2, 1, 1]
    assert [value(key, on=date(2026, 10, 31)) for key in HOUSEHOLDS] == [3, 2, 2]
    assert [value(key, EMPTY) for key in HOUSEHOLDS] == [0, 0, 0]


HOUSEHOLDS = ("ex_poor_households", "dibao_registered_households", "without_labour_households")


def test_figures_read_together_take_one_query(django_assert_num_queries):
    make_household(kind="ex_poor")
    wanted = [figures[key] for key in (*PEOPLE, "ex_poor_people", "ex_poor_insured_percent")]
    with django_assert_num_queries(1):
        together = values_of(wanted, TOWNSHIP, ON)
    assert together == {figure.key: figure.value(TOWNSHIP, ON) for figure in wanted}
    with django_assert_num_queries(1 + 1):
        assert set(values_of([figures["villages"], *wanted], "", ON)) == {"villages", *together}


def test_whole_amounts_are_whole():
    assert [exact(amount) for amount in (None, 3, Decimal("60.00"), Decimal("95.16"))] == [
        0, 3, 60, Decimal("95.16"),
    ]  # fmt: skip
    assert isinstance(exact(Decimal("60.00")), int)
