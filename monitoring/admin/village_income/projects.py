"""产业项目和资产: what a village owns or hosts, and what it brings to which households."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from households.access import Capability, access_of
from households.admin.base import ScopedAdmin
from households.admin.filters import FilterOptions, VillageFilter
from households.admin.history import HistoryPages
from households.admin.household_search import PagedChangeList
from households.models import Project, ProjectIncome
from households.services.fact_writes import FactsRefused
from households.services.projects import (
    NOBODY,
    ProjectIncomeInput,
    ProjectInput,
    change_project,
    helped_by,
    make_project,
    paid_by,
    record_project_income,
    withdraw_project_income,
)
from monitoring.admin.badges import NOTHING, household_link, state_badge
from monitoring.admin.forms import ReasonForm
from monitoring.admin.pages import RowAction, RowActions, show_refusal
from monitoring.admin.village_income.forms import ChangedProjectForm, NewProjectForm, ProjectIncomeForm
from monitoring.admin.village_income.given import given

INCOMES_SHOWN = 200


def _change(projects: Any, data: dict[str, Any], user: Any, on: date) -> str:
    wanted = given(ProjectInput, data)
    changed = change_project(projects.get(), wanted, by=user, on=on, reason=data["reason"])
    return f"已更正 {len(changed)} 项。" if changed else "没有改动。"


def _income(projects: Any, data: dict[str, Any], user: Any, on: date) -> str:
    income = record_project_income(
        projects.get(),
        data["household"],
        given(ProjectIncomeInput, data),
        member=data["member"],
        by=user,
        on=on,
    )
    return (
        f"已登记 {income.household.head_name} 户的{income.get_pay_display()} {income.amount_yuan:,.2f} 元。"
    )


def _action(name: str, label: str, form: Any, run: Any, *, is_aside: bool = False) -> RowAction:
    return RowAction(
        name=name, label=label, capability=Capability.EDIT_FACTS, form=form, run=run, unit="个项目",
        refusals=(FactsRefused,), is_aside=is_aside, in_bulk=False,
    )  # fmt: skip


@admin.register(Project)
class ProjectAdmin(HistoryPages, RowActions, FilterOptions, ScopedAdmin):
    """One row a project, with all that it brought."""

    list_display = (
        "name", "kind_name", "state", "village_name", "owner", "land", "invested", "brought", "households", "people",
    )  # fmt: skip
    list_display_links = ("name",)
    list_filter = (("kind", admin.ChoicesFieldListFilter), ("area", VillageFilter))
    show_facets = admin.ShowFacets.NEVER
    ordering = ("area", "name", "pk")
    list_select_related = ("village",)
    add = Capability.EDIT_FACTS
    detail_template = "admin/monitoring/village_income/project.html"
    action_template = "admin/monitoring/village_income/village_action.html"
    row_actions: ClassVar[Any] = (
        _action("income", "登记带动收入", ProjectIncomeForm, _income),
        _action("edit", "更正项目", ChangedProjectForm, _change, is_aside=True),
    )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[PagedChangeList]:
        return PagedChangeList

    def for_page(self, request: HttpRequest, keys: list[UUID]) -> list[Project]:
        """Return the rows of one page with what each brought to how many."""
        rows = list(Project.objects.visible_to(request.user).filter(pk__in=keys).select_related("village"))
        helped = helped_by(keys)
        for row in rows:
            row.helped = helped.get(row.pk, NOBODY)
        return rows

    def for_naming(self, rows: QuerySet) -> QuerySet:
        return rows.select_related("village")

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        told = "点右上的“增加”登记产业园区、帮扶车间、养殖场等，再登记它给农户的租金、分红和工资。"
        context = {"count_unit": "个", "empty_text": told}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.withdraw)
        own = path(
            "<uuid:object_id>/incomes/<uuid:income_id>/withdraw/", view, name="project_income_withdraw"
        )
        return [own, *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        access_of(request.user).demand(Capability.EDIT_FACTS)
        on = timezone.localdate()
        form = NewProjectForm(request.POST or None, user=request.user, on=on)
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            try:
                project = make_project(data["village"], given(ProjectInput, data), by=request.user, on=on)
            except FactsRefused as refused:
                show_refusal(form, refused)
            else:
                messages.success(request, f"已登记{project.name}。")
                return redirect(self._address("change", project.pk))
        return self._form(
            request, form, title="登记产业项目", submit="登记", back=self._address("changelist")
        )

    def detail_context(self, request: HttpRequest, row: Project) -> dict[str, Any]:
        incomes = ProjectIncome.objects.visible_to(request.user).filter(project=row)
        found = list(
            incomes.select_related("household", "member").order_by("-started_on", "pk")[: INCOMES_SHOWN + 1]
        )
        may_edit = access_of(request.user).can(Capability.EDIT_FACTS, row.area)
        return {
            "title": row.name,
            "state": self.state(row),
            "helped": helped_by([row.pk]).get(row.pk, NOBODY),
            "paid": paid_by(row),
            "incomes": [
                {
                    "income": one,
                    "household": household_link(one.household),
                    "withdraw_url": reverse("admin:project_income_withdraw", args=[row.pk, one.pk])
                    if may_edit
                    else "",
                }
                for one in found[:INCOMES_SHOWN]
            ],
            "has_more": len(found) > INCOMES_SHOWN,
            "shown": INCOMES_SHOWN,
            "history_url": self._address("history", row.pk),
            "has_rail": True,
        }

    def withdraw(self, request: HttpRequest, object_id: UUID, income_id: UUID) -> HttpResponse:
        """Take back an income that should never have been recorded, with the reason."""
        project = self.row_in_scope(request, object_id)
        incomes = ProjectIncome.objects.visible_to(request.user).filter(project=project)
        income = incomes.select_related("household").filter(pk=income_id).first()
        if income is None:
            raise Http404
        access_of(request.user).demand(Capability.EDIT_FACTS, income.area)
        form = ReasonForm(request.POST or None, user=request.user, on=timezone.localdate())
        back = self._address("change", project.pk)
        if request.method == "POST" and form.is_valid():
            try:
                withdraw_project_income(income, by=request.user, reason=form.cleaned_data["reason"])
            except FactsRefused as refused:
                show_refusal(form, refused)
            else:
                messages.success(request, "已撤销这一条带动收入。")
                return redirect(back)
        note = f"{income.household.head_name} 户 {income.get_pay_display()} {income.amount_yuan:,.2f} 元"
        return self._form(request, form, title="撤销带动收入", submit="撤销", back=back, note=note)

    def _form(self, request: HttpRequest, form: Any, **context: Any) -> HttpResponse:
        context |= {**self.admin_site.each_context(request), "opts": self.model._meta, "form": form}
        return TemplateResponse(request, "admin/monitoring/village_income/form.html", context)

    @admin.display(description="类别", ordering="kind")
    def kind_name(self, row: Any) -> str:
        return str(row.get_kind_display())

    @admin.display(description="状态", ordering="ended_on")
    def state(self, row: Any) -> SafeString:
        on = timezone.localdate()
        if row.ended_on and row.ended_on < on:
            return state_badge("voided", "已停产")
        if row.started_on and row.started_on > on:
            return state_badge("planned", "未投产")
        return state_badge("done", "在产")

    @admin.display(description="村", ordering="area")
    def village_name(self, row: Any) -> str:
        return str(row.village.name)

    @admin.display(description="占地（亩）", ordering="land_mu")
    def land(self, row: Any) -> str:
        return NOTHING if row.land_mu is None else f"{row.land_mu:,.2f}"

    @admin.display(description="投资（元）", ordering="invested_yuan")
    def invested(self, row: Any) -> str:
        return NOTHING if row.invested_yuan is None else f"{row.invested_yuan:,.2f}"

    @admin.display(description="带动收入（元）")
    def brought(self, row: Any) -> str:
        return f"{row.helped.amount_yuan:,.2f}"

    @admin.display(description="带动（户）")
    def households(self, row: Any) -> int:
        return int(row.helped.households)

    @admin.display(description="带动（人）")
    def people(self, row: Any) -> int:
        return int(row.helped.people)
