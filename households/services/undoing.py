"""Undoing an import as a person asks for it: tried out first, without writing, or done by the worker."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from households.access import Capability, access_of
from households.importing.comparison import Report
from households.importing.result import ImportRefused
from households.importing.undo import UndoResult, undo
from households.models import ImportBatch
from township.base.jobs import enqueue
from township.models import Job

UNDO = "import_undo"
# As many kept rows are told before the undoing; afterwards they stand in the batch.
LISTED = 200
REASON_LENGTH = 100


def request(batch: ImportBatch, *, by: Any, on: date, reason: str = "", only_try: bool = False) -> Job:
    """Let the worker take the batch back, or only find out what would stay as it is.

    Raises ImportRefused (undone already, no reason) and PermissionDenied.
    """
    access_of(by).demand(Capability.IMPORT, batch.area)
    if batch.undone_at is not None:
        raise ImportRefused("这一批已经撤销，不能再撤销一次。如需恢复，请重新导入原文件。")
    if not only_try and not reason.strip():
        raise ImportRefused("请写明为什么撤销，例如“用错了上个月的名单”。")
    return enqueue(
        UNDO,
        owner=by,
        batch=str(batch.pk),
        on=str(on),
        reason=reason.strip()[:REASON_LENGTH],
        only_try=only_try,
    )


def last_request(batch: ImportBatch, *, by: Any) -> Job | None:
    """Return this person's last request to take the batch back or to try it, None where there is none."""
    return Job.objects.visible_to(by).filter(kind=UNDO, payload__batch=str(batch.pk)).first()


def carry_out(job: Job, report: Report) -> dict[str, Any]:
    """Take the batch of a request back, or try; return the counts and what stays, or {"refused": why}."""
    batch = ImportBatch.objects.get(pk=job.payload["batch"])
    only_try = job.payload["only_try"]
    try:
        with transaction.atomic():
            result = undo(
                batch,
                by=job.owner,
                on=date.fromisoformat(job.payload["on"]),
                reason=job.payload["reason"],
                report=report,
            )
            transaction.set_rollback(only_try)
    except ImportRefused as refused:
        return {"refused": refused.message}
    except PermissionDenied as denied:
        return {"refused": str(denied)}
    return _told(result)


def _told(result: UndoResult) -> dict[str, Any]:
    return {**result.counts(), "kept_rows": [asdict(row) for row in result.kept[:LISTED]]}
