"""走访记录: the list, the record as it was reported, and voiding it with a reason."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from households.access import Capability
from households.admin.base import ScopedAdmin
from households.admin.filters import DateRangeFilter, FilterOptions, VillageFilter
from households.models import Member
from monitoring.admin.badges import NOTHING, household_link, state_badge
from monitoring.admin.clues import risk_words
from monitoring.admin.filters import ChipFilter, MonitorFilter
from monitoring.admin.forms import ReasonForm
from monitoring.admin.pages import RowAction, RowActions
from monitoring.admin.search import HouseholdSearch
from monitoring.answers import changes_of
from monitoring.choices import VisitBlock
from monitoring.models import Met, Visit
from monitoring.services.visits import VisitRefused, void_visit
from township.base.masking import mask_people


def _void(visits: Any, data: dict[str, Any], user: Any, on: date) -> str:
    for visit in visits:
        void_visit(visit, by=user, reason=data["reason"], on=on)
    return "走访记录已作废，由它完成的走访任务已重新计算。"


def _standing(visits: Any, on: date) -> Any:
    return visits.standing()


class VisitorFilter(MonitorFilter):
    heading = "走访人"


class BackdatedFilter(ChipFilter):
    title = "补录"
    parameter_name = "backdated"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("1", "补录")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.exclude(backdate_reason="") if self.value() == "1" else queryset


class VoidedFilter(ChipFilter):
    title = "作废"
    parameter_name = "voided"
    unset = "有效"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("1", "已作废"), ("all", "全部")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        if self.value() == "all":
            return queryset
        return queryset.filter(voided_at__isnull=self.value() != "1")


@admin.register(Visit)
class VisitAdmin(RowActions, HouseholdSearch, FilterOptions, ScopedAdmin):
    list_display = ("head", "day", "mode_name", "met_whom", "village", "who_went", "risk", "backdated")
    list_filter = (
        ("visited_on", DateRangeFilter),
        ("area", VillageFilter),
        ("mode", admin.ChoicesFieldListFilter),
        ("met", admin.ChoicesFieldListFilter),
        ("has_risk", admin.BooleanFieldListFilter),
        ("visitor", VisitorFilter),
        BackdatedFilter,
        VoidedFilter,
    )
    show_facets = admin.ShowFacets.NEVER
    ordering = ("-visited_on", "-recorded_at", "pk")
    list_select_related = ("household__village",)
    detail_template = "admin/monitoring/visit/detail.html"
    row_actions = (
        RowAction(
            name="void",
            label="作废",
            capability=Capability.PLAN_VISITS,
            form=ReasonForm,
            run=_void,
            unit="次走访",
            offered=_standing,
            not_offered="已经作废",
            refusals=(VisitRefused,),
            is_danger=True,
            in_bulk=False,
        ),
    )

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        context = {
            "count_unit": "次",
            "empty_text": "监测员在手机上完成走访后，记录出现在这里；可以去掉上面的筛选。",
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def detail_context(self, request: HttpRequest, row: Visit) -> dict[str, Any]:
        people = Member.objects.visible_to(request.user).filter(household=row.household_id)
        changes = changes_of(row.blocks, {str(pk): name for pk, name in people.values_list("pk", "name")})
        changed = {change.title for change in changes}
        return {
            "title": f"{row.household.head_name} {date_format(row.visited_on, 'Y-m-d')} 的走访",
            "household_link": household_link(row.household),
            "changes": changes,
            "unchanged": [block.label for block in VisitBlock if block.label not in changed],
            "risks": risk_words(row.risk_kinds),
            "photos": row.photos.all(),
            "fulfilled": row.fulfils.all(),
            "is_attempt": row.met == Met.NOBODY,
        }

    @admin.display(description="户主", ordering="household__head_name")
    def head(self, visit: Any) -> str:
        return str(visit.household.head_name)

    @admin.display(description="走访日期", ordering="visited_on")
    def day(self, visit: Any) -> str:
        return date_format(visit.visited_on, "Y-m-d")

    @admin.display(description="方式", ordering="mode")
    def mode_name(self, visit: Any) -> str:
        return str(visit.get_mode_display())

    @admin.display(description="见到谁", ordering="met")
    def met_whom(self, visit: Any) -> SafeString | str:
        if visit.met == Met.NOBODY:
            return state_badge("due_soon", visit.get_met_display())
        return str(visit.get_met_display())

    @admin.display(description="村", ordering="area")
    def village(self, visit: Any) -> str:
        return str(visit.household.village.name)

    @admin.display(description="走访人", ordering="visitor_name")
    def who_went(self, visit: Any) -> str:
        return mask_people(visit.visitor_name)

    @admin.display(description="风险")
    def risk(self, visit: Any) -> SafeString | str:
        return state_badge("overdue", risk_words(visit.risk_kinds)) if visit.has_risk else NOTHING

    @admin.display(description="补录")
    def backdated(self, visit: Any) -> str:
        return "补录" if visit.backdate_reason else ""
