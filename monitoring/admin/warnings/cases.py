"""部门预警: what the departments' lists brought, case by case, and saying whom a case means."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from households.admin.base import ScopedAdmin
from households.admin.filters import DateRangeFilter, FilterOptions, VillageFilter
from monitoring.admin.badges import NOTHING, household_link, state_badge
from monitoring.admin.pages import RowActions
from monitoring.admin.search import HouseholdSearch
from monitoring.admin.warnings.filters import DepartmentFilter, MonthFilter
from monitoring.admin.warnings.person import CONFIRM_PERSON
from monitoring.models import WarningCase
from monitoring.services.warnings import candidates
from township.base.masking import mask_id_number, mask_phone

LOOKS = {
    WarningCase.Match.BY_ID: "done",
    WarningCase.Match.CONFIRMED: "done",
    WarningCase.Match.TO_CONFIRM: "due_soon",
    WarningCase.Match.NOT_FOUND: "planned",
}


@admin.register(WarningCase)
class WarningCaseAdmin(RowActions, HouseholdSearch, FilterOptions, ScopedAdmin):
    list_display = (
        "code", "person", "matched", "household_head", "village", "indicator", "amount", "department", "masked_id",
        "received",
    )  # fmt: skip
    list_filter = (
        MonthFilter,
        DepartmentFilter,
        ("match", admin.ChoicesFieldListFilter),
        ("area", VillageFilter),
        ("batch__received_on", DateRangeFilter),
    )
    show_facets = admin.ShowFacets.NEVER
    ordering = ("-batch__month", "code")
    list_select_related = ("household__village", "batch", "member")
    search_help_text = "姓名、预警编号、户主、拼音首字母、户码、证件号"
    detail_template = "admin/monitoring/warningcase/detail.html"
    action_template = "admin/monitoring/warningcase/action.html"
    row_actions = (CONFIRM_PERSON,)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Whom a case means is said one by one."""
        return {}

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        # A whole line of the department's sheet is opened only where it is answered.
        return super().get_queryset(request).defer("raw")

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
            "state": self.matched(row),
            "masked_id": self.masked_id(row),
            "phone": mask_phone(row.phone),
            "household_link": household_link(row.household) if row.household else None,
            "proposed": candidates(row) if row.match == WarningCase.Match.TO_CONFIRM else (),
        }

    @admin.display(description="姓名", ordering="person_name")
    def person(self, case: Any) -> str:
        return str(case.member.name) if case.member else case.person_name or NOTHING

    @admin.display(description="匹配", ordering="match")
    def matched(self, case: Any) -> SafeString:
        return state_badge(LOOKS[WarningCase.Match(case.match)], case.get_match_display())

    @admin.display(description="户主", ordering="household__head_name")
    def household_head(self, case: Any) -> SafeString | str:
        return household_link(case.household) if case.household else NOTHING

    @admin.display(description="村", ordering="area")
    def village(self, case: Any) -> str:
        return str(case.household.village.name) if case.household else case.village_name or "全镇"

    @admin.display(description="金额（元）", ordering="amount_yuan")
    def amount(self, case: Any) -> str:
        return NOTHING if case.amount_yuan is None else f"{case.amount_yuan:,.2f}"

    @admin.display(description="部门", ordering="batch__department")
    def department(self, case: Any) -> str:
        return str(case.batch.department)

    @admin.display(description="身份证号")
    def masked_id(self, case: Any) -> str:
        return mask_id_number(case.id_number) or NOTHING

    @admin.display(description="接收日期", ordering="batch__received_on")
    def received(self, case: Any) -> str:
        return date_format(case.batch.received_on, "Y-m-d")
