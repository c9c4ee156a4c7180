"""Taking a step of a procedure: its buttons, and the page of its form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from households.access import access_of
from monitoring.admin.conflicts import conflicts_told
from monitoring.admin.procedures import forms
from monitoring.admin.procedures.known import known_of
from monitoring.admin.procedures.telling import finish_url, followed_by, told_after
from monitoring.models import Procedure
from monitoring.services import elimination, identification
from monitoring.services.procedure_inputs import OWN_CHECK
from monitoring.services.procedures import workflow_of
from monitoring.services.refusals import Refused
from monitoring.workflows import procedures as steps
from township.base.workflow import Transition, TransitionRefused

TEMPLATE = "admin/monitoring/procedure/step.html"
Kind = Procedure.Kind
MODULES: dict[str, Any] = {Kind.IDENTIFICATION: identification, Kind.ELIMINATION: elimination}
ENDING = (steps.DECLINE, steps.COUNTY_DECLINE, steps.WITHDRAW)
BACKWARD = (steps.SEND_BACK, steps.CORRECT, steps.COUNTY_RETURN, *ENDING)
# What nobody does to the case that he verified himself.
NOT_BY_THE_VERIFIER = (steps.APPROVE, steps.DECLINE)


@dataclass(frozen=True)
class StepPage:
    """The form of a step, and the service call that takes it: run(service module, procedure, form, who and when)."""

    form: type[forms.StepForm]
    run: Callable[[Any, Procedure, Any, dict[str, Any]], Any]


def _taking(service: str) -> Callable[[Any, Procedure, Any, dict[str, Any]], Any]:
    """A step whose service takes the form's whole input."""
    return lambda module, row, form, who: getattr(module, service)(row, form.as_input(), **who)


def _saying(service: str, field: str) -> Callable[[Any, Procedure, Any, dict[str, Any]], Any]:
    """A step whose service takes one value: a reason, a day."""
    return lambda module, row, form, who: getattr(module, service)(row, form.cleaned_data[field], **who)


def _again(module: Any, row: Procedure, form: Any, who: dict[str, Any]) -> Any:
    return module.resubmit(row, form.cleaned_data["note"], check=form.as_input(), **who)


SHARED = {
    steps.REVIEW: StepPage(forms.ReviewForm, _taking("review")),
    steps.PUBLICISE: StepPage(forms.PublicityForm, _taking("publicise")),
    steps.SUBMIT: StepPage(forms.SubmitForm, _taking("submit")),
    steps.APPROVE: StepPage(forms.ApproveForm, _taking("approve")),
    steps.SEND_BACK: StepPage(forms.ReturnForm, _saying("send_back", "return_reason")),
    steps.DECIDE: StepPage(forms.CountyForm, _taking("county_decision")),
    steps.CORRECT: StepPage(forms.CountyForm, _taking("county_correction")),
    steps.COUNTY_RETURN: StepPage(forms.ReturnForm, _saying("county_return", "return_reason")),
    steps.ENTER: StepPage(forms.EnterForm, _saying("enter", "entered_on")),
    steps.DECLINE: StepPage(forms.EndForm, _saying("decline", "end_reason")),
    steps.COUNTY_DECLINE: StepPage(forms.EndForm, _saying("county_decline", "end_reason")),
    steps.WITHDRAW: StepPage(forms.EndForm, _saying("withdraw", "end_reason")),
}
PAGES: dict[str, dict[str, StepPage]] = {
    Kind.IDENTIFICATION: {
        **SHARED,
        steps.CHECK: StepPage(forms.IdentificationCheckForm, _taking("check")),
        steps.RESUBMIT: StepPage(forms.IdentificationAgainForm, _again),
    },
    Kind.ELIMINATION: {
        **SHARED,
        steps.CHECK: StepPage(forms.EliminationCheckForm, _taking("check")),
        steps.RESUBMIT: StepPage(forms.EliminationAgainForm, _again),
    },
}


def available(procedure: Procedure, user: Any, on: date) -> list[Transition]:
    """Return the steps that this user may take on this day, those that lead forward first."""
    held = access_of(user).capabilities(procedure.area)
    found = workflow_of(procedure).available(procedure.status, held)
    mine = [step for step in found if not _is_shut(procedure, step.action, user, on)]
    return sorted(mine, key=lambda step: step.action in BACKWARD)


def _is_shut(procedure: Procedure, action: str, user: Any, on: date) -> bool:
    """A publicity that still runs is not over, and nobody decides what he verified."""
    if action == steps.SUBMIT:
        return procedure.publicity_to is not None and on <= procedure.publicity_to
    return action in NOT_BY_THE_VERIFIER and procedure.is_checked_by(user)


def buttons_for(procedure: Procedure, user: Any) -> list[dict[str, Any]]:
    """Return the buttons of a case's page: only what this user may do now, for the warning behind it too."""
    steps_now: list[dict[str, Any]] = [
        {
            "label": step.label,
            "url": reverse("admin:monitoring_procedure_act", args=[procedure.pk, step.action]),
            "is_danger": step.action in ENDING,
            "is_aside": step.action in BACKWARD,
        }
        for step in available(procedure, user, timezone.localdate())
    ]
    cases = followed_by(procedure, user)
    followed = [
        {
            "label": f"结束预警跟踪 {case.code}" if len(cases) > 1 else "结束预警跟踪",
            "url": finish_url(case),
            "is_danger": False,
            "is_aside": True,
        }
        for case in cases
    ]
    return [*steps_now, *followed]


def act(model_admin: Any, request: HttpRequest, procedure: Procedure, action: str) -> HttpResponse:
    """The page of one step: 404 for a step there is not, 403 without its right; a case that moved says so."""
    page = PAGES[procedure.kind].get(action)
    if page is None:
        raise Http404
    step = workflow_of(procedure).by_action[action]
    access_of(request.user).demand(step.capability, procedure.area)
    back = reverse("admin:monitoring_procedure_change", args=[procedure.pk])
    on = timezone.localdate()
    if step not in available(procedure, request.user, on):
        messages.warning(request, _why_not(procedure, step, request.user))
        return redirect(back)
    form = page.form(
        request.POST or None, user=request.user, on=on, procedure=procedure, initial=known_of(procedure, on)
    )
    if request.method == "POST" and form.is_valid():
        who = {"by": request.user, "on": on, "at": timezone.now()}
        try:
            with conflicts_told():
                page.run(MODULES[procedure.kind], procedure, form, who)
        except Refused as refused:
            form.show(refused)
        except TransitionRefused as refused:
            messages.warning(request, str(refused))
            return redirect(back)
        else:
            messages.success(request, told_after(procedure, step, request.user))
            return redirect(back)
    return step_page(
        model_admin, request, form, title=step.label, back=back, about=f"{procedure.household.head_name} 户",
        is_danger=action in ENDING,
    )  # fmt: skip


def _why_not(procedure: Procedure, step: Transition, user: Any) -> str:
    if procedure.status not in step.sources:
        now = procedure.get_status_display()
        return f"这一件现在是“{now}”，不能办理“{step.label}”。可能已由他人办理，请看办理记录。"
    if step.action == steps.SUBMIT:
        return f"公示到 {procedure.publicity_to:%Y-%m-%d} 止，期满后才能上报。"
    return OWN_CHECK


def step_page(model_admin: Any, request: HttpRequest, form: Any, **context: Any) -> HttpResponse:
    """Answer with a form of a procedure: title, back (address), about (whose), and what a page adds."""
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": Procedure._meta,
        "form": form,
        "submit": context["title"],
        **context,
    }
    return TemplateResponse(request, TEMPLATE, context)
