"""Takes an import back: its rows return to what they were, except what was changed since, which is listed.

A kind of list with tables without history adds a function to `undoers`, tracked tables go into `tracked_models`;
higher floors do both in `AppConfig.ready()`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from households.access import AREA_DIGITS, Capability, scope_for
from households.audit import COMMAND_LINE, record
from households.importing.comparison import Report
from households.importing.pipeline import reason_of
from households.importing.result import ImportRefused
from households.importing.undoing.changed import PutBack
from households.importing.undoing.created import Created, Removal
from households.importing.undoing.tracked import KeptField, KeptRow, Tracked, tracked_models
from households.importing.undoing.trail import Trail
from households.models import AccessLog, Division, ImportBatch, WaitingRow

__all__ = ["KeptField", "KeptRow", "Tracked", "UndoResult", "after_undo", "tracked_models", "undo", "undoers"]

Undoer = Callable[[ImportBatch, Any, datetime], tuple[int, list[KeptRow]]]
MEANWHILE = "撤销期间有人修改了同一批数据，本次没有撤销任何内容。请稍后再试。"
LONGEST_REASON = 120
# As many kept rows stand in the batch, for its page; a command prints all of them.
LISTED = 1000

# Takes back what a kind of list wrote into tables without history: returns the rows removed, and what stays.
undoers: list[Undoer] = []
# What a higher floor does in the same transaction after the rows are back: functions (batch, by, moment of undoing).
after_undo: list[Callable[[ImportBatch, Any, datetime], None]] = []


@dataclass
class UndoResult:
    """Rows that returned to what they were, created rows removed, and what stays as it is, wholly or in some fields."""

    restored: int = 0
    removed: int = 0
    kept: list[KeptRow] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """The object of contract.md."""
        return {"restored": self.restored, "removed": self.removed, "kept": len(self.kept)}


def undo(
    batch: ImportBatch,
    *,
    by: Any,
    by_name: str = "",
    on: date,
    reason: str = "",
    report: Report = lambda done, total, text: None,
) -> UndoResult:
    """Take a batch back, in one transaction; batches may be undone in any order.

    `by` needs the right to import into the batch's area on the day `on` (None: the operating system's user, named by
    `by_name`). Raises PermissionDenied, and ImportRefused when it was undone already or somebody wrote meanwhile.
    """
    if by is not None:
        scope_for(by, on).demand(Capability.IMPORT, batch.area)
    who = (by_name or (str(by) if by is not None else COMMAND_LINE))[:80]
    at = timezone.now()
    try:
        with transaction.atomic():
            _take(batch, who, at)
            result = _undo(batch, by, at, _history_reason(batch, reason), report)
            for follow in after_undo:
                follow(batch, by, at)
            _settle_waiting(batch, who, at)
            counts = result.counts()
            listed = [asdict(row) for row in result.kept[:LISTED]]
            ImportBatch.objects.filter(pk=batch.pk).update(
                undo_counts={**counts, "reason": reason, "kept_rows": listed}
            )
            record(
                AccessLog.Action.IMPORT,
                by=by,
                by_name=by_name,
                area=f"{batch.area:0<{AREA_DIGITS}}" if batch.area else "",
                target=f"撤销{reason_of(batch)}",
                rows=result.restored + result.removed,
                file=batch.file_name,
                counts=counts,
                reason=reason,
            )
    except IntegrityError as error:
        raise ImportRefused(MEANWHILE) from error
    batch.refresh_from_db(fields=["undone_at", "undone_by_name", "undo_counts"])
    return result


def _take(batch: ImportBatch, who: str, at: datetime) -> None:
    """Mark the batch as undone; of two people who undo it at once, one gets here."""
    # The rows of the townships are the lock that imports take too.
    list(
        Division.objects.select_for_update()
        .in_area(batch.area)
        .filter(level=Division.Level.TOWNSHIP)
        .order_by("area")
    )
    free = ImportBatch.objects.filter(pk=batch.pk, undone_at__isnull=True)
    if not free.update(undone_at=at, undone_by_name=who):
        done = ImportBatch.objects.get(pk=batch.pk)
        when = timezone.localtime(done.undone_at)
        raise ImportRefused(
            f"这一批已由{done.undone_by_name}于 {when:%Y-%m-%d %H:%M} 撤销，不能再撤销一次。"
            "如需恢复，请重新导入原文件。"
        )


def _history_reason(batch: ImportBatch, reason: str) -> str:
    """Begins as the import's own reason does: to put back what was there is no change of the township's."""
    return f"{reason_of(batch)} 撤销{f'：{reason}' if reason else ''}"[:LONGEST_REASON]


def _undo(batch: ImportBatch, by: Any, at: datetime, reason: str, report: Report) -> UndoResult:
    """Go the opposite way of the import: what it created goes first, then what it changed returns, then its places."""
    result = UndoResult()
    total = len(tracked_models) + 3
    for undoer in undoers:
        removed, kept = undoer(batch, by, at)
        result.removed += removed
        result.kept += kept
    report(1, total, "撤销")
    heads: dict[UUID, str] = {}
    trails = {tracked.model: Trail(tracked, batch) for tracked in tracked_models}
    people, places = (
        [Created(t, trails[t.model]) for t in tracked_models if t.is_place == is_place]
        for is_place in (False, True)
    )
    removal = Removal(by, at, reason, heads)
    removal.run(people)
    report(2, total, "撤销")
    for step, tracked in enumerate(reversed(tracked_models), start=3):
        back = PutBack(tracked, trails[tracked.model], by, at, reason, heads)
        back.run()
        result.restored += back.restored
        result.kept += back.kept
        report(step, total, "撤销")
    removal.run_places(places)
    result.removed += removal.removed
    result.kept += removal.kept
    report(total, total, "撤销")
    return result


def _settle_waiting(batch: ImportBatch, who: str, at: datetime) -> None:
    """Drop the rows that waited in the batch; what it corrected or took over waits again, where it still can."""
    batch_rows = WaitingRow.objects.filter(batch=batch, state=WaitingRow.State.WAITING)
    batch_rows.update(state=WaitingRow.State.DROPPED, settled_at=at, settled_by_name=who)
    corrected = WaitingRow.objects.filter(settled_in=batch, batch__undone_at__isnull=True)
    corrected.update(state=WaitingRow.State.WAITING, settled_at=None, settled_by_name="", settled_in=None)
