"""The input of a service, out of the form that asks for its fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

Input = TypeVar("Input")


def given(kind: type[Input], data: Mapping[str, Any]) -> Input:
    """Return the service's input (a dataclass) with its fields from the cleaned data of a form."""
    names = kind.__dataclass_fields__  # type: ignore[attr-defined]
    return kind(**{name: data[name] for name in names})
