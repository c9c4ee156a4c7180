"""收入明细: the typed lines, and the page that explains a household's income line by line."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone

from households.access import Capability, access_of
from households.admin.base import ScopedAdmin
from households.admin.filters import DateRangeFilter, FilterOptions, VillageFilter
from households.admin.history import HistoryPages
from households.admin.household_search import HouseholdSearch
from households.income_items import IncomeItem
from households.models import Household, IncomeLine
from households.services import entries
from households.services.fact_writes import FactsRefused
from households.services.income_lines import IncomeLineInput, change_line, record_line
from monitoring.admin.badges import household_link
from monitoring.admin.forms import ReasonForm
from monitoring.admin.pages import RowAction, RowActions, show_refusal
from monitoring.admin.village_income.forms import ChangedIncomeLineForm, NewIncomeLineForm
from monitoring.admin.village_income.given import given
from monitoring.admin.village_income.household_income import income_page, take_over_page
from township.base.masking import mask_people


def _change(lines: Any, data: dict[str, Any], user: Any, on: date) -> str:
    wanted = given(IncomeLineInput, data)
    changed = change_line(lines.get(), wanted, by=user, on=on, reason=data["reason"])
    return f"已更正 {len(changed)} 项。" if changed else "没有改动。"


def _withdraw(lines: Any, data: dict[str, Any], user: Any, on: date) -> str:
    entries.withdraw(lines.get(), by=user, reason=data["reason"])
    return "已撤销这一条收入明细，变更历史里保留。"


def _action(name: str, label: str, form: Any, run: Any, *, is_aside: bool = False) -> RowAction:
    return RowAction(
        name=name, label=label, capability=Capability.EDIT_FACTS, form=form, run=run, unit="条明细",
        refusals=(FactsRefused,), is_aside=is_aside, in_bulk=False,
    )  # fmt: skip


@admin.register(IncomeLine)
class IncomeLineAdmin(HistoryPages, RowActions, HouseholdSearch, FilterOptions, ScopedAdmin):
    """One row a typed line; what other registers know stands on the household's income page."""

    list_display = ("head", "item_name", "person", "amount", "days", "village_name", "words")
    list_filter = (
        ("item", admin.ChoicesFieldListFilter),
        ("area", VillageFilter),
        ("started_on", DateRangeFilter),
    )
    show_facets = admin.ShowFacets.NEVER
    ordering = ("-started_on", "area", "pk")
    list_select_related = ("household__village", "member")
    add = Capability.EDIT_FACTS
    detail_template = "admin/monitoring/village_income/income_line.html"
    row_actions: ClassVar[Any] = (
        _action("edit", "更正", ChangedIncomeLineForm, _change),
        _action("withdraw", "撤销", ReasonForm, _withdraw, is_aside=True),
    )

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        told = "点右上的“增加”登记。惠民待遇、公益岗位、务工、光伏和项目收入系统已有，不必在这里重复登记。"
        return super().changelist_view(request, {"empty_text": told, **(extra_context or {})})

    def get_urls(self) -> list[Any]:
        def income(request: HttpRequest, pk: UUID) -> HttpResponse:
            return income_page(self, request, pk)

        def take_over(request: HttpRequest, pk: UUID, year: int) -> HttpResponse:
            return take_over_page(self, request, pk, year)

        return [
            path("household/<uuid:pk>/", self.admin_site.admin_view(income), name="household_income"),
            path(
                "household/<uuid:pk>/<int:year>/take-over/",
                self.admin_site.admin_view(take_over),
                name="household_income_take_over",
            ),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        access_of(request.user).demand(Capability.EDIT_FACTS)
        on, code = timezone.localdate(), request.GET.get("household", "")
        initial = {"household": code} if code.isdigit() else {}
        form = NewIncomeLineForm(request.POST or None, user=request.user, on=on, initial=initial)
        if request.method == "POST" and form.is_valid():
            household = form.cleaned_data["household"]
            try:
                record_line(household, given(IncomeLineInput, form.cleaned_data), by=request.user, on=on)
            except FactsRefused as refused:
                show_refusal(form, refused)
            else:
                messages.success(request, f"已登记 {household.head_name} 户的收入明细。")
                return redirect("admin:household_income", household.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": "登记收入明细",
            "form": form,
            "submit": "登记",
            "back": self._address("changelist"),
        }
        return TemplateResponse(request, "admin/monitoring/form_page.html", context)

    def act_on_one(self, request: HttpRequest, object_id: Any, name: str) -> HttpResponse:
        """A line that was withdrawn has no page to go back to: its household's income is next."""
        household: Household = self.row_in_scope(request, object_id).household
        response = super().act_on_one(request, object_id, name)
        gone = name == "withdraw" and response.status_code == 302
        return redirect("admin:household_income", household.pk) if gone else response

    def detail_context(self, request: HttpRequest, row: IncomeLine) -> dict[str, Any]:
        return {
            "title": f"{row.household.head_name} 的收入明细",
            "household_link": household_link(row.household),
            "group": IncomeItem(row.item).group.label,
            "history_url": self._address("history", row.pk),
            "has_rail": True,
        }

    @admin.display(description="户主", ordering="household__head_name")
    def head(self, line: Any) -> str:
        return str(line.household.head_name)

    @admin.display(description="收入项目", ordering="item")
    def item_name(self, line: Any) -> str:
        return f"{line.item} {line.get_item_display()}"

    @admin.display(description="成员")
    def person(self, line: Any) -> str:
        return line.member.name if line.member else "全户"

    @admin.display(description="金额（元）", ordering="amount_yuan")
    def amount(self, line: Any) -> str:
        return f"{line.amount_yuan:,.2f}"

    @admin.display(description="起止", ordering="started_on")
    def days(self, line: Any) -> str:
        return f"{line.started_on:%Y-%m-%d} 至 {line.ended_on:%Y-%m-%d}"

    @admin.display(description="村", ordering="area")
    def village_name(self, line: Any) -> str:
        return str(line.household.village.name)

    @admin.display(description="备注")
    def words(self, line: Any) -> str:
        return mask_people(line.note)
