"""Who answers for a household answers for what splits off from it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q

from households.models import HelperAssignment, Household, MonitorAssignment
from township.base.history import save_changes


def copy_assignments(old: Household, new: Household, *, by: Any, on: date, reason: str) -> None:
    """Give a new household the monitor and the helper of an old one, a stand-in and his days included, from `on` on."""
    for model in (MonitorAssignment, HelperAssignment):
        lasting = model.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on), household=old)
        for row in lasting.order_by("valid_from"):
            # Another row with the same facts: the key is made anew.
            row.pk = model._meta.pk.get_default()
            row._state.adding = True
            row.household, row.area = new, new.area
            row.valid_from = max(row.valid_from, on)
            save_changes(row, by=by, reason=reason)
