"""Examples of who misses a benefit in schooling, medical care, land, relief and work."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from monitoring.rules.findings.facts import Home, Person
from tests.rule_examples.base import Example, day, home, person, receipt, span, year
from tests.rule_examples.paid import (
    MAY_END,
    NEW_YEAR,
    REACHING,
    YEARLY_REACHING,
    YEARLY_TOO_OLD,
    home_paid,
    paid,
)

LONG_AGO = date(2025, 1, 1)
LISTED = day(
    paid_until={
        ("130722101", kind): REACHING for kind in ("P15", "P17", "P18", "P19", "P20", "P24", "P27", "P28")
    }
)


def student(schooling: str = "vocational_2", **facts: Any) -> Person:
    return person(date(2009, 5, 1), "son", **{"schooling": schooling, "labour": "none"} | facts)


def ex_poor(*people: Person, **facts: Any) -> Home:
    return home(*people, **{"kind": "ex_poor"} | facts)


def watched(*people: Person, identified_month: date = date(2025, 9, 1), **facts: Any) -> Home:
    return home(*people, **{"monitored_kind": "marginal", "identified_month": identified_month} | facts)


def of_terms(kind: str, schooling: str, *more: tuple[Home, bool], says: tuple[str, ...]) -> Example:
    """A benefit of the students of listed households in each term."""
    spring = date(2026, 2, 1)
    return Example(
        found=ex_poor(student(schooling)),
        clean=ex_poor(paid(student(schooling), kind, date(2026, 3, 1), date(2026, 7, 31))),
        edges=(
            (ex_poor(paid(student(schooling), kind, date(2025, 9, 1), date(2026, 1, 31))), True),
            (ex_poor(paid(student(schooling), kind, date(2025, 9, 1), spring)), False),
            (home(student(schooling)), False),
            (watched(student(schooling), identified_month=date(2026, 1, 1)), True),
            (watched(student(schooling), identified_month=spring), False),
            (watched(student(schooling), identified_month=date(2026, 3, 1)), False),
            (watched(student(schooling), is_eliminated=True, eliminated_month=spring), True),
            (watched(student(schooling), is_eliminated=True, eliminated_month=date(2026, 1, 1)), False),
            (watched(student(schooling), is_eliminated=True), False),
            (home(student(schooling), monitored_kind="marginal"), False),
            *more,
        ),
        says=(*says, "2026-02-01"),
        day=LISTED,
    )


def ill(**facts: Any) -> Person:
    usual: dict[str, Any] = {"health": ["chronic"], "has_chronic_card": False}
    return person(**usual | facts)


def self_paid(amount: int, *people: Person, **facts: Any) -> Home:
    return ex_poor(*people, **{"incomes": [year(2025, 1, wage=20000, compliant_self_pay=amount)]} | facts)


def far(**facts: Any) -> Person:
    usual: dict[str, Any] = {"work_region": "other_province", "work_months": 8}
    return person(**usual | facts)


def far_since(started_on: date, kind: str = "other_province") -> Person:
    who = person()
    who.works.append(span(who, kind, started_on))
    return who


def struck(*people: Person, identified_month: date = date(2025, 9, 1), **facts: Any) -> Home:
    return watched(*people, identified_month=identified_month, **{"risks": ["disaster"]} | facts)


EXAMPLES = {
    "P15": Example(
        found=home(land_mu=Decimal("6.50")),
        clean=home_paid("P15", land_mu=Decimal("6.50")),
        edges=(
            (home(land_mu=Decimal("0.01")), True),
            (home(land_mu=Decimal(0)), False),
            (home(land_mu=None), False),
            (home_paid("P15", land_mu=Decimal(6), started_on=LONG_AGO, ended_on=YEARLY_REACHING), False),
            (home_paid("P15", land_mu=Decimal(6), started_on=LONG_AGO, ended_on=YEARLY_TOO_OLD), True),
            (home(paid(person(), "P15"), land_mu=Decimal(6)), False),
        ),
        says=("6.5 亩", "95.16 元/亩·年"),
        day=LISTED,
    ),
    "P17": of_terms(
        "P17",
        "vocational_2",
        (ex_poor(student("college_3")), True),
        (ex_poor(student("technician_4")), True),
        (ex_poor(student("senior_2")), False),
        (ex_poor(student("bachelor_1")), False),
        says=("中职二年级", "脱贫户", "1,500 元/学期"),
    ),
    "P18": of_terms(
        "P18",
        "primary",
        (ex_poor(student("kindergarten")), True),
        (ex_poor(student("vocational_3")), True),
        (ex_poor(student("before_school")), False),
        (ex_poor(student("college_1")), False),
        says=("小学", "脱贫户"),
    ),
    "P19": Example(
        found=ex_poor(person(has_resident_medical=False)),
        clean=ex_poor(person()),
        edges=(
            (home(person(has_resident_medical=False)), False),
            (home(person(has_resident_medical=False, dibao="rural")), True),
            (home(person(has_resident_medical=False, tekun="rural")), True),
            (watched(person(has_resident_medical=False)), True),
            (watched(person(has_resident_medical=False), is_eliminated=True), False),
            (ex_poor(person(has_resident_medical=False, has_employee_medical=True)), False),
            (ex_poor(person(has_resident_medical=None, has_employee_medical=None)), False),
            (ex_poor(person(date(2026, 3, 17), "son", has_resident_medical=False)), True),
            (ex_poor(person(date(2026, 3, 18), "son", has_resident_medical=False)), False),
        ),
        says=("脱贫户", "均未参加"),
    ),
    "P19-2": Example(
        found=ex_poor(paid(person(), "P19"), person(relation="spouse", sex="F")),
        clean=ex_poor(paid(person(), "P19"), paid(person(relation="spouse", sex="F"), "P19")),
        edges=(
            (ex_poor(person(), person(relation="spouse", sex="F")), False),
            (home(paid(person(), "P19"), person(relation="spouse", sex="F")), False),
            (ex_poor(paid(person(), "P19"), person(has_resident_medical=False)), False),
            (ex_poor(paid(person(), "P19", LONG_AGO, YEARLY_REACHING), person(relation="son")), True),
            (ex_poor(paid(person(), "P19", LONG_AGO, YEARLY_TOO_OLD), person(relation="son")), False),
        ),
        says=("本人没有",),
        day=LISTED,
    ),
    "P20": Example(
        found=self_paid(12000),
        clean=self_paid(12000, paid(person(), "P20", date(2025, 11, 1), date(2025, 11, 1))),
        edges=(
            (self_paid(10001), True),
            (self_paid(10000), False),
            (self_paid(12000, kind="rural"), False),
            (self_paid(12000, person(dibao="rural"), kind="rural"), True),
            (self_paid(12000, paid(person(), "P20", date(2024, 12, 31), date(2024, 12, 31))), True),
            (self_paid(12000, paid(person(), "P20", NEW_YEAR, NEW_YEAR)), False),
        ),
        says=("2025 年", "12,000 元", "10,000 元"),
        day=LISTED,
    ),
    "P21": Example(
        found=home(ill()),
        clean=home(ill(has_chronic_card=True)),
        edges=(
            (home(ill(health=["serious"])), True),
            (home(ill(health=["disabled"])), False),
            (home(ill(has_chronic_card=None)), False),
        ),
        says=("长期慢性病",),
    ),
    "P22": Example(
        found=ex_poor(person(has_doctor_contract=False)),
        clean=ex_poor(person()),
        edges=(
            (ex_poor(person(has_doctor_contract=None)), False),
            (ex_poor(person(has_doctor_contract=False, is_co_living=False)), False),
            (ex_poor(person(has_doctor_contract=False), is_away=True), False),
            (home(person(has_doctor_contract=False)), False),
            (home(ill(has_doctor_contract=False)), True),
            (watched(person(has_doctor_contract=False)), True),
        ),
        says=("脱贫户", "没有签约"),
    ),
    "P24": Example(
        found=struck(),
        clean=struck(paid(person(), "P24", date(2025, 10, 9), date(2025, 10, 9))),
        edges=(
            (struck(risks=["accident"]), True),
            (struck(risks=["illness"]), False),
            (struck(identified_month=date(2025, 7, 1)), True),
            (struck(identified_month=date(2025, 6, 1)), False),
            (struck(is_eliminated=True), False),
            (struck(paid(person(), "P24", date(2025, 8, 31), date(2025, 8, 31))), True),
            (struck(paid(person(), "P24", date(2025, 9, 1), date(2025, 9, 1))), False),
        ),
        says=("2025-09", "因自然灾害"),
        day=LISTED,
    ),
    "P27": Example(
        found=ex_poor(is_without_labour=True),
        clean=ex_poor(receipts=[receipt("P27", NEW_YEAR, MAY_END, 1000)], is_without_labour=True),
        edges=(
            (ex_poor(is_without_labour=False), False),
            (ex_poor(is_without_labour=None), False),
            (home(is_without_labour=True), False),
            (ex_poor(paid(person(), "P27", LONG_AGO, YEARLY_TOO_OLD), is_without_labour=True), True),
            (ex_poor(paid(person(), "P27", LONG_AGO, YEARLY_REACHING), is_without_labour=True), False),
        ),
        says=("整户无劳动力", "1,000—5,000 元/年"),
        day=LISTED,
    ),
    "P28": Example(
        found=ex_poor(far()),
        clean=ex_poor(paid(far(), "P28", NEW_YEAR, MAY_END)),
        edges=(
            (ex_poor(far(work_months=3)), True),
            (ex_poor(far(work_months=2)), False),
            (ex_poor(far(work_months=None)), False),
            (ex_poor(far(work_region="other_city")), False),
            (home(far()), False),
            (watched(far()), True),
            (ex_poor(far_since(date(2026, 3, 15))), True),
            (ex_poor(far_since(date(2026, 3, 16))), False),
            (ex_poor(far_since(LONG_AGO, "county")), False),
            (ex_poor(paid(far(), "P28", LONG_AGO, YEARLY_TOO_OLD)), True),
        ),
        says=("跨省务工 8 个月",),
        day=LISTED,
    ),
}
