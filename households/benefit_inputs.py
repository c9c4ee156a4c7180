"""What is told of a payment, a qualification, a loan, and what keeps it from being taken (domain.md §7.1). Pure.

Page, service and import ask the same functions; problems are (field, message).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from households.benefit_kinds import DEFINITIONS, SINGLE_PAYMENTS, Holder, QualificationKind
from households.entry_checks import OLDEST_YEAR, Person, Problem, amount_problems, span_problems
from township.base.dates import add_months

NOTE_LENGTH = 200
DAYS = ("起日", "止日")
LONGEST_MONTHS = 120  # longer than any loan to a household; how long it may be is a dated limit of the rules
BANK_LENGTH, PURPOSE_LENGTH = 60, 100


@dataclass(frozen=True, kw_only=True)
class ReceiptInput:
    """A payment as a list or a person says it.

    `quantity` is what the standard is multiplied with (1, 亩, or for 医疗救助 the self-paid 元); `amount_yuan` the sum
    of the whole span in 元, None where something is granted and not paid.
    """

    kind: str
    started_on: date
    ended_on: date
    variant: str = ""
    quantity: Decimal = Decimal(1)
    amount_yuan: Decimal | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class QualificationInput:
    """A certificate or what comparison found; without a first day it held from ever, without a last one it holds."""

    kind: str
    started_on: date | None = None
    ended_on: date | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class LoanInput:
    """A loan to a household; the sum in 元."""

    amount_yuan: Decimal
    lent_on: date
    due_on: date
    repaid_on: date | None = None
    bank: str = ""
    purpose: str = ""


def receipt_problems(data: ReceiptInput, member: Person | None, on: date) -> Iterator[Problem]:
    """Yield what keeps a payment from being taken on a day, as (field, message)."""
    definition = DEFINITIONS.get(data.kind)
    if definition is None:
        yield "kind", f"没有“{data.kind}”这项政策，请从 32 项中选择。"
        return
    label = definition.kind.label
    if definition.holder == Holder.PERSON and member is None:
        yield "member", f"{label}按人发放，请选择享受人。"
    if definition.holder == Holder.HOUSEHOLD and member is not None:
        yield "member", f"{label}按户发放，享受人请选“全户”。"
    variants = dict(definition.variants)
    if data.variant and data.variant not in variants:
        words = "、".join(variants.values())
        yield "kind", f"{label}没有这个档次。" + (f"可选：{words}。" if words else "请不填档次。")
    yield from span_problems(
        data.started_on, data.ended_on, member, on=on, words=DAYS, may_follow_leaving=True
    )
    if data.quantity <= 0 or data.quantity >= 10**10:
        yield "quantity", "数量必须大于 0，请核对。"
    yield from amount_problems("amount_yuan", "金额", data.amount_yuan, 10)
    if len(data.note) > NOTE_LENGTH:
        yield "note", f"备注不超过 {NOTE_LENGTH} 字。"


def overlaps(kind: str, first: tuple[date, date], second: tuple[date, date]) -> bool:
    """Say whether two payments of one benefit (first and last day each) are for a day in common that is paid once."""
    return kind not in SINGLE_PAYMENTS and first[0] <= second[1] and second[0] <= first[1]


def qualification_problems(data: QualificationInput, member: Person | None, on: date) -> Iterator[Problem]:
    """Yield what keeps a qualification from being taken on a day, as (field, message)."""
    if data.kind not in QualificationKind.values:
        yield "kind", f"没有“{data.kind}”这一类别，请从列表中选择。"
    yield from span_problems(data.started_on, data.ended_on, member, on=on, words=DAYS)
    if len(data.note) > NOTE_LENGTH:
        yield "note", f"说明不超过 {NOTE_LENGTH} 字。"


def loan_problems(data: LoanInput, on: date) -> Iterator[Problem]:
    """Yield what keeps a loan from being taken on a day, as (field, message)."""
    if data.amount_yuan <= 0:
        yield "amount_yuan", "贷款金额必须大于 0，请核对。"
    yield from amount_problems("amount_yuan", "贷款金额", max(data.amount_yuan, Decimal(0)), 10)
    yield from loan_day_problems(data.lent_on, data.due_on, data.repaid_on, on)
    if len(data.bank) > BANK_LENGTH:
        yield "bank", f"贷款银行不超过 {BANK_LENGTH} 字。"
    if len(data.purpose) > PURPOSE_LENGTH:
        yield "purpose", f"用途不超过 {PURPOSE_LENGTH} 字。"


def loan_day_problems(lent_on: date, due_on: date, repaid_on: date | None, on: date) -> Iterator[Problem]:
    if lent_on.year < OLDEST_YEAR or lent_on > on:
        yield "lent_on", f"放款日期 {lent_on} 应在今天（{on}）以前，请核对。"
    if due_on < lent_on:
        yield "due_on", f"到期日期 {due_on} 早于放款日期 {lent_on}，请核对。"
    elif due_on > add_months(lent_on, LONGEST_MONTHS):
        yield "due_on", f"到期日期 {due_on} 在放款十年以后，请核对年份。"
    if repaid_on is not None and not lent_on <= repaid_on <= on:
        yield "repaid_on", f"还清日期 {repaid_on} 应在放款日期 {lent_on} 到今天（{on}）之间，请核对。"
