"""Examples of the rules about schooling and education."""

from __future__ import annotations

from typing import Any

from monitoring.rules.findings.facts import Home
from tests.rule_examples.ages import aged, ageless
from tests.rule_examples.base import Example, home
from tests.rule_examples.watched import eliminated, watched


def child(age: int, schooling: str = "", *, days_short: int = 0, make: Any = home, **facts: Any) -> Home:
    """A head of 45 and a child of his, of no education yet."""
    usual: dict[str, Any] = {"education": "", "labour": "none"}
    pupil = aged(age, "son", days_short=days_short, schooling=schooling, **usual | facts)
    return make(aged(45), pupil)


def ex_poor(*people: Any) -> Home:
    return home(*people, kind="ex_poor")


def stage(schooling: str, found: int, clean: int, least: int, most: int, *says: str) -> Example:
    """Ages of a stage: one found, one not, and those at both its ends."""
    return Example(
        found=child(found, schooling),
        clean=child(clean, schooling),
        edges=(
            (child(least, schooling), False),
            (child(least, schooling, days_short=1), True),
            (child(most + 1, schooling, days_short=1), False),
            (child(most + 1, schooling), True),
            (home(aged(45), ageless("son", schooling=schooling, education="")), False),
        ),
        says=(f"{found} 岁", *says),
    )


EXAMPLES = {
    "R05": Example(
        found=child(20),
        clean=child(20, "bachelor_1"),
        edges=(
            (child(16), True),
            (child(16, days_short=1), False),
            (child(20, education="junior"), False),
            (child(3), False),
        ),
        says=("20 岁",),
    ),
    "R05-2": Example(
        found=child(16, "senior_1", education="junior"),
        clean=child(16, "senior_1"),
        edges=(
            (child(5, "kindergarten", education="illiterate"), False),
            (child(7, "primary", education="illiterate"), True),
            (child(20, education="junior"), False),
        ),
        says=("普通高中一年级", "初中"),
    ),
    "R05-3": Example(
        found=child(17, "vocational_2", make=watched),
        clean=child(17, "vocational_2", make=watched, school_name="示例县职教中心"),
        edges=(
            (child(19, "college_1", make=ex_poor), True),
            (child(17, "vocational_2"), False),
            (child(17, "vocational_2", make=eliminated), False),
            (child(17, "senior_2", make=ex_poor), False),
        ),
        says=("中职二年级", "雨露计划"),
    ),
    "R05-4": Example(
        found=child(17, school_name="示例县职教中心", education="junior"),
        clean=child(17, "vocational_2", school_name="示例县职教中心"),
        edges=(
            (child(17, education="junior"), False),
            (child(5, "kindergarten", school_name="示例镇中心幼儿园"), False),
            (child(5, school_name="示例镇中心幼儿园"), True),
        ),
        says=("示例县职教中心",),
    ),
    "R06": Example(
        found=child(12),
        clean=child(12, "grade_7"),
        edges=(
            (child(6), True),
            (child(6, days_short=1), False),
            (child(16, days_short=1), True),
            (child(16), False),
            (child(15, education="junior"), False),
            (child(12, dropout_reason="因病"), False),
            (child(8, "kindergarten"), False),
        ),
        says=("12 岁",),
    ),
    "R06-2": Example(
        found=child(12, dropout_reason="厌学"),
        clean=child(12, "grade_7"),
        edges=(
            (child(16, days_short=1, dropout_reason="因病"), True),
            (child(16, dropout_reason="因病"), False),
            (child(8, "kindergarten", dropout_reason="因残"), True),
            (child(8, "primary", dropout_reason="因残"), False),
            (child(12), False),
        ),
        says=("12 岁", "厌学"),
    ),
    "R06-3": Example(
        found=child(12, "primary", dropout_reason="因病"),
        clean=child(12, "primary"),
        edges=(
            (child(6, "kindergarten", dropout_reason="因病"), False),
            (child(17, "senior_1", dropout_reason="因病"), True),
        ),
        says=("小学", "因病"),
    ),
    "R06-4": Example(
        found=child(20, dropout_reason="因病", education="primary"),
        clean=child(12, dropout_reason="因病"),
        edges=(
            (child(16, dropout_reason="因病"), True),
            (child(16, days_short=1, dropout_reason="因病"), False),
            (child(6, days_short=1, dropout_reason="因病"), True),
            (child(6, dropout_reason="因病"), False),
        ),
        says=("20 岁", "因病"),
    ),
    "R07": stage("primary", 17, 9, 6, 14, "小学", "6—14 岁"),
    "R07-2": stage("grade_8", 20, 13, 12, 17, "八年级", "12—17 岁"),
    "R07-3": stage("vocational_1", 25, 16, 15, 20, "中职一年级", "15—20 岁"),
    "R07-4": stage("bachelor_2", 15, 20, 18, 30, "本科二年级", "18—30 岁"),
    "R07-5": Example(
        found=child(18, "postgraduate"),
        clean=child(24, "postgraduate"),
        edges=((child(20, "postgraduate"), False), (child(20, "postgraduate", days_short=1), True)),
        says=("18 岁", "20 岁"),
    ),
    "R07-6": Example(
        found=child(9, "kindergarten"),
        clean=child(5, "kindergarten"),
        edges=(
            (child(7, "before_school"), True),
            (child(7, "before_school", days_short=1), False),
            (child(9, "kindergarten", dropout_reason="因残"), False),
            (child(9, "primary"), False),
        ),
        says=("9 岁", "学前教育"),
    ),
    "R07-7": stage("technician_2", 30, 18, 15, 24, "技师学院二年级", "15—24 岁"),
    "R07-8": Example(
        found=child(1, "kindergarten"),
        clean=child(4, "kindergarten"),
        edges=(
            (child(2, "kindergarten"), False),
            (child(2, "kindergarten", days_short=1), True),
            (child(1, "before_school"), False),
        ),
        says=("1 岁", "2 岁"),
    ),
    "R08": Example(
        found=child(20, education="primary"),
        clean=child(20, education="junior"),
        edges=(
            (child(16, education="illiterate"), True),
            (child(16, days_short=1, education="illiterate"), False),
            (child(23, days_short=1, education="primary"), True),
            (child(23, education="primary"), False),
            (child(20, "senior_1", education="primary"), False),
        ),
        says=("20 岁", "小学"),
    ),
    "R08-2": Example(
        found=child(9, education="junior"),
        clean=child(18, education="senior"),
        edges=(
            (child(14, education="junior"), False),
            (child(14, days_short=1, education="junior"), True),
            (child(17, days_short=1, education="senior"), True),
            (child(19, education="college"), False),
            (child(20, days_short=1, education="bachelor"), True),
            (child(9, education="primary"), False),
        ),
        says=("9 岁", "初中", "14 岁"),
    ),
}
