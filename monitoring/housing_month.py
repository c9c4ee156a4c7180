"""住房月排查 as it stands: the households of a month with the grade that counts, and how far the villages have come."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import TruncMonth

from households.guarantees import Guarantee
from households.models import Household
from households.models.households import HouseholdQuerySet
from monitoring.models import Inspection
from monitoring.models.inspections import InspectionQuerySet
from township.base.batches import batches
from township.base.dates import month_end

DEFINITION = (
    "已排查：当月有住房核查记录的农户，每户计一次；应排查：月末（本月为今天）在册的农户，不含已销户。单位：户"
)


@dataclass(frozen=True)
class HouseOfMonth:
    """A household in a month: its newest house inspection by the end of the month, and the grade that counts then.

    The grade is the registered one, unless a later month was inspected already; then what was known by this month.
    """

    household: Household
    latest: Inspection | None
    is_checked: bool
    grade: str
    has_later: bool


@dataclass(frozen=True)
class Progress:
    """户 of a village and month: inspected, and those that should be."""

    checked: int
    total: int

    @property
    def is_complete(self) -> bool:
        return self.checked >= self.total


def houses_of(households: HouseholdQuerySet, month: date) -> list[HouseOfMonth]:
    """Return the given households in walking order as they stand in a month (its first day); two queries."""
    last_day = month_end(month)
    looks = Inspection.objects.of(Guarantee.HOUSING).filter(household=OuterRef("pk"))
    newest = looks.filter(checked_on__lte=last_day).order_by("-checked_on", "-recorded_at", "-pk")
    rows = list(
        households.walking_order()
        .select_related("group")
        .annotate(
            latest_look=Subquery(newest.values("pk")[:1]),
            has_later_look=Exists(looks.filter(checked_on__gt=last_day)),
        )
    )
    keys = [row.latest_look for row in rows if row.latest_look]
    found: dict[UUID, Inspection] = {}
    for some in batches(keys):
        found |= Inspection.objects.in_bulk(some)
    return [_house(row, found.get(row.latest_look), month) for row in rows]


def _house(household: Household, latest: Inspection | None, month: date) -> HouseOfMonth:
    has_later: bool = household.has_later_look  # type: ignore[attr-defined]
    is_checked = latest is not None and latest.checked_on >= month
    past = latest if is_checked or has_later else None
    return HouseOfMonth(
        household, latest, is_checked, past.grade if past else household.housing_grade, has_later
    )


def progress_of_year(
    households: HouseholdQuerySet, looks: InspectionQuerySet, year: int, on: date
) -> dict[str, dict[int, Progress]]:
    """Return by village and month (1–12, those that have begun by the day `on`) how many houses were inspected.

    Both sets are narrowed to what the reader sees. Two queries, whatever the number of villages.
    """
    months = [month for month in range(1, 13) if date(year, month, 1) <= on]
    ends = {month: min(month_end(date(year, month, 1)), on) for month in months}
    totals = households.order_by().values_list("area").annotate(**{
        f"m{month}": Count("pk", filter=Q(closed_on__isnull=True) | Q(closed_on__gt=end))
        for month, end in ends.items()
    })  # fmt: skip
    checked: dict[tuple[str, int], int] = defaultdict(int)
    # Who was closed later in the month is in neither number.
    present = Q(closed_month__isnull=True) | Q(closed_month__gt=F("month"))
    counted = (
        looks.of(Guarantee.HOUSING)
        .filter(checked_on__year=year, checked_on__lte=on)
        .annotate(month=TruncMonth("checked_on"), closed_month=TruncMonth("household__closed_on"))
        .filter(present)
        .order_by()
        .values_list("area", "month")
        .annotate(count=Count("household", distinct=True))
    )
    for area, month, count in counted:
        checked[area, month.month] = count
    return {
        area: {
            month: Progress(checked[area, month], total) for month, total in zip(months, numbers, strict=True)
        }
        for area, *numbers in totals
    }
