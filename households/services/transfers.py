"""People go from one household to another of the township: one person stays one row, wherever he lives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from households.models import Household, LifeEvent, Member
from households.services import events, facts
from households.services.events import Change
from households.services.fact_writes import (
    FactsRefused,
    lock_townships,
    locked,
    refuse_before_birth,
    refuse_later,
    stated,
    township_of,
)
from households.services.following import take_along
from households.services.succession import (
    HEAD,
    Relations,
    head_of,
    refuse_headless,
    stated_relations,
    succeed,
)
from township.base.history import save_changes

Kind = LifeEvent.Kind
NOBODY_LEFT = "人员全部转入他户"


@dataclass(frozen=True)
class Transfer:
    """A person in his new household, for what a higher floor does in the same transaction."""

    member: Member
    source: Household
    target: Household
    today: date


# Called in order after both households are written; each returns a sentence for whoever moved him, or "".
after_transferring: list[Callable[[Transfer], str]] = []


def transfer(
    member: Member,
    target: Household,
    relation: str,
    *,
    by: Any,
    on: date,
    today: date,
    reason: str,
    out: LifeEvent.Kind = Kind.MOVED_OUT,
    into: LifeEvent.Kind = Kind.MOVED_IN,
    successor: Member | None = None,
    relations: Relations | None = None,
) -> Change:
    """Move a person to another household of the township on a day, with `relation` to its head.

    `out` and `into` name the event on both sides (婚出 and 婚入, 迁出 and 迁入). A head needs a `successor` among those
    who stay, whose `relations` to him are inferred where not stated; a household whose last person goes is closed.
    Return what that did to the township. Raise FactsRefused, PermissionDenied without EDIT_FACTS in both villages.
    """
    with transaction.atomic():
        source, target = lock_both(member.household, target, by)
        reason = stated(reason)
        people = choose(source, [member])
        refuse_days(people, on, today)
        (member,) = people
        remaining = list(source.members.active().exclude(pk=member.pk))
        refuse_headless(member, remaining, successor)
        former = member.relation
        events.record(out, source, [member], on=on, by=by, reason=reason, sign=-1, other=target)
        enter(people, target, {member.pk: relation}, by=by, reason=reason)
        if former == HEAD and remaining and successor is not None:
            succeed(member, remaining, successor, relations or {}, by=by, reason=reason)
        events.record(into, target, people, on=on, by=by, reason=reason, sign=1, other=source)
        if not remaining:
            facts.close(source, on, NOBODY_LEFT, by=by, today=today)
        said = [follow(Transfer(member, source, target, today)) for follow in after_transferring]
        return Change(target, households=0 if remaining else -1, notes=tuple(filter(None, said)))


def lock_both(source: Household, target: Household, by: Any) -> tuple[Household, Household]:
    """Return two households of one township as they are now, held; the right is asked in both villages."""
    if source.pk == target.pk:
        raise FactsRefused([("target", "这就是本户，请填写另一户的户码。")])
    lock_townships([source.area, target.area])
    # In the order of their keys, so that two people who swap families never wait for each other.
    held = {row.pk: locked(row, by) for row in sorted((source, target), key=lambda row: row.pk)}
    source, target = held[source.pk], held[target.pk]
    if township_of(source.area) != township_of(target.area):
        raise FactsRefused([("target", "另一户不在本乡镇。迁出本乡镇的，请登记为迁出。")])
    return source, target


def choose(household: Household, members: Iterable[Member]) -> list[Member]:
    """Return the chosen people as they are now, held; raise FactsRefused for none and for strangers."""
    wanted = {member.pk for member in members}
    found = list(household.members.active().select_for_update().filter(pk__in=wanted).for_page())
    if not wanted:
        raise FactsRefused([("members", "请勾选人员。")])
    if len(found) != len(wanted):
        raise FactsRefused([("members", "所选人员中有不属于本户或已减少的，请刷新页面后重选。")])
    return found


def refuse_days(people: Iterable[Member], on: date, today: date) -> None:
    """Raise FactsRefused for a day to come, or one on which one of the people was not born."""
    refuse_later(on, today, "发生日期")
    for member in people:
        refuse_before_birth(member, on, "发生日期")


def enter(people: Sequence[Member], target: Household, relations: Relations, *, by: Any, reason: str) -> None:
    """Write the people into a household that has a head, with what each of them is to him."""
    head = head_of(target)
    if head is None:
        raise FactsRefused([("target", "这一户还没有户主，请先为它登记户主。")])
    found = stated_relations(people, relations, head.name)
    for member in people:
        settle(member, target, found[member.pk], by=by, reason=reason)


def settle(member: Member, target: Household, relation: str, *, by: Any, reason: str) -> None:
    """Write one person into a household; his own row, so that his past stays with him, and what belongs to him."""
    member.household, member.area, member.relation = target, target.area, relation
    save_changes(member, by=by, reason=reason, fields=["household", "area", "relation", "updated_at"])
    take_along(member, target, by=by, reason=reason)
