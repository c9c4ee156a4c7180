"""What holds of the rules about papers, families, schooling, labour and health for all people, beyond examples."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from households.choices import Education, Health, Labour, Relation, Schooling, WorkRegion
from households.guarantees import is_insured, is_out_of_school
from monitoring.rule_words import Family
from monitoring.rules.findings import RULES
from monitoring.rules.findings.base import Judge
from monitoring.rules.findings.facts import Home, Person
from tests.factories import make_id_number
from tests.rule_examples.ages import aged, alone
from tests.rule_examples.base import ON, day, home, person
from township.base.dates import age_on
from township.base.ids import uuid7

FAMILIES = (Family.IDENTITY, Family.RELATIONS, Family.SCHOOLING, Family.LABOUR, Family.MEDICAL)
JUDGE = Judge(rule for rule in RULES.values() if rule.family in FAMILIES)
# A busy machine is slow to draw; what is asked here is what comes out.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
LONG_NUMBER = re.compile(r"\d{7,}")
# Which of these a thing of the register may be found by: one at most.
APART = (
    {"R06", "R06-2", "R06-3", "R07-6"},
    {"R06", "R05"},
    {"R09", "R09-2", "R09-3", "R09-4", "R09-5"},
    {"R12-4", "R12-6", "R12-7"},
    {"R12", "R12-2"},
    {"R04-2", "R04-3"},
    {"R11", "R11-2", "R11-3"},
    {"R01", "R01-2", "R01-3", "R01-4"},
    {"R03-6", "R03-7"},
)

_answer = st.sampled_from([None, True, False])
_births = st.dates(date(1905, 1, 1), ON) | st.none()


def _or_unknown(values: Iterable[str]) -> st.SearchStrategy[str]:
    return st.sampled_from(["", *values])


@st.composite
def people(draw: st.DrawFn, relation: str = "head") -> Person:
    """Anybody the register can hold, with a right number or none."""
    born, sex = draw(_births), draw(_or_unknown("MF"))
    number = make_id_number(born, male=sex == "M") if born and sex and draw(st.booleans()) else ""
    return Person(
        id=uuid7(), relation=relation, sex=sex, birth_on=born, age=age_on(born, ON) if born else None,
        id_number=number, education=draw(_or_unknown(Education.values)),
        schooling=draw(_or_unknown(Schooling.values)), dropout_reason=draw(_or_unknown(["因病"])),
        health=draw(st.lists(st.sampled_from(Health.values), unique=True)),
        disability_kind=draw(_or_unknown("1234567")),
        disability_level=draw(st.none() | st.integers(1, 4)), labour=draw(_or_unknown(Labour.values)),
        work_place=draw(_or_unknown(["保定市", "北京市"])), work_region=draw(_or_unknown(WorkRegion.values)),
        work_months=draw(st.none() | st.integers(0, 12)), post=draw(_or_unknown(["护林员"])),
        has_resident_medical=draw(_answer), has_employee_medical=draw(_answer),
        has_employee_pension=draw(_answer), tekun=draw(_or_unknown(["none", "rural"])),
        has_chronic_card=draw(_answer), is_co_living=draw(st.booleans()),
    )  # fmt: skip


@st.composite
def homes(draw: st.DrawFn) -> Home:
    others = [
        draw(people(relation)) for relation in draw(st.lists(st.sampled_from(Relation.values), max_size=4))
    ]
    return home(draw(people()), *others, is_without_labour=draw(_answer), is_away=draw(st.booleans()))


def codes_of(household: Home, **facts: Any) -> list[str]:
    return [rule.code for rule, _ in JUDGE.judge(household, day(**facts))]


@UNHURRIED
@given(homes())
def test_every_sentence_is_short_and_holds_no_personal_number(household):
    found = list(JUDGE.judge(household, day()))

    for rule, one in found:
        assert 0 < len(one.text) <= 300, rule.code
        assert not LONG_NUMBER.search(one.text), rule.code
    assert found == list(JUDGE.judge(household, day()))


@UNHURRIED
@given(people())
def test_one_slip_of_the_register_is_found_once(somebody):
    codes = codes_of(home(somebody))

    for group in APART:
        assert len(group.intersection(codes)) <= 1, group


@UNHURRIED
@given(people())
def test_each_child_out_of_school_is_found_and_nobody_else(child):
    codes = codes_of(home(aged(45), child))
    compulsory = child.age is not None and 6 <= child.age <= 15

    assert bool({"R06", "R06-2", "R06-3", "R07-6"}.intersection(codes)) >= bool(is_out_of_school(child, ON))
    if compulsory and not is_out_of_school(child, ON):
        assert not {"R06", "R06-2", "R07-6"}.intersection(codes)


@UNHURRIED
@given(people())
def test_insurance_is_asked_for_exactly_where_it_is_not_known_to_be(somebody):
    codes = codes_of(home(somebody))

    assert ("R11" in codes) == (is_insured(somebody) is False)
    assert ("R11-3" in codes) == (is_insured(somebody) is None)


@UNHURRIED
@given(st.dates(date(1920, 1, 1), ON), st.integers(0, 16), st.integers(1, 9), st.booleans())
def test_a_right_number_is_silent_and_one_wrong_digit_of_it_is_heard(born, place, more, male):
    right = make_id_number(born, male=male)
    wrong = right[:place] + str((int(right[place]) + more) % 10) + right[place + 1 :]
    about_numbers = {code for code in RULES if code.startswith("R01")}
    sex = "M" if male else "F"

    assert about_numbers.isdisjoint(codes_of(home(person(born, sex=sex, id_number=right))))
    assert {"R01-2", "R01-3"}.intersection(codes_of(home(person(born, sex=sex, id_number=wrong))))


def test_what_is_not_registered_is_found_only_as_missing():
    unknown = home(Person(id=uuid7(), relation="head"), is_without_labour=None, phone="")

    assert set(codes_of(unknown)) == {"R23-3", "R01-8", "R01-14", "R01-15", "R10-6", "R11-3"}


def test_a_sound_household_is_found_by_no_rule():
    family = home(
        aged(40),
        aged(38, "spouse", sex="F"),
        aged(12, "son", schooling="grade_7", education="", labour="none"),
        aged(68, "mother", sex="F", labour="weak", health=["chronic"], education="primary"),
    )

    assert codes_of(family) == []


@pytest.mark.parametrize(
    ("limits", "household", "code"),
    [
        ({"labour_age_max": 64}, alone(62, labour="ordinary"), "R09-3"),
        ({"age_max": 120}, alone(115), "R01-13"),
        ({"spouse_age_gap": 40}, home(aged(70), aged(40, "spouse", sex="F")), "R03-4"),
        ({"student_work_months": 12}, alone(17, schooling="senior_1", work_months=8), "R12-6"),
        ({"employee_age_min": 8}, alone(10, has_resident_medical=False, has_employee_medical=True), "R11-4"),
    ],
)
def test_a_limit_in_force_decides(limits, household, code):
    assert code in codes_of(household)
    assert code not in codes_of(household, limits=limits)
