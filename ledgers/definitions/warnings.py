"""Ledger 5, 预警信息核查台账: 27 columns (domain.md §3.6)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from households.choices import Relation, Tier
from ledgers.cases import CaseRow, case_rows, statistics
from ledgers.columns import Column, Ledger
from ledgers.definitions.common import label_of
from monitoring.choices import WarningResult
from monitoring.figures_warnings import DEFINITION
from monitoring.models import WarningCase
from monitoring.models.visits import VisitMode
from monitoring.warning_words import decline_words, taken_words
from township.base.dates import PeriodKind

WARNING, SUBJECT, CHECK = "预警信息", "预警对象", "入户核查"
JUDGEMENT, FOLLOWING = "镇级研判", "跟踪"
# The heading asks for these words.
TIER_WORDS = {
    Tier.KEY: "重点", Tier.LOW_INCOME: "低收入", Tier.STABLE: "稳定脱贫", Tier.GENERAL: "一般",
}  # fmt: skip
NOT_REGISTERED = "不在册"
MODES = dict(VisitMode.choices)


def content(row: CaseRow) -> str:
    """预警内容, and the amount where the words do not hold it already."""
    case = row.case
    amount = "" if case.amount_yuan is None else f"{case.amount_yuan:,.2f}".removesuffix(".00")
    if not amount or amount in case.content:
        return case.content
    return "；".join(filter(None, (case.content, f"{amount} 元")))


def village(row: CaseRow) -> str:
    return row.case.village or row.case.village_name


def person(row: CaseRow) -> str:
    return row.case.member_name or row.case.person_name


def id_number(row: CaseRow) -> str:
    return row.case.id_number or row.case.member_id_number or ""


def phone(row: CaseRow) -> str:
    return row.case.phone or row.case.household_phone or ""


def head_and_relation(row: CaseRow) -> str:
    """张三/配偶; blank for who is not in the register."""
    case = row.case
    return f"{case.head_name}/{label_of(Relation, case.relation or '')}" if case.head_name else ""


def standing(row: CaseRow) -> str:
    """The tier held on the day; 不在册 without a household, blank where the person has yet to be confirmed."""
    case = row.case
    if case.household_id is None:
        return "" if case.match == WarningCase.Match.TO_CONFIRM else NOT_REGISTERED
    return TIER_WORDS[Tier(case.tier)] if case.tier else ""


def responsible(row: CaseRow) -> str:
    """Who was sent; for a case of which nobody could be sent, who verified it."""
    case = row.case
    if row.is_assigned and case.monitor:
        return case.monitor
    return case.verifier if row.is_verified else ""


def verify_by(row: CaseRow) -> date | None:
    return row.case.due_on if row.is_assigned else None


def verified_on(row: CaseRow) -> date | None:
    return row.case.verified_on if row.is_verified else None


def verify_mode(row: CaseRow) -> str:
    return MODES.get(row.case.verify_mode, "") if row.is_verified else ""


def situation(row: CaseRow) -> str:
    """家庭实际情况 as the verifier wrote it, else his words on the result."""
    return (row.case.situation or row.case.proposed_words) if row.is_verified else ""


def per_capita(row: CaseRow) -> Decimal | None:
    return row.case.per_capita_yuan if row.is_verified else None


def self_pay(row: CaseRow) -> Decimal | None:
    return row.case.self_pay_yuan if row.is_verified else None


def village_opinion(row: CaseRow) -> str:
    return row.case.village_opinion if row.is_verified else ""


def result(row: CaseRow) -> str:
    return label_of(WarningResult, row.case.result) if row.is_decided else ""


def reason(row: CaseRow) -> str:
    """The reason from the list with the station's words: 费用已报销或有能力承担：…"""
    case = row.case
    return decline_words(case.result, case.result_reason, case.result_words) if row.is_decided else ""


def decided_on(row: CaseRow) -> date | None:
    return row.case.decided_on if row.is_decided else None


def following(row: CaseRow) -> list[str]:
    """What was opened, what was noted on the way, and when it is looked at again."""
    case, said = row.case, []
    if not row.is_decided:
        return []
    if case.has_procedure:
        said.append("已启动识别程序")
    if words := taken_words(case.result, case.result_words):
        said.append(words)
    if case.follow_note and row.is_noted:
        said.append(case.follow_note)
    if case.status == WarningCase.Status.FOLLOWING and case.follow_on:
        said.append(f"下次跟踪 {case.follow_on}")
    return said


def replied_on(row: CaseRow) -> date | None:
    return row.case.replied_on if row.is_replied else None


def remarks(row: CaseRow) -> list[str]:
    case, said = row.case, []
    if case.match == WarningCase.Match.TO_CONFIRM:
        said.append("人员待确认")
    if case.repeats and row.is_decided:
        said.append(f"重复于 {case.repeats}")
    return said


LEDGER = Ledger(
    code="warnings",
    title="预警信息核查台账",
    cycle=PeriodKind.MONTH,
    rows=case_rows,
    unit="单位：人次、元",
    frozen_title="预警编号",
    notes=(f"{DEFINITION}。现有身份为当日监测等级。",),
    statistics=statistics,
    columns=(
        Column("序号", "number", width=5, kind="int"),
        Column("预警编号", "case.code", WARNING, 19, link="warning"),
        Column("预警月份/批次", "case.month", WARNING, 10, "month"),
        Column("预警部门", "case.department", WARNING, 9),
        Column("预警类型(指标)", "case.indicator", WARNING, 11, masked="words"),
        Column("预警内容及数值", content, WARNING, 20, masked="words"),
        Column("接收日期", "case.received_on", WARNING, 11, "date"),
        Column("行政村", village, SUBJECT, 10, masked="words"),
        Column("姓名", person, SUBJECT, 8, total="times", link="subject", masked="words"),
        Column("身份证号", id_number, SUBJECT, 19, masked="id"),
        Column("户主姓名/与户主关系", head_and_relation, SUBJECT, 11),
        Column("联系电话", phone, SUBJECT, 12, masked="phone"),
        Column("现有身份(重点/低收入/稳定脱贫/一般/不在册)", standing, SUBJECT, 12),
        Column("核查责任人", responsible, CHECK, 8, masked="words"),
        Column("核查时限", verify_by, CHECK, 11, "date"),
        Column("核查日期", verified_on, CHECK, 11, "date"),
        Column("核查方式", verify_mode, CHECK, 7),
        Column("家庭实际情况", situation, CHECK, 18, masked="words"),
        Column("人均纯收入(元)", per_capita, CHECK, 11, "money"),
        Column("自付支出(元)", self_pay, CHECK, 11, "money"),
        Column("村级意见", village_opinion, CHECK, 12, masked="words"),
        Column("镇防贫监测工作站评估认定结果", result, JUDGEMENT, 13),
        Column("不纳入原因", reason, JUDGEMENT, 12, masked="words"),
        Column("认定日期", decided_on, JUDGEMENT, 11, "date"),
        Column("后续措施/跟踪情况", following, FOLLOWING, 14, masked="words"),
        Column("反馈县级日期", replied_on, FOLLOWING, 11, "date"),
        Column("备注", remarks, width=12, masked="words"),
    ),
)
