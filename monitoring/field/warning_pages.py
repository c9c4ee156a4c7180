"""Verifying warnings on the phone: all of a household in one form with its visit, or the one of an unregistered person.

Plain POSTs; the same POST twice is one verification.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from households.access import Capability
from households.audit import record
from households.models import AccessLog, Household
from monitoring.field.checking import (
    check_household,
    check_unregistered,
    is_readable,
    known_visit,
    tell_stale,
)
from monitoring.field.doors import field_page
from monitoring.field.forms import first_values
from monitoring.field.household_pages import GROUPS_OF_CHOICES
from monitoring.field.pages import show
from monitoring.field.warning_forms import (
    FindingsForm,
    UnregisteredForm,
    WarningVisitForm,
    first_findings,
    first_unregistered,
)
from monitoring.field.warnings import open_warnings, warned
from monitoring.models import Visit, WarningCase


@require_http_methods(["GET", "POST"])
@field_page(Capability.VERIFY_WARNING)
def household_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """核查: the form for all warnings of a household that are this person's; without any, the form of a visit."""
    on, at = timezone.localdate(), timezone.now()
    rows = Household.objects.visible_to(request.user).filter(pk=pk)
    household = get_object_or_404(rows.select_related("village", "group"))
    if not rows.within(request.user, Capability.VERIFY_WARNING).exists():
        raise PermissionDenied
    cases = list(open_warnings(request.user).filter(household=household))
    values, year = first_findings(household)
    visits = Visit.objects.visible_to(request.user).contacts().filter(household=household)
    last = visits.order_by("-visited_on", "-recorded_at").first()
    options: dict[str, Any] = {
        "household": household, "cases": cases, "visitors": None, "is_visitor": True,
        "initial": first_values(household, last, on) | values,
    }  # fmt: skip
    if request.method == "POST":
        form = WarningVisitForm(request.POST, request.FILES, **options)
        if visit := known_visit(form, request.user):
            return saved(visit)
        tell_stale(form)
        if is_readable(form, on) and (visit := check_household(form, by=request.user, on=on, at=at)):
            return saved(visit)
    elif not cases:
        return redirect("field:visit", pk)
    else:
        form = WarningVisitForm(**options)
    return show(request, "household_warnings", {
        "tab": "", "household": household, "form": form, "income_year": year, **asked_of(form, on),
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
@field_page(Capability.VERIFY_WARNING)
def case_page(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """核查 of somebody who is not in the register; a case with a household is verified with all others of it."""
    on, at = timezone.localdate(), timezone.now()
    cases = WarningCase.objects.visible_to(request.user).select_related("batch", "member", "monitor")
    case = get_object_or_404(cases.defer("raw"), pk=case_id)
    if case.household_id is not None:
        return redirect("field:household-warnings", case.household_id)
    context: dict[str, Any] = {"tab": "", "one": warned(case, on), "on": on}
    if not open_warnings(request.user).filter(pk=case_id).exists():
        return show(request, "warning", context)
    options: dict[str, Any] = {"case": case, "visitors": None, "is_visitor": True}
    if request.method == "POST":
        form = UnregisteredForm(request.POST, **options)
        if is_readable(form, on) and check_unregistered(form, by=request.user, on=on, at=at):
            return redirect("field:warning", case_id)
    else:
        form = UnregisteredForm(initial=first_unregistered(on), **options)
    if case.phone:
        record(
            AccessLog.Action.REVEAL,
            by=request.user,
            area=case.area,
            target=case.code,
            request=request,
            field="phone",
        )
    return show(request, "warning", {**context, "form": form, "phone": case.phone, **asked_of(form, on)})


def asked_of(form: FindingsForm, on: date) -> dict[str, Any]:
    """Return the cases of a form as the page draws them, and which fields are groups of choices."""
    return {
        "on": on,
        "asked": [(questions, warned(questions.case, on)) for questions in form.case_questions],
        "first_of_group": [*GROUPS_OF_CHOICES, *(one.result.name for one in form.case_questions)],
    }


def saved(visit: Visit) -> HttpResponse:
    return redirect(reverse("field:saved", args=[visit.pk]), permanent=False)
