"""自然增减: the life events of a month as a list, with the totals before and after it."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db import models
from django.db.models import Exists, OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from import_export import fields, resources

from households.access import access_of
from households.admin.base import ScopedAdmin
from households.admin.export import RecordedExport
from households.admin.filters import FilterOptions
from households.admin.form_page import page_address
from households.admin.household_filters import AreaFilter
from households.balance import balance
from households.models import Household, LifeEvent, Village
from households.village_switch import current_village, villages
from township.base.dates import add_months, month_end, month_start, parse_month_in_reach

MONTHS_OFFERED = 12
PARAMETER = "month"


class MonthFilter(admin.SimpleListFilter):
    """The month in which things happened: this one unless another is chosen."""

    title = "月份"
    parameter_name = PARAMETER

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        this = month_start(timezone.localdate())
        months = [add_months(this, -back) for back in range(1, MONTHS_OFFERED + 1)]
        chosen = chosen_month(request)
        if chosen != this and chosen not in months:
            months.append(chosen)
        return [(f"{month:%Y-%m}", f"{month.year}年{month.month}月") for month in months]

    def choices(self, changelist: Any) -> Any:
        default, *others = super().choices(changelist)
        yield {**default, "display": "本月"}
        yield from others

    def queryset(self, request: HttpRequest, queryset: Any) -> models.QuerySet:
        month = chosen_month(request)
        return queryset.filter(on__range=(month, month_end(month)))


def chosen_month(request: HttpRequest) -> date:
    """Return the first day of the month in the address; this month for none and for what is no month."""
    today = timezone.localdate()
    try:
        return parse_month_in_reach(request.GET.get(PARAMETER, ""), today)
    except ValueError:
        return month_start(today)


class LifeEventResource(resources.Resource):
    """The columns of the exported list."""

    on = fields.Field(attribute="on", column_name="发生日期")
    kind = fields.Field(attribute="get_kind_display", column_name="变动")
    names = fields.Field(attribute="names", column_name="人员")
    village = fields.Field(attribute="village_name", column_name="行政村")
    head = fields.Field(attribute="household__head_name", column_name="户主")
    code = fields.Field(attribute="household__code", column_name="户码")
    other = fields.Field(attribute="other_household__code", column_name="另一户户码")
    households = fields.Field(attribute="households", column_name="户数增减（户）")
    people = fields.Field(attribute="people", column_name="人口增减（人）")
    reason = fields.Field(attribute="reason", column_name="说明")
    by = fields.Field(attribute="by__name", column_name="办理人")

    @classmethod
    def get_display_name(cls) -> str:
        return "自然增减"

    def filter_export(self, queryset: models.QuerySet, **options: Any) -> models.QuerySet:
        return queryset.select_related("household", "other_household", "by")


@admin.register(LifeEvent)
class LifeEventAdmin(FilterOptions, RecordedExport, ScopedAdmin):
    resource_classes: ClassVar[list[type]] = [LifeEventResource]
    # On a phone a row shows its first facts only.
    list_display = (
        "names", "kind_name", "on", "people_signed", "home", "village", "households_signed", "other", "reason", "by",
    )  # fmt: skip
    list_display_links = None
    list_filter: ClassVar[Any] = (MonthFilter, ("area", AreaFilter), ("kind", admin.ChoicesFieldListFilter))
    list_select_related = ("household", "other_household", "by")
    ordering = ("-on", "-at", "id")
    actions = None
    show_facets = admin.ShowFacets.NEVER
    change_list_template = "admin/households/lifeevent/change_list.html"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        """The events with the name of the village they happened in, and whether the household may be opened."""
        village = Village.objects.visible_to(request.user).filter(area=OuterRef("area"))
        household = Household.objects.visible_to(request.user).filter(pk=OuterRef("household"))
        rows = super().get_queryset(request)
        return rows.annotate(
            village_name=Subquery(village.values("name")[:1]), is_within_reach=Exists(household)
        )

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {
            "count_unit": "条",
            "empty_text": "出生、死亡、婚入婚出、迁移、分户合户在农户页的“办理家庭变动”中登记，这里按月列出。",
            "balance": self._balance(request),
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """An event is read at the page of its household."""
        return self._to_household(request, object_id)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return self._to_household(request, object_id)

    def _to_household(self, request: HttpRequest, object_id: str) -> HttpResponse:
        event = self.get_object(request, unquote(object_id))
        if event is None:
            raise Http404
        return redirect(page_address(Household(pk=event.household_id), "events"))

    def _balance(self, request: HttpRequest) -> Any:
        """The totals of the villages shown; none for a monitor, whose households change from day to day."""
        if not request.user.is_authenticated or access_of(request.user).is_monitor_only:
            return None
        wanted = request.GET.get(AreaFilter.parameter) or current_village(request)
        areas = [code for code, _ in villages(request) if wanted in ("", code)]
        return balance(areas, chosen_month(request)) if areas and self.has_view_permission(request) else None

    @admin.display(description="变动", ordering="kind")
    def kind_name(self, event: LifeEvent) -> str:
        return format_html('<span class="badge">{}</span>', event.get_kind_display())

    @admin.display(description="人口（人）", ordering="people", empty_value="")
    def people_signed(self, event: LifeEvent) -> str | None:
        return f"{event.people:+d}" if event.people else None

    @admin.display(description="户数（户）", ordering="households", empty_value="")
    def households_signed(self, event: LifeEvent) -> str | None:
        return f"{event.households:+d}" if event.households else None

    @admin.display(description="行政村", ordering="area")
    def village(self, event: Any) -> str:
        return event.village_name or event.area

    @admin.display(description="农户", ordering="household__code")
    def home(self, event: Any) -> str:
        """The household with its page; one that moved out of the user's villages by its code alone."""
        if not event.is_within_reach:
            return f"现户码 {event.household.code}"
        address = reverse("admin:households_household_change", args=[event.household_id])
        return format_html('<a href="{}">{}</a>', address, event.household.head_name)

    @admin.display(description="另一户", empty_value="")
    def other(self, event: LifeEvent) -> str | None:
        return event.other_household.code if event.other_household else None
