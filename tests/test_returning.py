"""What goes back to the county: the department's own sheet with the answers, open lines, masks, record, marks, cost."""

from __future__ import annotations

import io
import json
from datetime import date, datetime
from time import process_time
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from python_calamine import CalamineWorkbook

from households.access import Role
from households.models import AccessLog
from monitoring.models import WarningCase, WarningStep
from monitoring.returning.reply import ReplyRefused, reply_choices, reply_workbook
from tests.factories import (
    OTHER_TOWNSHIP,
    TOWNSHIP,
    VILLAGE,
    make_household,
    make_township,
    make_user,
    make_village,
)
from tests.warned import NOVEMBER, assigned, decided, make_batch, make_case, replied, verified
from tests.warning_lists import line, take

ON = date(2026, 11, 24)
AT = datetime(2026, 11, 24, 9, 30, tzinfo=timezone.get_fixed_timezone(480))
PAGE = "/admin/monitoring/warningcase/reply/"
HEADINGS = [
    "序号",
    "患者姓名",
    "身份证号",
    "联系电话",
    "个人自付",
    "核查结果",
    "",
    "是否纳入监测",
    "反馈日期",
    "核实情况",
]


def answered(department: str = "医保局", **options: Any) -> Any:
    return reply_workbook(department, **({"month": NOVEMBER, "on": ON, "at": AT} | options))


def book(**options: Any) -> Any:
    return openpyxl.load_workbook(io.BytesIO(answered(**options).content))


def row(sheet: Any, at: int = 4) -> dict[str, Any]:
    titles = [cell.value for cell in sheet[3]]
    return dict(zip(titles, (cell.value for cell in sheet[at]), strict=True))


def texts(found: Any) -> list[str]:
    return [
        cell.value
        for sheet in found
        for line in sheet.iter_rows()
        for cell in line
        if isinstance(cell.value, str)
    ]


@pytest.fixture
def head(db) -> Any:
    make_township()
    return make_household(make_village(name="东河沿村"), head_name="谭平春").members.get()


def raw(member: Any, *more: Any, number: int = 1, pay: Any = 42600) -> str:
    return json.dumps([number, member.name, member.id_number, "13800005678", pay, *more])


def own(member: Any, batch: Any = None, *more: Any, **values: Any) -> WarningCase:
    return make_case(member, batch or make_batch(headings=HEADINGS), raw=raw(member, *more), **values)


# The workbook


def test_the_departments_own_columns_are_filled_and_ours_follow(head):
    own(head, None, None, None, "", None, None, **decided(date(2026, 11, 9), verified_on=date(2026, 11, 6)))
    found = book()
    assert found.sheetnames == ["名单", "未办结"]
    sheet = found["名单"]
    assert sheet["A1"].value == "示例镇2026年11月医保局预警信息核查反馈表"
    assert [cell.value for cell in sheet[3]] == [
        *HEADINGS,
        "核查日期", "核查人", "人均纯收入(元)", "自付支出(元)", "不纳入原因", "认定日期", "后续措施",
    ]  # fmt: skip
    told = row(sheet)
    assert told["患者姓名"] == "谭平春" and told["个人自付"] == 42600 and told["序号"] == 1
    assert told["核查结果"] == "不符合，不纳入" and told["是否纳入监测"] == "否"
    assert told["核实情况"] == "住院已报销，家有两人务工" and told["反馈日期"] is None
    assert told["核查日期"] == datetime(2026, 11, 6) and told["认定日期"] == datetime(2026, 11, 9)
    assert told["核查人"] == "孙监测" and (told["人均纯收入(元)"], told["自付支出(元)"]) == (15300, 12000)
    assert told["不纳入原因"].startswith("费用已报销或有能力承担：") and told["后续措施"] is None
    assert found["未办结"]["A4"].value == "本期无数据" and sheet.freeze_panes == "C4"
    assert sheet.page_setup.orientation == "landscape" and sheet["C4"].number_format == "@"


def test_what_the_department_wrote_stays_and_no_answer_is_given_before_the_verdict(head):
    batch = make_batch(headings=HEADINGS)
    own(head, batch, "县已核", None, None, "2026-11-20", None, **decided(date(2026, 11, 9)))
    own(head, batch, None, None, None, None, None, **verified(date(2026, 11, 9)))
    sheet = book()["名单"]
    assert row(sheet)["核查结果"] == "县已核" and row(sheet)["反馈日期"] == datetime(2026, 11, 20)
    waiting = row(sheet, 5)
    # What the department wrote itself is not our verdict: that stands beside it.
    assert row(sheet)["认定结果"] == "不符合，不纳入"
    assert not any(waiting[title] for title in (*HEADINGS[5:], "核查日期", "认定结果") if title)


@pytest.mark.parametrize(
    ("result", "included"),
    [
        ("V1", "是"),
        ("V3", "已是监测对象"),
        ("V4", "是（新增风险）"),
        ("V9", "否"),
        ("V5", "否"),
        ("V6", "否"),
    ],
)
def test_is_included_by_the_verdict(head, result, included):
    own(head, None, **decided(date(2026, 11, 9), result))
    assert row(book()["名单"])["是否纳入监测"] == included


def test_open_lines_stand_on_a_sheet_of_their_own_with_state_and_deadline(head):
    batch = make_batch(headings=HEADINGS)
    own(head, batch, **assigned(date(2026, 11, 3), date(2026, 11, 10)), sent_back_reason="缺自付数")
    own(head, batch, **verified(date(2026, 11, 23)))
    make_case(None, batch, village_name="没有的村")
    own(head, batch, **replied(date(2026, 11, 20)))
    result = answered()
    assert (result.lines, result.decided, result.open, result.marked) == (4, 1, 3, 0)
    sheet = openpyxl.load_workbook(io.BytesIO(result.content))["未办结"]
    sent, seen, unknown = (row(sheet, at) for at in (4, 5, 6))
    assert (
        sent["目前状态"] == "待核查"
        and sent["当前时限"] == datetime(2026, 11, 10)
        and sent["说明"] == "退回补核：缺自付数"
    )
    assert (
        sent["是否超期"] == "超期五天以上" and sent["核查责任人"] == "孙监测" and sent["行政村"] == "东河沿村"
    )
    assert (seen["目前状态"], seen["当前时限"], seen["是否超期"]) == (
        "待研判",
        datetime(2026, 11, 26),
        "两天内到期",
    )
    assert unknown["说明"] == "不在册" and unknown["行政村"] == "没有的村" and unknown["目前状态"] == "待派发"
    assert "**********" in sent["身份证号"] and sheet["A1"].value.endswith("——未办结")


def test_lists_of_the_same_headings_share_a_sheet_and_others_have_their_own(head):
    own(head, make_batch(headings=HEADINGS))
    own(head, make_batch(headings=HEADINGS, received_on=date(2026, 11, 12)))
    other = make_batch(headings=["姓名", "身份证号", "核查结果"], received_on=date(2026, 11, 20))
    make_case(head, other, raw=json.dumps([head.name, head.id_number, None, None, "多一格"]))
    own(head, make_batch(department="民政局", headings=HEADINGS))
    own(head, make_batch(date(2026, 10, 1), headings=HEADINGS))
    found = book()
    assert found.sheetnames == ["名单", "名单(2)", "未办结"]
    assert [found["名单"].cell(at, 2).value for at in (4, 5)] == ["谭平春", "谭平春"]
    assert found["名单(2)"]["E4"].value == "多一格" and found["名单(2)"]["E3"].value == ""


def test_a_heading_of_ours_that_they_have_filled_too_says_whose_it_is(head):
    batch = make_batch(headings=["姓名", "核查日期", "认定结果"])
    done = decided(date(2026, 11, 9))
    make_case(head, batch, raw=json.dumps([head.name, "2026-11-02", None]), **done)
    told = row(book()["名单"])
    assert (told["核查日期"], told["核查日期（镇级）"]) == (datetime(2026, 11, 2), datetime(2026, 11, 9))
    assert told["认定结果"] == "不符合，不纳入" and "认定结果（镇级）" not in told


def test_a_list_that_was_imported_comes_back_in_its_own_shape(head, tmp_path):
    other = line(姓名="外村人", 行政村="东河沿村", 个人自付="30000", 备注="=1+1")
    take(
        tmp_path,
        line(姓名=head.name, 身份证号=head.id_number, 反馈截止日期="2026-11-20", 联系电话="13800005678"),
        other,
    )
    found = book()
    sheet = found.worksheets[0]
    assert row(sheet)["姓名"] == head.name and row(sheet)["反馈截止日期"] and row(sheet, 5)["备注"] == "=1+1"
    assert sheet.cell(5, [cell.value for cell in sheet[3]].index("备注") + 1).quotePrefix
    assert head.id_number not in texts(found) and "13800005678" not in texts(found)


# Masks, rights, record, marks


def test_masked_unless_full_with_reason_and_right(head):
    own(head, None, **decided(date(2026, 11, 9), situation="问 13800005678"))
    own(head, make_batch(headings=HEADINGS))
    assert not any(head.id_number in text or "13800005678" in text for text in texts(book()))
    station = make_user(Role.STATION)
    full = answered(by=station, full_id=True, reason="报县局")
    assert full.file_name == "示例镇_医保局预警核查反馈_202611_含完整证件号.xlsx"
    shown = openpyxl.load_workbook(io.BytesIO(full.content))
    assert (
        row(shown["名单"])["身份证号"] == head.id_number
        and row(shown["未办结"])["身份证号"] == head.id_number
    )
    with pytest.raises(ReplyRefused, match="事由"):
        answered(by=station, full_id=True)
    for role in (Role.LEADER, Role.CADRE, Role.MONITOR, Role.COUNTY):
        with pytest.raises(ReplyRefused, match="权限"):
            answered(by=make_user(role), full_id=True, reason="x")
    for role in (Role.CADRE, Role.MONITOR, Role.COUNTY, Role.AUDITOR, Role.ADMINISTRATOR):
        with pytest.raises(ReplyRefused, match="权限"):
            answered(by=make_user(role))


def test_every_export_is_recorded(head):
    own(head)
    station = make_user(Role.STATION, name="王站员")
    result = answered(by=station, full_id=True, reason="报县局")
    log = AccessLog.objects.get()
    assert (log.action, log.user, log.rows, log.area) == ("export", station, 1, TOWNSHIP)
    assert log.detail == {"full_id": True, "reason": "报县局", "file": result.file_name, "marked": 0}
    found = openpyxl.load_workbook(io.BytesIO(result.content))
    assert {prop.name: prop.value for prop in found.custom_doc_props.props}["导出行数"] == 1
    assert "王站员" in found.worksheets[0].oddFooter.left.text


def test_marking_notes_the_lines_with_a_verdict_and_fills_their_day(head):
    batch = make_batch(headings=HEADINGS)
    done = own(head, batch, None, None, None, None, None, **decided(date(2026, 11, 9)))
    followed = own(
        head, batch, **decided(date(2026, 11, 9), "V9", status="following", follow_on=date(2026, 12, 1))
    )
    waiting = own(head, batch, **verified(date(2026, 11, 9)))
    leader, station = make_user(Role.LEADER), make_user(Role.STATION)
    with pytest.raises(ReplyRefused, match="没有登记反馈的权限"):
        answered(by=leader, mark_replied=True)
    assert (
        answered(by=leader).marked == 0 and not WarningCase.objects.filter(replied_on__isnull=False).exists()
    )
    result = answered(by=station, mark_replied=True)
    assert result.marked == 2 and answered(by=station, mark_replied=True).marked == 0
    for case in (done, followed, waiting):
        case.refresh_from_db()
    assert (done.status, followed.status, waiting.status) == ("replied", "following", "verified")
    assert done.replied_on == followed.replied_on == ON and WarningStep.objects.count() == 2
    sheet = openpyxl.load_workbook(io.BytesIO(result.content))["名单"]
    assert row(sheet)["反馈日期"] == datetime(2026, 11, 24) and row(sheet, 6)["反馈日期"] is None


def test_a_workbook_that_fails_marks_nothing(head, monkeypatch):
    own(head, None, **decided(date(2026, 11, 9)))

    def fails(*args: Any, **options: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("monitoring.returning.reply.write_workbook", fails)
    with pytest.raises(OSError):
        answered(mark_replied=True)
    assert WarningCase.objects.get().replied_on is None and not AccessLog.objects.exists()


def test_only_ones_own_township_and_nothing_of_the_own_screening(head):
    own(head, make_batch(headings=HEADINGS))
    make_village(f"{OTHER_TOWNSHIP}001")
    far = make_household(make_village(f"{OTHER_TOWNSHIP}001")).members.get()
    own(far, make_batch(headings=HEADINGS, area=OTHER_TOWNSHIP))
    make_case(head, make_batch(department="系统筛查", import_batch=None, headings=[]))
    station = make_user(Role.STATION)
    assert (
        answered(by=station).lines == 1
        and answered().lines == 2
        and answered().file_name.startswith("各乡镇")
    )
    assert [(one.department, one.lines, one.open) for one in reply_choices(station)] == [("医保局", 1, 1)]
    assert reply_choices(make_user(Role.CADRE, VILLAGE)) == []
    with pytest.raises(ReplyRefused, match="没有“系统筛查”的预警。该月有预警的部门：医保局。"):
        answered("系统筛查")
    with pytest.raises(ReplyRefused, match="2026-09 没有部门预警"):
        answered(month=date(2026, 9, 1))
    assert answered("示例县医保局", by=station).lines == 1


# Page and command


def test_page_offers_the_departments_and_gives_the_workbook(client, head, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)
    own(head, None, **decided(date(2026, 11, 9)))
    client.force_login(make_user(Role.STATION))
    page = client.get(PAGE)
    assert "2026年11月" in page.content.decode() and page.context["chosen"] == "医保局"
    assert [(one.lines, one.decided, one.to_reply) for one in page.context["rows"]] == [(1, 1, 1)]
    assert "没有要反馈的部门预警" in client.get(PAGE, {"month": "2026-10"}).content.decode()
    asked = {"month": "2026-11", "department": "医保局"}
    answer = client.post(PAGE, asked)
    assert openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).sheetnames == [
        "名单",
        "未办结",
    ]
    assert WarningCase.objects.get().replied_on is None
    told = client.post(PAGE, asked | {"mark": "1"}, follow=True)
    assert WarningCase.objects.get().replied_on == ON
    assert "已登记 1 人次反馈县级" in told.content.decode() and told.context["chosen"] == "医保局"
    assert [(one.lines, one.decided, one.to_reply) for one in told.context["rows"]] == [(1, 1, 0)]
    assert "都已登记过反馈" in client.post(PAGE, asked | {"mark": "1"}, follow=True).content.decode()
    assert "请先选择" in client.post(PAGE, {"month": "2026-11", "mark": "1"}, follow=True).content.decode()
    refused = client.post(PAGE, asked | {"full": "1", "reason": " "}, follow=True)
    assert "事由" in refused.content.decode()
    assert "请先选择" in client.post(PAGE, {"month": "2026-11"}, follow=True).content.decode()
    for month in ("2026-13", "", "9999-12"):
        assert client.post(PAGE, {"month": month, "department": "医保局"}).status_code == 302


def test_page_by_role(client, head):
    own(head)
    for role, status in ((Role.LEADER, 200), (Role.CADRE, 403), (Role.COUNTY, 403), (Role.MONITOR, 403)):
        client.force_login(make_user(role))
        assert client.get(PAGE).status_code == status
    client.force_login(make_user(Role.LEADER))
    for more in ({"mark": "1"}, {"full": "1", "reason": "x"}):
        assert client.post(PAGE, {"month": "2026-11", "department": "医保局"} | more).status_code == 403


def test_command(head, tmp_path, capsys):
    own(head, None, **decided(date(2026, 11, 9)))
    out = tmp_path / "反馈.xlsx"
    options = ("--department", "医保局", "--month", "2026-11", "-o", str(out))
    call_command("export_reply", *options, "--mark-replied", "--json")
    told = json.loads(capsys.readouterr().out)
    assert told == {
        "file": str(out), "name": "示例镇_医保局预警核查反馈_202611.xlsx", "lines": 1, "decided": 1, "open": 0,
        "marked": 1, "refused": 0, "full_id": False,
    }  # fmt: skip
    assert openpyxl.load_workbook(out).sheetnames == ["名单", "未办结"]
    with pytest.raises(CommandError, match="事由"):
        call_command("export_reply", *options, "--full-id")
    with pytest.raises(CommandError, match="没有“残联”的预警"):
        call_command("export_reply", "--department", "残联", *options[2:])
    assert AccessLog.objects.count() == 1


# Cost


def test_thousands_of_lines_in_seconds_readable_by_both(head):
    batch = make_batch(headings=HEADINGS)
    one = own(head, batch, None, None, None, None, None, **decided(date(2026, 11, 9)))
    values = {field.attname: getattr(one, field.attname) for field in WarningCase._meta.concrete_fields}
    rows = [
        WarningCase(
            **(
                values
                | {"id": WarningCase._meta.pk.default(), "code": f"202611-医保局-{n}", "line_key": str(n)}
            )
        )
        for n in range(4999)
    ]
    WarningCase.objects.bulk_create(rows, batch_size=500)
    with CaptureQueriesContext(connection) as queries:
        started = process_time()
        result = answered()
        seconds = process_time() - started
    assert result.lines == 5000 and seconds < 5 and len(queries) < 20
    first = CalamineWorkbook.from_filelike(io.BytesIO(result.content)).get_sheet_by_name("名单").to_python()
    assert len([cells for cells in first if cells[1] == "谭平春"]) == 5000
    assert first[3][2] == f"{head.id_number[:6]}**********{head.id_number[16:]}"
