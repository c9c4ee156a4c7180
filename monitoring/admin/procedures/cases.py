"""识别与消除: the list of the procedures, and the addresses of a case, its steps, papers and evidence."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path
from django.utils.safestring import SafeString

from households.admin.base import ScopedAdmin
from households.admin.filters import FilterOptions, VillageFilter
from monitoring.admin.pages import DetailPage
from monitoring.admin.procedures import evidence, opening, papers
from monitoring.admin.procedures.acting import act, buttons_for
from monitoring.admin.procedures.case_page import case_context
from monitoring.admin.procedures.clocks import due_badge
from monitoring.admin.procedures.filters import HandFilter, LateFilter, ProcedureStateFilter
from monitoring.admin.procedures.states import procedure_state
from monitoring.admin.search import HouseholdSearch, PagedChangeList
from monitoring.admin.warnings.clock import clock_of
from monitoring.models import Procedure
from monitoring.services.procedures import clock

READ_WITH = (
    "household__village",
    "household__group",
    "clue",
    "warning",
    "episode",
    "checked_by",
    "approved_by",
)


@admin.register(Procedure)
class ProcedureAdmin(DetailPage, HouseholdSearch, FilterOptions, ScopedAdmin):
    """One row a case; nothing is edited here but through the steps of its workflow."""

    list_display = ("head", "state", "kind_name", "step_due", "total_due", "village", "opened")
    list_filter = (ProcedureStateFilter, ("kind", admin.ChoicesFieldListFilter), HandFilter, LateFilter,
                   ("area", VillageFilter))  # fmt: skip
    show_facets = admin.ShowFacets.NEVER
    actions = None
    ordering = ("opened_on", "area", "pk")
    detail_template = "admin/monitoring/procedure/detail.html"
    change_list_template = "admin/monitoring/procedure/change_list.html"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[PagedChangeList]:
        return PagedChangeList

    def for_page(self, request: HttpRequest, keys: list[Any]) -> list[Procedure]:
        """Return the rows of one page with their clocks."""
        today = clock_of(request)
        rows = Procedure.objects.visible_to(request.user).filter(pk__in=keys)
        found = list(rows.select_related("household__village", "clue"))
        for row in found:
            row.clock, row.on = clock(row, today.setting, today.calendar), today.on
        return found

    def get_urls(self) -> list[Any]:
        def one(view: Any) -> Any:
            return self.admin_site.admin_view(view)

        return [
            path("notice/<slug:kind>/", one(self.notice), name="monitoring_procedure_notice"),
            path("household/<uuid:pk>/<slug:way>/", one(self.begin), name="monitoring_procedure_begin"),
            path("<uuid:object_id>/do/<slug:name>/", one(self.act), name="monitoring_procedure_act"),
            path("<uuid:object_id>/paper/<slug:form>/", one(self.paper), name="monitoring_procedure_paper"),
            path("<uuid:object_id>/evidence/", one(self.add_evidence), name="monitoring_procedure_evidence"),
            path(
                "<uuid:object_id>/evidence/<uuid:evidence_id>/",
                one(self.show_evidence),
                name="monitoring_procedure_file",
            ),
            path(
                "<uuid:object_id>/evidence/<uuid:evidence_id>/remove/",
                one(self.remove_evidence),
                name="monitoring_procedure_remove",
            ),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        context = {
            "count_unit": "件",
            "empty_text": "在线索或农户页上点“立案识别”“发起消除”，办理的程序出现在这里；也可以去掉上面的筛选。",
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def case(self, request: HttpRequest, object_id: UUID) -> Procedure:
        """Return the procedure with what its pages read, 404 outside the user's scope."""
        row = self.row_in_scope(request, object_id)
        found: Procedure = (
            Procedure.objects.visible_to(request.user).select_related(*READ_WITH).get(pk=row.pk)
        )
        return found

    def detail_context(self, request: HttpRequest, row: Procedure) -> dict[str, Any]:
        return case_context(self.case(request, row.pk), request)

    def buttons(self, request: HttpRequest, row: Procedure) -> list[dict[str, Any]]:
        return buttons_for(row, request.user)

    def act(self, request: HttpRequest, object_id: UUID, name: str) -> HttpResponse:
        """The form of one step of one case."""
        return act(self, request, self.case(request, object_id), name)

    def begin(self, request: HttpRequest, pk: UUID, way: str) -> HttpResponse:
        """Open an identification or an elimination of a household, or roll its elimination back."""
        return opening.begin(self, request, pk, way)

    def paper(self, request: HttpRequest, object_id: UUID, form: str) -> HttpResponse:
        """A paper of the case to print and sign."""
        return papers.show_form(request, self.case(request, object_id), form)

    def notice(self, request: HttpRequest, kind: str) -> HttpResponse:
        """The public notices of a kind, village by village."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return papers.show_notice(request, kind, request.GET.get("area", ""))

    def add_evidence(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Upload papers of the case."""
        return evidence.add(self, request, self.case(request, object_id))

    def show_evidence(self, request: HttpRequest, object_id: UUID, evidence_id: UUID) -> HttpResponseBase:
        """One paper itself."""
        return evidence.show(request, self.row_in_scope(request, object_id), evidence_id)

    def remove_evidence(self, request: HttpRequest, object_id: UUID, evidence_id: UUID) -> HttpResponse:
        """Take a paper away; that it was there stays on record."""
        return evidence.remove(self, request, self.case(request, object_id), evidence_id)

    @admin.display(description="户主", ordering="household__head_name")
    def head(self, row: Any) -> str:
        return str(row.household.head_name)

    @admin.display(description="状态", ordering="status")
    def state(self, row: Any) -> SafeString:
        return procedure_state(row)

    @admin.display(description="程序", ordering="kind")
    def kind_name(self, row: Any) -> str:
        return str(row.get_kind_display())

    @admin.display(description="本步时限")
    def step_due(self, row: Any) -> SafeString | str:
        return due_badge(row.clock.step_due_on, row.on)

    @admin.display(description="全程时限")
    def total_due(self, row: Any) -> SafeString | str:
        return due_badge(row.clock.total_due_on, row.on)

    @admin.display(description="村", ordering="area")
    def village(self, row: Any) -> str:
        return str(row.household.village.name)

    @admin.display(description="立案日期", ordering="opened_on")
    def opened(self, row: Any) -> str:
        return f"{row.opened_on:%Y-%m-%d}"
