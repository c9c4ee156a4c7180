"""按组指派: the groups of a village in one table, a monitor for each, saved at once. The first days of an office."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from households.access import Capability, access_of
from households.models import Account, Household, MonitorAssignment, Village
from households.models.households import HouseholdQuerySet
from households.village_switch import current_village
from monitoring.admin.forms import FromDayForm
from monitoring.coverage import COVERAGE_DEFINITION, GroupCoverage, group_coverage, village_coverage
from monitoring.loads import loads
from monitoring.people import monitor_label, posted_monitors
from monitoring.services.handover import HandOverRefused, assign_each

WITHOUT, EVERYONE = "without", "all"
UNGROUPED = "none"
Lot = tuple[HouseholdQuerySet, Account]


class TermsForm(FromDayForm):
    """Which households of the groups, from which day on, why."""

    which = forms.ChoiceField(
        label="范围",
        choices=[(WITHOUT, "只给无监测员的户，其余不动"), (EVERYONE, "组内全部农户，更换现任监测员")],
        widget=forms.RadioSelect,
        initial=WITHOUT,
    )
    field_order = ("which", "start", "reason")


class GroupsForm(forms.Form):
    """A select of the village's monitors for each group; left empty, the group stays as it is."""

    def __init__(self, data: Any, *, rows: list[GroupCoverage], monitors: list[tuple[Account, str]]) -> None:
        super().__init__(data)
        self.people = {str(monitor.pk): monitor for monitor, _ in monitors}
        choices = [("", "不改"), *((str(monitor.pk), label) for monitor, label in monitors)]
        for row in rows:
            self.fields[_key(row)] = forms.ChoiceField(label=row.name, choices=choices, required=False)

    def chosen(self) -> dict[str, list[str]]:
        """Return the keys of the groups that each monitor (its key) gets, of a valid form."""
        wanted: dict[str, list[str]] = {}
        for key, monitor in self.cleaned_data.items():
            if monitor:
                wanted.setdefault(monitor, []).append(key)
        return wanted


def groups_page(admin: Any, request: HttpRequest) -> HttpResponse:
    """The villages, or with ?area= (or the village of the header, or the only one) the groups of a village."""
    access_of(request.user).demand(Capability.HAND_OVER)
    on = timezone.localdate()
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.model._meta,
        "title": "按组指派监测员",
        "definition": COVERAGE_DEFINITION,
        "on": on,
    }
    area = request.GET.get("area") or current_village(request)
    if not area:
        villages = village_coverage(request.user, on)
        if len(villages) != 1:
            context |= {"village_rows": villages, "without": sum(row.without for row in villages)}
            return TemplateResponse(request, "admin/monitoring/household/assign_villages.html", context)
        area = villages[0].area
    return _village_page(request, _village(request, area), on, context)


def _village(request: HttpRequest, area: str) -> Village:
    village = Village.objects.visible_to(request.user).filter(area=area).first()
    if village is None:
        raise Http404
    access_of(request.user).demand(Capability.HAND_OVER, village.area)
    return village


def _village_page(request: HttpRequest, village: Village, on: date, context: dict[str, Any]) -> HttpResponse:
    rows = group_coverage(request.user, village.area, on)
    people = list(posted_monitors(village.area, on))
    known = loads([one.pk for one in people], on)
    monitors = [(one, f"{monitor_label(one)} 包户 {known[one.pk].households} 户") for one in people]
    data = request.POST or None
    terms = TermsForm(data, user=request.user, on=on, initial={"start": on})
    groups = GroupsForm(data, rows=rows, monitors=monitors)
    if request.method == "POST" and terms.is_valid() and groups.is_valid():
        lots = _lots(request, village, groups, terms.cleaned_data)
        if lots and _is_done(request, terms, lots):
            return redirect(request.get_full_path())
        if not lots:
            terms.add_error(None, "没有选监测员。请在要指派的组后面选一位监测员。")
    others = "" if request.GET.get("area") and not current_village(request) else "?village="
    context |= {
        "title": f"按组指派监测员：{village.name}",
        "village": village,
        "form": terms,
        "rows": [(row, groups[_key(row)], _list_address(village, row)) for row in rows],
        "total": sum(row.households for row in rows),
        "without": sum(row.without for row in rows),
        "monitors": monitors,
        "only": people[0] if len(people) == 1 else None,
        "all_villages": f"{request.path}{others}",
    }
    return TemplateResponse(request, "admin/monitoring/household/assign_groups.html", context)


def _lots(request: HttpRequest, village: Village, groups: GroupsForm, data: dict[str, Any]) -> list[Lot]:
    """Return the households that each monitor gets: those of his groups, or (全村指派) of the whole village."""
    homes = Household.objects.visible_to(request.user).in_area(village.area).active()
    if data["which"] == WITHOUT:
        ours = MonitorAssignment.objects.visible_to(request.user).in_area(village.area)
        homes = homes.without_monitor(data["start"], ours)
    if "whole" in request.POST:
        return [(homes, monitor) for monitor in groups.people.values() if len(groups.people) == 1]
    return [(homes.filter(_in_groups(keys)), groups.people[key]) for key, keys in groups.chosen().items()]


def _in_groups(keys: list[str]) -> Q:
    named = Q(group__in=[key for key in keys if key != UNGROUPED])
    return named | Q(group__isnull=True) if UNGROUPED in keys else named


def _is_done(request: HttpRequest, terms: TermsForm, lots: list[Lot]) -> bool:
    """Assign all lots, or say in the form why nothing was changed."""
    data = terms.cleaned_data
    try:
        changed = assign_each(lots, by=request.user, on=data["start"], reason=data["reason"])
    except HandOverRefused as refusal:
        terms.add_error(None, str(refusal))
        return False
    if changed:
        messages.success(
            request, f"已自 {data['start']} 起指派 {changed} 户的监测员，未完成的走访一并转给他们。"
        )
    elif data["which"] == WITHOUT:
        messages.warning(
            request, "所选的组没有无监测员的户，没有改动。要更换现任监测员，请改选“组内全部农户”。"
        )
    else:
        messages.info(request, "所选的组本来就由所选的监测员包联，没有改动。")
    return True


def _key(row: GroupCoverage) -> str:
    return str(row.group or UNGROUPED)


def _list_address(village: Village, row: GroupCoverage) -> str:
    """The address of the household list of the group, where single households are given out."""
    query = urlencode({"area": village.area, "group": row.name if row.group else UNGROUPED})
    return f"{reverse('admin:households_household_changelist')}?{query}"
