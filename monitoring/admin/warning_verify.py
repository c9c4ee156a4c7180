"""核查 at the desk: the station types what was written on paper (代录), a cadre enters what he found himself.

The questions and the saving are those of the phone (monitoring/field/), and the paper that was carried is printed here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from households.access import Capability, access_of
from households.admin.household_page import record_view
from monitoring.choices import Absence, DeclineReason
from monitoring.field.checking import (
    check_household,
    check_unregistered,
    is_readable,
    is_sent_again,
    known_visit,
    tell_stale,
)
from monitoring.field.forms import first_values
from monitoring.field.pages import leaves_task_open, uncounted
from monitoring.field.warning_forms import (
    PLAIN_WORDS,
    UnregisteredForm,
    WarningVisitForm,
    first_findings,
    first_unregistered,
)
from monitoring.field.warnings import warned
from monitoring.models import Met, VisitMode, WarningCase
from monitoring.people import verifiers
from monitoring.services.warning_moves import rights_over

C = Capability
Status = WarningCase.Status


def verify_urls(admin: Any) -> list[Any]:
    """Return the addresses of the pages below, for the admin of the cases."""

    def one(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        def page(request: HttpRequest, object_id: UUID) -> HttpResponse:
            return view(admin, request, object_id)

        return admin.admin_site.admin_view(page)

    return [
        path("<uuid:object_id>/verify/", one(verify_page), name="monitoring_warningcase_verify"),
        path("<uuid:object_id>/form/", one(paper_page), name="monitoring_warningcase_form"),
    ]


def verify_page(admin: Any, request: HttpRequest, object_id: UUID) -> HttpResponse:
    """One form for a case and, of the same trip, for the other open ones of its household."""
    on = timezone.localdate()
    case = admin.row_in_scope(request, object_id)
    rights = rights_over(case, request.user)
    may_type, may_verify = C.RECORD_FOR_OTHERS in rights, C.VERIFY_WARNING in rights
    if not (may_type or may_verify):
        raise PermissionDenied
    back = reverse("admin:monitoring_warningcase_change", args=[case.pk])
    if request.method == "POST" and is_sent_again(case, request.POST.get("id", "")):
        messages.success(request, f"{case.code} 的核查结果已保存，不用再提交。")
        return redirect(back)
    if not is_open(case, may_type):
        messages.warning(request, f"预警 {case.code} 现在是“{case.get_status_display()}”，不能核查。")
        return redirect(back)
    if access_of(request.user).is_monitor_only:
        return redirect("field:warning", case.pk)
    form, year = form_of(case, request, on, may_type=may_type, may_verify=may_verify)
    if request.method == "POST" and is_saved(form, request.user, on):
        messages.success(
            request, f"{form.cases[0].code} 的核查结果已保存。{uncounted_words(form, request.user, on)}"
        )
        return redirect(back)
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.model._meta,
        "title": "核查" if may_verify else "代录核查",
        "case": case,
        "form": form,
        "asked": [(questions, warned(questions.case, on)) for questions in form.case_questions],
        "income_from": f"登记的 {year} 年数" if year else "",
        "back": back,
    }
    return TemplateResponse(request, "admin/monitoring/warningcase/verify.html", context)


def uncounted_words(form: WarningVisitForm | UnregisteredForm, user: Any, on: date) -> str:
    """Return what to add where the trip just saved leaves the period's visit to be made; "" where nothing is left."""
    visit = known_visit(form, user) if isinstance(form, WarningVisitForm) else None
    return uncounted(visit) if visit and leaves_task_open(user, visit, on) else ""


def is_open(case: WarningCase, may_type: bool) -> bool:
    """Whoever types for others may also enter a case that nobody was sent for."""
    return case.status == Status.ASSIGNED or (may_type and case.status == Status.RECEIVED)


def form_of(
    case: WarningCase, request: HttpRequest, on: date, *, may_type: bool, may_verify: bool
) -> tuple[WarningVisitForm | UnregisteredForm, int | None]:
    """Return the form, bound where it was sent, and the year of the income that it starts with."""
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    people = verifiers(case.area, on) if may_type else None
    who: dict[str, Any] = {"visitors": people, "is_visitor": may_verify}
    chosen = {"visitor": str(case.monitor_id or "")}
    if case.household is None:
        return UnregisteredForm(data, case=case, initial=first_unregistered(on) | chosen, **who), None
    others = others_of(case, request.user)
    values, year = first_findings(case.household)
    initial = first_values(case.household, None, on) | values | chosen
    form = WarningVisitForm(
        data, files, initial=initial, household=case.household, cases=[case, *others],
        optional=[other.pk for other in others], **who,
    )  # fmt: skip
    return form, year


def others_of(case: WarningCase, user: Any) -> list[WarningCase]:
    """Return the other cases of the household that somebody was sent for: one trip answers them all."""
    cases = (
        WarningCase.objects.visible_to(user)
        .to_verify()
        .filter(household=case.household_id)
        .exclude(pk=case.pk)
    )
    return list(cases.select_related("batch", "member", "monitor").defer("raw").order_by("due_on", "code"))


def is_saved(form: WarningVisitForm | UnregisteredForm, user: Any, on: date) -> bool:
    """Hand what was typed to the services; the same form sent again is saved already."""
    at = timezone.now()
    if isinstance(form, WarningVisitForm):
        if known_visit(form, user) is not None:
            return True
        tell_stale(form)
        return is_readable(form, on) and check_household(form, by=user, on=on, at=at) is not None
    return is_readable(form, on) and check_unregistered(form, by=user, on=on, at=at)


def paper_page(admin: Any, request: HttpRequest, object_id: UUID) -> HttpResponse:
    """预警核查表 to carry along: what is known is printed, masked; the rest is written by hand. A4."""
    on = timezone.localdate()
    case = admin.row_in_scope(request, object_id)
    household = case.household
    context: dict[str, Any] = {
        "title": f"预警核查表 {case.code}",
        "back": reverse("admin:monitoring_warningcase_change", args=[case.pk]),
        "cases": [warned(one, on) for one in [case, *(others_of(case, request.user) if household else [])]],
        "case": case,
        "household": household,
        "results": [(result.value, words) for result, words in PLAIN_WORDS.items()],
        "declines": DeclineReason.labels,
        "absences": Absence.labels,
        "modes": VisitMode.labels,
        "met": Met.labels,
    }
    if household is not None:
        record_view(request, household)
        values, year = first_findings(household)
        people = [(member, member.age(on)) for member in household.members.active().for_page()]
        context |= {"people": people, "income_year": year, **values}
    return TemplateResponse(request, "admin/monitoring/paper/warning_check.html", context)
