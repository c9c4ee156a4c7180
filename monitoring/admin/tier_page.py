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


class TierForm(forms.Form):
    tier = forms.ChoiceField(label="新等级", choices=Tier.choices)
    reason = forms.CharField(
        label="理由",
        max_length=200,
        widget=forms.TextInput(attrs={"size": 60}),
        help_text="写进等级历史，谁都能查到",
    )


def set_tier_page(model_admin: Any, request: HttpRequest, object_id: UUID) -> HttpResponse:
    """Set the tier; lowering a 重点 household is the leader's alone."""
    household = household_or_404(request, object_id, Capability.SEE_HOUSEHOLDS)
    if not MAY_SET & access_of(request.user).capabilities(household.area):
        raise PermissionDenied("您没有调整等级的权限，可以提出等级建议。")
    form = TierForm(request.POST or None, initial={"tier": household.tier})
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            set_tier(
                household, cleaned["tier"], by=request.user, on=timezone.localdate(), reason=cleaned["reason"]
            )
        except TierRefused as refused:
            form.add_error("tier", str(refused))
        except PermissionDenied:
            form.add_error("tier", "重点监测户调低等级须由分管领导办理；其他调整由工作站办理。")
        else:
            messages.success(request, f"已调整为“{Tier(cleaned['tier']).label}”，走访计划随之更新。")
            return redirect(page_address(household, "tier"))
    now = household.get_tier_display() or "无等级"
    return form_page(model_admin, request, household, form, title="调整等级", note=f"当前：{now}")
