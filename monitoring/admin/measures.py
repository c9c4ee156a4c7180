"""帮扶措施: recorded and corrected by the station, one household at a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format

from households.access import Capability, access_of
from households.admin.base import ScopedAdmin
from households.admin.choosing import HouseholdField
from households.admin.edited_export import EditedExport, Offer
from households.admin.filters import DateRangeFilter, FilterOptions, NumberRangeFilter, VillageFilter
from households.admin.history import HistoryPages
from households.models import Household
from monitoring.admin.badges import NOTHING
from monitoring.admin.clues import risk_words
from monitoring.admin.forms import REASON_LENGTH, ScopedForm, day_input
from monitoring.admin.help_gaps import gaps_page
from monitoring.admin.search import HouseholdSearch, PagedChangeList
from monitoring.importing.edited_measures import MEASURES
from monitoring.models import Measure, MeasureClass
from monitoring.rules.help import Gap, answered
from monitoring.services.help import answers_on, open_gaps
from monitoring.services.measures import MeasureInput, MeasureRefused, change_measure, record_measure
from township.base.masking import mask_people


class AmountFilter(NumberRangeFilter):
    unit = "元"


class MeasureForm(ScopedForm):
    """The fields of `MeasureInput`."""

    measure_class = forms.ChoiceField(label="措施类别", choices=MeasureClass.choices)
    title = forms.CharField(label="措施内容", max_length=200, widget=forms.TextInput(attrs={"size": 50}))
    started_on = forms.DateField(
        label="开始日期", help_text="计划中的措施填计划开始的日期", widget=day_input()
    )
    ended_on = forms.DateField(
        label="结束日期", required=False, help_text="还在实施的不填；可以晚于风险消除", widget=day_input()
    )
    amount_yuan = forms.DecimalField(
        label="金额（元）", required=False, min_value=0, max_digits=12, decimal_places=2
    )
    result = forms.CharField(
        label="帮扶成效", required=False, max_length=200, widget=forms.TextInput(attrs={"size": 50})
    )

    def as_input(self) -> MeasureInput:
        names = MeasureInput.__dataclass_fields__
        return MeasureInput(**{name: self.cleaned_data[name] for name in names})


class NewMeasureForm(MeasureForm):
    household = HouseholdField(label="农户", capability=Capability.EDIT_FACTS)
    field_order = ("household",)


class ChangedMeasureForm(MeasureForm):
    reason = forms.CharField(
        label="变更原因", max_length=REASON_LENGTH, widget=forms.TextInput(attrs={"size": 50})
    )


@admin.register(Measure)
class MeasureAdmin(EditedExport, HouseholdSearch, FilterOptions, HistoryPages, ScopedAdmin):
    list_display = (
        "head", "measure_class", "what", "for_risks", "started", "ended", "amount", "village", "came_of_it",
    )  # fmt: skip
    list_filter = (
        ("area", VillageFilter),
        ("measure_class", admin.ChoicesFieldListFilter),
        ("started_on", DateRangeFilter),
        ("amount_yuan", AmountFilter),
    )
    show_facets = admin.ShowFacets.NEVER
    ordering = ("-started_on", "area", "pk")
    list_select_related = ("household__village",)
    add = change = Capability.EDIT_FACTS

    def edited_offers(self, request: HttpRequest, rows: models.QuerySet) -> Iterator[Offer]:
        yield Offer(MEASURES.name, "帮扶措施", MEASURES, rows)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        access_of(request.user).demand(Capability.EDIT_FACTS)
        on = timezone.localdate()
        initial = _asked_for(request)
        form = NewMeasureForm(request.POST or None, user=request.user, on=on, initial=initial)
        if request.method == "POST" and form.is_valid():
            household = form.cleaned_data["household"]
            try:
                record_measure(household, form.as_input(), by=request.user, on=on)
            except MeasureRefused as refusal:
                _show(form, refusal)
            else:
                messages.success(request, f"已登记 {household.head_name} 户的帮扶措施。")
                warn_of_gaps(request, household, on)
                return redirect("admin:monitoring_measure_changelist")
        return self._form_page(
            request, form, title="登记帮扶措施", submit="登记", gaps=self._gaps(request, initial, on)
        )

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[ChangeList]:
        return PagedChangeList

    def for_page(self, request: HttpRequest, keys: list[UUID]) -> Iterator[Measure]:
        """Yield the rows of a page with the risks that each of them answers."""
        answers = answers_on(timezone.localdate())
        rows = Measure.objects.visible_to(request.user).filter(pk__in=keys).with_risks()
        for row in rows.select_related("household__village"):
            row.answers = answered(row.measure_class, row.risks or (), answers.of(row.eliminated_month))
            yield row

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.gaps_page)
        return [path("gaps/", view, name="monitoring_measure_gaps"), *super().get_urls()]

    def gaps_page(self, request: HttpRequest) -> HttpResponse:
        return gaps_page(self, request)

    @staticmethod
    def _gaps(request: HttpRequest, initial: dict[str, str], on: date) -> list[Gap]:
        """What the measures of the household that the address names leave open."""
        found = Household.objects.visible_to(request.user).filter(code=initial.get("household", "")).first()
        return open_gaps(found, on) if found else []

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        measure = self.get_object(request, object_id)
        if measure is None:
            raise Http404
        if not self.has_view_permission(request, measure):
            raise PermissionDenied
        may_change = self.has_change_permission(request, measure)
        if request.method == "POST" and not may_change:
            raise PermissionDenied
        on = timezone.localdate()
        initial = {name: getattr(measure, name) for name in MeasureInput.__dataclass_fields__}
        form = ChangedMeasureForm(request.POST or None, user=request.user, on=on, initial=initial)
        if request.method == "POST" and form.is_valid():
            try:
                changed = change_measure(
                    measure, form.as_input(), by=request.user, on=on, reason=form.cleaned_data["reason"]
                )
            except MeasureRefused as refusal:
                _show(form, refusal)
            else:
                messages.success(request, "帮扶措施已更正。" if changed else "没有改动。")
                if changed:
                    warn_of_gaps(request, measure.household, on)
                return redirect("admin:monitoring_measure_changelist")
        return self._form_page(
            request,
            form if may_change else None,
            title=f"{measure.household.head_name} 的帮扶措施",
            submit="保存更正",
            measure=measure,
            history_url=reverse("admin:monitoring_measure_history", args=[measure.pk]),
        )

    def _form_page(self, request: HttpRequest, form: Any, **context: Any) -> HttpResponse:
        context |= {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "form": form,
            "back": reverse("admin:monitoring_measure_changelist"),
        }
        return TemplateResponse(request, "admin/monitoring/measure/form.html", context)

    @admin.display(description="户主", ordering="household__head_name")
    def head(self, measure: Any) -> str:
        return str(measure.household.head_name)

    @admin.display(description="措施内容", ordering="title")
    def what(self, measure: Any) -> str:
        return mask_people(measure.title)

    @admin.display(description="帮扶成效", ordering="result")
    def came_of_it(self, measure: Any) -> str:
        return mask_people(measure.result)

    @admin.display(description="开始", ordering="started_on")
    def started(self, measure: Any) -> str:
        return date_format(measure.started_on, "Y-m-d")

    @admin.display(description="结束", ordering="ended_on")
    def ended(self, measure: Any) -> str:
        if measure.ended_on:
            return date_format(measure.ended_on, "Y-m-d")
        return "计划中" if measure.started_on > timezone.localdate() else "实施中"

    @admin.display(description="针对的风险")
    def for_risks(self, measure: Any) -> str:
        return risk_words(measure.answers) or NOTHING

    @admin.display(description="金额（元）", ordering="amount_yuan")
    def amount(self, measure: Any) -> str:
        if measure.amount_yuan is None:
            return NOTHING
        return f"{measure.amount_yuan:,.2f}"

    @admin.display(description="村", ordering="area")
    def village(self, measure: Any) -> str:
        return str(measure.household.village.name)


def _asked_for(request: HttpRequest) -> dict[str, str]:
    """The household (by its number) and the class that a link to the form asks for."""
    code, measure_class = request.GET.get("household", ""), request.GET.get("measure_class", "")
    asked = {"household": code} if code.isdigit() else {}
    return asked | ({"measure_class": measure_class} if measure_class in MeasureClass.values else {})


def warn_of_gaps(request: HttpRequest, household: Household, on: date) -> None:
    """Tell what the saved measures of a monitored household still leave open; saving was not refused for it."""
    gaps = open_gaps(household, on)
    if gaps:
        messages.warning(request, f"{household.head_name} 户还有：{'；'.join(gap.text for gap in gaps)}。")


def _show(form: forms.Form, refusal: MeasureRefused) -> None:
    for name, message in refusal.problems:
        form.add_error(name if name in form.fields else None, message)
