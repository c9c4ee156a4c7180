"""住房月排查: how far the villages have come, and a village's month with the few houses that are not as they were."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from households.access import Capability, access_of
from households.models import Household, Village
from households.village_switch import current_village
from monitoring.admin.filters import chosen_month, tell_wrong_month
from monitoring.admin.inspections.forms import ChangeForm, ConfirmedMonthForm, MonthForm
from monitoring.admin.inspections.sheets import download, housing_sheet
from monitoring.admin.procedures.papers import township_of
from monitoring.housing_month import DEFINITION, HouseOfMonth, Progress, houses_of, progress_of_year
from monitoring.models import Inspection
from monitoring.services.housing_checks import (
    CHANGES_AT_ONCE,
    HouseChange,
    MonthChecked,
    check_month,
    month_to_write,
)
from monitoring.services.refusals import Refused
from township.base.dates import FIRST_MONTH, add_months, month_end, month_start

FOLDER = "admin/monitoring/inspection/"


def board_page(admin: Any, request: HttpRequest) -> HttpResponse:
    """Villages × months of ?year=: households inspected of those that should be, each cell leading to its village."""
    access_of(request.user).demand(Capability.SEE_HOUSEHOLDS)
    on = timezone.localdate()
    year = _chosen_year(request, on)
    area = current_village(request)
    progress = progress_of_year(
        Household.objects.visible_to(request.user).in_area(area),
        Inspection.objects.visible_to(request.user).in_area(area),
        year,
        on,
    )
    villages = Village.objects.visible_to(request.user).filter(area__in=progress).order_by("area")
    here = reverse("admin:monitoring_housing")
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.model._meta,
        "title": f"住房月排查 {year}年",
        "year": year,
        "months": range(1, 13),
        "rows": [_board_row(village, progress[village.area], year) for village in villages],
        "sums": _sums(list(progress.values())),
        "definition": DEFINITION,
        "on": on,
        "earlier": f"{here}?year={year - 1}" if year > FIRST_MONTH.year else "",
        "later": f"{here}?year={year + 1}" if year < on.year else "",
    }
    return TemplateResponse(request, f"{FOLDER}housing_board.html", context)


def village_page(admin: Any, request: HttpRequest, village_id: UUID) -> HttpResponseBase:
    """A village's ?month=: tick whose house changed, say how, save; everybody else is as before."""
    village = _village(request, village_id)
    on = timezone.localdate()
    month = _month(request, on)
    may_check = access_of(request.user).can(Capability.INSPECT, village.area)
    is_confirmed = "confirmed" in request.POST
    form = (ConfirmedMonthForm if is_confirmed else MonthForm)(
        request.POST or None, user=request.user, on=on, initial={"checked_on": min(on, month_end(month))}
    )
    changes: dict[UUID, ChangeForm] = {}
    asks = is_confirmed
    if request.method == "POST":
        access_of(request.user).demand(Capability.INSPECT, village.area)
        changes = _changes(request)
        is_ready = form.is_valid() and _is_told(request, changes)
        if is_ready and not is_confirmed:
            asks, form = True, ConfirmedMonthForm(user=request.user, on=on, initial=form.cleaned_data)
        elif is_ready and (done := _save(request, village, month, form, changes)):
            messages.success(request, _in_words(month, done))
            return redirect(_address(village, month))
    houses = _houses(request, village, month, on)
    plain = month_to_write(houses, changes)
    if not plain.never_seen:
        form.fields.pop("with_never_seen", None)
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.model._meta,
        "asks": asks,
        "unchanged": len(plain.unchanged),
        "never_seen": len(plain.never_seen),
        "title": f"{village.name} {month.year}年{month.month}月住房排查",
        "village": village,
        "month": month,
        "houses": houses,
        "checked": sum(house.is_checked for house in houses),
        "missing": sum(not house.is_checked for house in houses),
        "ungraded": sum(not house.grade and not house.is_checked for house in houses),
        "picked": [(house, changes[house.household.pk]) for house in houses if house.household.pk in changes],
        "most": CHANGES_AT_ONCE,
        "form": form if may_check else None,
        "may_export": access_of(request.user).can(Capability.EXPORT, village.area),
        "earlier": _address(village, add_months(month, -1)) if month > FIRST_MONTH else "",
        "later": _address(village, add_months(month, 1)) if month < month_start(on) else "",
        "query": f"?month={month:%Y-%m}",
        "on": on,
    }
    return TemplateResponse(request, f"{FOLDER}housing_village.html", context)


def paper_page(admin: Any, request: HttpRequest, village_id: UUID) -> HttpResponse:
    """The month's form of a village on A4: what is known is printed, the rest is written by hand."""
    village = _village(request, village_id)
    on = timezone.localdate()
    month = _month(request, on)
    context = {
        "title": f"{village.name} {month.year}年{month.month}月住房安全月排查表",
        "back": _address(village, month),
        "houses": _houses(request, village, month, on),
        "township": township_of(request.user, village.area)[0],
        "month": month,
    }
    return TemplateResponse(request, "admin/monitoring/paper/housing.html", context)


def export_page(admin: Any, request: HttpRequest, village_id: UUID) -> HttpResponseBase:
    """The same as a workbook: the form before, the result after."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    village = _village(request, village_id)
    on = timezone.localdate()
    month = _month(request, on)
    houses = _houses(request, village, month, on)
    title = f"{village.name}{month.year}年{month.month}月住房安全月排查表"
    place = f"{township_of(request.user, village.area)[0]}{village.name}"
    spec = housing_sheet(houses, title=title, place=place, on=on)
    return download(
        request,
        spec,
        area=village.area,
        name=f"{village.name}_住房月排查_{month:%Y%m}",
        rows=len(houses),
        on=on,
    )


def _village(request: HttpRequest, village_id: UUID) -> Village:
    village = Village.objects.visible_to(request.user).filter(pk=village_id).first()
    if village is None:
        raise Http404
    # The administrator keeps the places, and sees nobody in them.
    access_of(request.user).demand(Capability.SEE_HOUSEHOLDS, village.area)
    return village


def _month(request: HttpRequest, on: date) -> date:
    """Return the month of the address; a month that has not begun cannot be inspected."""
    tell_wrong_month(request, on)
    return min(chosen_month(request, on), month_start(on))


def _houses(request: HttpRequest, village: Village, month: date, on: date) -> list[HouseOfMonth]:
    households = Household.objects.visible_to(request.user).in_area(village.area)
    return houses_of(households.existing(min(on, month_end(month))), month)


def _changes(request: HttpRequest) -> dict[UUID, ChangeForm]:
    """Return the forms of the ticked households; before they were shown once they are empty and not wrong yet."""
    is_told = "told" in request.POST
    found: dict[UUID, ChangeForm] = {}
    for text in request.POST.getlist("picked")[: CHANGES_AT_ONCE + 1]:
        try:
            key = UUID(text)
        except ValueError:
            continue
        found[key] = ChangeForm(request.POST if is_told else None, prefix=str(key))
    return found


def _is_told(request: HttpRequest, changes: dict[UUID, ChangeForm]) -> bool:
    """Whether nothing is left to be said of the ticked households."""
    if changes and "told" not in request.POST:
        return False
    answers = [form.is_valid() for form in changes.values()]  # each of them says what is wrong
    return all(answers)


def _save(
    request: HttpRequest, village: Village, month: date, form: MonthForm, changes: dict[UUID, ChangeForm]
) -> MonthChecked | None:
    """Save the month; None puts what was refused at its field or its household."""
    try:
        return check_month(
            village,
            month,
            checked_on=form.cleaned_data["checked_on"],
            checked_by=form.cleaned_data["checked_by"],
            with_never_seen=form.cleaned_data.get("with_never_seen", False),
            changes={key: HouseChange(**change.cleaned_data) for key, change in changes.items()},
            by=request.user,
            on=timezone.localdate(),
            at=timezone.now(),
        )
    except Refused as refusal:
        rows = {str(key): change for key, change in changes.items()}
        for name, message in refusal.problems:
            if name in rows:
                rows[name].add_error(None, message)
            else:
                form.add_error(name if name in form.fields else None, message)
    return None


def _in_words(month: date, done: MonthChecked) -> str:
    parts = [
        f"{month.year}年{month.month}月住房排查已登记 {done.written} 户",
        f"其中等级有变化 {done.changed} 户" if done.changed else "",
        f"此前已排查 {done.already} 户" if done.already else "",
        f"没有住房等级、未登记 {done.without_grade} 户（请勾选后填写等级）" if done.without_grade else "",
        f"以前没有排查记录、未登记 {done.never_seen} 户" if done.never_seen else "",
        f"登记线索 {done.clues} 条" if done.clues else "",
    ]
    return f"{'，'.join(filter(None, parts))}。"


def _address(village: Village, month: date) -> str:
    return f"{reverse('admin:monitoring_housing_village', args=[village.pk])}?month={month:%Y-%m}"


def _board_row(village: Village, months: dict[int, Progress], year: int) -> dict[str, Any]:
    return {
        "name": village.name,
        "cells": [
            {
                "month": month,
                "progress": months.get(month),
                "url": _address(village, date(year, month, 1)),
            }
            for month in range(1, 13)
        ],
    }


def _sums(rows: list[dict[int, Progress]]) -> list[dict[str, Any]]:
    sums = []
    for month in range(1, 13):
        known = [row[month] for row in rows if month in row]
        whole = Progress(sum(one.checked for one in known), sum(one.total for one in known))
        sums.append({"month": month, "progress": whole if known else None})
    return sums


def _chosen_year(request: HttpRequest, on: date) -> int:
    text = request.GET.get("year", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else on.year
    return year if FIRST_MONTH.year <= year <= on.year else on.year
