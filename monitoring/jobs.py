"""What the worker does by itself: visit plans, screenings, runs of the rules, leaves that end, episodes, lost files."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from households.models import Division, Household
from monitoring.models import PlannedPeriod
from monitoring.services.evidence import sweep_files
from monitoring.services.findings import run_rules
from monitoring.services.handover import return_from_leave
from monitoring.services.planning import plan_month
from monitoring.services.register_following import follow_register
from monitoring.services.rule_runs import RULE_RUN
from monitoring.services.screening import screen
from monitoring.services.workdays import work_calendar
from township.base.dates import add_months, month_end, month_start, parse_month
from township.base.jobs import Report, enqueue, job_kind, recurring
from township.models import Job

VISIT_PLAN, LEAVE_RETURN, SCREENING = "visit-plan", "leave-return", "warning-screening"
EVIDENCE_SWEEP, EPISODES = "evidence-sweep", "episodes"
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


@job_kind(SCREENING)
def run_screening(job: Job, report: Report) -> dict[str, Any]:
    """Screen a township's month; again it finds nothing new."""
    month = parse_month(job.payload["month"])
    on = timezone.localdate()
    return screen(job.payload["township"], month, by=None, on=on, at=timezone.now()).as_json()


@job_kind(RULE_RUN)
def run_rule_run(job: Job, report: Report) -> dict[str, Any]:
    """Ask all rules about a township's households; again it finds nothing new."""
    township = job.payload["township"]
    total = Household.objects.active().in_area(township).count()
    # Between two stretches, when nothing is being written.
    result = run_rules(
        township,
        on=timezone.localdate(),
        by=None,
        tell=lambda households: report(min(households, total), total, "正在核查"),
    )
    return result.as_json()


@job_kind(EVIDENCE_SWEEP)
def run_evidence_sweep(job: Job, report: Report) -> dict[str, Any]:
    """Delete the files of papers that a crash left without their row."""
    return {"files": sweep_files(timezone.now())}


@job_kind(EPISODES)
def run_episodes(job: Job, report: Report) -> dict[str, Any]:
    """Give households that were monitored before there were episodes theirs; later ones follow at once."""
    followed = follow_register("", by=None, on=date.fromisoformat(job.payload["on"]), at=timezone.now())
    return asdict(followed)


@recurring
def enqueue_due(now: datetime) -> None:
    """Queue what the day asks for, each once."""
    today = timezone.localdate(now)
    wanted: dict[str, tuple[str, dict[str, str]]] = {
        f"{LEAVE_RETURN}:{today}": (LEAVE_RETURN, {"on": str(today)}),
        f"{EVIDENCE_SWEEP}:{today}": (EVIDENCE_SWEEP, {}),
        f"{EPISODES}:{today}": (EPISODES, {"on": str(today)}),
    }
    for township in _townships_in_use():
        for month in _months_to_plan(today):
            payload = {"township": township, "month": f"{month:%Y-%m}"}
            wanted[f"{VISIT_PLAN}:{township}:{month:%Y-%m}"] = (VISIT_PLAN, payload)
        wanted[f"{RULE_RUN}:{township}:{today}"] = (RULE_RUN, {"township": township})
    wanted |= _screenings(today)
    known = set(Job.objects.filter(unique_key__in=wanted).values_list("unique_key", flat=True))
    for key, (kind, payload) in wanted.items():
        if key not in known:
            enqueue(kind, unique_key=key, **payload)


def _screenings(today: date) -> dict[str, tuple[str, dict[str, str]]]:
    """Return the screenings of the month that is over, for townships with a visit plan, on a working day of the next.

    Only then all of a month's visits and changes are there; an office that has planned nothing is not ready for them.
    """
    if not work_calendar().is_working(today):
        return {}
    month = f"{add_months(month_start(today), -1):%Y-%m}"
    townships = PlannedPeriod.objects.order_by("area").values_list("area", flat=True).distinct()
    return {
        f"{SCREENING}:{area[:9]}:{month}": (SCREENING, {"township": area[:9], "month": month})
        for area in townships
    }


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
