"""The statistics by which SQLite chooses its indexes are counted anew once a day."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from tests.factories import make_household
from township.base.jobs import plan_recurring, run_once
from township.base.upkeep import STATISTICS
from township.models import Job

pytestmark = pytest.mark.django_db


def queued(now: datetime) -> int:
    plan_recurring(now)
    return Job.objects.filter(kind=STATISTICS).count()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL counts by itself")
def test_sqlite_counts_its_tables_once_a_day():
    now = timezone.now()
    assert (queued(now), queued(now), queued(now + timedelta(days=1))) == (1, 1, 2)
    make_household()
    while run_once("w"):
        pass
    assert set(Job.objects.filter(kind=STATISTICS).values_list("status", flat=True)) == {"done"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'households_household'")
        assert cursor.fetchone()[0]


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite does not")
def test_postgresql_needs_no_job():
    assert queued(timezone.now()) == 0
