"""部门预警: what the departments' lists brought, case by case."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import path

from households.admin.base import ScopedAdmin
from households.admin.filters import DateRangeFilter, FilterOptions
from monitoring.admin.badges import household_link
from monitoring.admin.pages import RowActions
from monitoring.admin.search import HouseholdSearch, PagedChangeList
from monitoring.admin.warning_verify import verify_urls
from monitoring.admin.warnings.board import board_page
from monitoring.admin.warnings.clock import clock_of
from monitoring.admin.warnings.columns import CaseColumns, match_badge
from monitoring.admin.warnings.filters import (
    CaseMonitorFilter,
    CaseVillageFilter,
    ClockFilter,
    DepartmentFilter,
    MonthFilter,
    OwnFilter,
    StateFilter,
)
from monitoring.admin.warnings.person import CONFIRM_PERSON
from monitoring.admin.warnings.reminders import reminders_page
from monitoring.admin.warnings.reply import reply_page
from monitoring.models import WarningCase
from monitoring.services.warnings import candidates
from township.base.masking import mask_id_number, mask_phone


@admin.register(WarningCase)
class WarningCaseAdmin(CaseColumns, RowActions, HouseholdSearch, FilterOptions, ScopedAdmin):
    """One row a case; nothing is edited here but through the steps of its workflow."""

    list_display = (
        "person", "state", "deadline", "village", "monitor_name", "household_head", "indicator_name", "amount",
        "department", "code", "received",
    )  # fmt: skip
    list_filter = (
        MonthFilter,
        StateFilter,
        ClockFilter,
        OwnFilter,
        DepartmentFilter,
        ("area", CaseVillageFilter),
        ("monitor", CaseMonitorFilter),
        ("match", admin.ChoicesFieldListFilter),
        ("batch__received_on", DateRangeFilter),
    )
    show_facets = admin.ShowFacets.NEVER
    ordering = ("-batch__month", "code")
    search_help_text = "姓名、预警编号、户主、拼音首字母、户码、证件号"
    detail_template = "admin/monitoring/warningcase/detail.html"
    action_template = "admin/monitoring/warningcase/action.html"
    row_actions = (CONFIRM_PERSON,)

    def get_urls(self) -> list[Any]:
        def page(view: Any) -> Any:
            def own(request: HttpRequest) -> HttpResponse:
                return view(self, request)

            return self.admin_site.admin_view(own)

        return [
            path("board/", page(board_page), name="monitoring_warningcase_board"),
            path("reminders/", page(reminders_page), name="monitoring_warningcase_reminders"),
            path("reply/", page(reply_page), name="monitoring_warningcase_reply"),
            *super().get_urls(),
        ]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[PagedChangeList]:
        return PagedChangeList

            *verify_urls(self),
    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        # A whole line of the department's sheet is opened only where it is answered.
        return super().get_queryset(request).defer("raw")

    def for_page(self, request: HttpRequest, keys: list[Any]) -> list[WarningCase]:
        """Return the rows of one page with what its columns show."""
        clock = clock_of(request)
        rows = (
            WarningCase.objects.visible_to(request.user)
            .filter(pk__in=keys)
            .select_related("household__village", "batch", "member", "monitor")
            .defer("raw", "id_number", "phone")
        )
        for case in rows:
            case.due, case.on = clock.due(case), clock.on
        return list(rows)

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        context = {
            "count_unit": "件",
            "empty_text": "在“导入”里选部门预警名单，登记的预警出现在这里；也可以去掉上面的筛选。",
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def find(self, request: HttpRequest, queryset: Any, term: str) -> models.QuerySet:
        """By the register's household and people, and by what the list itself says of people it does not know."""
        term = re.sub(r"\s+", "", term)
        index = WarningCase._meta.get_field("id_index").index_of(term)
        own = Q(person_name=term) | Q(code=term) | Q(id_index=index)
        found = super().find(request, queryset.order_by(), term).values("pk")
        return queryset.filter(own | Q(pk__in=found))

    def for_naming(self, rows: models.QuerySet) -> models.QuerySet:
        return rows.select_related("batch").defer("raw")

    def detail_context(self, request: HttpRequest, row: WarningCase) -> dict[str, Any]:
        return {
            "title": f"{row.code} {row.person_name}",
            "state": match_badge(row),
            "masked_id": mask_id_number(row.id_number),
            "phone": mask_phone(row.phone),
            "household_link": household_link(row.household) if row.household else None,
            "proposed": candidates(row) if row.match == WarningCase.Match.TO_CONFIRM else (),
        }
