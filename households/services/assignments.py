"""Who answers for a household answers for what splits off from it, and for nothing once the household is closed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from households.models import HelperAssignment, Household, MonitorAssignment
from township.base.history import save_changes

MODELS = (MonitorAssignment, HelperAssignment)
DAY = timedelta(days=1)


def copy_assignments(old: Household, new: Household, *, by: Any, on: date, reason: str) -> None:
    """Give a new household the monitor and the helper of an old one, a stand-in and his days included, from `on` on."""
    for model in MODELS:
        lasting = model.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on), household=old)
        for row in lasting.order_by("valid_from"):
            # Another row with the same facts: the key is made anew.
            row.pk = model._meta.pk.get_default()
            row._state.adding = True
            row.household, row.area = new, new.area
            row.valid_from = max(row.valid_from, on)
            save_changes(row, by=by, reason=reason)


def end_assignments(household: Household, *, by: Any, on: date, reason: str) -> None:
    """End the monitor's and the helper's assignments of a household that is closed, with the day `on` as the last.

    The day itself is still theirs: a visit made that morning may arrive from the phone in the evening. One that has not
    begun ends the day before it would, as everywhere.
    """
    for model in MODELS:
        for row in model.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), household=household):
            row.valid_to = max(on, row.valid_from - DAY)
            save_changes(row, by=by, reason=reason[:200], fields=["valid_to"])
