"""Households and people made by hand, and what an example of a rule holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from households.benefit_amounts import StandardBook
from households.income import IncomeFigures
from households.reference_benefits import FIRST_STANDARDS
from monitoring.rules.findings.facts import Day, Home, Person, Receipt, Span, Year
from monitoring.rules.findings.limits import LIMITS
from tests.factories import VILLAGE, make_id_number
from township.base.dates import age_on
from township.base.ids import uuid7

ON = date(2026, 6, 15)


@dataclass(frozen=True)
class Example:
    """`found` is found by the rule and `clean` is not; `edges` are pairs of a household and whether it is found.

    `says` are words or values that the sentence about `found` must hold; `day` is the day of all of them.
    """

    found: Home
    clean: Home
    edges: tuple[tuple[Home, bool], ...]
    says: tuple[str, ...] = ()
    day: Day = field(default_factory=lambda: day())


def day(on: date = ON, **values: Any) -> Day:
    """A day with the first values of all limits and the first standards; `limits` given change some of them."""
    limits = {code: limit.value for code, limit in LIMITS.items()} | {
        code: Decimal(value) for code, value in values.pop("limits", {}).items()
    }
    standards: StandardBook = values.pop("standards", None) or StandardBook(FIRST_STANDARDS)
    return Day(on=on, line=values.pop("line", Decimal(8000)), limits=limits, standards=standards, **values)


def person(born: date = date(1980, 3, 1), relation: str = "head", *, on: date = ON, **facts: Any) -> Person:
    """A healthy grown-up man with a right ID number, in every insurance; `facts` change that."""
    sex = facts.pop("sex", "M")
    usual: dict[str, Any] = {
        "id": uuid7(), "id_number": make_id_number(born, male=sex == "M"), "education": "junior", "health": ["healthy"],
        "labour": "ordinary", "has_resident_medical": True, "has_employee_medical": False,
        "has_resident_pension": True, "has_employee_pension": False, "dibao": "none", "tekun": "none",
        "has_chronic_card": False, "has_doctor_contract": True,
    }  # fmt: skip
    return Person(relation=relation, sex=sex, birth_on=born, age=age_on(born, on), **usual | facts)


def home(*people: Person, **facts: Any) -> Home:
    """An ordinary household of these people (a man of 46 where none is given) in a safe house with safe water."""
    usual: dict[str, Any] = {
        "id": uuid7(), "area": VILLAGE, "kind": "rural", "is_without_labour": False, "housing_grade": "A",
        "water_is_safe": True, "land_mu": Decimal(0), "tier": "general", "phone": "13800138000",
    }  # fmt: skip
    return Home(people=list(people) or [person()], **usual | facts)


def receipt(
    kind: str,
    started_on: date,
    ended_on: date,
    amount: Any = None,
    *,
    member: UUID | None = None,
    **facts: Any,
) -> Receipt:
    """A receipt of a benefit for a span of days."""
    yuan = None if amount is None else Decimal(amount)
    return Receipt(
        id=uuid7(), member=member, kind=kind, started_on=started_on, ended_on=ended_on, amount=yuan, **facts
    )


def span(who: Person, kind: str, started_on: date, ended_on: date | None = None, **facts: Any) -> Span:
    """A post, a spell of work or a training of a person (put it into his posts, works or trainings yourself)."""
    return Span(id=uuid7(), member=who.id, kind=kind, started_on=started_on, ended_on=ended_on, **facts)


def year(year: int, people: int, **amounts: int) -> Year:
    """The income of a year: wage, business, property, transfer, business_cost, compliant_self_pay, claims (元)."""
    return Year(
        year=year,
        people=people,
        figures=IncomeFigures(**{name: Decimal(amount) for name, amount in amounts.items()}),
    )
