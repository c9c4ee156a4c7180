"""自然增减 of a month: households and people before, what came and went, and after.

The totals are reckoned back from the present register: after = now − everything later, before = after − everything of
the month. They reconcile as long as every change is an event or a registration, which the verbs see to.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Sum
from django.db.models.functions import TruncDate

from households.models import Household, LifeEvent, Member
from township.base.dates import month_end, month_start

Kind = LifeEvent.Kind
# Events that came with a row of their own; every other new row is a registration by list.
ARRIVALS = (Kind.BIRTH, Kind.MARRIED_IN, Kind.JOINED)
REGISTERED = "名单登记"


@dataclass(frozen=True)
class Line:
    """One kind of event in the month: how many there were (条), and what they added in 户 and 人 (or took)."""

    label: str
    events: int
    households: int
    people: int


@dataclass(frozen=True)
class Balance:
    """Households (户) and people (人) of some villages before and after a month, and what lies between."""

    month: date
    households_before: int
    people_before: int
    lines: tuple[Line, ...]
    households_after: int
    people_after: int


def balance(areas: Collection[str], month: date) -> Balance:
    """Return the balance of villages (12-digit codes) for the month of a day.

    An event counts on the day it happened, a registration by list on the day it was imported. A month that is running
    ends with what is known now.
    """
    start, end = month_start(month), month_end(month)
    events = LifeEvent.objects.filter(area__in=areas).order_by()
    later = _sum(events.filter(on__gt=end))
    registered = _registered(areas, start, end)
    registered_later = _registered(areas, end, None)
    households = Household.objects.active().filter(area__in=areas).count()
    people = Member.objects.active().filter(area__in=areas, household__closed_on__isnull=True).count()
    households_after = households - later[0] - registered_later[0]
    people_after = people - later[1] - registered_later[1]
    lines = [
        Line(str(Kind(kind).label), count, households, people)
        for kind, count, households, people in events.filter(on__range=(start, end))
        .values_list("kind")
        .annotate(Count("pk"), Sum("households"), Sum("people"))
    ]
    order = {str(kind.label): place for place, kind in enumerate(Kind)}
    lines.sort(key=lambda line: order[line.label])
    if any(registered):
        lines.append(Line(REGISTERED, 0, *registered))
    return Balance(
        month=start,
        households_before=households_after - sum(line.households for line in lines),
        people_before=people_after - sum(line.people for line in lines),
        lines=tuple(lines),
        households_after=households_after,
        people_after=people_after,
    )


def _sum(events: Any) -> tuple[int, int]:
    found = events.aggregate(households=Sum("households"), people=Sum("people"))
    return found["households"] or 0, found["people"] or 0


def _registered(areas: Collection[str], start: date, end: date | None) -> tuple[int, int]:
    """Return households and people that came by a list: from `start` to `end`, or (`end` None) after `start`.

    Their first record says when and where; rows that an undone import took back are gone, and count nowhere.
    """
    arrived = LifeEvent.objects.filter(member=OuterRef("id"), kind__in=ARRIVALS)
    split_off = LifeEvent.objects.filter(household=OuterRef("id"), kind=Kind.SPLIT_IN)
    return (
        _first_records(Household, areas, start, end)
        .filter(~Exists(split_off))
        .values("id")
        .distinct()
        .count(),
        _first_records(Member, areas, start, end).filter(~Exists(arrived)).values("id").distinct().count(),
    )


def _first_records(model: Any, areas: Collection[str], start: date, end: date | None) -> Any:
    present = model.objects.filter(pk=OuterRef("id"))
    records = model.history.filter(Exists(present), history_type="+", area__in=areas).order_by()
    records = records.annotate(day=TruncDate("history_date"))
    return records.filter(day__range=(start, end)) if end else records.filter(day__gt=start)
