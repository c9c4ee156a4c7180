"""A workbook of ours that comes back as a list is the same list: its answers make no line a new one."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from households.importing.comparison import Choices, Task
from households.importing.pipeline import import_file
from monitoring.importing.warnings.columns import COLUMNS, EVENT
from monitoring.importing.warnings.kind import WARNINGS, answers
from monitoring.models import WarningCase
from monitoring.returning.reply import reply_workbook
from monitoring.returning.sheets import OPEN_COLUMNS
from monitoring.warning_answers import OWN_HEADINGS, REPEAT_HEADING, answer_of, is_answer
from tests.factories import make_household, make_id_number, make_member, make_village
from tests.warned import NOVEMBER, decided
from tests.warning_lists import ON, counts

AT = datetime(2026, 11, 24, 9, 30, tzinfo=timezone.get_fixed_timezone(480))
TELLING = ("残疾类别", "欠费月数", "损失面积", "发病日期", "是否住院")
ASKING = (
    "核查结论", "是否纳入监测", "村级意见", "采取的帮扶措施", "反馈时间", "入户时间", "认定结果", "人均纯收入",
    "不纳入原因", "核实人", "后续措施",
)  # fmt: skip
CELLS = st.one_of(
    st.none(),
    st.sampled_from(["肢体", " 二级 ", "3个月", "60%", "1,200元", "2026-10-03", "=1+1"]),
    st.integers(0, 99999),
    st.integers(0, 999).map(lambda number: number / 8),
    st.booleans(),
    st.dates(date(2026, 1, 1), date(2026, 10, 31)),
    st.just(datetime(2026, 10, 3, 8, 30)),
)


def written(path: Path, rows: list[dict[str, Any]]) -> Path:
    """A list as a department's program writes it: numbers, days and truths as such."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "名单"
    headings = list(rows[0])
    page.append(["预警名单"])
    page.append(headings)
    for row in rows:
        page.append([row[heading] for heading in headings])
    for cells in page.iter_rows(min_row=3):
        for cell in cells:
            if cell.data_type == "f":
                cell.data_type = "s"
    book.save(path)
    return path


def brought(path: Path) -> Any:
    task = Task(on=ON, choices=Choices(answers=answers("医保局", NOVEMBER)))
    return import_file(path, WARNINGS, task).result


def returned(path: Path) -> Path:
    reply = reply_workbook("医保局", month=NOVEMBER, on=ON, at=AT, full_id=True, reason="报县局")
    path.write_bytes(reply.content)
    return path


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
@pytest.mark.django_db(transaction=False)
def test_no_answer_makes_a_line_new(data, tmp_path, home):
    WarningCase.objects.all().delete()
    members = list(home.members.order_by("pk"))
    more = data.draw(st.lists(st.sampled_from(TELLING + ASKING), unique=True), "columns")
    people = [(one.name, one.id_number) for one in members] + [("外村人", make_id_number()), ("外人", None)]
    rows = [
        {
            "序号": at, "乡镇": "示例镇", "行政村": "东河沿村", "姓名": name, "身份证号": number,
            "预警类型": "医疗自付费用超标", "个人自付": data.draw(st.none() | st.integers(1, 9) | st.just("1,200元")),
            "发生时间": data.draw(st.none() | st.just(date(2026, 10, 3)) | st.just("2026年10月")),
            **{heading: data.draw(CELLS) for heading in more}, "备注": data.draw(st.none() | st.just("住院")),
        }
        for at, (name, number) in enumerate(people, start=1)
    ]  # fmt: skip
    first = brought(written(tmp_path / "list.xlsx", rows))
    assert counts(first)[0] == len(rows)
    done = data.draw(st.integers(0, len(rows)))
    keys = WarningCase.objects.order_by("code").values_list("pk", flat=True)[:done]
    WarningCase.objects.filter(pk__in=list(keys)).update(**decided(date(2026, 11, 9)))
    assert counts(brought(returned(tmp_path / "back.xlsx")))[:2] == (0, len(rows))


@pytest.fixture
def home(db: Any) -> Any:
    household = make_household(make_village(name="东河沿村"), head_name="谭平春")
    make_member(household)
    return household


def test_two_answers_of_the_same_event_are_one_line_and_the_case_still_tells_them(tmp_path, home):
    head = home.members.get(name="谭平春")
    line = {
        "行政村": "东河沿村", "姓名": head.name, "身份证号": head.id_number, "预警类型": "大病",
        "个人自付": 42600, "处置情况": "已申请救助", "认定结果（镇级）": "不纳入",
    }  # fmt: skip
    other = line | {"处置情况": "未处置", "认定结果（镇级）": "纳入"}
    assert counts(brought(written(tmp_path / "list.xlsx", [line, other])))[:2] == (1, 1)
    assert "处置情况 已申请救助" in WarningCase.objects.get().content


def test_our_columns_are_answers_and_what_tells_of_the_event_is_none():
    assert all(is_answer(heading) for heading in (*OWN_HEADINGS, REPEAT_HEADING, "自付支出(元)（镇级）"))
    events = [text for column in EVENT for text in (column.label, *column.synonyms)]
    assert [text for text in events if is_answer(text)] == []
    assert not any(is_answer(heading) for heading in TELLING) and all(map(answer_of, ASKING))


def test_the_open_lines_are_no_list():
    named = {text for column in COLUMNS for text in (column.label, *column.synonyms)} & {
        column.title for column in OPEN_COLUMNS
    }
    fields = {
        column.field for column in COLUMNS for text in (column.label, *column.synonyms) if text in named
    }
    assert any(WARNINGS.lacking(fields))
