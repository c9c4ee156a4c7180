"""等级建议: what the rule or a person proposes, confirmed or not by the station."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from households.access import Capability, access_of
from households.admin.base import ScopedAdmin
from households.admin.filters import DateRangeFilter, FilterOptions, VillageFilter
from households.choices import Tier
from households.models import Household
from households.village_switch import current_village
from monitoring.admin.badges import household_link, reason_list, state_badge, tier_badge, tier_change
from monitoring.admin.filters import ChipFilter
from monitoring.admin.forms import NeededNoteForm, NoteForm, ProposalForm
from monitoring.admin.pages import RowAction, RowActions
from monitoring.admin.search import HouseholdSearch
from monitoring.models import TierProposal
from monitoring.services.tiering import TierRefused, confirm, propose_by_hand, propose_tiers, reject

NO_TIER = "none"
LOOK_OF_STATUS = {
    TierProposal.Status.OPEN: "due_soon",
    TierProposal.Status.CONFIRMED: "done",
    TierProposal.Status.REJECTED: "voided",
    TierProposal.Status.OUTDATED: "voided",
}


def _confirm(proposals: Any, data: dict[str, Any], user: Any, on: date) -> str:
    count = confirm(proposals, by=user, on=on, note=data["note"])
    return f"已确认 {count} 户的监测等级，走访任务已同时调整。"


def _reject(proposals: Any, data: dict[str, Any], user: Any, on: date) -> str:
    count = reject(proposals, by=user, on=on, note=data["note"])
    return f"{count} 条等级建议未予采纳，监测等级不变。"


def _open(proposals: Any, on: date) -> Any:
    return proposals.open()


def _lowering(proposals: Any, on: date) -> Any:
    return proposals.open().filter(current_tier=Tier.KEY).exclude(tier=Tier.KEY)


class ProposalStatusFilter(ChipFilter):
    """The open ones unless asked otherwise."""

    title = "状态"
    parameter_name = "status"
    unset = "待确认"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [*TierProposal.Status.choices[1:], ("all", "全部")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        if self.value() == "all":
            return queryset
        status = self.value() if self.value() in TierProposal.Status.values else TierProposal.Status.OPEN
        return queryset.filter(status=status)


class CurrentTierFilter(ChipFilter):
    title = "当前等级"
    parameter_name = "current"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(NO_TIER, "尚未定级"), *Tier.choices]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        if self.value() == NO_TIER:
            return queryset.filter(current_tier="")
        return queryset.filter(current_tier=self.value()) if self.value() in Tier.values else queryset


class SourceFilter(ChipFilter):
    title = "来源"
    parameter_name = "source"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("rule", "分级规则"), ("hand", "人工建议")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        if self.value() not in ("rule", "hand"):
            return queryset
        return queryset.filter(proposed_by__isnull=self.value() == "rule")


@admin.register(TierProposal)
class TierProposalAdmin(RowActions, HouseholdSearch, FilterOptions, ScopedAdmin):
    list_display = ("head", "change_of_tier", "reasons_in_words", "village", "source", "day", "state")
    list_filter = (
        ProposalStatusFilter,
        ("tier", admin.ChoicesFieldListFilter),
        CurrentTierFilter,
        SourceFilter,
        ("area", VillageFilter),
        ("proposed_on", DateRangeFilter),
    )
    show_facets = admin.ShowFacets.NEVER
    ordering = ("area", "household__code", "pk")
    list_select_related = ("household__village", "proposed_by")
    detail_template = "admin/monitoring/tierproposal/detail.html"
    action_template = "admin/monitoring/tierproposal/action.html"
    add = Capability.PROPOSE_TIER
    row_actions = (
        RowAction(
            name="confirm",
            label="确认等级",
            capability=Capability.CONFIRM_TIER,
            form=NoteForm,
            run=_confirm,
            unit="户",
            offered=_open,
            not_offered="已经处理过",
            refusals=(TierRefused,),
        ),
        RowAction(
            name="confirm-lowering",
            label="确认调低重点监测户",
            capability=Capability.LOWER_KEY_TIER,
            form=NeededNoteForm,
            run=_confirm,
            unit="户",
            offered=_lowering,
            not_offered="不是重点监测户的调低建议，或已经处理过",
            refusals=(TierRefused,),
        ),
        RowAction(
            name="reject",
            label="不采纳",
            capability=Capability.CONFIRM_TIER,
            form=NeededNoteForm,
            run=_reject,
            unit="户",
            offered=_open,
            not_offered="已经处理过",
            refusals=(TierRefused,),
        ),
    )

    def get_urls(self) -> list[Any]:
        run = self.admin_site.admin_view(self.run_rules)
        return [path("run/", run, name="monitoring_tierproposal_run"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        context = {
            "count_unit": "户",
            "empty_text": "点“运行分级规则”，规则会对等级应当变动的农户提出建议。",
            "may_run": access_of(request.user).can(Capability.CONFIRM_TIER),
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def run_rules(self, request: HttpRequest) -> HttpResponse:
        """Let the rule propose tiers for every active household in which the user may confirm one."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        access_of(request.user).demand(Capability.CONFIRM_TIER)
        households = (
            Household.objects.visible_to(request.user)
            .within(request.user, Capability.CONFIRM_TIER)
            .in_area(current_village(request))
            .active()
        )
        try:
            counts = propose_tiers(households, on=timezone.localdate(), by=request.user)
        except TierRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _told(counts))
        return redirect(self._address("changelist"))

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        """A proposal by hand."""
        access_of(request.user).demand(Capability.PROPOSE_TIER)
        on = timezone.localdate()
        form = ProposalForm(request.POST or None, user=request.user, on=on, initial=_initial(request))
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            try:
                propose_by_hand(
                    data["household"], data["tier"], by=request.user, on=on, reason=data["reason"]
                )
            except TierRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(
                    request, f"已提出 {data['household'].head_name} 户的等级建议，待镇工作站确认。"
                )
                return redirect(self._address("changelist"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": "提出等级建议",
            "form": form,
            "submit": "提出建议",
            "back": self._address("changelist"),
        }
        return TemplateResponse(request, "admin/monitoring/form_page.html", context)

    def detail_context(self, request: HttpRequest, row: TierProposal) -> dict[str, Any]:
        return {
            "title": f"{row.household.head_name} 的等级建议",
            "state": self.state(row),
            "change": self.change_of_tier(row),
            "household_link": household_link(row.household),
            "has_changed": row.current_tier != row.household.tier,
            "tier_now": tier_badge(row.household.tier),
        }

    @admin.display(description="户主", ordering="household__head_name")
    def head(self, proposal: Any) -> str:
        return str(proposal.household.head_name)

    @admin.display(description="当前 → 建议", ordering="tier")
    def change_of_tier(self, proposal: Any) -> SafeString | str:
        return tier_change(proposal.current_tier, proposal.tier)

    @admin.display(description="理由")
    def reasons_in_words(self, proposal: Any) -> SafeString | str:
        return reason_list(proposal.reasons)

    @admin.display(description="村", ordering="area")
    def village(self, proposal: Any) -> str:
        return str(proposal.household.village.name)

    @admin.display(description="来源")
    def source(self, proposal: Any) -> str:
        return proposal.proposed_by.name if proposal.proposed_by else "分级规则"

    @admin.display(description="建议日期", ordering="proposed_on")
    def day(self, proposal: Any) -> str:
        return date_format(proposal.proposed_on, "Y-m-d")

    @admin.display(description="状态")
    def state(self, proposal: Any) -> SafeString:
        return state_badge(LOOK_OF_STATUS[proposal.status], proposal.get_status_display())


def _initial(request: HttpRequest) -> dict[str, Any]:
    """The household whose page the button stands on."""
    code = request.GET.get("household", "")
    return {"household": code} if code.isdigit() else {}


def _told(counts: dict[str, Any]) -> str:
    """Say what a run of the rule did (ProposalCounts), leaving out what there was none of."""
    parts = [
        (counts["new"], "新提出建议"),
        (counts["unchanged"], "已有相同建议"),
        (counts["by_hand"], "有人工建议待确认"),
        (counts["turned_down"], "同样的建议曾未采纳"),
        (counts["outdated"], "原建议已过时"),
    ]
    words = "，".join(f"{text} {count} 户" for count, text in parts if count)
    return f"分级规则已对 {counts['households']} 户运行：{words or '没有需要变动的等级'}。"
