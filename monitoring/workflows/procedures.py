"""What identification and elimination share: the steps from the home to the county, and their record."""

from __future__ import annotations

from typing import Any

from django.db import models

from households.access import Capability
from monitoring.models import Procedure, ProcedureStep
from township.base.workflow import Transition, step

CHECK, REVIEW, PUBLICISE, SUBMIT = "check", "review", "publicise", "submit"
APPROVE, SEND_BACK, RESUBMIT = "approve", "send_back", "resubmit"
DECIDE, CORRECT, COUNTY_RETURN, ENTER = "decide", "correct", "county_return", "enter"
DECLINE, COUNTY_DECLINE, WITHDRAW = "decline", "county_decline", "withdraw"

Status = Procedure.Status
C = Capability
AT_WORK = frozenset({
    Status.OPENED, Status.CHECKED, Status.REVIEWED, Status.PUBLICISED, Status.SUBMITTED, Status.RETURNED,
})  # fmt: skip


def record(procedure: models.Model, transition: Transition, data: dict[str, Any]) -> None:
    """Write the step of a move; `data` holds by, by_name, on, at and note beside the written fields, of which a home
    verification keeps who made it."""
    ProcedureStep.objects.create(
        procedure_id=procedure.pk,
        action=transition.action,
        label=transition.label,
        status=transition.target,
        on=data["on"],
        note=data.get("note", ""),
        checker=data.get("checked_by"),
        companion=data.get("companion", ""),
        by=data.get("by"),
        by_name=data["by_name"],
        at=data["at"],
    )


def shared_steps(
    *, checked: tuple[str, ...], entered: str, declined: str, withdrawn: str
) -> tuple[Transition, ...]:
    """Return the steps in their order; the words differ, and what the home verification has to find."""
    return (
        step(CHECK, "登记入户核查", {Status.OPENED}, Status.CHECKED, C.RECORD_PROCEDURE, "checked_on", *checked),
        step(
            REVIEW, "登记村级评议", {Status.CHECKED}, Status.REVIEWED, C.RECORD_PROCEDURE,
            "reviewed_on", "agree_count", "disagree_count",
        ),
        step(
            PUBLICISE, "开始公示", {Status.REVIEWED}, Status.PUBLICISED, C.RECORD_PROCEDURE,
            "publicity_from", "publicity_to",
        ),
        step(SUBMIT, "公示结束，报乡镇审核", {Status.PUBLICISED}, Status.SUBMITTED, C.RECORD_PROCEDURE),
        step(APPROVE, "乡镇审核通过", {Status.SUBMITTED}, Status.APPROVED, C.DECIDE_WARNING, "approved_on"),
        step(SEND_BACK, "退回补充", {Status.SUBMITTED}, Status.RETURNED, C.DECIDE_WARNING, "return_reason"),
        step(RESUBMIT, "补充后再报", {Status.RETURNED}, Status.SUBMITTED, C.RECORD_PROCEDURE),
        step(DECIDE, "登记县级审定", {Status.APPROVED}, Status.DECIDED, C.RECORD_COUNTY, "decided_on", "document"),
        # Where the register changed meanwhile, what was decided cannot be entered: its day or document was typed wrong,
        # or the county takes the case back.
        step(CORRECT, "更正县级审定", {Status.DECIDED}, Status.DECIDED, C.RECORD_COUNTY, "decided_on", "document"),
        step(
            COUNTY_RETURN, "登记县级退回", {Status.APPROVED, Status.DECIDED}, Status.RETURNED, C.RECORD_COUNTY,
            "return_reason",
        ),
        step(ENTER, entered, {Status.DECIDED}, Status.ENTERED, C.RECORD_COUNTY, "entered_on", "ended_on"),
        step(DECLINE, declined, AT_WORK, Status.DECLINED, C.DECIDE_WARNING, "end_reason", "ended_on"),
        step(
            COUNTY_DECLINE, "登记县级不同意", {Status.APPROVED}, Status.DECLINED, C.RECORD_COUNTY,
            "end_reason", "ended_on",
        ),
        step(WITHDRAW, withdrawn, AT_WORK, Status.WITHDRAWN, C.RECORD_PROCEDURE, "end_reason", "ended_on"),
    )  # fmt: skip
