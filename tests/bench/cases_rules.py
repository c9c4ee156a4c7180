"""All rules over one township of 40,000 people, against reading the same tables; and over twenty of them.

The database holds `load_demo` of HOUSEHOLDS households (or fewer, where the run is a small one).
"""

from __future__ import annotations

import time
from datetime import date

from django.db import connection, models

from households.models import (
    BenefitReceipt,
    HelperAssignment,
    Household,
    Income,
    Member,
    MicroLoan,
    MonitorAssignment,
    Post,
    Qualification,
    Renovation,
    Training,
    WorkSpell,
)
from monitoring.models import (
    Clue,
    Finding,
    FindingCount,
    Inspection,
    Measure,
    MonitoringEpisode,
    PlannedPeriod,
    SampledHousehold,
    TierAssignment,
    TierProposal,
    Visit,
    VisitTask,
    WaterSample,
)
from monitoring.services.findings import RunResult, run_rules
from tests.bench.memory import peak_megabytes
from tests.bench.results import timed
from tests.bench.townships import township_area

HOUSEHOLDS, PEOPLE = 26_500, 40_000
READ: tuple[type[models.Model], ...] = (
    Household, Member, Income, MonitorAssignment, HelperAssignment, Measure, BenefitReceipt, Qualification, WorkSpell,
    Post, Training, MicroLoan, Renovation, Inspection,
)  # fmt: skip
# Most of a copied township, and no rule asks for it.
NOT_READ: tuple[type[models.Model], ...] = (
    Clue, TierProposal, TierAssignment, Visit, VisitTask, PlannedPeriod, MonitoringEpisode, WaterSample,
    SampledHousehold,
)  # fmt: skip
ROWS = 2000  # in the driver's hands at a time


def first_run(on: date) -> float:
    """Seconds of a run that has found nothing before; the findings stay."""
    FindingCount.objects.all().delete()
    Finding.objects.all().delete()
    return timed(lambda: run_township(0, on))


def run_again(on: date, townships: int = 1) -> float:
    """Seconds of another run on the same day over so many townships; AssertionError where anything changes."""
    began = time.perf_counter()
    results = [run_township(number, on) for number in range(townships)]
    seconds = time.perf_counter() - began
    for result in results:
        assert (result.new, result.reopened, result.closed) == (0, 0, 0), result
    return seconds


def run_township(number: int, on: date) -> RunResult:
    """Run all rules over a township (0: the loaded one); AssertionError where it is smaller than the limits are for."""
    result = run_rules(township_area(number), on=on, by=None)
    assert result.people >= PEOPLE or result.households < HOUSEHOLDS, result
    return result


def floor_read() -> float:
    """Seconds in which plain cursors read every column of the tables that the rules look at, and do nothing with it."""
    began = time.perf_counter()
    with connection.cursor() as cursor:
        for model in READ:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(model._meta.db_table)}")
            while cursor.fetchmany(ROWS):
                pass
    return time.perf_counter() - began


def peak() -> float:
    """Return the most memory (MB) that the command needs over every township of the database."""
    return peak_megabytes("run_rules", "--json")
