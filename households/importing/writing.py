"""Set-based writes of an import, with history: one upsert for all rows that change the same fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.db import models

from households.importing.register.stored import chunks
from households.importing.result import MEANWHILE, ImportRefused
from township.base.fields import BlindIndexField
from township.base.history import CHANGED, copy_to_history


class RowChange(Protocol):
    """New values of one row by attribute; `version` is its state when it was compared."""

    version: Any
    values: dict[str, Any]


def write_changes(
    model: type[models.Model],
    changes: Mapping[UUID, RowChange],
    *,
    version_of: Callable[[Any], Any],
    by: Any,
    at: datetime,
    reason: str,
) -> None:
    """Write the changed rows and their history, inside the caller's transaction.

    Raises ImportRefused where a row is gone or no longer in the version that it was compared in.
    """
    by_fields: dict[tuple[str, ...], list[UUID]] = {}
    for key, change in changes.items():
        by_fields.setdefault(tuple(sorted(change.values)), []).append(key)
    for names, keys in by_fields.items():
        columns = [*names, *_following(model, names)]
        for block in chunks(keys):
            rows = list(model._default_manager.filter(pk__in=block))
            if len(rows) != len(block):
                raise ImportRefused(MEANWHILE)
            for row in rows:
                if version_of(row) != changes[row.pk].version:
                    raise ImportRefused(MEANWHILE)
                for name, value in changes[row.pk].values.items():
                    setattr(row, name, value)
            model._default_manager.bulk_create(
                rows, update_conflicts=True, unique_fields=["id"], update_fields=columns
            )
            write_history(model, block, kind=CHANGED, by=by, at=at, reason=reason)


def write_history(model: Any, keys: list[Any], *, kind: str, by: Any, at: datetime, reason: str) -> None:
    """Copy the rows as they stand now into their history."""
    for chunk in chunks(keys):
        copy_to_history(model.objects.filter(pk__in=chunk), kind=kind, by=by, at=at, reason=reason)


def _following(model: type[models.Model], names: tuple[str, ...]) -> list[str]:
    """The columns that change with these: the time of the change, and the blind indexes of personal numbers."""
    return [
        field.name
        for field in model._meta.concrete_fields
        if (isinstance(field, BlindIndexField) and field.source in names) or getattr(field, "auto_now", False)
    ]
