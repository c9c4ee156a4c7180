"""等级变动: which tier held when, who decided and why; and lowering a 重点 household, which only a leader may."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from households.access import Capability
from households.admin.base import ScopedAdmin
from households.admin.filters import DateRangeFilter, FilterOptions, VillageFilter
from households.choices import Tier
from monitoring.admin.badges import household_link, tier_badge
from monitoring.admin.forms import LowerTierForm
from monitoring.admin.pages import RowAction, RowActions
from monitoring.admin.search import HouseholdSearch
from monitoring.models import TierAssignment
from monitoring.services.tiering import TierRefused, set_tier
from township.base.masking import mask_people


def _lower(assignments: Any, data: dict[str, Any], user: Any, on: date) -> str:
    assignment = assignments.select_related("household").get()
    set_tier(assignment.household, data["tier"], by=user, on=on, reason=data["reason"])
    return f"{assignment.household.head_name} 户已由重点监测调低为{Tier(data['tier']).label}。"


@admin.register(TierAssignment)
class TierAssignmentAdmin(RowActions, HouseholdSearch, FilterOptions, ScopedAdmin):
    list_display = ("head", "tier_name", "start", "end", "village", "why", "by_name")
    list_filter = (
        ("tier", admin.ChoicesFieldListFilter),
        ("area", VillageFilter),
        ("valid_from", DateRangeFilter),
    )
    show_facets = admin.ShowFacets.NEVER
    ordering = ("-at", "pk")
    list_select_related = ("household__village",)
    detail_template = "admin/monitoring/tierassignment/detail.html"
    row_actions = (
        RowAction(
            name="lower",
            label="调低等级",
            capability=Capability.LOWER_KEY_TIER,
            form=LowerTierForm,
            run=_lower,
            unit="户",
            offered=lambda rows, on: rows.filter(tier=Tier.KEY, valid_to__isnull=True),
            not_offered="现在不是重点监测",
            refusals=(TierRefused,),
            in_bulk=False,
        ),
    )

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        context = {"empty_text": "确认等级建议后，每次变动的时间、理由和确认人记在这里。"}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def detail_context(self, request: HttpRequest, row: TierAssignment) -> dict[str, Any]:
        known = TierAssignment.objects.visible_to(request.user).filter(household=row.household_id)
        return {
            "title": f"{row.household.head_name} 的监测等级",
            "household_link": household_link(row.household),
            "rows": [(one, tier_badge(one.tier)) for one in known.order_by("-valid_from", "-at")],
        }

    @admin.display(description="户主", ordering="household__head_name")
    def head(self, row: Any) -> str:
        return str(row.household.head_name)

    @admin.display(description="等级", ordering="tier")
    def tier_name(self, row: Any) -> SafeString | str:
        return tier_badge(row.tier)

    @admin.display(description="理由", ordering="reason")
    def why(self, row: Any) -> str:
        return mask_people(row.reason)

    @admin.display(description="起", ordering="valid_from")
    def start(self, row: Any) -> str:
        return date_format(row.valid_from, "Y-m-d")

    @admin.display(description="止", ordering="valid_to")
    def end(self, row: Any) -> str:
        return date_format(row.valid_to, "Y-m-d") if row.valid_to else "至今"

    @admin.display(description="村", ordering="area")
    def village(self, row: Any) -> str:
        return str(row.household.village.name)
