"""Ledger 5: its 27 columns, the days it speaks of, whose rows it holds, its figures, its page and its cost."""

from __future__ import annotations

import io
from datetime import date, datetime
from time import process_time
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from households.access import Role
from households.choices import Tier
from ledgers.cases import statistics
from ledgers.export import ExportRefused, export
from ledgers.periods import LedgerMonth
from ledgers.scope import scope_of
from monitoring.figures_warnings import late_by, warning_counts
from monitoring.models import Procedure, TierAssignment, WarningCase, WarningStep
from monitoring.services.workdays import deadlines_on, work_calendar
from tests.factories import (
    TOWNSHIP,
    VILLAGE,
    make_household,
    make_member,
    make_monitor,
    make_user,
    make_village,
)
from tests.warned import NOVEMBER, assigned, decided, make_batch, make_case, replied, verified
from township.base.registry import figures

pytestmark = pytest.mark.django_db

ON = date(2026, 11, 24)
OCTOBER = date(2026, 10, 1)
TITLE = "预警信息核查台账"
STANDING = "现有身份(重点/低收入/稳定脱贫/一般/不在册)"
RESULT = "镇防贫监测工作站评估认定结果"
CHECK = ("核查日期", "核查方式", "家庭实际情况", "人均纯收入(元)", "自付支出(元)", "村级意见")


def sheet(**options: Any) -> Any:
    given: dict[str, Any] = {"month": NOVEMBER, "on": ON, "by": make_user(Role.STATION)}
    content = export("warnings", **(given | options)).content
    return openpyxl.load_workbook(io.BytesIO(content))[TITLE]


def rows(found: Any) -> list[dict[str, Any]]:
    titles = [found.cell(4, at).value or found.cell(3, at).value for at in range(1, found.max_column + 1)]
    lines = [
        dict(zip(titles, (cell.value for cell in line), strict=True)) for line in found.iter_rows(min_row=5)
    ]
    return [line for line in lines if isinstance(line["序号"], int)]


def texts(found: Any) -> list[str]:
    return [cell.value for line in found.iter_rows() for cell in line if isinstance(cell.value, str)]


@pytest.fixture
def head() -> Any:
    household = make_household(
        make_village(name="东河沿村"), tier=Tier.STABLE, head_name="谭平春", phone="13800005678"
    )
    return household.members.get()


@pytest.fixture
def today(monkeypatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)


def whole(head: Any) -> WarningCase:
    """A case that went all the way."""
    wife = make_member(head.household, name="李小红", relation="spouse", sex="F")
    sent = assigned(date(2026, 11, 3), date(2026, 11, 10))
    return make_case(
        wife, amount_yuan=42600, **(sent | replied(date(2026, 11, 12), verified_on=date(2026, 11, 6))),
        follow_note="继续走访",
    )  # fmt: skip


def test_every_column_of_a_case_that_went_all_the_way(head):
    case = whole(head)
    (row,) = rows(sheet())
    assert row == {
        "序号": 1, "预警编号": case.code, "预警月份/批次": datetime(2026, 11, 1), "预警部门": "医保局",
        "预警类型(指标)": "自付费用超标", "预警内容及数值": "个人自付 42,600 元", "接收日期": datetime(2026, 11, 2),
        "行政村": "东河沿村", "姓名": "李小红", "身份证号": f"{case.id_number[:6]}**********{case.id_number[16:]}",
        "户主姓名/与户主关系": "谭平春/配偶", "联系电话": "138****5678", STANDING: "稳定脱贫", "核查责任人": "孙监测",
        "核查时限": datetime(2026, 11, 10), "核查日期": datetime(2026, 11, 6), "核查方式": "入户",
        "家庭实际情况": "住院已报销，家有两人务工", "人均纯收入(元)": 15300, "自付支出(元)": 12000,
        "村级意见": "不纳入",
        RESULT: "不符合，不纳入", "不纳入原因": "费用已报销或有能力承担：费用已报销，家庭能够承担",
        "认定日期": datetime(2026, 11, 12), "后续措施/跟踪情况": "继续走访", "反馈县级日期": datetime(2026, 11, 12),
        "备注": None,
    }  # fmt: skip


def test_a_case_that_just_came_in_has_nothing_of_the_rest(head):
    make_case(head)
    (row,) = rows(sheet())
    blank = (
        "核查责任人",
        "核查时限",
        *CHECK,
        RESULT,
        "不纳入原因",
        "认定日期",
        "后续措施/跟踪情况",
        "反馈县级日期",
        "备注",
    )
    assert not any(row[title] for title in blank) and row["户主姓名/与户主关系"] == "谭平春/户主"


def test_who_is_not_in_the_register_and_who_is_to_be_confirmed():
    make_village()
    make_case(village_name="没有的村", phone="13900001234", amount_yuan=300, content="花费")
    make_case(match="to_confirm", person_name="谁")
    unknown, doubtful = rows(sheet())
    assert (
        unknown[STANDING] == "不在册"
        and unknown["行政村"] == "没有的村"
        and not unknown["户主姓名/与户主关系"]
    )
    assert unknown["联系电话"] == "139****1234" and unknown["预警内容及数值"] == "花费；300 元"
    assert doubtful[STANDING] is None and doubtful["备注"] == "人员待确认" and doubtful["姓名"] == "谁"


def test_what_was_done_after_the_month_is_not_told_by_its_ledger(head):
    batch = make_batch(OCTOBER)
    late = assigned(date(2026, 11, 3), date(2026, 11, 10)) | replied(date(2026, 11, 12))
    make_case(head, batch, **late, follow_note="后来")
    sent = assigned(date(2026, 10, 3), date(2026, 10, 10))
    make_case(head, batch, **(sent | decided(date(2026, 11, 2), verified_on=date(2026, 10, 30))))
    never, half = rows(sheet(month=OCTOBER))
    told = (*CHECK, RESULT, "不纳入原因", "认定日期", "后续措施/跟踪情况", "反馈县级日期")
    assert not any(never[title] for title in ("核查责任人", "核查时限", *told))
    assert half["核查日期"] == datetime(2026, 10, 30) and half["核查责任人"] == "孙监测"
    assert not any(half[title] for title in told[len(CHECK) :])
    assert rows(sheet()) == []  # a case stands in the ledger of its list's month alone
    assert rows(sheet(month=OCTOBER, on=date(2026, 10, 31))) == rows(sheet(month=OCTOBER))


def test_a_note_on_what_followed_counts_from_its_day_on(head):
    case = make_case(
        head, make_batch(OCTOBER), **decided(date(2026, 10, 20), "V9"), follow_note="已发放临时救助",
    )  # fmt: skip
    WarningCase.objects.filter(pk=case.pk).update(status="following", follow_on=date(2026, 12, 1))
    WarningStep.objects.create(
        case=case,
        action="follow_up",
        label="登记跟踪情况",
        status="following",
        on=date(2026, 11, 5),
        by_name="站员",
    )
    (row,) = rows(sheet(month=OCTOBER))
    assert row["后续措施/跟踪情况"] == "下次跟踪 2026-12-01"
    WarningStep.objects.update(on=date(2026, 10, 25))
    (row,) = rows(sheet(month=OCTOBER))
    assert row["后续措施/跟踪情况"] == "已发放临时救助、下次跟踪 2026-12-01"


def test_an_identification_that_was_opened_and_a_repeat(head):
    first = make_case(
        head,
        **decided(date(2026, 11, 5), "V1", result_words="自付高，拟纳入监测"),
        follow_on=date(2026, 11, 20),
    )
    Procedure.objects.create(
        area=head.area,
        household=head.household,
        kind="identification",
        warning=first,
        opened_on=date(2026, 11, 5),
    )
    make_case(head, **decided(date(2026, 11, 6), "V8"), duplicate_of=first)
    including, repeat = rows(sheet())
    assert including["后续措施/跟踪情况"] == "已启动识别程序、自付高，拟纳入监测"
    assert including["不纳入原因"] is None and including[RESULT] == "符合条件，拟纳入监测"
    assert repeat["备注"] == f"重复于 {first.code}"


def test_the_standing_is_that_of_the_day(head):
    household = head.household
    household.tier_assignments.update(valid_to=date(2026, 11, 4))
    type(household).objects.filter(pk=household.pk).update(
        history=False, tier=Tier.KEY, tier_since=date(2026, 11, 5)
    )
    TierAssignment.objects.create(
        area=head.area,
        household=household,
        tier=Tier.KEY,
        valid_from=date(2026, 11, 5),
        reason="测试",
        by_name="测试",
    )
    make_case(head)
    make_case(head, make_batch(OCTOBER))
    assert [row[STANDING] for row in rows(sheet())] == ["重点"]
    assert [row[STANDING] for row in rows(sheet(month=OCTOBER))] == ["稳定脱贫"]


def test_a_village_lists_its_own_and_the_township_also_what_belongs_to_no_village(head):
    other = make_household(make_village(f"{TOWNSHIP}002")).members.get()
    batch = make_batch()
    for member in (head, other, None):
        make_case(member, batch)
    assert len(rows(sheet())) == len(rows(sheet(by=None))) == 3
    assert [row["姓名"] for row in rows(sheet(village=VILLAGE))] == [head.name]
    assert [row["姓名"] for row in rows(sheet(by=make_user(Role.CADRE, VILLAGE)))] == [head.name]
    make_village(f"{TOWNSHIP}003")
    empty = sheet(village=f"{TOWNSHIP}003")
    assert empty["A5"].value == "本期无数据" and not any("本月预警" in text for text in texts(empty))


def test_masked_unless_full_with_reason_and_right(head):
    make_case(head)
    assert not any(head.id_number in text or "13800005678" in text for text in texts(sheet()))
    (row,) = rows(sheet(full_id=True, reason="报县局"))
    assert (row["身份证号"], row["联系电话"]) == (head.id_number, "13800005678")
    with pytest.raises(ExportRefused, match="没有导出完整证件号的权限"):
        sheet(by=make_user(Role.LEADER), full_id=True, reason="x")


def test_statistics_count_times_people_and_households(head):
    batch, wife = make_batch(), make_member(head.household, name="妻")
    make_case(head, batch, **decided(date(2026, 11, 5), "V1"))
    make_case(head, batch, **decided(date(2026, 11, 5), "V2"))
    make_case(wife, batch, **decided(date(2026, 11, 5), "V3"))
    make_case(wife, batch, **decided(date(2026, 11, 5), "V9"))
    make_case(None, batch, **decided(date(2026, 11, 5), "V5"))
    make_case(head, batch, **decided(date(2026, 11, 5), "V6"))
    make_case(head, batch, **verified(date(2026, 11, 23)))
    make_case(head, batch, **assigned(date(2026, 11, 3), date(2026, 11, 10)))
    (line,) = [text for text in texts(sheet()) if text.startswith("本月预警")]
    # Late: the one not verified, and the verdicts, for which the county has waited ten working days since the 2nd.
    assert line == (
        "本月预警 8 人次（3 人、1 户），已核查 7 人次，纳入 1 人次，不纳入 2 人次，已是监测对象 1 人次，"
        "查无此人 1 人次，信息有误 1 人次，尚未认定 2 人次，超期 7 人次。"
    )
    assert statistics(scope_of(None), LedgerMonth(OCTOBER, ON)) == []


def everything(head: Any) -> None:
    batch = make_batch()
    sent = assigned(date(2026, 11, 3), date(2026, 11, 10))
    for more in (
        {}, sent, sent | verified(date(2026, 11, 9)), sent | verified(ON), sent | decided(date(2026, 11, 9)),
        sent | decided(date(2026, 11, 9), "V9", status="following", follow_on=date(2026, 11, 20)),
        sent | decided(date(2026, 11, 9), "V9", status="following", follow_on=ON, replied_on=date(2026, 11, 12)),
        sent | replied(date(2026, 11, 13)), {"reply_due_on": date(2026, 11, 12)} | sent | decided(date(2026, 11, 9)),
    ):  # fmt: skip
        make_case(head, batch, **more)


def test_late_is_what_the_list_calls_late(head):
    everything(head)
    cases = WarningCase.objects.all()
    for day in (ON, date(2026, 11, 25), date(2026, 12, 15)):
        assert late_by(cases, day) == cases.late(day, deadlines_on(day), work_calendar()).count() > 0


def test_late_on_an_earlier_day_puts_each_case_back_to_where_it_stood(head):
    make_case(head, **(assigned(date(2026, 11, 3), date(2026, 11, 10)) | replied(date(2026, 11, 20))))
    days = {
        day: late_by(WarningCase.objects.all(), date(2026, 11, day)) for day in (2, 3, 5, 10, 11, 19, 20, 30)
    }
    assert days == {2: 0, 3: 0, 5: 0, 10: 0, 11: 1, 19: 1, 20: 0, 30: 0}


def test_counts_are_those_of_the_day(head):
    make_case(
        head,
        **(
            assigned(date(2026, 11, 3), date(2026, 11, 10))
            | replied(date(2026, 11, 12), verified_on=date(2026, 11, 6))
        ),
    )
    found = [warning_counts(WarningCase.objects.all(), date(2026, 11, day)) for day in (2, 3, 6, 12)]
    assert [(one.assigned, one.verified, one.decided, one.replied) for one in found] == [
        (0, 0, 0, 0), (1, 0, 0, 0), (1, 1, 0, 0), (1, 1, 1, 1),
    ]  # fmt: skip


def test_registered_figures_say_what_they_count(head):
    everything(head)
    values = {
        figure.key: figure.value(TOWNSHIP, ON) for figure in figures if figure.key.startswith("warnings_")
    }
    assert values == {
        "warnings_received": 9, "warnings_people": 1, "warnings_households": 1, "warnings_verified": 7,
        "warnings_decided": 5, "warnings_included": 0, "warnings_declined": 5, "warnings_replied": 2,
        "warnings_late": values["warnings_late"],
    }  # fmt: skip
    assert figures["warnings_verified"].unit == "person_times"
    assert figures["warnings_verified"].value(TOWNSHIP, date(2026, 11, 8)) == 0
    assert figures["warnings_received"].value("130722102", ON) == 0


def test_page_ledger_and_summary_give_one_answer(client, today, head):
    everything(head)
    client.force_login(make_user(Role.STATION))
    page = client.get(reverse("ledgers:warnings"), {"month": "2026-11"})
    line = page.context["lines"][0]
    case = WarningCase.objects.order_by("code").first()
    assert line.href == f"/admin/monitoring/warningcase/{case.pk}/change/"
    assert line.cells[8].href == f"/admin/households/household/{head.household_id}/change/"
    assert page.context["count"] == "9 人次" and len(page.context["lines"]) == 9
    assert page.context["total"][8] == "9人次" and page.context["statistics"][0] in texts(sheet())
    assert head.id_number not in page.content.decode()
    summary = client.get(reverse("ledgers:summary"), {"month": "2026-11"}).context["lines"][0]
    received = next(cell for cell in summary.cells if reverse("ledgers:warnings") in cell.href)
    assert received.text == "9" and summary.cells[summary.cells.index(received) + 1].text == "7"
    assert len(client.get(received.href).context["lines"]) == 9


def test_pages_of_fifty_with_the_numbers_going_on(client, today, head):
    batch = make_batch()
    for _ in range(51):
        make_case(head, batch)
    client.force_login(make_user(Role.STATION))
    first = client.get(reverse("ledgers:warnings"), {"month": "2026-11"})
    assert len(first.context["lines"]) == 50 and first.context["total"] == []
    last = client.get(reverse("ledgers:warnings"), {"month": "2026-11", "p": "2"})
    assert [line.cells[0].text for line in last.context["lines"]] == ["51"] and last.context["total"]


def test_a_monitor_has_no_ledger_of_others(client, today, head):
    other = make_household(make_village(f"{TOWNSHIP}002")).members.get()
    make_case(other)
    client.force_login(make_monitor(head.household))
    assert client.get(reverse("ledgers:warnings"), {"month": "2026-11"}).context["lines"] == []


def test_queries_do_not_grow_and_thousands_of_rows_are_quick(head):
    batch, station = make_batch(), make_user(Role.STATION)
    case = make_case(head, batch, **decided(date(2026, 11, 9)))
    with CaptureQueriesContext(connection) as few:
        sheet(by=station)
    rest = []
    for number in range(3000):
        copied = WarningCase.objects.get(pk=case.pk) if number == 0 else rest[0]
        fields = {
            field.attname: getattr(copied, field.attname) for field in WarningCase._meta.concrete_fields
        }
        fields |= {"id": WarningCase._meta.pk.default(), "code": f"x{number}", "line_key": f"x{number}"}
        rest.append(WarningCase(**fields))
    WarningCase.objects.bulk_create(rest, batch_size=500)
    with CaptureQueriesContext(connection) as many:
        started = process_time()
        export("warnings", month=NOVEMBER, on=ON, by=station)
        assert process_time() - started < 5
    assert len(many) <= len(few) + 1
