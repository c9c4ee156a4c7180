"""An import on its way, as its owner sees it: choose a file, say how it is read, decide, start it, or drop it.

The work itself is done by the worker (services/draft_work.py). A draft moves from state to state by a conditional
UPDATE only: of two windows or two clicks one wins, and the other is told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from households.access import access_of
from households.importing.comparison import Choices
from households.importing.county import first_rows, most_bytes
from households.importing.kinds import ListKind, list_kinds
from households.importing.reading import Reading
from households.importing.recognise import Look, look_at, recognise
from households.importing.result import ImportRefused
from households.models import ImportBatch, ImportDraft, PreviewLine
from households.services.choice_checks import check_choices
from households.services.reading_checks import check_answers, check_reading
from households.services.readings import remember as remember_reading
from households.services.readings import remembered_for
from township.base import sealed
from township.base.jobs import enqueue
from township.base.sheets.limits import DEFAULT, MEGABYTE
from township.base.sheets.limits import UnreadableFile as UnreadableSheet
from township.base.sheets.properties import workbook_properties
from township.base.sheets.reader import Workbook, read_workbook

FOLDER = "uploads"
PREVIEW, COMMIT = "import_preview", "import_commit"
# Enough to know a list by; the whole of it is read by the worker.
FIRST_ROWS = 200
State = ImportDraft.State
OPEN = (State.READING, State.READY, State.FAILED)


def upload(file: UploadedFile, *, by: Any, on: date, kind: str = "") -> ImportDraft:
    """Keep a file, encrypted, and say how it is best read; `kind` is the list the person says it is.

    A file that no kind recognises becomes a draft with an empty reading and a message. Raises ImportRefused for a file
    that is too large (over 20 MB; over 200 MB from whoever imports for several townships) or cannot be read,
    PermissionDenied without the right to import.
    """
    kinds = _kinds_of(by, kind)
    _check_size(file.size or 0, most_bytes(kinds[0] if kind else None, by))
    digest = hashlib.sha256()
    name = sealed.seal(_Hashing(file, digest.update), FOLDER)
    file_name = (file.name or "")[-200:]
    try:
        with _opened(name) as path:
            book = _first_rows(path, file_name)
            properties = workbook_properties(path)
        found = recognise(
            book, file_name=file_name, kinds=kinds, remembered=remembered_for(by), properties=properties
        )
        sha256 = digest.hexdigest()
        notes = [
            note
            for note in (_imported_before(sha256, by), "" if found else _nothing_found(kinds, kind))
            if note
        ]
        return ImportDraft.objects.create(
            by=by,
            at=timezone.now(),
            file_name=file_name,
            file=name,
            sha256=sha256,
            kind=found[0].kind if found else kind,
            reading=found[0].as_json() if found else {},
            message="\n".join(notes),
        )
    except BaseException:
        sealed.delete(name)
        raise


def open_book(draft: ImportDraft) -> Workbook:
    """Return the first 200 rows of every sheet; raise ImportRefused where the file is gone or unreadable."""
    with _opened(draft.file) as path:
        return _first_rows(path, draft.file_name)


def look(draft: ImportDraft) -> Look:
    """Return what the page shows of the file as it is read now; the draft must have a reading. Raises ImportRefused."""
    return look_at(open_book(draft), Reading.from_json(draft.reading))


def set_reading(
    draft: ImportDraft,
    reading: Reading,
    *,
    answers: Mapping[str, str],
    by: Any,
    on: date,
    remember: bool = True,
) -> ImportDraft:
    """Say how the file is read and answer the kind's questions; the worker then compares it with the register.

    A reading other than the one that stood there is remembered for this header. Raises ImportRefused with what is wrong
    with reading or answers, or where the draft is no longer open; PermissionDenied.
    """
    _check_owner(draft, by)
    (kind,) = _kinds_of(by, reading.kind)
    book = open_book(draft)
    check_reading(reading, kind, book)
    given = check_answers(kind, answers, by)
    stored = Choices.from_json(draft.choices) if draft.choices else Choices()
    if reading.as_json() != draft.reading:
        # Rows and names of another reading are others.
        stored = replace(stored, people={}, villages={})
    choices = replace(stored, answers=given)
    with transaction.atomic():
        if remember and reading.as_json() != draft.reading:
            remember_reading(reading, look_at(book, reading).headings, by=by, title=kind.title)
        return _compare(
            draft, OPEN, by, on, kind=kind.name, reading=reading.as_json(), choices=choices.as_json()
        )


def decide(draft: ImportDraft, choices: Choices, *, by: Any, on: date) -> ImportDraft:
    """Take the person's decisions about villages, people and who wins, and compare again; answers already given stay.

    Raises ImportRefused for a decision that is none or where the draft is no longer open; PermissionDenied.
    """
    _check_owner(draft, by)
    check_choices(choices, by)
    stored = Choices.from_json(draft.choices) if draft.choices else Choices()
    choices = replace(choices, answers=choices.answers or stored.answers)
    return _compare(draft, (State.READY, State.FAILED), by, on, choices=choices.as_json())


def recompare(draft: ImportDraft, *, by: Any, on: date) -> ImportDraft:
    """Compare once more with the register as it is now. Raises ImportRefused, PermissionDenied."""
    _check_owner(draft, by)
    if not draft.reading:
        raise ImportRefused("请先确认这个文件怎么读（种类和各列），再比对。")
    return _compare(draft, (State.READY, State.FAILED), by, on)


def start_import(draft: ImportDraft, *, by: Any, on: date) -> ImportDraft:
    """Let the worker import exactly what the preview showed. Raises ImportRefused, PermissionDenied."""
    _check_owner(draft, by)
    _kinds_of(by, draft.kind)
    if not draft.counts.get("people"):
        raise ImportRefused("这个文件没有一行可以导入。请下载标注后的表，改正后重新上传。")
    with transaction.atomic():
        _move(draft, (State.READY,), State.IMPORTING, message="")
        return _with_job(draft, COMMIT, by, on)


def drop(draft: ImportDraft, *, by: Any) -> ImportDraft:
    """Throw the draft away with its file and preview. Raises ImportRefused during its import and after."""
    _check_owner(draft, by)
    return discard(draft)


def discard(draft: ImportDraft) -> ImportDraft:
    """Drop a draft whoever owns it, as the worker does with old ones; its file goes once that is certain."""
    name = draft.file
    with transaction.atomic():
        _move(draft, (*OPEN, State.COMPARING), State.DROPPED, file="", message="", choices={}, job=None)
        PreviewLine.objects.filter(draft=draft).delete()
        if name:
            transaction.on_commit(partial(sealed.delete, name))
    return draft


class _Hashing:
    """A stream that tells what goes through it."""

    def __init__(self, stream: UploadedFile, update: Callable[[bytes], None]) -> None:
        self.stream, self.update = stream, update

    def read(self, size: int, /) -> bytes:
        piece: bytes = self.stream.read(size)
        self.update(piece)
        return piece


def _first_rows(path: Path, name: str) -> Workbook:
    if path.stat().st_size > DEFAULT.file_bytes:  # `upload` takes such a file only as a county's
        return first_rows(path, name, FIRST_ROWS)
    return read_workbook(path, file_name=name, max_rows=FIRST_ROWS)


def _check_size(size: int, most: int) -> None:
    if not size:
        raise ImportRefused("文件是空的。请检查后重新选择文件。")
    if size > most:
        raise ImportRefused(
            f"文件有 {size / MEGABYTE:.1f} MB，超过 {most / MEGABYTE:.0f} MB 的上限。"
            "请删除图片和多余的工作表，或按村拆成几个文件后分别上传。"
        )


def _check_owner(draft: ImportDraft, by: Any) -> None:
    if draft.by_id != by.pk:
        raise PermissionDenied("只有上传文件的人可以继续这个导入任务。")


def _kinds_of(by: Any, kind: str = "") -> list[ListKind]:
    """Return the kind of this name, or every kind, that the person may import; raise PermissionDenied for none."""
    access = access_of(by)
    kinds = [known for known in list_kinds if kind in ("", known.name)]
    if not kinds:
        raise ImportRefused("没有这一种表。请在页面上重新选择种类。")
    allowed = [known for known in kinds if access.can(known.capability)]
    if not allowed:
        raise PermissionDenied("您没有导入这种表的权限，如需导入请联系镇防贫监测工作站。")
    return allowed


@contextmanager
def _opened(name: str) -> Iterator[Path]:
    """Give the plain file for as long as it is read; whatever cannot be read is refused in words."""
    try:
        with sealed.opened(name) as path:
            yield path
    except UnreadableSheet as unreadable:
        raise ImportRefused(unreadable.message) from unreadable
    except sealed.UnreadableFile as unreadable:
        raise ImportRefused(str(unreadable)) from unreadable


def _imported_before(sha256: str, by: Any) -> str:
    earlier = ImportBatch.objects.visible_to(by).filter(sha256=sha256, undone_at__isnull=True).first()
    if earlier is None:
        return ""
    at = timezone.localtime(earlier.at)
    return (
        f"这个文件 {at.month}月{at.day}日已由{earlier.by_name or '他人'}导入过。"
        "再次导入不会重复登记，本镇此后改过的、更晚的名单登记过的内容也不会被改回去。"
    )


def _nothing_found(kinds: Sequence[ListKind], kind: str) -> str:
    if kind:
        needed = "、".join(kinds[0].lacking(set()))
        return f"没有找到{kinds[0].title}的表头。表头里应有：{needed}。请在下面指明工作表、表头行和各列。"
    titles = "、".join(kind.title for kind in kinds)
    return f"没有认出这是哪一种表。系统认识：{titles}。请在下面选择种类，并指明工作表、表头行和各列。"


def _compare(draft: ImportDraft, sources: Iterable[str], by: Any, on: date, **values: Any) -> ImportDraft:
    with transaction.atomic():
        _move(draft, sources, State.COMPARING, message="", fingerprint="", **values)
        return _with_job(draft, PREVIEW, by, on)


def _move(draft: ImportDraft, sources: Iterable[str], target: str, **values: Any) -> None:
    """Change the state if it is one of the sources still; raise ImportRefused where somebody was faster."""
    moved = ImportDraft.objects.filter(pk=draft.pk, state__in=list(sources)).update(state=target, **values)
    draft.refresh_from_db()
    if not moved:
        raise ImportRefused(
            f"这个导入任务现在是“{draft.get_state_display()}”，可能已在另一个窗口里操作过。请刷新页面后再继续。"
        )


def _with_job(draft: ImportDraft, kind: str, by: Any, on: date) -> ImportDraft:
    draft.job = enqueue(kind, owner=by, draft=str(draft.pk), on=str(on))
    draft.save(update_fields=["job"])
    return draft
