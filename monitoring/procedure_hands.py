"""Whose turn it is: the procedures that wait for a person's own hand, and those that are late."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

from django.db.models import Q

from households.access import Capability
from monitoring.models import DeadlineSetting, Procedure
from monitoring.models.procedures import ProcedureQuerySet
from monitoring.workdays import WorkCalendar

Status = Procedure.Status
DAY = timedelta(days=1)


def procedures_waiting_for(user: Any, on: date) -> ProcedureQuerySet:
    """Return the procedures (件) whose next step this user may take today.

    A publicity that still runs waits for nobody, and what somebody verified or typed himself never waits for his
    approval.
    """
    rows = Procedure.objects
    at_village = Q(status__in=(Status.OPENED, Status.CHECKED, Status.REVIEWED, Status.RETURNED))
    publicised = Q(status=Status.PUBLICISED, publicity_to__lt=on)
    recording = rows.within(user, Capability.RECORD_PROCEDURE).filter(at_village | publicised)
    deciding = (
        rows.within(user, Capability.DECIDE_WARNING).filter(status=Status.SUBMITTED).not_checked_by(user)
    )
    county = rows.within(user, Capability.RECORD_COUNTY).filter(status__in=(Status.APPROVED, Status.DECIDED))
    waiting: ProcedureQuerySet = recording | deciding | county
    return waiting


def late_procedures(
    rows: ProcedureQuerySet, on: date, limits: DeadlineSetting, calendar: WorkCalendar
) -> ProcedureQuerySet:
    """Narrow to open procedures whose present step or whole is over its day: rules/procedure_clock.py in SQL."""
    begun_before = partial(_begun_before, on)
    opened = calendar.latest_start(limits.check_workdays, on - DAY)
    over: ProcedureQuerySet = rows.open().filter(
        begun_before(limits.total_days)
        | Q(status=Status.OPENED, opened_on__lte=opened)
        | Q(status__in=(Status.CHECKED, Status.REVIEWED))
        & begun_before(limits.total_days - limits.publicity_days - 1)
        | Q(status=Status.PUBLICISED, publicity_to__lt=on - DAY)
    )
    return over


def _begun_before(on: date, days: int) -> Q:
    """What began, by its clue or its opening, more than so many days before."""
    cut = on - timedelta(days=days)
    return Q(opened_on__lt=cut) | Q(clue__found_on__lt=cut)
