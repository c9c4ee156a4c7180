"""What a list of households shows beside their own columns, read for one page of rows at a time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from households.models import Income, Member, MonitorAssignment

Ids = Collection[UUID] | QuerySet


def people_counts(ids: Ids) -> dict[UUID, int]:
    """Return the registered people (人, without those who left) of each household."""
    counted = Member.objects.active().filter(household__in=ids).order_by().values_list("household")
    return dict(counted.annotate(count=Count("pk")))


def monitor_names(ids: Ids, on: date) -> dict[UUID, str]:
    """Return the name of the monitor who answers for each household on a day; households without one are absent."""
    assigned = MonitorAssignment.objects.valid_on(on).filter(household__in=ids).order_by("valid_from")
    return dict(assigned.values_list("household", "monitor__name"))


def with_per_capita_between(low: Decimal | None, high: Decimal | None) -> Q:
    """Condition on Household: 人均纯收入（元）of its newest registered year lies from low to high, both included."""
    newest = Income.objects.filter(household=OuterRef("household")).order_by("-year").values("year")[:1]
    found = Income.objects.filter(year=Subquery(newest)).with_per_capita()
    if low is not None:
        found = found.filter(per_capita__gte=low)
    if high is not None:
        found = found.filter(per_capita__lte=high)
    return Q(pk__in=found.values("household"))


def days_since(day: date | None, on: date) -> str:
    """Return 今天, n 天前 or 从未走访, as lists say when a household was last visited."""
    if day is None:
        return "从未走访"
    passed = (on - day).days
    return f"{passed} 天前" if passed > 0 else "今天"
