"""Takes back what lists of visits and warnings brought: rows that nobody has touched since go, the others stay."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q

from households.importing.undo import KeptRow, Tracked
from households.models import ImportBatch
from monitoring.models import (
    Measure,
    Procedure,
    Visit,
    VisitTask,
    WarningBatch,
    WarningCase,
    WarningRepeat,
    WarningStep,
)
from monitoring.models.warnings import WarningCaseQuerySet
from monitoring.services import fulfilment
from monitoring.workflows.warning import ASSIGN, REASSIGN, RELEASE
from township.base.batches import batches

VOIDED = "导入之后已作废，作废记录保留。"
USED = "导入之后加了照片或线索，保留。"
CONFIRMED = "导入之后已确认人员，保留。"
MOVED_ON = "导入之后已经办理，保留。"
PUSHED_AGAIN = "其他月份的名单又推送了这一条，保留。要撤销，请先撤销那一批。"
NAMED = "另一件预警已认定为重复于这一件，保留。要撤销，请先撤回那一件的认定。"

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
    """Remove a batch's warnings and the lines that repeated others; warnings stay of which somebody has said whom they
    mean, with which somebody has done something, which another month's list repeats, or which a verdict names.

    That the import itself sent them out, or the system moved them between monitors, is nobody's work.
    """
    removed = WarningRepeat.objects.filter(batch__import_batch=batch).delete()[0]
    rows = WarningCase.objects.filter(batch__import_batch=batch)
    # Held, so that nobody takes a step on a case that is found untouched here.
    keys = list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    kept: dict[UUID, KeptRow] = {}
    for reason, stays in _reasons_to_stay(rows):
        for pk, code, name in stays.order_by("code").values_list("pk", "code", "person_name"):
            kept.setdefault(pk, KeptRow("部门预警", f"{code} {name}", reason))
    for chunk in batches([pk for pk in keys if pk not in kept]):
        # The steps that go with their case are no rows of the list.
        removed += WarningCase.objects.filter(pk__in=chunk).delete()[1][WarningCase._meta.label]
    if not kept:
        WarningBatch.objects.filter(import_batch=batch).delete()
    return removed, list(kept.values())


def _reasons_to_stay(rows: WarningCaseQuerySet) -> Iterator[tuple[str, WarningCaseQuerySet]]:
    """Yield each reason for which some cases of a batch stay, with those cases; a case may have several."""
    by_system = Q(by__isnull=True, action__in=(REASSIGN, RELEASE))
    sent_by_import = Q(action=ASSIGN, at=F("case__batch__import_batch__at"))
    worked = WarningStep.objects.filter(case=OuterRef("pk")).exclude(by_system | sent_by_import)
    begun = Procedure.objects.filter(warning=OuterRef("pk"))
    yield CONFIRMED, rows.filter(confirmed_at__isnull=False).exclude(confirmed_at=F("created_at"))
    untaken = Q(status__in=(WarningCase.Status.RECEIVED, WarningCase.Status.ASSIGNED))
    yield MOVED_ON, rows.filter(~untaken | Exists(worked) | Exists(begun))
    yield PUSHED_AGAIN, rows.filter(Exists(WarningRepeat.objects.filter(case=OuterRef("pk"))))
    yield NAMED, rows.filter(Exists(WarningCase.objects.filter(duplicate_of=OuterRef("pk"))))
