"""识别纳入: home verification, village review, publicity, township review, county decision, entry (domain.md §1.7)."""

from __future__ import annotations

from monitoring.workflows.procedures import record, shared_steps
from township.base.workflow import Workflow

IDENTIFICATION = Workflow(
    *shared_steps(
        checked=("checked_by", "companion", "authorised_on", "per_capita_yuan", "monitored_kind", "risks"),
        entered="登记录入，纳入监测",
        declined="不予纳入",
        withdrawn="农户放弃",
    ),
    log=record,
)
