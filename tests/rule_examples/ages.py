"""People of an exact age on the day of the examples, and the household around them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from monitoring.rules.findings.facts import Home, Person
from tests.rule_examples.base import ON, home, person


def born(age: int, days_short: int = 0) -> date:
    """The birth date of who is so old on the day, to the day; with `days_short` the birthday is still to come."""
    return date(ON.year - age, ON.month, ON.day) + timedelta(days=days_short)


def aged(age: int, relation: str = "head", *, days_short: int = 0, **facts: Any) -> Person:
    """A person who has just become so old (who will do so in some days)."""
    return person(born(age, days_short), relation, **facts)


def alone(age: int, *, days_short: int = 0, **facts: Any) -> Home:
    """A household of one person of this age."""
    return home(aged(age, days_short=days_short, **facts))


def ageless(relation: str = "head", **facts: Any) -> Person:
    """A person whose birth date is not registered."""
    somebody = person(relation=relation, **facts)
    somebody.birth_on = somebody.age = None
    return somebody
