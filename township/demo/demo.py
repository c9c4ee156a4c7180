"""What the parts of the demo hand to each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from django.utils import timezone

from households.models import Household, Village
from township.base.history import CREATED, copy_to_history
from township.base.insert import insert
from township.demo.changes import Change
from township.demo.keys import Keys
from township.models import User

COUNTY, COUNTY_NAME = "130722000000", "示例县"
TOWNSHIP, TOWNSHIP_NAME = "130722101000", "示例镇"
TOWNSHIP_PREFIX = TOWNSHIP[:9]
REASON = "示范数据"


@dataclass
class Demo:
    """The demo while it is being written: its day, its figures, and what earlier parts made."""

    on: date
    start_on: date
    figures: Mapping[str, int]
    line: Decimal
    rng: Random
    keys: Keys
    villages: list[Village] = field(default_factory=list)
    households: list[Household] = field(default_factory=list)
    accounts: dict[str, User] = field(default_factory=dict)
    monitors: list[User] = field(default_factory=list)
    monitor_of: dict[UUID, User] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)

    @property
    def started_at(self) -> datetime:
        """The morning of the start day, when the register was entered."""
        return at(self.start_on, 9)

    def write(self, model: Any, rows: Iterable[Any]) -> None:
        """Insert the rows of a table that was empty, and their history where the model keeps one."""
        insert(model, rows)
        if hasattr(model, "history"):
            copy_to_history(model.objects.all(), kind=CREATED, by=None, at=self.started_at, reason=REASON)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Return a moment of a day in local time."""
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))
