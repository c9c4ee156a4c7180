"""Whose turn it is: the warnings that wait for a person's own hand; the same for menu and list."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q

from households.access import Capability
from monitoring.choices import WarningResult
from monitoring.models import Procedure, WarningCase, WarningStep
from monitoring.models.warnings import WarningCaseQuerySet
from monitoring.workflows.warning import FOLLOW_UP

Status = WarningCase.Status


def warnings_waiting_for(user: Any, on: date) -> WarningCaseQuerySet:
    """Return the warnings (件) whose next step this user may take today.

    What was sent to him to verify; what is to be handed on, matched with a person or answered to the county; what is
    to be decided and was not verified by himself; what is followed and due to be looked at again, or whose
    identification has come to its end.
    """
    rows = WarningCase.objects
    sent_to_him = rows.within(user, Capability.VERIFY_WARNING).to_verify().filter(monitor=user)
    handing_on = rows.within(user, Capability.ASSIGN_WARNING).filter(
        Q(status__in=(Status.RECEIVED, Status.DECIDED))
        | Q(status=Status.FOLLOWING, replied_on__isnull=True)
        | Q(match=WarningCase.Match.TO_CONFIRM)
    )
    deciding = rows.within(user, Capability.DECIDE_WARNING)
    judging = not_verified_by(deciding.filter(status=Status.VERIFIED), user)
    following = deciding.filter(Q(status=Status.FOLLOWING, follow_on__lte=on) | _is_answered())
    waiting: WarningCaseQuerySet = sent_to_him | handing_on | judging | following
    return waiting


def warnings_to_finish(user: Any) -> WarningCaseQuerySet:
    """Return the followed warnings whose identification has ended, that this user may finish."""
    rows = WarningCase.objects.within(user, Capability.DECIDE_WARNING)
    found: WarningCaseQuerySet = rows.filter(_is_answered()).order_by("code")
    return found


def _is_answered() -> Q:
    """Of what is followed because of an identification: that one was entered, declined or given up since the verdict.

    Whichever warning of the household began it. A case that somebody looked at afterwards and follows on is not named
    again before its day.
    """
    seen_since = WarningStep.objects.filter(
        case=OuterRef(OuterRef("pk")), action=FOLLOW_UP, on__gte=OuterRef("ended_on")
    )
    ended = Procedure.objects.of_kind(Procedure.Kind.IDENTIFICATION).filter(
        ~Exists(seen_since),
        household=OuterRef("household"),
        status__in=Procedure.ENDED,
        ended_on__gte=OuterRef("decided_on"),
    )
    running = Procedure.objects.open().of_kind(Procedure.Kind.IDENTIFICATION)
    return Q(
        Exists(ended),
        ~Exists(running.filter(household=OuterRef("household"))),
        status=Status.FOLLOWING,
        result__in=(WarningResult.INCLUDE, WarningResult.RETURNING),
    )


def not_verified_by(cases: WarningCaseQuerySet, user: Any) -> WarningCaseQuerySet:
    """Narrow to the cases that this user neither verified nor typed in: only those are his to decide."""
    return cases.exclude(verified_by=user).exclude(typed_by=user)
