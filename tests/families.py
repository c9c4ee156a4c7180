"""A family and the questions the tests of life events ask about it."""

from __future__ import annotations

from datetime import date

import pytest

from households.choices import Relation
from households.services import splitting
from households.services.fact_writes import FactsRefused
from monitoring.services import fulfilment
from tests.factories import TOWNSHIP, make_household, make_member, make_visit

TODAY = date(2026, 11, 23)
DAY = date(2026, 11, 20)
NEXT_VILLAGE = f"{TOWNSHIP}002"


def make_family(**values):
    """A man, his wife, their grown son and a daughter."""
    household = make_household(**values)
    people = {"head": household.members.get()}
    for name, relation, sex, born in (
        ("wife", Relation.SPOUSE, "F", date(1972, 1, 2)),
        ("son", Relation.SON, "M", date(1995, 3, 4)),
        ("daughter", Relation.DAUGHTER, "F", date(2001, 5, 6)),
    ):
        people[name] = make_member(household, relation=relation, sex=sex, birth_on=born)
    return household, people


def visited(household, on):
    make_visit(household, on)
    fulfilment.refresh([household.pk])


def refused(action, *args, **options):
    with pytest.raises(FactsRefused) as caught:
        action(*args, **options)
    return dict(caught.value.problems)


def split(household, members, new_head, by, relations=None, **options):
    return splitting.split(
        household,
        members,
        new_head,
        relations or {},
        by=by,
        on=DAY,
        today=TODAY,
        reason="儿子成家",
        **options,
    )


def relations_of(household):
    return {member.name: member.relation for member in household.members.active()}


def events_of(household):
    return [(event.kind, event.people, event.households) for event in household.life_events.order_by("id")]
