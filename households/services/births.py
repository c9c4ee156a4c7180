"""A child is born: its relation to the head follows from that of its mother or father."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from households.choices import Relation
from households.family import child_relation
from households.models import Household, LifeEvent, Member
from households.services import facts
from households.services.events import Change
from households.services.fact_writes import FactsRefused, locked

# Younger parents are slips of the pen; those just above it happen.
LEAST_AGE_OF_PARENTS = 12
UNKNOWN_SEX = "请选择性别，或填写证件号码。"


def birth(
    household: Household,
    values: Mapping[str, Any],
    *,
    parent: Member,
    by: Any,
    on: date,
    reason: str = "出生",
) -> Change:
    """Register a newborn child of a member of the household on the day `on`.

    `values`: name, and either an ID number or sex and birth_on. Raise FactsRefused at its field for a birth in the
    future or of a parent not yet twelve, and for a child that is registered here already; PermissionDenied.
    """
    with transaction.atomic():
        household = locked(household, by)
        parent = _parent(household, parent)
        known = facts.new_person(household, values, on)
        born, sex = known.birth_on, known.sex
        if born is None:
            raise FactsRefused([("birth_on", "请填写出生日期，或填写证件号码。")])
        if not sex:
            raise FactsRefused([("sex", UNKNOWN_SEX)])
        if parent.birth_on is not None and born <= parent.birth_on:
            raise FactsRefused([("birth_on", f"出生日期 {born} 不晚于{parent.name}的出生日期。请核对。")])
        age = parent.age(born)
        if age is not None and age < LEAST_AGE_OF_PARENTS:
            message = f"{born} 时{parent.name}只有 {age} 岁。请核对父亲或母亲是哪一位，再核对出生日期。"
            raise FactsRefused([("parent", message)])
        if household.members.filter(name=known.name, birth_on=born).exists():
            raise FactsRefused([("name", f"{known.name}（{born} 出生）已登记在本户，不必重复登记。")])
        relation = child_relation(parent.relation, sex) or Relation.OTHER.value
        facts.add_member(
            household, {**values, "birth_on": born, "sex": sex, "relation": relation}, by=by, reason=reason, on=on,
            kind=LifeEvent.Kind.BIRTH, happened_on=born,
        )  # fmt: skip
        return Change(household, people=1)


def _parent(household: Household, parent: Member) -> Member:
    found = household.members.active().filter(pk=parent.pk).first()
    if found is None:
        raise FactsRefused([("parent", "父亲或母亲必须是本户现有成员。")])
    return found
