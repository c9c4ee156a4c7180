"""Which filters of a list could not read what stands in its address, so that a full list is not taken for theirs."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import SimpleListFilter

from households.admin.filters import AutocompleteFilter, RangeFilter


def is_ignored(spec: Any) -> bool:
    """Whether the filter was given a value that it does not know; several values are joined by commas."""
    if getattr(spec, "tells_itself", False):
        return False
    if isinstance(spec, AutocompleteFilter):
        return bool(spec.value) and not spec.chosen
    if isinstance(spec, RangeFilter):
        bounds = ((spec.low_name, spec.low), (spec.high_name, spec.high))
        given: dict[str, Any] = spec.used_parameters
        return any(any(given.get(name) or ()) and value is None for name, value in bounds)
    if isinstance(spec, SimpleListFilter) and spec.value():
        known = {str(value) for value, _ in spec.lookup_choices}
        pieces = {piece for value in known for piece in value.split(",")}
        return str(spec.value()) not in known and not set(str(spec.value()).split(",")) <= pieces
    return False
