"""What the worker does for a draft: compare it and store the preview, then write exactly what was seen.

Each step may be cut off at any moment and is repeated by the next worker: a draft that has moved on in between is left
as it is, and the batch and the draft's last state are written in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied

from households.access import access_of
from households.importing.comparison import Choices, Comparison, Report, Task
from households.importing.kinds import ListKind, list_kinds
from households.importing.pipeline import Source, commit, compare_file
from households.importing.preview_lines import Preview
from households.importing.reading import Reading
from households.importing.result import MEANWHILE, ImportRefused
from households.models import ImportBatch, ImportDraft, PreviewLine
from households.services.known_files import first_imported_at, same_files
from households.services.waiting import take_over
from township.base import sealed
from township.base.batches import batches
from township.base.collector import collector_paused
from township.base.jobs import JobLost
from township.models import Job

BLOCK = 1000
STORED, WRITTEN = "整理预览", "写入"
CHANGED_SINCE = "预览之后系统里的数据有变化，已重新比对，尚未导入任何内容。请再看一遍预览，然后再导入。"
BROKEN = (
    "比对或导入时程序出错，没有写入任何内容。请重试；如仍然出错，请联系系统管理员查看后台任务的错误记录。"
)
MOST_ATTEMPTS = 3
CUT_OFF = (
    f"后台处理连续 {MOST_ATTEMPTS} 次被中断（多为内存不足或断电），没有写入任何内容。"
    "请按村把文件拆小后重新上传，或请系统管理员检查服务器内存。"
)
State = ImportDraft.State


@dataclass
class Work:
    """One draft in the hands of one worker, and the day on which it was asked for."""

    draft: ImportDraft
    job: Job
    on: date
    report: Report
    # Whether it is known, after comparing, what the township changed later than the file.
    is_dated: bool = False

    @property
    def kind(self) -> ListKind:
        return list_kinds[self.draft.kind]

    @property
    def task(self) -> Task:
        choices = Choices.from_json(self.draft.choices) if self.draft.choices else Choices()
        return Task(on=self.on, by=self.draft.by, choices=choices, report=self.report)

    def settle(self, state: str, **values: Any) -> None:
        """Give the draft its next state, if it is still this job's; raise JobLost where somebody else has it."""
        mine = ImportDraft.objects.filter(pk=self.draft.pk, job=self.job, state=self.draft.state)
        if not mine.update(state=state, **values):
            raise JobLost(str(self.job.pk))

    def compare(self, path: Path) -> Comparison:
        """Compare the file with the register as it is now. Raises ImportRefused, PermissionDenied."""
        access_of(self.draft.by).demand(self.kind.capability)
        reading = Reading.from_json(self.draft.reading)
        files = same_files(path, self.draft.sha256)
        task = replace(self.task, first_imported_at=first_imported_at(files, self.draft.kind, self.draft.by))
        comparison = compare_file(path, self.kind, task, file_name=self.draft.file_name, reading=reading)
        # An export that was edited knows each cell's former value.
        dated = task.changed_after(comparison.table.exported_at)
        self.is_dated = bool(self.kind.key_field) or dated is not None
        return comparison

    def store(self, preview: Preview, message: str = "") -> None:
        """Write the preview line by line; the draft is ready when the last stands there."""
        self.report(2, 4, STORED)
        PreviewLine.objects.filter(draft=self.draft).delete()
        for lines in batches(preview.lines(), BLOCK):
            for line in lines:
                line.draft = self.draft
            PreviewLine.objects.bulk_create(lines)
            self.report(2, 4, STORED)
        counts = preview.counts() | {"is_dated": self.is_dated}
        self.settle(State.READY, counts=counts, fingerprint=preview.fingerprint, message=message)


def compare_draft(job: Job, on: date, report: Report) -> dict[str, Any]:
    """Compare a draft and store its preview; it becomes ready, or failed with the reason."""
    with _at_work(job, State.COMPARING, on, report) as work:
        if work is not None:
            with _file(work) as path:
                work.store(Preview(work.compare(path), work.kind))
    return {}


def commit_draft(job: Job, on: date, report: Report) -> dict[str, Any]:
    """Import a draft if the comparison is still the one that was seen; else store the new one to be looked at."""
    with _at_work(job, State.IMPORTING, on, report) as work:
        if work is not None:
            with _file(work) as path:
                # An import of others in between is no reason to give up before comparing once more.
                if not _commit(work, path, retry=True):
                    _commit(work, path, retry=False)
    draft = ImportDraft.objects.filter(pk=job.payload["draft"]).first()
    return {"batch": str(draft.batch_id) if draft and draft.batch_id else None}


def _commit(work: Work, path: Path, *, retry: bool) -> bool:
    """Write, or store what has changed; False where others wrote in the middle of it and `retry` is left."""
    comparison = work.compare(path)
    preview = Preview(comparison, work.kind)
    for _line in preview.lines():
        pass
    if preview.fingerprint != work.draft.fingerprint:
        work.store(Preview(comparison, work.kind), CHANGED_SINCE)
        return True
    work.report(3, 4, WRITTEN)
    source = Source(file_name=work.draft.file_name, sha256=work.draft.sha256)
    try:
        commit(comparison, work.kind, work.task, source, also=_closing(work, path))
    except ImportRefused as refused:
        if retry and refused.message == MEANWHILE:
            return False
        raise
    return True


def _closing(work: Work, path: Path) -> Callable[[ImportBatch], None]:
    files = same_files(path, work.draft.sha256)

    def close(batch: ImportBatch) -> None:
        take_over(batch, files, by=work.draft.by)
        work.settle(State.DONE, batch=batch, message="")
        PreviewLine.objects.filter(draft=work.draft).delete()

    return close


@contextmanager
def _at_work(job: Job, state: str, on: date, report: Report) -> Iterator[Work | None]:
    """Give the work of the job, None where the draft has moved on; whatever fails is said on the draft."""
    found = ImportDraft.objects.select_related("by").filter(pk=job.payload["draft"], job=job, state=state)
    draft = found.first()
    if draft is None:
        yield None
        return
    work = Work(draft, job, on, report)
    # A file that kills its worker must not be taken up for ever: everything else would wait behind it.
    attempts = job.payload.get("attempts", 0) + 1
    Job.objects.filter(pk=job.pk).update(payload=job.payload | {"attempts": attempts})
    if attempts > MOST_ATTEMPTS:
        work.settle(State.FAILED, message=CUT_OFF)
        yield None
        return
    try:
        with collector_paused():
            yield work
    except JobLost:
        raise
    except ImportRefused as refused:
        work.settle(State.FAILED, message=refused.message)
    except PermissionDenied as denied:
        work.settle(State.FAILED, message=str(denied))
    except Exception:
        work.settle(State.FAILED, message=BROKEN)
        raise


@contextmanager
def _file(work: Work) -> Iterator[Path]:
    if not work.draft.file:
        raise ImportRefused("上传的文件已不在了，不能再比对。请重新上传。")
    try:
        with sealed.opened(work.draft.file) as path:
            yield path
    except sealed.UnreadableFile as unreadable:
        raise ImportRefused(str(unreadable)) from unreadable
