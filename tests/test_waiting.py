"""Refused rows wait, are corrected or matched by hand, and come in as a batch of their own; or they are dropped."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from households.access import Role
from households.importing.result import ImportRefused
from households.models import AccessLog, Household, ImportBatch, Income, Member, WaitingRow
from households.services import waiting
from tests.factories import OTHER_TOWNSHIP, make_household, make_user, make_village
from tests.import_drafts import ON, import_rows, make_station
from tests.register_files import change, find, is_head, make_rows

pytestmark = pytest.mark.django_db
State = WaitingRow.State


@pytest.fixture
def station():
    return make_station()


def spoil(rows, at, **values):
    return change(rows, at, **{"证件号码": "123"} | values)


def in_household(row):
    return Household.objects.get(national_code=row["户编号"])


def test_a_corrected_row_joins_its_household_and_leaves_the_queue(tmp_path, station):
    rows = make_rows(4)
    at = find(rows, lambda row: not is_head(row))
    import_rows(tmp_path, station, spoil(rows, at))
    batch = ImportBatch.objects.get()
    (row,) = waiting.waiting_for(station)
    assert waiting.cells_of(row)["name"] == rows[at]["姓名"]
    household = in_household(rows[at])
    assert row.household_id == household.pk
    people = household.members.count()
    before = Household.history.count(), Income.history.count()
    result = waiting.correct({row: {"id_number": rows[at]["证件号码"]}}, by=station, on=ON)
    assert (result.rows, result.refused, result.count("members").new) == (1, 0, 1)
    assert result.count("households").missing == result.count("members").missing == 0
    row.refresh_from_db()
    new = ImportBatch.objects.exclude(pk=batch.pk).get()
    assert (row.state, row.settled_in, row.settled_by_name) == (State.DONE, new, station.name)
    assert (new.parent, new.sha256, new.by, new.kind) == (batch, batch.sha256, station, "register")
    member = household.members.get(name=rows[at]["姓名"])
    assert member.id_number == rows[at]["证件号码"] and household.members.count() == people + 1
    assert (Household.history.count(), Income.history.count() - 1) <= (before[0] + 1, before[1])
    assert not waiting.waiting_for(station).exists()


def test_a_corrected_head_takes_his_household(tmp_path, station):
    rows = make_rows(4)
    at = find(rows, lambda row: is_head(row) and sum(r["户编号"] == row["户编号"] for r in rows) > 1)
    import_rows(tmp_path, station, spoil(rows, at))
    (row,) = waiting.waiting_for(station)
    waiting.correct({row: {"id_number": rows[at]["证件号码"]}}, by=station, on=ON)
    household = in_household(rows[at])
    assert household.members.get(relation="head").name == household.head_name == rows[at]["姓名"]


def test_rows_without_a_number_belong_to_the_household_that_the_import_knew(tmp_path, station):
    rows = [{**row, "户编号": ""} for row in make_rows(3)]
    at = find(rows, lambda row: not is_head(row))
    import_rows(tmp_path, station, spoil(rows, at))
    (row,) = waiting.waiting_for(station)
    result = waiting.correct({row: {"id_number": rows[at]["证件号码"]}}, by=station, on=ON)
    assert result.refused == 0
    assert Member.objects.get(name=rows[at]["姓名"], id_index__isnull=False).household_id == row.household_id


def test_a_corrected_member_says_nothing_about_his_household(tmp_path, station):
    rows = make_rows(3)
    at = find(rows, lambda row: not is_head(row))
    import_rows(tmp_path, station, spoil(rows, at, 住房等级="D", 工资性收入=1))
    household = in_household(rows[at])
    grade, wage = household.housing_grade, household.incomes.get().wage_yuan
    (row,) = waiting.waiting_for(station)
    waiting.correct({row: {"id_number": rows[at]["证件号码"]}}, by=station, on=ON)
    household.refresh_from_db()
    assert (household.housing_grade, household.incomes.get().wage_yuan) == (grade, wage) != ("D", 1)


def test_what_is_still_bad_goes_on_waiting_with_its_correction(tmp_path, station):
    rows = make_rows(4)
    first = find(rows, lambda row: not is_head(row))
    second = find(rows, lambda row: not is_head(row) and row is not rows[first])
    import_rows(tmp_path, station, spoil(spoil(rows, first), second))
    good, bad = sorted(waiting.waiting_for(station), key=lambda row: row.row)
    corrections = {good: {"id_number": rows[first]["证件号码"]}, bad: {"id_number": "456", "nation": ""}}
    result = waiting.correct(corrections, by=station, on=ON)
    assert (result.refused, result.count("members").new) == (1, 1)
    bad.refresh_from_db(), good.refresh_from_db()
    assert (good.state, bad.state) == (State.DONE, State.WAITING)
    cells = json.loads(bad.cells)
    assert cells["id_number"] == "456" and "nation" not in cells and bad.problems[0]["field"] == "id_number"
    assert WaitingRow.objects.count() == 2  # the batch of corrections has no queue of its own
    before = ImportBatch.objects.count()
    assert waiting.correct({bad: {"id_number": "789"}}, by=station, on=ON).batch is None
    bad.refresh_from_db()
    assert json.loads(bad.cells)["id_number"] == "789" and ImportBatch.objects.count() == before


def test_another_household_number_means_another_household(tmp_path, station):
    rows = make_rows(4)
    at = find(rows, lambda row: not is_head(row))
    other = find(rows, lambda row: is_head(row) and row["户编号"] != rows[at]["户编号"])
    import_rows(tmp_path, station, spoil(rows, at))
    (row,) = waiting.waiting_for(station)
    corrections = {
        "id_number": rows[at]["证件号码"], "national_code": rows[other]["户编号"], "head_name": rows[other]["户主姓名"],
        "village": rows[other]["村"],
    }  # fmt: skip
    waiting.correct({row: corrections}, by=station, on=ON)
    assert in_household(rows[other]).members.filter(name=rows[at]["姓名"]).exists()


def test_the_answers_of_the_batch_are_used_again(tmp_path, station):
    import_rows(tmp_path, station, make_rows(1))
    batch = ImportBatch.objects.get()
    batch.choices = {"villages": {"旧村名": "130722101001"}}
    batch.save(update_fields=["choices"])
    cells = {
        "village": "旧村名",
        "name": "补录人",
        "relation": "户主",
        "id_number": make_rows(9)[-1]["证件号码"],
    }
    cells |= {"national_code": "999999999999991", "head_name": "补录人", "kind": "一般农户"}
    row = WaitingRow.objects.create(batch=batch, sheet="表", row=9, cells=json.dumps(cells), problems=[])
    result = waiting.correct({row: {}}, by=station, on=ON)
    assert result.refused == 0, [problem.message for problem in result.problems]
    assert Member.objects.get(name="补录人").area == "130722101001"


def test_of_two_who_correct_a_row_one_wins(tmp_path, station):
    rows = make_rows(4)
    at = find(rows, lambda row: not is_head(row))
    import_rows(tmp_path, station, spoil(rows, at))
    (row,) = waiting.waiting_for(station)
    waiting.drop([WaitingRow.objects.get(pk=row.pk)], by=station, on=ON)
    people, batches = Member.objects.count(), ImportBatch.objects.count()
    for correction in (rows[at]["证件号码"], "456"):
        with pytest.raises(ImportRefused, match="已由他人处理"):
            waiting.correct({row: {"id_number": correction}}, by=station, on=ON)
    with pytest.raises(ImportRefused, match="已由他人处理"):
        waiting.drop([row], by=station, on=ON)
    assert (Member.objects.count(), ImportBatch.objects.count()) == (people, batches)


def test_dropped_rows_are_recorded(tmp_path, station):
    rows = make_rows(4)
    at = find(rows, lambda row: not is_head(row))
    import_rows(tmp_path, station, spoil(rows, at))
    (row,) = waiting.waiting_for(station)
    assert waiting.drop([row], by=station, on=ON) == 1
    row.refresh_from_db()
    assert (row.state, row.settled_by_name, row.settled_in) == (State.DROPPED, station.name, None)
    assert not waiting.waiting_for(station).exists()
    entry = AccessLog.objects.filter(action="import").order_by("at").last()
    assert entry.rows == 1 and entry.detail["excel_rows"] == [row.row]


def test_rows_are_closed_to_others_and_after_undo(tmp_path, station):
    rows = make_rows(4)
    at = find(rows, lambda row: not is_head(row))
    import_rows(tmp_path, station, spoil(rows, at))
    (row,) = waiting.waiting_for(station)
    for other in (make_user(Role.CADRE), make_user(Role.STATION, OTHER_TOWNSHIP)):
        assert not waiting.waiting_for(other).exists()
        with pytest.raises(PermissionDenied):
            waiting.correct({row: {}}, by=other, on=ON)
        with pytest.raises(PermissionDenied):
            waiting.drop([row], by=other, on=ON)
    foreign = make_household(make_village(f"{OTHER_TOWNSHIP}001")).members.get()
    with pytest.raises(ImportRefused, match="所选的人不存在"):
        waiting.correct({row: {}}, people={row: str(foreign.pk)}, by=station, on=ON)
    with pytest.raises(ImportRefused, match="没有“nonsense”这一列"):
        waiting.correct({row: {"nonsense": "x"}}, by=station, on=ON)
    with pytest.raises(ImportRefused, match="请先选择"):
        waiting.drop([], by=station, on=ON)
    ImportBatch.objects.update(undone_at=timezone.now(), undone_by_name="某某")
    assert not waiting.waiting_for(station).exists()
    with pytest.raises(ImportRefused, match="已经撤销"):
        waiting.correct({row: {}}, by=station, on=ON)
