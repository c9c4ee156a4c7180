"""惠民待遇 and 身份和比对信息: what somebody was paid, and what makes him eligible (domain.md §7.1)."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from households.benefit_amounts import Standard, StandardBook
from households.benefit_inputs import (
    DAYS,
    QualificationInput,
    ReceiptInput,
    qualification_problems,
    receipt_problems,
)
from households.benefit_kinds import BenefitKind
from households.entry_checks import span_problems
from households.models import BenefitReceipt, BenefitStandard, Household, Member, Qualification
from households.services import entries


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
