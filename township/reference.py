"""Reference rows at `migrate`: a database is never without its cycles, lines and standards."""

from __future__ import annotations

from typing import Any

from township.base.reference import load_reference


def load_after_migrate(using: str = "default", plan: list[Any] | None = None, **_: Any) -> None:
    """Load the reference rows after `migrate` (also after the flush of a test database)."""
    if using == "default":
        load_reference()
