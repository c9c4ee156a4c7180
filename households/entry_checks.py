"""What days and sums of a register's row can be, whoever types or imports it. Pure; problems are (field, message)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Protocol

NEXT_YEAR = 1  # a span may run to the end of the year after this one; further off the year is mistyped
OLDEST_YEAR = 1980
MOST_YUAN = Decimal(10) ** 10  # the registers hold sums of ten digits before the point
Problem = tuple[str, str]


class Person(Protocol):
    """Somebody as far as the days of a row ask of him."""

    @property
    def name(self) -> str: ...

    @property
    def birth_on(self) -> date | None: ...

    @property
    def left_on(self) -> date | None: ...


def span_problems(
    started_on: date | None,
    ended_on: date | None,
    member: Person | None,
    *,
    on: date,
    words: tuple[str, str] = ("开始日期", "结束日期"),
    may_begin_later: bool = False,
    may_follow_leaving: bool = False,
) -> Iterator[Problem]:
    """Yield what is wrong with two days of a row, as (field, message); `words` are what the two are called.

    `may_follow_leaving`: what was paid to somebody who had died or left is a fact that the rules have to see.
    """
    first, last = words
    if started_on is not None:
        if started_on.year < OLDEST_YEAR:
            yield "started_on", f"{first} {started_on} 在 {OLDEST_YEAR} 年以前，请核对年份。"
        if started_on > on and not may_begin_later:
            yield "started_on", f"{first} {started_on} 晚于今天（{on}）。请填写实际日期。"
        if member is not None and member.birth_on is not None and started_on < member.birth_on:
            yield "started_on", f"{first} {started_on} 早于{member.name}的出生日期，请核对。"
        if not may_follow_leaving and member is not None and member.left_on and started_on > member.left_on:
            yield "started_on", f"{member.name}已于 {member.left_on} 减少，{first}不能在这以后，请核对。"
    if ended_on is not None:
        if started_on is not None and ended_on < started_on:
            yield "ended_on", f"{last} {ended_on} 早于{first} {started_on}，请核对这两个日期。"
        if ended_on.year > on.year + NEXT_YEAR:
            yield "ended_on", f"{last} {ended_on} 在后年或更晚，请核对年份。还没有结束的不填。"


def amount_problems(name: str, label: str, amount: Decimal | None, digits: int) -> Iterator[Problem]:
    """Yield what is wrong with a sum of yuan that has `digits` before the point; None is no sum."""
    if amount is not None and not 0 <= amount < 10**digits:
        yield name, f"{label}应为 0 以上、{digits + 1} 位以下的数，请核对。"
