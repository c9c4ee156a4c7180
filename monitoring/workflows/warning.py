"""部门预警: received, assigned, verified, decided, followed, replied. One table: buttons, rights, record and tests.

Source: domain.md §4. A step back is a step of its own (退回补核, 撤回认定); a stand-in is sent by 改派.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from households.access import Capability
from monitoring.models import WarningCase, WarningStep
from township.base.ids import uuid7
from township.base.workflow import Transition, Workflow, step

ASSIGN, REASSIGN, RELEASE = "assign", "reassign", "release"
VERIFY, VERIFY_FOR, POSTPONE, POSTPONE_FOR = "verify", "verify_for", "postpone", "postpone_for"
SEND_BACK, DECIDE, DECIDE_FOLLOW, WITHDRAW = "send_back", "decide", "decide_follow", "withdraw"
FOLLOW_UP, FINISH, FINISH_REPLIED = "follow_up", "finish", "finish_replied"
REPLY, REPLY_FOLLOWING = "reply", "reply_following"

Status = WarningCase.Status
C = Capability
_FOUND = ("verified_on", "reported_on", "verifier_name", "verify_mode", "proposed_result")


def step_of(case_id: Any, transition: Transition, data: dict[str, Any]) -> WarningStep:
    """Return the record of a move, unsaved; `data` holds by, by_name, on, at and note beside the written fields, and
    where the move was reported with a key of its own, that as step_id."""
    return WarningStep(
        id=data.get("step_id") or uuid7(),
        case_id=case_id,
        action=transition.action,
        label=transition.label,
        status=transition.target,
        on=data["on"],
        note=data.get("note", ""),
        by=data.get("by"),
        by_name=data["by_name"],
        at=data["at"],
    )


def _record(case: models.Model, transition: Transition, data: dict[str, Any]) -> None:
    step_of(case.pk, transition, data).save()


WARNING = Workflow(
    step(ASSIGN, "派发核查", {Status.RECEIVED}, Status.ASSIGNED, C.ASSIGN_WARNING, "monitor", "due_on"),
    step(REASSIGN, "改派", {Status.ASSIGNED}, Status.ASSIGNED, C.ASSIGN_WARNING, "monitor", "due_on"),
    # Whoever was sent has gone, and nobody is there in his place.
    step(RELEASE, "收回待派发", {Status.ASSIGNED}, Status.RECEIVED, C.ASSIGN_WARNING),
    step(VERIFY, "提交核查结果", {Status.ASSIGNED}, Status.VERIFIED, C.VERIFY_WARNING, *_FOUND),
    # 代录: also of a line that names nobody of the register, for which nobody can be sent.
    step(
        VERIFY_FOR, "代录核查结果", {Status.RECEIVED, Status.ASSIGNED}, Status.VERIFIED, C.RECORD_FOR_OTHERS, *_FOUND
    ),
    # V7: nobody could be met; it stays with its monitor, who goes again by another day.
    step(POSTPONE, "外出，待补入户", {Status.ASSIGNED}, Status.ASSIGNED, C.VERIFY_WARNING, "due_on"),
    step(POSTPONE_FOR, "代录外出，待补入户", {Status.ASSIGNED}, Status.ASSIGNED, C.RECORD_FOR_OTHERS, "due_on"),
    step(
        SEND_BACK, "退回补核", {Status.VERIFIED}, Status.ASSIGNED, C.DECIDE_WARNING,
        "monitor", "due_on", "sent_back_reason",
    ),
    step(DECIDE, "研判认定", {Status.VERIFIED}, Status.DECIDED, C.DECIDE_WARNING, "result", "decided_on"),
    step(
        DECIDE_FOLLOW, "研判认定并跟踪", {Status.VERIFIED}, Status.FOLLOWING, C.DECIDE_WARNING,
        "result", "decided_on", "follow_on",
    ),
    # Before the county was told, a verdict can be taken back; its consequences cannot, so only one without any.
    step(WITHDRAW, "撤回认定", {Status.DECIDED}, Status.VERIFIED, C.DECIDE_WARNING, "sent_back_reason"),
    step(
        FOLLOW_UP, "登记跟踪情况", {Status.FOLLOWING}, Status.FOLLOWING, C.DECIDE_WARNING, "follow_note", "follow_on"
    ),
    step(FINISH, "结束跟踪", {Status.FOLLOWING}, Status.DECIDED, C.DECIDE_WARNING, "follow_note"),
    # The same where the county has its answer already.
    step(FINISH_REPLIED, "结束跟踪并办结", {Status.FOLLOWING}, Status.REPLIED, C.DECIDE_WARNING, "follow_note"),
    step(REPLY, "反馈县级", {Status.DECIDED}, Status.REPLIED, C.ASSIGN_WARNING, "replied_on"),
    step(
        REPLY_FOLLOWING, "反馈县级（继续跟踪）", {Status.FOLLOWING}, Status.FOLLOWING, C.ASSIGN_WARNING, "replied_on"
    ),
    log=_record,
)  # fmt: skip
