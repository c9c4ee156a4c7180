"""The record of life events, written by every verb that changes who lives where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from households.models import Household, LifeEvent, Member

NAMES_LENGTH, REASON_LENGTH = 300, 200
Kind = LifeEvent.Kind


@dataclass(frozen=True)
class Change:
    """What a verb did: the household to look at now, and what came to the township (negative: what went).

    `households` in 户, `people` in 人. `notes` are sentences for whoever did it: what he should look at next.
    """

    household: Household
    households: int = 0
    people: int = 0
    notes: tuple[str, ...] = ()


def record(
    kind: LifeEvent.Kind,
    household: Household,
    people: Iterable[Member],
    *,
    on: date,
    by: Any,
    reason: str = "",
    sign: int = 0,
    households: int = 0,
    other: Household | None = None,
    until: date | None = None,
) -> LifeEvent:
    """Write one event of a household, in the caller's transaction.

    `sign` is 1 where the people came to the village, −1 where they left it, 0 where nobody did; `households` (户) is
    what the event added to the village.
    """
    members = list(people)
    names = "、".join(member.name for member in members) or household.head_name
    return LifeEvent.objects.create(
        area=household.area,
        household=household,
        other_household=other,
        member=members[0] if len(members) == 1 else None,
        kind=kind,
        on=on,
        until=until,
        names=names[:NAMES_LENGTH],
        reason=reason[:REASON_LENGTH],
        households=households,
        people=sign * len(members),
        by=by,
    )
