"""Two runs of the rules at once, on the server: nobody fails, nothing is found or counted twice."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest

from monitoring.models import Finding, FindingCount
from monitoring.services.findings import RunResult, run_rules
from tests.factories import TOWNSHIP, make_household, make_township
from tests.races import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ON = date(2026, 6, 15)


def test_two_runs_at_once_find_and_count_each_thing_once():
    make_township()
    for _ in range(20):
        make_household(housing_grade="")
    run = partial(run_rules, TOWNSHIP, on=ON, by=None)
    results = at_once(run, run, run)
    assert all(isinstance(result, RunResult) for result in results), results
    present = Finding.objects.present().count()
    assert present == sum(result.new for result in results) == sum(results[0].open.values())
    assert present == sum(FindingCount.objects.values_list("open_count", flat=True))
