"""The figures of the village summary: households and people by tier, visits of the running periods, problems."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import attrgetter

from django.db.models import Count, Q

from households.choices import Tier
from households.figures import guarantee_problem
from households.models import Member
from ledgers.periods import LedgerMonth
from ledgers.scope import LedgerScope
from monitoring.figures import VisitProgress, added_up, not_eliminated, visit_progress
from monitoring.figures_warnings import WarningCounts, warning_counts_by_village
from monitoring.models import MonitoringEpisode
from monitoring.tier_on_day import held_tier

NO_WARNINGS = WarningCounts()


@dataclass(slots=True)
class VillageRow:
    """One village: 户 and 人 by tier, visits of the periods that hold the day, the warnings, what needs a look."""

    number: int
    area: str
    name: str
    visits: VisitProgress
    warnings: WarningCounts
    households: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)

    def households_in(self, key: str) -> int:
        return self.households.get(key, 0)

    def people_in(self, key: str) -> int:
        return self.people.get(key, 0)


def village_rows(scope: LedgerScope, month: LedgerMonth) -> Iterator[VillageRow]:
    """Yield one row per village of the scope, in the order of the codes (six queries).

    Keys of the counts: "all", the tiers, "not_eliminated" and, for households, "new" and "problem". A household is
    counted once; people are the members who have not left. Tiers and tasks are those of the month's day.
    """
    existing = scope.households.existing(month.as_of)
    households = _by_area(
        existing,
        problem=guarantee_problem(month.as_of),
        **_tier_conditions(month),
    )
    identified = MonitoringEpisode.objects.filter(
        household__in=existing.order_by().values("pk"), identified_month=month.month
    ).order_by()
    new = dict(identified.values_list("area").annotate(Count("household", distinct=True)))
    warnings = warning_counts_by_village(scope.cases.of_month(month.month), month.as_of)
    members = Member.objects.filter(household__in=existing.order_by().values("pk"), left_on__isnull=True)
    people = _by_area(members, **_tier_conditions(month, "household"))
    # As on the dashboard, a household that ended owes no visit.
    tasks = scope.tasks.filter(household__in=existing.order_by().values("pk"))
    progress = added_up(visit_progress(tasks, month.as_of, over=month.is_over), by=attrgetter("area"))
    villages = scope.villages.order_by("area").values_list("area", "name")
    for number, (area, name) in enumerate(villages, start=1):
        visits = progress.get(area) or VisitProgress(area, "")
        counted = households.get(area, {}) | {"new": new.get(area, 0)}
        yield VillageRow(
            number, area, name, visits, warnings.get(area, NO_WARNINGS), counted, people.get(area, {})
        )


def _tier_conditions(month: LedgerMonth, household: str = "") -> dict[str, Q]:
    prefix = f"{household}__" if household else ""
    conditions = {tier.value: held_tier(tier, month.as_of, household=household) for tier in Tier}
    return conditions | {"not_eliminated": conditions[Tier.KEY.value] & not_eliminated(prefix)}


def _by_area(rows: object, **conditions: Q) -> dict[str, dict[str, int]]:
    counts = {f"n_{key}": Count("pk", filter=condition) for key, condition in conditions.items()}
    counted = rows.order_by().values("area").annotate(n_all=Count("pk"), **counts)  # type: ignore[attr-defined]
    return {
        row["area"]: {key.removeprefix("n_"): value for key, value in row.items() if key != "area"}
        for row in counted
    }
