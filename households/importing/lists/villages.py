"""Villages as the lists of departments name them, among the townships that a person imports into.

A list of people finds its people by their ID; the village is only a help, so an unknown name is no fault.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from households.importing.places import plain_village
from households.models import Division, Village

TOWNSHIP_DIGITS = 9


class Villages:
    """The villages of some townships (nine digits each); `names` by 12-digit code."""

    def __init__(self, townships: Sequence[str]) -> None:
        self.names: dict[str, str] = {}
        self._by_name: dict[str, set[str]] = defaultdict(set)
        self._townships: dict[str, str] = {}
        self._known: dict[tuple[str | None, str | None], frozenset[str] | None] = {}
        if not townships:
            return
        wanted = set(townships)
        for area, name in Division.objects.filter(level="township").values_list("area", "name"):
            if area[:TOWNSHIP_DIGITS] in wanted:
                self._townships[area[:TOWNSHIP_DIGITS]] = name
        for area, name in Village.objects.order_by("area").values_list("area", "name"):
            if area[:TOWNSHIP_DIGITS] in wanted:
                self.names[area] = name
                self._by_name[plain_village(name)].add(area)

    def find(self, township: str | None, village: str | None) -> frozenset[str] | None:
        """Return the codes that a row's words name: empty where they name none, None for another township."""
        key = township, village
        if key not in self._known:
            self._known[key] = self._find(township, village)
        return self._known[key]

    def townships_named(self, township: str | None) -> set[str]:
        """Return the nine digits of the townships that a row's words may mean: all of them where it names none."""
        return {digits for digits, name in self._townships.items() if township is None or _is(township, name)}

    def _find(self, township: str | None, village: str | None) -> frozenset[str] | None:
        among = self.townships_named(township)
        if not among:
            return None
        if village is None:
            return frozenset()
        for name in self._townships.values():
            if village.startswith(name) and len(village) > len(name):
                village = village.removeprefix(name)
        found = self._by_name.get(plain_village(village), set())
        exact = {area for area in found if self.names[area] == village}
        return frozenset(area for area in exact or found if area[:TOWNSHIP_DIGITS] in among)


def _is(written: str, name: str) -> bool:
    """Whether a township is written as registered, or with its office's name or its province before it."""
    return written.removesuffix("人民政府").endswith(name)
