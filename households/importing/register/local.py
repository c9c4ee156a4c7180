"""What the township changed itself after a file was exported: found in the history, set-based.

A change counts as the township's own when its history does not come from an import, or from that of an export which
the township itself edited.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model, Q

from households.importing.kinds import list_kinds
from households.importing.register.stored import chunks
from households.importing.result import IMPORT_REASON
from households.models import ImportBatch


def changed_locally(
    model: type[Model], ids: Iterable[UUID], fields: tuple[str, ...], since: datetime
) -> dict[UUID, set[str]]:
    """Return which of the fields (attribute names) of which rows got their value by hand at or after `since`.

    For a row made by hand since, every field that was filled in.
    """
    history = model.history.model.objects  # type: ignore[attr-defined]
    edited = edits_since(since)
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


def edits_since(since: datetime) -> set[str]:
    """Return the history reasons of the edited exports that came back since."""
    kinds = [kind.name for kind in list_kinds if kind.key_field]
    batches = ImportBatch.objects.filter(kind__in=kinds, at__gte=since).values_list("pk", flat=True)
    return {f"{IMPORT_REASON} {key}" for key in batches}
