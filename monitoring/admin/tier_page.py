"""调整等级: another tier for one household, with the reason, from its page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from households.access import Capability, access_of
from households.admin.form_page import form_page, household_or_404, page_address
from households.choices import Tier
from monitoring.services.tiering import TierRefused, set_tier

MAY_SET = frozenset({Capability.CONFIRM_TIER, Capability.LOWER_KEY_TIER})


LEADERS_TURN = "该户是重点监测户，调低等级须由分管领导办理。请联系分管领导，或提出等级建议待其确认。"
STATIONS_TURN = "您只办理重点监测户的调低，该户的等级由镇防贫监测工作站调整。"


class TierForm(forms.Form):
    tier = forms.ChoiceField(label="新等级")
    reason = forms.CharField(
        label="理由",
        max_length=200,
        widget=forms.TextInput(attrs={"size": 60}),
        help_text="写进等级历史，谁都能查到",
    )

    def __init__(self, *args: Any, present: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [(tier.value, tier.label) for tier in Tier if tier != present]
        self.fields["tier"].choices = [("", "请选择"), *others]  # type: ignore[attr-defined]


def set_tier_page(model_admin: Any, request: HttpRequest, object_id: UUID) -> HttpResponse:
    """Set the tier; lowering a 重点 household is the leader's alone, which is said before anything is filled in."""
    household = household_or_404(request, object_id, Capability.SEE_HOUSEHOLDS)
    held = access_of(request.user).capabilities(household.area)
    if not MAY_SET & held:
        raise PermissionDenied("您没有调整等级的权限，可以提出等级建议。")
    is_key = household.tier == Tier.KEY
    if (Capability.LOWER_KEY_TIER if is_key else Capability.CONFIRM_TIER) not in held:
        messages.warning(request, LEADERS_TURN if is_key else STATIONS_TURN)
        return redirect(page_address(household, "tier"))
    form = TierForm(request.POST or None, present=household.tier)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            set_tier(
                household, cleaned["tier"], by=request.user, on=timezone.localdate(), reason=cleaned["reason"]
            )
        except TierRefused as refused:
            form.add_error("tier", str(refused))
        else:
            messages.success(request, f"已调整为“{Tier(cleaned['tier']).label}”，走访计划随之更新。")
            return redirect(page_address(household, "tier"))
    now = household.get_tier_display() or "无等级"
    return form_page(model_admin, request, household, form, title="调整等级", note=f"当前：{now}")
