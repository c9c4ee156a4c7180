"""What a procedure does without anybody's button: it ends when the register or a closing overtakes it, and comes back
to where it stood when that import is undone. A table of its own, so that no page offers these moves.
"""

from __future__ import annotations

from households.access import Capability
from monitoring.models import Procedure
from monitoring.workflows.procedures import record
from township.base.workflow import Workflow, step

CLOSE = "close"
Status = Procedure.Status
UNDER_WAY = tuple(status for status in Status if status not in Procedure.ENDED)
# Whoever changes the register has the right to it already; the moves follow from that change.
MOVED_BY = frozenset({Capability.EDIT_FACTS})


def reopen_to(status: str) -> str:
    """Return the action that brings a procedure back to a status."""
    return f"reopen_{status}"


FOLLOWING = Workflow(
    step(CLOSE, "随登记终止", UNDER_WAY, Status.WITHDRAWN, Capability.EDIT_FACTS, "end_reason", "ended_on"),
    *(
        step(reopen_to(status), "撤销导入，恢复办理", {Status.WITHDRAWN}, status, Capability.EDIT_FACTS)
        for status in UNDER_WAY
    ),
    log=record,
)
