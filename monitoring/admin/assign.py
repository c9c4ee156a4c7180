"""指派监测员: households chosen in the list, or one from its page, are given to a monitor from a day on."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from households.access import Capability
from households.admin.form_page import form_page, household_or_404, page_address
from households.models import Household, MonitorAssignment
from households.models.households import HouseholdQuerySet
from monitoring.admin.forms import FromDayForm, MonitorField
from monitoring.admin.pages import AT_ONCE, ROWS_NAMED, posted_selection
from monitoring.loads import LOAD_DEFINITION, load_changes
from monitoring.people import monitor_label
from monitoring.services.handover import HandOverRefused, assign_monitor, demand_posting

EVERYONE, WITHOUT = "all", "without"


class OneForm(FromDayForm):
    monitor = MonitorField(label="监测员")
    field_order = ("monitor", "which", "start", "reason")


class ChosenForm(OneForm):
    """The same for many households; where some of them have a monitor, whether they change theirs."""

    which = forms.ChoiceField(
        label="范围",
        choices=[(EVERYONE, "选中的全部农户"), (WITHOUT, "只给其中无监测员的户，其余不动")],
        widget=forms.RadioSelect,
        initial=EVERYONE,
    )

    def __init__(self, *args: Any, is_mixed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_mixed:
            del self.fields["which"]


def assign_chosen(admin: Any, request: HttpRequest, chosen: HouseholdQuerySet) -> HttpResponse:
    """The list's action: what is asked for, then the loads before and after, then it is done."""
    user, on, back = request.user, timezone.localdate(), request.get_full_path()
    rows = chosen.within(user, Capability.HAND_OVER).active()
    count = rows.count()
    if count > AT_ONCE:
        messages.error(request, f"一次最多指派 {AT_ONCE} 户，请先按村或组筛选后再操作。")
        return redirect(back)
    ours = MonitorAssignment.objects.visible_to(user)
    without = rows.without_monitor(on, ours).count()
    step = {"preview", "confirm", "edit"} & request.POST.keys()
    form = ChosenForm(
        request.POST if step else None, user=user, on=on, initial={"start": on}, is_mixed=0 < without < count
    )
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.model._meta,
        "title": "指派监测员",
        "form": form,
        "back": back,
        "count": count,
        "without": without,
        "with_monitor": count - without,
        "left_out": chosen.count() - count,
        "hidden": posted_selection(request),
        "definition": LOAD_DEFINITION,
    }
    if step - {"edit"} and form.is_valid():
        data = form.cleaned_data
        target = rows.without_monitor(data["start"], ours) if data.get("which") == WITHOUT else rows
        answer = _confirmed(request, form, target, back, context)
        if answer is not None:
            return answer
    context["named"] = _named(rows)
    context["more"] = max(count - ROWS_NAMED, 0)
    return TemplateResponse(request, "admin/monitoring/household/assign.html", context)


def _confirmed(
    request: HttpRequest, form: ChosenForm, target: HouseholdQuerySet, back: str, context: dict[str, Any]
) -> HttpResponse | None:
    """Show what would change, or change it; None when it is refused, with the reason in the form."""
    data = form.cleaned_data
    monitor, start = data["monitor"], data["start"]
    by_area = Counter(target.order_by().values_list("area", flat=True))
    count = by_area.total()
    # What a filter matches may have changed since the preview: nobody gets what he was not shown.
    is_as_shown = request.POST.get("count") == str(count)
    try:
        if "confirm" in request.POST and is_as_shown:
            changed = assign_monitor(target, monitor, by=request.user, on=start, reason=data["reason"])
            messages.success(request, told(monitor, start, changed, count))
            return redirect(back)
        demand_posting(monitor, by_area, start)
    except HandOverRefused as refusal:
        form.add_error(None, str(refusal))
        return None
    names = ("monitor", "which", "start", "reason")
    context |= {
        "data": data,
        "monitor_label": monitor_label(monitor),
        "target": count,
        "has_changed": "confirm" in request.POST,
        "named": _named(target),
        "more": max(count - ROWS_NAMED, 0),
        "changes": load_changes(target, monitor, start),
        "hidden": [
            *context["hidden"],
            *((name, request.POST[name]) for name in names if name in request.POST),
        ],
    }
    return TemplateResponse(request, "admin/monitoring/household/assign_confirm.html", context)


def _named(rows: HouseholdQuerySet) -> list[Household]:
    return list(rows.select_related("village")[:ROWS_NAMED])


def told(monitor: Any, start: date, changed: int, count: int) -> str:
    """Return what is said when it is done: how many households changed, and how many were his already (户)."""
    same = f"另有 {count - changed} 户本来就由他包联。" if changed < count else ""
    return f"已指派 {monitor_label(monitor)} 自 {start} 起为 {changed} 户的监测员，未完成的走访一并转给他。{same}"


def assign_one(admin: Any, request: HttpRequest, object_id: UUID) -> HttpResponse:
    """指派/更换监测员 of one household."""
    household = household_or_404(request, object_id, Capability.HAND_OVER)
    on = timezone.localdate()
    form = OneForm(request.POST or None, user=request.user, on=on, initial={"start": on})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        rows = Household.objects.visible_to(request.user).filter(pk=household.pk).active()
        try:
            changed = assign_monitor(
                rows, data["monitor"], by=request.user, on=data["start"], reason=data["reason"]
            )
        except HandOverRefused as refusal:
            form.add_error("monitor", str(refusal))
        else:
            messages.success(request, told(data["monitor"], data["start"], changed, rows.count()))
            return redirect(page_address(household, "help"))
    held = MonitorAssignment.objects.visible_to(request.user).valid_on(on).filter(household=household)
    present = held.select_related("monitor").order_by("-valid_from").first()
    now = f"{monitor_label(present.monitor)}，自 {present.valid_from} 起" if present else "无监测员"
    return form_page(admin, request, household, form, title="指派监测员", button="指派", note=f"现在：{now}")
