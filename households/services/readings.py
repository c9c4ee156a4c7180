"""Remembers how somebody read a header, so that the next list with the same header is read the same way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from os.path import commonprefix
from typing import Any

from django.utils import timezone

from households.importing.places import importable_townships
from households.importing.reading import Reading
from households.importing.recognise import header_key, heading_keys
from households.models import SavedReading


def remember(reading: Reading, headings: Sequence[str], *, by: Any, title: str = "") -> SavedReading:
    """Keep a reading for the header with these headings (`Look.headings`); the last correction counts.

    It is shared by everybody who imports for the same townships. Holds names of columns only, nobody's data.
    """
    keys = heading_keys(headings)
    columns = {keys[place]: name for place, name in reading.columns if place < len(keys)}
    saved, _is_new = SavedReading.objects.update_or_create(
        area=import_area(by),
        kind=reading.kind,
        header=header_key(headings),
        defaults={
            "columns": {"header_levels": reading.header_levels, "columns": columns},
            "title": title[:120],
            "by": by,
            "at": timezone.now(),
        },
    )
    return saved


def remembered_for(user: Any) -> dict[str, list[SavedReading]]:
    """Return what was remembered where the user may import, by header: the last correction first."""
    found: dict[str, list[SavedReading]] = defaultdict(list)
    seen = SavedReading.objects.visible_to(user) | SavedReading.objects.filter(area=import_area(user))
    for saved in seen.order_by("-at", "pk"):
        found[saved.header].append(saved)
    return dict(found)


def import_area(user: Any) -> str:
    """Return what the codes of all townships begin with that the user may import into; "" where there are none."""
    return commonprefix(importable_townships(user))  # noqa: RUF071 - digit by digit is meant
