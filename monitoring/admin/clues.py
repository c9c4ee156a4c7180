"""线索: what waits at the station, and saying what came of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from households.access import Capability, access_of
from households.admin.base import ScopedAdmin
from households.admin.choosing import HouseholdField
from households.admin.filters import DateRangeFilter, FilterOptions, VillageFilter
from households.choices import ClueSource, Risk
from monitoring.admin.badges import household_link, state_badge
from monitoring.admin.filters import ChipFilter
from monitoring.admin.forms import REASON_LENGTH, ScopedForm, day_input
from monitoring.admin.pages import RowAction, RowActions
from monitoring.admin.search import HouseholdSearch
from monitoring.models import Clue, Procedure
from monitoring.services.clues import PROXY_LENGTH, note_all, open_case, register_clue
from monitoring.services.refusals import Refused
from township.base.masking import mask_people
from township.base.workflow import TransitionRefused


class OutcomeForm(ScopedForm):
    outcome = forms.CharField(
        label="处理意见",
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="例如：已入户核实，风险不成立；已列入下月评议",
    )


class OpenForm(ScopedForm):
    reason = forms.CharField(
        label="立案事由",
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="不填就用线索的情况说明；来源和风险从线索带入",
    )


class ClueForm(ScopedForm):
    """The fields of `register_clue`."""

    household = HouseholdField(label="农户", capability=Capability.RECORD_PROCEDURE)
    source = forms.ChoiceField(label="线索来源", choices=ClueSource.choices)
    found_on = forms.DateField(label="发现日期", widget=day_input())
    risks = forms.MultipleChoiceField(
        label="风险类型", required=False, choices=Risk.choices, widget=forms.CheckboxSelectMultiple
    )
    text = forms.CharField(label="情况说明", required=False, widget=forms.Textarea(attrs={"rows": 4}))
    proxy = forms.CharField(
        label="代为申请人",
        required=False,
        max_length=PROXY_LENGTH,
        help_text="病人、残疾人等由他人代为申报的，写明姓名和关系",
    )


def _open(clues: Any, data: dict[str, Any], user: Any, on: date) -> str:
    clue = clues.get()
    open_case(clue, reason=data["reason"], by=user, on=on, at=timezone.now())
    return f"{clue.household.head_name} 户已立案识别，请从下面的“识别程序”继续办理。"


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
    add = Capability.RECORD_PROCEDURE
    row_actions = (
        RowAction(
            name="open",
            label="立案识别",
            capability=Capability.DECIDE_WARNING,
            form=OpenForm,
            run=_open,
            unit="条线索",
            offered=_waiting,
            not_offered="已经处理过",
            refusals=(Refused, TransitionRefused),
            in_bulk=False,
        ),
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
        told = "走访时勾选“有返贫致贫风险”，就会在这里产生一条线索；农户申报、信访等请点右上的“增加”登记。"
        context = {"empty_text": told}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        """A clue by hand: an application, a petition, what a campaign found."""
        access_of(request.user).demand(Capability.RECORD_PROCEDURE)
        on = timezone.localdate()
        code = request.GET.get("household", "")
        initial = {"found_on": on, "household": code if code.isdigit() else ""}
        form = ClueForm(request.POST or None, user=request.user, on=on, initial=initial)
        if request.method == "POST" and form.is_valid():
            try:
                clue = register_clue(**form.cleaned_data, by=request.user, on=on, at=timezone.now())
            except Refused as refused:
                for name, message in refused.problems:
                    form.add_error(name or None, message)
            else:
                messages.success(request, f"已登记 {clue.household.head_name} 户的线索，待镇工作站处理。")
                return redirect(self._address("change", clue.pk))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": "登记线索",
            "form": form,
            "submit": "登记",
            "back": self._address("changelist"),
        }
        return TemplateResponse(request, "admin/monitoring/form_page.html", context)

    def detail_context(self, request: HttpRequest, row: Clue) -> dict[str, Any]:
        return {
            "procedures": Procedure.objects.visible_to(request.user).filter(clue=row),
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
        text = mask_people(clue.text)
        return text if len(text) <= 40 else f"{text[:40]}…"

    @admin.display(description="报告人")
    def reporter(self, clue: Any) -> str:
        return clue.reported_by.name if clue.reported_by else ""
