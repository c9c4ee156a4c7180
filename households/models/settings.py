"""Dated rows: a new rule is a new row with the day from which it counts and the document that says so."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from households.access import Capability, ScopedQuerySet
from township.base.history import TrackedQuerySet


class SettingQuerySet(TrackedQuerySet, ScopedQuerySet):
    area_path: ClassVar[str | None] = None
    see: ClassVar[Capability | None] = None  # rules are public; changing them needs MANAGE_SETTINGS

    def valid_on(self, on: date) -> Self:
        """Rows that have come into force by a day, newest first."""
        return self.filter(valid_from__lte=on).order_by("-valid_from")
