"""佐证材料: taken by content, cleaned of what it should not tell, kept sealed (township.base.sealed)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from households.access import Capability, access_of
from households.audit import record
from households.models import AccessLog
from households.services.documents import MAX_BYTES, DocumentRefused, kind_of_content
from monitoring.models import Evidence, Procedure
from monitoring.photos import MEGABYTE, PhotoRefused, clean_jpeg, clean_png
from monitoring.services.refusals import Problem, Refused, refuse
from township.base import sealed

FOLDER = "evidence"
# What is younger may still be on its way to its row.
ORPHAN_AGE = timedelta(days=1)
TITLE_LENGTH = 120
KEEPING = (Capability.RECORD_PROCEDURE, Capability.RECORD_COUNTY)
# Who decides has to read what he decides on.
READING = (*KEEPING, Capability.DECIDE_WARNING)
# From the township's approval on the papers are those on which it was given.
FIXED = (Procedure.Status.APPROVED, Procedure.Status.DECIDED, *Procedure.ENDED)
# A scan often comes after the entry; a case that was given up needs no paper any more.
CLOSED_TO_PAPERS = (Procedure.Status.DECLINED, Procedure.Status.WITHDRAWN)
FIXED_WORDS = "乡镇已审核或程序已办结，材料不能再移除；材料有误的，请补传正确的一份。"
ALREADY_THERE = "这份材料已经上传过，不必重复上传。"


def add_evidence(
    procedure: Procedure, *, type: str, name: str, stream: sealed.Readable, by: Any, at: datetime
) -> Evidence:
    """Keep a paper of a procedure: JPEG, PNG or PDF by its content, at most 10 MB; `name` is what the list shows.

    Pictures lose place, device and comments; a PDF is kept as it is. Who added it and when is on record, also where it
    comes after the entry. Raise Refused for what is no such file, is there already or belongs to what was declined or
    withdrawn; PermissionDenied without RECORD_PROCEDURE or RECORD_COUNTY there.
    """
    _demand(by, procedure.area, KEEPING)
    procedure.refresh_from_db()
    title = name.strip()[:TITLE_LENGTH]
    refuse(_problems(procedure, type, title))
    content, content_type = _cleaned(stream.read(MAX_BYTES + 1))
    file = sealed.seal(BytesIO(content), FOLDER)
    try:
        with transaction.atomic():
            return Evidence.objects.create(
                area=procedure.area,
                household_id=procedure.household_id,
                procedure=procedure,
                type=type,
                title=title,
                file=file,
                content_type=content_type,
                size=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
                added_by=by,
                added_at=at,
            )
    except IntegrityError as error:
        sealed.delete(file)
        raise Refused([("file", ALREADY_THERE)]) from error
    except BaseException:
        sealed.delete(file)
        raise


def remove_evidence(evidence: Evidence, *, by: Any, at: datetime) -> None:
    """Take a paper away; who did it and when stays. The file itself goes once the change is certain.

    Raise Refused when it is gone already or the township has approved on it, PermissionDenied as `add_evidence`.
    """
    _demand(by, evidence.area, KEEPING)
    with transaction.atomic():
        procedure = Procedure.objects.select_for_update().get(pk=evidence.procedure_id)
        if procedure.status in FIXED:
            raise Refused([("", FIXED_WORDS)])
        standing = Evidence.objects.filter(pk=evidence.pk, removed_at__isnull=True)
        if not standing.update(removed_at=at, removed_by=by):
            raise Refused([("", "这份材料已被移除，请刷新页面。")])
        transaction.on_commit(partial(sealed.delete, evidence.file))
    evidence.refresh_from_db()


def open_evidence(evidence: Evidence, *, by: Any) -> Iterator[bytes]:
    """Return a paper's content piece by piece; who looked at it is on record.

    Raise Refused for a removed one, sealed.UnreadableFile for a lost one, PermissionDenied without RECORD_PROCEDURE,
    RECORD_COUNTY or DECIDE_WARNING in its village.
    """
    _demand(by, evidence.area, READING)
    if evidence.removed_at is not None:
        raise Refused([("", "这份材料已被移除。")])
    record(
        AccessLog.Action.VIEW,
        by=by,
        area=evidence.area,
        target=f"佐证材料 {evidence.pk}",
        type=str(evidence.get_type_display()),
    )
    return sealed.chunks(evidence.file)


def sweep_files(now: datetime) -> int:
    """Delete the files, older than a day, that no paper holds; return how many.

    A crash leaves them: between sealing and row, or between the removal of a paper and that of its file.
    """
    names = sealed.names(FOLDER, before=now - ORPHAN_AGE)
    held = set(Evidence.objects.filter(removed_at__isnull=True).order_by().values_list("file", flat=True))
    orphans = [name for name in names if name not in held]
    for name in orphans:
        sealed.delete(name)
    return len(orphans)


def _problems(procedure: Procedure, type: str, title: str) -> Iterator[Problem]:
    if procedure.status in CLOSED_TO_PAPERS:
        yield "", f"这一件“{procedure.get_status_display()}”，不能再上传材料。"
    if type not in Evidence.Type.values:
        yield "type", "请选择材料种类。"
    if not title:
        yield "name", "请填写材料名称，例如“评议记录第 1 页”。"


def _cleaned(data: bytes) -> tuple[bytes, str]:
    """Return the content as it is kept, and its type; raise Refused."""
    if not data:
        raise Refused([("file", "文件是空的。请检查后重新选择文件。")])
    if len(data) > MAX_BYTES:
        raise Refused([("file", f"文件超过 {MAX_BYTES // MEGABYTE} MB。请降低扫描分辨率或分成几个文件。")])
    try:
        content_type, ending = kind_of_content(data)
        if ending == "jpg":
            data = clean_jpeg(data, most=MAX_BYTES)
        elif ending == "png":
            data = clean_png(data)
    except (DocumentRefused, PhotoRefused) as refused:
        raise Refused([("file", str(refused))]) from refused
    return data, content_type


def _demand(by: Any, area: str, rights: tuple[Capability, ...]) -> None:
    if by is not None and access_of(by).capabilities(area).isdisjoint(rights):
        raise PermissionDenied("您没有这件程序的材料权限，如需办理请联系镇防贫监测工作站。")
