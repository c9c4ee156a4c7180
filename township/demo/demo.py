"""What the parts of the demo hand to each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from django.utils import timezone

from households.benefit_kinds import BenefitKind
from households.models import BenefitReceipt, Household, Income, Member, Post, Village
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
    members: list[Member] = field(default_factory=list)
    incomes: list[Income] = field(default_factory=list)
    accounts: dict[str, User] = field(default_factory=dict)
    monitors: list[User] = field(default_factory=list)
    receipts: list[BenefitReceipt] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    monitor_of: dict[UUID, User] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)

    @property
    def members_of(self) -> dict[UUID, list[Member]]:
        """The people of each household, the head first."""
        found: dict[UUID, list[Member]] = {household.pk: [] for household in self.households}
        for member in self.members:
            found[member.household_id].append(member)
        return found

    def receive(
        self,
        kind: BenefitKind,
        household: Household,
        member: Member | None,
        started_on: date,
        ended_on: date,
        amount: Decimal | int | None,
        *,
        quantity: Decimal | int = 1,
        variant: str = "",
        note: str = "",
    ) -> BenefitReceipt:
        """Add a receipt to those that the part of the benefits writes; amounts in 元."""
        receipt = BenefitReceipt(
            id=self.keys.uuid(), area=household.area, household=household, member=member, kind=kind, variant=variant,
            started_on=started_on, ended_on=ended_on, quantity=quantity, amount_yuan=amount, note=note,
            recorded_by=self.accounts["station"], recorded_at=at(min(max(started_on, self.start_on), self.on), 10),
        )  # fmt: skip
        self.receipts.append(receipt)
        return receipt

    def day_of_year(self) -> date:
        """A day of the year from its first to the day before the demo's."""
        first = date(self.on.year, 1, 1)
        return first + timedelta(days=self.rng.randrange(max(1, (self.on - first).days)))

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
