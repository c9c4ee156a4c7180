"""三保障 and water are derived once; the SQL of the summary says the same as the pure rule, on boundary days too."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households.figures import guarantee_problem
from households.guarantees import (
    Guarantee,
    GuaranteeState,
    education_state,
    guarantees_of,
    housing_state,
    is_insured,
    latest_birth,
    medical_state,
    water_state,
)
from households.models import Household
from tests.factories import make_household, make_member
from township.base.dates import age_on

ON = date(2026, 11, 24)
MET, PROBLEM, NOT_INVOLVED, UNKNOWN = GuaranteeState


@dataclass
class Somebody:
    birth_on: date | None = date(2016, 1, 1)
    schooling: str = ""
    education: str = ""
    dropout_reason: str = ""
    has_resident_medical: bool | None = None
    has_employee_medical: bool | None = None


@pytest.mark.parametrize(
    "child, state",
    [
        (Somebody(schooling="primary"), MET),
        (Somebody(), PROBLEM),
        (Somebody(schooling="primary", dropout_reason="厌学"), PROBLEM),
        (Somebody(birth_on=date(2011, 1, 1), education="junior"), MET),  # 15, finished junior middle school
        (Somebody(birth_on=date(2011, 1, 1), education="primary"), PROBLEM),
        (Somebody(birth_on=date(2020, 6, 1), schooling="kindergarten"), MET),  # six years old
        (Somebody(birth_on=date(2019, 6, 1), schooling="kindergarten"), PROBLEM),  # seven
        (Somebody(birth_on=date(2020, 11, 24)), PROBLEM),  # six today
        (Somebody(birth_on=date(2020, 11, 25)), NOT_INVOLVED),  # six tomorrow
        (Somebody(birth_on=date(2010, 11, 25)), PROBLEM),  # sixteen tomorrow
        (Somebody(birth_on=date(2010, 11, 24)), NOT_INVOLVED),  # sixteen today
        (Somebody(birth_on=None), NOT_INVOLVED),
    ],
)
def test_compulsory_schooling(child, state):
    assert education_state([Somebody(birth_on=date(1980, 1, 1)), child], ON) is state


def test_one_child_out_of_school_is_a_problem_for_the_household():
    assert education_state([Somebody(schooling="primary"), Somebody()], ON) is PROBLEM
    assert education_state([], ON) is NOT_INVOLVED


@pytest.mark.parametrize(
    "resident, employee, insured",
    [
        (True, None, True),
        (False, True, True),
        (None, None, None),
        (False, None, False),
        (False, False, False),
    ],
)
def test_insured_in_either_kind(resident, employee, insured):
    assert is_insured(Somebody(has_resident_medical=resident, has_employee_medical=employee)) is insured


@pytest.mark.parametrize(
    "answers, state",
    [
        ([True, True], MET),
        ([True, False], PROBLEM),
        ([None, False], PROBLEM),
        ([True, None], UNKNOWN),
        ([], UNKNOWN),
    ],
)
def test_medical_is_unknown_where_somebody_has_no_answer(answers, state):
    assert medical_state([Somebody(has_resident_medical=answer) for answer in answers]) is state


def test_housing_and_water():
    assert [housing_state(grade) for grade in ("A", "B", "C", "D", "")] == [
        MET,
        MET,
        PROBLEM,
        PROBLEM,
        UNKNOWN,
    ]
    assert [water_state(answer) for answer in (True, False, None)] == [MET, PROBLEM, UNKNOWN]
    assert UNKNOWN.label == "" and Guarantee.WATER.label == "饮水安全"


days = st.dates(date(2000, 1, 1), date(2040, 12, 31))


@given(days, st.integers(0, 100))
def test_latest_birth_is_the_last_day_that_reaches_the_age(on, age):
    born = latest_birth(age, on)
    assert age_on(born, on) >= age > age_on(born + timedelta(days=1), on)


@pytest.mark.parametrize("on", [date(2026, 2, 28), date(2024, 2, 29), date(2024, 2, 28)])
def test_latest_birth_around_the_leap_day(on):
    for age in range(20):
        born = latest_birth(age, on)
        assert age_on(born, on) >= age > age_on(born + timedelta(days=1), on)


CASES = [
    {"housing_grade": "C"},
    {"housing_grade": "B", "water_is_safe": True},
    {"water_is_safe": False},
    {},
]
MEMBERS = [
    {"birth_on": date(2020, 11, 24)},
    {"birth_on": date(2020, 11, 25)},
    {"birth_on": date(2020, 6, 1), "schooling": "kindergarten"},
    {"birth_on": date(2019, 6, 1), "schooling": "kindergarten"},
    {"birth_on": date(2010, 11, 24)},
    {"birth_on": date(2010, 11, 25), "education": "junior"},
    {"birth_on": date(2014, 1, 1), "schooling": "grade_7", "dropout_reason": "因病"},
    {"birth_on": date(2014, 1, 1), "schooling": "grade_7"},
    {"has_resident_medical": False},
    {"has_resident_medical": False, "has_employee_medical": True},
    {"has_employee_medical": False},
    {"has_resident_medical": True, "has_employee_medical": False},
    {"has_resident_medical": False, "left_on": date(2026, 1, 1), "left_reason": "迁出"},
    {"birth_on": date(2014, 1, 1), "left_on": date(2026, 1, 1), "left_reason": "迁出"},
]


@pytest.mark.django_db
def test_the_condition_in_sql_says_what_the_rule_says():
    for values in CASES:
        make_household(**values)
    for values in MEMBERS:
        make_member(make_household(), **values)
    found = set(Household.objects.filter(guarantee_problem(ON)).values_list("pk", flat=True))
    expected = set()
    for household in Household.objects.all():
        states = guarantees_of(
            household.members.filter(left_on__isnull=True),
            housing_grade=household.housing_grade,
            water_is_safe=household.water_is_safe,
            on=ON,
        )
        if PROBLEM in states.values():
            expected.add(household.pk)
    assert found == expected and 0 < len(found) < len(CASES) + len(MEMBERS)
