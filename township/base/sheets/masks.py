"""Cells in which somebody wrote: without the numbers of people. Pure."""

from __future__ import annotations

from township.base.masking import mask_people
from township.base.sheets.spec import Value


def mask_written(value: Value) -> Value:
    """Return a cell's words, also where they are several, without the numbers of people; other values as they are."""
    if isinstance(value, str):
        return mask_people(value)
    if isinstance(value, list | tuple):
        return [mask_people(one) if isinstance(one, str) else one for one in value]
    return value
