"""三保障 and drinking water of a household, derived from the registered facts. Pure.

One derivation for the household page, the field app and the ledgers; `households.figures.guarantee_problem` says the
same in SQL and the tests hold the two together. Sources: domain.md §2.4 (columns), §2.6 (grades), §2.8 (R06).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Protocol

from households.choices import Education, HousingGrade, Schooling
from township.base.dates import add_months, age_on, month_end

COMPULSORY_AGES = (6, 15)  # full years, both included
BEFORE_PRIMARY = (Schooling.BEFORE_SCHOOL, Schooling.KINDERGARTEN)
# Who finished junior middle school before 16 owes no more schooling.
BEYOND_COMPULSORY = (Education.JUNIOR, Education.SENIOR, Education.COLLEGE, Education.BACHELOR)
DANGEROUS_GRADES = (HousingGrade.C, HousingGrade.D)


class Guarantee(StrEnum):
    EDUCATION = "education"
    MEDICAL = "medical"
    HOUSING = "housing"
    WATER = "water"

    @property
    def label(self) -> str:
        """Chinese name for pages and sheets."""
        return _LABELS[self]


_LABELS = {
    Guarantee.EDUCATION: "义务教育",
    Guarantee.MEDICAL: "基本医疗",
    Guarantee.HOUSING: "住房安全",
    Guarantee.WATER: "饮水安全",
}


class GuaranteeState(StrEnum):
    """UNKNOWN: the register does not say; its label is blank, because a blank cell is never invented."""

    MET = "met"
    PROBLEM = "problem"
    NOT_INVOLVED = "not_involved"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """Chinese word for pages and sheets; blank when unknown."""
        return _STATE_LABELS[self]


_STATE_LABELS = {
    GuaranteeState.MET: "有保障",
    GuaranteeState.PROBLEM: "存在问题",
    GuaranteeState.NOT_INVOLVED: "不涉及",
    GuaranteeState.UNKNOWN: "",
}
WATER_LABELS = _STATE_LABELS | {GuaranteeState.MET: "达标"}


class Person(Protocol):
    """What the derivation reads of a member who has not left the household."""

    @property
    def birth_on(self) -> date | None: ...
    @property
    def schooling(self) -> str: ...
    @property
    def education(self) -> str: ...
    @property
    def dropout_reason(self) -> str: ...
    @property
    def has_resident_medical(self) -> bool | None: ...
    @property
    def has_employee_medical(self) -> bool | None: ...


def is_out_of_school(person: Person, on: date) -> bool | None:
    """Whether a child of compulsory school age (6–15 on the day) is not at school; None for everybody else.

    A reason registered for not attending is believed over the grade; a child of six may still be in kindergarten.
    """
    if person.birth_on is None:
        return None
    age = age_on(person.birth_on, on)
    if not COMPULSORY_AGES[0] <= age <= COMPULSORY_AGES[1]:
        return None
    if person.dropout_reason:
        return True
    if person.schooling in BEFORE_PRIMARY:
        return age > COMPULSORY_AGES[0]
    return not person.schooling and person.education not in BEYOND_COMPULSORY


def is_insured(person: Person) -> bool | None:
    """Whether the person is in basic medical insurance of either kind; None when neither was registered."""
    if person.has_resident_medical or person.has_employee_medical:
        return True
    return None if person.has_resident_medical is None and person.has_employee_medical is None else False


def education_state(people: Iterable[Person], on: date) -> GuaranteeState:
    """义务教育: PROBLEM with one child out of school, NOT_INVOLVED without children of 6–15."""
    answers = [out for person in people if (out := is_out_of_school(person, on)) is not None]
    if not answers:
        return GuaranteeState.NOT_INVOLVED
    return GuaranteeState.PROBLEM if any(answers) else GuaranteeState.MET


def medical_state(people: Iterable[Person]) -> GuaranteeState:
    """基本医疗: PROBLEM with one person uninsured, MET when all are insured, else UNKNOWN."""
    answers = [is_insured(person) for person in people]
    if False in answers:
        return GuaranteeState.PROBLEM
    return GuaranteeState.MET if answers and None not in answers else GuaranteeState.UNKNOWN


def housing_state(grade: str) -> GuaranteeState:
    """住房安全: A and B are safe, C and D are not."""
    if not grade:
        return GuaranteeState.UNKNOWN
    return GuaranteeState.PROBLEM if grade in DANGEROUS_GRADES else GuaranteeState.MET


def water_state(is_safe: bool | None) -> GuaranteeState:
    """饮水安全, as registered."""
    if is_safe is None:
        return GuaranteeState.UNKNOWN
    return GuaranteeState.MET if is_safe else GuaranteeState.PROBLEM


def guarantees_of(
    people: Iterable[Person], *, housing_grade: str, water_is_safe: bool | None, on: date
) -> dict[Guarantee, GuaranteeState]:
    """Return all four states of a household whose members (without those who left) are `people`."""
    people = list(people)
    return {
        Guarantee.EDUCATION: education_state(people, on),
        Guarantee.MEDICAL: medical_state(people),
        Guarantee.HOUSING: housing_state(housing_grade),
        Guarantee.WATER: water_state(water_is_safe),
    }


def latest_birth(age: int, on: date) -> date:
    """Return the last birth date with which a person is `age` full years old on the day (or older)."""
    day = add_months(on, -12 * age)
    # Whoever was born on 29 February has the birthday on the 28th of a common year (township.base.dates.age_on).
    return month_end(day) if on.month == 2 and on == month_end(on) else day
