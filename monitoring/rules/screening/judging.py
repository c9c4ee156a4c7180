"""What the screening decides about values alone: shares of a base, incomes, and a person's states in a row. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TypeVar

SEVERE_LEVELS = (1, 2)
# The school year begins in September.
SCHOOL_YEAR_FROM = 9

State = TypeVar("State")
# A person's state since a day: the disability level, or what work there was ("" for none).
Levels = Sequence[tuple[date, int | None]]
Works = Sequence[tuple[date, str]]


def is_above(amount: Decimal, threshold: Decimal | None) -> bool:
    """Whether an amount (元) exceeds a threshold; the threshold itself does not, and without one nothing does."""
    return threshold is not None and amount > threshold


def is_below(amount: Decimal | None, line: Decimal | None) -> bool:
    """Whether an income (元) is below a line; the line itself is not, and what is not registered is not either."""
    return amount is not None and line is not None and amount < line


def new_level(states: Levels, month: date) -> tuple[int | None, int] | None:
    """Return (level before, new level 1 or 2) where a person became so disabled in a month (its first day), else None.

    `states`: level by the day it was registered, oldest first, none after the month's end. Compared is the last state
    with what stood before the month; who was first registered in the month brought his level along.
    """
    known = _before_and_now(states, month)
    if known is None or (now := known[1]) is None or now not in SEVERE_LEVELS:
        return None
    before = known[0]
    return (before, now) if before is None or before > now else None


def lost_work(states: Works, month: date) -> str:
    """Return the work that a person had before a month (its first day) and has no more at its end; "" for none.

    `states`: the work in words by the day it was registered, oldest first, none after the month's end.
    """
    known = _before_and_now(states, month)
    return known[0] if known is not None and not known[1] else ""


def school_year(on: date) -> int:
    """Return the year in which the school year of a day began."""
    return on.year if on.month >= SCHOOL_YEAR_FROM else on.year - 1


def in_yuan(amount: Decimal) -> str:
    """Write an amount as 12,345.60 元, without fen that are none: 12,345 元."""
    return f"{amount:,.2f}".removesuffix(".00") + " 元"


def _before_and_now(states: Sequence[tuple[date, State]], month: date) -> tuple[State, State] | None:
    """Return the state before the month (that of the first registration where this came later) and the last one."""
    if len(states) < 2:
        return None
    before = states[0][1]
    for day, state in states:
        if day < month:
            before = state
    return before, states[-1][1]
