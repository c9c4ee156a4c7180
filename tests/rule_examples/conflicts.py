"""Examples of the rules about what cannot be together."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from monitoring.rules.findings.facts import Home, Loan
from tests.rule_examples.base import Example, home, person, receipt
from tests.rule_examples.watched import eliminated, watched
from township.base.ids import uuid7


def gone(
    kind: str, first: date, last: date, amount: int | None = 387, *, why: str = "死亡", **facts: Any
) -> Home:
    """A household whose member left on 10 March 2026 and has one receipt."""
    who = person(left_on=date(2026, 3, 10), left_reason=why)
    who.receipts = [receipt(kind, first, last, amount, member=who.id, **facts)]
    return home(departed=[who])


def moved(*args: Any) -> Home:
    return gone(*args, why="户籍迁出")


def pensioner(ended_on: date, **facts: Any) -> Home:
    who = person(date(1960, 3, 1), **facts)
    who.receipts = [receipt("P07", date(2026, 1, 1), ended_on, 900, member=who.id)]
    return home(who)


def lent(
    amount: int = 30000,
    *,
    since: date = date(2024, 7, 1),
    due: date = date(2027, 7, 1),
    repaid: date | None = None,
) -> Loan:
    return Loan(id=uuid7(), amount=Decimal(amount), lent_on=since, due_on=due, repaid_on=repaid)


def owing(*loans: Loan) -> Home:
    return home(loans=list(loans))


JANUARY, TODAY, YESTERDAY = date(2026, 1, 1), date(2026, 6, 15), date(2026, 6, 14)

EXAMPLES = {
    "C01": Example(
        found=home(person(dibao="rural", tekun="rural")),
        clean=home(person(dibao="rural")),
        edges=(
            (home(person(tekun="urban", dibao="")), False),
            (home(person(dibao="urban", tekun="rural")), True),
        ),
        says=("低保", "特困"),
    ),
    "C02": Example(
        found=home(person(has_employee_pension=True)),
        clean=home(),
        edges=(
            (home(person(has_employee_pension=True, has_resident_pension=None)), False),
            (home(person(has_employee_pension=True, has_resident_pension=False)), False),
        ),
        says=("居民养老", "职工养老"),
    ),
    "C03": Example(
        found=pensioner(date(2026, 6, 30), has_employee_pension=True),
        clean=pensioner(date(2026, 6, 30)),
        edges=(
            (pensioner(date(2026, 4, 14), has_employee_pension=True), True),
            (pensioner(date(2026, 4, 13), has_employee_pension=True), False),
        ),
        says=("城镇职工养老",),
    ),
    "C04": Example(
        found=gone("P01", JANUARY, date(2026, 5, 31), variant="A"),
        clean=gone("P01", JANUARY, date(2026, 3, 31), variant="A"),
        edges=(
            (gone("P01", JANUARY, date(2026, 4, 1), variant="B"), True),
            (gone("P09", JANUARY, date(2026, 12, 31), 960), False),
            (gone("P09", date(2026, 4, 1), date(2026, 12, 31), 960), True),
            (gone("P07", JANUARY, date(2026, 4, 30), None), True),
            (gone("P01", JANUARY, date(2026, 5, 31), 0, variant="A"), False),
            (moved("P01", JANUARY, date(2026, 5, 31)), False),
        ),
        says=("2026-03-10", "农村低保", "2026-05-31", "387 元"),
    ),
    "C05": Example(
        found=moved("P03", JANUARY, date(2026, 5, 31), 330),
        clean=moved("P03", JANUARY, date(2026, 3, 31), 198),
        edges=(
            (moved("P03", JANUARY, date(2026, 4, 1)), True),
            (gone("P03", JANUARY, date(2026, 5, 31)), False),
        ),
        says=("2026-03-10", "困难残疾人生活补贴"),
    ),
    "C06": Example(
        found=eliminated(open_warnings=2),
        clean=eliminated(),
        edges=(
            (watched(open_warnings=1), False),
            (eliminated(open_warnings=1), True),
            (home(open_warnings=1), False),
        ),
        says=("2 件",),
    ),
    "C07": Example(
        found=owing(lent(due=date(2026, 3, 1)), lent()),
        clean=owing(lent()),
        edges=(
            (owing(lent(due=YESTERDAY)), True),
            (owing(lent(due=TODAY)), False),
            (owing(lent(due=date(2026, 3, 1), repaid=TODAY)), False),
            (home(), False),
        ),
        says=("30,000 元", "2026-03-01"),
    ),
    "C08": Example(
        found=owing(lent(due=date(2026, 7, 1))),
        clean=owing(lent()),
        edges=(
            (owing(lent(due=TODAY)), True),
            (owing(lent(due=YESTERDAY)), False),
            (owing(lent(due=date(2026, 7, 15))), True),
            (owing(lent(due=date(2026, 7, 16))), False),
        ),
        says=("30,000 元", "2026-07-01"),
    ),
    "P29-M": Example(
        found=owing(lent(30000), lent(30000)),
        clean=owing(lent(50000)),
        edges=(
            (owing(lent(50001)), True),
            (owing(lent(30000), lent(30000, repaid=TODAY)), False),
            (owing(lent(60000, since=date(2026, 6, 16))), False),
        ),
        says=("60,000 元", "50,000 元"),
    ),
    "P29-M2": Example(
        found=owing(lent(due=date(2029, 7, 1))),
        clean=owing(lent()),
        edges=((owing(lent(due=date(2027, 7, 2))), True), (owing(lent(due=date(2027, 7, 1))), False)),
        says=("2024-07-01", "60 个月", "36 个月"),
    ),
}
