"""Monitored households for the examples."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from monitoring.rules.findings.facts import Home
from tests.rule_examples.base import home


def watched(*people: Any, **facts: Any) -> Home:
    """A marginal household, identified half a year before the day, whose risk is not eliminated."""
    usual: dict[str, Any] = {
        "monitored_kind": "marginal", "identified_month": date(2025, 12, 1), "risks": ["illness"],
        "is_eliminated": False, "tier": "key", "clue_source": "B", "identified_income_yuan": Decimal(7000),
    }  # fmt: skip
    return home(*people, **usual | facts)


def eliminated(*people: Any, **facts: Any) -> Home:
    """A marginal household whose risk was eliminated by help after a year."""
    usual: dict[str, Any] = {
        "identified_month": date(2025, 1, 1), "is_eliminated": True, "eliminated_month": date(2026, 1, 1),
        "elimination_mode": "helped",
    }  # fmt: skip
    return watched(*people, **usual | facts)
