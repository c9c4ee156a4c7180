"""A line that another month's list brought already makes no case, but its department gets an answer to it."""

from __future__ import annotations

import io
import json
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from households.access import Role
from households.importing.undo import undo
from households.models import ImportBatch
from monitoring.models import WarningBatch, WarningCase, WarningRepeat
from monitoring.returning.reply import reply_choices, reply_workbook
from tests.factories import (
    OTHER_TOWNSHIP,
    TOWNSHIP,
    VILLAGE,
    make_household,
    make_member,
    make_township,
    make_user,
    make_village,
)
from tests.list_files import write_list
from tests.warned import decided
from tests.warning_lists import FIRST_ROW, HEADINGS, NOVEMBER, ON, codes, counts, line, of, take

pytestmark = pytest.mark.django_db
OCTOBER = date(2026, 10, 1)
AT = datetime(2026, 11, 24, 9, 30, tzinfo=timezone.get_fixed_timezone(480))
PAGE = "/admin/monitoring/warningcase/reply/"


@pytest.fixture
def head() -> Any:
    make_township()
    return make_household(make_village(name="东河沿村"), head_name="谭平春").members.get()


@pytest.fixture
def wife(head: Any) -> Any:
    return make_member(head.household, name="甘小梅")


def reply(**options: Any) -> Any:
    return reply_workbook("医保局", **({"month": NOVEMBER, "on": ON, "at": AT} | options))


def rows_of(sheet: Any) -> list[dict[str, Any]]:
    titles = [cell.value for cell in sheet[3]]
    return [dict(zip(titles, cells, strict=True)) for cells in sheet.iter_rows(min_row=4, values_only=True)]


def same_remark(case: WarningCase) -> str:
    return f"与 2026-10 推送的 {case.code} 为同一条预警"


# What is kept


def test_a_line_of_another_month_is_kept_beside_the_new_ones(tmp_path, head, wife):
    take(tmp_path, of(head), month=OCTOBER)
    case = WarningCase.objects.get()
    result = take(tmp_path, of(wife), of(head, 备注="再次推送"))
    assert counts(result)[:2] == (1, 1) and result.count("repeats").new == 1
    kept = WarningRepeat.objects.get()
    assert (kept.case, kept.batch.month, kept.sheet, kept.row) == (case, NOVEMBER, "名单", FIRST_ROW + 1)
    assert dict(zip(HEADINGS, json.loads(kept.raw), strict=True))["备注"] == "再次推送"


def test_the_same_file_again_keeps_nothing_and_neither_does_its_correction(tmp_path, head, wife):
    take(tmp_path, of(head), month=OCTOBER)
    for _ in range(2):
        take(tmp_path, of(head), of(wife))
    assert (WarningBatch.objects.count(), WarningRepeat.objects.count()) == (2, 1)
    assert counts(take(tmp_path, of(head), of(wife), of(wife, 个人自付=1)))[:2] == (1, 2)
    assert (WarningBatch.objects.count(), WarningRepeat.objects.count()) == (3, 1)
    take(tmp_path, of(head), month=OCTOBER)
    assert (WarningBatch.objects.count(), WarningRepeat.objects.count()) == (3, 1)


def test_a_list_of_nothing_but_repeats_is_a_batch_to_answer(tmp_path, head, wife):
    take(tmp_path, of(head), of(wife), month=OCTOBER)
    for times in (1, 2):
        result = take(tmp_path, of(head, 反馈截止日期="2026-11-30"), of(wife))
        assert counts(result) == (0, 2, 0, 0, 0) and result.batch is not None
        assert ImportBatch.objects.count() == 1 + times
        assert (WarningBatch.objects.count(), WarningRepeat.objects.count()) == (2, 2)
    batch = WarningBatch.objects.get(month=NOVEMBER)
    assert (batch.reply_due_on, batch.area) == (date(2026, 11, 30), TOWNSHIP)
    assert (reply().lines, [one.lines for one in reply_choices(None)]) == (2, [2, 2])


def test_the_same_line_twice_in_one_list_is_kept_once_and_said(tmp_path, head):
    take(tmp_path, of(head), month=OCTOBER)
    result = take(tmp_path, of(head), of(head))
    assert codes(result) == [(FIRST_ROW + 1, "repeated")] and WarningRepeat.objects.count() == 1
    kept = WarningRepeat.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        WarningRepeat.objects.create(batch=kept.batch, case=kept.case, row=9, raw="[]")


def test_the_command_says_so_and_its_object_stays_as_it_is(tmp_path, head, capsys):
    take(tmp_path, of(head), month=OCTOBER)
    path = write_list(tmp_path / "list.xlsx", HEADINGS, [of(head)])
    options = ("--department", "医保局", "--month", "2026-11")
    call_command("import_warnings", str(path), *options, "--dry-run")
    assert "其他月份推送过的 1 件" in capsys.readouterr().out and not WarningRepeat.objects.exists()
    for _ in range(2):
        call_command("import_warnings", str(path), *options, "--json")
        told = json.loads(capsys.readouterr().out)
        assert [told[key] for key in ("rows", "new", "duplicate")] == [1, 0, 1]
        assert ImportBatch.objects.filter(pk=told["batch"]).exists()


def test_who_sees_the_case_sees_the_line(tmp_path, head):
    take(tmp_path, of(head), month=OCTOBER)
    take(tmp_path, of(head))
    for role, seen in ((Role.STATION, 1), (Role.LEADER, 1), (Role.CADRE, 0), (Role.MONITOR, 0)):
        area = VILLAGE if role in (Role.CADRE, Role.MONITOR) else TOWNSHIP
        assert WarningRepeat.objects.visible_to(make_user(role, area)).count() == seen
    make_township(OTHER_TOWNSHIP)
    assert not WarningRepeat.objects.visible_to(make_user(Role.STATION, OTHER_TOWNSHIP)).exists()


# Taken back


def test_undoing_takes_the_lines_along(tmp_path, head, wife):
    take(tmp_path, of(head), month=OCTOBER)
    result = take(tmp_path, of(head), of(wife))
    undone = undo(ImportBatch.objects.get(pk=result.batch), by=None, on=ON)
    assert (undone.removed, undone.kept) == (2, [])
    assert not WarningRepeat.objects.exists() and WarningBatch.objects.get().month == OCTOBER


def test_a_case_that_a_later_list_repeats_stays_until_that_is_taken_back(tmp_path, head, wife):
    first = ImportBatch.objects.get(pk=take(tmp_path, of(head), of(wife), month=OCTOBER).batch)
    second = ImportBatch.objects.get(pk=take(tmp_path, of(head)).batch)
    undone = undo(first, by=None, on=ON)
    assert undone.removed == 1 and [row.reason for row in undone.kept] == [
        "其他月份的名单又推送了这一条，保留。要撤销，请先撤销那一批。"
    ]
    assert undo(second, by=None, on=ON).removed == 1 and WarningCase.objects.get().member == head


# Answered


def test_the_workbook_answers_them_in_their_place_with_the_first_verdict(tmp_path, head, wife):
    take(tmp_path, of(head), month=OCTOBER)
    case = WarningCase.objects.get()
    WarningCase.objects.update(**decided(date(2026, 10, 20)))
    take(tmp_path, of(wife), of(head, 序号=8), of(wife, 个人自付=3))
    replied = reply()
    assert (replied.lines, replied.decided, replied.open) == (3, 1, 2)
    book = openpyxl.load_workbook(io.BytesIO(replied.content))
    before, again, after = rows_of(book["名单"])[:3]
    assert [row["姓名"] for row in (before, again, after)] == [wife.name, head.name, wife.name]
    assert (again["序号"], again["认定结果"], again["认定日期"]) == (
        8,
        "不符合，不纳入",
        datetime(2026, 10, 20),
    )
    assert again["重复推送说明"] == same_remark(case) and before["重复推送说明"] is None
    assert any("其中 1 人次其他月份" in str(row["序号"]) for row in rows_of(book["名单"])[3:])
    assert [row["姓名"] for row in rows_of(book["未办结"])[:2]] == [wife.name, wife.name]
    first = openpyxl.load_workbook(io.BytesIO(reply(month=OCTOBER).content))["名单"]
    assert "重复推送说明" not in rows_of(first)[0]


def test_a_repeat_of_an_open_case_is_open_by_the_clock_of_its_case(tmp_path, head):
    take(tmp_path, of(head), month=OCTOBER, on=date(2026, 10, 12))
    take(tmp_path, of(head))
    case = WarningCase.objects.get()
    listed = {
        month: rows_of(openpyxl.load_workbook(io.BytesIO(reply(month=month).content))["未办结"])[0]
        for month in (OCTOBER, NOVEMBER)
    }
    assert listed[NOVEMBER]["说明"] == same_remark(case) and listed[OCTOBER]["说明"] is None
    assert listed[NOVEMBER]["预警编号"] == case.code and listed[NOVEMBER]["目前状态"] == "待派发"
    assert listed[NOVEMBER]["当前时限"] == listed[OCTOBER]["当前时限"] < datetime(2026, 11, 1)


def test_marking_notes_the_month_of_the_case_alone(tmp_path, head):
    take(tmp_path, of(head), month=OCTOBER)
    WarningCase.objects.update(**decided(date(2026, 10, 20)))
    take(tmp_path, of(head))
    assert reply(mark_replied=True).marked == 0
    assert [(one.month, one.decided, one.to_reply) for one in reply_choices(None)] == [
        (NOVEMBER, 1, 0), (OCTOBER, 1, 1),
    ]  # fmt: skip
    assert reply(month=OCTOBER, mark_replied=True).marked == 1


def test_a_workbook_with_repeats_comes_back_as_no_new_list(tmp_path, head, wife):
    take(tmp_path, of(head), month=OCTOBER)
    take(tmp_path, of(wife), of(head))
    path = tmp_path / "back.xlsx"
    path.write_bytes(reply(full_id=True, reason="报县局").content)
    call_command("import_warnings", str(path), "--department", "医保局", "--month", "2026-11")
    assert (WarningCase.objects.count(), WarningRepeat.objects.count()) == (2, 1)


def test_each_township_answers_its_own_repeats(tmp_path, head):
    take(tmp_path, of(head), month=OCTOBER)
    take(tmp_path, of(head))
    make_township(OTHER_TOWNSHIP)
    assert reply_choices(make_user(Role.STATION, OTHER_TOWNSHIP)) == []
    assert [one.lines for one in reply_choices(make_user(Role.STATION))] == [1, 1]


# What is refused


def test_the_page_says_how_many_lines_wait_and_were_not_answered(tmp_path, head, client, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)
    take(tmp_path, of(head), line(), line(姓名="某甲", 乡镇="别处镇"), department="示例县医疗保障局")
    take(tmp_path, of(head), line(), month=OCTOBER)
    assert {(one.month, one.refused) for one in reply_choices(make_user(Role.STATION))} == {
        (NOVEMBER, 2),
        (OCTOBER, 1),
    }
    assert reply().refused == 2
    client.force_login(make_user(Role.STATION))
    page = client.get(PAGE, {"month": "2026-11"}).content.decode()
    assert "有 2 行导入时被拒绝" in page and "/admin/households/waitingrow/" in page
    client.force_login(make_user(Role.LEADER))
    assert "请镇防贫监测工作站改正" in client.get(PAGE, {"month": "2026-11"}).content.decode()
    undo(ImportBatch.objects.order_by("at").first(), by=None, on=ON)
    assert "导入时被拒绝，还在" not in client.get(PAGE, {"month": "2026-11"}).content.decode()
