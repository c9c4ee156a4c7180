"""Examples of the rules about labour and work."""

from __future__ import annotations

from datetime import date
from typing import Any

from monitoring.rules.findings.facts import Home
from tests.rule_examples.ages import aged, ageless, alone
from tests.rule_examples.base import ON, Example, home, person, span
from tests.rule_examples.watched import eliminated, watched


def worker(age: int = 40, region: str = "county", months: int | None = 6, **facts: Any) -> Home:
    """Somebody who lives alone and works for others, by default in the county for half a year."""
    usual: dict[str, Any] = {
        "work_region": region,
        "work_months": months,
        "work_place": "示例县" if region else "",
    }
    return alone(age, **usual | facts)


def student(age: int, schooling: str = "vocational_2", **facts: Any) -> Home:
    usual: dict[str, Any] = {"labour": "none", "education": "", "schooling": schooling}
    return home(aged(45), aged(age, "son", **usual | facts))


def working(*spells: tuple[str, date, date | None], region: str = "county") -> Home:
    """Somebody with spells of work (region, from, to) beside what the register says."""
    somebody = person(
        work_region=region, work_months=6 if region else None, work_place="示例县" if region else ""
    )
    somebody.works = [span(somebody, *spell) for spell in spells]
    return home(somebody)


def watched_worker(post_from: date | None = None, **facts: Any) -> Home:
    somebody = person(**facts)
    somebody.posts = [span(somebody, "cleaner", post_from)] if post_from else []
    return watched(somebody)


def unable(*labours: str, flag: bool | None) -> Home:
    people = [
        aged(70 - i, "head" if i == 0 else "sibling", labour=labour) for i, labour in enumerate(labours)
    ]
    return home(*people, is_without_labour=flag)


MARCH, MAY = date(2026, 3, 1), date(2026, 5, 1)

EXAMPLES = {
    "R09": Example(
        found=alone(12, labour="ordinary"),
        clean=alone(12, labour="none"),
        edges=(
            (alone(16, days_short=1, labour="weak"), True),
            (alone(16, labour="weak"), False),
            (alone(12, labour=""), False),
        ),
        says=("12 岁", "普通劳动力", "16 岁"),
    ),
    "R09-2": Example(
        found=student(17, labour="ordinary"),
        clean=student(17),
        edges=(
            (student(16, labour="weak"), True),
            (student(16, labour="weak", days_short=1), False),
            (student(20, "", labour="ordinary"), False),
        ),
        says=("中职二年级", "普通劳动力"),
    ),
    "R09-3": Example(
        found=alone(65, labour="ordinary"),
        clean=alone(65, labour="weak"),
        edges=((alone(60, labour="skilled"), True), (alone(60, days_short=1, labour="skilled"), False)),
        says=("65 岁", "普通劳动力"),
    ),
    "R09-4": Example(
        found=alone(40, labour="none"),
        clean=alone(40, labour="none", health=["chronic"]),
        edges=(
            (alone(16, labour="weak"), True),
            (alone(16, days_short=1, labour="weak"), False),
            (alone(60, days_short=1, labour="lost"), True),
            (alone(60, labour="lost"), False),
            (alone(40, labour="weak", disability_level=4), False),
            (alone(40, labour="none", health=[]), False),
            (student(17), False),
        ),
        says=("40 岁", "无劳动力"),
    ),
    "R09-5": Example(
        found=alone(40, labour=""),
        clean=alone(40),
        edges=(
            (alone(16, labour=""), True),
            (alone(16, days_short=1, labour=""), False),
            (alone(60, days_short=1, labour=""), True),
            (alone(60, labour=""), False),
            (student(17, labour=""), False),
        ),
        says=("40 岁",),
    ),
    "R09-6": Example(
        found=unable("ordinary", "none", flag=True),
        clean=unable("none", "lost", flag=True),
        edges=(
            (unable("weak", "none", flag=True), False),
            (unable("ordinary", flag=False), False),
            (unable("skilled", "ordinary", flag=True), True),
        ),
        says=("1 人",),
    ),
    "R09-7": Example(
        found=unable("none", "lost", flag=False),
        clean=unable("none", "lost", flag=True),
        edges=(
            (unable("none", "weak", flag=False), False),
            (unable("none", "", flag=False), False),
            (unable("none", "lost", flag=None), False),
            (unable("lost", flag=False), True),
        ),
        says=("2 人",),
    ),
    "R10-3": Example(
        found=alone(40, disability_level=1),
        clean=alone(40, disability_level=1, labour="lost"),
        edges=(
            (alone(40, disability_level=2, labour="skilled"), True),
            (alone(40, disability_level=3, labour="skilled"), False),
            (alone(40, disability_level=2, labour="weak"), False),
        ),
        says=("1 级", "普通劳动力"),
    ),
    "R12": Example(
        found=worker(months=None),
        clean=worker(months=6),
        edges=(
            (worker(months=0), True),
            (worker(months=1), False),
            (worker(region="", months=None, work_place="保定市"), True),
            (worker(region="", months=None), False),
        ),
        says=("县内", "未填"),
    ),
    "R12-2": Example(
        found=worker(region="", months=6),
        clean=worker(months=6),
        edges=(
            (worker(region="", months=1), True),
            (worker(region="", months=0), False),
            (worker(region="", months=6, work_place="保定市"), False),
        ),
        says=("6 个月",),
    ),
    "R12-3": Example(
        found=worker(work_place=""),
        clean=worker(),
        edges=((worker(region="", work_place="保定市"), True), (worker(region=""), False)),
        says=("县内",),
    ),
    "R12-4": Example(
        found=worker(labour="lost"),
        clean=worker(),
        edges=(
            (worker(labour="weak"), False),
            (worker(region="", months=1, labour="none"), True),
            (worker(region="", months=0, labour="none"), False),
            (student(17, work_months=6), False),
            (alone(15, labour="none", work_months=6), False),
        ),
        says=("丧失劳动力", "县内", "6 个月"),
    ),
    "R12-5": Example(
        found=worker(tekun="rural"),
        clean=worker(dibao="rural"),
        edges=(
            (worker(region="", months=0, tekun="urban"), False),
            (worker(region="", months=1, tekun="urban"), True),
            (worker(region="city", months=1, tekun="urban"), False),
        ),
        says=("特困供养", "县内"),
    ),
    "R12-6": Example(
        found=student(17, work_months=8),
        clean=student(17),
        edges=(
            (student(17, work_months=3), True),
            (student(17, work_months=2), False),
            (student(20, "", work_months=8), False),
            (student(16, days_short=1, work_months=8), False),
        ),
        says=("8 个月", "2 个月"),
    ),
    "R12-7": Example(
        found=worker(14),
        clean=worker(20),
        edges=(
            (worker(16, days_short=1), True),
            (worker(16), False),
            (alone(14), False),
        ),
        says=("14 岁", "县内"),
    ),
    "R12-8": Example(
        found=worker(75, "other_province"),
        clean=worker(75),
        edges=(
            (worker(71, "city"), True),
            (worker(71, "city", days_short=1), False),
        ),
        says=("75 岁", "跨省"),
    ),
    "R12-9": Example(
        found=worker(months=12, post="保洁员", post_months=6),
        clean=worker(months=12),
        edges=((worker(months=11, post="保洁员"), False), (worker(months=12, post="保洁员"), True)),
        says=("12 个月", "保洁员", "6 个月"),
    ),
    "R12-10": Example(
        found=worker(region="other_province", months=12),
        clean=worker(region="other_province", months=12, is_co_living=False),
        edges=(
            (worker(region="abroad", months=10), True),
            (worker(region="abroad", months=9), False),
            (worker(region="other_city", months=12), False),
        ),
        says=("跨省", "12 个月", "常住"),
    ),
    "R12-11": Example(
        found=home(person(is_co_living=False), person(relation="son"), is_away=True),
        clean=home(person(is_co_living=False), is_away=True),
        edges=((home(), False), (home(is_away=True), True)),
        says=("2 人", "1 人"),
    ),
    "R12-12": Example(
        found=working(("other_province", MARCH, None)),
        clean=working(("county", MARCH, None)),
        edges=(
            (working(("other_province", MARCH, ON)), True),
            (working(("other_province", MARCH, date(2026, 6, 14))), False),
            (working(("other_province", MARCH, None), region=""), False),
            (working(("other_province", MARCH, None), ("county", MAY, None)), False),
        ),
        says=("跨省", "县内"),
    ),
    "R12-13": Example(
        found=working(("other_province", MARCH, None), ("county", MAY, None)),
        clean=working(("other_province", MARCH, MAY), ("county", MAY, None)),
        edges=(
            (working(("city", MARCH, ON), ("county", ON, None)), True),
            (working(("city", MARCH, date(2026, 6, 14)), ("county", ON, None)), False),
        ),
        says=("2 段", "跨省", "2026-05-01"),
    ),
    "R12-14": Example(
        found=worker(work_place="北京市朝阳区"),
        clean=worker(region="other_province", work_place="北京市朝阳区"),
        edges=(
            (worker(region="other_city", work_place="内蒙古自治区"), True),
            (worker(region="other_city", work_place="河北省保定市"), False),
            (worker(region="", work_place="北京市"), False),
        ),
        says=("北京市朝阳区", "县内"),
    ),
    "R12-15": Example(
        found=watched_worker(),
        clean=watched_worker(work_region="county", work_months=6),
        edges=(
            (watched_worker(ON), False),
            (watched_worker(date(2026, 6, 16)), True),
            (watched(aged(60)), False),
            (watched(aged(60, days_short=1)), True),
            (watched(ageless()), False),
            (eliminated(person()), False),
        ),
        says=("1 人",),
    ),
}
