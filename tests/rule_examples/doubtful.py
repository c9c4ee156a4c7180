"""Examples of who is paid without what the benefit asks for: 低保, disability, 特困, pensions, family planning."""

from __future__ import annotations

from datetime import date
from typing import Any

from monitoring.rules.findings.facts import Person
from tests.rule_examples.base import Example, day, home, person, span
from tests.rule_examples.missing import AGED, CHILD, disabled, old, qualified
from tests.rule_examples.paid import (
    NEW_YEAR,
    REACHING,
    TOO_OLD,
    YEAR_END,
    YEARLY_REACHING,
    YEARLY_TOO_OLD,
    paid,
)

LONG_AGO = date(2025, 1, 1)
KEPT = ("two_daughters", "only_child", "only_child_parent", "lost_only_child", "disabled_only_child")
KEEPS = day(qualified_in={("130722101", kind) for kind in (*KEPT, "surgery_aftereffect")})


def worker(kind: str, started_on: date, ended_on: date | None = None, **facts: Any) -> Person:
    """Somebody with a spell of work."""
    who = person(**facts)
    who.works.append(span(who, kind, started_on, ended_on))
    return who


def unregistered(benefit: str, **facts: Any) -> Example:
    """A benefit that is paid while the register says that it is not held."""
    (name, unknown) = next(iter(facts.items()))
    held: Any = {"dibao": "rural", "tekun": "rural", "has_resident_pension": True}[name]
    unsaid: Any = None if unknown is False else ""
    return Example(
        found=home(paid(person(AGED, **facts), benefit)),
        clean=home(paid(person(AGED, **{name: held}), benefit)),
        edges=(
            (home(paid(person(AGED, **facts), benefit, NEW_YEAR, REACHING)), True),
            (home(paid(person(AGED, **facts), benefit, NEW_YEAR, TOO_OLD)), False),
            (home(paid(person(AGED, **{name: unsaid}), benefit)), False),
            (home(person(AGED, **facts)), False),
        ),
        says=("2026-05-31",),
    )


def without(benefit: str, kind: str, too_young: date, old_enough: date) -> Example:
    """A benefit of family planning: paid until the end of May to who is of the age on that day, or one day later."""
    return Example(
        found=home(paid(person(AGED), benefit)),
        clean=home(paid(qualified(kind, AGED), benefit)),
        edges=(
            (home(paid(qualified(kind, too_young), benefit)), True),
            (home(paid(qualified(kind, old_enough), benefit)), False),
            (home(paid(person(AGED), benefit, LONG_AGO, YEARLY_REACHING)), True),
            (home(paid(person(AGED), benefit, LONG_AGO, YEARLY_TOO_OLD)), False),
        ),
        says=("2026-05-31", "没有登记"),
        day=KEEPS,
    )


SIXTY, NOT_SIXTY = date(1966, 5, 31), date(1966, 6, 1)
FORTY_NINE, NOT_FORTY_NINE = date(1977, 5, 31), date(1977, 6, 1)

EXAMPLES = {
    "P01-F": Example(
        found=home(person(dibao="rural"), qualifications={"car", "town_house"}),
        clean=home(person(dibao="rural")),
        edges=(
            (home(person(dibao="rural"), person(relation="son", qualifications={"public_payroll"})), True),
            (home(person(dibao="rural", qualifications={"veteran"})), False),
            (home(person(), qualifications={"car"}), False),
        ),
        says=("城镇商品房、家用车辆",),
    ),
    "P01-F2": unregistered("P01", dibao="none"),
    "P02-F": Example(
        found=home(paid(person(), "P02")),
        clean=home(paid(person(dibao="rural"), "P02")),
        edges=(
            (home(paid(person(tekun="rural"), "P02")), False),
            (home(paid(person(dibao=""), "P02")), False),
            (home(paid(person(), "P02", NEW_YEAR, REACHING)), True),
            (home(paid(person(), "P02", NEW_YEAR, TOO_OLD)), False),
        ),
        says=("2026-05-31",),
    ),
    "P03-F": Example(
        found=home(paid(disabled(3, dibao="none"), "P03")),
        clean=home(paid(disabled(3), "P03")),
        edges=(
            (home(paid(disabled(3, dibao=""), "P03")), False),
            (home(paid(person(dibao="rural"), "P03")), True),
            (home(paid(person(dibao="rural", health=[]), "P03")), False),
            (home(paid(disabled(None), "P03")), False),
            (home(paid(disabled(3, dibao="none"), "P03", NEW_YEAR, REACHING)), True),
            (home(paid(disabled(3, dibao="none"), "P03", NEW_YEAR, TOO_OLD)), False),
        ),
        says=("未享受低保",),
    ),
    "P04-F": Example(
        found=home(paid(disabled(3), "P04")),
        clean=home(paid(disabled(2), "P04")),
        edges=(
            (home(paid(disabled(4), "P04")), True),
            (home(paid(disabled(None), "P04")), False),
            (home(paid(person(), "P04")), True),
            (home(paid(disabled(3), "P04", NEW_YEAR, REACHING)), True),
            (home(paid(disabled(3), "P04", NEW_YEAR, TOO_OLD)), False),
        ),
        says=("3 级",),
    ),
    "P04-F2": Example(
        found=home(paid(disabled(2, tekun="rural"), "P04")),
        clean=home(paid(disabled(2), "P04")),
        edges=(
            (home(paid(disabled(2, qualifications={"work_injury_care"}), "P04")), True),
            (home(paid(disabled(2, qualifications={"veteran"}), "P04")), False),
            (home(paid(paid(disabled(2), "P06"), "P04")), True),
            (home(disabled(2, tekun="rural")), False),
        ),
        says=("特困供养",),
    ),
    "P05-F": Example(
        found=home(person(tekun="rural")),
        clean=home(old(tekun="rural")),
        edges=(
            (home(person(date(2008, 6, 15), tekun="rural")), True),
            (home(person(date(2008, 6, 16), tekun="rural")), False),
            (home(person(date(1966, 6, 16), tekun="rural")), True),
            (home(person(date(1966, 6, 15), tekun="rural")), False),
            (home(person(tekun="rural", health=["chronic"])), False),
            (home(person(date(2007, 1, 1), tekun="rural", schooling="college_1")), False),
        ),
        says=("46 岁", "健康"),
    ),
    "P05-F2": Example(
        found=home(person(tekun="rural", work_region="city")),
        clean=home(person(tekun="rural")),
        edges=(
            (home(person(tekun="rural", work_region="county")), False),
            (home(worker("other_city", LONG_AGO, tekun="rural")), True),
            (home(worker("other_city", LONG_AGO, date(2026, 6, 14), tekun="rural")), False),
            (home(person(work_region="city")), False),
        ),
        says=("县外务工",),
    ),
    "P05-F3": unregistered("P05", tekun="none"),
    "P06-F": unregistered("P06", tekun="none"),
    "P07-F": Example(
        found=home(paid(person(date(1970, 1, 1)), "P07")),
        clean=home(paid(person(AGED), "P07")),
        edges=(
            (home(paid(person(NOT_SIXTY), "P07")), True),
            (home(paid(person(SIXTY), "P07")), False),
            (home(paid(person(date(1970, 1, 1)), "P07", NEW_YEAR, TOO_OLD)), False),
        ),
        says=("2030-01-01", "60 岁"),
    ),
    "P07-F2": unregistered("P07", has_resident_pension=False),
    "P08-F": Example(
        found=home(paid(person(AGED), "P08")),
        clean=home(paid(person(), "P08")),
        edges=(
            (home(paid(person(NEW_YEAR.replace(year=1966)), "P08")), True),
            (home(paid(person(date(1966, 1, 2)), "P08")), False),
            (home(paid(person(date(2010, 6, 1)), "P08")), True),
            (home(paid(person(date(2010, 5, 31)), "P08")), False),
        ),
        says=("76 岁", "2026-01-01"),
    ),
    "P09-F": without("P09", "two_daughters", NOT_SIXTY, SIXTY),
    "P10-F": Example(
        found=home(paid(qualified("only_child", date(2008, 3, 9)), "P10")),
        clean=home(paid(qualified("only_child", CHILD), "P10")),
        edges=(
            (home(paid(qualified("only_child", date(2008, 4, 30)), "P10")), True),
            (home(paid(qualified("only_child", date(2008, 5, 1)), "P10")), False),
            (home(paid(person(date(2008, 3, 9)), "P10")), False),
            (home(qualified("only_child", date(2008, 3, 9))), False),
        ),
        says=("2026-03-09", "18 岁", "2026-05-31"),
    ),
    "P10-F2": Example(
        found=home(paid(person(), "P10")),
        clean=home(paid(person(), "P10"), qualified("only_child", CHILD)),
        edges=(
            (home(paid(person(), "P10"), qualified("only_child", date(2008, 4, 30))), True),
            (home(paid(person(), "P10"), qualified("only_child", date(2008, 5, 1))), False),
            (home(paid(qualified("only_child", CHILD), "P10")), False),
        ),
        says=("没有未满 18 岁",),
        day=KEEPS,
    ),
    "P11-F": without("P11", "only_child_parent", NOT_SIXTY, SIXTY),
    "P12-F": without("P12", "lost_only_child", NOT_FORTY_NINE, FORTY_NINE),
    "P13-F": without("P13", "disabled_only_child", NOT_FORTY_NINE, FORTY_NINE),
    "P14-F": Example(
        found=home(paid(person(), "P14", NEW_YEAR, YEAR_END)),
        clean=home(paid(qualified("surgery_aftereffect", AGED), "P14", NEW_YEAR, YEAR_END)),
        edges=(
            (home(paid(person(), "P14", LONG_AGO, YEARLY_REACHING)), True),
            (home(paid(person(), "P14", LONG_AGO, YEARLY_TOO_OLD)), False),
        ),
        says=("没有登记",),
        day=KEEPS,
    ),
}
