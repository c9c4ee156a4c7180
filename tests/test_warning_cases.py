"""Received warnings: who sees them, saying by hand whom one means, taking a list back, the command and its cost."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from households.access import Role
from households.importing.undo import undo
from households.models import Household, ImportBatch
from monitoring.models import WarningCase
from monitoring.services.warnings import WarningRefused, confirm_person
from tests.factories import (
    OTHER_TOWNSHIP,
    TOWNSHIP,
    VILLAGE,
    make_household,
    make_id_number,
    make_member,
    make_monitor,
    make_user,
    make_village,
)
from tests.list_files import Row, write_list
from tests.warning_lists import HEADINGS, OF_NOVEMBER, ON, counts, line, of, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Household:
    make_village(name="东河沿村")
    return make_household(head_name="谭平春")


@pytest.fixture
def head(home: Household) -> Any:
    return home.members.get()


# Scope, confirming, undoing


def test_a_village_never_sees_another_ones_cases_and_unknown_places_are_the_townships(tmp_path, head):
    far = make_household(make_village(f"{TOWNSHIP}002", name="远村")).members.get()
    nowhere = line(姓名="外村人", 身份证号=make_id_number(), 行政村="没有的村")
    take(tmp_path, of(head), of(far), nowhere)
    sees = {
        "station": (make_user(Role.STATION), 3),
        "cadre": (make_user(Role.CADRE, VILLAGE), 1),
        "monitor": (make_monitor(head.household), 1),
        "other monitor": (make_monitor(make_household()), 0),
        "other township": (make_user(Role.STATION, OTHER_TOWNSHIP), 0),
    }
    found = {who: WarningCase.objects.visible_to(user).count() for who, (user, _) in sees.items()}
    assert found == {who: count for who, (_, count) in sees.items()}


def test_confirming_by_hand_gives_the_case_to_the_household_once(tmp_path, head):
    take(tmp_path, line(姓名="谭平春", 行政村=None))
    case, station = WarningCase.objects.get(), make_user(Role.STATION)
    stale = WarningCase.objects.get()
    assert case.area == f"{TOWNSHIP}000"
    confirm_person(case, head, by=station, on=ON)
    assert (case.match, case.member, case.household, case.area) == (
        "confirmed",
        head,
        head.household,
        VILLAGE,
    )
    assert case.confirmed_by == station
    with pytest.raises(WarningRefused, match="他人"):
        confirm_person(stale, None, by=station, on=ON)


def test_nobody_in_the_register_can_be_said_too(tmp_path, head):
    take(tmp_path, line(姓名="谭平春"))
    case = WarningCase.objects.get()
    confirm_person(case, None, by=make_user(Role.STATION), on=ON)
    assert (case.match, case.member) == ("not_found", None)
    assert case.confirmed_at is not None


def test_who_may_not_confirm(tmp_path, head):
    take(tmp_path, line(姓名="谭平春"))
    case = WarningCase.objects.get()
    foreign = make_household(make_village(f"{OTHER_TOWNSHIP}001")).members.get()
    with pytest.raises(PermissionDenied):
        confirm_person(case, head, by=make_user(Role.CADRE, VILLAGE), on=ON)
    with pytest.raises(PermissionDenied):
        confirm_person(case, foreign, by=make_user(Role.STATION), on=ON)
    gone = make_member(head.household, left_on=date(2026, 5, 1), left_reason="死亡")
    with pytest.raises(WarningRefused, match="减少"):
        confirm_person(case, gone, by=make_user(Role.STATION), on=ON)


def test_the_page_confirms_and_the_household_shows_it(client, tmp_path, head):
    take(tmp_path, line(姓名="谭平春"))
    case = WarningCase.objects.get()
    client.force_login(make_user(Role.STATION))
    listed = client.get("/admin/monitoring/warningcase/?match=to_confirm&month=2026-11&department=医保局")
    assert case.code in listed.content.decode()
    assert "2026年10月" in listed.content.decode()
    assert case.code not in client.get("/admin/monitoring/warningcase/?month=2026-10").content.decode()
    own = f"/admin/monitoring/warningcase/{case.pk}"
    assert "同名同村" in client.get(f"{own}/change/").content.decode()
    answer = client.post(f"{own}/do/person/", {"apply": "1", "person": str(head.pk)}, follow=True)
    assert "已确认为 谭平春" in answer.content.decode()
    page = client.get(f"/admin/households/household/{head.household.pk}/change/").content.decode()
    assert case.code in page


def test_undoing_takes_back_what_nobody_touched(tmp_path, head):
    result = take(tmp_path, of(head), line(姓名="谭平春"))
    batch = ImportBatch.objects.get(pk=result.batch)
    confirm_person(WarningCase.objects.to_confirm().get(), head, by=make_user(Role.STATION), on=ON)
    undone = undo(batch, by=None, on=ON)
    assert (undone.removed, [row.what for row in undone.kept]) == (1, ["部门预警"])
    assert WarningCase.objects.get().match == "confirmed"
    # What was taken back may come again.
    assert counts(take(tmp_path, of(head)))[:2] == (1, 0)


# The command, and size


def test_command_answers_as_the_contract_says(tmp_path, head):
    path = write_list(tmp_path / "list.xlsx", HEADINGS, [of(head), of(head), line(姓名="谭平春"), line()])
    marked = tmp_path / "marked.xlsx"

    def run() -> dict[str, Any]:
        out = StringIO()
        call_command(
            "import_warnings", str(path), *OF_NOVEMBER, "--marked", str(marked), "--json", stdout=out
        )
        return dict(json.loads(out.getvalue()))

    first, second = run(), run()
    assert list(first) == [
        "batch", "rows", "new", "duplicate", "matched_by_id", "to_confirm", "not_found", "problems",
    ]  # fmt: skip
    assert [first[key] for key in list(first)[1:7]] == [4, 2, 1, 1, 1, 0]
    assert [second[key] for key in list(second)[1:7]] == [4, 0, 3, 0, 0, 0]
    sheet = load_workbook(marked).active
    assert sheet.cell(2, len(HEADINGS) + 1).value == "导入结果"
    assert "未导入" in sheet.cell(6, len(HEADINGS) + 1).value


def test_command_fails_where_nothing_can_go_in(tmp_path, head):
    path = write_list(tmp_path / "list.xlsx", HEADINGS, [line(乡镇="别处镇", 姓名="某甲")])
    with pytest.raises(CommandError, match="外乡镇"):
        call_command("import_warnings", str(path), *OF_NOVEMBER, stdout=StringIO())


def test_queries_do_not_grow_with_the_lines(tmp_path, home):
    people = [make_member(home) for _ in range(60)]

    def queries(*rows: Row) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            take(tmp_path, *rows)
        return len(captured)

    few = queries(*(of(person) for person in people[:5]), line(姓名="谭平春"))
    many = queries(
        *(of(person, 个人自付=50007) for person in people),
        *(line(姓名="谭平春", 个人自付=60000 + n) for n in range(60)),
    )
    assert many <= few
