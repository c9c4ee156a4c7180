"""An answer in the shape of its list: headers of two levels, columns that ask for two things, rows counted once."""

from __future__ import annotations

import io
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import timezone

from households.importing.comparison import Choices, Task
from households.importing.pipeline import import_file
from monitoring.importing.warnings.kind import WARNINGS, answers
from monitoring.models import WarningBatch, WarningCase
from monitoring.models.episodes import MonitoringEpisode
from monitoring.returning.reply import reply_workbook
from tests.factories import make_household, make_township, make_village
from tests.warned import NOVEMBER, decided, make_batch, make_case
from tests.warning_lists import ON, codes, line, of, take

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 9, 30, tzinfo=timezone.get_fixed_timezone(480))
MERGED = ("序号", "乡镇", "村", "患者姓名", "身份证号码")
COSTS = ("总费用", "个人自付", "合计")
REIMBURSED = ("医疗救助", "合计")
LAST = ("核查人及时间", "备注")


@pytest.fixture
def head() -> Any:
    make_township()
    return make_household(make_village(name="东河沿村"), head_name="谭平春").members.get()


def two_levels(path: Path, *rows: list[Any]) -> Path:
    """A list whose names stand in row 3, merged over row 4, beside groups with their names in row 4."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "名单"
    page.append(["示例县医保局防返贫预警名单"])
    page.append(["2026年11月"])
    page.append([*MERGED, "医疗费用", *[None] * (len(COSTS) - 1), "报销情况", None, *LAST])
    page.append([*[None] * len(MERGED), *COSTS, *REIMBURSED])
    single = [*range(1, len(MERGED) + 1), *range(11, 11 + len(LAST))]
    for column in single:
        page.merge_cells(start_row=3, end_row=4, start_column=column, end_column=column)
    page.merge_cells("F3:H3")
    page.merge_cells("I3:J3")
    for row in rows:
        page.append(row)
    book.save(path)
    return path


def reply() -> Any:
    content = reply_workbook("医保局", month=NOVEMBER, on=ON, at=AT).content
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]


def told(sheet: Any, at: int = 4) -> dict[str, Any]:
    return dict(zip((cell.value for cell in sheet[3]), (cell.value for cell in sheet[at]), strict=True))


def test_a_header_of_two_levels_comes_back_with_every_heading(head, tmp_path):
    path = two_levels(
        tmp_path / "list.xlsx",
        [1, "示例镇", "东河沿村", head.name, head.id_number, 82000, 42600, 82000, 10000, 10000, None, None],
        [2, "示例镇", "东河沿村", "外村人", None, 50000.5, 31000, 50000.5, 0, 0, None, None],
    )
    task = Task(on=ON, choices=Choices(answers=answers("医保局", NOVEMBER)))
    import_file(path, WARNINGS, task)
    headings = [*MERGED, "总费用", "个人自付", "医疗费用/合计", "医疗救助", "报销情况/合计", *LAST]
    assert WarningBatch.objects.get().headings == headings
    sheet = reply()
    assert [cell.value for cell in sheet[3]][: len(headings)] == headings
    first = told(sheet)
    assert (first["患者姓名"], first["个人自付"], first["备注"]) == (head.name, 42600, None)
    amounts = [sheet.cell(at, column).number_format for at in (4, 5) for column in (6, 7, 9)]
    assert amounts == ["#,##0.00"] * 6


def test_one_column_for_who_and_when_holds_both_and_ours_do_not_say_it_again(head):
    batch = make_batch(headings=["姓名", "核查人及时间", "不纳入原因", "核查情况", "反馈结果"])
    raw = json.dumps([head.name, *[None] * 4])
    make_case(head, batch, raw=raw, **decided(date(2026, 11, 9), verified_on=date(2026, 11, 6)))
    found = told(reply())
    assert found["核查人及时间"] == "孙监测 2026-11-06"
    assert list(found)[5:] == ["人均纯收入(元)", "自付支出(元)", "认定日期", "后续措施"]


def test_who_is_helped_once_is_not_taken_for_that_reason(head):
    batch = make_batch(headings=["姓名", "是否纳入", "不纳入原因"])
    raw = json.dumps([head.name, None, None])
    make_case(head, batch, raw=raw, **decided(date(2026, 11, 9), "V9"))
    make_case(head, batch, raw=raw, **decided(date(2026, 11, 9), "V9", result_words="已发放临时救助"))
    sheet = reply()
    assert told(sheet)["是否纳入"] == "否" and told(sheet)["不纳入原因"] == "单项救助解决"
    assert told(sheet, 5)["不纳入原因"] == "单项救助解决：已发放临时救助"


def test_who_comes_back_is_taken_by_a_roll_back_or_for_a_new_risk(head):
    batch = make_batch(headings=["姓名", "是否纳入"])
    cases = [
        make_case(
            head, batch, code=code, raw=json.dumps([head.name, None]), **decided(date(2026, 11, 9), "V4")
        )
        for code in ("202611-医保局-1", "202611-医保局-11")
    ]
    MonitoringEpisode.objects.create(
        area=head.area,
        household=head.household,
        kind="edge",
        identified_month=date(2024, 3, 1),
        risks=["illness"],
        rolled_back_on=date(2026, 11, 9),
        rollback_reason=f"部门预警 {cases[1].code} 自付费用超标：病情反复",
    )
    sheet = reply()
    assert [told(sheet, at)["是否纳入"] for at in (4, 5)] == ["是（新增风险）", "是（回退）"]


def test_rows_of_a_list_that_are_the_same_line_are_named_below_it(head, tmp_path):
    other = line(姓名="外村人", 个人自付=30000)
    result = take(tmp_path, of(head), other, of(head), other)
    assert [code for code in codes(result) if code[1] == "repeated"] == [(5, "repeated"), (6, "repeated")]
    assert WarningCase.objects.count() == 2
    notes = [cell.value for cell in reply()["A"] if isinstance(cell.value, str)]
    assert "另有 2 行与表内其他行重复，只登记、反馈一次，见原表第 5、6 行。" in notes


def test_without_such_rows_nothing_is_said_of_them(head, tmp_path):
    take(tmp_path, of(head))
    assert not any("重复" in cell.value for cell in reply()["A"] if isinstance(cell.value, str))
