"""One household on the phone: why today, who lives there, what was seen last, and the form of a visit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from households.access import Capability, access_of
from households.audit import record
from households.guarantees import guarantees_of
from households.models import AccessLog, Household
from households.people import monitors_of_village, names_ever
from monitoring.answers import changes_of
from monitoring.field.doors import VISITING, field_page
from monitoring.field.forms import VisitForm, first_values
from monitoring.field.pages import leaves_task_open, show, status_of, uncounted
from monitoring.field.today import next_task, own_households
from monitoring.field.warnings import next_warned, warnings_in
from monitoring.models import Finding, Visit, VisitPhoto, WarningCase
from monitoring.photos import PhotoRefused
from monitoring.questions import Asked, questions_for
from monitoring.services.visits import VisitRefused, add_photo, log_visit
from township.base.masking import mask_id_number, mask_phone

VISITS_SHOWN = 20
# An error leads to the first of a group of choices, for the group itself cannot be typed into.
GROUPS_OF_CHOICES = ("mode", "met", "risk", "risk_kinds")


@dataclass(frozen=True)
class Door:
    """A household the user may see, and in which way he may report about it."""

    household: Household
    may_visit: bool
    may_type: bool


def door_of(user: Any, pk: UUID) -> Door:
    """Return a household the user may visit or type a visit for: 404 outside his scope, 403 without the right."""
    rows = Household.objects.visible_to(user).filter(pk=pk)
    household = get_object_or_404(rows.select_related("village", "group"))
    door = Door(
        household,
        may_visit=rows.within(user, Capability.LOG_VISIT).exists(),
        may_type=rows.within(user, Capability.RECORD_FOR_OTHERS).exists(),
    )
    if not (door.may_visit or door.may_type):
        raise PermissionDenied
    return door


@require_http_methods(["GET", "POST"])
@field_page(*VISITING)
def household_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A household before the visit. Its own monitor sees the phone number at once, others ask for it; both recorded."""
    on = timezone.localdate()
    household = door_of(request.user, pk).household
    shows_phone = request.method == "POST" or household.pk in own_households(request.user, on)
    if shows_phone:
        access_of(request.user).demand(Capability.REVEAL_ID, household.area)
    record(
        AccessLog.Action.REVEAL if shows_phone and household.phone else AccessLog.Action.VIEW,
        by=request.user,
        area=household.area,
        target=household.code,
        request=request,
        page="field",
    )
    members = list(household.members.active().for_page())
    visits = visits_of(request.user, household)
    warnings = warnings_in(household, request.user, on)
    return show(request, "household", {
        "warnings": warnings,
        "asked": asked_of(request.user, household, on),
        "may_verify": any(one.is_mine for one in warnings),
        "tab": "households",
        "household": household,
        "members": [
            {"member": member, "age": member.age(on), "id_number": mask_id_number(member.id_number)}
            for member in members
        ],
        "task": status_of(request.user, [household.pk], on).get(household.pk),
        "guarantees": guarantees_of(
            members, housing_grade=household.housing_grade, water_is_safe=household.water_is_safe, on=on
        ),
        "phone": household.phone if shows_phone else mask_phone(household.phone),
        "shows_phone": shows_phone,
        "visits": visits,
        "last": next((entry for entry in visits if not entry["visit"].voided_at), None),
        "on": on,
    })  # fmt: skip


def visits_of(user: Any, household: Household) -> list[dict[str, Any]]:
    """Return the latest visits with what changed in words."""
    visits = (
        Visit.objects.visible_to(user)
        .filter(household=household)
        .prefetch_related("photos")
        .order_by("-visited_on", "-recorded_at")[:VISITS_SHOWN]
    )
    names = names_ever(household)
    return [{"visit": visit, "changes": changes_of(visit.blocks, names)} for visit in visits]


@require_http_methods(["GET", "POST"])
@field_page(*VISITING)
def visit_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The form of a visit; works as a plain POST, and the same POST twice is one visit."""
    on = timezone.localdate()
    door = door_of(request.user, pk)
    household = door.household
    visitors = monitors_of_village(household.area, on) if door.may_type else None
    options: dict[str, Any] = {
        "household": household,
        "visitors": visitors,
        "is_visitor": door.may_visit,
        "asked": asked_of(request.user, household, on),
    }
    if request.method == "POST":
        form = VisitForm(request.POST, request.FILES, **options)
        ask_again(form, request.user, on)
        if form.is_valid() and (visit := save_visit(form, household, request.user, on)):
            return redirect(reverse("field:saved", args=[visit.pk]), permanent=False)
    else:
        contacts = Visit.objects.visible_to(request.user).contacts().filter(household=household)
        last = contacts.order_by("-visited_on", "-recorded_at").first()
        form = VisitForm(initial=first_values(household, last, on), **options)
        if was_visited(request.user, household, request.user, on):
            form.ask_again(on, on)
    context = {"tab": "", "form": form, "household": household, "on": on, "first_of_group": GROUPS_OF_CHOICES}
    return show(request, "visit", context)


def asked_of(user: Any, household: Household, on: date) -> list[Asked]:
    """Return what the household's findings ask on a visit."""
    return questions_for(Finding.objects.visible_to(user), [household.pk], on).get(household.pk, [])


def ask_again(form: VisitForm, user: Any, on: date) -> None:
    """Ask before a second visit of the same person, household and day; the same visit sent again is no second one."""
    form.full_clean()
    visit_id, visited_on = form.cleaned_data.get("id"), form.cleaned_data.get("visited_on")
    is_known = visit_id and Visit.objects.visible_to(user).filter(pk=visit_id).exists()
    if visited_on and not is_known and was_visited(user, form.household, form.visitor or user, visited_on):
        form.ask_again(visited_on, on)


def was_visited(user: Any, household: Household, visitor: Any, visited_on: date) -> bool:
    """Say whether a standing visit of the visitor on that day is known."""
    visits = Visit.objects.visible_to(user).standing().filter(household=household)
    return visits.filter(visitor=visitor, visited_on=visited_on).exists()


def save_visit(form: VisitForm, household: Household, user: Any, on: date) -> Visit | None:
    """Log the visit with its photos, all or nothing; None puts what was refused into the form."""
    data = form.cleaned_data
    try:
        with transaction.atomic():
            logged = log_visit(
                household, form.visit_input(), by=user, on=on, visit_id=data["id"], visitor=form.visitor
            )
            for photo in data["photo"]:  # the same bytes of the same visit are the same photo
                add_photo(logged.visit, uuid5(logged.visit.pk, sha256(photo).hexdigest()), photo)
    except VisitRefused as refused:
        form.add_refusal(refused.problems)
    except PhotoRefused as refused:
        form.add_error("photo", str(refused))
    else:
        return logged.visit
    return None


@require_GET
@field_page(*VISITING)
def saved_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """已保存: what was saved, what it fulfils, and whom to visit next."""
    on = timezone.localdate()
    visits = Visit.objects.visible_to(request.user).select_related("household__group")
    visit = get_object_or_404(visits.prefetch_related("photos", "fulfils"), pk=pk)
    is_own = visit.visitor_id == request.user.pk
    task = next_task(request.user, on, visit.household) if is_own else None
    checked = WarningCase.objects.visible_to(request.user).filter(visit=visit)
    return show(request, "saved", {
        "tab": "",
        "visit": visit,
        "checked": checked.select_related("member").defer("raw"),
        "still_open": warnings_in(visit.household, request.user, on) if visit.kind == Visit.Kind.WARNING else [],
        "next_task": task,
        "next_warnings": [one for one in warnings_in(task.household, request.user, on) if one.is_mine] if task else [],
        "next_warned": next_warned(request.user, on, visit.household) if is_own and task is None else None,
        "days_over": (on - task.due_on).days if task else 0,
        "is_uncounted": leaves_task_open(request.user, visit, on),
        "uncounted": uncounted(visit),
    })  # fmt: skip


@require_GET
def photo_file(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """A visit's photo, for whoever may see the household."""
    photo = get_object_or_404(VisitPhoto.objects.visible_to(request.user), pk=pk)
    response = FileResponse(photo.file.open("rb"), content_type="image/jpeg")
    response["Cache-Control"] = "no-store"
    return response
