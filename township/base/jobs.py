"""Work that outlives a request: a `Job` row, taken by a worker under a lease, with progress and a result.

A kind of work is a function `run(job, report)` registered with `@job_kind("name")`; report(done, total, text) keeps
the lease alive and the progress bar moving. A worker that dies loses its lease and the job runs again, so every kind
must be one transaction or safe to repeat.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from township.models import Job

LEASE = timedelta(seconds=60)
Report = Callable[[int, int, str], None]
Kind = Callable[[Job, Report], dict[str, Any]]

_kinds: dict[str, Kind] = {}
_planners: list[Callable[[datetime], None]] = []


class JobLost(Exception):
    """The lease ran out and another worker took the job; this one must stop without writing."""


def job_kind(name: str) -> Callable[[Kind], Kind]:
    """Register the function that does the work of a kind of job and returns its result (JSON)."""

    def register(run: Kind) -> Kind:
        _kinds[name] = run
        return run

    return register


def recurring(plan: Callable[[datetime], None]) -> Callable[[datetime], None]:
    """Register a function that the worker calls each round to enqueue what has become due."""
    _planners.append(plan)
    return plan


def enqueue(kind: str, *, owner: Any = None, unique_key: str | None = None, **payload: Any) -> Job:
    """Put a job in the queue; the same unique_key gives the row that is already there, done or not."""
    if kind not in _kinds:
        raise KeyError(f"unknown kind of job: {kind}")
    try:
        with transaction.atomic():
            return Job.objects.create(kind=kind, owner=owner, unique_key=unique_key, payload=payload)
    except IntegrityError:
        return Job.objects.get(unique_key=unique_key)


def run_once(worker: str, alive: Callable[[], None] = lambda: None) -> bool:
    """Take and run the next job; return False when there is none. `alive` is called with every report of progress."""
    job = _take(worker)
    if job is None:
        return False
    try:
        result = _kinds[job.kind](job, _reporter(job, worker, alive))
    except JobLost:
        return True
    except Exception as error:  # a job may fail in any way; the row says how
        _finish(job, worker, status=Job.Status.FAILED, error=f"{error}\n{traceback.format_exc()}"[:8000])
    else:
        _finish(job, worker, status=Job.Status.DONE, result=result or {})
    return True


def beat() -> None:
    """Leave a sign of life, which /readyz looks at; a worker gives one every round and with every report."""
    (settings.TOWNSHIP_VAR / "worker.heartbeat").touch()


def plan_recurring(now: datetime) -> None:
    """Let every planner enqueue what is due now."""
    for plan in _planners:
        plan(now)


def _take(worker: str) -> Job | None:
    now = timezone.now()
    free = Q(status=Job.Status.WAITING) | Q(status=Job.Status.RUNNING, leased_until__lt=now)
    while candidate := Job.objects.filter(free).order_by("created_at").only("pk").first():
        taken = Job.objects.filter(free, pk=candidate.pk).update(
            status=Job.Status.RUNNING, worker=worker, leased_until=now + LEASE, started_at=now
        )
        if taken:
            return Job.objects.get(pk=candidate.pk)
    return None


def _reporter(job: Job, worker: str, alive: Callable[[], None]) -> Report:
    def report(done: int, total: int, text: str = "") -> None:
        alive()
        held = Job.objects.filter(pk=job.pk, worker=worker, status=Job.Status.RUNNING).update(
            leased_until=timezone.now() + LEASE, done=done, total=total, message=text[:200]
        )
        if not held:
            raise JobLost(str(job.pk))

    return report


def _finish(job: Job, worker: str, **values: Any) -> None:
    Job.objects.filter(pk=job.pk, worker=worker, status=Job.Status.RUNNING).update(
        finished_at=timezone.now(), leased_until=None, **values
    )
