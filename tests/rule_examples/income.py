"""Examples of the rules about incomes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from monitoring.rules.findings.facts import Home, Person
from tests.rule_examples.base import Example, home, person, receipt, span, year
from tests.rule_examples.watched import eliminated, watched


def earning(people: int = 1, *, of: int = 2025, make: Any = home, who: Any = (), **amounts: int) -> Home:
    """A household with an income of 2025."""
    return make(*who, incomes=[year(of, people, **amounts)])


def ex_poor(*people: Person, **facts: Any) -> Home:
    return home(*people, kind="ex_poor", **facts)


def two_years(before: int, now: int, *, first: int = 2024, make: Any = ex_poor) -> Home:
    return make(incomes=[year(2025, 1, wage=now), year(first, 1, wage=before)])


def working(month_yuan: int | None) -> Home:
    worker = person()
    wage = None if month_yuan is None else Decimal(month_yuan)
    worker.works = [span(worker, "county", date(2026, 3, 1), month_yuan=wage)]
    return home(worker)


def with_receipt(kind: str, ended_on: date) -> Home:
    disabled = person()
    disabled.receipts = [receipt(kind, date(2026, 1, 1), ended_on, 396, member=disabled.id)]
    return earning(transfer=0, who=(disabled,))


EXAMPLES = {
    "R18": Example(
        found=earning(2, make=ex_poor, wage=15000),
        clean=earning(2, make=ex_poor, wage=16000),
        edges=(
            (earning(make=ex_poor, wage=7999), True),
            (earning(make=ex_poor, wage=8000), False),
            (earning(make=home, wage=100), False),
            (earning(make=watched, wage=100), False),
            (ex_poor(), False),
        ),
        says=("7,500 元", "8,000 元", "2 人"),
    ),
    "R18-2": Example(
        found=earning(wage=7999),
        clean=earning(wage=8000),
        edges=(
            (earning(wage=10000, business_cost=2001), True),
            (earning(wage=10000, business_cost=2000), False),
        ),
        says=("7,999 元", "一般农户"),
    ),
    "R18-3": Example(
        found=earning(wage=10000, compliant_self_pay=5000),
        clean=earning(wage=10000),
        edges=(
            (earning(wage=10000, compliant_self_pay=2001), True),
            (earning(wage=10000, compliant_self_pay=2000), False),
            (earning(wage=10000, compliant_self_pay=5000, claims=3000), False),
            (earning(wage=7000, compliant_self_pay=5000), False),
            (earning(make=watched, wage=10000, compliant_self_pay=5000), False),
        ),
        says=("5,000 元", "8,000 元"),
    ),
    "R18-4": Example(
        found=earning(make=eliminated, wage=7999),
        clean=earning(make=eliminated, wage=8000),
        edges=((earning(make=watched, wage=7999), False), (earning(make=home, wage=7999), False)),
        says=("7,999 元", "回退"),
    ),
    "I01": Example(
        found=earning(make=ex_poor, of=2024, wage=9000),
        clean=earning(make=ex_poor, wage=9000),
        edges=(
            (ex_poor(), True),
            (home(tier="low_income"), True),
            (home(), False),
            (watched(), True),
            (earning(make=watched, of=2026, wage=9000), False),
        ),
        says=("没有登记 2025 年收入", "2024 年"),
    ),
    "I02": Example(
        found=earning(make=watched, wage=20001),
        clean=earning(make=home, wage=20001),
        edges=((earning(make=watched, wage=20000), False), (earning(make=eliminated, wage=20001), False)),
        says=("20,001 元", "20,000 元"),
    ),
    "I03": Example(
        found=earning(make=watched, wage=3999),
        clean=earning(make=home, wage=3999),
        edges=((earning(make=watched, wage=4000), False), (earning(make=eliminated, wage=3999), True)),
        says=("3,999 元", "4,000 元"),
    ),
    "I04": Example(
        found=two_years(10000, 8000),
        clean=two_years(10000, 11000),
        edges=(
            (two_years(10000, 8999), True),
            (two_years(10000, 9000), False),
            (two_years(10000, 8000, first=2023), False),
            (two_years(10000, 8000, make=home), False),
            (two_years(10000, 8000, make=eliminated), True),
            (two_years(0, 0), False),
        ),
        says=("10,000 元", "8,000 元", "20.0%"),
    ),
    "I05": Example(
        found=earning(wage=0, who=(person(work_months=8),)),
        clean=earning(wage=0, who=(person(),)),
        edges=(
            (earning(wage=0, who=(person(work_months=6),)), True),
            (earning(wage=0, who=(person(work_months=5),)), False),
            (earning(wage=0, who=(person(post="保洁员"),)), True),
            (earning(wage=1, who=(person(work_months=6),)), False),
            (earning(business=1, who=(person(work_months=6),)), False),
        ),
        says=("8 个月", "2025 年"),
    ),
    "I06": Example(
        found=earning(transfer=0, who=(person(dibao="rural"),)),
        clean=earning(transfer=0),
        edges=(
            (earning(transfer=1, who=(person(dibao="rural"),)), False),
            (earning(wage=1, who=(person(dibao="rural"),)), False),
            (earning(transfer=0, who=(person(tekun="rural"),)), True),
            (with_receipt("P04", date(2026, 6, 30)), True),
            (with_receipt("P04", date(2026, 4, 13)), False),
            (with_receipt("P15", date(2026, 6, 30)), False),
        ),
        says=("低保",),
    ),
    "I07": Example(
        found=earning(wage=3),
        clean=earning(wage=3000),
        edges=((earning(wage=99), True), (earning(wage=100), False), (earning(wage=0), False)),
        says=("3 元",),
    ),
    "I08": Example(
        found=working(35000),
        clean=working(3500),
        edges=(
            (working(30001), True),
            (working(30000), False),
            (working(100), False),
            (working(99), True),
            (working(None), False),
        ),
        says=("35,000 元", "2026-03-01"),
    ),
    "I09": Example(
        found=earning(2, wage=9000),
        clean=earning(1, wage=9000),
        edges=((earning(2, wage=9000, of=2024), False), (earning(2, wage=9000, of=2026), True)),
        says=("2 人", "1 人"),
    ),
    "I10": Example(
        found=earning(business=3000, business_cost=5000),
        clean=earning(business=5000, business_cost=3000),
        edges=(
            (earning(business=5000, business_cost=5000), False),
            (earning(business=5000, business_cost=5001), True),
            (earning(wage=9000, business_cost=1), True),
            (earning(wage=9000, business_cost=0), False),
        ),
        says=("5,000 元", "3,000 元"),
    ),
    "I11": Example(
        found=earning(wage=9000, compliant_self_pay=20000),
        clean=earning(wage=9000),
        edges=(
            (earning(wage=9000, compliant_self_pay=9000), False),
            (earning(wage=9000, compliant_self_pay=9001), True),
            (earning(compliant_self_pay=9001), False),
        ),
        says=("20,000 元", "9,000 元"),
    ),
    "R24": Example(
        found=home(land_mu=Decimal(350)),
        clean=home(land_mu=Decimal(20)),
        edges=(
            (home(land_mu=Decimal(100)), False),
            (home(land_mu=Decimal("100.01")), True),
            (home(land_mu=None), False),
        ),
        says=("350 亩", "100 亩"),
    ),
}
