"""Handing a form's verification to the services; what they refuse is put beside the questions."""

from __future__ import annotations

from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from monitoring.field.warning_forms import FindingsForm, UnregisteredForm, WarningVisitForm
from monitoring.models import Visit, WarningCase
from monitoring.photos import PhotoRefused
from monitoring.services.refusals import Refused
from monitoring.services.visits import VisitRefused, add_photo, log_visit
from monitoring.services.warning_verify import verify, verify_household
from township.base.workflow import TransitionRefused

TAKEN = (VisitRefused, Refused)


def is_readable(form: FindingsForm, on: date) -> bool:
    """Whether a form can be handed in; one that cannot says at once also what the services would refuse."""
    if form.is_valid():
        return True
    form.add_refusals(on)
    return False


def check_household(form: WarningVisitForm, *, by: Any, on: date, at: datetime) -> Visit | None:
    """Log the visit with its photos and verify the answered cases, all or nothing; None puts what was refused into
    the form. Where no case is left to answer, the visit counts alone."""
    data = form.cleaned_data
    visit: dict[str, Any] = {"by": by, "on": on, "visit_id": data["id"], "visitor": form.visitor}
    try:
        with transaction.atomic():
            if findings := form.findings():
                logged = verify_household(
                    form.household, form.visit_input(), form.verification(), findings, at=at, **visit
                )
            else:
                logged = log_visit(form.household, form.visit_input(), **visit)
            for photo in data["photo"]:  # the same bytes of the same visit are the same photo
                add_photo(logged.visit, uuid5(logged.visit.pk, sha256(photo).hexdigest()), photo)
    except TAKEN as refused:
        form.add_problems(refused.problems)
    except TransitionRefused as refused:
        form.add_error(None, str(refused))
    except PhotoRefused as refused:
        form.add_error("photo", str(refused))
    else:
        return logged.visit
    return None


def check_unregistered(form: UnregisteredForm, *, by: Any, on: date, at: datetime) -> bool:
    """Verify the case of the form, or put it off (V7), once for each form that was opened; False puts what was refused
    into the form."""
    (case,) = form.cases
    finding = form.findings()[case.pk]
    who: dict[str, Any] = {"verifier": form.visitor, "for_others": form.visitor is not None}
    try:
        verify(
            case, form.verification(), finding, by=by, on=on, at=at, step_id=form.cleaned_data["id"], **who
        )
    except Refused as refused:
        form.add_problems(refused.problems)
    except TransitionRefused as refused:
        form.add_error(None, str(refused))
    else:
        return True
    return False


def known_visit(form: WarningVisitForm, user: Any) -> Visit | None:
    """Return the visit of a form that was sent before: its cases are not open any more, and nothing is wrong."""
    form.full_clean()
    visits = Visit.objects.visible_to(user).filter(recorded_by=user, household=form.household)
    return visits.filter(pk=form.cleaned_data.get("id")).first()


def is_sent_again(case: WarningCase, sent_id: str) -> bool:
    """Whether a form's id is that of the visit or of the record by which the case was verified or put off before."""
    try:
        key = UUID(sent_id)
    except ValueError:
        return False
    return case.visit_id == key or case.steps.filter(pk=key).exists()


def tell_stale(form: FindingsForm) -> None:
    """Say that an answered case was taken by somebody else meanwhile; what is left can be sent again."""
    if form.stale_cases:
        rest = "其余的" if form.cases else "这次走访"
        form.add_error(
            None,
            f"有 {len(form.stale_cases)} 件预警已由他人核查或改派，不会改动。要保存{rest}，请核对后再点一次提交。",
        )
