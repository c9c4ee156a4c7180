"""Relief lines of a recorded batch as the households' benefits (P27 光伏特困救助), so that nothing is typed twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from households.benefit_kinds import BenefitKind, SolarPurpose
from households.entry_checks import MOST_YUAN
from households.models import BenefitReceipt, SolarBatch, SolarShare
from households.services.fact_writes import FactsRefused
from township.base.history import CHANGED, CREATED, copy_to_history, save_changes

NAMED = 5


@dataclass(frozen=True)
class Receipts:
    """How many 户 got a new benefit of a batch, an addition to one of the same day, or had it registered before."""

    written: int
    added: int
    already: int


def write_receipts(batch: SolarBatch, *, by: Any, at: datetime) -> Receipts:
    """Write one P27 benefit of the day of recording for each relief line, and tie the line to it.

    Another batch's benefit of the same day takes the amount on; one that a list or a person registered for that day
    is this payment, told before, and stays as it is.
    """
    shares = list(
        SolarShare.objects.select_for_update(of=("self",))
        .select_related("household")
        .filter(batch=batch, purpose=SolarPurpose.RELIEF, receipt__isnull=True)
    )
    day = batch.recorded_on
    if not shares or day is None:
        return Receipts(0, 0, 0)
    _refuse_closed(shares)
    known = _known([share.household_id for share in shares], day)
    from_solar = set(
        SolarShare.objects.filter(receipt__in=list(known.values())).values_list("receipt", flat=True)
    )
    reason = f"光伏收益分配备案：{batch.title}（{batch.document}）"[:200]
    new, added, already = [], 0, 0
    for share in shares:
        receipt = known.get(share.household_id)
        if receipt is None:
            receipt = BenefitReceipt(
                household_id=share.household_id, area=share.household.area, kind=BenefitKind.SOLAR_RELIEF,
                started_on=day, ended_on=day, amount_yuan=share.amount_yuan, note=batch.title, recorded_by=by,
                recorded_at=at,
            )  # fmt: skip
            new.append(receipt)
        elif receipt.pk in from_solar:
            receipt.amount_yuan = _together(receipt.amount_yuan, share.amount_yuan)
            save_changes(receipt, by=by, reason=reason, fields=["amount_yuan"])
            added += 1
        else:
            already += 1
        share.receipt = receipt
    BenefitReceipt.objects.bulk_create(new)
    _record(BenefitReceipt, new, kind=CREATED, by=by, at=at, reason=reason)
    SolarShare.objects.bulk_create(
        shares, update_conflicts=True, unique_fields=["id"], update_fields=["receipt"]
    )
    _record(SolarShare, shares, kind=CHANGED, by=by, at=at, reason=reason)
    return Receipts(len(new), added, already)


def _together(one: Decimal | None, other: Decimal) -> Decimal:
    """Return the sum; raise FactsRefused where no register holds so much."""
    amount = (one or Decimal(0)) + other
    if amount >= MOST_YUAN:
        raise FactsRefused(
            [("", f"同一户当天的救助合计 {amount:,.2f} 元，超过登记上限，请核对各批次的金额。")]
        )
    return amount


def _refuse_closed(shares: list[SolarShare]) -> None:
    closed = [
        share.household for share in shares if share.household and share.household.closed_on is not None
    ]
    if closed:
        names = "、".join(household.head_name for household in closed[:NAMED])
        raise FactsRefused([("", f"{names}户已销户，不能备案。请由乡镇退回，调整这些户的救助后再办理。")])


def _known(households: list[Any], day: date) -> dict[Any, BenefitReceipt]:
    """By household, wherever it lives by now: a household that moved took its benefits along."""
    rows = BenefitReceipt.objects.select_for_update(of=("self",)).of(BenefitKind.SOLAR_RELIEF)
    rows = rows.covering(day).filter(household__in=households, member__isnull=True)
    return {row.household_id: row for row in rows.order_by("-started_on")}


def _record(model: Any, rows: list[Any], **who: Any) -> None:
    copy_to_history(model.objects.filter(pk__in=[row.pk for row in rows]), **who)
