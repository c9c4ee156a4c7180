"""What the worker does for the ground itself: on SQLite the statistics by which it chooses its indexes (PostgreSQL
looks after its own), and on the disk the files that a crash left open.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from township.base import sealed
from township.base.jobs import Report, enqueue, job_kind, recurring
from township.models import Job

STATISTICS = "database-statistics"
SWEEP = "private-files-sweep"
# Rows looked at of each index: enough for the choice of an index, and milliseconds whatever the size of the table.
ROWS_OF_AN_INDEX = 1000


@job_kind(STATISTICS)
def refresh_statistics(job: Job, report: Report) -> dict[str, Any]:
    """Count anew. Not by `PRAGMA optimize`, which looks only at tables that its own connection has read."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA analysis_limit={ROWS_OF_AN_INDEX}")
            cursor.execute("ANALYZE")
    return {}


@recurring
def enqueue_statistics(now: datetime) -> None:
    """Queue it once a day: after an import the tables are others than the day before."""
    key = f"{STATISTICS}:{timezone.localdate(now)}"
    if connection.vendor == "sqlite" and not Job.objects.filter(unique_key=key).exists():
        enqueue(STATISTICS, unique_key=key)


@job_kind(SWEEP)
def sweep_files(job: Job, report: Report) -> dict[str, Any]:
    """Take away the opened files that nobody closed."""
    return {"files": sealed.sweep()}


@recurring
def enqueue_sweep(now: datetime) -> None:
    """Queue it once a day."""
    key = f"{SWEEP}:{timezone.localdate(now)}"
    if not Job.objects.filter(unique_key=key).exists():
        enqueue(SWEEP, unique_key=key)
