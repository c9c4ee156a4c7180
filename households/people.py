"""The people who answer for a village, and the households that were a monitor's on a past day."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from households.models import Account, Household, Member, MonitorAssignment
from households.models.assignments import households_of_monitor


def monitors_of_village(area: str, on: date) -> QuerySet[Account]:
    """Return the active monitors posted to a village (12-digit code) or assigned a household in it on a day."""
    posted = Account.objects.monitors(area, on).values("pk")
    assigned = MonitorAssignment.objects.valid_on(on).filter(area=area).values("monitor")
    return Account.objects.filter(Q(pk__in=posted) | Q(pk__in=assigned), is_active=True).order_by(
        "name", "username"
    )


def names_ever(household: Household) -> dict[str, str]:
    """Return the names, by key as text, of everybody who ever belonged to a household.

    A visit speaks of whoever lived there then, also of those who live elsewhere now.
    """
    records = Member.history.filter(household_id=household.pk).order_by("history_date", "history_id")
    return {str(pk): name for pk, name in records.values_list("id", "name")}


def household_then_of(user: Any, household: UUID, on: date) -> Household | None:
    """Return a household that was assigned to a monitor on a day, None for any other.

    A visit written without signal may arrive after the household was handed to somebody else.
    """
    return Household.objects.filter(pk=household, pk__in=households_of_monitor(user, on)).first()
