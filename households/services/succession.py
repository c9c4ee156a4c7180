"""Heads and relations when a family changes: who follows a head that goes, and what the others are to him.

What is not stated is inferred from the relations to the former head where that is certain (`households.family`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from households.choices import Relation
from households.family import relation_to_new_head
from households.models import Household, Member
from households.services.fact_writes import FactsRefused, write_relation

Relations = Mapping[UUID, str]
HEAD = Relation.HEAD.value


def relation_field(member: Member) -> str:
    """The name under which a refusal speaks of a person's relation; forms name their fields alike."""
    return f"relation_{member.pk.hex}"


def stated_relations(people: Iterable[Member], relations: Relations, head: str) -> dict[UUID, str]:
    """Return what each person is to a head (by name) of another family; raise FactsRefused where it is not stated."""
    missing = [member for member in people if relations.get(member.pk) not in _RELATIONS]
    if missing:
        raise FactsRefused([_unknown(member, head) for member in missing])
    return {member.pk: relations[member.pk] for member in people}


def relations_under(
    new_head: Member, former: Member | None, people: Iterable[Member], relations: Relations
) -> dict[UUID, str]:
    """Return what each of the people is to the new head of their own family, himself among them.

    Raise FactsRefused, at each person's field, where nothing is stated and nothing certain follows.
    """
    found: dict[UUID, str] = {}
    unknown: list[Member] = []
    for member in people:
        relation = HEAD if member.pk == new_head.pk else relations.get(member.pk, "")
        if not relation:
            relation = inferred(member, new_head, former)
        if relation not in _RELATIONS and member.pk != new_head.pk:
            unknown.append(member)
        found[member.pk] = relation
    if unknown:
        raise FactsRefused([_unknown(member, new_head.name) for member in unknown])
    return found


def refuse_headless(former: Member, remaining: Sequence[Member], successor: Member | None) -> None:
    """Raise FactsRefused when the head goes, others stay, and none of them is named to follow him."""
    if former.relation != HEAD or not remaining:
        return
    if successor is None:
        raise FactsRefused([("successor", f"{former.name}是户主，请选择由谁接任户主。")])
    if successor.pk not in {member.pk for member in remaining}:
        raise FactsRefused([("successor", "新户主必须是留在本户的成员。")])


def succeed(
    former: Member,
    remaining: Sequence[Member],
    successor: Member,
    relations: Relations,
    *,
    by: Any,
    reason: str,
) -> None:
    """Make the successor head of those who stay, after the former head has gone from among them."""
    found = relations_under(successor, former, remaining, relations)
    for member in remaining:
        if found[member.pk] != member.relation:
            write_relation(member, found[member.pk], by=by, reason=reason)


def head_of(household: Household) -> Member | None:
    """Return the present head, if the household has one."""
    return household.members.active().heads().first()


def inferred(member: Member, new_head: Member, former: Member | None) -> str:
    """Return what a person is to the new head, from what both are to the former one; "" where it is not certain."""
    if former is None:
        return ""
    if new_head.pk == former.pk:
        return member.relation
    return relation_to_new_head(
        member.relation,
        new_head.relation,
        sex=member.sex,
        former_sex=former.sex,
        new_sex=new_head.sex,
    )


def _unknown(member: Member, head: str) -> tuple[str, str]:
    return relation_field(member), f"请选择{member.name}与户主{head}的关系。"


_RELATIONS = frozenset(Relation.values) - {HEAD}
