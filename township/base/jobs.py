"""Work that outlives a request: a `Job` row, taken by a worker under a lease, with progress and a result.

A kind of work is a function `run(job, report)` registered with `@job_kind("name")`; report(done, total, text) keeps
the lease alive and the progress bar moving. A worker that dies loses its lease and the job runs again, so every kind
must be one transaction or safe to repeat. A kind that may take long without a report, or that reports in the middle
of a transaction, says `is_long=True`: then a thread keeps its lease for as long as the process lives.
"""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from township.models import Job

LEASE = timedelta(seconds=60)
RENEWED_EVERY_SECONDS = 15.0
Report = Callable[[int, int, str], None]
Kind = Callable[[Job, Report], dict[str, Any]]

_kinds: dict[str, Kind] = {}
_long_kinds: set[str] = set()
_planners: list[Callable[[datetime], None]] = []


class JobLost(Exception):
    """The lease ran out and another worker took the job; this one must stop without writing."""


def job_kind(name: str, *, is_long: bool = False) -> Callable[[Kind], Kind]:
    """Register the function that does the work of a kind of job and returns its result (JSON)."""

    def register(run: Kind) -> Kind:
        _kinds[name] = run
        if is_long:
            _long_kinds.add(name)
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
    report = _reporter(job, worker, alive)
    try:
        keeping = _keeping_lease(job, worker, alive) if job.kind in _long_kinds else nullcontext(report)
        with keeping as report:
            result = _kinds[job.kind](job, report)
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
        if not _renew(job, worker, done=done, total=total, message=text[:200]):
            raise JobLost(str(job.pk))

    return report


@contextmanager
def _keeping_lease(job: Job, worker: str, alive: Callable[[], None]) -> Iterator[Report]:
    """Renew the lease from a thread and yield a report that may be called inside a transaction.

    There it writes nothing itself: the row would stay locked, and its progress unseen, until the transaction ends.
    """
    now = _reporter(job, worker, alive)
    progress: dict[str, Any] = {}
    ended, lost = threading.Event(), threading.Event()

    def renew() -> None:
        while not ended.wait(RENEWED_EVERY_SECONDS):
            alive()
            # On SQLite this very job may be the one writer; then nobody else can take it either.
            with suppress(DatabaseError):
                if not _renew(job, worker, **progress):
                    lost.set()
        connection.close()

    def report(done: int, total: int, text: str = "") -> None:
        progress.update(done=done, total=total, message=text[:200])
        if lost.is_set():
            raise JobLost(str(job.pk))
        if connection.in_atomic_block:
            alive()
        else:
            now(done, total, text)

    thread = threading.Thread(target=renew, name=f"lease {job.pk}", daemon=True)
    thread.start()
    try:
        yield report
    finally:
        ended.set()
        thread.join()


def _renew(job: Job, worker: str, **progress: Any) -> bool:
    """Take the lease for another while; False when the job is somebody else's by now."""
    mine = Job.objects.filter(pk=job.pk, worker=worker, status=Job.Status.RUNNING)
    return bool(mine.update(leased_until=timezone.now() + LEASE, **progress))


def _finish(job: Job, worker: str, **values: Any) -> None:
    Job.objects.filter(pk=job.pk, worker=worker, status=Job.Status.RUNNING).update(
        finished_at=timezone.now(), leased_until=None, **values
    )
