"""监测期: who is monitored since when and why, what is done against the risks, and how it ended."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from households.access import Capability, access_of
from households.admin.base import ScopedAdmin
from households.admin.filters import FilterOptions, VillageFilter
from monitoring.admin.badges import NOTHING, household_link, state_badge
from monitoring.admin.clues import risk_words
from monitoring.admin.episode_history import moves_of
from monitoring.admin.filters import ChipFilter
from monitoring.admin.help_card import show_help_card
from monitoring.admin.pages import DetailPage
from monitoring.admin.procedures.opening import episode_buttons
from monitoring.admin.procedures.states import procedure_state
from monitoring.admin.search import HouseholdSearch, PagedChangeList
from monitoring.models import MonitoringEpisode, Procedure
from monitoring.services.help import help_in, measures_of, with_labour
from township.base.dates import add_months, month_start, parse_month

MONTHS_OFFERED = 12
OPEN, ELIMINATED, ROLLED_BACK, ENDED, ALL = "open", "eliminated", "rolled_back", "ended", "all"


def month_text(month: date | None) -> str:
    return f"{month:%Y-%m}" if month else NOTHING


class StandingFilter(ChipFilter):
    """The open ones unless asked otherwise."""

    title = "状态"
    parameter_name = "standing"
    unset = "监测中"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(ELIMINATED, "风险已消除"), (ROLLED_BACK, "回退过"), (ENDED, "已终止"), (ALL, "全部")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        match self.value():
            case "eliminated":
                return queryset.filter(eliminated_month__isnull=False)
            case "rolled_back":
                return queryset.filter(rolled_back_on__isnull=False)
            case "ended":
                return queryset.filter(ended_on__isnull=False)
            case "all":
                return queryset
        return queryset.open()  # type: ignore[attr-defined]


class EliminatedMonthFilter(ChipFilter):
    """In which month the risk was eliminated; it shows the eliminated ones whatever the state says."""

    title = "消除月份"
    parameter_name = "eliminated"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        current = month_start(timezone.localdate())
        months = [add_months(current, -step) for step in range(MONTHS_OFFERED)]
        if (chosen := self._chosen(request)) is not None and chosen not in months:
            months.append(chosen)
        return [(f"{month:%Y-%m}", f"{month.year}年{month.month}月") for month in months]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        month = self._chosen(request)
        return queryset if month is None else queryset.filter(eliminated_month=month)

    def _chosen(self, request: HttpRequest) -> date | None:
        try:
            return parse_month(request.GET.get(self.parameter_name, ""))
        except ValueError:
            return None


class LabourFilter(ChipFilter):
    """整户无劳动能力 as it is registered: such a household is not eliminated, whoever was is asked about."""

    title = "劳动能力"
    parameter_name = "labour"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("none", "整户无劳动能力"), ("some", "有劳动能力")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        wholly_without = Q(household__is_without_labour=True)
        match self.value():
            case "none":
                return queryset.filter(wholly_without)
            case "some":
                return queryset.exclude(wholly_without)
        return queryset


def episode_state(episode: MonitoringEpisode) -> SafeString:
    """Return the badge of an episode: open, eliminated, ended; what was rolled back says so."""
    if episode.ended_on is not None:
        return state_badge("voided", "已终止")
    if episode.eliminated_month is not None:
        return state_badge("done", "风险已消除")
    return (
        state_badge("due_soon", "监测中（回退）") if episode.rolled_back_on else state_badge("due", "监测中")
    )


@admin.register(MonitoringEpisode)
class MonitoringEpisodeAdmin(DetailPage, HouseholdSearch, FilterOptions, ScopedAdmin):
    list_display = (
        "head",
        "state",
        "kind_name",
        "village",
        "risks_in_words",
        "identified",
        "eliminated",
        "gaps",
    )
    list_filter = (
        StandingFilter,
        ("kind", admin.ChoicesFieldListFilter),
        EliminatedMonthFilter,
        LabourFilter,
        ("area", VillageFilter),
    )
    show_facets = admin.ShowFacets.NEVER
    actions = None
    ordering = ("-identified_month", "area", "household__code")
    detail_template = "admin/monitoring/monitoringepisode/detail.html"

    def get_urls(self) -> list[Any]:
        card = self.admin_site.admin_view(self.help_card)
        own = path("<uuid:object_id>/card/", card, name="monitoring_monitoringepisode_card")
        return [own, *super().get_urls()]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """A month of elimination asks for eliminated ones: the state that is shown unless asked steps back."""
        filters = list(super().get_list_filter(request))
        if request.GET.get("eliminated") and not request.GET.get("standing"):
            filters.remove(StandingFilter)
        return filters

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[PagedChangeList]:
        return PagedChangeList

    def for_page(self, request: HttpRequest, keys: list[Any]) -> list[Any]:
        """Return the rows of one page, with what the measures of the open ones leave open beside each."""
        rows = MonitoringEpisode.objects.visible_to(request.user).filter(pk__in=keys)
        helped = {episode.pk: help_ for episode, help_ in help_in(rows.open(), timezone.localdate())}
        found = list(rows.select_related("household__village"))
        for row in found:
            row.help = helped.get(row.pk)
        return found

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        context = {
            "count_unit": "户次",
            "empty_text": "识别程序办结或导入监测对象名单后，监测期出现在这里；也可以去掉上面的筛选。",
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def help_card(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        """明白卡 of the household, to print."""
        return show_help_card(request, self.row_in_scope(request, object_id))

    def buttons(self, request: HttpRequest, row: MonitoringEpisode) -> list[dict[str, Any]]:
        return episode_buttons(row, request.user)

    def detail_context(self, request: HttpRequest, row: MonitoringEpisode) -> dict[str, Any]:
        on = timezone.localdate()
        own = MonitoringEpisode.objects.visible_to(request.user).filter(pk=row.pk)
        [(_, help_)] = help_in(own, on)
        helpers = row.household.helper_assignments.valid_on(on).order_by("-valid_from")
        procedures = Procedure.objects.visible_to(request.user).filter(episode=row).order_by("-opened_on")
        held = access_of(request.user).capabilities(row.area)
        return {
            "title": f"{row.household.head_name} 的监测期",
            "household_link": household_link(row.household),
            "state": episode_state(row),
            "risks": risk_words(row.risks),
            "helper": helpers.first(),
            "labour": self._labour(own),
            "help": help_,
            "is_plan_late": not help_.has_measures and help_.plan_due_on < on,
            "measures": measures_of(row),
            "measure_url": f"{reverse('admin:monitoring_measure_add')}?household={row.household.code}"
            if Capability.EDIT_FACTS in held
            else "",
            "procedures": [(one, procedure_state(one)) for one in procedures],
            "moves": moves_of(row),
        }

    @staticmethod
    def _labour(own: Any) -> str:
        """整户无劳动能力 where it is registered; else what the members' registered labour says."""
        row = with_labour(own.select_related("household")).get()
        if row.household.is_without_labour:
            return "整户无劳动能力"
        return "有劳动能力" if row.has_labour else "登记成员中没有劳动力"

    @admin.display(description="户主", ordering="household__head_name")
    def head(self, row: Any) -> str:
        return str(row.household.head_name)

    @admin.display(description="状态")
    def state(self, row: Any) -> SafeString:
        return episode_state(row)

    @admin.display(description="类别", ordering="kind")
    def kind_name(self, row: Any) -> str:
        return str(row.get_kind_display())

    @admin.display(description="村", ordering="area")
    def village(self, row: Any) -> str:
        return str(row.household.village.name)

    @admin.display(description="主要风险")
    def risks_in_words(self, row: Any) -> str:
        return risk_words(row.risks) or NOTHING

    @admin.display(description="识别时间", ordering="identified_month")
    def identified(self, row: Any) -> str:
        return month_text(row.identified_month)

    @admin.display(description="消除时间", ordering="eliminated_month")
    def eliminated(self, row: Any) -> str:
        mode = row.get_elimination_mode_display() if row.eliminated_month else ""
        return f"{month_text(row.eliminated_month)} {mode}".strip()

    @admin.display(description="帮扶缺口")
    def gaps(self, row: Any) -> SafeString | str:
        if row.help is None:
            return NOTHING
        count = len(row.help.gaps)
        return state_badge("overdue", f"{count} 项") if count else state_badge("done", "已对应")
