"""The clocks of the warnings as the pages show them: read once a request, the same for list, board and case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

from monitoring.admin.badges import state_badge
from monitoring.models import DeadlineSetting, WarningCase
from monitoring.models.warnings import WarningCaseQuerySet
from monitoring.services.workdays import deadlines_on, work_calendar
from monitoring.warning_clock import Colour, colour_of, due_of
from monitoring.workdays import WorkCalendar

Status = WarningCase.Status
# A sign of its own stands beside every colour (parts.css).
LOOKS = {
    Colour.NORMAL: "due",
    Colour.YELLOW: "due_soon",
    Colour.ORANGE: "late",
    Colour.RED: "overdue",
}


@dataclass(frozen=True)
class Clock:
    """The limits and the calendar in force on a day."""

    on: date
    setting: DeadlineSetting
    calendar: WorkCalendar

    def over(self, cases: WarningCaseQuerySet) -> WarningCaseQuerySet:
        """Return the cases with their `colour`, for counting and filtering."""
        return cases.with_clock(self.on, self.setting, self.calendar)

    def due(self, case: WarningCase) -> date | None:
        """Return the last day of the present step; None where nothing is left to do."""
        return due_of(case, self.setting, self.calendar)

    def state(self, case: WarningCase) -> SafeString:
        """Return the badge of a case: its state in the colour of the clock, and in words what the clock says."""
        return case_state(case, self.due(case), self.on)


def clock_of(request: HttpRequest) -> Clock:
    """Return today's clock, read once for a request (two queries)."""
    known: Clock | None = getattr(request, "_warning_clock", None)
    if known is None:
        on = timezone.localdate()
        known = Clock(on, deadlines_on(on), work_calendar())
        request._warning_clock = known  # type: ignore[attr-defined]
    return known


def case_state(case: Any, due: date | None, on: date) -> SafeString:
    """Return the badge of a case whose present step is due on a day."""
    colour = colour_of(due, on)
    label = str(case.get_status_display())
    if case.status == Status.REPLIED:
        return state_badge("done", label)
    words = clock_words(due, on)
    return state_badge(LOOKS[colour], f"{label} {words}" if words else label)


def clock_words(due: date | None, on: date) -> str:
    """Return what the clock says beside its colour: 超期 3 天, 今天到期, 明天到期; nothing while there is time."""
    colour = colour_of(due, on)
    if due is None or colour is Colour.NORMAL:
        return ""
    days = (due - on).days
    if days < 0:
        return f"超期 {-days} 天"
    return ("今天到期", "明天到期", "后天到期")[days]
