"""Takes back what lists of visits and warnings brought: rows that nobody has touched since go, the others stay."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q

from households.importing.undo import KeptRow, Tracked
from households.models import ImportBatch
from monitoring.models import Measure, Visit, VisitTask, WarningBatch, WarningCase, WarningRepeat
from monitoring.services import fulfilment
from township.base.batches import batches

VOIDED = "导入之后已作废，作废记录保留。"
USED = "导入之后加了照片或线索，保留。"
CONFIRMED = "导入之后已确认人员，保留。"
MOVED_ON = "导入之后已经办理，保留。"
PUSHED_AGAIN = "其他月份的名单又推送了这一条，保留。要撤销，请先撤销那一批。"

MEASURE = Tracked(
    model=Measure,
    subject=lambda measure: (
        f"{measure.household.village.name} {measure.household.head_name}户 {measure.title}"
    ),
    names=("household__village",),
    owner="household_id",
)


def undo_visits(batch: ImportBatch, by: Any, at: datetime) -> tuple[int, list[KeptRow]]:
    """Remove a batch's visits, and let tasks and last visits follow; what was voided, or has a photo or clue, stays."""
    used = Q(photos__isnull=False) | Q(clue__isnull=False)
    rows = Visit.objects.filter(import_batch=batch).order_by()
    kept = [
        KeptRow("走访", f"{visit.household.village.name} {visit.household.head_name}户 {visit}", reason)
        for reason, stays in (
            (VOIDED, rows.filter(voided_at__isnull=False)),
            (USED, rows.standing().filter(used).distinct()),
        )
        for visit in stays.select_related("household__village").order_by("visited_on", "pk")
    ]
    free = rows.standing().exclude(used)
    households: set[UUID] = set()
    removed = 0
    for chunk in batches(list(free.values_list("pk", "household_id"))):
        keys = [key for key, _household in chunk]
        households |= {household for _key, household in chunk}
        VisitTask.objects.filter(fulfilled_by__in=keys).update(fulfilled_by=None, fulfilled_on=None)
        removed += Visit.objects.filter(pk__in=keys).delete()[0]
    fulfilment.refresh(households)
    return removed, kept


def undo_warnings(batch: ImportBatch, by: Any, at: datetime) -> tuple[int, list[KeptRow]]:
    """Remove a batch's warnings and the lines that repeated others; warnings of which somebody has said whom they mean,
    which have moved on, or which another month's list repeats, stay.
    """
    removed = WarningRepeat.objects.filter(batch__import_batch=batch).delete()[0]
    rows = WarningCase.objects.filter(batch__import_batch=batch)
    untouched = Q(status=WarningCase.Status.RECEIVED) & (
        Q(confirmed_at__isnull=True) | Q(confirmed_at=F("created_at"))
    )
    again = Exists(WarningRepeat.objects.filter(case=OuterRef("pk")))
    kept = [
        KeptRow("部门预警", f"{case.code} {case.person_name}", reason)
        for reason, stays in (
            (CONFIRMED, rows.exclude(untouched).filter(confirmed_at__isnull=False)),
            (MOVED_ON, rows.exclude(untouched).filter(confirmed_at__isnull=True)),
            (PUSHED_AGAIN, rows.filter(untouched & again)),
        )
        for case in stays.order_by("code")
    ]
    removed += rows.filter(untouched & ~again).delete()[0]
    if not kept:
        WarningBatch.objects.filter(import_batch=batch).delete()
    return removed, kept
