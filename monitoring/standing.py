"""Where households stand today: the state of the visit in force and the tags of the tier, for a page of rows."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from monitoring.models import TierAssignment, VisitTask


def current_statuses(ids: Collection[UUID], on: date) -> dict[UUID, str]:
    """Return the TaskStatus value of the task in force on a day, for each household that has one."""
    tasks = VisitTask.objects.filter(household__in=ids).in_force(on).with_status(on).order_by()
    return dict(tasks.values_list("household", "status"))


def current_tags(ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """Return the tags of each household's present tier (低保脱贫户 …); households without are absent."""
    present = TierAssignment.objects.filter(household__in=ids, valid_to__isnull=True).exclude(tags=[])
    return dict(present.order_by().values_list("household", "tags"))
