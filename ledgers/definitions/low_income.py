"""Ledger 2, 低收入群体台账: 29 columns (domain.md §3.3)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from households.choices import LowIncomeKind, Tier
from ledgers.columns import BLANK, Column, Ledger
from ledgers.definitions.common import (
    BASIC,
    REGISTER_NOTE,
    basic_columns,
    guarantee_columns,
    label_of,
    risk_labels,
)
from ledgers.people import dibao_people, labour_count, post_count, tekun_people
from ledgers.rows import HouseholdRow, Needs, household_rows
from township.base.dates import PeriodKind

RECOGNISED, INCOME = "认定情况", "近12个月收入情况（元）"
POLICY, VISITS = "享受政策", "走访研判"


def income_of(name: str) -> Callable[[HouseholdRow], Decimal | None]:
    """Return the source of one kind of income (元)."""
    return lambda row: getattr(row.income, name) if row.income else None


def business_net(row: HouseholdRow) -> Decimal | None:
    """生产经营净收入（元）: gross less the cost."""
    return row.income.business_yuan - row.income.business_cost_yuan if row.income else None


def above_line(row: HouseholdRow) -> Decimal | None:
    """与监测线差额（元）: net income per head less the line in force; negative below the line."""
    per_capita = row.per_capita_yuan
    return None if per_capita is None or row.line_yuan is None else per_capita - row.line_yuan


LEDGER = Ledger(
    code="low-income",
    title="低收入群体台账",
    cycle=PeriodKind.QUARTER,
    tier=Tier.LOW_INCOME,
    rows=household_rows(Tier.LOW_INCOME, (Needs.DETAILS, Needs.PEOPLE, Needs.LATEST_INCOME)),
    notes=(
        REGISTER_NOTE,
        "收入为最近一个登记年度的数据；与监测线差额＝人均纯收入－当期监测线；走访日期为本季度计入任务的走访。",
    ),
    columns=(
        *basic_columns(with_number=False),
        Column("家庭人口数", "people_count", BASIC, 7, "int", total="sum"),
        Column("劳动力人数", lambda row: labour_count(row.people), BASIC, 7, "int", total="sum"),
        Column(
            "低收入类型",
            lambda row: label_of(LowIncomeKind, row.household.low_income_kind),
            RECOGNISED,
            11,
            total="each",
        ),
        Column("认定时间", "household.low_income_month", RECOGNISED, 9, "month"),
        Column("工资性收入", income_of("wage_yuan"), INCOME, 11, "money", total="sum"),
        Column("生产经营净收入", business_net, INCOME, 11, "money", total="sum"),
        Column("财产性收入", income_of("property_yuan"), INCOME, 10, "money", total="sum"),
        Column("转移性收入", income_of("transfer_yuan"), INCOME, 11, "money", total="sum"),
        Column("人均纯收入", "per_capita_yuan", INCOME, 11, "money", sort="income"),
        Column("与监测线差额", above_line, INCOME, 11, "money"),
        *guarantee_columns(),
        # The monthly amount stands in the benefit lists, which are not registered yet: kind and people only.
        Column("低保(类别及月补助额)", lambda row: dibao_people(row.people), POLICY, 11),
        Column("特困供养", lambda row: tekun_people(row.people), POLICY, 10),
        # Who receives an allowance for the disabled stands in the benefit lists, which are not registered yet.
        Column("残疾人补贴", BLANK, POLICY, 9),
        Column("公益岗位", lambda row: post_count(row.people), POLICY, 7, "int", total="sum"),
        Column("本季度走访日期", "visited_on", VISITS, 11, "date", total="count", sort="visit", link="visit"),
        Column("走访人", "visitor", VISITS, 8),
        Column(
            "潜在风险点", lambda row: risk_labels(row.visit.risk_kinds) if row.visit else None, VISITS, 12
        ),
        # The station's judgement of the quarter is not recorded anywhere yet.
        Column("研判结论(维持/升级为重点监测/转一般)", BLANK, VISITS, 13),
        Column("备注", "household.note", width=12, masked="words"),
    ),
)
