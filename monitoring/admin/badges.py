"""Cells that several lists share: tier and state badges, the household with its link."""

from __future__ import annotations

from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from households.choices import Tier
from monitoring.schedule import TaskStatus
from township.base.masking import mask_people

NOTHING = "—"


def tier_badge(tier: str) -> SafeString | str:
    """Return the badge of a tier, a dash where there is none."""
    if not tier:
        return NOTHING
    return format_html('<span class="badge badge-{}">{}</span>', tier, Tier(tier).label)


def tier_change(current: str, proposed: str) -> SafeString:
    """Return the two badges of a change of tier; a household without a tier has none yet."""
    before = tier_badge(current) if current else "未定级"
    return format_html('<span class="nowrap">{} → {}</span>', before, tier_badge(proposed))


def state_badge(state: str, label: str) -> SafeString:
    """Return a badge in one of the states of parts.css (done, due, due_soon, overdue, missed, planned, voided)."""
    return format_html('<span class="state state-{}">{}</span>', state, label)


def task_state(status: str) -> SafeString:
    """Return the badge of a visit task's status; a superseded task looks like a voided one."""
    status = TaskStatus(status)
    look = "voided" if status is TaskStatus.SUPERSEDED else status.value
    return state_badge(look, status.label)


def household_link(household: Any) -> SafeString | str:
    """Return the head's name as a link to the household's page."""
    try:
        address = reverse("admin:households_household_change", args=[household.pk])
    except NoReverseMatch:
        return str(household.head_name)
    return format_html('<a href="{}">{}</a>', address, household.head_name)


def reason_list(reasons: list[dict[str, Any]]) -> SafeString | str:
    """Return the sentences of a proposal's reasons, one a line."""
    texts = [mask_people(str(reason.get("text", ""))) for reason in reasons]
    if not texts:
        return NOTHING
    return format_html("{}", mark_safe("<br>".join(str(format_html("{}", text)) for text in texts)))  # noqa: S308
