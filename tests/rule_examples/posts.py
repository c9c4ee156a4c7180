"""Examples of the rules about public posts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from households.benefit_amounts import Standard, StandardBook
from households.reference_benefits import FIRST_STANDARDS
from monitoring.rules.findings.facts import Home, Person
from tests.rule_examples.base import Example, day, home, person, span

TODAY, YESTERDAY = date(2026, 6, 15), date(2026, 6, 14)
SINCE = date(2026, 1, 1)


def holder(
    *args: Any, kinds: tuple[str, ...] = ("cleaner",), until: date | None = None, **facts: Any
) -> Person:
    """Somebody whose posts have records."""
    who = person(*args, **facts)
    who.posts = [span(who, kind, SINCE, until) for kind in kinds]
    return who


def of(*args: Any, **facts: Any) -> Home:
    return home(holder(*args, **facts))


def registered(*args: Any, **facts: Any) -> Home:
    """A household of somebody whose post the register alone tells of."""
    return home(person(*args, post="保洁员", **facts))


def paid(yuan: str | None, kind: str = "cleaner", until: date | None = None) -> Home:
    who = person()
    who.posts = [span(who, kind, SINCE, until, month_yuan=None if yuan is None else Decimal(yuan))]
    return home(who)


def elsewhere(ended_on: date | None) -> Home:
    who = holder()
    who.works = [span(who, "other_city", date(2026, 2, 1), ended_on)]
    return home(who)


RANGER = Standard(
    kind="P26", variant="forest_ranger", amount=Decimal(10000), most=None, percent=None, per="year", counted_by="head",
    valid_from=date(2021, 1, 1),
)  # fmt: skip

EXAMPLES = {
    "P26": Example(
        found=registered(date(2012, 3, 1)),
        clean=registered(),
        edges=(
            (of(date(2010, 6, 16)), True),
            (of(date(2010, 6, 15)), False),
            (home(person(date(2012, 3, 1))), False),
        ),
        says=("14 岁", "保洁员", "16 岁"),
    ),
    "P26-2": Example(
        found=registered(date(1950, 3, 1)),
        clean=registered(),
        edges=(
            (of(date(1956, 6, 15)), True),
            (of(date(1956, 6, 16)), False),
            (of(date(1950, 3, 1), until=YESTERDAY), False),
            (of(date(1950, 3, 1), until=TODAY), True),
        ),
        says=("76 岁", "70 岁"),
    ),
    "P26-3": Example(
        found=of(date(2008, 3, 1), schooling="senior_3"),
        clean=of(),
        edges=(
            (registered(date(2008, 3, 1), schooling="vocational_3"), True),
            (home(person(date(2008, 3, 1), schooling="senior_3")), False),
        ),
        says=("在校生", "保洁员"),
    ),
    "P26-4": Example(
        found=of(labour="lost"),
        clean=of(labour="weak"),
        edges=((of(labour="none"), True), (of(labour=""), False), (home(person(labour="none")), False)),
        says=("丧失劳动力", "保洁员"),
    ),
    "P26-5": Example(
        found=of(work_region="other_province"),
        clean=of(work_region="county"),
        edges=(
            (of(work_region="city"), True),
            (elsewhere(None), True),
            (elsewhere(TODAY), True),
            (elsewhere(YESTERDAY), False),
            (home(person(work_region="city")), False),
        ),
        says=("跨省", "保洁员"),
    ),
    "P26-6": Example(
        found=of(kinds=("cleaner", "agent", "supervisor")),
        clean=of(),
        edges=(
            (of(kinds=("cleaner", "agent")), False),
            (of(kinds=("cleaner", "agent", "other"), until=YESTERDAY), False),
        ),
        says=("3 个", "保洁员、代办员、监督巡逻员"),
    ),
    "P26-7": Example(
        found=registered(),
        clean=registered(post_months=6),
        edges=(
            (home(person(post_months=6)), True),
            (home(person()), False),
            (home(person(post_months=0)), False),
            (registered(post_months=1), False),
        ),
        says=("保洁员", "没有月数"),
    ),
    "P26-8": Example(
        found=registered(),
        clean=of(post="保洁员"),
        edges=(
            (of(post="保洁员", until=date(2026, 1, 31)), False),
            (home(person()), False),
            (home(holder(post="保洁员", kinds=())), True),
        ),
        says=("保洁员", "2026 年"),
    ),
    "P26-9": Example(
        found=of(),
        clean=of(post="保洁员"),
        edges=((of(until=YESTERDAY), False), (of(until=TODAY), True)),
        says=("保洁员", "2026-01-01"),
    ),
    "P26-10": Example(
        found=home(holder(), holder(relation="spouse"), person(relation="son", post="护林员")),
        clean=home(holder(), person(relation="spouse"), person(relation="son")),
        edges=((home(holder(), holder(relation="spouse"), person(relation="son")), False), (of(), False)),
        says=("3 人", "2 人"),
    ),
    "P26-11": Example(
        found=of(tekun="rural"),
        clean=of(),
        edges=(
            (of(tekun=""), False),
            (home(person(tekun="rural")), False),
            (registered(tekun="urban"), True),
        ),
        says=("特困供养", "保洁员"),
    ),
    "P26-12": Example(
        found=of(qualifications={"village_cadre"}),
        clean=of(qualifications={"veteran"}),
        edges=((of(qualifications={"public_payroll", "car"}), True), (of(qualifications={"car"}), False)),
        says=("在任村干部", "保洁员"),
    ),
    "P26-M": Example(
        found=paid("600"),
        clean=paid("400"),
        edges=(
            (paid("399.99"), True),
            (paid("400.01"), True),
            (paid(None), False),
            (paid("600", until=YESTERDAY), False),
            (paid("833.33", "forest_ranger"), False),
            (paid("833.34", "forest_ranger"), True),
        ),
        says=("600 元", "400 元", "保洁员"),
        day=day(standards=StandardBook([*FIRST_STANDARDS, RANGER])),
    ),
}
