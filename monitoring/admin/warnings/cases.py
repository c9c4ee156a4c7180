"""部门预警: what the departments' lists brought, case by case."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse

from households.access import access_of
from households.admin.base import ScopedAdmin
from households.admin.filters import DateRangeFilter, FilterOptions
from monitoring.admin.pages import RowAction, RowActions
from monitoring.admin.search import HouseholdSearch, PagedChangeList
from monitoring.admin.warning_lists import list_urls
from monitoring.admin.warning_verify import verify_urls
from monitoring.admin.warnings.board import board_page
from monitoring.admin.warnings.case_page import case_context
from monitoring.admin.warnings.clock import clock_of
from monitoring.admin.warnings.columns import CaseColumns
from monitoring.admin.warnings.filters import (
    CaseMonitorFilter,
    CaseVillageFilter,
    ClockFilter,
    DepartmentFilter,
    ListFilter,
    MonthFilter,
    OwnFilter,
    StateFilter,
)
from monitoring.admin.warnings.person import CONFIRM_PERSON, person_options
from monitoring.admin.warnings.reminders import reminders_page
from monitoring.admin.warnings.reply import reply_page
from monitoring.admin.warnings.steps import CASE_ACTIONS, DECIDE_ALL, StepAction
from monitoring.models import WarningCase
from monitoring.services.warning_moves import available
from monitoring.services.warnings import is_nameable
from monitoring.workflows.warning import ASSIGN, VERIFY, VERIFY_FOR
from township.base.pinyin import initials

_INITIALS = re.compile(r"[A-Za-z]+")
VERIFYING = {VERIFY, VERIFY_FOR}
# What the page of one case tells.
STORY = (
    "batch", "household__village", "household__group", "member", "monitor", "visit", "duplicate_of__batch",
    "confirmed_by", "verified_by", "typed_by", "decided_by", "replied_by",
)  # fmt: skip


@admin.register(WarningCase)
class WarningCaseAdmin(CaseColumns, RowActions, HouseholdSearch, FilterOptions, ScopedAdmin):
    """One row a case; nothing is edited here but through the steps of its workflow."""

    list_display = (
        "person", "state", "deadline", "village", "monitor_name", "household_head", "indicator_name", "amount",
        "department", "code",
    )  # fmt: skip
    list_filter = (
        MonthFilter,
        StateFilter,
        ClockFilter,
        OwnFilter,
        DepartmentFilter,
        ListFilter,
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
    row_actions = CASE_ACTIONS

    def get_urls(self) -> list[Any]:
        def page(view: Any) -> Any:
            def own(request: HttpRequest, **kwargs: Any) -> HttpResponse:
                return view(self, request, **kwargs)

            return self.admin_site.admin_view(own)

        return [
            *verify_urls(self),
            *list_urls(self),
            path("<uuid:object_id>/people/", page(person_options), name="monitoring_warningcase_people"),
            path("board/", page(board_page), name="monitoring_warningcase_board"),
            path("reminders/", page(reminders_page), name="monitoring_warningcase_reminders"),
            path("reply/", page(reply_page), name="monitoring_warningcase_reply"),
            *super().get_urls(),
        ]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[PagedChangeList]:
        return PagedChangeList

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        # A whole line of the department's sheet is opened only where it is answered.
        rows = super().get_queryset(request).defer("raw")
        return rows.select_related(*STORY) if self._names_one_row(request) else rows

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
        own = Q(code=term) | Q(id_index=index) | self._by_name(request, term)
        found = super().find(request, queryset.order_by(), term).values("pk")
        return queryset.filter(own | Q(pk__in=found))

    def _by_name(self, request: HttpRequest, term: str) -> Q:
        """By a part of the name that the list gives, or by the initials of people whom the register does not know."""
        if not _INITIALS.fullmatch(term):
            return Q(person_name__contains=term)
        strangers = WarningCase.objects.visible_to(request.user).filter(member__isnull=True).order_by()
        names = strangers.values_list("person_name", flat=True).distinct()
        start = term.lower()
        return Q(person_name__in=[name for name in names if initials(name).startswith(start)])

    def for_naming(self, rows: models.QuerySet) -> models.QuerySet:
        return rows.select_related("batch", "household__village", "member", "visit").defer("raw")

    def detail_context(self, request: HttpRequest, row: WarningCase) -> dict[str, Any]:
        return case_context(request, row)

    def buttons(self, request: HttpRequest, row: WarningCase) -> list[dict[str, Any]]:
        """What this person may do now: the steps of the workflow, but never the verdict on what he verified."""
        taken = {step.action for step in available(row, request.user)}
        shown: list[RowAction] = [
            action for action in CASE_ACTIONS if isinstance(action, StepAction) and action.steps & taken
        ]
        if is_nameable(row) and access_of(request.user).can(CONFIRM_PERSON.capability, row.area):
            # Whom it means comes first where somebody is proposed; else the case takes its way meanwhile.
            shown.insert(0 if row.match == WarningCase.Match.TO_CONFIRM else len(shown), CONFIRM_PERSON)
        buttons = [self.button(row, action) for action in shown if action is not DECIDE_ALL]
        if taken & VERIFYING:
            buttons.insert(int(ASSIGN in taken), _verify_button(row, taken))
        return buttons


def _verify_button(case: WarningCase, taken: set[str]) -> dict[str, Any]:
    label = "核查" if VERIFY in taken else "代录核查"
    url = reverse("admin:monitoring_warningcase_verify", args=[case.pk])
    return {"label": label, "url": url, "is_danger": False}
