"""Names of places for lists that know only their codes. Names are public; who lives there is not."""

from __future__ import annotations

from collections.abc import Iterable

from households.access import AREA_DIGITS
from households.models import Division, Village


def place_names(areas: Iterable[str]) -> dict[str, str]:
    """Return the names of villages, townships and counties by their codes (2–12 digits); unknown ones are absent."""
    full = {area.ljust(AREA_DIGITS, "0"): area for area in areas if area}
    names: dict[str, str] = {}
    for model in (Division, Village):
        known = model.objects.filter(area__in=full).values_list("area", "name")
        names |= {full[area]: name for area, name in known}
    return names
