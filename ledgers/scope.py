"""Whose households a ledger holds: those a person may see (or export), narrowed to a village."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from households.access import Capability, access_of
from households.models import Division, Household, Village
from households.models.households import HouseholdQuerySet
from monitoring.models import VisitTask, WarningCase
from monitoring.models.task_status import TaskStatusQuerySet
from monitoring.models.warnings import WarningCaseQuerySet

VILLAGES_NAMED = 3


class UnknownVillage(LookupError):
    """The village does not exist in this scope."""


@dataclass(frozen=True)
class LedgerScope:
    """The rows of one person, of one village where a village is given, and the name of the place.

    Warnings that belong to no village yet (area …000) are in the scope of the whole township alone.
    """

    households: HouseholdQuerySet
    tasks: TaskStatusQuerySet
    cases: WarningCaseQuerySet
    villages: QuerySet[Village]
    area: str
    place: str
    township: str


def scope_of(user: Any, capability: Capability = Capability.SEE_HOUSEHOLDS, village: str = "") -> LedgerScope:
    """Return the scope in which the user holds the capability; without a user (command line) it is everything.

    `village` is a 12-digit code, "" for all; raises UnknownVillage for one outside the scope.
    """
    if user is None:
        households, tasks, villages = Household.objects.all(), VisitTask.objects.all(), Village.objects.all()
        cases = WarningCase.objects.all()
    else:
        households = Household.objects.within(user, capability)
        tasks = VisitTask.objects.within(user, capability)
        cases = WarningCase.objects.within(user, capability)
        villages = Village.objects.within(user, capability)
    known = dict(villages.values_list("area", "name"))
    if village and village not in known:
        raise UnknownVillage(f"没有代码为 {village} 的行政村，或不在您的管辖范围内。请核对 12 位行政村代码。")
    area, township, place = _place(known, [village] if village else _own_villages(user, capability, known))
    if village:
        households, tasks = households.in_area(village), tasks.in_area(village)
        villages, cases = villages.filter(area=village), cases.in_area(village)
    return LedgerScope(households, tasks, cases, villages, area, place, township)


def _own_villages(user: Any, capability: Capability, known: dict[str, str]) -> list[str]:
    """Return the villages of somebody whose postings are all for single villages, else none: the whole township."""
    areas = {grant.low for grant in access_of(user).granting(capability)} if user is not None else set()
    return sorted(areas) if areas <= set(known) else []


def _place(villages: dict[str, str], chosen: list[str]) -> tuple[str, str, str]:
    """Return (area prefix, township's name, full name) of the chosen villages, or of all of them."""
    townships = {code[:9] for code in chosen or villages}
    names = dict(
        Division.objects.filter(area__in=[f"{prefix}000" for prefix in townships]).values_list("area", "name")
    )
    if len(townships) != 1:
        return "", "各乡镇", "各乡镇"
    (prefix,) = townships
    name = names.get(f"{prefix}000", prefix)
    if len(chosen) > VILLAGES_NAMED:
        return prefix, name, f"{name}{len(chosen)}个村"
    area = chosen[0] if len(chosen) == 1 else prefix
    return area, name, name + "、".join(villages[code] for code in chosen)
