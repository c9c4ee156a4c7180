"""What the tests of the field app share: a monitor with households, signed in, and pictures to send."""

from __future__ import annotations

import json
from datetime import date, timedelta
from html import unescape
from typing import Any

from django.test import Client
from django.utils import timezone

from households.models import Household
from monitoring.models import VisitTask
from tests.factories import make_group, make_household, make_monitor
from township.base.dates import month_end, month_start
from township.base.ids import uuid7
from township.models import User

# A whole grey JPEG of 8 × 8 pixels.
TINY_JPEG = bytes.fromhex(
    "ffd8ffe000104a46494600010100000100010000ffdb004300"
    + "10" * 64
    + "ffc0000b080008000801011100ffc40014000100000000000000000000000000000009ffc4001410010000000000000000"
    "0000000000000000ffda0008010100003f0054df ffd9".replace(" ", "")
)


def signed_in(user: User, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(user)
    return client


def make_task(household: Household, on: date | None = None, **values: Any) -> VisitTask:
    """Return this month's task of a household, due on the month's last day unless told."""
    on = on or timezone.localdate()
    start, end = month_start(on), month_end(on)
    defaults = {"period_start": start, "period_end": end, "planned_month": start, "due_on": end}
    return VisitTask.objects.create(
        household=household, area=household.area, tier=household.tier, **(defaults | values)
    )


def make_round(count: int = 3) -> tuple[User, list[Household]]:
    """Return a monitor and his households of one group, each with a task of this month."""
    group = make_group()
    households = [
        make_household(tier="key", group=group, walk_order=place, phone=f"1380000{place:04d}")
        for place in range(count)
    ]
    monitor = make_monitor(*households, name="测试监测员")
    for household in households:
        make_task(household, monitor=monitor)
    return monitor, households


def text_of(client: Client, address: str, **data: Any) -> str:
    """Return a page of the field app as text; with data it is posted."""
    response = client.post(address, data) if data else client.get(address)
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    return unescape(response.content.decode())


def visit_form(client: Client, household: Household, **changes: Any) -> dict[str, Any]:
    """Return the values of a fresh form as a browser would send them."""
    form = client.get(f"/field/households/{household.pk}/visit/").context["form"]
    values = {name: form[name].value() for name in form.fields if name != "photo"}
    return {name: value for name, value in values.items() if value not in (None, False, [])} | changes


def post_visit(client: Client, household: Household, values: dict[str, Any]) -> Any:
    return client.post(f"/field/households/{household.pk}/visit/", values)


def visit_item(household: Household | None, **data: Any) -> dict[str, Any]:
    """Return a sync item of a no-change visit of today."""
    return {
        "id": str(uuid7()),
        "kind": "visit",
        "household": str(household.pk) if household else None,
        "base": None,
        "data": {"visited_on": timezone.localdate().isoformat(), "mode": "home"} | data,
    }


def sync(client: Client, *items: Any, **extra: Any) -> Any:
    """Post items to /field/sync/ as a phone does."""
    body = json.dumps({"sent_at": timezone.now().isoformat(), "items": items})
    return client.post("/field/sync/", body, content_type="application/json", **extra)


def days_ago(days: int) -> date:
    return timezone.localdate() - timedelta(days=days)
