"""Which households have a monitor: counted by village and by group, for giving them out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count

from households.access import Capability
from households.models import Group, Household, MonitorAssignment, Village
from households.models.households import HouseholdQuerySet
from households.models.postings import DatedQuerySet

COVERAGE_DEFINITION = "在册农户，按户计；无监测员：当日没有监测员包户；现任监测员：当日包户"
NO_GROUP = "未分组"


@dataclass(frozen=True, kw_only=True)
class VillageCoverage:
    """Active households of a village, and those nobody is assigned to on the day (户)."""

    area: str
    name: str
    households: int
    without: int


@dataclass(frozen=True, kw_only=True)
class GroupCoverage:
    """The same of a group (None: the households of the village that are in no group), with who holds how many (户)."""

    group: UUID | None
    name: str
    households: int
    without: int
    held: tuple[tuple[str, int], ...]


def assignable(user: Any) -> HouseholdQuerySet:
    """Return the active households that the user may give to a monitor."""
    return Household.objects.within(user, Capability.HAND_OVER).active()


def assignments(user: Any) -> DatedQuerySet:
    """Return the assignments of the same households."""
    return MonitorAssignment.objects.within(user, Capability.HAND_OVER)


def village_coverage(user: Any, on: date) -> list[VillageCoverage]:
    """Return the villages in which the user gives out households, by code; three queries."""
    homes = assignable(user)
    known, without = _counted(homes, "area"), _counted(homes.without_monitor(on, assignments(user)), "area")
    places = Village.objects.within(user, Capability.HAND_OVER).order_by("area").values_list("area", "name")
    return [
        VillageCoverage(area=area, name=name, households=known.get(area, 0), without=without.get(area, 0))
        for area, name in places
    ]


def group_coverage(user: Any, area: str, on: date) -> list[GroupCoverage]:
    """Return the groups of a village (12 digits) that have households, in walking order; four queries."""
    homes = assignable(user).in_area(area)
    ours = assignments(user).in_area(area)
    known, without = _counted(homes, "group"), _counted(homes.without_monitor(on, ours), "group")
    held = _held(ours.valid_on(on))
    groups: list[tuple[UUID | None, str]] = [
        *Group.objects.in_area(area).order_by("order", "name").values_list("pk", "name"),
        (None, NO_GROUP),
    ]
    return [
        GroupCoverage(
            group=pk, name=name, households=known[pk], without=without.get(pk, 0), held=tuple(held[pk])
        )
        for pk, name in groups
        if known.get(pk)
    ]


def _counted(homes: HouseholdQuerySet, by: str) -> dict[Any, int]:
    return dict(homes.order_by().values_list(by).annotate(count=Count("pk")))


def _held(ours: DatedQuerySet) -> dict[UUID | None, list[tuple[str, int]]]:
    """Monitors of each group with their households, most first."""
    rows = (
        ours.filter(household__closed_on__isnull=True)
        .order_by()
        .values_list("household__group", "monitor", "monitor__name")
        .annotate(count=Count("household", distinct=True))
        .order_by("-count", "monitor__name")
    )
    held: dict[UUID | None, list[tuple[str, int]]] = defaultdict(list)
    for group, _, name, count in rows:
        held[group].append((name, count))
    return held
