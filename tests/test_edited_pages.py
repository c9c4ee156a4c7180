"""The pages of export, edit, import back: who sees the button, what is exported, preview, waiting rows, undo."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from households.access import Role
from households.importing.edited.registered import HOUSEHOLDS
from households.importing.undo import undo
from households.models import AccessLog, WaitingRow
from households.services import drafts, waiting
from tests.edited_sheet import HEADER, ON, Sheet, codes, make_edited_household
from tests.factories import (
    OTHER_TOWNSHIP,
    make_household,
    make_income,
    make_user,
    make_village,
)
from tests.import_drafts import accept, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def household():
    return make_edited_household()


def exported(response):
    return load_workbook(BytesIO(b"".join(response.streaming_content))).worksheets[0]


def test_the_station_exports_what_its_list_shows(client, household):
    make_household(household.village, kind="rural", head_name="王二")
    make_income(household, 2025, wage_yuan=1)
    make_household(make_village(f"{OTHER_TOWNSHIP}001"), head_name="外乡人")
    client.force_login(make_user(Role.STATION))
    page = client.get("/admin/households/household/?kind__exact=ex_poor").content.decode()
    assert "/admin/households/household/edited/?kind__exact=ex_poor" in page
    address = "/admin/households/household/edited/"
    page = client.get(f"{address}?kind__exact=ex_poor").content.decode()
    assert "农户信息（1 户）" in page and "家庭成员信息（1 人）" in page and "2025 年家庭收入（1 户）" in page
    sheet = exported(client.post(f"{address}?kind__exact=ex_poor", {"table": "edited_households"}))
    assert sheet.max_row == HEADER + 1
    assert exported(client.post(address, {"table": "edited_members"})).max_row == HEADER + 2
    assert exported(client.post(address, {"table": "edited_incomes-2025"})).max_row == HEADER + 1
    entry = AccessLog.objects.filter(action=AccessLog.Action.EXPORT).earliest("at")
    assert (entry.rows, entry.target, entry.detail["masked"]) == (1, HOUSEHOLDS.title, True)


def test_only_who_may_import_and_edit_sees_the_button(client, household):
    client.force_login(make_user(Role.LEADER))
    assert "导出后修改" not in client.get("/admin/households/household/").content.decode()
    client.force_login(make_user(Role.STATION))
    for address in ("households/household", "households/member", "monitoring/measure"):
        assert "导出后修改" in client.get(f"/admin/{address}/").content.decode()


def test_the_key_is_hidden_and_what_is_not_to_be_edited_is_locked(household):
    sheet = Sheet(HOUSEHOLDS)
    assert sheet.sheet.column_dimensions["A"].hidden and sheet.sheet.protection.sheet
    assert sheet.cell("户码").protection.locked and sheet.cell("编号键").protection.locked
    assert not sheet.cell("耕地面积（亩）").protection.locked
    assert sheet.book.custom_doc_props["list-kind"].value == "edited_households"


def test_it_goes_through_the_import_page_and_can_be_taken_back(household, tmp_path):
    station = make_user(Role.STATION)
    sheet = Sheet(HOUSEHOLDS).put("住房等级", "B级")
    stream = BytesIO()
    sheet.book.save(stream)
    draft = drafts.upload(SimpleUploadedFile("改好的表.xlsx", stream.getvalue()), by=station, on=ON)
    assert draft.kind == "edited_households"
    draft = work(accept(draft, station))
    assert draft.state == "ready", draft.message
    (line,) = draft.lines.all()
    assert (line.status, line.changes) == ("changed", [["住房等级", "", "B级"]])
    draft = work(drafts.start_import(draft, by=station, on=ON))
    household.refresh_from_db()
    assert household.housing_grade == "B"
    undo(draft.batch, by=station, by_name="", on=ON)
    household.refresh_from_db()
    assert household.housing_grade == ""


def test_a_refused_row_waits_and_goes_in_when_it_is_corrected(household, tmp_path):
    station = make_user(Role.STATION)
    make_household(household.village)
    sheet = Sheet(HOUSEHOLDS).put("住房等级", "E级", 1).put("住房等级", "B级", 2)
    sheet.load(tmp_path, by=station)
    row = WaitingRow.objects.get()
    result = waiting.correct({row: {"housing_grade": "C级"}}, by=station, on=ON)
    household.refresh_from_db()
    assert household.housing_grade == "C" and codes(result) == []
