"""Examples of the rules about health, disability and medical insurance."""

from __future__ import annotations

from typing import Any

from monitoring.rules.findings.facts import Home
from tests.rule_examples.ages import alone
from tests.rule_examples.base import Example


def health(*states: str, **facts: Any) -> Home:
    return alone(40, health=list(states), **facts)


def insured(resident: bool | None, employee: bool | None, *, age: int = 40, **facts: Any) -> Home:
    return alone(age, has_resident_medical=resident, has_employee_medical=employee, **facts)


def employee(age: int, *, days_short: int = 0, pension: bool | None = False) -> Home:
    return insured(False, True, age=age, days_short=days_short, has_employee_pension=pension)


EXAMPLES = {
    "R10": Example(
        found=health("disabled"),
        clean=health("disabled", disability_kind="4", disability_level=2),
        edges=((health("disabled", disability_level=4), False), (health("chronic", "disabled"), True)),
        says=("残疾",),
    ),
    "R10-2": Example(
        found=health("healthy", disability_kind="4", disability_level=2),
        clean=health("disabled", disability_kind="4", disability_level=2),
        edges=(
            (health(disability_level=2), False),
            (health("chronic", disability_level=4), True),
            (health("chronic"), False),
        ),
        says=("2 级", "健康"),
    ),
    "R10-4": Example(
        found=health("disabled", disability_kind="4"),
        clean=health("disabled", disability_kind="4", disability_level=1),
        edges=((health("disabled", disability_level=1), True), (health("disabled"), False)),
        says=("肢体",),
    ),
    "R10-5": Example(
        found=health("healthy", "chronic"),
        clean=health("chronic", "disabled"),
        edges=((health("healthy"), False), (health("disabled", "healthy"), True)),
        says=("健康、长期慢性病",),
    ),
    "R10-6": Example(
        found=health(),
        clean=health("healthy"),
        edges=((health("serious"), False), (health(disability_level=2), True)),
        says=("健康状况",),
    ),
    "R10-7": Example(
        found=health("healthy", has_chronic_card=True),
        clean=health("chronic", has_chronic_card=True),
        edges=(
            (health("disabled", has_chronic_card=True), True),
            (health("disabled", "serious", has_chronic_card=True), False),
            (health(has_chronic_card=True), False),
            (health("healthy", has_chronic_card=None), False),
        ),
        says=("慢病证", "健康"),
    ),
    "R11": Example(
        found=insured(False, False),
        clean=insured(True, False),
        edges=(
            (insured(None, False), True),
            (insured(None, None), False),
            (insured(False, True), False),
            (insured(True, None), False),
        ),
        says=("居民医保", "职工医保"),
    ),
    "R11-2": Example(
        found=insured(True, True),
        clean=insured(True, False),
        edges=(
            (insured(True, None), False),
            (insured(False, True), False),
            (insured(True, True, has_employee_pension=True), True),
        ),
        says=("居民医保", "职工医保"),
    ),
    "R11-3": Example(
        found=insured(None, None),
        clean=insured(True, None),
        edges=(
            (insured(None, False), False),
            (insured(None, True), False),
            (insured(None, None, age=0), True),
        ),
        says=("未填",),
    ),
    "R11-4": Example(
        found=employee(8),
        clean=employee(30),
        edges=(
            (employee(16, days_short=1), True),
            (employee(16), False),
            (insured(True, False, age=8), False),
        ),
        says=("8 岁", "职工医保"),
    ),
    "R11-5": Example(
        found=employee(40),
        clean=employee(40, pension=True),
        edges=(
            (employee(16), True),
            (employee(16, days_short=1), False),
            (employee(60, days_short=1), True),
            (employee(60), False),
            (employee(40, pension=None), False),
        ),
        says=("40 岁", "职工养老"),
    ),
}
