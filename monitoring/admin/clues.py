"""线索: what waits at the station, and saying what came of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from households.access import Capability
from households.admin.base import ScopedAdmin
from households.admin.filters import DateRangeFilter, FilterOptions, VillageFilter
from households.choices import Risk
from monitoring.admin.badges import household_link, state_badge
from monitoring.admin.filters import ChipFilter
from monitoring.admin.forms import REASON_LENGTH, ScopedForm
from monitoring.admin.pages import RowAction, RowActions
from monitoring.admin.search import HouseholdSearch
from monitoring.models import Clue
from monitoring.services.clues import note_all
from township.base.workflow import TransitionRefused


class OutcomeForm(ScopedForm):
    outcome = forms.CharField(
        label="处理意见",
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="例如：已入户核实，风险不成立；已列入下月评议",
    )


def _note(clues: Any, data: dict[str, Any], user: Any, on: date) -> str:
    count = note_all(clues, data["outcome"], by=user, at=timezone.now())
    return f"已处理 {count} 条线索。"


def _waiting(clues: Any, on: date) -> Any:
    return clues.waiting()


class ClueStatusFilter(ChipFilter):
    """The waiting ones unless asked otherwise."""

    title = "状态"
    parameter_name = "status"
    unset = "待处理"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("noted", "已处理"), ("all", "全部")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        if self.value() == "all":
            return queryset
        noted = self.value() == "noted"
        return queryset.filter(status=Clue.Status.NOTED if noted else Clue.Status.NEW)


def risk_words(risks: list[str]) -> str:
    """Return the risks' Chinese names; one that is no longer known stays as it is stored."""
    known = dict(Risk.choices)
    return "、".join(str(known.get(risk, risk)) for risk in risks)


@admin.register(Clue)
class ClueAdmin(RowActions, HouseholdSearch, FilterOptions, ScopedAdmin):
    list_display = (
        "head",
        "state",
        "risks_in_words",
        "found_day",
        "village",
        "source_name",
        "words",
        "reporter",
    )
    list_filter = (ClueStatusFilter, ("area", VillageFilter), ("source", admin.ChoicesFieldListFilter),
                   ("found_on", DateRangeFilter))  # fmt: skip
    show_facets = admin.ShowFacets.NEVER
    ordering = ("-reported_at", "pk")
    list_select_related = ("household__village", "reported_by")
    detail_template = "admin/monitoring/clue/detail.html"
    row_actions = (
        RowAction(
            name="note",
            label="标记已处理",
            capability=Capability.DECIDE_WARNING,
            form=OutcomeForm,
            run=_note,
            unit="条线索",
            offered=_waiting,
            not_offered="已经处理过",
            refusals=(TransitionRefused,),
        ),
    )

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        context = {"empty_text": "走访时勾选“有返贫致贫风险”，就会在这里产生一条线索。"}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def detail_context(self, request: HttpRequest, row: Clue) -> dict[str, Any]:
        return {
            "title": f"{row.household.head_name} 的线索",
            "state": self.state(row),
            "risks": risk_words(row.risks),
            "household_link": household_link(row.household),
        }

    @admin.display(description="户主", ordering="household__head_name")
    def head(self, clue: Any) -> str:
        return str(clue.household.head_name)

    @admin.display(description="状态", ordering="status")
    def state(self, clue: Any) -> SafeString:
        waiting = clue.status == Clue.Status.NEW
        return state_badge("due_soon" if waiting else "done", clue.get_status_display())

    @admin.display(description="风险类型")
    def risks_in_words(self, clue: Any) -> str:
        return risk_words(clue.risks)

    @admin.display(description="发现日期", ordering="found_on")
    def found_day(self, clue: Any) -> str:
        return date_format(clue.found_on, "Y-m-d")

    @admin.display(description="村", ordering="area")
    def village(self, clue: Any) -> str:
        return str(clue.household.village.name)

    @admin.display(description="来源", ordering="source")
    def source_name(self, clue: Any) -> str:
        return str(clue.get_source_display())

    @admin.display(description="情况")
    def words(self, clue: Any) -> str:
        return clue.text if len(clue.text) <= 40 else f"{clue.text[:40]}…"

    @admin.display(description="报告人")
    def reporter(self, clue: Any) -> str:
        return clue.reported_by.name if clue.reported_by else ""
