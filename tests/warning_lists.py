"""Department warnings for tests: a household, lines of a list about its people, and what became of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from households.importing.comparison import Choices, Task
from households.importing.pipeline import import_file
from monitoring.importing.warnings.kind import WARNINGS, answers
from tests.list_files import Row, write_list

ON = date(2026, 11, 24)
NOVEMBER = date(2026, 11, 1)
HEADINGS = (
    "序号", "县", "乡镇", "行政村", "姓名", "身份证号", "联系电话", "人员类别", "预警类型", "总费用", "个人自付",
    "发生时间", "医疗机构", "残疾类别", "推送日期", "反馈截止日期", "备注",
)  # fmt: skip
FIRST_ROW = 3
OF_NOVEMBER = ("--department", "医保局", "--month", "2026-11")


def line(**values: Any) -> Row:
    """A good line of nobody in particular."""
    return {
        "乡镇": "示例镇", "行政村": "东河沿村", "预警类型": "医疗自付费用超标", "个人自付": 42600,
        "推送日期": "2026-11-05",
    } | values  # fmt: skip


def of(member: Any, **values: Any) -> Row:
    return line(姓名=member.name, 身份证号=member.id_number, **values)


def take(path: Path, *rows: Row, month: date = NOVEMBER, department: str = "医保局", **options: Any) -> Any:
    """Import the rows as a list of the department, and return the result."""
    write_list(path / "list.xlsx", HEADINGS, rows)
    values: dict[str, Any] = {"on": ON, "choices": Choices(answers=answers(department, month))}
    return import_file(path / "list.xlsx", WARNINGS, Task(**(values | options))).result


def codes(result: Any) -> list[tuple[int, str]]:
    return [(problem.row, problem.code) for problem in result.problems]


def counts(result: Any) -> tuple[int, int, int, int, int]:
    """New, known, by ID, to confirm, not found."""
    cases = result.count("cases")
    return (
        cases.new, cases.unchanged, *(result.count(key).new for key in ("matched_by_id", "to_confirm", "not_found"))
    )  # fmt: skip
