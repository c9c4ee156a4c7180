"""保障核查: every look at a guarantee, recorded and corrected one household at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from households.access import Capability, access_of
from households.admin.base import ScopedAdmin
from households.admin.filters import DateRangeFilter, FilterOptions, VillageFilter
from households.admin.form_page import page_address
from households.admin.history import HistoryPages
from households.guarantees import Guarantee
from monitoring.admin.badges import NOTHING, household_link, state_badge
from monitoring.admin.inspections import housing, water
from monitoring.admin.inspections.forms import FORMS, values_of
from monitoring.admin.pages import DetailPage, show_refusal
from monitoring.admin.search import HouseholdSearch
from monitoring.guarantee_sections import KEY
from monitoring.models import Inspection
from monitoring.services.inspection_input import OCCASIONS
from monitoring.services.inspections import Inspected, correct, record
from monitoring.services.refusals import Refused
from township.base.masking import mask_people

FOLDER = "admin/monitoring/inspection/"
Page = Callable[..., Any]


@admin.register(Inspection)
class InspectionAdmin(HouseholdSearch, FilterOptions, HistoryPages, DetailPage, ScopedAdmin):
    list_display = (
        "head", "guarantee", "verdict", "day", "occasion", "what", "who", "village",
    )  # fmt: skip
    list_filter: ClassVar[Any] = (
        ("area", VillageFilter),
        ("guarantee", admin.ChoicesFieldListFilter),
        ("occasion", admin.ChoicesFieldListFilter),
        ("is_met", admin.BooleanFieldListFilter),
        ("checked_on", DateRangeFilter),
    )
    show_facets = admin.ShowFacets.NEVER
    ordering = ("-checked_on", "area", "pk")
    list_select_related = ("household__village",)
    add = change = Capability.INSPECT

    def get_urls(self) -> list[Any]:
        def page(view: Page) -> Page:
            def own(request: HttpRequest, **arguments: Any) -> Any:
                return view(self, request, **arguments)

            return self.admin_site.admin_view(own)

        pages = (
            ("housing/", housing.board_page, "housing"),
            ("housing/<uuid:village_id>/", housing.village_page, "housing_village"),
            ("housing/<uuid:village_id>/paper/", housing.paper_page, "housing_paper"),
            ("housing/<uuid:village_id>/export/", housing.export_page, "housing_export"),
            ("water/", water.quarter_page, "water"),
            ("water/draw/", water.draw_page, "water_draw"),
            ("water/paper/", water.paper_page, "water_paper"),
            ("water/export/", water.export_page, "water_export"),
        )
        own = [path(route, page(view), name=f"monitoring_{name}") for route, view, name in pages]
        return [*own, *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        access_of(request.user).demand(Capability.INSPECT)
        on = timezone.localdate()
        guarantee = chosen_guarantee(request)
        form = FORMS[guarantee](
            request.POST or None, user=request.user, on=on, initial=_asked_for(request, guarantee) | {"checked_on": on}
        )  # fmt: skip
        if request.method == "POST" and form.is_valid():
            household = form.cleaned_data["household"]
            try:
                done = record(household, form.as_input(), by=request.user, on=on, at=timezone.now())
            except Refused as refusal:
                show_refusal(form, refusal)
            else:
                _tell(request, done)
                if done.inspection.sample_id:
                    return redirect("admin:monitoring_water")
                return redirect(page_address(household, KEY))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": f"登记核查：{guarantee.label}",
            "form": form,
            "submit": "登记",
            "back": reverse("admin:monitoring_inspection_changelist"),
            "tabs": [
                (one.label, _form_address(request, one), one is guarantee) for one in FORMS
            ],
        }  # fmt: skip
        return TemplateResponse(request, f"{FOLDER}form.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        inspection = self.row_in_scope(request, object_id)
        may_change = self.has_change_permission(request, inspection)
        if request.method == "POST" and not may_change:
            raise PermissionDenied
        on = timezone.localdate()
        form = FORMS[Guarantee(inspection.guarantee)](
            request.POST or None,
            user=request.user,
            on=on,
            corrects=inspection,
            initial=values_of(inspection),
        )
        if request.method == "POST" and form.is_valid():
            try:
                changed = correct(
                    inspection, form.as_input(), by=request.user, on=on, reason=form.cleaned_data["reason"]
                )
            except Refused as refusal:
                show_refusal(form, refusal)
                inspection.refresh_from_db()
            else:
                messages.success(request, "核查记录已更正。" if changed else "没有改动。")
                return redirect(page_address(inspection.household, KEY))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": f"{inspection.household.head_name} 的{inspection.get_guarantee_display()}核查",
            "inspection": inspection,
            "state": verdict_badge(inspection),
            "household_link": household_link(inspection.household),
            "form": form if may_change else None,
            "submit": "保存更正",
            "back": page_address(inspection.household, KEY),
            "history_url": reverse("admin:monitoring_inspection_history", args=[inspection.pk]),
        }
        return TemplateResponse(request, f"{FOLDER}detail.html", context)

    @admin.display(description="户主", ordering="household__head_name")
    def head(self, inspection: Any) -> str:
        return str(inspection.household.head_name)

    @admin.display(description="结果", ordering="is_met")
    def verdict(self, inspection: Any) -> SafeString:
        return verdict_badge(inspection)

    @admin.display(description="日期", ordering="checked_on")
    def day(self, inspection: Any) -> str:
        return date_format(inspection.checked_on, "Y-m-d")

    @admin.display(description="依据（问题）")
    def what(self, inspection: Any) -> str:
        return mask_people(inspection.evidence) or NOTHING

    @admin.display(description="核查人", ordering="checked_by")
    def who(self, inspection: Any) -> str:
        return inspection.checked_by or NOTHING

    @admin.display(description="村", ordering="area")
    def village(self, inspection: Any) -> str:
        return str(inspection.household.village.name)


def verdict_badge(inspection: Inspection) -> SafeString:
    """Return whether the guarantee is there, with the grade of a house."""
    words = "有保障" if inspection.is_met else "存在问题"
    grade = f" {inspection.grade} 级" if inspection.grade else ""
    return state_badge("done" if inspection.is_met else "overdue", f"{words}{grade}")


def chosen_guarantee(request: HttpRequest) -> Guarantee:
    """Return the guarantee that the address asks for, housing unless it names another."""
    asked = request.GET.get("guarantee", "")
    return Guarantee(asked) if asked in set(Guarantee) else Guarantee.HOUSING


def _asked_for(request: HttpRequest, guarantee: Guarantee) -> dict[str, str]:
    """The household (by its number) and the occasion that a link to the form asks for."""
    code, occasion = request.GET.get("household", ""), request.GET.get("occasion", "")
    asked = {"household": code} if code.isdigit() else {}
    return asked | ({"occasion": occasion} if occasion in OCCASIONS[guarantee] else {})


def _form_address(request: HttpRequest, guarantee: Guarantee) -> str:
    code = request.GET.get("household", "")
    household = f"&household={code}" if code.isdigit() else ""
    return f"{reverse('admin:monitoring_inspection_add')}?guarantee={guarantee}{household}"


def _tell(request: HttpRequest, done: Inspected) -> None:
    inspection = done.inspection
    verdict = "有保障" if inspection.is_met else "存在问题"
    followed = "，农户登记信息已随之更新" if done.changed else ""
    name = inspection.household.head_name
    messages.success(
        request, f"已登记 {name} 户的{inspection.get_guarantee_display()}核查：{verdict}{followed}。"
    )
    if done.clue is not None:
        messages.success(request, "已登记线索，由镇防贫监测工作站处理。")
