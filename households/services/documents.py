"""Papers of a household: a scan or photo is added by the station after its content was looked at."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from households.access import Capability, access_of
from households.models import Document, Household
from township.base.ids import uuid7

MAX_BYTES = 10 * 1024 * 1024
# First bytes of what is taken: the name of a file says nothing about its content.
SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (b"%PDF-", "application/pdf", "pdf"),
)


class DocumentRefused(Exception):
    """A file that is not taken; the message says why and what to do."""


def kind_of_content(data: bytes) -> tuple[str, str]:
    """Return (content type, file ending) by the first bytes; raise DocumentRefused for anything else."""
    for signature, content_type, ending in SIGNATURES:
        if data.startswith(signature):
            return content_type, ending
    raise DocumentRefused("文件不是 JPEG、PNG 图片或 PDF。请拍照、扫描或另存为这三种格式后再上传。")


def add_document(household: Household, data: bytes, *, kind: str, title: str, by: Any) -> Document:
    """Keep a file (bytes) of a household; title is what the list shows.

    Raises DocumentRefused (empty, over 10 MB, not JPEG, PNG or PDF, no title, unknown kind, household closed) and
    PermissionDenied.
    """
    access_of(by).demand(Capability.EDIT_FACTS, household.area)
    title = title.strip()
    if not title:
        raise DocumentRefused("请填写资料名称，例如“2026年申请书”。")
    if kind not in Document.Kind.values:
        raise DocumentRefused("请选择资料种类。")
    if not data:
        raise DocumentRefused("文件是空的。请检查后重新选择文件。")
    if len(data) > MAX_BYTES:
        size = len(data) / 1024 / 1024
        raise DocumentRefused(f"文件有 {size:.1f} MB，超过 10 MB。请降低扫描分辨率或分成几个文件。")
    content_type, ending = kind_of_content(data)
    document = Document(
        household=household,
        area=household.area,
        kind=kind,
        title=title[:120],
        content_type=content_type,
        size=len(data),
        added_by=by,
    )
    with transaction.atomic():
        # A name of our own: what the user's file was called may hold anything, a person's name included.
        document.file.save(f"{uuid7()}.{ending}", ContentFile(data), save=False)
        document.save(force_insert=True)
    return document
