"""What the worker does by itself: the visit plan of each month, and the end of a leave."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from households.models import Division
from monitoring.models import PlannedPeriod
from monitoring.services.handover import return_from_leave
from monitoring.services.planning import plan_month
from township.base.dates import add_months, month_end, month_start, parse_month
from township.base.jobs import Report, enqueue, job_kind, recurring
from township.models import Job

VISIT_PLAN, LEAVE_RETURN = "visit-plan", "leave-return"
# The next month is planned this many days before it begins, so that monitors can look ahead.
PLAN_AHEAD = timedelta(days=3)


@job_kind(VISIT_PLAN)
def run_visit_plan(job: Job, report: Report) -> dict[str, Any]:
    """Plan a township's month; again it finds everything there."""
    month = parse_month(job.payload["month"])
    return plan_month(month, area=job.payload["township"], on=timezone.localdate()).as_json()


@job_kind(LEAVE_RETURN)
def run_leave_return(job: Job, report: Report) -> dict[str, Any]:
    """Give what stand-ins left open back to the monitors whose leave is over."""
    return {"tasks": return_from_leave(on=date.fromisoformat(job.payload["on"]))}


@recurring
def enqueue_due(now: datetime) -> None:
    """Queue what the day asks for, each once."""
    today = timezone.localdate(now)
    wanted = {f"{LEAVE_RETURN}:{today}": (LEAVE_RETURN, {"on": str(today)})}
    for township in _townships_in_use():
        for month in _months_to_plan(today):
            payload = {"township": township, "month": f"{month:%Y-%m}"}
            wanted[f"{VISIT_PLAN}:{township}:{month:%Y-%m}"] = (VISIT_PLAN, payload)
    known = set(Job.objects.filter(unique_key__in=wanted).values_list("unique_key", flat=True))
    for key, (kind, payload) in wanted.items():
        if key not in known:
            enqueue(kind, unique_key=key, **payload)


def _townships_in_use() -> list[str]:
    """Return the townships (9 digits) that have set a start day or made a plan by hand."""
    planned = PlannedPeriod.objects.values("area")
    townships = Division.objects.filter(level=Division.Level.TOWNSHIP)
    in_use = townships.filter(start_on__isnull=False) | townships.filter(area__in=planned)
    return [area[:9] for area in in_use.order_by("area").values_list("area", flat=True)]


def _months_to_plan(today: date) -> list[date]:
    this_month = month_start(today)
    if month_end(today) - today >= PLAN_AHEAD:
        return [this_month]
    return [this_month, add_months(this_month, 1)]
