"""惠民待遇 and 身份和比对信息: what somebody was paid, and what makes him eligible (domain.md §7.1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from households.benefit_amounts import Standard, StandardBook
from households.benefit_inputs import (
    DAYS,
    QualificationInput,
    ReceiptInput,
    overlaps,
    qualification_problems,
    receipt_problems,
)
from households.benefit_kinds import BenefitKind
from households.entry_checks import Problem, span_problems
from households.models import (
    BenefitReceipt,
    BenefitStandard,
    Household,
    Member,
    Qualification,
    SolarBatch,
    SolarShare,
)
from households.services import entries

FROM_SOLAR = "由光伏收益分配产生，请在批次“{title}”中办理。"


def record_receipt(
    household: Household, data: ReceiptInput, *, member: Member | None, by: Any, on: date
) -> BenefitReceipt:
    """Record what a person, or with `member` None the household, got; raise FactsRefused or PermissionDenied."""
    receipt = BenefitReceipt(household=household, member=member, **asdict(data))
    return entries.add(receipt, _problems(receipt, data, on), by=by, reason="登记惠民待遇")


def change_receipt(
    receipt: BenefitReceipt, data: ReceiptInput, *, by: Any, on: date, reason: str
) -> list[str]:
    """Correct a payment and return the changed fields; raise FactsRefused or PermissionDenied."""
    problems = _problems(receipt, data, on)
    return entries.alter(receipt, asdict(data), problems, by=by, reason=reason)


def withdraw_receipt(receipt: BenefitReceipt, *, by: Any, reason: str) -> None:
    """Take back a payment recorded by mistake; raise FactsRefused, also for one of a solar batch, PermissionDenied."""
    entries.withdraw(receipt, by=by, reason=reason, problems=_solar_problems(receipt))


def solar_batch_of(receipt: BenefitReceipt) -> SolarBatch | None:
    """Return the batch whose recording wrote a payment; None where a person or a list told it, a batch or not."""
    return (
        SolarBatch.objects.filter(
            pk__in=SolarShare.objects.filter(receipt=receipt.pk).values("batch"),
            recorded_on=receipt.started_on,
            title=receipt.note,
        )
        .order_by("pk")
        .first()
    )


def overlapping_receipt(receipt: BenefitReceipt, data: ReceiptInput) -> BenefitReceipt | None:
    """Return another payment of the same holder, benefit and variant for one of the days, None for no such one."""
    days = data.started_on, data.ended_on
    others = (
        BenefitReceipt.objects.of(data.kind)
        .filter(
            household=receipt.household_id, member=receipt.member_id, variant=data.variant,
            started_on__lte=data.ended_on, ended_on__gte=data.started_on,
        )
        .exclude(pk=receipt.pk)
        .order_by("started_on")
    )  # fmt: skip
    return next((one for one in others if overlaps(data.kind, days, (one.started_on, one.ended_on))), None)


def _problems(receipt: BenefitReceipt, data: ReceiptInput, on: date) -> Iterator[Problem]:
    """What keeps a payment, new or stored, from being written with these values; asked under the household's lock."""
    yield from _solar_problems(receipt)
    wrong = list(receipt_problems(data, receipt.member, on))
    yield from wrong
    if wrong:
        return
    # What overlaps already, from a list, can still be corrected in all but its days.
    is_moved = receipt._state.adding or any(
        getattr(receipt, name) != getattr(data, name)
        for name in ("kind", "variant", "started_on", "ended_on")
    )
    if is_moved and (other := overlapping_receipt(receipt, data)) is not None:
        yield (
            "started_on",
            f"与已登记的 {other.started_on}—{other.ended_on} 重叠，请更正原来的那一笔，或改起止日期。",
        )
    if data.amount_yuan is None and (due := expected_words(data)):
        name = BenefitKind(data.kind).label
        yield "amount_yuan", f"{name}有发放标准，这段时间应为 {due} 元，请填写实际发放的金额。"


def _solar_problems(receipt: BenefitReceipt) -> Iterator[Problem]:
    if not receipt._state.adding and (batch := solar_batch_of(receipt)) is not None:
        yield "", FROM_SOLAR.format(title=batch.title)


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
    name = BenefitKind(data.kind).label
    due = _span_of_yuan(*expected)
    return f"{name} {data.amount_yuan:,.2f} 元，按标准应为 {due} 元，请核对金额、起止日期和数量。"


def expected_words(data: ReceiptInput) -> str:
    """Return what the standards in force give for the days, in 元 ("360.00"); "" where no standard says it."""
    expected = standards_of(data.kind).expected(
        data.kind, data.variant, data.quantity, data.started_on, data.ended_on
    )
    return "" if expected is None else _span_of_yuan(*expected)


def _span_of_yuan(least: Decimal, most: Decimal) -> str:
    return f"{least:,.2f}" if least == most else f"{least:,.2f}—{most:,.2f}"


def standards_of(kind: str) -> StandardBook:
    """Return the dated standards of one benefit."""
    rows = BenefitStandard.objects.filter(kind=kind).values_list(
        "kind", "variant", "amount_yuan", "most_yuan", "percent", "per", "counted_by", "valid_from"
    )
    return StandardBook(Standard(*row) for row in rows)
