"""Which cycle is planned on a day: a new one takes over where a period of both begins, so no day has two or none."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from monitoring.models import VisitCycle
from monitoring.schedule import period_for, switch_day
from township.base.dates import Period


class Cycles:
    """The visit cycles of every tier, read once; `without` leaves out one that is about to be written anew."""

    def __init__(self, without: VisitCycle | None = None) -> None:
        self._rows: dict[str, list[VisitCycle]] = defaultdict(list)
        for cycle in VisitCycle.objects.order_by("valid_from"):
            if without is not None and cycle.pk == without.pk:
                continue
            self._rows[cycle.tier].append(cycle)

    def planned_on(self, on: date) -> dict[str, VisitCycle]:
        """Return the cycle that is planned on a day for each tier that has one."""
        found = {tier: _planned(rows, on) for tier, rows in self._rows.items()}
        return {tier: cycle for tier, cycle in found.items() if cycle}

    def periods(self, on: date) -> dict[str, tuple[VisitCycle, Period]]:
        """Return for each tier the cycle planned on a day, and its period that contains the day."""
        return {tier: (cycle, period_for(cycle.months, on)) for tier, cycle in self.planned_on(on).items()}


def _planned(rows: list[VisitCycle], on: date) -> VisitCycle | None:
    present: VisitCycle | None = None
    for cycle in rows:
        begins = (
            cycle.valid_from
            if present is None
            else switch_day(cycle.valid_from, cycle.months, present.months)
        )
        if begins <= on:
            present = cycle
    return present
