"""What cannot be true of a household or a person is said at the field to correct, and nothing else is."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households.fact_rules import eliminated_too_early, household_problems, member_problems
from tests.factories import make_id_number

TODAY = date(2026, 11, 23)
HOUSEHOLD = {
    "land_mu": Decimal("3.50"), "ex_poor_year": 2018, "walk_order": 3, "identified_month": date(2025, 3, 1),
    "eliminated_month": date(2026, 4, 1), "is_eliminated": True, "low_income_month": date(2024, 1, 1),
}  # fmt: skip
PERSON = {
    "work_months": 12, "post_months": 0, "disability_level": 4, "birth_on": date(1970, 5, 6), "sex": "M",
    "id_kind": "resident", "id_number": make_id_number(date(1970, 5, 6)),
}  # fmt: skip


def wrong(rule, facts, **changes):
    """Return the first message at each field."""
    found = {}
    for problem in rule(facts | changes, TODAY):
        found.setdefault(problem.fields[0], problem.message)
    return found


def test_plausible_facts_are_let_alone():
    assert wrong(household_problems, HOUSEHOLD) == wrong(member_problems, PERSON) == {}
    blank = dict.fromkeys(HOUSEHOLD) | {"walk_order": 0}
    assert wrong(household_problems, blank) == {}
    nobody = dict.fromkeys(PERSON) | {"sex": "", "id_number": "", "id_kind": "resident"}
    assert wrong(member_problems, nobody) == {}


@pytest.mark.parametrize(
    "field, value, words",
    [
        ("land_mu", Decimal(-5), "不能是负数"),
        ("ex_poor_year", 20999, "2013—2026"),
        ("ex_poor_year", 2012, "2013—2026"),
        ("ex_poor_year", 2027, "2013—2026"),
        ("walk_order", 99999999999, "0—9999"),
        ("walk_order", -1, "0—9999"),
        ("walk_order", None, "0—9999"),
        ("identified_month", date(2026, 12, 1), "晚于本月"),
        ("low_income_month", date(2026, 12, 1), "晚于本月"),
        ("low_income_month", date(1925, 1, 1), "早于 2000 年"),
        ("eliminated_month", date(2026, 12, 1), "晚于本月"),
        ("eliminated_month", date(2025, 2, 1), "早于识别监测时间（2025-03）"),
        ("is_eliminated", False, "风险未消除"),
    ],
)
def test_impossible_fact_of_a_household(field, value, words):
    problems = wrong(household_problems, HOUSEHOLD, **{field: value})
    at = "eliminated_month" if field == "is_eliminated" else field
    assert words in problems[at]


@pytest.mark.parametrize("month", [date(2026, 11, 1), date(2000, 1, 1)])
def test_bounds_of_months_are_possible(month):
    facts = HOUSEHOLD | {"identified_month": month, "eliminated_month": month, "low_income_month": month}
    assert wrong(household_problems, facts) == {}


@pytest.mark.parametrize(
    "field, value, words",
    [
        ("work_months", 13, "0—12"),
        ("post_months", -1, "0—12"),
        ("disability_level", 5, "1—4"),
        ("birth_on", date(1899, 12, 31), "1900"),
        ("birth_on", date(2026, 11, 24), "1900"),
        ("birth_on", date(1970, 5, 7), "1970-05-06"),
        ("sex", "F", "第 17 位"),
        ("id_number", "E12345678", "证件号码"),
    ],
)
def test_impossible_fact_of_a_person(field, value, words):
    assert words in wrong(member_problems, PERSON, **{field: value})[field]


def test_other_papers_say_nothing_about_birth():
    assert wrong(member_problems, PERSON, id_kind="passport", id_number="E12345678", sex="F") == {}


@given(st.dates(), st.dates())
def test_elimination_follows_identification(first, second):
    assert not eliminated_too_early(min(first, second), max(first, second))
    assert eliminated_too_early(max(first, second), min(first, second)) == (first != second)
