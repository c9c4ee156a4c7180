"""Whose task it is: that of the monitor assigned to the household on the task's due day, or today once that is past.

One rule for planning, handing over, leave and return: a task due during a leave is the stand-in's, one due after it
stays with the monitor who comes back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Self
from uuid import UUID

from django.db.models import Q

from households.models import MonitorAssignment
from households.models.postings import DatedQuerySet
from township.base.batches import batches

Span = tuple[date, date | None, UUID]


class Responsible:
    """The monitors of some households, from a day on."""

    def __init__(self, on: date) -> None:
        self.day = on
        self._spans: dict[UUID, list[Span]] = defaultdict(list)

    @classmethod
    def in_area(cls, prefix: str, on: date) -> Self:
        """Read the assignments of an area by one query."""
        self = cls(on)
        self._read(MonitorAssignment.objects.in_area(prefix))
        return self

    @classmethod
    def of(cls, household_ids: Iterable[UUID], on: date) -> Self:
        """Read the assignments of the households."""
        self = cls(on)
        for ids in batches(household_ids):
            self._read(MonitorAssignment.objects.filter(household__in=ids))
        return self

    def on(self, household_id: UUID, day: date) -> UUID | None:
        """Return the monitor assigned to a household on a day (not before the day this was read for)."""
        spans = self._spans.get(household_id, ())
        return next((who for start, end, who in spans if start <= day and (end is None or day <= end)), None)

    def for_task(self, household_id: UUID, due_on: date) -> UUID | None:
        """Return the monitor whose task it is."""
        return self.on(household_id, max(due_on, self.day))

    def _read(self, assignments: DatedQuerySet) -> None:
        lasting = assignments.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=self.day)).order_by()
        for household, *span in lasting.values_list("household_id", "valid_from", "valid_to", "monitor_id"):
            self._spans[household].append((span[0], span[1], span[2]))
