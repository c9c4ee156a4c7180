"""Which visit fulfils which task, and when a household was last visited: recomputed from the visits, and only here.

Both are kept on the rows only because every list asks for them; the visits are the truth.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from django.db import connections, transaction
from django.db.models import OuterRef, Subquery

from households.access import ScopedQuerySet
from households.models import Household
from monitoring.models import PhoneCounts, Visit, VisitCycle, VisitTask
from monitoring.schedule import VisitFacts, first_counting
from township.base.batches import batches
from township.base.dates import PeriodKind, months_between, period_of
from township.base.insert import insert

Rows = TypeVar("Rows", bound=ScopedQuerySet)
# A visit (its id and day), or neither.
Fulfilment = tuple[UUID | None, date | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownVisit(VisitFacts):
    """A visit that can be named."""

    id: UUID


@dataclass(frozen=True)
class Drift:
    """What is stored otherwise than the visits say: task id → (visit, day), household id → day of the last contact."""

    tasks: dict[UUID, Fulfilment]
    last_visits: dict[UUID, date | None]


@dataclass(frozen=True)
class Chosen:
    """Households by their keys, as many as one statement takes, or all of an area (a prefix)."""

    ids: Sequence[UUID] = ()
    area: str = ""

    def of(self, rows: Rows, household: str) -> Rows:
        """Narrow rows to those of the households; `household` is the path to the key."""
        return rows.in_area(self.area) if self.area else rows.filter(**{f"{household}__in": self.ids})


def refresh(household_ids: Iterable[UUID]) -> None:
    """Recompute what fulfils every task of the households, and when each was last visited.

    Writes only rows that change. The households are locked first, so that of two visits saved at the same moment
    the second sees the first.
    """
    phone_rules = _phone_rules()
    for ids in batches(sorted(set(household_ids))):
        with transaction.atomic():
            _lock(Chosen(ids))
            found = _drift(ids, phone_rules)
            _write_tasks(found.tasks)
            _write_last_visits(found.last_visits)


def prefill(tasks: Sequence[VisitTask], *, area: str = "") -> None:
    """Set on new, unsaved tasks the visit that fulfils each already; save them in the same transaction.

    Where the tasks are those of a whole area (a prefix), say so: it is then read as one range, by a number of queries
    that does not grow with the households.
    """
    if not tasks:
        return
    by_household: dict[UUID, list[VisitTask]] = defaultdict(list)
    for task in tasks:
        by_household[task.household_id].append(task)
    phone_rules = _phone_rules()
    since = period_of(PeriodKind.QUARTER, min(task.period_start for task in tasks)).start
    for chosen in [Chosen(area=area)] if area else [Chosen(ids) for ids in batches(sorted(by_household))]:
        _lock(chosen)
        for pk, known in _visits(chosen, since=since).items():
            for task in by_household.get(pk, ()):
                visit = _fulfilling(known, task.tier, task.period_start, task.period_end, phone_rules)
                task.fulfilled_by_id, task.fulfilled_on = (
                    (visit.id, visit.visited_on) if visit else (None, None)
                )


def drift(household_ids: Iterable[UUID]) -> Drift:
    """Return what `refresh` would change, without changing it."""
    phone_rules = _phone_rules()
    whole = Drift({}, {})
    for ids in batches(sorted(set(household_ids))):
        found = _drift(ids, phone_rules)
        whole.tasks.update(found.tasks)
        whole.last_visits.update(found.last_visits)
    return whole


def _drift(ids: list[UUID], phone_rules: dict[str, Callable[[date], str]]) -> Drift:
    contacts = Visit.objects.contacts().filter(household=OuterRef("pk"))
    latest = Subquery(contacts.order_by("-visited_on").values("visited_on")[:1])
    households = Household.objects.filter(pk__in=ids).annotate(latest=latest)
    last_visits = {
        pk: last
        for pk, stored, last in households.values_list("pk", "last_visited_on", "latest")
        if stored != last
    }
    visits = _visits(Chosen(ids))
    tasks: dict[UUID, Fulfilment] = {}
    rows = VisitTask.objects.filter(household__in=ids).order_by()
    for pk, household, tier, start, end, *stored in rows.values_list(
        "pk", "household_id", "tier", "period_start", "period_end", "fulfilled_by_id", "fulfilled_on"
    ):
        visit = _fulfilling(visits.get(household, []), tier, start, end, phone_rules)
        right: Fulfilment = (visit.id, visit.visited_on) if visit else (None, None)
        if right != tuple(stored):
            tasks[pk] = right
    return Drift(tasks, last_visits)


def _fulfilling(
    visits: list[KnownVisit], tier: str, start: date, end: date, phone_rules: dict[str, Callable[[date], str]]
) -> KnownVisit | None:
    if not visits:
        return None
    period = period_of(PeriodKind.of_months(months_between(start, end) + 1), start)
    return first_counting(visits, period, phone_rules.get(tier, _never))


def _lock(chosen: Chosen) -> None:
    """Hold the households, so that a visit saved at the same moment is either seen here or sees what is written."""
    rows = chosen.of(Household.objects.select_for_update(no_key=True), "pk").order_by("pk")
    if connections[rows.db].features.has_select_for_update:
        list(rows.values_list("pk"))


def _visits(chosen: Chosen, since: date = date.min) -> dict[UUID, list[KnownVisit]]:
    """Return the contacts of each household, the earlier entered first among those of one day."""
    visits: dict[UUID, list[KnownVisit]] = defaultdict(list)
    rows = chosen.of(Visit.objects.contacts(), "household").filter(visited_on__gte=since)
    rows = rows.order_by("visited_on", "recorded_at", "pk")
    for pk, household, visited_on, mode, met, is_away in rows.values_list(
        "pk", "household_id", "visited_on", "mode", "met", "is_away"
    ):
        visits[household].append(
            KnownVisit(id=pk, visited_on=visited_on, mode=mode, met=met, is_away=is_away)
        )
    return dict(visits)


def _phone_rules() -> dict[str, Callable[[date], str]]:
    """Return for each tier the function that says on a day whether the telephone counts: the cycle in force decides."""
    cycles: dict[str, list[tuple[date, str]]] = defaultdict(list)
    for tier, valid_from, phone_counts in VisitCycle.objects.order_by("valid_from").values_list(
        "tier", "valid_from", "phone_counts"
    ):
        cycles[tier].append((valid_from, phone_counts))
    return {tier: _rule_of(rows) for tier, rows in cycles.items()}


def _rule_of(rows: list[tuple[date, str]]) -> Callable[[date], str]:
    days = [valid_from for valid_from, _ in rows]

    def rule_on(day: date) -> str:
        known = bisect_right(days, day)
        return rows[known - 1][1] if known else PhoneCounts.NEVER

    return rule_on


def _never(_: date) -> str:
    return PhoneCounts.NEVER


def _write_tasks(changed: dict[UUID, Fulfilment]) -> None:
    for ids in batches(changed):
        tasks = list(VisitTask.objects.filter(pk__in=ids))
        for task in tasks:
            task.fulfilled_by_id, task.fulfilled_on = changed[task.pk]
        insert(VisitTask, tasks, update=["fulfilled_by", "fulfilled_on"])


def _write_last_visits(changed: dict[UUID, date | None]) -> None:
    """Write the day of the last contact; no history, because the visits are its record."""
    contacts = Visit.objects.contacts().filter(household=OuterRef("pk"))
    latest = Subquery(contacts.order_by("-visited_on").values("visited_on")[:1])
    for ids in batches(changed):
        Household.objects.filter(pk__in=ids).update(history=False, last_visited_on=latest)
