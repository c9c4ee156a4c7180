"""Ledger 3, 稳定脱贫户台账: 28 columns (domain.md §3.4)."""

from __future__ import annotations

from decimal import Decimal

from households.choices import PovertyCause, Tier
from ledgers.columns import Column, Ledger
from ledgers.definitions.common import (
    BASIC,
    REGISTER_NOTE,
    basic_columns,
    guarantee_columns,
    label_of,
)
from ledgers.definitions.key import HELP, VISITS, helper_name
from ledgers.people import (
    dibao_people,
    ex_poor_kind,
    labour_count,
    post_count,
    tekun_people,
    work_regions,
    working_count,
)
from ledgers.rows import HouseholdRow, Needs, household_rows
from township.base.dates import PeriodKind

EX_POOR, WORK, INCOME = "脱贫情况", "就业情况", "人均纯收入（元）"


def last_year(row: HouseholdRow) -> Decimal | None:
    return row.per_capita_of(row.on.year - 1)


def this_year(row: HouseholdRow) -> Decimal | None:
    return row.per_capita_of(row.on.year)


def change(row: HouseholdRow) -> Decimal | None:
    """增减（元）: this year less last year; blank unless both are registered."""
    before, now = last_year(row), this_year(row)
    return None if before is None or now is None else now - before


def main_policies(row: HouseholdRow) -> list[str]:
    """享受主要政策, as far as the members' own facts tell: 低保, 特困供养, 公益岗位."""
    posts = post_count(row.people)
    found = [*dibao_people(row.people), *tekun_people(row.people)]
    return [*found, f"公益岗位{posts}人"] if posts else found


LEDGER = Ledger(
    code="stable",
    title="稳定脱贫户台账",
    cycle=PeriodKind.HALF,
    tier=Tier.STABLE,
    rows=household_rows(Tier.STABLE, (Needs.DETAILS, Needs.PEOPLE, Needs.TWO_YEARS, Needs.HELPER)),
    notes=(
        REGISTER_NOTE,
        "人均纯收入按登记的年度收入计算；走访日期为本半年计入任务的走访，返贫风险为该次走访的判断。",
    ),
    columns=(
        *basic_columns(with_number=True),
        Column("家庭人口数", "people_count", BASIC, 7, "int", total="sum"),
        Column("脱贫年度", "household.ex_poor_year", EX_POOR, 7, "int"),
        Column("原致贫原因", lambda row: label_of(PovertyCause, row.household.poverty_cause), EX_POOR, 10),
        Column(
            "户属性(一般脱贫户/低保脱贫户/特困供养脱贫户)",
            lambda row: ex_poor_kind(row.people),
            EX_POOR,
            14,
            total="each",
        ),
        Column("是否继续享受政策", "household.keeps_policies", EX_POOR, 8, total="each"),
        Column("劳动力人数", lambda row: labour_count(row.people), WORK, 7, "int", total="sum"),
        Column("务工人数", lambda row: working_count(row.people), WORK, 7, "int", total="sum"),
        Column("务工地点(县内/市内/跨市/跨省)", lambda row: work_regions(row.people), WORK, 12),
        Column("上年", last_year, INCOME, 11, "money"),
        Column("本年", this_year, INCOME, 11, "money", sort="income"),
        Column("增减", change, INCOME, 11, "money"),
        *guarantee_columns(),
        Column("享受主要政策", main_policies, HELP, 12),
        Column("帮扶责任人", helper_name, HELP, 8),
        Column("本半年走访日期", "visited_on", VISITS, 11, "date", total="count", sort="visit", link="visit"),
        Column("走访人", "visitor", VISITS, 8),
        Column("是否存在返贫风险", "visit_risk", VISITS, 8, total="each"),
        Column("备注", "household.note", width=12, masked="words"),
    ),
)
