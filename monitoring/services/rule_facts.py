"""The facts that the rules over the register look at, read in sets: some queries for some thousand households.

People, benefits and work of several villages are read at once and given out household by household, so that the
memory does not grow with the county and the queries not with the households.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Max
from django.db.models.functions import Left

from households.benefit_amounts import Standard, StandardBook
from households.guarantees import Guarantee
from households.income import IncomeFigures
from households.models import (
    BenefitReceipt,
    BenefitStandard,
    HelperAssignment,
    Household,
    Income,
    Member,
    MicroLoan,
    MonitorAssignment,
    Post,
    Qualification,
    Renovation,
    Training,
    WorkSpell,
)
from monitoring.models import Inspection, Measure, MonitoringLine, WarningCase
from monitoring.rules.findings.facts import (
    TOWNSHIP_DIGITS,
    Day,
    Helped,
    Home,
    Loan,
    Person,
    Receipt,
    Renovated,
    Span,
    Year,
)
from monitoring.services.help import answers_on
from monitoring.services.limits import limits_on
from monitoring.services.workdays import deadlines_on
from township.base.dates import age_on

CHUNK = 3000  # households read at once
INCOME_YEARS = 2
PARTS = (
    "wage_yuan", "business_yuan", "property_yuan", "transfer_yuan", "business_cost_yuan", "compliant_self_pay_yuan",
    "claims_yuan",
)  # fmt: skip
# Read under the same name; the rest of the two is put in from other tables.
OF_PERSON = tuple(
    field.name for field in fields(Person) if field.name in {f.name for f in Member._meta.concrete_fields}
)
OF_HOME = tuple(
    field.name for field in fields(Home) if field.name in {f.name for f in Household._meta.concrete_fields}
)
RECEIPT = ("id", "member", "kind", "variant", "started_on", "ended_on", "quantity", "amount")
LOAN = ("id", "amount", "lent_on", "due_on", "repaid_on")
STANDARD = (
    "kind", "variant", "amount_yuan", "most_yuan", "percent", "per", "counted_by", "valid_from",
)  # fmt: skip


def day_on(on: date, area: str = "") -> Day:
    """Return the day with the line, limits, standards and answers in force on it; eight queries at most.

    `area` (prefix of a code) says whose households will be asked about: the lists of their townships are looked at.
    """
    lines = list(MonitoringLine.objects.valid_on(on).reverse().values_list("valid_from", "amount_yuan"))
    answers = answers_on(on)
    return Day(
        on=on,
        line=lines[-1][1] if lines else None,
        lines=lines,
        steady_months=deadlines_on(on).steady_months,
        limits=limits_on(on),
        standards=StandardBook(standards()),
        answers=answers.open,
        answers_after=answers.eliminated,
        paid_until=_paid_until(area[:TOWNSHIP_DIGITS], on),
        qualified_in=_qualified_in(area[:TOWNSHIP_DIGITS]),
    )


def _paid_until(area: str, on: date) -> dict[tuple[str, str], date]:
    """The last day that receipts reach, by township and benefit; of a benefit without any nothing is known there."""
    rows = BenefitReceipt.objects.in_area(area).filter(ended_on__gte=_receipts_since(on)).order_by()
    by_kind = rows.annotate(township=Left("area", TOWNSHIP_DIGITS)).values_list("township", "kind")
    return {(township, kind): last for township, kind, last in by_kind.annotate(Max("ended_on"))}


def _qualified_in(area: str) -> set[tuple[str, str]]:
    """Townships with the kinds of qualification that are registered there."""
    rows = Qualification.objects.in_area(area).order_by().annotate(township=Left("area", TOWNSHIP_DIGITS))
    return set(rows.values_list("township", "kind").distinct())


def _receipts_since(on: date) -> date:
    return date(on.year - 1, 1, 1)


def standards() -> Iterator[Standard]:
    """Yield every standard of every benefit as plain values."""
    return (Standard(*row) for row in BenefitStandard.objects.values_list(*STANDARD))


def homes_in(area: str, on: date) -> Iterator[Home]:
    """Yield the active households of an area (prefix) with all that rules ask of them, by village and code."""
    for stretch in stretches_in(area, on):
        yield from stretch.homes()


@dataclass(frozen=True)
class Stretch:
    """Some neighbouring villages (first and last code) whose households are read, and written about, together."""

    first: str
    last: str
    homes: Callable[[], Iterator[Home]]


def stretches_in(area: str, on: date) -> Iterator[Stretch]:
    """Yield the villages of an area (prefix) that have or had households, in stretches of about CHUNK households."""
    shared = _shared_phones(Household.objects.in_area(area).active())
    for first, last in _stretches(area):
        yield Stretch(first, last, _Read(on, shared, partial(_of_villages, first, last)).homes)


def home_of(household: Household, on: date) -> Home | None:
    """Return one household with all that rules ask of it; None once it is closed."""
    if household.closed_on is not None:
        return None
    # Of the township, as a run asks: elsewhere the same number is nobody's business here.
    same = Household.objects.in_area(household.area[:TOWNSHIP_DIGITS]).active()
    same = same.filter(phone_index=household.phone_index)
    shared = _shared_phones(same) if household.phone_index else frozenset()
    return next(_Read(on, shared, partial(_of_household, household.pk)).homes(), None)


def _of_household(household: UUID, rows: Any) -> Any:
    return rows.filter(pk=household) if rows.model is Household else rows.filter(household_id=household)


def _of_villages(first: str, last: str, rows: Any) -> Any:
    return rows.filter(area__gte=first, area__lte=last)


def _shared_phones(households: Any) -> frozenset[str]:
    """The indexes of telephone numbers that more than one of the households has."""
    rows = households.filter(phone_index__isnull=False).order_by().values_list("phone_index")
    return frozenset(index for index, _ in rows.annotate(count=Count("pk")).filter(count__gt=1))


def _stretches(area: str) -> Iterator[tuple[str, str]]:
    """Yield (first, last) codes of villages that together have about CHUNK households, in the order of the codes."""
    rows = Household.objects.in_area(area).order_by("area")
    first, last, size = "", "", 0
    for village, count in rows.values_list("area").annotate(Count("pk")):
        if size and size + count > CHUNK:
            yield first, last
            size = 0
        if not size:
            first = village
        last, size = village, size + count
    if size:
        yield first, last


Only = Callable[[Any], Any]


class _Read:
    """One stretch of households; `only` narrows any of the tables to it."""

    def __init__(self, on: date, shared_phones: frozenset[str], only: Only) -> None:
        self.on, self.shared_phones, self.only = on, shared_phones, only
        self.homes_by_id: dict[UUID, Home] = {}
        self.people_by_id: dict[UUID, Person] = {}

    def homes(self) -> Iterator[Home]:
        """Yield the households in the order of their codes."""
        self._read_homes()
        self._read_people()
        for read in (
            self._read_receipts, self._read_qualifications, self._read_spans, self._read_incomes, self._read_help,
            self._read_houses, self._read_loans,
        ):  # fmt: skip
            read()
        yield from self.homes_by_id.values()

    def _read_homes(self) -> None:
        rows = self.only(Household.objects.active()).order_by("area", "code")
        for phone_index, *values in rows.values_list("phone_index", *OF_HOME):
            home = Home(**dict(zip(OF_HOME, values, strict=True)))
            home.phone_is_shared = phone_index in self.shared_phones
            home.has_monitor = home.has_helper = False
            self.homes_by_id[home.id] = home

    def _read_people(self) -> None:
        present = Member.objects.active().order_by("id")
        # Of those who left only whoever was paid something afterwards.
        paid = Member.objects.filter(left_on__isnull=False, benefit_receipts__ended_on__gt=F("left_on"))
        for rows, is_departed in ((present, False), (paid.order_by("id").distinct(), True)):
            for household, *values in self.only(rows).values_list("household_id", *OF_PERSON):
                home = self.homes_by_id.get(household)
                if home is not None:
                    person = Person(**dict(zip(OF_PERSON, values, strict=True)))
                    person.age = None if person.birth_on is None else age_on(person.birth_on, self.on)
                    self.people_by_id[person.id] = person
                    (home.departed if is_departed else home.people).append(person)

    def _read_receipts(self) -> None:
        rows = self.only(BenefitReceipt.objects.filter(ended_on__gte=_receipts_since(self.on))).order_by(
            "started_on", "id"
        )
        names = ("id", "member_id", "kind", "variant", "started_on", "ended_on", "quantity", "amount_yuan")
        for household, *values in rows.values_list("household_id", *names):
            receipt = Receipt(**dict(zip(RECEIPT, values, strict=True)))
            owner = self._owner(household, receipt.member)
            if owner is not None:
                owner.receipts.append(receipt)

    def _read_qualifications(self) -> None:
        rows = self.only(Qualification.objects.valid_on(self.on)).order_by()
        for household, member, kind in rows.values_list("household_id", "member_id", "kind"):
            owner = self._owner(household, member)
            if owner is not None:
                owner.qualifications.add(kind)

    def _owner(self, household: UUID, member: UUID | None) -> Person | Home | None:
        """Whose it is: the person's wherever he lives now, else the household's."""
        return self.homes_by_id.get(household) if member is None else self.people_by_id.get(member)

    def _read_spans(self) -> None:
        read: tuple[tuple[str, Any, dict[str, str]], ...] = (
            ("posts", Post, {"kind": "kind", "month_yuan": "month_yuan"}),
            ("works", WorkSpell, {"kind": "region", "month_yuan": "month_yuan"}),
            ("trainings", Training, {"kind": "title"}),
        )
        for name, model, columns in read:
            wanted = {"id": "id", "member": "member_id", "started_on": "started_on", "ended_on": "ended_on"}
            wanted |= columns
            for values in self.only(model.objects.order_by("started_on", "id")).values_list(*wanted.values()):
                span = Span(**dict(zip(wanted, values, strict=True)))
                person = self.people_by_id.get(span.member)
                if person is not None:
                    getattr(person, name).append(span)

    def _read_incomes(self) -> None:
        known = Income.objects.filter(year__lte=self.on.year, year__gt=self.on.year - INCOME_YEARS)
        for household, year, people, *amounts in self.only(known.order_by("-year")).values_list(
            "household_id", "year", "people_count", *PARTS
        ):
            if home := self.homes_by_id.get(household):
                home.incomes.append(Year(year=year, people=people, figures=IncomeFigures(*amounts)))

    def _read_help(self) -> None:
        measures = self.only(Measure.objects.order_by("started_on", "id"))
        names = ("measure_class", "title", "started_on", "ended_on")
        for household, kind, title, started_on, ended_on in measures.values_list("household_id", *names):
            if home := self.homes_by_id.get(household):
                home.measures.append(Helped(kind=kind, title=title, started_on=started_on, ended_on=ended_on))
        for name, model in (("has_monitor", MonitorAssignment), ("has_helper", HelperAssignment)):
            assigned = self.only(model.objects.valid_on(self.on)).order_by()
            for household in assigned.values_list("household_id", flat=True):
                if home := self.homes_by_id.get(household):
                    setattr(home, name, True)
        warnings = self.only(WarningCase.objects.open().filter(household__isnull=False)).order_by()
        for household, count in warnings.values_list("household_id").annotate(Count("pk")):
            if home := self.homes_by_id.get(household):
                home.open_warnings = count

    def _read_houses(self) -> None:
        for household, year, kind, finished_on in self.only(Renovation.objects.order_by("year")).values_list(
            "household_id", "year", "kind", "finished_on"
        ):
            if home := self.homes_by_id.get(household):
                home.renovations.append(Renovated(year=year, kind=kind, finished_on=finished_on))
        checked = {
            Guarantee.HOUSING.value: "housing_checked_on",
            Guarantee.WATER.value: "water_checked_on",
        }
        looked_at = self.only(Inspection.objects.filter(guarantee__in=checked, checked_on__lte=self.on))
        rows = looked_at.order_by().values_list("household_id", "guarantee")
        for household, guarantee, latest in rows.annotate(Max("checked_on")):
            if home := self.homes_by_id.get(household):
                setattr(home, checked[guarantee], latest)

    def _read_loans(self) -> None:
        names = ("id", "amount_yuan", "lent_on", "due_on", "repaid_on")
        for household, *values in self.only(MicroLoan.objects.order_by("lent_on")).values_list(
            "household_id", *names
        ):
            if home := self.homes_by_id.get(household):
                home.loans.append(Loan(**dict(zip(LOAN, values, strict=True))))
