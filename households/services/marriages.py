"""Who marries into a household: a person new to the township, or one of another household of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from households.choices import Relation
from households.models import Household, LifeEvent, Member
from households.services import facts
from households.services.events import Change
from households.services.fact_writes import FactsRefused, locked, refuse_before_birth, refuse_later
from households.services.succession import Relations
from households.services.transfers import transfer

Kind = LifeEvent.Kind


def marry_in(
    household: Household, values: Mapping[str, Any], *, by: Any, on: date, today: date, reason: str = "婚入"
) -> Change:
    """Register a person from outside the township who married into the household on a day.

    `values`: name, relation (to the head), id_number and whatever else is known. Raise FactsRefused at its field, also
    for a person registered in another household; PermissionDenied.
    """
    with transaction.atomic():
        household = locked(household, by)
        refuse_later(on, today, "婚入日期")
        if values.get("relation") == Relation.HEAD:
            raise FactsRefused([("relation", "婚入的人员请登记为户主以外的关系；要更换户主，请随后办理。")])
        member = facts.add_member(
            household, values, by=by, reason=reason, on=today, kind=Kind.MARRIED_IN, happened_on=on
        )
        refuse_before_birth(member, on, "婚入日期")
        return Change(household, people=1)


def marry_into(
    member: Member,
    household: Household,
    relation: str,
    *,
    by: Any,
    on: date,
    today: date,
    reason: str = "婚迁",
    successor: Member | None = None,
    relations: Relations | None = None,
) -> Change:
    """Move a person who married into another household of the township there; raise as `transfers.transfer` does."""
    return transfer(
        member, household, relation, by=by, on=on, today=today, reason=reason, out=Kind.MARRIED_OUT,
        into=Kind.MARRIED_IN, successor=successor, relations=relations,
    )  # fmt: skip
