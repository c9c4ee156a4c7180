"""在校生信息: school and grade of each student; the 学籍号 may be the ID with a G before it (domain.md §2.1)."""

from __future__ import annotations

from households.importing import clean
from households.importing.columns import Column, shorter
from households.importing.lists.columns import identifying
from households.importing.lists.engine import Facts, fact_kind
from households.importing.lists.fields import own
from households.importing.lists.grades import ADVICE, grade, schooling_of
from households.importing.lists.rows import Rows
from households.importing.register.plan import Changes
from households.importing.validate import Cleaned

ID_DIGITS = 18

COLUMNS = (
    Column(
        "school_number", "学籍号", clean.school_number, "member",
        ("全国学籍号", "学籍号码", "学籍编号", "全国学籍号码"), personal="id", only_warned=True,
    ),
    Column(
        "school_name", "学校", shorter(clean.text, 100), "member",
        ("就读学校", "学校名称", "所在学校", "在读学校", "就读学校名称", "毕业学校", "院校名称"), group="schooling",
    ),
    Column("stage", "学段", shorter(clean.text, 20), "list", ("就读学段", "教育阶段", "学历层次", "学制")),
    Column(
        "grade", "年级", grade, "member", ("就读年级", "在读年级", "年级名称", "所在年级", "现就读年级"),
        only_warned=True, group="schooling",
    ),
    own("schooling", "在校生情况", only_warned=True),
)  # fmt: skip


def number_by_school(cleaned: Cleaned) -> None:
    """Where the list gives no ID by itself, a 学籍号 of 18 characters is one."""
    numbers = cleaned.values["id_number"]
    for index, number in enumerate(cleaned.values["school_number"]):
        if numbers[index] is None and number is not None and len(number) == ID_DIGITS:
            numbers[index] = number


def student_facts(rows: Rows) -> dict[int, Changes]:
    """Everybody listed is in school: where, and in which grade; a grade that cannot be told changes nothing."""
    facts: dict[int, Changes] = {}
    for index in rows.good:
        school, grade_ = rows.value(index, "school_name"), rows.value(index, "grade")
        schooling = rows.value(index, "schooling") or schooling_of(grade_, rows.value(index, "stage"), school)
        if schooling is None and grade_ is not None:
            rows.warn(index, "grade", "choice", f"“{grade_[:20]}”看不出是哪一级学校的年级，未登记。{ADVICE}")
        facts[index] = {"school_name": school, "schooling": schooling}
    return facts


STUDENTS = fact_kind(
    "students",
    "在校生名单",
    COLUMNS,
    Facts(of=student_facts, prepare=number_by_school),
    who=identifying(name_synonyms=("学生姓名", "学生"), id_synonyms=("学生身份证号", "学生身份证号码")),
    either=(frozenset({"school_number", "school_name", "grade", "stage"}),),
    order=40,
    signs=("在校生", "学生", "学籍"),
    about="每人一行。按年级登记在校生状况；没有身份证号的，学籍号（可带 G）里的身份证号也能认出人。",
)
