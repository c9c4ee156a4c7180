"""Examples of who misses a benefit: 低保, disability, 特困, pensions, family planning."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from households.income import IncomeFigures
from monitoring.rules.findings.facts import Home, Person, Year
from tests.rule_examples.base import Example, day, home, person
from tests.rule_examples.paid import (
    NEW_YEAR,
    REACHING,
    TOO_OLD,
    YEARLY_REACHING,
    YEARLY_TOO_OLD,
    home_paid,
    paid,
)

LONG_AGO = date(2025, 1, 1)
AGED = date(1950, 3, 1)
CHILD = date(2015, 3, 1)
# Aged 60 exactly 62 days (335 days for yearly lists) before the day, and one day later.
SIXTY_SHOWN, SIXTY_FRESH = date(1966, 4, 14), date(1966, 4, 15)
SIXTY_A_YEAR, SIXTY_THIS_YEAR = date(1965, 7, 15), date(1965, 7, 16)
FORTY_NINE_A_YEAR, FORTY_NINE_THIS_YEAR = date(1976, 7, 15), date(1976, 7, 16)
# Whose lists the township keeps.
BENEFITS = ("P01", "P03", "P04", "P05", "P06", "P07", "P09", "P10", "P11", "P12", "P13", "P14")
PAID_BY_ALL = {("130722101", kind): REACHING for kind in BENEFITS}
LISTED = day(paid_until=PAID_BY_ALL)


def poor(per_head: str | int, *people: Person, **facts: Any) -> Home:
    """Two old people without labour and an income per head (元) last year."""
    both = people or (old(), old(relation="spouse", sex="F"))
    transfer = Decimal(per_head) * len(both)
    income = Year(year=2025, people=len(both), figures=IncomeFigures(transfer=transfer))
    return home(*both, **{"is_without_labour": True, "incomes": [income]} | facts)


def old(**facts: Any) -> Person:
    return person(AGED, **{"labour": "none"} | facts)


def disabled(level: int | None, **facts: Any) -> Person:
    usual = {"disability_level": level, "disability_kind": "4", "health": ["disabled"], "dibao": "rural"}
    return person(**usual | facts)


def uninsured(born: date, **facts: Any) -> Person:
    return person(born, **{"has_resident_pension": False} | facts)


def qualified(kind: str, born: date, **facts: Any) -> Person:
    return person(born, qualifications={kind}, **facts)


def rewarded(kind: str, benefit: str, born: date, shown: date, fresh: date) -> Example:
    """A yearly benefit of who has a qualification and an age."""
    return Example(
        found=home(qualified(kind, born)),
        clean=home(paid(qualified(kind, born), benefit, date(2025, 1, 1), date(2025, 12, 31))),
        edges=(
            (home(qualified(kind, shown)), True),
            (home(qualified(kind, fresh)), False),
            (home(paid(qualified(kind, born), benefit, LONG_AGO, YEARLY_REACHING)), False),
            (home(paid(qualified(kind, born), benefit, LONG_AGO, YEARLY_TOO_OLD)), True),
            (home_paid(benefit, qualified(kind, born)), False),
            (home(person(born)), False),
        ),
        says=("岁", "未享受", "元/年"),
        day=LISTED,
    )


def stopped(benefit: str, **facts: Any) -> Example:
    """A register that says who is paid, and payments that went on until a day."""
    born = facts.pop("born", AGED)
    return Example(
        found=home(paid(person(born, **facts), benefit, NEW_YEAR, date(2026, 3, 31))),
        clean=home(paid(person(born, **facts), benefit)),
        edges=(
            (home(paid(person(born, **facts), benefit, NEW_YEAR, TOO_OLD)), True),
            (home(paid(person(born, **facts), benefit, NEW_YEAR, REACHING)), False),
            (home(person(born, **facts)), False),
        ),
        says=("2026-03-31",),
        day=LISTED,
    )


EXAMPLES = {
    "P01": Example(
        found=poor(4000),
        clean=poor(9000),
        edges=(
            (poor("4643.99"), True),
            (poor(4644), False),
            (poor(4000, is_without_labour=False), False),
            (poor(4000, old(), old(relation="spouse", sex="F", dibao="rural")), False),
            (poor(4000, old(tekun="rural")), False),
            (poor(4000, old(dibao="")), False),
            (poor(4000, qualifications={"car"}), False),
            (poor(4000, old(qualifications={"public_payroll"})), False),
            (poor(4000, old(qualifications={"veteran"})), True),
            (poor(4000, incomes=[]), False),
        ),
        says=("2025 年", "4,000 元", "4,644 元"),
    ),
    "P03": Example(
        found=home(disabled(3)),
        clean=home(paid(disabled(3), "P03")),
        edges=(
            (home(disabled(4)), True),
            (home(disabled(None)), False),
            (home(disabled(3, dibao="none")), False),
            (home(disabled(3, dibao="")), False),
            (home(paid(disabled(2), "P04")), True),
            (home(paid(disabled(3), "P03", NEW_YEAR, REACHING)), False),
            (home(paid(disabled(3), "P03", NEW_YEAR, TOO_OLD)), True),
            (home_paid("P03", disabled(3)), False),
            (home(disabled(3, tekun="rural")), False),
            (home(disabled(3, qualifications={"orphan"})), False),
        ),
        says=("3 级", "在低保", "66 元/月"),
        day=LISTED,
    ),
    "P04": Example(
        found=home(paid(disabled(2), "P03")),
        clean=home(paid(disabled(2), "P04")),
        edges=(
            (home(disabled(1)), True),
            (home(disabled(3)), False),
            (home(disabled(2, dibao="none")), True),
            (home(paid(disabled(2, dibao="none"), "P04")), False),
            (home(paid(disabled(2), "P04", NEW_YEAR, REACHING)), False),
            (home(paid(disabled(2), "P04", NEW_YEAR, TOO_OLD)), True),
            (home(disabled(2, tekun="rural")), False),
            (home(paid(disabled(2), "P06", variant="none")), False),
            (home(disabled(2, qualifications={"orphan"})), False),
            (home(disabled(2, qualifications={"work_injury_care"})), False),
        ),
        says=("残疾等级 2 级", "在低保", "未享受护理补贴（60 元/月）"),
        day=LISTED,
    ),
    "P06": Example(
        found=home(old(tekun="rural")),
        clean=home(paid(old(tekun="rural"), "P06", variant="full")),
        edges=(
            (home(paid(old(tekun="rural"), "P06", NEW_YEAR, TOO_OLD)), True),
            (home(paid(old(tekun="rural"), "P06", NEW_YEAR, REACHING)), False),
            (home(old(tekun="")), False),
        ),
        says=("特困",),
        day=LISTED,
    ),
    "P07": Example(
        found=home(uninsured(AGED)),
        clean=home(uninsured(AGED, has_employee_pension=True)),
        edges=(
            (home(uninsured(SIXTY_SHOWN)), True),
            (home(uninsured(SIXTY_FRESH)), False),
            (home(uninsured(AGED, has_employee_pension=None)), False),
            (home(paid(uninsured(AGED), "P07")), False),
        ),
        says=("76 岁",),
    ),
    "P08": Example(
        found=home(uninsured(date(1990, 1, 1))),
        clean=home(person(date(1990, 1, 1))),
        edges=(
            (home(uninsured(date(2010, 6, 15))), True),
            (home(uninsured(date(2010, 6, 16))), False),
            (home(uninsured(date(1966, 6, 16))), True),
            (home(uninsured(date(1966, 6, 15))), False),
            (home(uninsured(date(2008, 1, 1), schooling="senior_3")), False),
            (home(uninsured(date(1990, 1, 1), has_resident_pension=None)), False),
            (home(uninsured(date(1990, 1, 1), dibao="rural")), False),
            (home(paid(uninsured(date(1990, 1, 1)), "P08")), False),
        ),
        says=("36 岁", "均未参加"),
    ),
    "P08-2": Example(
        found=home(uninsured(date(1990, 1, 1), dibao="rural")),
        clean=home(person(date(1990, 1, 1), dibao="rural")),
        edges=(
            (home(uninsured(date(1990, 1, 1), disability_level=2)), True),
            (home(uninsured(date(1990, 1, 1), disability_level=3)), False),
            (home(uninsured(date(1990, 1, 1)), monitored_kind="marginal"), True),
            (home(uninsured(date(1990, 1, 1)), monitored_kind="marginal", is_eliminated=True), False),
            (home(uninsured(date(1966, 6, 15), tekun="rural")), False),
        ),
        says=("低保", "代缴"),
    ),
    "P09": rewarded("two_daughters", "P09", AGED, SIXTY_A_YEAR, SIXTY_THIS_YEAR),
    "P10": Example(
        found=home(qualified("only_child", CHILD)),
        clean=home(paid(qualified("only_child", CHILD), "P10")),
        edges=(
            (home(qualified("only_child", date(2008, 6, 16))), True),
            (home(qualified("only_child", date(2008, 6, 15))), False),
            (home(qualified("only_child", CHILD), paid(person(), "P10")), False),
            (home(paid(qualified("only_child", CHILD), "P10", LONG_AGO, YEARLY_REACHING)), False),
            (home(paid(qualified("only_child", CHILD), "P10", LONG_AGO, YEARLY_TOO_OLD)), True),
        ),
        says=("11 岁", "10 元/月"),
        day=LISTED,
    ),
    "P11": rewarded("only_child_parent", "P11", AGED, SIXTY_A_YEAR, SIXTY_THIS_YEAR),
    "P12": rewarded("lost_only_child", "P12", AGED, FORTY_NINE_A_YEAR, FORTY_NINE_THIS_YEAR),
    "P13": rewarded("disabled_only_child", "P13", AGED, FORTY_NINE_A_YEAR, FORTY_NINE_THIS_YEAR),
    "P14": Example(
        found=home(qualified("surgery_aftereffect", date(1990, 1, 1))),
        clean=home(paid(qualified("surgery_aftereffect", date(1990, 1, 1)), "P14")),
        edges=(
            (home(paid(qualified("surgery_aftereffect", AGED), "P14", LONG_AGO, YEARLY_REACHING)), False),
            (home(paid(qualified("surgery_aftereffect", AGED), "P14", LONG_AGO, YEARLY_TOO_OLD)), True),
        ),
        says=("并发症", "4,200 元/年"),
        day=LISTED,
    ),
    "P01-2": stopped("P01", dibao="rural"),
    "P05": stopped("P05", tekun="rural"),
    "P07-2": stopped("P07", has_resident_pension=True),
}
