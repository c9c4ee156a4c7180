"""People and households that are paid something, for the examples of the benefits."""

from __future__ import annotations

from datetime import date
from typing import Any

from monitoring.rules.findings.facts import Home, Person
from tests.rule_examples.base import home, receipt

NEW_YEAR, MAY_END, YEAR_END = date(2026, 1, 1), date(2026, 5, 31), date(2026, 12, 31)
# The days of the examples are seen from 15 June 2026: 62 days before it, and 335.
REACHING, TOO_OLD = date(2026, 4, 14), date(2026, 4, 13)
YEARLY_REACHING, YEARLY_TOO_OLD = date(2025, 7, 15), date(2025, 7, 14)


def paid(
    who: Person,
    kind: str,
    started_on: date = NEW_YEAR,
    ended_on: date = MAY_END,
    amount: Any = None,
    **facts: Any,
) -> Person:
    """The person with one receipt more: of this year until May where nothing else is said."""
    who.receipts.append(receipt(kind, started_on, ended_on, amount, member=who.id, **facts))
    return who


def home_paid(
    kind: str,
    *people: Person,
    started_on: date = NEW_YEAR,
    ended_on: date = MAY_END,
    amount: Any = None,
    quantity: Any = 1,
    **facts: Any,
) -> Home:
    """A household that is paid something as such."""
    one = receipt(kind, started_on, ended_on, amount, quantity=quantity)
    return home(*people, receipts=[one], **facts)
