"""What the township changed itself after a file was exported: found in the history, set-based.

A change counts as newer than a file when its history does not come from an import, when the import was of an export
that the township itself edited, or when it was of a list that tells a later state: lists do not undo one another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model, Q
from django.utils import timezone

from households.importing.kinds import list_kinds
from households.importing.register.stored import chunks
from households.importing.result import IMPORT_REASON
from households.models import ImportBatch

KEPT_LOCAL = (
    "这一项在文件导出之后由本镇改过，或由更晚的名单登记过，已保留系统里的值。如应以文件为准，请在系统中修改。"
)


def changed_locally(
    model: type[Model], ids: Iterable[UUID], fields: tuple[str, ...], since: datetime, kind: str
) -> dict[UUID, set[str]]:
    """Return which of the fields (attribute names) of which rows got a newer value than that of a file.

    `since` is when the file was exported, `kind` which list it is. For a row made by hand since, every field that was
    filled in.
    """
    history = model.history.model.objects  # type: ignore[attr-defined]
    edited = newer_reasons(since, kind)
    recent = history.filter(history_date__gte=since).filter(
        ~Q(history_change_reason__startswith=IMPORT_REASON) | Q(history_change_reason__in=edited)
    )
    touched = set(recent.values_list("id", flat=True).distinct()) & set(ids)
    found: dict[UUID, set[str]] = defaultdict(set)
    for chunk in chunks(list(touched)):
        before: dict[UUID, tuple[Any, ...] | None] = dict.fromkeys(chunk)
        records = history.filter(id__in=chunk).order_by("history_date", "history_id")
        for key, at, reason, *values in records.values_list(
            "id", "history_date", "history_change_reason", *fields
        ):
            earlier, before[key] = before[key], tuple(values)
            if at >= since and (reason in edited or not (reason or "").startswith(IMPORT_REASON)):
                found[key] |= {
                    name
                    for name, now, then in zip(fields, values, earlier or (None,) * len(fields), strict=True)
                    if now != then and (earlier is not None or now not in (None, "", []))
                }
    return found


def newer_reasons(since: datetime, kind: str) -> set[str]:
    """Return the history reasons of the batches that tell a later state than a list of this kind exported at `since`.

    A list without a time of export is of the day it came in; of the same kind, it is only another version.
    """
    day = timezone.localdate(since)
    edited = [known.name for known in list_kinds if known.key_field]
    batches = ImportBatch.objects.filter(at__gt=since).filter(
        Q(kind__in=edited) | Q(exported_on__gt=day) | (Q(exported_on__isnull=True) & ~Q(kind=kind))
    )
    return {f"{IMPORT_REASON} {key}" for key in batches.values_list("pk", flat=True)}
