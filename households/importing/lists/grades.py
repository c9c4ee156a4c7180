"""School grades as schools write them (初一, 七年级(3)班, 高中二年级, 大三, 中班) to 在校生状况.  Pure.

Source: the values of 在校生状况 in the national system (domain.md §2.4).
"""

from __future__ import annotations

import re

from households.choices import Schooling
from households.importing.clean import BadCell, text

NUMERALS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
NUMBER = re.compile(r"[一二三四五六七八九1-9]")
CLASS = re.compile(r"[(（]?[\d一二三四五六七八九十]{1,2}[)）]?班$")
YEAR_OF_ENTRY = re.compile(r"\d{2}")
BARE = re.compile(r"[一二三四五六七八九1-9](?:年级|年)?")
# The longest and most telling words first; each stage with the grades that it has in the national system.
STAGES: tuple[tuple[tuple[str, ...], str, int], ...] = (
    (("硕士", "博士", "研究生", "研一", "研二", "研三"), Schooling.POSTGRADUATE, 0),
    (("技师",), "technician", 4),
    (("高职", "高专", "大专", "专科", "职业技术学院", "职业学院"), "college", 3),
    (
        ("中职", "职高", "中专", "职中", "职教", "职业高中", "职业中", "中等职业", "技校", "技工"),
        "vocational",
        3,
    ),
    (("普通高中", "高中", "高一", "高二", "高三", "高级中学"), "senior", 3),
    (("本科", "大学", "大一", "大二", "大三", "大四", "大五"), "bachelor", 5),
    (("初中", "初一", "初二", "初三", "初级中学"), "grade", 3),
    (("幼儿园", "幼儿", "学前", "小班", "中班", "大班", "托班"), Schooling.KINDERGARTEN, 0),
    (("小学",), Schooling.PRIMARY, 0),
)
ADVICE = "请写成 三年级、初一（七年级）、高二、中职一年级、大三 或 学前教育 这样的年级。"


def grade(value: object) -> str | None:
    """Clean a cell with a grade; the words stay as they are. Raises BadCell where no school has such a grade."""
    found = text(value)
    if found is None:
        return None
    if schooling_of(found) is None and not is_bare(found):
        raise BadCell("choice", f"“{found[:20]}”看不出是哪个年级。{ADVICE}")
    return found


def is_bare(grade: str) -> bool:
    """Whether a text is a number of a grade only (一年级, 2): which school it is of decides."""
    return BARE.fullmatch(CLASS.sub("", grade)) is not None


def schooling_of(grade: str | None, stage: str | None = None, school: str | None = None) -> str | None:
    """Return the Schooling value of a grade, or None where it cannot be told.

    stage is the cell 学段 (小学, 初中 …); it, and then the school's name, says which school's 一年级 is meant. Without
    both, 一年级 to 六年级 are primary school.
    """
    if grade is None:
        return None
    found = _stage(grade)
    number = _number(grade)
    if found is None and not is_bare(grade):
        return None
    if found is None and number is not None and number >= 7:
        return f"grade_{number}" if number <= 9 else None
    for hint in (stage, school):
        found = found or (_stage(hint) if hint else None)
    if found is None:
        # A 中学 has its own 一年级, of 初中 or of 高中.
        is_middle = school is not None and "中学" in school
        return Schooling.PRIMARY.value if number is not None and number <= 6 and not is_middle else None
    name, grades = found
    if not grades:
        return str(name)
    if name == "grade":
        number = number + 6 if number is not None and number <= 3 else number
        return f"grade_{number}" if number in (7, 8, 9) else None
    return f"{name}_{number}" if number is not None and number <= grades else None


def _stage(words: str) -> tuple[str, int] | None:
    return next(
        ((name, grades) for signs, name, grades in STAGES if any(sign in words for sign in signs)), None
    )


def _number(words: str) -> int | None:
    """The first number of the text: 七年级(12)班 is 7; a year of entry (2024级) is none."""
    words = CLASS.sub("", words)
    found = None if YEAR_OF_ENTRY.search(words) else NUMBER.search(words)
    return None if found is None else NUMERALS.get(found[0]) or int(found[0])
