"""Whose turn it is: the warnings that wait for a person's own hand; the same for menu and list."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q

from households.access import Capability
from monitoring.models import WarningCase
from monitoring.models.warnings import WarningCaseQuerySet

Status = WarningCase.Status


def warnings_waiting_for(user: Any, on: date) -> WarningCaseQuerySet:
    """Return the warnings (件) whose next step this user may take today.

    What was sent to him to verify; what is to be handed on, matched with a person or answered to the county; what is
    to be decided and was not verified by himself; what is followed and due to be looked at again.
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
    following = deciding.filter(status=Status.FOLLOWING, follow_on__lte=on)
    waiting: WarningCaseQuerySet = sent_to_him | handing_on | judging | following
    return waiting


def not_verified_by(cases: WarningCaseQuerySet, user: Any) -> WarningCaseQuerySet:
    """Narrow to the cases that this user neither verified nor typed in: only those are his to decide."""
    return cases.exclude(verified_by=user).exclude(typed_by=user)
