"""Examples of who is paid without its ground in land, schooling, medical care, relief and work."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from monitoring.rules.findings.facts import Home, Person
from tests.rule_examples.base import ON, Example, home, person, span
from tests.rule_examples.doubtful import worker
from tests.rule_examples.missing_services import ex_poor, student, watched
from tests.rule_examples.paid import (
    NEW_YEAR,
    REACHING,
    TOO_OLD,
    YEAR_END,
    YEARLY_REACHING,
    YEARLY_TOO_OLD,
    home_paid,
    paid,
)

SPRING, SPRING_END = date(2026, 2, 1), date(2026, 7, 31)
LONG_AGO = date(2025, 1, 1)


def sown(benefit: str, paid_mu: str, land_mu: str | None, **facts: Any) -> Home:
    land = None if land_mu is None else Decimal(land_mu)
    return home_paid(benefit, quantity=Decimal(paid_mu), land_mu=land, **facts)


def of_land(benefit: str) -> Example:
    """A benefit paid by 亩."""
    return Example(
        found=sown(benefit, "8", "6.5"),
        clean=sown(benefit, "6", "6.5"),
        edges=(
            (sown(benefit, "6.51", "6.5"), True),
            (sown(benefit, "6.50", "6.5"), False),
            (sown(benefit, "8", None), False),
            (sown(benefit, "8", "6.5", ended_on=REACHING), True),
            (sown(benefit, "8", "6.5", ended_on=TOO_OLD), False),
        ),
        says=("8 亩", "6.5 亩"),
    )


def in_term(who: Person, benefit: str, ended_on: date = SPRING_END, **facts: Any) -> Person:
    return paid(who, benefit, SPRING, ended_on, **facts)


def relieved(*days: date) -> Home:
    who = person()
    for one in days:
        paid(who, "P24", one, one)
    return home(who)


def trained(born: date, started_on: date, ended_on: date | None = None, **facts: Any) -> Home:
    who = person(born, **facts)
    who.trainings.append(span(who, "家政", started_on, ended_on))
    return home(who)


THIS_YEAR = (date(2026, 5, 1), date(2026, 3, 1))
BOY = date(2011, 1, 1)

EXAMPLES = {
    "P15-F": of_land("P15"),
    "P16-F": of_land("P16"),
    "P17-F": Example(
        found=ex_poor(in_term(student("senior_2"), "P17")),
        clean=ex_poor(in_term(student("vocational_2"), "P17")),
        edges=(
            (ex_poor(in_term(student(""), "P17")), True),
            (ex_poor(in_term(student("technician_1"), "P17")), False),
            (ex_poor(in_term(student(""), "P17", ON)), True),
            (ex_poor(in_term(student(""), "P17", date(2026, 6, 14))), False),
        ),
        says=("普通高中二年级", "2026-02-01"),
    ),
    "P17-F2": Example(
        found=home(in_term(student(), "P17")),
        clean=ex_poor(in_term(student(), "P17")),
        edges=(
            (watched(in_term(student(), "P17")), False),
            (watched(in_term(student(), "P17"), identified_month=SPRING), False),
            (watched(in_term(student(), "P17"), identified_month=date(2026, 3, 1)), True),
            (watched(in_term(student(), "P17"), is_eliminated=True, eliminated_month=SPRING), False),
            (watched(in_term(student(), "P17"), is_eliminated=True, eliminated_month=NEW_YEAR), True),
        ),
        says=("2026-02-01 不是脱贫户",),
    ),
    "P18-F": Example(
        found=ex_poor(in_term(student(""), "P18", variant="senior")),
        clean=ex_poor(in_term(student("senior_1"), "P18", variant="senior")),
        edges=(
            (ex_poor(in_term(student(""), "P18", ON)), True),
            (ex_poor(in_term(student(""), "P18", date(2026, 6, 14))), False),
        ),
        says=("不在校",),
    ),
    "P18-F2": Example(
        found=ex_poor(in_term(student("primary"), "P18", variant="senior")),
        clean=ex_poor(in_term(student("primary"), "P18", variant="compulsory")),
        edges=(
            (ex_poor(in_term(student("grade_9"), "P18", variant="compulsory")), False),
            (ex_poor(in_term(student("senior_1"), "P18", variant="compulsory")), True),
            (ex_poor(in_term(student("primary"), "P18")), False),
            (ex_poor(in_term(student(""), "P18", variant="senior")), False),
        ),
        says=("三免一助", "小学"),
    ),
    "P19-F": Example(
        found=ex_poor(paid(person(has_resident_medical=False), "P19", NEW_YEAR, YEAR_END)),
        clean=ex_poor(paid(person(), "P19", NEW_YEAR, YEAR_END)),
        edges=(
            (ex_poor(paid(person(has_resident_medical=None), "P19", NEW_YEAR, YEAR_END)), False),
            (ex_poor(paid(person(has_resident_medical=False), "P19", NEW_YEAR, ON)), True),
            (ex_poor(paid(person(has_resident_medical=False), "P19", NEW_YEAR, date(2026, 6, 14))), False),
        ),
        says=("2026-01-01", "未参加"),
    ),
    "P21-F": Example(
        found=home(person(has_chronic_card=True)),
        clean=home(person(has_chronic_card=True, health=["chronic"])),
        edges=(
            (home(person(has_chronic_card=True, health=["disabled"])), True),
            (home(person(has_chronic_card=True, health=[])), False),
            (home(person(has_chronic_card=None)), False),
        ),
        says=("慢病证",),
    ),
    "P24-F": Example(
        found=relieved(*THIS_YEAR, date(2025, 12, 1)),
        clean=relieved(*THIS_YEAR),
        edges=(
            (relieved(*THIS_YEAR, date(2025, 6, 16)), True),
            (relieved(*THIS_YEAR, date(2025, 6, 15)), False),
        ),
        says=("3 次", "2 次"),
    ),
    "P27-F": Example(
        found=home_paid("P27", person()),
        clean=home_paid("P27", person(labour="weak")),
        edges=(
            (home_paid("P27", person(labour="skilled"), started_on=LONG_AGO, ended_on=YEARLY_REACHING), True),
            (home_paid("P27", person(labour="skilled"), started_on=LONG_AGO, ended_on=YEARLY_TOO_OLD), False),
            (home_paid("P27", person(labour="")), False),
            (home(person()), False),
        ),
        says=("1 人",),
    ),
    "P28-F": Example(
        found=home(paid(person(work_region="county"), "P28", NEW_YEAR, YEAR_END)),
        clean=home(paid(person(work_region="other_province"), "P28", NEW_YEAR, YEAR_END)),
        edges=(
            (home(paid(person(), "P28", NEW_YEAR, YEAR_END)), True),
            (home(paid(worker("other_province", LONG_AGO, NEW_YEAR), "P28", NEW_YEAR, YEAR_END)), False),
            (
                home(paid(worker("other_province", LONG_AGO, date(2025, 12, 31)), "P28", NEW_YEAR, YEAR_END)),
                True,
            ),
            (home(paid(worker("county", LONG_AGO), "P28", NEW_YEAR, YEAR_END)), True),
            (home(paid(person(), "P28", NEW_YEAR, ON)), True),
            (home(paid(person(), "P28", NEW_YEAR, date(2026, 6, 14))), False),
        ),
        says=("县内务工",),
    ),
    "P30-F": Example(
        found=home(paid(person(), "P30", NEW_YEAR, YEAR_END)),
        clean=home(paid(person(date(1950, 1, 1)), "P30", NEW_YEAR, YEAR_END)),
        edges=(
            (home(paid(person(date(1966, 6, 16)), "P30", NEW_YEAR, YEAR_END)), True),
            (home(paid(person(date(1966, 6, 15)), "P30", NEW_YEAR, YEAR_END)), False),
            (
                home(
                    paid(person(date(1950, 1, 1)), "P30", NEW_YEAR, YEAR_END),
                    paid(person(date(1970, 1, 1), "spouse", sex="F"), "P30", NEW_YEAR, YEAR_END),
                ),
                False,
            ),
        ),
        says=("46 岁",),
    ),
    "P31-F": Example(
        found=trained(BOY, date(2026, 6, 1)),
        clean=trained(date(2000, 1, 1), date(2026, 6, 1)),
        edges=(
            (trained(date(2010, 6, 2), date(2026, 6, 1)), True),
            (trained(date(2010, 6, 1), date(2026, 6, 1)), False),
            (trained(date(2009, 1, 1), date(2026, 6, 1), ON, schooling="senior_1"), True),
            (trained(date(2009, 1, 1), date(2026, 6, 1), date(2026, 6, 14), schooling="senior_1"), False),
        ),
        says=("2026-06-01", "16 岁"),
    ),
}
