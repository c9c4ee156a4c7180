"""What the rules over benefits ask alike: who is due one and since when, what was paid and is it known. Pure.

Source: domain.md §7.1. Lists of what was paid come late, yearly ones by months; and a township that keeps no list of a
benefit at all knows nothing of who misses it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from households.benefit_amounts import TERM_MONTHS, Standard, span_start
from households.benefit_kinds import COMPARISON_KINDS, PaidPer
from households.choices import Health, Schooling, WorkRegion
from monitoring.rules.findings.facts import Day, Home, Person, Receipt
from monitoring.rules.findings.limits import limit
from township.base.dates import add_months, age_on, month_start

limit("yearly_grace_days", "按年发放的名单可以晚到的天数", "335", "天")
limit("term_list_days", "开学后教育资助名单应到的天数", "90", "天")

# Paid once a year whatever their standard is counted by.
YEARLY = ("P09", "P10", "P11", "P12", "P13", "P14", "P15", "P16", "P19", "P27", "P28")
LATE, LATE_YEARLY = "receipt_grace_days", "yearly_grace_days"
VOCATIONAL = tuple(
    grade.value for grade in Schooling if grade.value.startswith(("vocational", "college", "technician"))
)
FIRST_GRADES = ("kindergarten", "vocational_1", "college_1", "technician_1", "senior_1")
AWAY = (WorkRegion.CITY, WorkRegion.OTHER_CITY, WorkRegion.OTHER_PROVINCE, WorkRegion.ABROAD)
ILL = (Health.CHRONIC, Health.SERIOUS)
AUTUMN = TERM_MONTHS[1]
COMPARED = frozenset(kind.value for kind in COMPARISON_KINDS)
PER_WORDS = {PaidPer.MONTH: "月", PaidPer.TERM: "学期", PaidPer.YEAR: "年", PaidPer.ONCE: "次"}


def late(kind: str) -> str:
    """The limit that says how many days a list of the benefit may come late."""
    return LATE_YEARLY if kind in YEARLY else LATE


def days(kind: str, day: Day) -> int:
    """How many days a list of the benefit may come late."""
    return int(day.limit(late(kind)))


def is_listed(home: Home) -> bool:
    """脱贫户, or 监测对象 whose risk is not eliminated."""
    return home.is_ex_poor or home.is_watched


def in_school(person: Person) -> bool:
    """Whether the person goes to a school or kindergarten."""
    return bool(person.schooling) and person.schooling != Schooling.BEFORE_SCHOOL


def is_ill(person: Person) -> bool:
    """长期慢性病 or 患有大病."""
    return any(state in ILL for state in person.health)


def speaks_against(home: Home) -> list[str]:
    """What the comparison of data found in the household that speaks against 低保, in the order of the kinds."""
    found = home.qualifications.union(*(person.qualifications for person in home.people))
    return [str(kind.label) for kind in COMPARISON_KINDS if kind.value in found] if found & COMPARED else []


def paid(kind: str, receipts: Iterable[Receipt], day: Day) -> Receipt | None:
    """Return the latest of the receipts of a benefit that reaches the day, allowing for late lists; None without."""
    begun = [receipt for receipt in receipts if receipt.kind == kind and receipt.started_on <= day.on]
    if not begun:
        return None
    latest = max(begun, key=lambda receipt: receipt.ended_on)
    return latest if latest.ended_on >= day.on - timedelta(days=days(kind, day)) else None


def misses(kind: str, person: Person, home: Home, day: Day) -> bool:
    """Whether neither the person nor the household as such is paid a benefit that others of the township are paid."""
    return not (paid(kind, person.receipts, day) or paid(kind, home.receipts, day)) and day.is_paid(
        kind, home, days(kind, day)
    )


def home_misses(kind: str, home: Home, day: Day) -> bool:
    """Whether nobody of the household is paid a benefit that others of the township are paid."""
    return paid(kind, home.receipts_of(kind), day) is None and day.is_paid(kind, home, days(kind, day))


def was_aged(person: Person, least: Decimal, kind: str, day: Day) -> bool:
    """Whether the person had reached an age (岁) so long ago that the list of the benefit should know it."""
    if person.age is None or person.birth_on is None or person.age < least:
        return False
    return age_on(person.birth_on, day.on - timedelta(days=days(kind, day))) >= least


def birthday(person: Person, age: Decimal) -> date | None:
    """Return the day on which the person is of an age (周岁); None where the birth date is unknown."""
    if person.birth_on is None:
        return None
    return add_months(person.birth_on, 12 * int(age))


def watched_on(home: Home, on: date) -> bool | None:
    """Whether the household was 监测对象, not eliminated, on the first day of a month; None: the months do not say.

    Months are known, days are not: identified in that month or in an unknown one tells nothing.
    """
    if not home.monitored_kind:
        return False
    if home.is_eliminated and (home.eliminated_month is None or home.eliminated_month < month_start(on)):
        return None if home.eliminated_month is None else False
    if home.identified_month is None or home.identified_month == month_start(on):
        return None
    return home.identified_month < on


def asked_term(day: Day) -> date:
    """Return the first day of the term whose lists should have come: this one, or the one before early in a term."""
    term = span_start(PaidPer.TERM, day.on)
    if day.on >= term + timedelta(days=int(day.limit("term_list_days"))):
        return term
    return span_start(PaidPer.TERM, term - timedelta(days=1))


def has_just_entered(person: Person, term: date, day: Day) -> bool:
    """Whether the person's school began after the term that is asked about, which was of the school year before."""
    if _school_year(term) == _school_year(day.on):
        return False
    return person.schooling in FIRST_GRADES or (person.age or 0) <= 6


def _school_year(on: date) -> int:
    return on.year if on.month >= AUTUMN else on.year - 1


def had_in_term(kind: str, person: Person, home: Home, term: date) -> bool:
    """Whether a receipt of the person or the household as such touches a term, or begins later."""
    return any(r.kind == kind and r.ended_on >= term for r in (*person.receipts, *home.receipts))


def yuan(amount: Decimal) -> str:
    """Write an amount as 4,644 or 95.16."""
    return f"{amount:,.2f}".removesuffix(".00")


def rate(standard: Standard) -> str:
    """Write a standard as 60 元/月 or 95.16 元/亩·年."""
    unit = "亩·" if standard.counted_by == "mu" else ""
    most = "" if standard.most is None else f"—{yuan(standard.most)}"
    return f"{yuan(standard.amount)}{most} 元/{unit}{PER_WORDS[PaidPer(standard.per)]}"


def at(kind: str, day: Day, variant: str = "") -> str:
    """Write the standard in force in brackets; nothing where there is none."""
    standard = day.standards.on(kind, variant, day.on)
    return "" if standard is None else f"（{rate(standard)}）"
