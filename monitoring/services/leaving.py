"""What follows when a person leaves: nobody waits for his visits and verifications any more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from households.models import Household
from monitoring.models import VisitTask
from monitoring.services.handover import follow_assignments
from monitoring.services.planning import lock_townships
from monitoring.services.warning_follow import release_from


def release_tasks(leaving: Any, households: Iterable[Household], on: date) -> None:
    """Give his running tasks, those handed to him singly too, to whoever is assigned from the day `on`, or nobody.

    What he was to verify goes the same way; where nobody is assigned, it waits at the station to be assigned anew.

    `households` are those he was assigned to. The townships are locked as planning does, so that no plan made at
    the same time still names him.
    """
    running = VisitTask.objects.filter(
        monitor_id=leaving.pk, period_end__gte=on, fulfilled_by__isnull=True, voided_at__isnull=True
    ).order_by()
    lock_townships({household.area for household in households} | set(running.values_list("area", flat=True)))
    follow_assignments(sorted(set(running.values_list("household_id", flat=True))), on=on)
    release_from(leaving.pk, on=on)
