"""Ledger 1, 防返贫重点监测对象台账: 34 columns (domain.md §3.2); its second sheet, 家庭成员花名册, is roster.py."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from households.choices import ClueSource, EliminationMode, MonitoredKind, Tier
from ledgers.columns import BLANK, Column, Ledger
from ledgers.definitions.common import (
    REGISTER_NOTE,
    basic_columns,
    guarantee_columns,
    kind_label,
    label_of,
    risk_labels,
)
from ledgers.facts import MeasureFacts
from ledgers.people import dibao_people, labour_count, posts_and_work, tekun_people
from ledgers.rows import HouseholdRow, Needs, household_rows
from monitoring.models import MeasureClass
from township.base.dates import PeriodKind

IDENTIFIED, MONEY, POLICY = "监测识别", "收支情况（元）", "政策享受"
HELP, VISITS, ELIMINATION = "帮扶情况", "走访情况", "风险消除"


def helper_name(row: HouseholdRow) -> str:
    return row.helper.name if row.helper else ""


def helper_unit(row: HouseholdRow) -> str:
    return row.helper.unit if row.helper else ""


def measures(row: HouseholdRow) -> list[str]:
    """Each measure with its class and dates: 产业帮扶：光伏分红（2026-03-01起）."""
    return [_measure_text(measure, row.on) for measure in row.measures]


def results(row: HouseholdRow) -> list[str]:
    return [measure.result for measure in row.measures if measure.result]


def self_pay(row: HouseholdRow) -> Decimal | None:
    """合规自付支出（元） of the latest registered year."""
    return row.income.compliant_self_pay_yuan if row.income else None


def elimination(row: HouseholdRow) -> str:
    """消除时间及方式: 2026-03 帮扶消除."""
    month, mode = row.household.eliminated_month, label_of(EliminationMode, row.household.elimination_mode)
    return " ".join(part for part in (f"{month:%Y-%m}" if month else "", mode) if part)


def _measure_text(measure: MeasureFacts, on: date) -> str:
    ended = measure.ended_on if measure.ended_on and measure.ended_on <= on else None
    days = f"{measure.started_on}至{ended}" if ended else f"{measure.started_on}起"
    return f"{label_of(MeasureClass, measure.measure_class)}：{measure.title}（{days}）"


LEDGER = Ledger(
    code="key",
    title="防返贫重点监测对象台账",
    cycle=PeriodKind.MONTH,
    tier=Tier.KEY,
    rows=household_rows(
        Tier.KEY, (Needs.DETAILS, Needs.PEOPLE, Needs.LATEST_INCOME, Needs.HELPER, Needs.MEASURES)
    ),
    notes=(REGISTER_NOTE, "收支为最近一个登记年度的数据；走访日期为本月计入任务的走访。"),
    columns=(
        *basic_columns(with_number=True),
        Column("家庭人口数", "people_count", "基本信息", 7, "int", total="sum"),
        Column("劳动力人数", lambda row: labour_count(row.people), "基本信息", 7, "int", total="sum"),
        Column("户类型", kind_label, IDENTIFIED, 8, total="each"),
        Column(
            "监测对象类别",
            lambda row: label_of(MonitoredKind, row.household.monitored_kind),
            IDENTIFIED,
            11,
            total="each",
        ),
        Column("识别时间", "household.identified_month", IDENTIFIED, 10, "month"),
        Column("线索来源", lambda row: label_of(ClueSource, row.household.clue_source), IDENTIFIED, 13),
        Column("主要风险类型", lambda row: risk_labels(row.household.risks), IDENTIFIED, 12),
        Column("具体风险说明", "household.risk_note", IDENTIFIED, 24, masked="words"),
        Column("识别时人均纯收入", "household.identified_income_yuan", MONEY, 11, "money"),
        Column("当前人均纯收入", "per_capita_yuan", MONEY, 11, "money", sort="income"),
        Column("合规自付支出", self_pay, MONEY, 11, "money", total="sum"),
        *guarantee_columns(),
        Column(
            "低保/特困",
            lambda row: [*dibao_people(row.people), *tekun_people(row.people)],
            POLICY,
            11,
        ),
        # Who receives the two allowances for the disabled stands in the benefit lists, which are not registered yet.
        Column("残疾人两项补贴", BLANK, POLICY, 9),
        Column("公益岗位/就业", lambda row: posts_and_work(row.people), POLICY, 13),
        Column("帮扶责任人", helper_name, HELP, 8),
        Column("责任人单位及职务", helper_unit, HELP, 18, masked="words"),
        Column("帮扶措施", measures, HELP, 22, masked="words"),
        Column("帮扶成效", results, HELP, 14, masked="words"),
        Column("本月走访日期", "visited_on", VISITS, 11, "date", total="count", sort="visit", link="visit"),
        Column("走访人（监测员）", "visitor", VISITS, 9),
        Column("是否消除", "household.is_eliminated", ELIMINATION, 7, total="each"),
        Column("消除时间及方式", elimination, ELIMINATION, 17),
        Column("备注", "household.note", width=12, masked="words"),
    ),
)
