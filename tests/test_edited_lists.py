"""Export, edit, import back: only what was edited goes in, and nothing is overwritten blindly."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from households.access import Role
from households.choices import Dibao, Health, HousingGrade, Labour, LowIncomeKind, Risk
from households.importing.comparison import Task
from households.importing.edited.registered import HOUSEHOLDS, INCOMES, MEMBERS
from households.importing.kinds import list_kinds
from households.importing.pipeline import import_file, reason_of
from households.models import AccessLog, Household, ImportBatch, Income, Member, WaitingRow
from households.services.facts import change_facts
from monitoring.importing.edited_measures import MEASURES
from monitoring.models import Measure
from tests.edited_sheet import HEADER, ON, Sheet, codes, make_edited_household
from tests.factories import (
    OTHER_TOWNSHIP,
    make_household,
    make_income,
    make_member,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def household():
    return make_edited_household()


def test_an_untouched_table_changes_nothing(household, tmp_path):
    make_member(
        household, health=["long_term"], work_place="=张家口", has_resident_medical=True, work_months=7
    )
    make_income(household, 2025, wage_yuan=Decimal("12000.10"))
    Measure.objects.create(
        household=household,
        area=household.area,
        measure_class="post",
        title="护林员",
        started_on=date(2026, 1, 5),
    )
    history = {model: model.history.count() for model in (Household, Member, Income, Measure)}
    for table in (HOUSEHOLDS, MEMBERS, INCOMES, MEASURES):
        sheet = Sheet(table)
        result = sheet.load(tmp_path)
        assert codes(result) == []
        counts = result.count(table.counted[0])
        assert (counts.changed, counts.unchanged) == (0, sheet.count)
        assert sheet.count >= 1
    assert {model: model.history.count() for model in history} == history


def test_one_edit_is_one_change_with_the_batch_in_its_history(household, tmp_path):
    other = make_household(household.village, land_mu=2)
    sheet = Sheet(HOUSEHOLDS).put("耕地面积（亩）", 4.25).put("住房等级", "B级")
    result = sheet.load(tmp_path, by=make_user(Role.STATION))
    household.refresh_from_db()
    assert (household.land_mu, household.housing_grade) == (Decimal("4.25"), HousingGrade.B)
    assert household.phone == "13800000000" and household.note == "第一行\r\n第二行"
    batch = ImportBatch.objects.get(pk=result.batch)
    newest = household.history.latest()
    assert newest.history_change_reason == reason_of(batch) and newest.land_mu == Decimal("4.25")
    assert other.history.count() == 1
    counts = result.count("households")
    assert (counts.changed, counts.unchanged) == (1, 1)


def test_what_changed_meanwhile_is_kept_and_both_values_are_listed(household, tmp_path):
    sheet = Sheet(HOUSEHOLDS).put("耕地面积（亩）", 4.25).put("住房等级", "B级")
    change_facts(household, {"land_mu": Decimal("9.00")}, by=None, reason="入户核实", on=ON)
    result = sheet.load(tmp_path)
    household.refresh_from_db()
    assert (household.land_mu, household.housing_grade) == (Decimal("9.00"), "B")
    (problem,) = result.problems
    assert (problem.code, problem.column) == ("kept_local", "耕地面积（亩）")
    assert "9.00" in problem.message and "4.25" in problem.message


def test_a_cell_that_nobody_edited_never_brings_the_old_value_back(household, tmp_path):
    sheet = Sheet(HOUSEHOLDS).put("住房等级", "B级")
    change_facts(household, {"land_mu": Decimal("9.00")}, by=None, reason="入户核实", on=ON)
    result = sheet.load(tmp_path)
    household.refresh_from_db()
    assert household.land_mu == Decimal("9.00") and codes(result) == []


def test_the_person_may_decide_that_the_file_wins(household, tmp_path):
    sheet = Sheet(HOUSEHOLDS).put("耕地面积（亩）", 4.25)
    change_facts(household, {"land_mu": Decimal("9.00")}, by=None, reason="入户核实", on=ON)
    sheet.load(tmp_path, wins={"household": "file"})
    household.refresh_from_db()
    assert household.land_mu == Decimal("4.25")


def test_where_the_township_wins_only_blanks_are_filled(household, tmp_path):
    sheet = Sheet(HOUSEHOLDS).put("耕地面积（亩）", 4.25).put("原致贫原因", "因病")
    sheet.load(tmp_path, wins={"household": "township"})
    household.refresh_from_db()
    assert household.land_mu == Decimal("3.50") and household.poverty_cause == "illness"


def test_a_blank_changes_nothing_unless_asked(household, tmp_path):
    sheet = Sheet(HOUSEHOLDS).put("耕地面积（亩）", None).put("致贫返贫风险", None)
    sheet.load(tmp_path)
    household.refresh_from_db()
    assert household.land_mu == Decimal("3.50")
    sheet.load(tmp_path, answers={"blanks": "clear"})
    household.refresh_from_db()
    assert household.land_mu is None and household.risks == []


def test_what_cannot_be_blank_is_refused(household, tmp_path):
    result = Sheet(HOUSEHOLDS).put("户类型", None).load(tmp_path, answers={"blanks": "clear"})
    assert codes(result) == ["empty"]


def test_a_row_of_another_township_is_refused(household, tmp_path):
    sheet = Sheet(HOUSEHOLDS).put("耕地面积（亩）", 4.25)
    result = sheet.load(tmp_path, by=make_user(Role.STATION, OTHER_TOWNSHIP))
    household.refresh_from_db()
    assert codes(result) == ["not_found"] and household.land_mu == Decimal("3.50")
    assert result.batch is None


def test_a_household_closed_since_is_refused(household, tmp_path):
    sheet = Sheet(HOUSEHOLDS).put("耕地面积（亩）", 4.25)
    Household.objects.filter(pk=household.pk).update(history=False, closed_on=ON, closed_reason="并户")
    assert codes(sheet.load(tmp_path)) == ["not_found"]


def test_keys_cannot_be_forged_or_mixed(household, tmp_path):
    make_household(household.village)
    make_household(household.village)
    sheet = Sheet(HOUSEHOLDS).put("住房等级", "B级", 1).put("住房等级", "B级", 2).put("住房等级", "B级", 3)
    first, second = sheet.cell("编号键", 1), sheet.cell("编号键", 2)
    first.value, second.value = second.value, first.value
    third = sheet.cell("编号键", 3)
    third.value = third.value.replace(third.value[:4], "0000", 1)
    assert codes(sheet.load(tmp_path)) == ["bad_key"] * 3


def test_a_key_of_another_table_does_not_open(household, tmp_path):
    people, homes = Sheet(MEMBERS), Sheet(HOUSEHOLDS)
    homes.put("编号键", people.cell("编号键").value)
    assert codes(homes.load(tmp_path)) == ["bad_key"]


def test_new_rows_are_refused_with_advice_and_deleted_ones_mean_nothing(household, tmp_path):
    make_household(household.village)
    sheet = Sheet(HOUSEHOLDS)
    sheet.put("编号键", None, 2).put("住房等级", "B级", 1)
    result = sheet.load(tmp_path)
    (problem,) = result.problems
    assert problem.code == "no_key" and "导入名单" in problem.message
    assert Household.objects.active().count() == 2 and result.count("households").missing == 0
    assert WaitingRow.objects.get().row == HEADER + 2


def test_the_same_row_twice_goes_in_once(household, tmp_path):
    sheet = Sheet(HOUSEHOLDS).put("住房等级", "B级")
    for cell in sheet.sheet[HEADER + 1]:
        sheet.sheet.cell(HEADER + 2, cell.column, cell.value)
    assert codes(sheet.load(tmp_path)) == ["twice"]


def test_what_cannot_be_true_refuses_the_row(household, tmp_path):
    sheet = Sheet(HOUSEHOLDS).put("监测对象类别", "边缘易致贫户").put("住房等级", "B级")
    result = sheet.load(tmp_path)
    household.refresh_from_db()
    assert codes(result) == ["implausible"] and household.housing_grade == ""
    result = Sheet(HOUSEHOLDS).put("风险消除时间", "2024-02").load(tmp_path)
    assert codes(result) == ["implausible"]


def test_a_household_number_belongs_to_one_household(household, tmp_path):
    make_household(household.village, national_code="A-1")
    assert codes(Sheet(HOUSEHOLDS).put("户编号", "A-1").load(tmp_path)) == ["code_twice"]
    both = Sheet(HOUSEHOLDS).put("户编号", "B-1", 1).put("户编号", "B-1", 2)
    assert codes(both.load(tmp_path)) == ["code_twice"]


def test_a_corrected_name_of_the_head_names_the_household(household, tmp_path):
    head = household.members.get()
    result = Sheet(MEMBERS).put("姓名", "李铁山").load(tmp_path)
    head.refresh_from_db()
    household.refresh_from_db()
    assert codes(result) == []
    assert (head.name, head.initials, household.head_name, household.initials) == (
        "李铁山",
        "lts",
        "李铁山",
        "lts",
    )
    assert household.history.latest().history_change_reason == head.history.latest().history_change_reason


def test_who_is_head_changes_elsewhere(household, tmp_path):
    result = Sheet(MEMBERS).put("与户主关系", "配偶").load(tmp_path)
    assert codes(result) == ["implausible"]


def test_personal_numbers_are_masked_and_not_read_back(household, tmp_path):
    member = household.members.get()
    sheet = Sheet(MEMBERS)
    assert member.id_number not in str(sheet.values()) and household.phone not in str(
        Sheet(HOUSEHOLDS).values()
    )
    result = sheet.put("行政村", "别的村").put("姓名", "李铁山").load(tmp_path)
    assert any("行政村" in note for note in result.notes)
    member.refresh_from_db()
    assert member.id_number.startswith("1307")


def test_edits_of_measures_obey_their_rules(household, tmp_path):
    measure = Measure.objects.create(
        household=household,
        area=household.area,
        measure_class="post",
        title="护林员",
        started_on=date(2026, 1, 5),
    )
    assert codes(Sheet(MEASURES).put("结束日期", "2025-01-01").load(tmp_path)) == ["implausible"]
    assert codes(Sheet(MEASURES).put("金额（元）", 800).put("措施类别", "产业帮扶").load(tmp_path)) == []
    measure.refresh_from_db()
    assert (measure.amount_yuan, measure.measure_class) == (Decimal(800), "industry")


def test_it_is_recorded_as_an_import(household, tmp_path):
    Sheet(HOUSEHOLDS).put("住房等级", "B级").load(tmp_path, by=make_user(Role.STATION))
    assert AccessLog.objects.filter(action=AccessLog.Action.IMPORT).count() == 1


def test_it_works_from_csv_too(household, tmp_path):
    sheet = Sheet(HOUSEHOLDS).put("住房等级", "B级")
    path = tmp_path / "表.csv"
    lines = [
        ",".join(f'"{cell.value if cell.value is not None else ""}"' for cell in row)
        for row in sheet.sheet.iter_rows()
    ]
    path.write_text("\n".join(lines), encoding="gb18030")
    result = import_file(path, list_kinds["edited_households"], Task(on=ON)).result
    household.refresh_from_db()
    assert household.housing_grade == "B" and codes(result) == []


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=30)
FACTS = st.fixed_dictionaries({
    "risks": st.lists(st.sampled_from(Risk.values), unique=True, max_size=3),
    "land_mu": st.none() | st.decimals(0, 9999, places=2),
    "note": TEXT, "risk_note": TEXT,
    "low_income_kind": st.sampled_from(["", *LowIncomeKind.values]),
    "identified_month": st.none() | st.dates(date(2020, 1, 1), date(2026, 1, 1)).map(lambda day: day.replace(day=1)),
    "water_is_safe": st.sampled_from([None, True, False]),
    "walk_order": st.integers(0, 9999),
})  # fmt: skip
PERSON = st.fixed_dictionaries({
    "health": st.lists(st.sampled_from(Health.values), unique=True, max_size=3),
    "labour": st.sampled_from(["", *Labour.values]), "dibao": st.sampled_from(["", *Dibao.values]),
    "work_place": TEXT, "work_months": st.none() | st.integers(0, 12),
    "is_co_living": st.booleans(), "has_chronic_card": st.sampled_from([None, True, False]),
})  # fmt: skip


# Every example reads three workbooks in a process of their own: making the example smaller would take minutes.
@settings(max_examples=15, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate],
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(FACTS, PERSON, st.decimals(0, 9_999_999_999, places=2))
def test_export_import_export_is_equal(tmp_path_factory, facts, person, wage):
    home = make_household(**facts)
    make_member(home, **person)
    make_income(home, 2025, wage_yuan=wage)
    households = Household.objects.filter(pk=home.pk)
    for table, rows in (
        (HOUSEHOLDS, households),
        (MEMBERS, Member.objects.filter(household=home).order_by("pk")),
        (INCOMES, Income.objects.filter(household=home)),
    ):
        before = Sheet(table, rows)
        result = before.load(tmp_path_factory.mktemp("x"), answers={"blanks": "clear"})
        assert result.count(table.counted[0]).changed == 0 and codes(result) == []
        assert Sheet(table, rows).values() == before.values()
