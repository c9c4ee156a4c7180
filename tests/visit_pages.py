"""What the tests of the visit pages share: a fixed day, tasks of the running periods, posting an action."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from households.choices import Tier
from households.models import Household
from monitoring.models import VisitTask
from monitoring.reference.settings import CYCLES
from monitoring.schedule import due_on, period_for
from tests.factories import make_household
from township.base.dates import month_start

TODAY = date(2026, 11, 24)
TASKS = "/admin/monitoring/visittask/"
_MONTHS = {tier: months for tier, months, _ in CYCLES}
_localdate = timezone.localdate


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> date:
    """The pages' today."""

    def fixed(value: Any = None, zone: Any = None) -> date:
        return TODAY if value is None else _localdate(value, zone)

    monkeypatch.setattr(timezone, "localdate", fixed)
    return TODAY


def make_task(
    household: Household | None = None, tier: str = Tier.KEY, *, on: date = TODAY, **values: Any
) -> VisitTask:
    """Return the task of the household's period that holds the day, planned for the day's month."""
    household = household or make_household(tier=tier)
    period = period_for(_MONTHS[Tier(tier)], on)
    month = month_start(values.pop("planned_month", on))
    defaults = {
        "area": household.area, "tier": tier, "period_start": period.start, "period_end": period.end,
        "planned_month": month, "due_on": due_on(month, 25),
    }  # fmt: skip
    return VisitTask.objects.create(household=household, **(defaults | values))


def act(client: Any, address: str, name: str, *rows: Any, across: bool = False, **data: Any) -> Any:
    """Choose rows in a list and take an action; with data also confirm its page."""
    chosen = {
        "action": name, "index": "0", "select_across": "1" if across else "0",
        "_selected_action": [str(row.pk) for row in rows],
    }  # fmt: skip
    if data:
        chosen |= {"apply": "1", **data}
    return client.post(address, chosen, follow=True)


def told(response: Any) -> str:
    """Return the messages that the page shows."""
    return " ".join(str(message) for message in response.context["messages"])
