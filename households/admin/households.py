"""The household list of the console, and the addresses of everything that belongs to one household.

The class is registered by monitoring, which adds what it knows of each row (the state of the visit in force).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.db import models
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from households.access import Capability
from households.admin import documents, household_edit
from households.admin.base import ScopedAdmin
from households.admin.edited_export import EditedExport, Offer, household_offers
from households.admin.export import HouseholdResource, RecordedExport
from households.admin.family import pages as family
from households.admin.filters import DateRangeFilter, FilterOptions
from households.admin.form_page import page_address
from households.admin.group_filter import GroupFilter
from households.admin.household_filters import (
    AreaFilter,
    MonitorFilter,
    PerCapitaFilter,
    RegisteredFilter,
    TierFilter,
)
from households.admin.household_page import household_page
from households.listing import days_since, monitor_names, people_counts
from households.models import Household
from township.base.masking import mask_phone


class HouseholdChangeList(ChangeList):
    """A page of households, with what their rows show beside their own columns read once for the page."""

    model_admin: HouseholdAdmin

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        self.model_admin.complete_rows(self.result_list)


class HouseholdAdmin(EditedExport, FilterOptions, RecordedExport, ScopedAdmin):
    add = Capability.EDIT_FACTS
    resource_classes: ClassVar[list[type]] = [HouseholdResource]
    list_display: Any = (
        "head", "place", "tier_badge", "kind", "people", "monitor", "last_visited", "masked_phone",
    )  # fmt: skip
    list_display_links = ("head",)
    list_filter: ClassVar[Any] = (
        ("area", AreaFilter),
        ("group", GroupFilter),
        TierFilter,
        "kind",
        "monitored_kind",
        MonitorFilter,
        ("last_visited_on", DateRangeFilter),
        ("identified_income_yuan", PerCapitaFilter),
        RegisteredFilter,
    )
    list_select_related = ("village", "group")
    search_fields = ("head_name",)  # any non-empty value: the search is Household.objects.search
    ordering = ("area", "code")
    actions = None
    show_facets = admin.ShowFacets.NEVER
    change_list_template = "admin/households/household/change_list.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # households come by the register import

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[ChangeList]:
        return HouseholdChangeList

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[models.QuerySet, bool]:
        return queryset.search(search_term), False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"count_unit": "户", **(extra_context or {})})

    def edited_offers(self, request: HttpRequest, rows: models.QuerySet) -> Iterator[Offer]:
        return household_offers(request.user, rows)

    def complete_rows(self, rows: list[Any]) -> None:
        """Put `people_count` (人) and `monitor_name` on the rows of a page; a fixed number of queries."""
        ids = [row.pk for row in rows]
        people, monitors = people_counts(ids), monitor_names(ids, timezone.localdate())
        for row in rows:
            row.people_count = people.get(row.pk, 0)
            row.monitor_name = monitors.get(row.pk, "")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The household page: everything about the household, read only."""
        return household_page(self, request, object_id)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The history stands on the household's page, with that of its members and incomes."""
        household = self.get_object(request, unquote(object_id))
        if household is None:
            raise Http404
        return redirect(page_address(household, "history"))

    def get_urls(self) -> list[Any]:
        def page(route: str, view: Any, name: str) -> Any:
            def answer(request: HttpRequest, **arguments: Any) -> HttpResponse:
                return view(self, request, **arguments)

            return path(
                f"<uuid:object_id>/{route}", self.admin_site.admin_view(answer), name=f"household_{name}"
            )

        return [
            page("edit/", household_edit.edit, "edit"),
            page("close/", household_edit.close, "close"),
            page("head/", household_edit.change_head, "head"),
            page("events/", family.menu, "events"),
            page("events/<slug:verb>/", family.event, "event"),
            page("members/add/", household_edit.add_member, "add_member"),
            page("members/<uuid:member_id>/edit/", household_edit.edit_member, "edit_member"),
            page("members/<uuid:member_id>/leave/", household_edit.member_leaves, "member_leaves"),
            page("documents/add/", documents.add, "add_document"),
            page("documents/<uuid:document_id>/", documents.show, "document"),
            *super().get_urls(),
        ]

    @admin.display(description="户主", ordering="head_name")
    def head(self, household: Household) -> str:
        if household.closed_on:
            return format_html('{} <span class="state state-voided">已销户</span>', household.head_name)
        return household.head_name

    @admin.display(description="村 / 组", ordering="area")
    def place(self, household: Household) -> str:
        group = household.group.name if household.group else ""
        return f"{household.village.name} {group}".strip()

    @admin.display(description="等级", ordering="tier", empty_value="无等级")
    def tier_badge(self, household: Household) -> str | None:
        if not household.tier:
            return None
        return format_html(
            '<span class="badge badge-{}">{}</span>', household.tier, household.get_tier_display()
        )

    @admin.display(description="人口（人）")
    def people(self, household: Any) -> int:
        return household.people_count

    @admin.display(description="监测员", empty_value="无")
    def monitor(self, household: Any) -> str | None:
        return household.monitor_name or None

    @admin.display(description="最近走访", ordering=F("last_visited_on").asc(nulls_first=True))
    def last_visited(self, household: Household) -> str:
        words = days_since(household.last_visited_on, timezone.localdate())
        if household.last_visited_on is None:
            return words
        return format_html('<span title="{}">{}</span>', f"{household.last_visited_on:%Y-%m-%d}", words)

    @admin.display(description="电话")
    def masked_phone(self, household: Household) -> str:
        return mask_phone(household.phone)


def address_of(household: Household) -> str:
    """Return the address of a household's page."""
    return reverse("admin:households_household_change", args=[household.pk])
