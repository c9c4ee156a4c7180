"""Figures of the inspections of houses and water: households looked at in the year, and what is still wrong."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from households.guarantees import Guarantee
from monitoring.models import Inspection
from monitoring.models.inspections import InspectionQuerySet
from township.base.registry import Figure, read_together


def inspections_of_year(area: str, on: date) -> InspectionQuerySet:
    """Return the inspections of an area (prefix) in the year of the day, up to the day."""
    return Inspection.objects.in_area(area).filter(checked_on__range=(date(on.year, 1, 1), on))


def checked_figures(area: str, on: date, keys: Collection[str]) -> dict[str, Any]:
    """Return 户 whose house or water was inspected in the year (one query)."""
    counts = {
        f"{guarantee.value}_checked_households": Count(
            "household", distinct=True, filter=Q(guarantee=guarantee.value)
        )
        for guarantee in (Guarantee.HOUSING, Guarantee.WATER)
    }
    return inspections_of_year(area, on).aggregate(**{key: counts[key] for key in keys})


def water_problems(area: str, on: date) -> int:
    """Return 户 whose last inspection of water in the year found a problem."""
    rows = inspections_of_year(area, on).of(Guarantee.WATER)
    later = Inspection.objects.of(Guarantee.WATER).filter(
        household=OuterRef("household"), checked_on__gt=OuterRef("checked_on"), checked_on__lte=on
    )
    last = rows.filter(~Exists(later), is_met=False)
    return last.values("household").distinct().count()


_YEAR = "统计日所在年度内（不晚于统计日）"
FIGURES = (
    *read_together(
        checked_figures,
        ("housing_checked_households", "household", f"{_YEAR}核查过住房安全的户，多次核查的计一次"),
        ("water_checked_households", "household", f"{_YEAR}核查过饮水安全的户，多次核查的计一次"),
    ),
    Figure(
        key="water_problems", unit="household", value=water_problems,
        definition=f"{_YEAR}最近一次饮水核查仍存在问题的户，已整改复查合格的不计",
    ),
)  # fmt: skip
