"""Examples of the rules about houses and water."""

from __future__ import annotations

from datetime import date

from monitoring.rules.findings.facts import Renovated
from tests.rule_examples.base import ON, Example, home, person
from tests.rule_examples.watched import eliminated, watched

BUILT_IN_VAIN = Renovated(year=2025, kind="built", finished_on=date(2025, 9, 30))

EXAMPLES = {
    "R19": Example(
        found=home(housing_grade="D"),
        clean=home(housing_grade="D", is_away=True),
        edges=(
            (home(housing_grade="C"), True),
            (home(housing_grade="B"), False),
            (watched(housing_grade="C"), False),
            (home(housing_grade=""), False),
        ),
        says=("D 级", "不是监测对象"),
    ),
    "R19-2": Example(
        found=home(water_is_safe=False),
        clean=home(),
        edges=((home(water_is_safe=None), False), (watched(water_is_safe=False), False)),
        says=("不安全",),
    ),
    "H01": Example(
        found=home(housing_grade=""),
        clean=home(),
        edges=((home(housing_grade="D"), False),),
        says=("没有登记",),
    ),
    "H02": Example(
        found=home(housing_grade="D", renovations=[BUILT_IN_VAIN]),
        clean=home(housing_grade="D"),
        edges=(
            (
                home(housing_grade="C", renovations=[Renovated(year=2026, kind="repaired", finished_on=ON)]),
                True,
            ),
            (
                home(
                    housing_grade="C",
                    renovations=[Renovated(year=2026, kind="repaired", finished_on=date(2026, 6, 16))],
                ),
                False,
            ),
            (home(housing_grade="B", renovations=[BUILT_IN_VAIN]), False),
        ),
        says=("2025 年危房改造（新建）", "2025-09-30", "D 级"),
    ),
    "H03": Example(
        found=watched(housing_grade="C"),
        clean=watched(housing_grade="C", risks=["illness", "housing"]),
        edges=((watched(housing_grade="B"), False), (eliminated(housing_grade="C"), False)),
        says=("C 级", "因安全住房"),
    ),
    "H04": Example(
        found=watched(housing_checked_on=date(2025, 6, 14)),
        clean=home(),
        edges=(
            (home(kind="ex_poor", housing_checked_on=date(2025, 6, 14)), True),
            (home(kind="ex_poor", housing_checked_on=date(2025, 6, 15)), False),
            (home(kind="ex_poor"), True),
        ),
        says=("2025-06-14", "12 个月"),
    ),
    "H05": Example(
        found=home(renovations=[Renovated(year=2025, kind="repaired")]),
        clean=home(renovations=[BUILT_IN_VAIN]),
        edges=((home(renovations=[Renovated(year=2026, kind="built")]), False),),
        says=("2025 年危房改造（维修）", "没有竣工日期"),
    ),
    "W01": Example(
        found=home(water_is_safe=None),
        clean=home(),
        edges=((home(water_is_safe=False), False),),
        says=("没有登记",),
    ),
    "W02": Example(
        found=watched(water_is_safe=False),
        clean=watched(water_is_safe=False, risks=["water"]),
        edges=((watched(water_is_safe=None), False), (eliminated(water_is_safe=False), False)),
        says=("因安全饮水",),
    ),
    "W03": Example(
        found=watched(water_checked_on=date(2025, 6, 14)),
        clean=home(kind="ex_poor"),
        edges=((watched(), True), (watched(water_checked_on=date(2025, 6, 15)), False)),
        says=("2025-06-14", "12 个月"),
    ),
    "P25": Example(
        found=home(person(dibao="rural"), housing_grade="D"),
        clean=home(housing_grade="D"),
        edges=(
            (home(kind="ex_poor", housing_grade="C"), True),
            (home(kind="ex_poor", housing_grade="B"), False),
            (home(person(tekun="rural"), housing_grade="C"), True),
            (home(low_income_kind="dibao_margin", housing_grade="C"), True),
            (home(low_income_kind="near_line", housing_grade="C"), False),
            (watched(housing_grade="C"), True),
            (
                home(kind="ex_poor", housing_grade="C", renovations=[Renovated(year=2026, kind="built")]),
                False,
            ),
            (home(kind="ex_poor", housing_grade="D", is_away=True), False),
        ),
        says=("低保户", "D 级"),
    ),
}
