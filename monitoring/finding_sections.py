"""What the household page tells of findings: those to look at, each leading to what can be done about it."""

from __future__ import annotations

from datetime import date
from typing import Any

from households.models import Household
from monitoring.models import Finding
from monitoring.rules.findings import RULES
from township.base.registry import HouseholdSection


def findings(household: Household, user: Any, on: date, limit: int) -> dict[str, Any]:
    """疑点: the open ones of the household and its people, and how many are excused."""
    mine = Finding.objects.visible_to(user).filter(household=household)
    rows = list(mine.open(on).select_related("member").order_by("rule", "pk")[: limit + 1])
    return {
        "rows": [{"finding": row, "rule": RULES.get(row.rule)} for row in rows[:limit]],
        "count": f"{len(rows[:limit])} 条" if rows else "",
        "has_more": len(rows) > limit,
        "exempted": mine.exempted(on).count(),
    }


SECTIONS = (
    HouseholdSection(
        key="findings",
        title="疑点",
        template="admin/monitoring/household/findings.html",
        load=findings,
        order=12,
    ),
)
