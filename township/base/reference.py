"""Reference rows: written where they are missing, never over an edited row. Each floor registers its own."""

from __future__ import annotations

from django.db import transaction

from township.base.registry import reference_rows


def load_reference() -> dict[str, int]:
    """Write what is missing of every registered set of reference rows; return how many rows were new, by title."""
    with transaction.atomic():
        return {entry.title: entry.load() for entry in reference_rows}
