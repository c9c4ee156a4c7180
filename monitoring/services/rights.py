"""Asking for a right before a change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from households.access import access_of


def demand(by: Any, capability: str, areas: Iterable[str]) -> None:
    """Raise PermissionDenied unless the person holds the capability in each of the areas (12-digit village codes).

    `by` None is the system itself (commands, jobs, the demo): nothing is asked.
    """
    if by is None:
        return
    access = access_of(by)
    access.demand(capability)
    for area in set(areas):
        access.demand(capability, area)
