"""Examples of the rules about monitored households."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from monitoring.rules.findings.facts import Person
from tests.rule_examples.base import Example, day, home, person
from tests.rule_examples.watched import eliminated, watched

# The line rose within a month, as one province's did.
LINES = ((date(2020, 1, 1), Decimal(6000)), (date(2025, 12, 14), Decimal(8000)))
WITH_LINES = day(lines=LINES)
CHILD = date(2016, 3, 1)


def child(**facts: Any) -> Person:
    return person(CHILD, "son", education="", labour="none", **facts)


EXAMPLES = {
    "R14": Example(
        found=watched(risks=[]),
        clean=watched(),
        edges=((home(risks=[]), False), (eliminated(risks=[]), True)),
        says=("边缘易致贫户",),
    ),
    "R14-2": Example(
        found=watched(risks=["other"], risk_note=" "),
        clean=watched(risks=["other"], risk_note="家中房屋失火"),
        edges=((watched(risks=["illness", "other"]), True), (watched(risks=["illness"]), False)),
        says=("其他",),
    ),
    "R14-3": Example(
        found=watched(risks=["disaster"]),
        clean=watched(risks=["disaster"], risk_note="洪涝，淹没玉米 6 亩"),
        edges=((watched(risks=["illness"]), False), (home(risks=["disaster"]), False)),
        says=("因自然灾害",),
    ),
    "R14-4": Example(
        found=watched(risks=["illness", "schooling", "disability", "accident", "business", "labour"]),
        clean=watched(),
        edges=(
            (watched(risks=["illness", "schooling", "disability", "accident", "business"]), False),
            (watched(risks=["illness", "schooling", "disability", "accident", "business", "water"]), True),
        ),
        says=("6 个", "5 个"),
    ),
    "R19-3": Example(
        found=home(person(has_resident_medical=False)),
        clean=home(),
        edges=(
            (home(person(has_resident_medical=False, has_employee_medical=True)), False),
            (home(person(has_resident_medical=None, has_employee_medical=None)), False),
            (home(person(has_resident_medical=False, has_employee_medical=None)), True),
            (watched(person(has_resident_medical=False)), False),
        ),
        says=("不是监测对象",),
    ),
    "R19-4": Example(
        found=home(person(), child(dropout_reason="厌学")),
        clean=home(person(), child(schooling="primary")),
        edges=(
            (home(person(), person(date(2020, 6, 15), "son", education="", labour="none")), True),
            (home(person(), person(date(2020, 6, 16), "son", education="", labour="none")), False),
            (home(person(), person(date(2010, 6, 16), "son", education="", labour="none")), True),
            (home(person(), person(date(2010, 6, 15), "son", education="", labour="none")), False),
            (watched(person(), child()), False),
        ),
        says=("10 岁", "厌学"),
    ),
    "M01": Example(
        found=watched(identified_month=None),
        clean=watched(),
        edges=((home(), False),),
        says=("边缘易致贫户",),
    ),
    "M02": Example(
        found=watched(identified_month=date(2026, 7, 1)),
        clean=watched(),
        edges=((watched(identified_month=date(2026, 6, 1)), False), (home(), False)),
        says=("2026-07", "2026-06"),
    ),
    "M03": Example(
        found=home(identified_month=date(2025, 3, 1), risks=["illness"]),
        clean=home(),
        edges=(
            (home(risks=["illness"]), True),
            (home(is_eliminated=True), True),
            (home(eliminated_month=date(2025, 3, 1)), True),
            (watched(), False),
        ),
        says=("2025-03", "1 个"),
    ),
    "M04": Example(
        found=watched(identified_income_yuan=None),
        clean=watched(),
        edges=((watched(identified_income_yuan=Decimal(0)), False), (home(), False)),
        says=("没有登记",),
    ),
    "M05": Example(
        found=watched(identified_income_yuan=Decimal(9500)),
        clean=watched(),
        edges=(
            (watched(identified_income_yuan=Decimal("8000.01")), True),
            (watched(identified_income_yuan=Decimal("8000.00")), False),
            (watched(identified_income_yuan=Decimal(7000), identified_month=date(2025, 11, 1)), True),
            (watched(identified_income_yuan=Decimal(9500), identified_month=date(2019, 11, 1)), False),
            (watched(identified_income_yuan=Decimal(9500), monitored_kind="sudden"), False),
        ),
        says=("9,500 元", "8,000 元", "2025-12"),
        day=WITH_LINES,
    ),
    "M06": Example(
        found=watched(monitored_kind="sudden", identified_income_yuan=Decimal(5000)),
        clean=watched(monitored_kind="sudden", identified_income_yuan=Decimal(9000)),
        edges=(
            (watched(monitored_kind="sudden", identified_income_yuan=Decimal("6000.00")), True),
            (watched(monitored_kind="sudden", identified_income_yuan=Decimal("6000.01")), False),
            (watched(identified_income_yuan=Decimal(5000)), False),
        ),
        says=("突发严重困难户", "5,000 元", "6,000 元"),
        day=WITH_LINES,
    ),
    "M07": Example(
        found=watched(clue_source=""),
        clean=watched(),
        edges=((eliminated(clue_source=""), False), (home(), False)),
        says=("线索来源",),
    ),
    "M08": Example(
        found=watched(has_monitor=False),
        clean=watched(),
        edges=((home(has_monitor=False), False), (eliminated(has_monitor=False), False)),
        says=("防返贫监测员",),
    ),
    "M09": Example(
        found=watched(has_helper=False),
        clean=watched(),
        edges=((home(has_helper=False), False), (eliminated(has_helper=False), False)),
        says=("帮扶责任人",),
    ),
    "M10": Example(
        found=watched(last_visited_on=date(2026, 3, 1)),
        clean=watched(last_visited_on=date(2026, 6, 1)),
        edges=(
            (watched(last_visited_on=date(2026, 4, 13)), True),
            (watched(last_visited_on=date(2026, 4, 14)), False),
            (watched(last_visited_on=None), True),
            (home(last_visited_on=None), False),
        ),
        says=("2026-03-01", "62 天"),
    ),
    "M11": Example(
        found=watched(tier="general"),
        clean=watched(),
        edges=((watched(tier=""), True), (eliminated(tier="general"), False)),
        says=("一般农户",),
    ),
    "M12": Example(
        found=home(tier="key"), clean=watched(), edges=((home(tier="low_income"), False),), says=("重点监测",)
    ),
    "M13": Example(
        found=watched(identified_month=date(2023, 6, 1)),
        clean=watched(),
        edges=(
            (watched(identified_month=date(2024, 5, 1)), True),
            (watched(identified_month=date(2024, 6, 1)), False),
            (watched(identified_month=date(2023, 6, 1), is_without_labour=True), False),
            (eliminated(identified_month=date(2023, 6, 1)), False),
        ),
        says=("2023-06", "36 个月"),
    ),
}
