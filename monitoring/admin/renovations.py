"""危房改造: the projects of dangerous houses, recorded and taken further by the station, and what they come to."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from households.access import Capability, access_of
from households.admin.base import ScopedAdmin
from households.admin.choosing import HouseholdField
from households.admin.filters import DateRangeFilter, FilterOptions, VillageFilter
from households.admin.history import HistoryPages
from households.benefit_kinds import RenovationKind
from households.choices import HousingGrade
from households.models import Renovation
from households.village_switch import current_village
from monitoring.admin.badges import NOTHING, household_link, state_badge
from monitoring.admin.forms import REASON_LENGTH, ScopedForm, day_input
from monitoring.admin.pages import DetailPage, show_refusal
from monitoring.admin.search import HouseholdSearch
from monitoring.services.refusals import Refused
from monitoring.services.renovations import RenovationInput, change_renovation, record_renovation

FOLDER = "admin/monitoring/renovation/"
DANGEROUS = [(grade.value, grade.label) for grade in (HousingGrade.C, HousingGrade.D)]


class RenovationForm(ScopedForm):
    """The fields of `RenovationInput`."""

    year = forms.IntegerField(label="改造年度")
    kind = forms.ChoiceField(label="改造方式", choices=RenovationKind.choices)
    grade_before = forms.ChoiceField(
        label="改造前等级", required=False, choices=[("", "不详"), *DANGEROUS]
    )  # fmt: skip
    document = forms.CharField(label="批准文号", required=False, max_length=120)
    approved_on = forms.DateField(label="批准日期", required=False, widget=day_input())
    started_on = forms.DateField(label="开工日期", required=False, widget=day_input())
    finished_on = forms.DateField(
        label="竣工日期", required=False, widget=day_input(), help_text="填写竣工日期的，同时选择改造后等级"
    )
    grade_after = forms.ChoiceField(
        label="改造后等级",
        required=False,
        choices=[("", "未竣工"), *HousingGrade.choices],
        help_text="作为一次住房鉴定登记，农户的住房等级随之更新",
    )
    cost_yuan = forms.DecimalField(label="总造价（元）", required=False, min_value=0, decimal_places=2)
    subsidy_yuan = forms.DecimalField(label="补助（元）", required=False, min_value=0, decimal_places=2)

    def as_input(self) -> RenovationInput:
        names = RenovationInput.__dataclass_fields__
        return RenovationInput(**{name: self.cleaned_data[name] for name in names if name in self.fields})


class NewRenovationForm(RenovationForm):
    household = HouseholdField(label="农户", capability=Capability.EDIT_FACTS)
    field_order = ("household",)


class ChangedRenovationForm(RenovationForm):
    reason = forms.CharField(label="变更原因", max_length=REASON_LENGTH)

    def __init__(self, *args: Any, is_finished: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_finished:  # its grade was asked then; what the house is now, an inspection says
            del self.fields["grade_after"]


@admin.register(Renovation)
class RenovationAdmin(HouseholdSearch, FilterOptions, HistoryPages, DetailPage, ScopedAdmin):
    list_display = (
        "head", "year", "kind", "state", "grade_before", "finished", "cost", "subsidy", "village",
    )  # fmt: skip
    list_filter: ClassVar[Any] = (
        ("area", VillageFilter),
        "year",
        ("kind", admin.ChoicesFieldListFilter),
        ("grade_before", admin.ChoicesFieldListFilter),
        ("finished_on", DateRangeFilter),
    )
    show_facets = admin.ShowFacets.NEVER
    ordering = ("-year", "area", "pk")
    list_select_related = ("household__village",)
    add = change = Capability.EDIT_FACTS

    def get_urls(self) -> list[Any]:
        totals = self.admin_site.admin_view(self.totals_page)
        return [path("totals/", totals, name="households_renovation_totals"), *super().get_urls()]

    def totals_page(self, request: HttpRequest) -> HttpResponse:
        """Projects (户) and yuan by year and kind, of the villages that the user sees."""
        access_of(request.user).demand(Capability.SEE_HOUSEHOLDS)
        rows = Renovation.objects.visible_to(request.user).in_area(current_village(request))
        counted = {
            **{f"{kind}_count": Count("pk", filter=Q(kind=kind)) for kind in RenovationKind.values},
            "count": Count("pk"),
            "finished": Count("pk", filter=Q(finished_on__isnull=False)),
            "cost": Sum("cost_yuan"),
            "subsidy": Sum("subsidy_yuan"),
        }
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": "危房改造汇总",
            "rows": list(rows.order_by("-year").values("year").annotate(**counted)),
            "sum": rows.aggregate(**counted),
            "list_url": reverse("admin:households_renovation_changelist"),
            "on": timezone.localdate(),
        }
        return TemplateResponse(request, f"{FOLDER}totals.html", context)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        access_of(request.user).demand(Capability.EDIT_FACTS)
        on = timezone.localdate()
        code = request.GET.get("household", "")
        initial = {"year": on.year} | ({"household": code} if code.isdigit() else {})
        form = NewRenovationForm(request.POST or None, user=request.user, on=on, initial=initial)
        if request.method == "POST" and form.is_valid():
            household = form.cleaned_data["household"]
            try:
                record_renovation(household, form.as_input(), by=request.user, on=on, at=timezone.now())
            except Refused as refusal:
                show_refusal(form, refusal)
            else:
                messages.success(request, f"已登记 {household.head_name} 户的危房改造。")
                return redirect("admin:households_renovation_changelist")
        return self._form_page(request, form, title="登记危房改造", submit="登记")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        renovation = self.row_in_scope(request, object_id)
        may_change = self.has_change_permission(request, renovation)
        if request.method == "POST" and not may_change:
            raise PermissionDenied
        on = timezone.localdate()
        names = set(RenovationInput.__dataclass_fields__) - {"grade_after"}
        form = ChangedRenovationForm(
            request.POST or None,
            user=request.user,
            on=on,
            initial={name: getattr(renovation, name) for name in names},
            is_finished=renovation.finished_on is not None,
        )
        if request.method == "POST" and form.is_valid():
            reason = form.cleaned_data["reason"]
            try:
                changed = change_renovation(
                    renovation, form.as_input(), by=request.user, on=on, at=timezone.now(), reason=reason
                )
            except Refused as refusal:
                show_refusal(form, refusal)
                renovation.refresh_from_db()
            else:
                messages.success(request, "危房改造已更新。" if changed else "没有改动。")
                return redirect("admin:households_renovation_changelist")
        return self._form_page(
            request,
            form if may_change else None,
            title=f"{renovation.household.head_name} 的危房改造",
            submit="保存",
            renovation=renovation,
            state=project_state(renovation),
            household_link=household_link(renovation.household),
            history_url=reverse("admin:households_renovation_history", args=[renovation.pk]),
        )

    def _form_page(self, request: HttpRequest, form: Any, **context: Any) -> HttpResponse:
        context |= {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "form": form,
            "back": reverse("admin:households_renovation_changelist"),
        }
        return TemplateResponse(request, f"{FOLDER}form.html", context)

    @admin.display(description="户主", ordering="household__head_name")
    def head(self, renovation: Any) -> str:
        return str(renovation.household.head_name)

    @admin.display(description="进度")
    def state(self, renovation: Any) -> SafeString:
        return project_state(renovation)

    @admin.display(description="竣工", ordering="finished_on")
    def finished(self, renovation: Any) -> str:
        return date_format(renovation.finished_on, "Y-m-d") if renovation.finished_on else NOTHING

    @admin.display(description="总造价（元）", ordering="cost_yuan")
    def cost(self, renovation: Any) -> str:
        return _yuan(renovation.cost_yuan)

    @admin.display(description="补助（元）", ordering="subsidy_yuan")
    def subsidy(self, renovation: Any) -> str:
        return _yuan(renovation.subsidy_yuan)

    @admin.display(description="村", ordering="area")
    def village(self, renovation: Any) -> str:
        return str(renovation.household.village.name)


def project_state(renovation: Renovation) -> SafeString:
    """Return how far a project is, by the last of its days that is known."""
    if renovation.finished_on is not None:
        return state_badge("done", "已竣工")
    if renovation.started_on is not None:
        return state_badge("due", "已开工")
    return state_badge("planned", "已批准" if renovation.approved_on is not None else "已申报")


def _yuan(amount: Any) -> str:
    return NOTHING if amount is None else f"{amount:,.2f}"
