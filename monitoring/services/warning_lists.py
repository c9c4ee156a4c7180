"""What is done with all that one department's list brought."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from households.models import ImportBatch
from monitoring.models import WarningCase
from monitoring.models.warnings import WarningCaseQuerySet
from monitoring.services.warning_assign import Assigned, assign


def cases_of(batch: ImportBatch) -> WarningCaseQuerySet:
    """Return the warnings that an import brought."""
    cases: WarningCaseQuerySet = WarningCase.objects.filter(batch__import_batch=batch)
    return cases


def assign_list(
    batch: ImportBatch, *, by: Any, on: date, at: datetime, due_on: date | None = None
) -> Assigned:
    """Send the warnings of an import to the monitors of their households, until `due_on` (None: as the limits say).

    Whoever is not in the register, or has no monitor, waits on. Raises Refused for a day that is past or too late,
    PermissionDenied without ASSIGN_WARNING.
    """
    return assign(cases_of(batch), by=by, on=on, at=at, due_on=due_on)
