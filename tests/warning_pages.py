"""What the tests of the warnings' pages share: a case at every step of its way, and the addresses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from households.models import Household
from monitoring.models import WarningBatch, WarningCase
from tests import warned
from tests.factories import make_household, make_monitor
from tests.visit_pages import TODAY

CASES = "/admin/monitoring/warningcase/"
BOARD = f"{CASES}board/"
REMINDERS = f"{CASES}reminders/"
DAY = timedelta(days=1)
Status = WarningCase.Status


def make_batch(department: str = "医保局", **values: Any) -> WarningBatch:
    """Return a list of the department that came in today."""
    return warned.make_batch(department=department, **({"received_on": TODAY} | values))


def make_case(
    household: Household | None = None, status: str = Status.RECEIVED, **values: Any
) -> WarningCase:
    """Return a case at a step, with what the steps before it wrote today; of a new household unless told."""
    home = household or make_household()
    member = values.pop("member", None) or home.members.first()
    batch = values.pop("batch", None) or make_batch()
    return warned.make_case(member, batch, **(_written(status, home, values) | values))


def make_stray(**values: Any) -> WarningCase:
    """Return a case of somebody whom the register does not know, in a village that nobody knows."""
    return warned.make_case(None, values.pop("batch", None) or make_batch(), **values)


def _written(status: str, home: Household, given: dict[str, Any]) -> dict[str, Any]:
    match status:  # a monitor who is not the household's: a stand-in was sent
        case Status.ASSIGNED:
            return warned.assigned(TODAY, TODAY + 7 * DAY, given.get("monitor") or make_monitor())
        case Status.VERIFIED:
            return warned.verified(TODAY, "V3")
        case Status.FOLLOWING:
            return warned.decided(TODAY, "V9", status=status, follow_on=TODAY + 10 * DAY)
        case Status.DECIDED:
            return warned.decided(TODAY, "V3")
        case Status.REPLIED:
            return warned.replied(TODAY, "V3")
    return {}
