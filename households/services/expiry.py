"""How long files and half-done imports are kept, and the clearing away of what is over."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from households.importing.result import ImportRefused
from households.models import ImportDraft, PreviewLine
from households.services.drafts import FOLDER as UPLOADS
from households.services.drafts import OPEN, discard
from households.services.marked import FOLDER as MARKED_FILES
from households.services.marked import MARKED
from township.base import sealed
from township.models import Job

DRAFT_DAYS = timedelta(days=7)
ORIGINAL_DAYS = timedelta(days=90)
MARKED_DAYS = timedelta(days=1)
State = ImportDraft.State


def clear(now: datetime) -> dict[str, int]:
    """Clear away what is over at a moment and return how many of each.

    Drafts that nobody finished within 7 days, originals 90 days after their import, marked files after a day, preview
    lines of drafts that are closed, and files that belong to nothing (a crash between file and row).
    """
    return {
        "drafts": _drop_drafts(now),
        "originals": _delete_originals(now),
        "marked": _delete_marked(now),
        "lines": PreviewLine.objects.filter(draft__state__in=(State.DONE, State.DROPPED)).delete()[0],
        "orphans": _delete_orphans(now),
    }


def _drop_drafts(now: datetime) -> int:
    dropped = 0
    for draft in ImportDraft.objects.filter(state__in=(*OPEN, State.COMPARING), at__lt=now - DRAFT_DAYS):
        with suppress(ImportRefused):  # its owner was faster
            discard(draft)
            dropped += 1
    return dropped


def _delete_originals(now: datetime) -> int:
    before = now - ORIGINAL_DAYS
    over = ImportDraft.objects.filter(state=State.DONE).exclude(file="")
    return _forget_files(over.filter(Q(batch__at__lt=before) | Q(batch__isnull=True, at__lt=before)))


def _forget_files(drafts: QuerySet[ImportDraft]) -> int:
    names = list(drafts.values_list("pk", "file"))
    for key, name in names:
        ImportDraft.objects.filter(pk=key).update(file="")
        sealed.delete(name)
    return len(names)


def _delete_marked(now: datetime) -> int:
    over = Job.objects.filter(
        kind=MARKED, status__in=(Job.Status.DONE, Job.Status.FAILED), finished_at__lt=now - MARKED_DAYS
    )
    for job in over:
        with transaction.atomic():
            job.delete()  # so that it can be asked for again
        if name := job.result.get("file"):
            sealed.delete(name)
    return len(over)


def _delete_orphans(now: datetime) -> int:
    before = now - MARKED_DAYS
    known = set(ImportDraft.objects.exclude(file="").values_list("file", flat=True))
    known |= {name for name in Job.objects.filter(kind=MARKED).values_list("result__file", flat=True) if name}
    orphans = [
        name
        for folder in (UPLOADS, MARKED_FILES)
        for name in sealed.names(folder, before=before)
        if name not in known
    ]
    for name in orphans:
        sealed.delete(name)
    return len(orphans)
