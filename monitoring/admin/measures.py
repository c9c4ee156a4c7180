"""帮扶措施: recorded and corrected by the station, one household at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from households.access import Capability, access_of
from households.admin.base import ScopedAdmin
from households.admin.edited_export import EditedExport, Offer
from households.admin.filters import DateRangeFilter, FilterOptions, NumberRangeFilter, VillageFilter
from households.admin.history import HistoryPages
from monitoring.admin.badges import NOTHING
from monitoring.admin.forms import REASON_LENGTH, HouseholdField, ScopedForm, day_input
from monitoring.admin.search import HouseholdSearch
from monitoring.importing.edited_measures import MEASURES
from monitoring.models import Measure, MeasureClass
from monitoring.services.measures import MeasureInput, MeasureRefused, change_measure, record_measure


class AmountFilter(NumberRangeFilter):
    unit = "元"


class MeasureForm(ScopedForm):
    """The fields of `MeasureInput`."""

    measure_class = forms.ChoiceField(label="措施类别", choices=MeasureClass.choices)
    title = forms.CharField(label="措施内容", max_length=200, widget=forms.TextInput(attrs={"size": 50}))
    started_on = forms.DateField(label="开始日期", widget=day_input())
    ended_on = forms.DateField(
        label="结束日期", required=False, help_text="还在实施的不填", widget=day_input()
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
    list_display = ("head", "measure_class", "title", "started", "ended", "amount", "village", "result")
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
        code = request.GET.get("household", "")
        initial = {"household": code} if code.isdigit() else {}
        form = NewMeasureForm(request.POST or None, user=request.user, on=on, initial=initial)
        if request.method == "POST" and form.is_valid():
            household = form.cleaned_data["household"]
            try:
                record_measure(household, form.as_input(), by=request.user, on=on)
            except MeasureRefused as refusal:
                _show(form, refusal)
            else:
                messages.success(request, f"已登记 {household.head_name} 户的帮扶措施。")
                return redirect("admin:monitoring_measure_changelist")
        return self._form_page(request, form, title="登记帮扶措施", submit="登记")

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

    @admin.display(description="开始", ordering="started_on")
    def started(self, measure: Any) -> str:
        return date_format(measure.started_on, "Y-m-d")

    @admin.display(description="结束", ordering="ended_on")
    def ended(self, measure: Any) -> str:
        return date_format(measure.ended_on, "Y-m-d") if measure.ended_on else "实施中"

    @admin.display(description="金额（元）", ordering="amount_yuan")
    def amount(self, measure: Any) -> str:
        if measure.amount_yuan is None:
            return NOTHING
        return f"{measure.amount_yuan:,.2f}"

    @admin.display(description="村", ordering="area")
    def village(self, measure: Any) -> str:
        return str(measure.household.village.name)


def _show(form: forms.Form, refusal: MeasureRefused) -> None:
    for name, message in refusal.problems:
        form.add_error(name if name in form.fields else None, message)
