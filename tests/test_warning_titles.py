"""What a department's list says in its title or in words: what it reports, until when to reply, what is unreadable."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households.access import Role
from households.importing.clean import BadCell
from households.importing.comparison import Choices, Task
from households.importing.pipeline import import_file
from households.importing.titles import reply_due_in
from households.models import Household
from monitoring.importing.warnings.kind import WARNINGS, answers
from monitoring.importing.warnings.spans import span
from monitoring.models import WarningCase
from monitoring.reference.warnings import load_departments, load_indicators
from monitoring.services.warnings import candidates
from tests.factories import make_household, make_id_number, make_user, make_village
from tests.list_files import Row, write_list
from tests.warning_lists import FIRST_ROW, NOVEMBER, ON, codes

PLAIN = "2026年11月防返贫预警信息表"
OCTOBER = (date(2026, 10, 3), date(2026, 10, 20))


@pytest.fixture
def head(db: None) -> Any:
    load_departments()
    load_indicators()
    make_village(name="东河沿村")
    return make_household(head_name="谭平春").members.get()


def take(path: Path, rows: list[Row], title: str = PLAIN, department: str = "医保局") -> Any:
    """Import rows with the headings that they have under a title."""
    headings = tuple(dict.fromkeys(heading for row in rows for heading in row))
    write_list(path / "list.xlsx", headings, rows, title=title)
    task = Task(on=ON, choices=Choices(answers=answers(department, NOVEMBER)))
    return import_file(path / "list.xlsx", WARNINGS, task).result


def of(head: Any, **values: Any) -> Row:
    return {"行政村": "东河沿村", "姓名": head.name, "身份证号": head.id_number, **values}


# What is reported


@pytest.mark.parametrize(
    ("title", "department", "values", "kind", "code"),
    [
        ("2026年11月个人自付超1万元人员名单", "医保局", {"金额": 42600}, "monitored", "MED_SELF"),
        ("2026年11月个人自付超1万元人员名单", "医保局", {"金额": 42600}, "", "MED_SELF_OTHER"),
        ("疑似辍学学生名单", "教育局", {"情况说明": "九月起未到校"}, "", "EDU_DROP"),
        (PLAIN, "教育局", {"情况说明": "疑似辍学"}, "", "EDU_DROP"),
        (PLAIN, "医保局", {"个人自付": 42600}, "", "MED_SELF_OTHER"),
        (PLAIN, "医保局", {"情况说明": "请核实"}, "", ""),
        ("失学辍学及就学支出名单", "教育局", {"情况说明": "请核实"}, "", ""),
    ],
)
def test_title_and_words_say_what_a_list_without_the_column_reports(
    tmp_path, head, title, department, values, kind, code
):
    if kind:
        Household.objects.filter(pk=head.household_id).update(
            history=False, monitored_kind="marginal", is_eliminated=False
        )
    take(tmp_path, [of(head, **values)], title, department)
    case = WarningCase.objects.get()
    assert case.indicator_code == code
    assert (case.indicator == f"{department}预警") is not bool(code)


def test_a_line_s_own_words_for_it_come_before_the_title(tmp_path, head):
    take(tmp_path, [of(head, 预警类型="未参保", 金额=1)], "个人自付超1万元人员名单")
    assert WarningCase.objects.get().indicator_code == "MED_NOINS"


# Days


@pytest.mark.parametrize(
    "text",
    [
        "2026.10.3-2026.10.20", "2026年10月3日至10月20日", "2026年10月3日至20日", "10.3-10.20", "10月3日-10月20日",
        "10月3日至20日", "2026-10-03-2026-10-20", "2026-10-03 — 2026-10-20", "2026/10/3-10/20", "10.3至2026.10.20",
        "2026．10．3－2026．10．20", "10月3日-20日",
    ],
)  # fmt: skip
def test_a_stay_is_read_however_it_is_written(text):
    assert span(text, month=NOVEMBER) == OCTOBER


def test_days_without_a_year_are_the_last_such_days():
    january = date(2027, 1, 1)
    assert span("12.28-1.5", month=january) == (date(2026, 12, 28), date(2027, 1, 5))
    assert span("2026.12.28-1.5") == (date(2026, 12, 28), date(2027, 1, 5))
    assert span("12月3日", month=NOVEMBER) == (date(2025, 12, 3), None)


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(0, 300))
def test_every_stay_is_read_back(start, days):
    end = start + timedelta(days)
    for form in ("{0.year}.{0.month}.{0.day}-{1.year}.{1.month}.{1.day}", "{0:%Y-%m-%d}至{1:%Y-%m-%d}"):
        assert span(form.format(start, end)) == (start, end)
    short = f"{start.month}.{start.day}-{end.month}.{end.day}"
    assert span(short, month=end.replace(day=1)) == (start, end)


@pytest.mark.parametrize(
    "text", ["10月", "10.3-10.20", "2.30-3.1", "2026年10月20日至3日", "13.1-14.2", "2026.10.3-40"]
)
def test_what_is_no_stay_without_a_list_is_refused(text):
    with pytest.raises(BadCell, match="请"):
        span(text)


def test_a_stay_of_a_list_is_registered(tmp_path, head):
    take(tmp_path, [of(head, 住院时间="10.3-10.20", 大病保险=3000, 定点医院="县医院", 个人自付=42600)])
    case = WarningCase.objects.get()
    assert (case.occurred_from, case.occurred_to, case.institution) == (*OCTOBER, "县医院")
    assert case.content == "大病保险 3,000 元；个人自付 42,600 元"


def test_what_cannot_be_read_stays_in_words(tmp_path, head):
    values = {"住院时间": "10月", "总费用": -5, "个人自付": "约1.2万元", "反馈截止日期": "月底"}
    result = take(tmp_path, [of(head, **values)])
    case = WarningCase.objects.get()
    said = {"住院时间：10月", "总费用：-5", "个人自付：约1.2万元", "反馈截止日期：月底"}
    assert set(case.content.split("；")) == said
    assert (case.occurred_from, case.amount_yuan) == (None, None)
    assert len(codes(result)) == 4


def test_an_end_before_its_start_stays_in_words(tmp_path, head):
    take(tmp_path, [of(head, 入院日期="2026-10-20", 出院日期="2026-10-03", 个人自付=42600)])
    case = WarningCase.objects.get()
    assert (case.occurred_to, "出院日期：2026-10-03" in case.content) == (None, True)


# Until when


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("请各乡镇11月30日前反馈", date(2026, 11, 30)),
        ("请于 2026 年 11 月 30 日之前，将核查结果反馈至县局", date(2026, 11, 30)),
        ("请于12月5日下班前将结果报送我局。", date(2026, 12, 5)),
        ("请于1月5日前反馈", date(2027, 1, 5)),
        ("反馈截止日期：2026年11月30日", date(2026, 11, 30)),
        ("10月30日前反馈", date(2026, 10, 30)),
        ("11月31日前反馈", None),
        ("2026年11月5日推送，请核查后反馈", None),
        ("11月30日前缴费", None),
        ("", None),
    ],
)
def test_a_title_says_until_when_to_reply(text, due):
    found = reply_due_in(text, NOVEMBER)
    assert (found[0] if found else None) == due


def test_the_deadline_of_the_title_is_that_of_the_lines_without_one(tmp_path, head):
    rows = [of(head, 金额=1), of(head, 金额=2, 反馈截止日期="2026-11-25")]
    result = take(tmp_path, rows, f"{PLAIN}（请各乡镇11月30日前反馈）")
    found = WarningCase.objects.order_by("code").values_list("reply_due_on", flat=True)
    assert list(found) == [date(2026, 11, 30), date(2026, 11, 25)]
    assert any("11月30日前反馈" in note and "2026-11-30，1 条" in note for note in result.notes)
    assert WarningCase.objects.order_by("code")[0].batch.reply_due_on == date(2026, 11, 25)


def test_a_list_without_a_deadline_tells_nothing(tmp_path, head):
    assert not any("截止" in note for note in take(tmp_path, [of(head, 金额=1)]).notes)


# A number with stars


def test_a_masked_number_finds_the_one_who_agrees_first(tmp_path, head):
    other = make_household(
        make_village(head.area[:9] + "777", name="西河沿村"), head_name="谭平春"
    ).members.get()
    masked = f"{other.id_number[:6]}********{other.id_number[-4:]}"
    result = take(tmp_path, [{"行政村": "东河沿村", "姓名": "谭平春", "身份证号": masked, "金额": 1}])
    case = WarningCase.objects.get()
    assert (case.match, case.member) == ("to_confirm", None)
    assert codes(result) == [(FIRST_ROW, "masked"), (FIRST_ROW, "to_confirm")]
    assert "已脱敏，按可见的位数和姓名查找" in next(iter(result.problems)).message
    assert "字母 O" not in next(iter(result.problems)).message
    first, second = candidates(case)
    assert (first.member, first.reason) == (str(other.pk), "同名，证件号码可见的位数全部相符")
    assert (second.member, second.reason) == (str(head.pk), "同名同村，证件号码可见的位数不同")


# Looking for them


def test_people_whom_nobody_knows_are_found_by_part_of_the_name_and_initials(client, tmp_path, head):
    stranger = {"行政村": "东河沿村", "姓名": "欧阳外来", "身份证号": make_id_number(), "金额": 1}
    take(tmp_path, [stranger, of(head, 金额=1)])
    client.force_login(make_user(Role.STATION))
    for term in ("欧阳", "外来", "oyw"):
        page = client.get("/admin/monitoring/warningcase/", {"q": term})
        assert [case.person_name for case in page.context["cl"].result_list] == ["欧阳外来"]
