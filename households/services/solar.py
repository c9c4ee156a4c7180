"""光伏收益分配: a village's batch is drafted, filled with lines, and taken through its four steps.

Every change is one function: check, write, record, in one transaction. It raises FactsRefused with what is wrong in
which field, TransitionRefused where a step is not the person's or somebody was faster, PermissionDenied without the
right in the village. Money is yuan in Decimal; `on` is today, `at` the moment of recording.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Sum

from households.access import ROLE_CAPABILITIES, Capability, access_of
from households.benefit_kinds import SolarPurpose
from households.entry_checks import MOST_YUAN
from households.models import SolarBatch, SolarShare, Village
from households.services.fact_writes import FactsRefused, stated
from households.services.solar_receipts import Receipts, write_receipts
from households.workflows.solar import (
    APPROVE,
    DECIDE,
    RECORD,
    REVIEW,
    SEND_BACK,
    SOLAR,
    TAKE_BACK,
    VILLAGE_STEPS,
)
from township.base.history import save_changes
from township.base.workflow import Transition, TransitionRefused

Status = SolarBatch.Status
TITLE_LENGTH, DOCUMENT_LENGTH = 60, 120
ALL_CAPABILITIES = frozenset[str]().union(*ROLE_CAPABILITIES.values())
OWN_VILLAGE_STEP = "本批次的村级步骤由您登记，乡镇审核须由工作站的其他人员办理。"
NO_DAYS: dict[str, None] = dict.fromkeys(("decided_on", "reviewed_on", "approved_on"))


@dataclass(frozen=True, kw_only=True)
class BatchInput:
    """A batch as a person types it: its title, the day the money came, and how much (元)."""

    title: str
    received_on: date
    income_yuan: Decimal


@dataclass(frozen=True)
class PurposeTotal:
    """What a batch spends on one purpose: 元, lines, and the 户 and 人 who get it."""

    purpose: SolarPurpose
    amount_yuan: Decimal
    lines: int
    households: int
    people: int


def make_batch(
    village: Village, data: BatchInput, *, township_percent: Decimal, by: Any, on: date
) -> SolarBatch:
    """Draft a batch of a village; township_percent (%) is the split in force, which the batch keeps."""
    _demand(by, Capability.RECORD_PROCEDURE, village.area)
    _check(data, on)
    batch = SolarBatch(
        village=village, area=village.area, title=data.title.strip(), received_on=data.received_on,
        income_yuan=data.income_yuan, township_percent=township_percent, created_by=by,
    )  # fmt: skip
    return _saved(batch, by=by, reason="拟定")


def change_batch(batch: SolarBatch, data: BatchInput, *, by: Any, on: date, reason: str) -> SolarBatch:
    """Correct a drafted batch with the reason."""
    _check(data, on)
    with transaction.atomic():
        batch = drafted(batch, by)
        batch.title, batch.received_on = data.title.strip(), data.received_on
        batch.income_yuan = data.income_yuan
        return _saved(batch, by=by, reason=stated(reason), fields=["title", "received_on", "income_yuan"])


def drafted(batch: SolarBatch, by: Any) -> SolarBatch:
    """Return the batch as it is now, held until the end of the transaction; raise unless it may be filled."""
    current = SolarBatch.objects.select_for_update().get(pk=batch.pk)
    _demand(by, Capability.RECORD_PROCEDURE, current.area)
    if current.status != Status.DRAFTED:
        raise FactsRefused(
            [("", f"这一批次{current.get_status_display()}，明细已固定。如需修改请先撤回或退回。")]
        )
    return current


def totals_of(batch: SolarBatch) -> list[PurposeTotal]:
    """Return what the batch spends, purpose by purpose in their order; purposes without a line are left out."""
    found = {
        row["purpose"]: row
        for row in SolarShare.objects.filter(batch=batch).order_by().values("purpose").annotate(
            amount=Sum("amount_yuan"), lines=Count("pk"), households=Count("household", distinct=True),
            people=Count("member", distinct=True),
        )
    }  # fmt: skip
    return [
        PurposeTotal(purpose, row["amount"], row["lines"], row["households"], row["people"])
        for purpose in SolarPurpose
        if (row := found.get(purpose))
    ]


def allocated_yuan(batch: SolarBatch) -> Decimal:
    """Return how much of the village's part the lines spend (元)."""
    return sum((total.amount_yuan for total in totals_of(batch)), Decimal(0))


def decide(batch: SolarBatch, *, decided_on: date, by: Any, on: date, at: datetime) -> None:
    """村委会议定: the lines are fixed; refused while there are none or they exceed the village's part."""
    with transaction.atomic():
        batch = _locked(batch)
        _refuse_wrong_lines(batch)
        _refuse_day("decided_on", decided_on, on)
        _apply(batch, DECIDE, by=by, at=at, decided_on=decided_on)


def review(batch: SolarBatch, *, reviewed_on: date, by: Any, on: date, at: datetime) -> None:
    """村级评议, on or after the day of the decision."""
    with transaction.atomic():
        batch = _locked(batch)
        _refuse_day("reviewed_on", reviewed_on, on, batch.decided_on, "村委会议定")
        _apply(batch, REVIEW, by=by, at=at, reviewed_on=reviewed_on)


def approve(batch: SolarBatch, *, approved_on: date, by: Any, on: date, at: datetime) -> None:
    """乡镇审核, never by who recorded a step of the village."""
    with transaction.atomic():
        batch = _locked(batch)
        _refuse_day("approved_on", approved_on, on, batch.reviewed_on, "村级评议")
        if took_village_step(batch, by):
            raise TransitionRefused(OWN_VILLAGE_STEP)
        _apply(batch, APPROVE, by=by, at=at, approved_on=approved_on)


def record(
    batch: SolarBatch, *, recorded_on: date, document: str, by: Any, on: date, at: datetime
) -> Receipts:
    """县级备案 with its document: the relief lines become the households' benefits (P27) in the same transaction."""
    with transaction.atomic():
        batch = _locked(batch)
        _refuse_day("recorded_on", recorded_on, on, batch.approved_on, "乡镇审核")
        document = document.strip()
        if not 0 < len(document) <= DOCUMENT_LENGTH:
            raise FactsRefused([("document", f"请填写备案文号（不超过 {DOCUMENT_LENGTH} 字）。")])
        _apply(batch, RECORD, by=by, at=at, recorded_on=recorded_on, document=document)
        return write_receipts(batch, by=by, at=at)


def take_back(batch: SolarBatch, reason: str, *, by: Any, at: datetime) -> None:
    """撤回修改: the village drafts again what the township has not approved."""
    _return(batch, TAKE_BACK, reason, by=by, at=at)


def send_back(batch: SolarBatch, reason: str, *, by: Any, at: datetime) -> None:
    """退回重新拟定: the township sends a batch back to the draft, with the reason."""
    _return(batch, SEND_BACK, reason, by=by, at=at)


def took_village_step(batch: SolarBatch, user: Any) -> bool:
    """Whether the user recorded the decision or the review of the batch since it was last drafted."""
    if user is None:
        return False
    for row in batch.history.order_by("-history_date", "-history_id").values("status", "history_user"):
        if row["status"] == Status.DRAFTED:
            return False
        if row["status"] in VILLAGE_STEPS and row["history_user"] == user.pk:
            return True
    return False


def available(batch: SolarBatch, user: Any) -> list[Transition]:
    """Return the steps that this user may take now, those that lead forward first."""
    steps = SOLAR.available(batch.status, access_of(user).capabilities(batch.area))
    mine = [step for step in steps if step.action != APPROVE or not took_village_step(batch, user)]
    return sorted(mine, key=lambda step: step.action in (TAKE_BACK, SEND_BACK))


def _return(batch: SolarBatch, action: str, reason: str, *, by: Any, at: datetime) -> None:
    with transaction.atomic():
        batch = _locked(batch)
        _apply(batch, action, by=by, at=at, sent_back_reason=stated(reason), **NO_DAYS)


def _apply(batch: SolarBatch, action: str, *, by: Any, at: datetime, **columns: Any) -> None:
    held = ALL_CAPABILITIES if by is None else access_of(by).capabilities(batch.area)
    SOLAR.apply(batch, action, capabilities=held, by=by, at=at, **columns)


def _locked(batch: SolarBatch) -> SolarBatch:
    return SolarBatch.objects.select_for_update().get(pk=batch.pk)


def _demand(by: Any, capability: Capability, area: str) -> None:
    if by is not None:
        access_of(by).demand(capability, area)


def _refuse_wrong_lines(batch: SolarBatch) -> None:
    spent = allocated_yuan(batch)
    if not spent:
        raise FactsRefused([("", "还没有分配明细。请先登记公益岗位、特困救助等明细，再登记议定。")])
    if spent > batch.village_yuan:
        over = spent - batch.village_yuan
        message = (
            f"明细合计 {spent:,.2f} 元，超过村级可分配的 {batch.village_yuan:,.2f} 元，"
            f"多出 {over:,.2f} 元。请减少明细。"
        )
        raise FactsRefused([("", message)])


def _refuse_day(name: str, day: date, on: date, earlier: date | None = None, what: str = "") -> None:
    if day > on:
        raise FactsRefused([(name, f"日期 {day} 晚于今天（{on}），请填写实际日期。")])
    if earlier is not None and day < earlier:
        raise FactsRefused([(name, f"日期 {day} 早于{what}日期 {earlier}，请核对。")])


def _check(data: BatchInput, on: date) -> None:
    checks: Mapping[str, Callable[[], str]] = {
        "title": lambda: (
            ""
            if 0 < len(data.title.strip()) <= TITLE_LENGTH
            else f"请填写批次名称（不超过 {TITLE_LENGTH} 字）。"
        ),
        "received_on": lambda: (
            "" if data.received_on <= on else f"到账日期 {data.received_on} 晚于今天（{on}），请核对。"
        ),
        "income_yuan": lambda: (
            "" if 0 < data.income_yuan < MOST_YUAN else "收益总额应大于 0、小于 100 亿元。"
        ),
    }
    problems = [(name, message) for name, said in checks.items() if (message := said())]
    if problems:
        raise FactsRefused(problems)


def _saved(batch: SolarBatch, *, by: Any, reason: str, fields: list[str] | None = None) -> SolarBatch:
    try:
        with transaction.atomic():
            save_changes(batch, by=by, reason=reason, fields=fields)
    except IntegrityError as error:
        raise FactsRefused([("title", "这个村已有同名批次，请修改原来的批次或另取名称。")]) from error
    return batch
