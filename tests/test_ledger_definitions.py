"""Each ledger has exactly the columns of the office's forms: titles, groups and order (domain.md §3.2–3.7)."""

from itertools import groupby

import pytest

from ledgers.columns import BLANK
from ledgers.definitions import FIVE, LEDGERS, ROSTER, SUMMARY

KEY = """—|序号 基本信息|行政村 基本信息|自然村/组 基本信息|户编号 基本信息|户主姓名
基本信息|户主身份证号 基本信息|联系电话 基本信息|家庭人口数 基本信息|劳动力人数 监测识别|户类型
监测识别|监测对象类别 监测识别|识别时间 监测识别|线索来源 监测识别|主要风险类型
监测识别|具体风险说明 收支情况（元）|识别时人均纯收入 收支情况（元）|当前人均纯收入
收支情况（元）|合规自付支出 三保障及饮水|义务教育 三保障及饮水|基本医疗 三保障及饮水|住房安全
三保障及饮水|饮水安全 政策享受|低保/特困 政策享受|残疾人两项补贴 政策享受|公益岗位/就业
帮扶情况|帮扶责任人 帮扶情况|责任人单位及职务 帮扶情况|帮扶措施 帮扶情况|帮扶成效
走访情况|本月走访日期 走访情况|走访人（监测员） 风险消除|是否消除 风险消除|消除时间及方式
—|备注"""
GROUPS = {
    "low-income": [
        ("", 1), ("基本信息", 7), ("认定情况", 2), ("近12个月收入情况（元）", 6), ("三保障及饮水", 4),
        ("享受政策", 4), ("走访研判", 4), ("", 1),
    ],
    "stable": [
        ("", 1), ("基本信息", 7), ("脱贫情况", 4), ("就业情况", 3), ("人均纯收入（元）", 3), ("三保障及饮水", 4),
        ("帮扶情况", 2), ("走访情况", 3), ("", 1),
    ],
    "general": [("", 1), ("基本信息", 5), ("人口", 2), ("收入", 2), ("保障情况", 6), ("走访情况", 4), ("", 1)],
    "warnings": [("", 1), ("预警信息", 6), ("预警对象", 6), ("入户核查", 8), ("镇级研判", 3), ("跟踪", 2), ("", 1)],
}  # fmt: skip
TITLES = {
    "low-income": (
        "序号 行政村 自然村/组 户主姓名 户主身份证号 联系电话 家庭人口数 劳动力人数 低收入类型 认定时间 "
        "工资性收入 生产经营净收入 财产性收入 转移性收入 人均纯收入 与监测线差额 义务教育 基本医疗 "
        "住房安全 饮水安全 低保(类别及月补助额) 特困供养 残疾人补贴 公益岗位 本季度走访日期 走访人 "
        "潜在风险点 研判结论(维持/升级为重点监测/转一般) 备注"
    ),
    "stable": (
        "序号 行政村 自然村/组 户编号 户主姓名 户主身份证号 联系电话 家庭人口数 脱贫年度 原致贫原因 "
        "户属性(一般脱贫户/低保脱贫户/特困供养脱贫户) 是否继续享受政策 劳动力人数 务工人数 "
        "务工地点(县内/市内/跨市/跨省) 上年 本年 增减 义务教育 基本医疗 住房安全 饮水安全 享受主要政策 "
        "帮扶责任人 本半年走访日期 走访人 是否存在返贫风险 备注"
    ),
    "general": (
        "序号 行政村 自然村/组 户主姓名 户主身份证号 联系电话 户籍人口 常住人口 主要收入来源 "
        "人均纯收入估算（元） 医保参保人数 未参保人数 住房等级 饮水安全 在校学生数 "
        "特殊人员(大病/残疾/独居老人等) 本年走访日期 走访方式(入户/电话) 走访人 有无致贫风险 备注"
    ),
    "warnings": (
        "序号 预警编号 预警月份/批次 预警部门 预警类型(指标) 预警内容及数值 接收日期 行政村 姓名 身份证号 "
        "户主姓名/与户主关系 联系电话 现有身份(重点/低收入/稳定脱贫/一般/不在册) 核查责任人 核查时限 "
        "核查日期 核查方式 家庭实际情况 人均纯收入(元) 自付支出(元) 村级意见 镇防贫监测工作站评估认定结果 "
        "不纳入原因 认定日期 后续措施/跟踪情况 反馈县级日期 备注"
    ),
    "roster": (
        "序号 村 户主 姓名 与户主关系 身份证号 性别 年龄 健康状况 劳动能力 在校状况/文化程度 医保 "
        "养老保险 低保/特困 残疾类别等级 务工地点 务工月数 月收入 公益岗位 备注"
    ),
}  # fmt: skip


def test_number_of_columns():
    assert [len(ledger.columns) for ledger in FIVE] == [34, 29, 28, 21, 27]
    assert len(ROSTER.columns) == 20
    assert list(LEDGERS) == ["key", "low-income", "stable", "general", "warnings", "summary"]


def test_columns_of_ledger_1():
    found = [f"{column.group or '—'}|{column.title}" for column in LEDGERS["key"].columns]
    assert found == KEY.split()


@pytest.mark.parametrize("code", TITLES)
def test_titles(code):
    ledger = ROSTER if code == "roster" else LEDGERS[code]
    assert [column.title for column in ledger.columns] == TITLES[code].split()


@pytest.mark.parametrize("code", GROUPS)
def test_groups_stand_together(code):
    groups = groupby(column.group for column in LEDGERS[code].columns)
    assert [(group, len(list(members))) for group, members in groups] == GROUPS[code]


def test_summary_has_households_and_people_of_each_group():
    found = [(column.group, column.title) for column in SUMMARY.columns]
    assert found[:3] == [("", "村名"), ("", "总户数"), ("", "总人口")]
    groups = ("重点监测", "其中未消除", "低收入", "稳定脱贫", "一般农户")
    assert found[3:13] == [(group, unit) for group in groups for unit in ("户", "人")]
    assert [title for _, title in found[13:]] == [
        "本期应走访", "已走访", "完成率", "超期", "本月预警（人次）", "已核查", "新纳入（户）", "存在三保障问题（户）",
    ]  # fmt: skip


def test_every_personal_number_is_masked():
    words = ("身份证号", "联系电话")
    for ledger in (*FIVE, ROSTER):
        for column in ledger.columns:
            assert (column.masked in ("id", "phone")) == any(word in column.title for word in words), (
                column.title
            )
            assert "出生" not in column.title  # a masked sheet shows the age, never the birth date


def test_what_no_table_brings_yet_is_left_blank():
    blank = {
        ledger.code: [column.title for column in ledger.columns if column.source is BLANK]
        for ledger in (*FIVE, SUMMARY, ROSTER)
    }
    assert blank["key"] == ["残疾人两项补贴"]
    assert blank["low-income"] == ["残疾人补贴", "研判结论(维持/升级为重点监测/转一般)"]
    assert blank["stable"] == [] and blank["general"] == blank["warnings"] == []
    assert blank["summary"] == [] and blank["roster"] == ["月收入", "备注"]
