"""Writes the edits of a table inside the import's transaction, set-based, with history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from households.importing.edited.tables import EditedTable, Record
from households.importing.register.stored import chunks
from households.importing.result import MEANWHILE, ImportRefused
from township.base.history import CHANGED, copy_to_history


@dataclass
class Edit:
    """New values of one row: `row` and `seen` are the row and its editable values when they were compared."""

    index: int
    row: Any
    seen: dict[str, Any]
    values: dict[str, Any]


def write_edits(
    table: EditedTable, edits: Mapping[UUID, Edit], *, by: Any, at: datetime, reason: str
) -> None:
    """Write the new values; raise ImportRefused where a row was changed since it was compared."""
    record = Record(by, at, reason)
    done: list[Any] = []
    by_fields: dict[frozenset[str], list[UUID]] = {}
    for key, edit in edits.items():
        by_fields.setdefault(frozenset(edit.values), []).append(key)
    for names, keys in by_fields.items():
        for block in chunks(keys):
            done += _write(table, edits, block, set(names), record)
    table.after(done, record)


def write_rows(model: Any, rows: list[Any], names: set[str], record: Record) -> None:
    """Write the named fields of rows that are there, with their history."""
    if any(one.name == "updated_at" for one in model._meta.concrete_fields):
        names = names | {"updated_at"}
    for block in chunks(rows):
        model._default_manager.bulk_create(
            block, update_conflicts=True, unique_fields=["id"], update_fields=sorted(names)
        )
        copy_to_history(
            model._default_manager.filter(pk__in=[row.pk for row in block]),
            kind=CHANGED, by=record.by, at=record.at, reason=record.reason,
        )  # fmt: skip


def _write(
    table: EditedTable, edits: Mapping[UUID, Edit], block: list[UUID], names: set[str], record: Record
) -> list[Any]:
    model: Any = table.model
    rows = list(table.editable(model._default_manager.select_for_update(of=("self",)).filter(pk__in=block)))
    if len(rows) != len(block):
        raise ImportRefused(MEANWHILE)
    follows: set[str] = set()
    for row in rows:
        edit = edits[row.pk]
        if any(getattr(row, name) != value for name, value in edit.seen.items()):
            raise ImportRefused(MEANWHILE)
        for name, value in edit.values.items():
            setattr(row, name, value)
        follows |= table.follow(row, names)
    write_rows(model, rows, names | follows, record)
    return rows
