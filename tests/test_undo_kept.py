"""undo_import: what was changed or came to be used since stays, and is listed with both values."""

import pytest

from households.choices import HousingGrade
from households.importing.undo import undo
from households.models import Group, Household, Member, Village
from tests.factories import make_visit
from tests.register_files import change, find, is_head, make_rows
from tests.test_import_register import ON, load  # noqa: F401 (load is a fixture)
from tests.test_undo import batch_of, spoil
from township.base.history import save_changes

pytestmark = pytest.mark.django_db


def test_a_value_changed_since_stays_and_is_listed_with_both_values(load):  # noqa: F811
    rows = make_rows(6)
    load(rows)
    number = rows[0]["户编号"]
    batch = batch_of(load(spoil(rows, number, 住房等级="D", 户联系电话="13700000001", 饮水是否安全="否")))
    household = Household.objects.get(national_code=number)
    household.housing_grade, household.phone, household.note = "C", "13799999999", "已核实"
    save_changes(household, by=None, reason="入户核实")
    result = undo(batch, by=None, on=ON)
    household.refresh_from_db()
    assert (household.housing_grade, household.phone, household.note) == ("C", "13799999999", "已核实")
    assert household.water_is_safe is True
    (kept,) = result.kept
    assert kept.what == "农户" and kept.subject == f"{household.village.name} {household.head_name}户"
    assert {(f.label, f.imported, f.now) for f in kept.fields} == {
        ("住房等级", HousingGrade.D.label, HousingGrade.C.label),
        ("联系电话", "137****0001", "137****9999"),
    }
    batch.refresh_from_db()
    assert batch.undo_counts["kept_rows"][0]["fields"][0]["label"] == kept.fields[0].label


def test_a_change_of_other_fields_does_not_keep_what_was_imported(load):  # noqa: F811
    rows = make_rows(6)
    load(rows)
    number = rows[0]["户编号"]
    batch = batch_of(load(spoil(rows, number, 住房等级="D")))
    household = Household.objects.get(national_code=number)
    household.note = "已核实"
    save_changes(household, by=None)
    undone = undo(batch, by=None, on=ON)
    household.refresh_from_db()
    assert (household.note, household.housing_grade) == ("已核实", rows[0]["住房等级"])
    assert undone.counts() == {"restored": 1, "removed": 0, "kept": 0}


def test_what_was_put_right_by_hand_is_not_listed(load):  # noqa: F811
    rows = make_rows(6)
    load(rows)
    number = rows[0]["户编号"]
    batch = batch_of(load(spoil(rows, number, 住房等级="D")))
    household = Household.objects.get(national_code=number)
    household.housing_grade = rows[0]["住房等级"]
    save_changes(household, by=None)
    assert undo(batch, by=None, on=ON).counts() == {"restored": 0, "removed": 0, "kept": 0}


def test_a_corrected_number_keeps_what_was_read_from_it(load):  # noqa: F811
    rows = make_rows(3)
    bare = [{**row, "证件号码": "999999197005060015"} if i == 0 else row for i, row in enumerate(rows)]
    load(bare)
    batch = batch_of(load(rows))
    member = Member.objects.get(name=rows[0]["姓名"], household__national_code=rows[0]["户编号"])
    assert member.id_number == rows[0]["证件号码"]
    other = make_rows(1, seed=77)[0]["证件号码"]
    member.id_number = other
    save_changes(member, by=None)
    result = undo(batch, by=None, on=ON)
    kept = Member.objects.get(pk=member.pk)
    assert kept.id_number == other and not kept.has_temporary_id and kept.birth_on == member.birth_on
    assert kept.id_index == member.id_index and kept.id_last4_index == member.id_last4_index
    (row,) = result.kept
    assert other not in str(row) and "证件号码" in {f.label for f in row.fields}


def test_a_head_who_stays_keeps_the_name_of_his_household(load):  # noqa: F811
    """The head that the import made was edited since; nobody else can become head again."""
    rows = make_rows(8)
    at = find(rows, lambda row: row["与户主关系"] == "配偶")
    number = rows[at]["户编号"]
    head = find(rows, lambda row: row["户编号"] == number and is_head(row))
    without = [row for index, row in enumerate(rows) if index != at]
    load(without)
    swapped = change(change(rows, at, 与户主关系="户主"), head, 与户主关系="配偶")
    batch = batch_of(load(spoil(swapped, number, 户主姓名=rows[at]["姓名"])))
    newcomer = Member.objects.get(household__national_code=number, relation="head")
    newcomer.nation = "回族"
    save_changes(newcomer, by=None)
    result = undo(batch, by=None, on=ON)
    household = Household.objects.get(national_code=number)
    assert household.head_name == newcomer.name == rows[at]["姓名"]
    assert household.members.get(relation="head").pk == newcomer.pk
    kept = {(row.what, row.reason) for row in result.kept}
    assert ("家庭成员", "导入之后又改过，保留现在的值。") in kept
    assert any("户主" in reason for what, reason in kept if what == "农户")
    assert any("已有户主" in reason for what, reason in kept if what == "家庭成员")


def test_a_household_that_was_visited_stays_with_its_people(load):  # noqa: F811
    rows = make_rows(6)
    batch = batch_of(load(rows))
    household = Household.objects.get(national_code=rows[0]["户编号"])
    make_visit(household, ON)
    people, place = household.members.count(), household.village
    result = undo(batch, by=None, on=ON)
    assert list(Household.objects.all()) == [household] and household.members.count() == people
    assert list(Village.objects.all()) == [place] and list(Group.objects.all()) == [household.group]
    reasons = {row.what: row.reason for row in result.kept}
    assert reasons["农户"] == "已有走访记录，不能删除。" and reasons["家庭成员"] == "随所属的登记一起保留。"
    assert reasons["行政村"].startswith("已有") and reasons["县乡区划"].startswith("其下还有")
    assert len(result.kept) == 1 + people + 1 + 1 + 1 + 2
    assert not Household.history.filter(history_type="-", id=household.pk).exists()


def test_a_person_added_by_hand_keeps_the_household(load):  # noqa: F811
    rows = make_rows(2)
    batch = batch_of(load(rows))
    household = Household.objects.get(national_code=rows[0]["户编号"])
    baby = Member.objects.create(household=household, area=household.area, name="新生", relation="son")
    undo(batch, by=None, on=ON)
    assert household.members.filter(pk=baby.pk).exists() and Household.objects.count() == 1


def test_a_created_row_changed_since_stays(load):  # noqa: F811
    rows = make_rows(3)
    batch = batch_of(load(rows))
    member = Member.objects.filter(relation="head").order_by("name").first()
    member.nation = "回族"
    save_changes(member, by=None)
    result = undo(batch, by=None, on=ON)
    assert list(Household.objects.all()) == [member.household]
    (kept,) = [row for row in result.kept if row.fields]
    assert [(f.label, f.imported, f.now) for f in kept.fields] == [("民族", "汉族", "回族")]
