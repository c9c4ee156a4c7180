"""The person's own workbook, marked: made by the worker, sealed, fetched by whoever asked for it, gone a day later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path, PurePath
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from households.access import Capability, access_of
from households.audit import record
from households.importing.comparison import Choices, Report, Task
from households.importing.county import is_county_file
from households.importing.kinds import list_kinds
from households.importing.marking import Marks, marks_of, write_marked
from households.importing.pipeline import compare_file
from households.importing.read import read_table
from households.importing.reading import Reading
from households.importing.result import ImportRefused, Problem
from households.importing.table import Table
from households.models import AccessLog, ImportBatch, ImportDraft, ImportProblem, WaitingRow
from households.services.known_files import first_imported_at, same_files
from township.base import sealed
from township.base.collector import collector_paused
from township.base.jobs import enqueue
from township.models import Job

FOLDER = "marked"
MARKED = "import_marked"
GONE = "原文件已过保存期限，不能再标注。请重新上传文件，或在待处理行里直接改正。"
SHEET_LENGTH = ImportProblem._meta.get_field("sheet").max_length


def request(subject: ImportDraft | ImportBatch, *, by: Any) -> Job:
    """Let the worker mark the file of a draft that is ready, or of a batch; asked again, it is the same job.

    Raises ImportRefused where there is nothing to mark, PermissionDenied.
    """
    draft = _draft_of(subject)
    _check_access(subject, draft, by)
    if draft is None or not draft.file:
        raise ImportRefused(GONE)
    if draft.batch_id is None and draft.state != ImportDraft.State.READY:
        raise ImportRefused("请先完成比对，再下载标注后的表。")
    stand = draft.fingerprint if draft.batch_id is None else str(_settled(draft.batch_id))
    key = f"{MARKED}:{draft.pk.hex}:{by.pk.hex}:{stand[:16]}"
    with transaction.atomic():
        # One that failed is tried again.
        Job.objects.filter(unique_key=key, status=Job.Status.FAILED).delete()
        return enqueue(MARKED, owner=by, unique_key=key, draft=str(draft.pk), on=str(timezone.localdate()))


def make_marked(job: Job, on: date, report: Report) -> dict[str, Any]:
    """Mark the file and keep the outcome sealed; return its place, its name and the rows. Raises ImportRefused."""
    draft = ImportDraft.objects.select_related("by", "batch").get(pk=job.payload["draft"])
    if not draft.file:
        raise ImportRefused(GONE)
    report(0, 2, "读取文件")
    with collector_paused(), _opened(draft) as path, sealed.private_file(suffix=".xlsx") as target:
        marks = _marks(path, draft, on, report)
        report(1, 2, "标注")
        write_marked(path, marks, target)
        with target.open("rb") as stream:
            name = sealed.seal(stream, FOLDER)
        return {
            "file": name,
            "name": f"{PurePath(draft.file_name).stem}（已标注）.xlsx",
            "rows": marks.count,
        }


def open_file(job: Job, *, by: Any) -> tuple[str, Iterator[bytes]]:
    """Return name and content of a marked file that this person asked for, and record that he fetched it.

    Raises ImportRefused where it is not made yet, could not be made, or is gone; PermissionDenied for anybody else.
    """
    if job.kind != MARKED or job.owner_id != by.pk:
        raise PermissionDenied("只有要求标注的人可以下载这个文件。")
    draft = ImportDraft.objects.filter(pk=job.payload["draft"]).first()
    _check_access(draft, draft, by)
    if job.status == Job.Status.FAILED:
        raise ImportRefused(f"标注没有完成：{job.error.partition(chr(10))[0]}")
    if job.status != Job.Status.DONE:
        raise ImportRefused("文件还在标注，请稍候再下载。")
    content = sealed.chunks(job.result["file"])
    try:
        first = next(content)
    except sealed.UnreadableFile as unreadable:
        raise ImportRefused("标注后的表已过保存期限（1 天）。请重新标注后下载。") from unreadable
    record(
        AccessLog.Action.EXPORT,
        by=by,
        target=f"导入任务 {job.payload['draft']}",
        rows=job.result["rows"],
        file=job.result["name"],
        reason="下载标注后的原表",
    )
    return job.result["name"], _with_first(first, content)


def _with_first(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _draft_of(subject: ImportDraft | ImportBatch) -> ImportDraft | None:
    if isinstance(subject, ImportDraft):
        return subject
    return ImportDraft.objects.filter(batch=subject).first()


def _check_access(subject: ImportDraft | ImportBatch | None, draft: ImportDraft | None, by: Any) -> None:
    """A file is its owner's; after the import it is also theirs who may import into all of its area."""
    access_of(by).demand(Capability.IMPORT)
    if draft is not None and draft.by_id == by.pk:
        return
    batch = subject if isinstance(subject, ImportBatch) else draft.batch if draft is not None else None
    if batch is None or not ImportBatch.objects.visible_to(by).filter(pk=batch.pk).exists():
        raise PermissionDenied("这个文件不在您的导入范围内。")


def _settled(batch: Any) -> int:
    """How many rows of the batch have come in since: a file that was marked before says less than is known now."""
    return WaitingRow.objects.filter(batch=batch, state=WaitingRow.State.DONE).count()


@contextmanager
def _opened(draft: ImportDraft) -> Iterator[Path]:
    try:
        # The ending lets openpyxl take it; what the file really is, its content says.
        with sealed.opened(draft.file, suffix=".xlsx") as path:
            yield path
    except sealed.UnreadableFile as unreadable:
        raise ImportRefused(str(unreadable)) from unreadable


def _marks(path: Path, draft: ImportDraft, on: date, report: Report) -> Marks:
    """Find out what to mark; all that was read and compared for it is given up again."""
    kind, reading = list_kinds[draft.kind], Reading.from_json(draft.reading)
    if draft.batch is not None:
        if is_county_file(path, kind, draft.by):  # too large to be read again, and to be given back whole
            table = Table(draft.batch.sheet, reading.header_row, {}, {}, [], [], ())
        else:
            table = read_table(path, kind, file_name=draft.file_name, reading=reading)
        return marks_of(path, table, _after(table, draft.batch), imported=True)
    choices = Choices.from_json(draft.choices) if draft.choices else Choices()
    first = first_imported_at(same_files(path, draft.sha256), draft.kind, draft.by)
    task = Task(on=on, by=draft.by, choices=choices, report=report, first_imported_at=first)
    comparison = compare_file(path, kind, task, file_name=draft.file_name, reading=reading)
    problems = [problem for part in comparison.parts() for problem in part.result.problems]
    return marks_of(path, comparison.table, problems, imported=False)


def _after(table: Table, batch: ImportBatch) -> Iterable[Problem]:
    """The problems of the import, but for the rows that have come in since."""
    done = batch.waiting.filter(state=WaitingRow.State.DONE)
    settled = set(done.values_list("sheet", "row"))
    names = {name[:SHEET_LENGTH]: name for name in {table.sheet, *table.row_sheets}}
    # The value may be a personal number, and marking does not ask for it.
    found = ImportProblem.objects.filter(batch=batch).order_by("row", "id").defer("value")
    for p in found.iterator(chunk_size=2000):
        if (p.sheet, p.row) not in settled:
            yield Problem(
                names.get(p.sheet, p.sheet), p.row, p.column, "", "", p.level, p.code, p.message, -1, ""
            )
