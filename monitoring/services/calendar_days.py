"""Entering the days on which offices work or not, and telling where the calendar has none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from households.access import Capability, access_of
from monitoring.models import CalendarDay, WarningBatch
from township.base.dates import add_months
from township.base.history import save_changes


class DayRefused(Exception):
    """A day that is not written; the message is for the user."""


@dataclass(frozen=True, slots=True)
class OpenYear:
    """A year whose working days are not known for sure: nothing entered, or not announced yet."""

    year: int
    is_empty: bool


def demand_day(row: CalendarDay, *, on: date) -> None:
    """Raise DayRefused where deadlines have already been counted over the day, seen from the day `on`.

    A past day may still be entered as long as no department's list had been received by then.
    """
    days = {row.day}
    if not row._state.adding:
        days.add(CalendarDay.objects.values_list("day", flat=True).get(pk=row.pk))
    past = [day for day in days if day < on]
    if past and WarningBatch.objects.filter(received_on__lte=max(past)).exists():
        raise DayRefused(
            f"{min(past)} 已经过去，当时的办理时限已按原来的日历计算，不能追改。请只登记今天（{on}）及以后的日期。"
        )


def add_day(row: CalendarDay, *, by: Any, on: date) -> None:
    """Enter a day; raise PermissionDenied without MANAGE_SETTINGS, DayRefused as `demand_day` does."""
    _write(row, by=by, on=on, reason=f"新增：{row.document}")


def change_day(row: CalendarDay, *, by: Any, on: date) -> None:
    """Correct a day; raise PermissionDenied without MANAGE_SETTINGS, DayRefused as `demand_day` does."""
    _write(row, by=by, on=on, reason=f"更正：{row.document}")


def open_years(on: date) -> list[OpenYear]:
    """Return which of the years of this month and the next are without days, or with days not yet announced."""
    found: list[OpenYear] = []
    for year in sorted({on.year, add_months(on.replace(day=1), 1).year}):
        announced = list(CalendarDay.objects.filter(day__year=year).values_list("is_announced", flat=True))
        if not all(announced) or not announced:
            found.append(OpenYear(year, is_empty=not announced))
    return found


def _write(row: CalendarDay, *, by: Any, on: date, reason: str) -> None:
    access_of(by).demand(Capability.MANAGE_SETTINGS)
    with transaction.atomic():
        demand_day(row, on=on)
        save_changes(row, by=by, reason=reason)
