"""Who leaves for good: a death, a marriage or a move out of the township, with the next head in the same step."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from households.models import LifeEvent, Member
from households.services import events, facts
from households.services.events import Change
from households.services.fact_writes import locked, refuse_departure, stated, write_departure
from households.services.succession import HEAD, Relations, refuse_headless, succeed

Kind = LifeEvent.Kind
# What closes a household whose last person goes.
CLOSINGS = {
    Kind.DEATH: "全户死亡",
    Kind.MARRIED_OUT: "人员全部婚出",
    Kind.MOVED_OUT: "整户迁出",
    Kind.LEFT: "人员全部减少",
}


def death(
    member: Member,
    *,
    by: Any,
    on: date,
    today: date,
    reason: str = "",
    successor: Member | None = None,
    relations: Relations | None = None,
) -> Change:
    """Register a death on a day, not in the future and not before birth; as `depart` does."""
    return depart(
        member, Kind.DEATH, by=by, on=on, today=today, reason=reason, successor=successor, relations=relations
    )


def marry_out(
    member: Member,
    *,
    by: Any,
    on: date,
    today: date,
    reason: str = "",
    successor: Member | None = None,
    relations: Relations | None = None,
) -> Change:
    """Register a marriage out of the township, as `depart` does; into one of its households: `marriages.marry_into`."""
    return depart(
        member, Kind.MARRIED_OUT, by=by, on=on, today=today, reason=reason, successor=successor, relations=relations
    )  # fmt: skip


def depart(
    member: Member,
    kind: LifeEvent.Kind,
    *,
    by: Any,
    on: date,
    today: date,
    reason: str = "",
    successor: Member | None = None,
    relations: Relations | None = None,
) -> Change:
    """Register that a person left the township for good on a day; the household is closed with its last person.

    `reason` is added to the kind's own word. A head needs a `successor` among those who stay, whose `relations` to him
    are inferred where not stated. Raise FactsRefused at `on`, `successor` or a person's relation; PermissionDenied.
    """
    with transaction.atomic():
        household = locked(member.household, by)
        words = stated(f"{kind.label}（{reason.strip()}）" if reason.strip() else str(kind.label))
        member = household.members.select_for_update().get(pk=member.pk)
        refuse_departure(member, on, today, f"{kind.label}日期")
        remaining = list(household.members.active().exclude(pk=member.pk).select_for_update())
        refuse_headless(member, remaining, successor)
        write_departure(member, on, words, by=by)
        if member.relation == HEAD and remaining and successor is not None:
            succeed(member, remaining, successor, relations or {}, by=by, reason=words)
        events.record(kind, household, [member], on=on, by=by, reason=words, sign=-1)
        if not remaining:
            facts.close(household, on, CLOSINGS[kind], by=by, today=today)
        return Change(household, households=0 if remaining else -1, people=-1)
