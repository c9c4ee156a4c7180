"""规则, 节假日与调休: the days on which offices work or not, as a list to change and as a year to read."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from households.access import Capability, access_of
from households.admin.base import ScopedAdmin
from households.admin.filters import DateRangeFilter
from households.admin.history import HistoryPages
from households.admin.setting_import import SettingImport
from households.admin.setting_resource import SettingResource, setting_field
from households.importing import clean, clean_dates
from households.importing.columns import Column, shorter
from monitoring.admin.badges import state_badge
from monitoring.admin.rule_resources import DOCUMENT
from monitoring.calendar_year import WEEKDAYS, months_of
from monitoring.models import CalendarDay
from monitoring.services.calendar_days import DayRefused, add_day, change_day, demand_day, open_years

YEARS_AROUND = 10


class DayResource(SettingResource):
    day = setting_field(Column("day", "日期", clean_dates.day, "rule"))
    is_working = setting_field(
        Column("is_working", "上班", clean.yes_no, "rule", help_text="放假填“否”，调休上班填“是”。")
    )
    name = setting_field(Column("name", "名称", shorter(clean.text, 20), "rule"))
    document = setting_field(DOCUMENT)
    is_announced = setting_field(Column("is_announced", "国务院已公布", clean.yes_no, "rule"))

    class Meta(SettingResource.Meta):
        model = CalendarDay
        fields = ("day", "is_working", "name", "document", "is_announced")
        import_id_fields = ("day",)

    def save(self, instance: Any, *, is_new: bool) -> None:
        try:
            (add_day if is_new else change_day)(instance, by=self.by, on=self.on)
        except DayRefused as refused:
            raise ValidationError({"day": str(refused)}) from refused


class DayForm(forms.ModelForm):
    """Says at the day why it cannot be entered."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # Django's own hook after the instance is filled, unknown to stubs
        if self.errors:
            return
        try:
            demand_day(self.instance, on=timezone.localdate())
        except DayRefused as refused:
            self.add_error("day", str(refused))


@admin.register(CalendarDay)
class CalendarDayAdmin(HistoryPages, SettingImport, ScopedAdmin):
    form = DayForm
    see = Capability.SEE_HOUSEHOLDS
    add = change = Capability.MANAGE_SETTINGS
    resource_classes: ClassVar[list[type]] = [DayResource]
    list_display = ("day_in_words", "kind", "name", "announced", "document")
    list_filter = (("day", DateRangeFilter), "is_working", "is_announced")
    show_facets = admin.ShowFacets.NEVER
    fields = ("day", "is_working", "name", "document", "is_announced")
    ordering = ("-day",)
    list_per_page = 100

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return bool(access_of(request.user).grants)  # a calendar is public to whoever works here

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.year_page)
        return [path("year/", view, name="monitoring_calendarday_year"), *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        (change_day if change else add_day)(obj, by=request.user, on=timezone.localdate())

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        _warn(request, timezone.localdate())
        return super().changelist_view(request, extra_context)

    def year_page(self, request: HttpRequest) -> HttpResponse:
        """The year of ?year= month by month; the running one where it names none within reach."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        on = timezone.localdate()
        _warn(request, on)
        year = _chosen_year(request, on)
        days = list(CalendarDay.objects.visible_to(request.user).filter(day__year=year).order_by("day"))
        listed = reverse("admin:monitoring_calendarday_changelist")
        here = reverse("admin:monitoring_calendarday_year")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": f"{year}年节假日与调休",
            "year": year,
            "months": months_of(year, days) if days else [],
            "documents": sorted({row.document for row in days}),
            "is_announced": all(row.is_announced for row in days),
            "earlier": f"{here}?year={year - 1}" if year > on.year - YEARS_AROUND else "",
            "later": f"{here}?year={year + 1}" if year < on.year + YEARS_AROUND else "",
            "current": here if year != on.year else "",
            "list_url": f"{listed}?day__gte={year}-01-01&day__lte={year}-12-31",
            "may_change": self.has_add_permission(request),
        }
        return TemplateResponse(request, "admin/monitoring/calendarday/year.html", context)

    @admin.display(description="日期", ordering="day")
    def day_in_words(self, row: CalendarDay) -> str:
        return f"{row.day:%Y-%m-%d}（周{WEEKDAYS[row.day.weekday()]}）"

    @admin.display(description="放假或上班", ordering="is_working")
    def kind(self, row: CalendarDay) -> SafeString:
        return state_badge("due", "调休上班") if row.is_working else state_badge("done", "放假")

    @admin.display(description="公布", ordering="is_announced")
    def announced(self, row: CalendarDay) -> SafeString | str:
        return "已公布" if row.is_announced else state_badge("due_soon", "待国务院公布")


def _chosen_year(request: HttpRequest, on: date) -> int:
    text = request.GET.get("year", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else on.year
    return year if abs(year - on.year) <= YEARS_AROUND else on.year


def _warn(request: HttpRequest, on: date) -> None:
    for found in open_years(on):
        if found.is_empty:
            said = "还没有登记节假日与调休，办理时限只按周一至周五计算。"
        else:
            said = "的放假安排还没有按国务院公布的登记，目前只有法定节假日。"
        messages.warning(request, f"{found.year}年{said}请系统管理员按国务院办公厅的通知登记。")
