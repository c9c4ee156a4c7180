"""惠民待遇 and 身份和比对信息: what somebody was paid, and what makes him eligible (domain.md §7.1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from households.benefit_amounts import Standard, StandardBook
from households.benefit_kinds import DEFINITIONS, BenefitKind, Holder, QualificationKind
from households.models import BenefitReceipt, BenefitStandard, Household, Member, Qualification
from households.services import entries
from households.services.entries import Problem, amount_problems, span_problems

NOTE_LENGTH = 200
DAYS = ("起日", "止日")


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


def record_receipt(
    household: Household, data: ReceiptInput, *, member: Member | None, by: Any, on: date
) -> BenefitReceipt:
    """Record what a person, or with `member` None the household, got; raise FactsRefused or PermissionDenied."""
    receipt = BenefitReceipt(household=household, member=member, **asdict(data))
    return entries.add(receipt, receipt_problems(data, member, on), by=by, reason="登记惠民待遇")


def change_receipt(
    receipt: BenefitReceipt, data: ReceiptInput, *, by: Any, on: date, reason: str
) -> list[str]:
    """Correct a payment and return the changed fields; raise FactsRefused or PermissionDenied."""
    problems = receipt_problems(data, receipt.member, on)
    return entries.alter(receipt, asdict(data), problems, by=by, reason=reason)


def record_qualification(
    household: Household, data: QualificationInput, *, member: Member | None, by: Any, on: date
) -> Qualification:
    """Record what a person, or with `member` None the household, is or has; raise FactsRefused, PermissionDenied."""
    row = Qualification(household=household, member=member, **asdict(data))
    return entries.add(row, qualification_problems(data, member, on), by=by, reason="登记身份和比对信息")


def change_qualification(
    row: Qualification, data: QualificationInput, *, by: Any, on: date, reason: str
) -> list[str]:
    """Correct a qualification and return the changed fields; raise FactsRefused or PermissionDenied."""
    return entries.alter(
        row, asdict(data), qualification_problems(data, row.member, on), by=by, reason=reason
    )


def end_qualification(row: Qualification, ended_on: date, *, by: Any, on: date, reason: str) -> list[str]:
    """Write the last day on which it holds; raise FactsRefused or PermissionDenied."""
    problems = span_problems(row.started_on, ended_on, row.member, on=on, words=DAYS)
    return entries.alter(row, {"ended_on": ended_on}, problems, by=by, reason=reason)


def receipt_problems(data: ReceiptInput, member: Member | None, on: date) -> Iterator[Problem]:
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
    yield from span_problems(data.started_on, data.ended_on, member, on=on, words=DAYS)
    if data.quantity <= 0 or data.quantity >= 10**10:
        yield "quantity", "数量必须大于 0，请核对。"
    yield from amount_problems("amount_yuan", "金额", data.amount_yuan, 10)
    if len(data.note) > NOTE_LENGTH:
        yield "note", f"备注不超过 {NOTE_LENGTH} 字。"


def qualification_problems(data: QualificationInput, member: Member | None, on: date) -> Iterator[Problem]:
    """Yield what keeps a qualification from being taken on a day, as (field, message)."""
    if data.kind not in QualificationKind.values:
        yield "kind", f"没有“{data.kind}”这一类别，请从列表中选择。"
    yield from span_problems(data.started_on, data.ended_on, member, on=on, words=DAYS)
    if len(data.note) > NOTE_LENGTH:
        yield "note", f"说明不超过 {NOTE_LENGTH} 字。"


def amount_doubt(data: ReceiptInput) -> str:
    """Return in words that the sum is not what the standards in force give; "" where it is, or nobody can say."""
    if data.amount_yuan is None:
        return ""
    expected = standards_of(data.kind).expected(
        data.kind, data.variant, data.quantity, data.started_on, data.ended_on
    )
    if expected is None or expected[0] <= data.amount_yuan <= expected[1]:
        return ""
    least, most = expected
    due = f"{least:,.2f}" if least == most else f"{least:,.2f}—{most:,.2f}"
    name = BenefitKind(data.kind).label
    return f"{name} {data.amount_yuan:,.2f} 元，按标准应为 {due} 元，请核对金额、起止日期和数量。"


def standards_of(kind: str) -> StandardBook:
    """Return the dated standards of one benefit."""
    rows = BenefitStandard.objects.filter(kind=kind).values_list(
        "kind", "variant", "amount_yuan", "most_yuan", "percent", "per", "counted_by", "valid_from"
    )
    return StandardBook(Standard(*row) for row in rows)
