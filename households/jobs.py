"""Imports in the worker: comparing, writing, marking, and the clearing away of what was kept for a while."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from households.services.draft_work import commit_draft, compare_draft
from households.services.drafts import COMMIT, PREVIEW
from households.services.expiry import clear
from households.services.marked import MARKED, make_marked
from households.services.undoing import UNDO, carry_out
from township.base.jobs import Report, enqueue, job_kind, recurring
from township.models import Job

EXPIRY = "import_expiry"


@job_kind(PREVIEW, is_long=True)
def preview(job: Job, report: Report) -> dict[str, Any]:
    """Compare a draft with the register and store its preview."""
    return compare_draft(job, _day_of(job), report)


@job_kind(COMMIT, is_long=True)
def import_draft(job: Job, report: Report) -> dict[str, Any]:
    """Import a draft whose preview was seen."""
    return commit_draft(job, _day_of(job), report)


@job_kind(MARKED, is_long=True)
def mark_file(job: Job, report: Report) -> dict[str, Any]:
    """Mark the file of a draft or batch."""
    return make_marked(job, _day_of(job), report)


@job_kind(UNDO, is_long=True)
def undo_import(job: Job, report: Report) -> dict[str, Any]:
    """Take a batch back, or find out what would stay."""
    return carry_out(job, report)


@job_kind(EXPIRY)
def clear_away(job: Job, report: Report) -> dict[str, Any]:
    """Drop old drafts and delete the files whose time is over."""
    return clear(timezone.now())


@recurring
def enqueue_expiry(now: datetime) -> None:
    """Queue it once a day."""
    key = f"{EXPIRY}:{timezone.localdate(now)}"
    if not Job.objects.filter(unique_key=key).exists():
        enqueue(EXPIRY, unique_key=key)


def _day_of(job: Job) -> date:
    """The day on which the person asked, whenever the worker comes to it."""
    return date.fromisoformat(job.payload["on"])
