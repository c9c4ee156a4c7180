"""How a procedure stands, as every list and page shows it."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString

from monitoring.admin.badges import state_badge
from monitoring.models import Procedure

Status = Procedure.Status
LOOKS = {
    Status.ENTERED: "done",
    Status.RETURNED: "due_soon",
    Status.DECLINED: "voided",
    Status.WITHDRAWN: "voided",
}


def procedure_state(procedure: Any) -> SafeString:
    """Return the badge of a procedure's state."""
    status = Status(procedure.status)
    return state_badge(LOOKS.get(status, "due"), str(status.label))
