"""Open warnings follow the people and the households they are about: another monitor, another household.

The same rule as for tasks: whoever is assigned on the day of the deadline verifies; nobody there, and the case waits
at the station to be assigned anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from households.models import Member
from monitoring.models import WarningCase
from monitoring.models.warnings import WarningCaseQuerySet
from monitoring.services.responsible import Responsible
from monitoring.services.warning_moves import NOT_SENT, move_all
from monitoring.workflows.warning import REASSIGN, RELEASE
from township.base.batches import batches

WITH_THE_HOUSEHOLD = "监测员调整，预警移交"
NOBODY_THERE = "农户暂无监测员，待重新派发"


def follow_monitors(
    household_ids: Iterable[UUID], *, on: date, cases: WarningCaseQuerySet | None = None
) -> int:
    """Give the households' cases that wait to be verified to whoever is responsible now; return how many moved.

    `cases` narrows to some of them.
    """
    moved = 0
    waiting = (WarningCase.objects.all() if cases is None else cases).to_verify()
    for ids in batches(household_ids):
        responsible = Responsible.of(ids, on)
        wanted: dict[UUID | None, list[UUID]] = defaultdict(list)
        rows = waiting.filter(household__in=ids, household__closed_on__isnull=True)
        for pk, household, due, monitor in rows.order_by().values_list(
            "pk", "household_id", "due_on", "monitor_id"
        ):
            right = responsible.for_task(household, due)
            if right != monitor:
                wanted[right].append(pk)
        moved += sum(
            give(WarningCase.objects.filter(pk__in=keys), who, on=on) for who, keys in wanted.items()
        )
    return moved


def release_from(leaving: UUID, *, on: date) -> int:
    """Take from somebody who leaves what he was to verify: to the households' monitors, else back to the station."""
    rows = WarningCase.objects.to_verify().filter(monitor=leaving)
    moved = follow_monitors(
        rows.filter(household__isnull=False).order_by().values_list("household", flat=True).distinct(), on=on
    )
    return moved + give(rows, None, on=on)


def settle_with_people(cases: WarningCaseQuerySet) -> int:
    """Bring the open ones of some cases to the household in which their person lives now; return how many moved."""
    now_in = Member.objects.filter(pk=OuterRef("member"))
    strayed = cases.open().filter(member__isnull=False).exclude(household=F("member__household"))
    keys = list(strayed.order_by().values_list("pk", flat=True))
    for some in batches(keys):
        WarningCase.objects.filter(pk__in=some).update(
            household=Subquery(now_in.values("household")[:1]), area=Subquery(now_in.values("area")[:1])
        )
    return len(keys)


def give(cases: WarningCaseQuerySet, monitor: UUID | None, *, on: date, by: Any = None) -> int:
    """Give cases that wait to be verified to a monitor, or (None) back to the station; return how many moved.

    Deadlines stay. The caller has asked for the right, and decides in the same transaction who is meant.
    """
    at = timezone.now()
    if monitor is None:
        return len(move_all(cases, RELEASE, by=by, on=on, at=at, note=NOBODY_THERE, **NOT_SENT))
    name = get_user_model()._default_manager.values_list("name", flat=True).get(pk=monitor)
    words = f"{WITH_THE_HOUSEHOLD}{name}"
    return len(move_all(cases, REASSIGN, by=by, on=on, at=at, note=words, monitor_id=monitor))
