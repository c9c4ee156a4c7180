"""How grave a finding is, as a badge."""

from __future__ import annotations

from django.utils.safestring import SafeString

from monitoring.admin.badges import state_badge
from monitoring.rule_words import Level

LOOKS = {Level.BLOCK: "overdue", Level.ERROR: "overdue", Level.ALERT: "due_soon", Level.WARN: "planned"}


def level_badge(level: str) -> SafeString:
    """Return the badge of a level."""
    known = Level(level)
    return state_badge(LOOKS[known], str(known.label))
