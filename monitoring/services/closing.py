"""What follows when a household is closed: nobody visits it any more."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from households.models import Household
from monitoring.models import VisitTask
from monitoring.services.planning import CLOSED


def void_running_tasks(household: Household, on: date) -> None:
    """Void the unfulfilled tasks whose period is not over on the day; what was missed before stays missed."""
    running = VisitTask.objects.filter(
        household=household, period_end__gte=on, fulfilled_by__isnull=True, voided_at__isnull=True
    )
    running.update(voided_at=timezone.now(), void_reason=CLOSED)
