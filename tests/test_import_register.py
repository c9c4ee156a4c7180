"""import_register: what goes in, what changes, what stays; and that a second run writes nothing."""

import json
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Max

from households.importing.register.pipeline import import_register, income_year
from households.models import (
    AccessLog,
    Division,
    Group,
    Household,
    ImportBatch,
    ImportProblem,
    Income,
    Member,
    Village,
)
from tests.factories import OTHER_TOWNSHIP, TOWNSHIP, make_user, make_village
from tests.register_files import COLUMNS, change, find, is_head, make_rows, write_register

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 24)
FACTS = (Household, Member, Income, Village, Group, Division)


@pytest.fixture
def load(tmp_path):
    """`load(rows, **options)` writes the rows to a workbook, imports it and returns the result."""

    def run(rows, columns=COLUMNS, title="导出时间：2026-11-01", **options):
        path = write_register(tmp_path / "register.xlsx", rows, columns=columns, title=title)
        return import_register(path, on=ON, **({"create_villages": True} | options)).result

    return run


def state():
    """Everything that a write would change."""
    return [
        (
            model.__name__,
            sorted(model.objects.values_list("pk", flat=True)),
            model.objects.aggregate(Max("updated_at")) if hasattr(model, "updated_at") else None,
            model.history.count(),
        )
        for model in FACTS
    ]


def counts(of):
    return of.new, of.changed, of.unchanged, of.missing


def test_a_register_becomes_households_people_and_incomes(load):
    rows = make_rows(12)
    result = load(rows)
    heads = [row for row in rows if is_head(row)]
    assert counts(result.count("households")) == (12, 0, 0, 0)
    assert counts(result.count("members")) == (len(rows), 0, 0, 0)
    assert (result.rows, result.people, result.refused, result.warned) == (len(rows), len(rows), 0, 0)
    assert Household.objects.count() == 12 == Income.objects.count() == Household.history.count()
    assert Member.objects.count() == len(rows) == Member.history.count()
    assert sorted(Household.objects.values_list("head_name", flat=True)) == sorted(
        row["姓名"] for row in heads
    )


def test_every_column_lands_in_its_field(load):
    rows = make_rows(1)
    at = find(rows, is_head)
    rows = change(
        rows, at, 监测对象类别="突发严重困难户", 户类型="脱贫户", 脱贫年度="2017", 识别监测时间="202503",
        致贫返贫风险1="因病", 致贫返贫风险2="因学", 风险是否已消除="是", 风险消除时间="2026年4月", 住房等级="C",
        饮水是否安全="否", 政治面貌="中共党员", 文化程度="高中", 健康状况="长期慢性病、残疾", 民族="蒙古族",
        劳动技能="弱劳动力或半劳动力", 务工所在地="北京市海淀区", 公益性岗位="保洁员", 户联系电话="１３９ 00001111",
        享受低保政策情况="农村低保", 享受特困供养政策情况="农村特困",
        **{"务工时间（月）": "7个月", "公益性岗位(月数)": 5, "是否参加城镇职工基本医疗保险": "是"},
    )  # fmt: skip
    load(rows)
    row, member = rows[at], Member.objects.get(relation="head")
    household, income = member.household, Income.objects.get()
    assert (household.kind, household.monitored_kind, household.ex_poor_year) == ("ex_poor", "sudden", 2017)
    assert (household.national_code, household.group.name) == (row["户编号"], row["村民小组"])
    assert (household.identified_month, household.eliminated_month) == (date(2025, 3, 1), date(2026, 4, 1))
    assert (household.risks, household.is_eliminated) == (["illness", "schooling"], True)
    assert (household.housing_grade, household.water_is_safe, household.phone) == ("C", False, "13900001111")
    assert household.code == f"{household.village.area}0001"
    assert (member.name, member.id_number) == (row["姓名"], row["证件号码"])
    assert (member.politics, member.education, member.nation) == ("party_member", "senior", "蒙古族")
    assert (member.health, member.labour) == (["chronic", "disabled"], "weak")
    assert (member.work_place, member.work_region, member.work_months) == (
        "北京市海淀区",
        "other_province",
        7,
    )
    assert (member.post, member.post_months, member.dibao, member.tekun) == ("保洁员", 5, "rural", "rural")
    assert (member.has_resident_medical, member.has_employee_medical, member.has_resident_pension) == (
        True,
        True,
        True,
    )
    assert member.birth_on.strftime("%Y%m%d") == row["证件号码"][6:14] and member.initials
    assert (income.year, income.people_count) == (2026, len(rows))
    assert income.wage_yuan == Decimal(row["工资性收入"]) and income.transfer_yuan == row["转移性收入"]
    assert (income.business_cost_yuan, income.business_yuan) == (row["生产经营性支出"], row["生产经营性收入"])


@pytest.mark.parametrize(
    ("on", "year"), [(date(2026, 9, 30), 2025), (date(2026, 10, 1), 2026), (date(2026, 12, 31), 2026)]
)
def test_income_year_turns_with_the_yearly_update_in_october(on, year):
    assert income_year(on) == year


def test_the_same_file_twice_writes_nothing(load):
    rows = make_rows(12)
    load(rows)
    before = state()
    result = load(rows)
    assert state() == before
    assert counts(result.count("households")) == (0, 0, 12, 0) and counts(result.count("members")) == (
        0,
        0,
        len(rows),
        0,
    )


def test_order_and_further_columns_do_not_matter(load):
    rows = make_rows(6)
    load(rows)
    before = state()
    load([{**row, "填表人": "甲"} for row in reversed(rows)], columns=(*reversed(COLUMNS), "填表人"))
    assert state() == before


def test_changed_values_go_in_with_history_and_only_for_their_rows(load):
    rows = make_rows(6)
    load(rows)
    other = Member.objects.exclude(household__national_code=rows[0]["户编号"]).first()
    first = [row for row in rows if row["户编号"] == rows[0]["户编号"]]
    changed = [
        {**row, "户联系电话": "13700000000", "工资性收入": 777, "住房等级": "D"} if row in first else row
        for row in rows
    ]
    result = load(change(changed, 0, 民族="满族", 姓名="王改名", 户主姓名="王改名"))
    household = Household.objects.get(national_code=rows[0]["户编号"])
    assert (household.phone, household.housing_grade, household.head_name) == ("13700000000", "D", "王改名")
    assert household.phone_index == Household._meta.get_field("phone_index").index_of("13700000000")
    assert Income.objects.get(household=household).wage_yuan == 777
    assert counts(result.count("households")) == (0, 1, 5, 0) and counts(result.count("members")) == (
        0,
        1,
        len(rows) - 1,
        0,
    )
    member = Member.objects.get(household=household, relation="head")
    assert (member.nation, member.initials) == ("满族", "wgm")
    assert [member.history.count(), household.history.count(), other.history.count()] == [2, 2, 1]
    assert str(result.batch) in member.history.latest().history_change_reason
    assert member.history.latest().history_type == "~"


def test_a_blank_cell_changes_nothing(load):
    rows = make_rows(4)
    load(rows)
    before = state()
    kept = {"村", "户编号", "姓名", "证件号码", "与户主关系"}
    load([{label: value for label, value in row.items() if label in kept} for row in rows])
    assert state() == before


def test_people_and_households_missing_from_a_village_are_counted_and_left_alone(load):
    rows = make_rows(12, villages=2)
    load(rows)
    first = [row for row in rows if row["村"] == "示例1村"]
    before = state()
    gone = [row for row in first if row["户编号"] == first[0]["户编号"]]
    result = load([row for row in first if row not in gone])
    # The other village is not named by the file: nobody there is missing.
    assert (result.count("households").missing, result.count("members").missing) == (1, len(gone))
    assert state() == before


def test_villages_of_an_empty_database_get_provisional_codes(load):
    load(make_rows(4))
    assert set(Division.objects.values_list("level", "name", "is_provisional")) == {
        ("county", "示例县", True),
        ("township", "示例镇", True),
    }
    villages = Village.objects.all()
    assert [v.name for v in villages] == ["示例1村", "示例2村"] and all(v.is_provisional for v in villages)
    assert all(len(v.area) == 12 and v.area.startswith("990001001") for v in villages)
    assert Village.history.count() == 2 and Group.history.count() == Group.objects.count()


def test_villages_are_found_by_name_in_the_own_township(load):
    village = make_village(f"{TOWNSHIP}007", name="示例1")
    make_village(f"{OTHER_TOWNSHIP}001", name="示例1村")
    Division.objects.filter(area=f"{OTHER_TOWNSHIP}000").update(name="别的镇", history=False)
    make_village(f"{TOWNSHIP}008", name="示例1社区")
    rows = make_rows(3, villages=1)
    # Two villages that differ by their ending alone: the short name names neither.
    assert load(rows, create_villages=False).refused == len(rows)
    Village.objects.filter(area=f"{TOWNSHIP}008").delete()
    load(rows, create_villages=False)
    assert set(Household.objects.values_list("area", flat=True)) == {village.area}


def test_codes_go_on_after_the_last_one_of_the_village(load):
    rows = make_rows(4, villages=1)
    load([row for row in rows if row["户编号"].endswith(("1", "2"))])
    load(rows)
    area = Village.objects.get().area
    assert sorted(Household.objects.values_list("code", flat=True)) == [f"{area}{n:04d}" for n in range(1, 5)]


def test_a_dry_run_says_the_same_and_writes_nothing(load):
    rows = make_rows(5)
    before = state()
    result = load(rows, dry_run=True)
    assert state() == before and not ImportBatch.objects.exists() and not AccessLog.objects.exists()
    assert counts(result.count("households")) == (5, 0, 0, 0) and result.batch is None


def test_batch_problems_and_log_are_recorded(load):
    user = make_user("station")
    make_village(f"{TOWNSHIP}001", name="示例1村")
    rows = change(make_rows(3, villages=1), 1, 民族="汉" * 30)
    result = load(rows, by=user, create_villages=False)
    batch = ImportBatch.objects.get()
    assert (batch.pk, batch.by, batch.counts["refused"]) == (result.batch, user, 1)
    assert len(batch.sha256) == 64 and batch.exported_on == date(2026, 11, 1)
    problem = ImportProblem.objects.get()
    assert (problem.row, problem.column, problem.code, problem.value) == (5, "民族", "too_long", "汉" * 30)
    log = AccessLog.objects.get(action="import")
    assert (log.user, log.rows, log.area) == (user, len(rows), f"{TOWNSHIP}000")
    assert Household.history.first().history_user == user


@pytest.mark.parametrize(
    ("cell", "shown"), [(-5, "-5"), (-5.5, "-5.5"), ("-5.0", "-5.0"), (-120000, "-120000")]
)
def test_a_bad_number_is_shown_as_its_cell_shows_it(load, cell, shown):
    result = load(change(make_rows(2), 0, 工资性收入=cell))
    assert [problem.value for problem in result.problems] == [shown]


def test_the_command_prints_one_json_object(tmp_path):
    rows = make_rows(4)
    path = write_register(tmp_path / "r.xlsx", change(rows, 0, 户联系电话="1380000"))
    out = StringIO()
    call_command("import_register", path, "--create-villages", "--json", stdout=out)
    result = json.loads(out.getvalue())
    assert list(result) == [
        "batch", "sheet", "header_row", "rows", "people", "households", "members", "refused", "warned", "moved",
        "kept_local", "problems",
    ]  # fmt: skip
    assert (result["sheet"], result["header_row"], result["rows"]) == ("监测对象信息", 3, len(rows))
    assert result["households"] == {"new": 4, "changed": 0, "unchanged": 0, "missing": 0}
    (problem,) = result["problems"]
    assert {key: problem[key] for key in ("sheet", "row", "column", "level", "code")} == {
        "sheet": "监测对象信息", "row": 4, "column": "户联系电话", "level": "warned", "code": "phone",
    }  # fmt: skip
    assert problem["value"] == "****" and result["warned"] == 1


def test_the_command_fails_where_no_row_could_go_in(tmp_path):
    rows = [{**row, "姓名": ""} for row in make_rows(2)]
    path = write_register(tmp_path / "r.xlsx", rows)
    out = StringIO()
    with pytest.raises(CommandError, match="全部被拒绝"):
        call_command("import_register", path, "--create-villages", "--json", stdout=out)
    assert json.loads(out.getvalue())["refused"] == len(rows)
    assert not ImportBatch.objects.exists() and not Village.objects.exists()


def test_the_command_tells_of_every_step(tmp_path):
    path = write_register(tmp_path / "r.xlsx", make_rows(2))
    out = StringIO()
    call_command("import_register", path, "--create-villages", stdout=out)
    assert "农户：新增 2 户" in out.getvalue() and "批次号" in out.getvalue()
    with pytest.raises(CommandError, match="没有找到文件"):
        call_command("import_register", tmp_path / "nothing.xlsx")
