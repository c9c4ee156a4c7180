"""交接: give a monitor's households to another one, all or some, for good or for a leave, with the loads in view."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from households.access import Capability, access_of
from households.models import Household, MonitorAssignment
from monitoring.admin.badges import tier_badge
from monitoring.admin.forms import REASON_LENGTH, FromDayForm, MonitorField, ScopedForm, day_input
from monitoring.loads import LOAD_DEFINITION, Load, loads
from monitoring.people import monitor_label, monitors_for
from monitoring.services.handover import HandOverRefused, assign_monitor, hand_over

WHOLE, SOME = "whole", "some"


class FromForm(ScopedForm):
    monitor = MonitorField(label="原监测员")


class HandoverForm(FromDayForm):
    """To whom, what, from when, until when, why."""

    to = MonitorField(label="接手监测员")
    what = forms.ChoiceField(
        label="交接范围",
        choices=[(WHOLE, "名下全部农户"), (SOME, "只交接下面勾选的组和农户")],
        widget=forms.RadioSelect,
        initial=WHOLE,
    )
    until = forms.DateField(
        label="截止日期",
        required=False,
        help_text="请假代管时填写，到期自动交还；不填为长期",
        widget=day_input(),
    )
    reason = forms.CharField(
        label="原因", max_length=REASON_LENGTH, widget=forms.TextInput(attrs={"size": 50})
    )

    field_order = ("to", "what", "start", "until", "reason")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, until = data.get("start"), data.get("until")
        if start and until and until < start:
            self.add_error("until", f"截止日期 {until} 早于起始日期 {start}，请核对。")
        return data


def handover_page(admin: Any, request: HttpRequest) -> HttpResponse:
    """Step one chooses whose households (?from=), step two the rest, step three shows the loads and confirms."""
    access_of(request.user).demand(Capability.HAND_OVER)
    on = timezone.localdate()
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.model._meta,
        "title": "交接监测员的农户",
        "back": reverse("admin:monitoring_visittask_board"),
        "definition": LOAD_DEFINITION,
    }
    if "from" not in request.GET:
        return _choose(request, on, context)
    monitor = _monitor(request, on)
    households = _households(request, monitor, on)
    form = HandoverForm(request.POST or None, user=request.user, on=on, initial={"start": on, "what": WHOLE})
    context |= {"monitor": monitor, "monitor_label": monitor_label(monitor), "form": form}
    if request.method == "POST" and form.is_valid():
        chosen = _chosen(request, form.cleaned_data["what"], households)
        if not chosen:
            form.add_error(None, "没有选中农户。请勾选要交接的组或农户，或改选“名下全部农户”。")
        elif form.cleaned_data["to"] == monitor:
            form.add_error("to", "接手的就是原监测员，请另选一位。")
        elif "confirm" in request.POST:
            done = _hand_over(request, form, monitor, chosen, on)
            if done is not None:
                return done
        elif "preview" in request.POST:
            context |= _preview(request, form, monitor, chosen, on)
            return TemplateResponse(request, "admin/monitoring/visittask/handover_confirm.html", context)
    ticked = set(request.POST.getlist("household")) | set(request.POST.getlist("group"))
    context |= {
        "load": loads([monitor.pk], on)[monitor.pk],
        "groups": _grouped(households, ticked),
        "count": len(households),
    }
    return TemplateResponse(request, "admin/monitoring/visittask/handover.html", context)


def _choose(request: HttpRequest, on: date, context: dict[str, Any]) -> HttpResponse:
    form = FromForm(request.POST or None, user=request.user, on=on)
    if request.method == "POST" and form.is_valid():
        return redirect(f"{request.path}?from={form.cleaned_data['monitor'].pk}")
    context |= {"form": form, "submit": "下一步"}
    return TemplateResponse(request, "admin/monitoring/form_page.html", context)


def _monitor(request: HttpRequest, on: date) -> Any:
    try:
        monitor = monitors_for(request.user, on, Capability.HAND_OVER).filter(pk=request.GET["from"]).first()
    except (ValueError, ValidationError):
        monitor = None
    if monitor is None:
        raise Http404
    return monitor


def _households(request: HttpRequest, monitor: Any, on: date) -> list[Household]:
    assigned = MonitorAssignment.objects.visible_to(request.user).valid_on(on).filter(monitor=monitor)
    return list(
        Household.objects.visible_to(request.user)
        .within(request.user, Capability.HAND_OVER)
        .filter(pk__in=assigned.values("household_id"))
        .active()
        .walking_order()
        .select_related("village", "group")
    )


def _grouped(households: Iterable[Household], ticked: set[str]) -> list[dict[str, Any]]:
    groups: dict[str, dict[str, Any]] = {}
    for household in households:
        key = _group_key(household)
        name = f"{household.village.name} {household.group.name if household.group else '未分组'}"
        group = groups.setdefault(key, {"key": key, "name": name, "ticked": key in ticked, "households": []})
        group["households"].append((household, tier_badge(household.tier), str(household.pk) in ticked))
    return list(groups.values())


def _group_key(household: Household) -> str:
    return str(household.group_id or household.area)


def _chosen(request: HttpRequest, what: str, households: list[Household]) -> list[Household]:
    if what == WHOLE:
        return households
    groups, single = set(request.POST.getlist("group")), set(request.POST.getlist("household"))
    return [one for one in households if _group_key(one) in groups or str(one.pk) in single]


def _preview(
    request: HttpRequest, form: HandoverForm, monitor: Any, chosen: list[Household], on: date
) -> dict[str, Any]:
    to, count = form.cleaned_data["to"], len(chosen)
    known: dict[UUID, Load] = loads([monitor.pk, to.pk], on)
    names = ("to", "what", "start", "until", "reason", "group", "household")
    return {
        "to_label": monitor_label(to),
        "count": count,
        "data": form.cleaned_data,
        "named": chosen[:12],
        "more": max(count - 12, 0),
        "before_and_after": [
            (monitor_label(monitor), known[monitor.pk], known[monitor.pk].households - count),
            (monitor_label(to), known[to.pk], known[to.pk].households + count),
        ],
        "hidden": [(name, value) for name in names for value in request.POST.getlist(name)],
    }


def _hand_over(
    request: HttpRequest, form: HandoverForm, monitor: Any, chosen: list[Household], on: date
) -> HttpResponse | None:
    """Do it; None when it was refused, with the reason in the form."""
    data = form.cleaned_data
    terms = {"by": request.user, "on": data["start"], "until": data["until"], "reason": data["reason"]}
    try:
        if data["what"] == WHOLE:
            hand_over(monitor, data["to"], **terms)
        else:
            rows = Household.objects.visible_to(request.user).filter(pk__in=[one.pk for one in chosen])
            assign_monitor(rows, data["to"], **terms)
    except HandOverRefused as refusal:
        form.add_error(None, str(refusal))
        return None
    until = f"，到 {data['until']} 交还" if data["until"] else ""
    who = f"{monitor_label(monitor)} 名下 {len(chosen)} 户"
    messages.success(request, f"已把 {who}自 {data['start']} 起交给 {monitor_label(data['to'])}{until}。")
    return redirect("admin:monitoring_visittask_board")
