"""screen_warnings and the monthly screening of the worker: whose townships, which month, once."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from households.access import Role
from households.choices import Tier
from households.models import AccessLog
from monitoring.jobs import SCREENING, enqueue_due, run_screening
from monitoring.models import PlannedPeriod, WarningBatch, WarningCase
from tests.factories import OTHER_TOWNSHIP, TOWNSHIP, make_household, make_township, make_user, make_village
from tests.screened import write_indicators
from township.base.dates import add_months, month_start
from township.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def unsafe() -> None:
    write_indicators()
    make_household(housing_grade="D", water_is_safe=False)
    make_household(make_village(f"{OTHER_TOWNSHIP}001"), housing_grade="D")


@pytest.fixture
def run(capsys) -> Any:
    def call(*arguments: str) -> dict[str, Any]:
        call_command("screen_warnings", "--month", f"{timezone.localdate():%Y-%m}", *arguments, "--json")
        result: dict[str, Any] = json.loads(capsys.readouterr().out)
        return result

    return call


def test_every_township_is_screened_once(run):
    first = run()
    assert (first["new"], first["existing"], first["unused"]) == (3, 0, [])
    assert first["by_rule"]["HOUSE_CD"] == {"new": 2, "existing": 0}
    again = run()
    assert (again["new"], again["existing"]) == (0, 3)
    assert set(WarningBatch.objects.values_list("area", flat=True)) == {TOWNSHIP, OTHER_TOWNSHIP}
    log = AccessLog.objects.filter(action=AccessLog.Action.COMMAND).earliest("at")
    assert log.target.startswith("screen_warnings ") and log.rows == 3


def test_a_dry_run_writes_no_warning(run):
    assert run("--dry-run")["new"] == 3
    assert not WarningCase.objects.exists()


def test_rules_can_be_chosen(run):
    result = run("--rule", "WATER", "--rule", "INCOME")
    assert (result["new"], list(result["by_rule"])) == (1, ["INCOME", "WATER"])


def test_who_is_named_screens_his_own_township(run):
    assert run("--by", make_user(Role.STATION).username)["new"] == 2


def test_refusals_are_told(run):
    with pytest.raises(CommandError, match="没有筛查规则 NONE"):
        run("--rule", "NONE")
    later = add_months(timezone.localdate(), 1)
    with pytest.raises(CommandError, match="还没有到"):
        call_command("screen_warnings", "--month", f"{later:%Y-%m}")


def test_people_are_told_what_was_raised(capsys):
    call_command("screen_warnings", "--month", f"{timezone.localdate():%Y-%m}")
    told = capsys.readouterr().out
    assert "新登记预警 3 件" in told and "HOUSE_CD：新登记 2 件，已有 0 件" in told


# The worker


def _enqueue(day: date) -> list[dict[str, str]]:
    enqueue_due(timezone.make_aware(datetime(day.year, day.month, day.day, 12)))
    return list(Job.objects.filter(kind=SCREENING).order_by("pk").values_list("payload", flat=True))


def test_no_screening_before_a_township_has_planned():
    make_township(start_on=date(2026, 1, 1))
    assert _enqueue(date(2026, 12, 1)) == []


def test_the_month_that_is_over_is_screened_on_the_first_working_day_of_the_next():
    PlannedPeriod.objects.create(area=f"{TOWNSHIP}000", tier=Tier.KEY, period_start=date(2026, 10, 1))
    assert _enqueue(date(2026, 11, 1)) == []  # a Sunday
    expected = [{"township": TOWNSHIP, "month": "2026-10"}]
    assert _enqueue(date(2026, 11, 2)) == expected
    assert _enqueue(date(2026, 11, 3)) == expected


def test_the_job_raises_what_it_finds():
    month = add_months(month_start(timezone.localdate()), -1)
    job = Job(kind=SCREENING, payload={"township": TOWNSHIP, "month": f"{month:%Y-%m}"})
    assert run_screening(job, lambda *told: None)["new"] == 2
    assert WarningBatch.objects.get().month == month
