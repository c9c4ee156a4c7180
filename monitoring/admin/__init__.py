"""Staff pages that drive tiers, the visit schedule, warnings, clues and measures, and the dated rules behind them."""

from monitoring.admin import (
    calendar_days,
    clues,
    episodes,
    help_rules,
    households,
    measures,
    procedures,
    rule_rows,
    tier_history,
    tier_proposals,
    visit_tasks,
    visits,
    warning_rules,
    warnings,
)

__all__ = [
    "calendar_days",
    "clues",
    "episodes",
    "help_rules",
    "households",
    "measures",
    "procedures",
    "rule_rows",
    "tier_history",
    "tier_proposals",
    "visit_tasks",
    "visits",
    "warning_rules",
    "warnings",
]
