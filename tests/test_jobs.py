"""The worker: each job once, what is due queued once, and an end that leaves nothing half done."""

import os
import signal
import threading
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from households.choices import Tier
from monitoring.jobs import LEAVE_RETURN, VISIT_PLAN, enqueue_due
from monitoring.models import PlannedPeriod, VisitTask
from monitoring.reference import load_cycles
from monitoring.services.planning import plan_month
from tests.factories import OTHER_TOWNSHIP, TOWNSHIP, make_household, make_township, make_village
from township.base import jobs
from township.base.jobs import JobLost, enqueue, job_kind, run_once
from township.models import Job

pytestmark = pytest.mark.django_db
HEARTBEAT = Path(settings.TOWNSHIP_VAR) / "worker.heartbeat"


@pytest.fixture
def kinds(monkeypatch):
    """Kinds of jobs that only this test knows."""
    monkeypatch.setattr(jobs, "_kinds", dict(jobs._kinds))
    monkeypatch.setattr(jobs, "_planners", [])


def noon(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), ZoneInfo("Asia/Shanghai")) + timedelta(hours=12)


def test_once_drains_the_queue_and_ends(kinds, capsys):
    done = []
    job_kind("greet")(lambda job, report: done.append(job.payload["name"]) or {"said": True})
    job_kind("fail")(lambda job, report: 1 / 0)
    enqueue("greet", name="甲"), enqueue("fail"), enqueue("greet", name="乙")
    HEARTBEAT.unlink(missing_ok=True)
    call_command("run_jobs", "--once", "--json")
    assert capsys.readouterr().out.strip() == '{"jobs": 3}'
    assert done == ["甲", "乙"]
    statuses = Job.objects.order_by("created_at").values_list("status", flat=True)
    assert list(statuses) == ["done", "failed", "done"]
    assert "ZeroDivisionError" in Job.objects.get(kind="fail").error
    assert not HEARTBEAT.exists()


def test_same_key_is_queued_once(kinds):
    job_kind("greet")(lambda job, report: {})
    first = enqueue("greet", unique_key="greet:1")
    assert enqueue("greet", unique_key="greet:1") == first
    run_once("w")
    assert enqueue("greet", unique_key="greet:1") == first


def test_a_job_of_a_dead_worker_runs_again_and_the_dead_one_writes_nothing(kinds):
    def work(job, report):
        # Another worker has taken the job since.
        Job.objects.filter(pk=job.pk).update(worker="other")
        report(1, 2, "")

    job_kind("work")(work)
    job = enqueue("work")
    Job.objects.filter(pk=job.pk).update(
        status=Job.Status.RUNNING, worker="dead", leased_until=timezone.now() - timedelta(seconds=1)
    )
    assert run_once("w")
    job.refresh_from_db()
    assert (job.status, job.worker) == (Job.Status.RUNNING, "other")
    assert not run_once("w")
    with pytest.raises(JobLost):
        jobs._reporter(job, "w", lambda: None)(1, 2)


@pytest.mark.django_db(transaction=True)
def test_the_worker_plans_beats_and_ends_on_a_signal(kinds):
    calls = []
    jobs._planners.append(calls.append)
    jobs._kinds["greet"] = lambda job, report: calls.append("greet")
    enqueue("greet")
    HEARTBEAT.unlink(missing_ok=True)

    def stop():
        until = time.monotonic() + 20
        while "greet" not in calls and time.monotonic() < until:
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGTERM)

    before = signal.getsignal(signal.SIGTERM)
    thread = threading.Thread(target=stop)
    thread.start()
    call_command("run_jobs", "--json")
    thread.join()
    assert [type(call) for call in calls] == [datetime, str]
    assert HEARTBEAT.exists()
    assert signal.getsignal(signal.SIGTERM) == before


@pytest.mark.parametrize(
    ("today", "months"),
    [
        (date(2026, 11, 1), {"2026-11"}),
        (date(2026, 11, 27), {"2026-11"}),
        (date(2026, 11, 28), {"2026-11", "2026-12"}),
        (date(2026, 12, 31), {"2026-12", "2027-01"}),
        (date(2028, 2, 27), {"2028-02", "2028-03"}),
    ],
)
def test_each_month_is_planned_once_and_the_next_in_the_last_three_days(today, months):
    make_township(), make_township(OTHER_TOWNSHIP, start_on=None)
    for _ in range(2):
        enqueue_due(noon(today))
    plans = Job.objects.filter(kind=VISIT_PLAN)
    assert set(plans.values_list("unique_key", flat=True)) == {f"visit-plan:{TOWNSHIP}:{m}" for m in months}
    assert Job.objects.filter(kind=LEAVE_RETURN).count() == 1


def test_a_township_without_a_start_day_is_planned_once_somebody_planned_it():
    make_township(start_on=None)
    load_cycles()
    enqueue_due(noon(date(2026, 11, 1)))
    assert not Job.objects.filter(kind=VISIT_PLAN).exists()
    plan_month(date(2026, 10, 1), area=TOWNSHIP, on=date(2026, 10, 1))
    assert PlannedPeriod.objects.exists()
    enqueue_due(noon(date(2026, 11, 1)))
    assert Job.objects.filter(kind=VISIT_PLAN).count() == 1


def test_the_job_plans_its_township():
    load_cycles()
    make_household(tier=Tier.KEY)
    make_household(make_village(f"{OTHER_TOWNSHIP}001"), tier=Tier.KEY)
    month = timezone.localdate().replace(day=1)
    enqueue(VISIT_PLAN, township=TOWNSHIP, month=f"{month:%Y-%m}")
    enqueue(LEAVE_RETURN, on=str(timezone.localdate()))
    call_command("run_jobs", "--once", "--json")
    assert VisitTask.objects.get().area.startswith(TOWNSHIP)
    assert Job.objects.get(kind=VISIT_PLAN).result["created"] == 1
    assert Job.objects.get(kind=LEAVE_RETURN).result == {"tasks": 0}


@pytest.mark.django_db(transaction=True)
def test_a_long_job_keeps_its_lease_though_it_reports_nothing(kinds, monkeypatch):
    monkeypatch.setattr(jobs, "RENEWED_EVERY_SECONDS", 0.02)
    monkeypatch.setattr(jobs, "_long_kinds", set())
    seen = []

    def work(job, report):
        report(1, 2, "写入")
        Job.objects.filter(pk=job.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
        until = time.monotonic() + 20
        while Job.objects.get(pk=job.pk).leased_until < timezone.now() and time.monotonic() < until:
            time.sleep(0.02)
        seen.append(run_once("other"))
        return {}

    job_kind("long", is_long=True)(work)
    job = enqueue("long")
    assert run_once("w") and seen == [False]
    job.refresh_from_db()
    assert (job.status, job.worker, job.done, job.message) == (Job.Status.DONE, "w", 1, "写入")


@pytest.mark.django_db(transaction=True)
def test_a_long_job_that_was_taken_away_stops_at_its_next_report(kinds, monkeypatch):
    monkeypatch.setattr(jobs, "RENEWED_EVERY_SECONDS", 0.02)
    monkeypatch.setattr(jobs, "_long_kinds", set())

    def work(job, report):
        Job.objects.filter(pk=job.pk).update(worker="other")
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with transaction.atomic():
                report(1, 2, "")
            time.sleep(0.02)
        return {}

    job_kind("long", is_long=True)(work)
    job = enqueue("long")
    assert run_once("w")
    job.refresh_from_db()
    assert (job.status, job.worker) == (Job.Status.RUNNING, "other")
