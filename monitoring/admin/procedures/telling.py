"""What is said after a step of a procedure: that it is recorded, and what has to be done next because of it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from households.choices import Tier
from monitoring.models import Procedure, WarningCase
from monitoring.services.help import plan_due_on
from monitoring.warning_hands import warnings_to_finish
from township.base.workflow import Transition


def told_after(procedure: Procedure, step: Transition, user: Any) -> SafeString:
    """Return the message after a step was taken; `procedure` is as the step left it."""
    done = f"{procedure.household.head_name} 户：{step.label}，已登记。"
    return format_html("{}{}{}", done, _entered(procedure), _to_finish(procedure, user))


def followed_by(procedure: Procedure, user: Any) -> list[WarningCase]:
    """Return the warnings of the household that this user may stop to follow now that its identification has ended."""
    if procedure.kind != Procedure.Kind.IDENTIFICATION or procedure.status not in Procedure.ENDED:
        return []
    return list(warnings_to_finish(user).filter(household=procedure.household_id).only("code"))


def finish_url(case: WarningCase) -> str:
    """Return the address of the form that ends the following of a warning."""
    return reverse("admin:monitoring_warningcase_act", args=[case.pk, "finish"])


def _entered(procedure: Procedure) -> str:
    """Of an identification that was entered: the tier, and by when the measures have to be planned."""
    episode = procedure.episode
    if procedure.kind != Procedure.Kind.IDENTIFICATION or episode is None:
        return ""
    procedure.household.refresh_from_db(fields=["tier"])
    is_first = procedure.household.tier == Tier.KEY
    tier = f"等级现在是{Tier.KEY.label}" if is_first else f"已提出调整为{Tier.KEY.label}的建议，待确认"
    return f"{tier}，帮扶措施须在 {plan_due_on(episode):%Y-%m-%d} 前制定。"


def _to_finish(procedure: Procedure, user: Any) -> SafeString | str:
    cases = followed_by(procedure, user)
    if not cases:
        return ""
    links = format_html_join("、", '<a href="{}">{}</a>', ((finish_url(case), case.code) for case in cases))
    return format_html("由此跟踪的预警已有结果，可以结束跟踪：{}。", links)
