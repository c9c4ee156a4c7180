"""部门预警: what the departments' lists brought, case by case, and saying whom a case means."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from households.access import Capability
from households.admin.base import ScopedAdmin
from households.admin.filters import DateRangeFilter, FilterOptions, VillageFilter
from households.models import Member
from monitoring.admin.badges import NOTHING, household_link, state_badge
from monitoring.admin.filters import ChipFilter
from monitoring.admin.forms import ScopedForm
from monitoring.admin.pages import RowAction, RowActions
from monitoring.admin.search import HouseholdSearch
from monitoring.models import WarningBatch, WarningCase
from monitoring.services.warnings import WarningRefused, candidates, confirm_person
from township.base.dates import add_months, month_start, parse_month
from township.base.masking import mask_id_number, mask_phone

NOBODY = "nobody"
MONTHS_OFFERED = 13
DEPARTMENTS_OFFERED = 40
LOOKS = {
    WarningCase.Match.BY_ID: "done",
    WarningCase.Match.CONFIRMED: "done",
    WarningCase.Match.TO_CONFIRM: "due_soon",
    WarningCase.Match.NOT_FOUND: "planned",
}


class PersonForm(ScopedForm):
    """One of the proposed people, or nobody of the register."""

    person = forms.ChoiceField(label="是哪一位", widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        case = self.rows.first() if self.rows is not None else None
        proposed = candidates(case) if case is not None else ()
        self.fields["person"].choices = [  # type: ignore[attr-defined]
            *((found.member, f"{found.text}：{found.reason}") for found in proposed),
            (NOBODY, "都不是，这个人不在册"),
        ]


def _confirm(cases: Any, data: dict[str, Any], user: Any, on: date) -> str:
    case = cases.get()
    chosen = data["person"]
    member = None
    if chosen != NOBODY:
        member = Member.objects.visible_to(user).select_related("household").filter(pk=chosen).first()
        if member is None:
            raise WarningRefused("所选的人已不在您的范围内，请刷新页面。")
    confirm_person(case, member, by=user, on=on)
    return f"预警 {case.code} 已确认为 {member.name}。" if member else f"预警 {case.code} 已登记为不在册。"


def _open(cases: Any, on: date) -> Any:
    return cases.to_confirm()


class MonthFilter(ChipFilter):
    title = "预警月份"
    parameter_name = "month"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        current = month_start(timezone.localdate())
        months = [add_months(current, -step) for step in range(MONTHS_OFFERED)]
        if (chosen := self._chosen(request)) is not None and chosen not in months:
            months.append(chosen)
        return [(f"{month:%Y-%m}", f"{month.year}年{month.month}月") for month in months]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        month = self._chosen(request)
        return queryset if month is None else queryset.of_month(month)  # type: ignore[attr-defined]

    def _chosen(self, request: HttpRequest) -> date | None:
        try:
            return parse_month(request.GET.get(self.parameter_name, ""))
        except ValueError:
            return None


class DepartmentFilter(ChipFilter):
    title = "部门"
    parameter_name = "department"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        names = WarningBatch.objects.visible_to(request.user).order_by("department")
        found = names.values_list("department", flat=True).distinct()[:DEPARTMENTS_OFFERED]
        chosen = request.GET.get(self.parameter_name, "")
        return [(name, name) for name in dict.fromkeys([*found, *([chosen] if chosen else [])])]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.filter(batch__department=self.value()) if self.value() else queryset


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
    row_actions = (
        RowAction(
            name="person",
            label="确认人员",
            capability=Capability.ASSIGN_WARNING,
            form=PersonForm,
            run=_confirm,
            unit="件预警",
            offered=_open,
            not_offered="已经有人员或不在册",
            refusals=(WarningRefused,),
            in_bulk=False,
        ),
    )

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
