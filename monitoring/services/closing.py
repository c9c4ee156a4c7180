"""What follows when a household is closed: nobody visits it any more, and nobody decides about its tier."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from households.models import Household
from monitoring.models import TierProposal, VisitTask
from monitoring.services.planning import CLOSED


def void_running_tasks(household: Household, on: date) -> None:
    """Void the unfulfilled tasks whose period is not over on the day; what was missed before stays missed."""
    running = VisitTask.objects.filter(
        household=household, period_end__gte=on, fulfilled_by__isnull=True, voided_at__isnull=True
    )
    running.update(voided_at=timezone.now(), void_reason=CLOSED)


def outdate_proposals(household: Household, on: date) -> None:
    """Take the open proposal of a tier out of the list of what is to be confirmed, where it could not be."""
    open_ones = TierProposal.objects.open().filter(household=household)
    open_ones.update(status=TierProposal.Status.OUTDATED)
