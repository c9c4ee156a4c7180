"""Examples of the rules about eliminated risks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from monitoring.rules.findings.facts import Home
from tests.rule_examples.base import Example, day, home, person, year
from tests.rule_examples.helping import helped
from tests.rule_examples.watched import eliminated, watched

WITH_LINES = day(lines=((date(2020, 1, 1), Decimal(6000)), (date(2026, 1, 14), Decimal(8000))))
NATURAL = {"elimination_mode": "natural"}


def ended(identified: date, month: date, **facts: Any) -> Home:
    return eliminated(identified_month=identified, eliminated_month=month, **facts)


def earned(of: int, *, make: Any = eliminated, measures: Any = (), facts: Any = None, **amounts: int) -> Home:
    return make(incomes=[year(of, 1, **amounts)], measures=list(measures), **facts or {})


def pupil(**facts: Any) -> Any:
    return person(date(2016, 3, 1), "son", education="", labour="none", **facts)


JOB = helped("employment", "推荐务工", date(2025, 2, 1), date(2026, 1, 1))
DIBAO = helped("security", "纳入低保", date(2025, 2, 1))
RELIEF = helped("security", "临时救助", date(2025, 2, 1))

EXAMPLES = {
    "R22": Example(
        found=ended(date(2025, 9, 1), date(2026, 1, 1)),
        clean=eliminated(),
        edges=(
            (ended(date(2025, 8, 1), date(2026, 1, 1)), True),
            (ended(date(2025, 7, 1), date(2026, 1, 1)), False),
            (ended(date(2025, 11, 1), date(2026, 1, 1)), True),
            (ended(date(2025, 12, 1), date(2026, 1, 1)), False),
            (ended(date(2025, 9, 1), date(2026, 1, 1), **NATURAL), False),
        ),
        says=("2025-09", "2026-01", "4 个月", "6 个月"),
    ),
    "R22-2": Example(
        found=ended(date(2026, 1, 1), date(2026, 1, 1)),
        clean=eliminated(),
        edges=(
            (ended(date(2025, 12, 1), date(2026, 1, 1)), True),
            (ended(date(2025, 11, 1), date(2026, 1, 1)), False),
            (ended(date(2026, 1, 1), date(2026, 1, 1), **NATURAL), False),
            (ended(date(2026, 1, 1), date(2026, 1, 1), elimination_mode=""), True),
        ),
        says=("2026-01", "当月"),
    ),
    "R22-3": Example(
        found=earned(2025, wage=7000),
        clean=earned(2025, wage=9000),
        edges=(
            (earned(2025, wage=8000), True),
            (earned(2025, wage=8001), False),
            (earned(2026, wage=8000), True),
            (earned(2024, wage=7000), False),
            (earned(2025, wage=7000, facts=NATURAL), False),
            (earned(2025, wage=7000, facts={"eliminated_month": date(2025, 12, 1)}), False),
        ),
        says=("2026-01", "7,000 元", "8,000 元"),
        day=WITH_LINES,
    ),
    "R22-4": Example(
        found=eliminated(housing_grade="D"),
        clean=eliminated(),
        edges=(
            (eliminated(housing_grade="C"), True),
            (eliminated(housing_grade="B"), False),
            (eliminated(housing_grade="C", **NATURAL), True),
            (watched(housing_grade="D"), False),
        ),
        says=("D 级",),
    ),
    "R22-5": Example(
        found=eliminated(water_is_safe=False),
        clean=eliminated(),
        edges=((eliminated(water_is_safe=None), False), (watched(water_is_safe=False), False)),
        says=("不安全",),
    ),
    "R22-6": Example(
        found=eliminated(person(), pupil()),
        clean=eliminated(person(), pupil(schooling="primary")),
        edges=(
            (eliminated(person(date(2020, 6, 15), labour="none", education="")), True),
            (eliminated(person(date(2020, 6, 16), labour="none", education="")), False),
            (watched(person(), pupil()), False),
        ),
        says=("10 岁",),
    ),
    "R22-7": Example(
        found=eliminated(person(has_resident_medical=False)),
        clean=eliminated(),
        edges=(
            (eliminated(person(has_resident_medical=None, has_employee_medical=None)), False),
            (home(person(has_resident_medical=False)), False),
        ),
        says=("均登记为“否”",),
    ),
    "R22-8": Example(
        found=eliminated(),
        clean=eliminated(measures=[JOB]),
        edges=(
            (eliminated(measures=[helped("health", started_on=date(2026, 1, 31))]), False),
            (eliminated(measures=[helped("health", started_on=date(2026, 2, 1))]), True),
            (eliminated(**NATURAL), False),
            (watched(), False),
        ),
        says=("2025-01", "2026-01"),
    ),
    "R22-9": Example(
        found=eliminated(is_without_labour=True),
        clean=eliminated(),
        edges=(
            (eliminated(is_without_labour=None), False),
            (eliminated(is_without_labour=True, **NATURAL), False),
            (watched(is_without_labour=True), False),
        ),
        says=("整户无劳动能力",),
    ),
    "R22-10": Example(
        found=eliminated(housing_grade="", water_is_safe=None),
        clean=eliminated(),
        edges=(
            (eliminated(person(has_resident_medical=None, has_employee_medical=None)), True),
            (eliminated(housing_grade="D"), False),
            (watched(housing_grade=""), False),
        ),
        says=("住房安全、饮水安全",),
    ),
    "R22-11": Example(
        found=eliminated(has_monitor=False),
        clean=eliminated(),
        edges=((watched(has_monitor=False), False), (home(has_monitor=False), False)),
        says=("防返贫监测员",),
    ),
    "R22-12": Example(
        found=earned(2026, measures=[JOB], wage=0),
        clean=earned(2026, measures=[JOB], wage=5000),
        edges=(
            (earned(2025, measures=[JOB], wage=0), False),
            (earned(2026, measures=[JOB], business=1), False),
            (earned(2026, measures=[RELIEF], wage=0), False),
            (earned(2026, measures=[JOB], wage=0, facts={"eliminated_month": date(2026, 6, 1)}), True),
        ),
        says=("就业帮扶", "2026 年"),
    ),
    "R22-13": Example(
        found=earned(2026, measures=[DIBAO], transfer=0),
        clean=earned(2026, measures=[DIBAO], transfer=1),
        edges=(
            (earned(2025, measures=[DIBAO], transfer=0), False),
            (earned(2026, measures=[RELIEF], transfer=0), False),
            (earned(2026, measures=[DIBAO], wage=1), False),
        ),
        says=("纳入低保", "2026 年"),
    ),
    "R22-14": Example(
        found=eliminated(eliminated_month=None),
        clean=eliminated(),
        edges=((watched(), False), (home(is_eliminated=True), False)),
        says=("风险消除时间",),
    ),
    "R22-15": Example(
        found=eliminated(elimination_mode=""),
        clean=eliminated(),
        edges=((eliminated(**NATURAL), False), (watched(), False)),
        says=("消除方式",),
    ),
    "R22-16": Example(
        found=eliminated(eliminated_month=date(2026, 8, 1)),
        clean=eliminated(),
        edges=(
            (eliminated(eliminated_month=date(2026, 7, 1)), True),
            (eliminated(eliminated_month=date(2026, 6, 1)), False),
        ),
        says=("2026-08", "2026-06"),
    ),
    "R22-17": Example(
        found=watched(eliminated_month=date(2026, 5, 1)),
        clean=watched(),
        edges=((watched(elimination_mode="helped"), True), (eliminated(), False)),
        says=("2026-05",),
    ),
    "R22-18": Example(
        found=eliminated(eliminated_month=date(2025, 10, 1), last_visited_on=date(2025, 9, 20)),
        clean=eliminated(eliminated_month=date(2025, 10, 1), last_visited_on=date(2026, 5, 20)),
        edges=(
            (eliminated(eliminated_month=date(2025, 12, 1), last_visited_on=date(2025, 12, 31)), True),
            (eliminated(eliminated_month=date(2025, 12, 1), last_visited_on=date(2026, 1, 1)), False),
            (eliminated(eliminated_month=date(2026, 1, 1)), False),
            (eliminated(eliminated_month=date(2025, 12, 1)), True),
            (watched(), False),
        ),
        says=("2025-10", "8 个月"),
    ),
}
