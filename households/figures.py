"""Figures of the register: how many villages, households, people and monitors an area has on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q

from households.guarantees import (
    BEFORE_PRIMARY,
    BEYOND_COMPULSORY,
    COMPULSORY_AGES,
    DANGEROUS_GRADES,
    latest_birth,
)
from households.models import Account, Household, Member, Village
from households.models.households import HouseholdQuerySet
from households.models.members import MemberQuerySet
from township.base.registry import Figure


def people_on(area: str, on: date) -> MemberQuerySet:
    """Return the people registered in an area (prefix) on a day: who has left, or whose household ended, is out."""
    return Member.objects.in_area(area).filter(
        Q(left_on__isnull=True) | Q(left_on__gt=on),
        Q(household__closed_on__isnull=True) | Q(household__closed_on__gt=on),
    )


def exact(amount: Decimal | int | None) -> Decimal | int:
    """Return a sum of the database for a figure: 0 for nothing, a whole amount without noughts behind the point."""
    if amount is None:
        return 0
    return int(amount) if amount == int(amount) else amount


def villages(area: str, on: date) -> int:
    """行政村 of an area."""
    return Village.objects.in_area(area).count()


def households(area: str, on: date) -> int:
    """户 that existed on the day."""
    return Household.objects.in_area(area).existing(on).count()


def people(area: str, on: date) -> int:
    """人 registered in those households on the day."""
    return people_on(area, on).count()


def monitors(area: str, on: date) -> int:
    """人 who hold the monitor's role inside the area on the day."""
    return Account.objects.monitors(area, on).count()


def of_age(youngest: int, oldest: int, on: date) -> Q:
    """Condition on Member: so many full years old on the day, both ages included."""
    return Q(birth_on__lte=latest_birth(youngest, on), birth_on__gt=latest_birth(oldest + 1, on))


def out_of_school(on: date) -> Q:
    """Condition on Member: of compulsory school age and not at school (the SQL of `is_out_of_school`)."""
    youngest, oldest = COMPULSORY_AGES
    past_six = Q(birth_on__lte=latest_birth(youngest + 1, on))
    return of_age(youngest, oldest, on) & (
        ~Q(dropout_reason="")
        | Q(schooling__in=BEFORE_PRIMARY) & past_six
        | Q(schooling="") & ~Q(education__in=BEYOND_COMPULSORY)
    )


def guarantee_problem(on: date) -> Q:
    """Condition on Household: a registered fact says that one of 三保障 or the water is not secured.

    The SQL of `households.guarantees`; who has left does not count.
    """
    people = Member.objects.filter(household=OuterRef("pk"), left_on__isnull=True)
    uninsured = people.filter(
        Q(has_resident_medical=False) & (Q(has_employee_medical=False) | Q(has_employee_medical__isnull=True))
        | Q(has_resident_medical__isnull=True, has_employee_medical=False)
    )
    return (
        Q(housing_grade__in=DANGEROUS_GRADES)
        | Q(water_is_safe=False)
        | Q(Exists(people.filter(out_of_school(on))))
        | Q(Exists(uninsured))
    )


@dataclass(frozen=True)
class TierCount:
    """Households (户) and people (人) of one tier in one village; tier "" for households that have none yet."""

    area: str
    tier: str
    households: int
    people: int


def tier_counts(households: HouseholdQuerySet) -> list[TierCount]:
    """Count the households given (narrowed to a scope and a day already) and who lives there today, by village, tier.

    Two queries, whatever the number of villages.
    """
    rows = households.order_by()
    counted = rows.values_list("area", "tier").annotate(count=Count("*"))
    # Without a member that left; a household without any member joins no row of theirs and counts nobody.
    present = rows.filter(members__left_on__isnull=True).values_list("area", "tier")
    people = {
        (area, tier): count for area, tier, count in present.annotate(count=Count("members__household"))
    }
    return [TierCount(area, tier, count, people.get((area, tier), 0)) for area, tier, count in counted]


FIGURES = (
    Figure(key="villages", unit="village", definition="已登记的行政村数", value=villages),
    Figure(key="households", unit="household", definition="当日在册的农户数，不含已销户", value=households),
    Figure(
        key="people",
        unit="person",
        definition="当日在册农户的登记人口，不含已减少人员（去世、迁出等）",
        value=people,
    ),
    Figure(key="monitors", unit="person", definition="当日在任的防返贫监测员", value=monitors),
)
