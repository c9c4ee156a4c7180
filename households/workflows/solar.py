"""光伏收益分配: the village decides and reviews, the township approves, the county records (domain.md §8 no. 28)."""

from __future__ import annotations

from typing import Any

from django.db import models

from households.access import Capability
from households.models import SolarBatch
from township.base.history import CHANGED, copy_to_history
from township.base.workflow import Transition, Workflow, step

DECIDE, REVIEW, APPROVE, RECORD = "decide", "review", "approve", "record"
TAKE_BACK, SEND_BACK = "take_back", "send_back"
VILLAGE_STEPS = frozenset({SolarBatch.Status.DECIDED, SolarBatch.Status.REVIEWED})

Status = SolarBatch.Status
C = Capability


def record(batch: models.Model, transition: Transition, data: dict[str, Any]) -> None:
    """Write the move into the batch's history; `data` holds by and at beside the written fields."""
    reason = data.get("sent_back_reason", "")
    copy_to_history(
        SolarBatch.objects.filter(pk=batch.pk),
        kind=CHANGED,
        by=data["by"],
        at=data["at"],
        reason=f"{transition.label}：{reason}"[:200] if reason else transition.label,
    )


SOLAR = Workflow(
    step(DECIDE, "登记村委会议定", {Status.DRAFTED}, Status.DECIDED, C.RECORD_PROCEDURE, "decided_on"),
    step(REVIEW, "登记村级评议", {Status.DECIDED}, Status.REVIEWED, C.RECORD_PROCEDURE, "reviewed_on"),
    step(APPROVE, "乡镇审核通过", {Status.REVIEWED}, Status.APPROVED, C.RECORD_COUNTY, "approved_on"),
    step(RECORD, "登记县级备案", {Status.APPROVED}, Status.RECORDED, C.RECORD_COUNTY, "recorded_on", "document"),
    # The village may take back what the township has not approved; the township sends back what the county refuses.
    step(TAKE_BACK, "撤回修改", VILLAGE_STEPS, Status.DRAFTED, C.RECORD_PROCEDURE, "sent_back_reason"),
    step(
        SEND_BACK, "退回重新拟定", {*VILLAGE_STEPS, Status.APPROVED}, Status.DRAFTED, C.RECORD_COUNTY,
        "sent_back_reason",
    ),
    log=record,
)  # fmt: skip
