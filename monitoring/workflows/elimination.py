"""风险消除: the same procedure backwards, from the home to the county (domain.md §1.9)."""

from __future__ import annotations

from monitoring.workflows.procedures import record, shared_steps
from township.base.workflow import Workflow

ELIMINATION = Workflow(
    *shared_steps(
        checked=("checked_by", "companion", "per_capita_yuan", "elimination_mode"),
        entered="登记录入，标注消除",
        declined="不予消除",
        withdrawn="撤回消除",
    ),
    log=record,
)
