"""Reference rows: written where they are missing, never over an edited row. Each floor registers its own."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from township.base.registry import reference_rows


def load_reference() -> dict[str, int]:
    """Write what is missing of every registered set of reference rows; return how many rows were new, by set."""
    with transaction.atomic():
        return {entry.title: entry.load() for entry in reference_rows}


def load_after_migrate(using: str = "default", plan: list[Any] | None = None, **_: Any) -> None:
    """Load the reference rows after `migrate` (also after the flush of a test database)."""
    if using == "default":
        load_reference()
