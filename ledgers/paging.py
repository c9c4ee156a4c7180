"""One page of a ledger: sorted and cut in the database, so that no page builds the rows of all households."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F, OuterRef, Subquery

from households.models import Income, Member
from households.models.households import HouseholdQuerySet
from ledgers.columns import Ledger
from ledgers.facts import ID, tier_period
from ledgers.periods import LedgerMonth
from ledgers.scope import LedgerScope

SORTS = ("village", "name", "visit", "income")


def sorted_households(
    households: HouseholdQuerySet, sort: str, scope: LedgerScope, month: LedgerMonth, tier: str
) -> HouseholdQuerySet:
    """Order by a key of SORTS ("-" before it: descending); blanks come last either way, "village" is walking order."""
    key, descending = sort.removeprefix("-"), sort.startswith("-")
    if key == "name":
        names = ("initials", "head_name", "code")
        return households.order_by(*(f"-{name}" if descending else name for name in names))
    if key == "visit":
        households = households.annotate(sorted_by=_visited_on(scope, month, tier))
    elif key == "income":
        households = households.annotate(sorted_by=_per_capita(month))
    else:
        return households.walking_order().reverse() if descending else households.walking_order()
    by = F("sorted_by")
    return households.order_by(by.desc(nulls_last=True) if descending else by.asc(nulls_last=True), "code")


def page_rows(
    ledger: Ledger,
    households: HouseholdQuerySet,
    scope: LedgerScope,
    month: LedgerMonth,
    start: int,
    size: int,
) -> Iterator[Any]:
    """Yield the ledger's rows start … start + size − 1 of the sorted households, numbered through all pages."""
    keys = list(households.values_list(ID, flat=True)[start : start + size])
    wanted = scope.households.filter(pk__in=keys)
    rows = {row.household.id: row for row in ledger.rows(scope, month, wanted)}
    for number, key in enumerate(keys, start=start + 1):
        if key in rows:
            rows[key].number = number
            yield rows[key]


def people_count(households: HouseholdQuerySet) -> int:
    """人 who live in the households: the members who have not left."""
    return Member.objects.filter(
        household__in=households.order_by().values("pk"), left_on__isnull=True
    ).count()


def _visited_on(scope: LedgerScope, month: LedgerMonth, tier: str) -> Subquery:
    period = tier_period(tier, month.as_of)
    tasks = scope.tasks.filter(
        household=OuterRef("pk"),
        tier=tier,
        period_start=period.start if period else None,
        fulfilled_on__lte=month.as_of,
        voided_at__isnull=True,
    )
    return Subquery(tasks.order_by().values("fulfilled_on")[:1])


def _per_capita(month: LedgerMonth) -> Subquery:
    incomes = Income.objects.filter(household=OuterRef("pk"), year__lte=month.as_of.year).with_per_capita()
    return Subquery(incomes.order_by("-year").values("per_capita")[:1])
