"""Planning a whole township at the turn of the year, when the periods of all four tiers begin at once."""

from __future__ import annotations

from datetime import date

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from households.models import Household
from monitoring.models import VisitTask
from monitoring.services.planning import plan_month
from tests.bench.results import timed
from tests.bench.townships import PREFIX

TOWNSHIP = f"{PREFIX}000"


def new_year(on: date) -> date:
    """First day of the year after the demo's day."""
    return date(on.year + 1, 1, 1)


def plan_year(on: date) -> float:
    """Seconds to plan the next January; one task for every household, taken back afterwards."""
    month = new_year(on)
    with transaction.atomic():
        seconds = timed(lambda: plan_month(month, area=TOWNSHIP, on=month))
        assert VisitTask.objects.containing(month).count() == Household.objects.count()
        transaction.set_rollback(True)
    return seconds


def plan_queries(on: date, *, keep: int | None = None) -> int:
    """Queries of the same plan; with `keep` only so many households have a tier."""
    month = new_year(on)
    with transaction.atomic():
        if keep is not None:
            kept = list(Household.objects.order_by("code").values_list("pk", flat=True)[:keep])
            Household.objects.exclude(pk__in=kept).update(history=False, tier="", tier_since=None)
        with CaptureQueriesContext(connection) as queries:
            plan_month(month, area=TOWNSHIP, on=month)
        transaction.set_rollback(True)
    return len(queries)
