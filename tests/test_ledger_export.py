"""What an exported ledger says: its frame, its cells, its totals and notes, what is masked, and that it is recorded."""

import io
import json
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from households.access import Capability, Role
from households.choices import Tier
from households.models import AccessLog, Division
from ledgers.export import ExportRefused, export
from ledgers.rows import VisitState
from ledgers.scope import scope_of
from monitoring.models import TierAssignment
from tests.factories import (
    OTHER_TOWNSHIP,
    TOWNSHIP,
    make_household,
    make_income,
    make_member,
    make_township,
    make_user,
    make_village,
)
from tests.ledger_rows import ON, make_key_household, make_task

pytestmark = pytest.mark.django_db

MONTH = date(2026, 11, 1)
TITLE = "防返贫重点监测对象台账"


def exported(code="key", **options):
    return export(code, **({"month": MONTH, "on": ON, "by": make_user(Role.STATION)} | options))


def opened(code="key", **options):
    return openpyxl.load_workbook(io.BytesIO(exported(code, **options).content))


def line(sheet, number=5):
    """Return the row as {title: value}; the header's two rows are joined by what is filled."""
    titles = [sheet.cell(4, at).value or sheet.cell(3, at).value for at in range(1, sheet.max_column + 1)]
    return dict(zip(titles, (cell.value for cell in sheet[number]), strict=True))


def texts(sheet):
    return [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]


def test_ledger_1_shows_everything_registered():
    household = make_key_household(national_code="110001")
    make_task(household, visited_on=date(2026, 11, 5), visitor_name="孙监测", mode="home")
    row = line(opened()[TITLE])
    assert row == {
        "序号": 1, "行政村": "示例001村", "自然村/组": None, "户编号": "110001", "户主姓名": "张小明",
        "户主身份证号": row["户主身份证号"], "联系电话": "138****5678", "家庭人口数": 3, "劳动力人数": 1,
        "户类型": "一般农户", "监测对象类别": "边缘易致贫户", "识别时间": datetime(2026, 3, 1),
        "线索来源": "干部走访排查", "主要风险类型": "因病、因残", "具体风险说明": "户主住院",
        "识别时人均纯收入": 6100, "当前人均纯收入": 7500, "合规自付支出": 0, "义务教育": "有保障",
        "基本医疗": "有保障", "住房安全": "A", "饮水安全": "达标", "低保/特困": "农村低保2人",
        "残疾人两项补贴": None, "公益岗位/就业": "务工1人", "帮扶责任人": "赵帮",
        "责任人单位及职务": "镇农业农村办主任", "帮扶措施": "产业帮扶：光伏分红（2026-04-01起）",
        "帮扶成效": "年增收1200元", "本月走访日期": datetime(2026, 11, 5), "走访人（监测员）": "孙监测",
        "是否消除": "否", "消除时间及方式": None, "备注": None, "户编码": household.code,
    }  # fmt: skip


def test_ids_and_phones_are_masked_text_unless_a_reason_and_the_right_are_given():
    household = make_key_household()
    head = household.members.get(relation="head")
    masked = opened()[TITLE]
    assert masked["F5"].value == f"{head.id_number[:6]}**********{head.id_number[16:]}"
    assert not any(head.id_number in text or "13800005678" in text for text in texts(masked))
    full = opened(full_id=True, reason="报县局核对")[TITLE]
    assert (full["F5"].value, full["G5"].value) == (head.id_number, "13800005678")
    assert full["F5"].number_format == "@" and full["F5"].data_type == "s"
    with pytest.raises(ExportRefused, match="事由"):
        exported(full_id=True, reason=" ")
    for role in (Role.CADRE, Role.LEADER):
        with pytest.raises(ExportRefused, match="没有导出完整证件号的权限"):
            exported(by=make_user(role), full_id=True, reason="核对")


def test_frame_totals_and_hidden_key():
    make_township()
    make_key_household()
    make_household(
        tier=Tier.KEY, kind="ex_poor", monitored_kind="unstable", is_eliminated=True,
        eliminated_month=date(2026, 6, 1), elimination_mode="helped",
    )  # fmt: skip
    sheet = opened()[TITLE]
    assert sheet["A1"].value == "示例镇2026年11月防返贫重点监测对象台账"
    merged = {str(area) for area in sheet.merged_cells.ranges}
    assert {
        "A1:AH1",
        "A3:A4",
        "B3:I3",
        "J3:O3",
        "P3:R3",
        "S3:V3",
        "W3:Y3",
        "Z3:AC3",
        "AD3:AE3",
        "AF3:AG3",
    } <= merged
    assert sheet.freeze_panes == "F5" and sheet.column_dimensions["AI"].hidden
    total = line(sheet, 7)
    assert total["序号"] == "合计" and total["户主姓名"] == "2户" and total["家庭人口数"] == 4
    assert total["监测对象类别"] == "边缘易致贫户1户、脱贫不稳定户1户" and total["是否消除"] == "否1户、是1户"
    assert total["本月走访日期"] == "0户" and line(sheet, 6)["消除时间及方式"] == "2026-06 帮扶消除"
    assert "填报单位（盖章）：示例镇" in texts(sheet) and "填报日期：2026年11月24日" in texts(sheet)
    assert "注：数据截至 2026-11-24。" in texts(sheet)


def test_formula_guard():
    make_key_household(head_name="=HYPERLINK(1)", risk_note="+1")
    sheet = opened()[TITLE]
    assert sheet["E5"].value == "=HYPERLINK(1)" and sheet["E5"].quotePrefix and sheet["O5"].quotePrefix


def test_an_earlier_month_takes_its_tiers_and_visits_and_says_so():
    was = make_household(tier=Tier.STABLE, since=date(2026, 11, 10), kind="ex_poor", head_name="曾重点")
    TierAssignment.objects.create(
        area=was.area, household=was, tier=Tier.KEY, valid_from=date(2026, 1, 1), valid_to=date(2026, 11, 9),
        reason="测试", by_name="测试",
    )  # fmt: skip
    now = make_household(tier=Tier.KEY, since=date(2026, 11, 10), head_name="现重点")
    stays = make_key_household()
    make_task(stays, date(2026, 10, 1), visited_on=date(2026, 10, 31))
    make_task(stays, ON, visited_on=date(2026, 11, 2))
    sheet = opened(month=date(2026, 10, 1))[TITLE]
    names = {sheet.cell(at, 5).value: line(sheet, at)["本月走访日期"] for at in (5, 6)}
    assert names == {"曾重点": None, "张小明": datetime(2026, 10, 31)} and now.head_name not in names
    (note,) = [text for text in texts(sheet) if "登记信息" in text]
    assert "2026年10月末（2026-10-31）" in note and "户、人登记信息为 2026-11-24 的数据" in note
    assert sheet["A1"].value == "示例镇2026年10月防返贫重点监测对象台账"
    with pytest.raises(ExportRefused, match="还没有开始"):
        exported(month=date(2026, 12, 1))


def test_a_visit_after_the_month_is_not_in_the_months_ledger():
    household = make_household(tier=Tier.LOW_INCOME)
    make_task(household, visited_on=date(2026, 11, 3))
    assert line(opened("low-income", month=date(2026, 10, 1)).active)["本季度走访日期"] is None
    assert line(opened("low-income").active)["本季度走访日期"] == datetime(2026, 11, 3)


def test_voided_task_shows_no_visit():
    task = make_task(make_household(tier=Tier.KEY), visited_on=date(2026, 11, 3))
    type(task).objects.filter(pk=task.pk).update(voided_at="2026-11-04T00:00Z", void_reason="重复")
    assert line(opened().active)["本月走访日期"] is None


def test_ledger_2_income_parts_and_distance_to_the_line():
    household = make_household(
        tier=Tier.LOW_INCOME, low_income_kind="near_line", low_income_month=date(2026, 5, 1)
    )
    make_income(
        household, 2026, people_count=2, wage_yuan=10000, business_yuan=9000, business_cost_yuan=1500,
        property_yuan=200, transfer_yuan=Decimal("300.50"),
    )  # fmt: skip
    household.members.update(history=False, tekun="rural", post="保洁员")
    make_task(household, visited_on=date(2026, 10, 9), has_risk=True, risk_kinds=["illness"])
    sheet = opened("low-income").active
    row = line(sheet)
    assert sheet["A1"].value == "示例镇2026年第4季度低收入群体台账" and row["低收入类型"] == "收入接近监测线"
    assert (row["工资性收入"], row["生产经营净收入"], row["转移性收入"]) == (10000, 7500, 300.5)
    assert row["人均纯收入"] == 9000.25 and row["与监测线差额"] == 200.25
    assert row["特困供养"] == "农村特困1人" and row["公益岗位"] == 1 and row["潜在风险点"] == "因病"
    assert row["认定时间"] == datetime(2026, 5, 1) and row["义务教育"] == "不涉及" and row["基本医疗"] is None


def test_ledger_3_compares_this_year_with_the_last():
    household = make_household(
        tier=Tier.STABLE, kind="ex_poor", ex_poor_year=2018, poverty_cause="illness", keeps_policies=True
    )
    household.members.update(history=False, dibao="rural", work_region="county", work_months=3)
    make_member(household, tekun="none", post="护林员", work_region="county")
    for year, wage in ((2025, 8000), (2026, 9000)):
        make_income(household, year, wage_yuan=wage)
    make_task(household, visited_on=date(2026, 8, 8), has_risk=False)
    row = line(opened("stable").active)
    assert (row["上年"], row["本年"], row["增减"]) == (8000, 9000, 1000)
    assert row["户属性(一般脱贫户/低保脱贫户/特困供养脱贫户)"] == "低保脱贫户"
    assert row["务工地点(县内/市内/跨市/跨省)"] == "县内2人" and row["是否继续享受政策"] == "是"
    assert row["享受主要政策"] == "农村低保1人、公益岗位1人" and row["是否存在返贫风险"] == "无"
    assert row["原致贫原因"] == "因病" and row["脱贫年度"] == 2018


def test_ledger_4_counts_registered_and_living_people():
    household = make_household(tier=Tier.GENERAL, housing_grade="B", water_is_safe=False)
    household.members.update(history=False, birth_on=date(1950, 1, 1), has_resident_medical=True)
    make_member(
        household, is_co_living=False, birth_on=date(2012, 1, 1), schooling="grade_9",
        has_resident_medical=False, health=["disabled"],
    )  # fmt: skip
    make_member(household, left_on=date(2026, 1, 1), left_reason="去世")
    make_income(household, 2024, people_count=2, transfer_yuan=5000)
    make_task(household, visited_on=date(2026, 2, 2), mode="phone", has_risk=True, risk_kinds=["illness"])
    row = line(opened("general").active)
    assert (row["户籍人口"], row["常住人口"], row["医保参保人数"], row["未参保人数"]) == (2, 1, 1, 1)
    assert row["特殊人员(大病/残疾/独居老人等)"] == "残疾1人、独居老人" and row["在校学生数"] == 1
    assert row["主要收入来源"] == "转移性收入" and row["人均纯收入估算（元）"] == 2500
    assert (
        row["走访方式(入户/电话)"] == "电话" and row["有无致贫风险"] == "有" and row["饮水安全"] == "存在问题"
    )


def test_summary_counts_by_village():
    make_key_household()
    make_task(make_household(tier=Tier.GENERAL, housing_grade="D"), visited_on=date(2026, 5, 5))
    make_village("130722101002")
    sheet = opened("summary").active
    assert [cell.value for cell in sheet[5]] == [
        "示例001村", 2, 4, 1, 3, 1, 3, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1,
    ]  # fmt: skip
    assert sheet["A6"].value == "示例002村" and sheet["P6"].value is None
    total = [cell.value for cell in sheet[7]]
    assert total[:3] == ["合计", 2, 4] and total[15] == 1
    make_task(make_household(tier=Tier.GENERAL, closed_on=date(2026, 1, 1), closed_reason="迁出"))
    assert opened("summary").active["N5"].value == 1


def test_all_is_five_sheets_and_the_summary():
    make_key_household()
    book = exported("all")
    names = [TITLE, "低收入群体台账", "稳定脱贫户台账", "一般农户台账", "预警信息核查台账", "汇总表"]
    sheets = openpyxl.load_workbook(io.BytesIO(book.content))
    assert sheets.sheetnames == names and book.file_name == "示例镇_五本台账_202611.xlsx"
    assert sheets["预警信息核查台账"]["A5"].value == "本期无数据"
    assert book.rows == {"key": 1, "low-income": 0, "stable": 0, "general": 0, "warnings": 0, "summary": 1}


def test_member_sheet_behind_ledger_1_shows_ages_and_masks_ids():
    household = make_key_household()
    make_member(household, name="已减少", left_on=date(2026, 1, 1), left_reason="去世")
    sheet = opened(with_members=True)["家庭成员花名册"]
    rows = [[cell.value for cell in sheet[at]] for at in (4, 5, 6)]
    assert [(row[3], row[4]) for row in rows] == [("张小明", "户主"), ("李小红", "配偶"), ("张小花", "之女")]
    assert rows[2][7] == 11 and rows[2][10] == "七年级" and all("**********" in row[5] for row in rows)
    assert rows[1][15:17] == ["跨省", 6] and rows[0][13] == "农村低保"
    assert "已减少" not in texts(sheet) and household.code in texts(sheet)


def test_village_and_state_narrow_the_rows():
    first = make_key_household()
    make_task(first, visited_on=date(2026, 11, 5))
    second = make_key_household(make_village("130722101002"), head_name="王二")
    make_task(second)
    one = exported(village="130722101002")
    assert one.rows == {"key": 1} and one.file_name == f"示例镇示例002村_{TITLE}_202611.xlsx"
    assert exported(state=VisitState.DONE).rows == {"key": 1} and exported(state=VisitState.NONE).rows == {
        "key": 0
    }
    assert "王二" in texts(opened(state=VisitState.OPEN)[TITLE])
    with pytest.raises(ExportRefused, match="没有代码为 130722101009 的行政村"):
        exported(village="130722101009")


def test_scope_is_what_the_exporter_may_see():
    make_key_household()
    make_key_household(make_village("130722101002"), head_name="外村人")
    make_key_household(make_village(f"{OTHER_TOWNSHIP}001"), head_name="外镇人")
    cadre = make_user(Role.CADRE, "130722101001")
    book = openpyxl.load_workbook(io.BytesIO(exported("key", by=cadre, with_members=True).content))
    seen = {text for sheet in book for text in texts(sheet)}
    assert "张小明" in seen and not {"外村人", "外镇人"} & seen
    assert exported(by=None).rows == {"key": 3}
    for role in (Role.MONITOR, Role.COUNTY, Role.ADMINISTRATOR, Role.AUDITOR):
        with pytest.raises(ExportRefused, match="没有导出台账的权限"):
            exported(by=make_user(role))
    assert not scope_of(make_user(Role.COUNTY), Capability.SEE_HOUSEHOLDS).households.exists()


def test_every_export_is_recorded_and_says_who_when_and_with_which_filter():
    make_key_household()
    station = make_user(Role.STATION, TOWNSHIP, name="王站员")
    book = openpyxl.load_workbook(io.BytesIO(exported(by=station, full_id=True, reason="报县局核对").content))
    log = AccessLog.objects.get()
    assert (log.action, log.user, log.rows, log.area) == ("export", station, 1, TOWNSHIP)
    assert (
        log.detail["reason"] == "报县局核对"
        and log.detail["full_id"]
        and log.detail["file"] == f"示例镇_{TITLE}_202611_含完整证件号.xlsx"
    )
    assert "王站员" in book.properties.creator and "完整证件号" in book.properties.description
    custom = {prop.name: prop.value for prop in book.custom_doc_props.props}
    assert (
        custom["导出人"] == f"王站员（{station.username}）"
        and custom["事由"] == "报县局核对"
        and custom["导出行数"] == 1
    )
    footer = book.active.oddFooter.left.text
    assert "王站员" in footer and "共 1 行" in footer


def run(capsys, *arguments):
    call_command("export_ledger", *arguments)
    return capsys.readouterr().out


def test_command(tmp_path, capsys):
    make_township(data_on=ON)
    make_key_household()
    out = tmp_path / "a.xlsx"
    answer = json.loads(run(capsys, "key", "--month", "2026-11", "-o", str(out), "--json"))
    assert answer["rows"] == 1 and answer["name"] == "示例镇_防返贫重点监测对象台账_202611.xlsx"
    assert openpyxl.load_workbook(out).sheetnames == [TITLE] and [
        path.name for path in tmp_path.iterdir()
    ] == ["a.xlsx"]
    assert "命令行" in AccessLog.objects.get().user_name
    with pytest.raises(CommandError, match="事由"):
        run(capsys, "key", "--month", "2026-11", "--full-id", "-o", str(tmp_path / "b.xlsx"))
    with pytest.raises(CommandError, match="不存在"):
        run(capsys, "key", "--month", "2026-11", "-o", str(tmp_path / "no" / "b.xlsx"))
    with pytest.raises(CommandError, match="没有代码为"):
        run(capsys, "key", "--month", "2026-11", "--village", "1", "-o", str(tmp_path / "b.xlsx"))
    with pytest.raises(CommandError, match="权限"):
        run(capsys, "key", "--month", "2026-11", "--by", make_user(Role.COUNTY).username, "-o", str(out))
    assert not (tmp_path / "b.xlsx").exists() and AccessLog.objects.count() == 1


def test_a_demo_may_speak_of_a_later_day_than_the_clock(tmp_path, capsys):
    make_township(data_on=date(2030, 1, 15))
    make_key_household()
    run(capsys, "key", "--month", "2030-01", "-o", str(tmp_path / "a.xlsx"))
    Division.objects.update(history=False, data_on=None)
    with pytest.raises(CommandError, match="还没有开始"):
        run(capsys, "key", "--month", "2200-01", "-o", str(tmp_path / "b.xlsx"))


def test_report_figures(capsys):
    make_township(data_on=ON)
    make_key_household()
    call_command("report_figures", "--json")
    answer = json.loads(capsys.readouterr().out)
    assert answer["key_people"]["value"] == 3 and answer["key_people"]["unit"] == "person"
    assert answer["villages"] == {
        "value": 1,
        "unit": "village",
        "definition": answer["villages"]["definition"],
    }
    call_command("report_figures", "--on", "2019-12-31")
    assert "key_households\t0 户" in capsys.readouterr().out


def test_queries_do_not_grow_with_the_rows(django_assert_max_num_queries):
    user = make_user(Role.STATION)
    for _ in range(12):
        make_task(make_key_household(), visited_on=date(2026, 11, 5))
    with django_assert_max_num_queries(18):
        exported(by=user)
