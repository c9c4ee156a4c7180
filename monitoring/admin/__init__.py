"""Staff pages that drive tiers, the visit schedule, clues and measures."""

from monitoring.admin import (
    clues,
    households,
    measures,
    rule_rows,
    tier_history,
    tier_proposals,
    visit_tasks,
    visits,
    warnings,
)

__all__ = [
    "clues",
    "households",
    "measures",
    "rule_rows",
    "tier_history",
    "tier_proposals",
    "visit_tasks",
    "visits",
    "warnings",
]
