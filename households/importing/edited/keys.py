"""The key of an exported row: which row it is, in which state it was exported, and a seal over both.

The seal also covers the cells that say who the row is, so that a key that came beside another row's cells (sorted
without the hidden column, pasted) does not open, and nobody can write a key by hand.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db.models import Max, Model

from households.importing import clean
from households.importing.clean import BadCell
from households.importing.register.stored import chunks
from township.base.crypto import ring

KEY = re.compile(r"([0-9a-f]{32})-([0-9a-f]{1,16})-([0-9a-f]{32})", re.ASCII)


class RowKey(NamedTuple):
    """`version` is the number of the row's newest history record when it was exported, 0 without any."""

    row: UUID
    version: int


def seal(table: str, key: RowKey, anchors: Iterable[object]) -> str:
    """Return the key as it stands in the file; `anchors` are the cells that it belongs beside."""
    body = f"{key.row.hex}-{key.version:x}"
    return f"{body}-{_sign(table, body, anchors)}"


def unseal(table: str, written: str, anchors: Iterable[object]) -> RowKey | None:
    """Return the key, or None where it was not sealed for this table and these cells."""
    match = KEY.fullmatch(written)
    if match is None:
        return None
    body = f"{match[1]}-{match[2]}"
    if not hmac.compare_digest(match[3], _sign(table, body, anchors)):
        return None
    return RowKey(UUID(match[1]), int(match[2], 16))


def versions(model: type[Model], keys: Sequence[UUID]) -> dict[UUID, int]:
    """Return the number of the newest history record of each row that has one."""
    history = model.history.model.objects  # type: ignore[attr-defined]
    found: dict[UUID, int] = {}
    for chunk in chunks(list(keys)):
        newest = history.filter(id__in=chunk).order_by().values_list("id").annotate(Max("history_id"))
        found.update(newest)
    return found


def _sign(table: str, body: str, anchors: Iterable[object]) -> str:
    return ring().blind_index(f"edited.{table}", "\x1f".join((body, *map(plain, anchors))))


def plain(cell: object) -> str:
    """Return a cell as a text that survives a spreadsheet program: 2026 and 2026.0 are one, line ends are blanks."""
    try:
        return clean.text(cell) or ""
    except BadCell as bad:
        return bad.code
