"""Ledger 4, 一般农户台账: 21 columns (domain.md §3.5). Kept short: it has thousands of rows."""

from __future__ import annotations

from households.choices import Tier
from ledgers.columns import Column, Ledger
from ledgers.definitions.common import REGISTER_NOTE, basic_columns
from ledgers.definitions.key import VISITS
from ledgers.people import (
    co_living_count,
    insured_count,
    registered_count,
    special_people,
    student_count,
    uninsured_count,
)
from ledgers.rows import HouseholdRow, Needs, household_rows
from township.base.dates import PeriodKind

PEOPLE, INCOME, GUARANTEES = "人口", "收入", "保障情况"
SOURCES = {
    "wage_yuan": "工资性收入",
    "business_yuan": "生产经营性收入",
    "property_yuan": "财产性收入",
    "transfer_yuan": "转移性收入",
}


def main_source(row: HouseholdRow) -> str:
    """主要收入来源: the largest of the four kinds of income; blank where none was registered."""
    income = row.income
    if income is None:
        return ""
    largest = max(SOURCES, key=lambda name: getattr(income, name))
    return SOURCES[largest] if getattr(income, largest) else ""


LEDGER = Ledger(
    code="general",
    title="一般农户台账",
    cycle=PeriodKind.YEAR,
    tier=Tier.GENERAL,
    rows=household_rows(Tier.GENERAL, (Needs.PEOPLE, Needs.LATEST_INCOME)),
    notes=(
        REGISTER_NOTE,
        "户籍人口、常住人口按成员登记的户籍、共同生活情况统计；人均纯收入按最近一个登记年度估算；"
        "独居老人为独自居住的 60 周岁及以上老人；"
        "走访日期为本年计入任务的走访，致贫风险为该次走访的判断。",
    ),
    columns=(
        *basic_columns(with_number=False),
        Column("户籍人口", lambda row: registered_count(row.people), PEOPLE, 7, "int", total="sum"),
        Column("常住人口", lambda row: co_living_count(row.people), PEOPLE, 7, "int", total="sum"),
        Column("主要收入来源", main_source, INCOME, 13, total="each"),
        Column("人均纯收入估算（元）", "per_capita_yuan", INCOME, 11, "money", sort="income"),
        Column("医保参保人数", lambda row: insured_count(row.people), GUARANTEES, 7, "int", total="sum"),
        Column("未参保人数", lambda row: uninsured_count(row.people), GUARANTEES, 7, "int", total="sum"),
        Column("住房等级", "household.housing_grade", GUARANTEES, 6, total="each"),
        Column("饮水安全", "water", GUARANTEES, 8, total="each"),
        Column("在校学生数", lambda row: student_count(row.people), GUARANTEES, 7, "int", total="sum"),
        Column(
            "特殊人员(大病/残疾/独居老人等)", lambda row: special_people(row.people, row.on), GUARANTEES, 14
        ),
        Column("本年走访日期", "visited_on", VISITS, 11, "date", total="count", sort="visit", link="visit"),
        Column("走访方式(入户/电话)", "visit_mode", VISITS, 8, total="each"),
        Column("走访人", "visitor", VISITS, 8),
        Column("有无致贫风险", "visit_risk", VISITS, 7, total="each"),
        Column("备注", "household.note", width=12, masked="words"),
    ),
)
