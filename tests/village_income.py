"""A row of each kind of what a village earns and gives, for the tests that open every page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from households.models import IncomeLine, Project, ProjectIncome, SolarBatch, SolarShare


def village_income_examples(home: Any, day: date) -> Iterator[tuple[str, Any]]:
    """Yield a drafted batch, a project and an income line, each with a row of the household."""
    village = {"village": home.village, "area": home.area}
    place = {"household": home, "area": home.area}
    days = {"started_on": date(2025, 1, 1), "ended_on": date(2025, 12, 31)}
    batch = SolarBatch.objects.create(
        **village, title="测试批次", received_on=day, income_yuan=10000, township_percent=40
    )
    yield "households/solarbatch", batch
    yield "solar share", SolarShare.objects.create(**place, batch=batch, purpose="relief", amount_yuan=1000)
    project = Project.objects.create(**village, name="测试园区", kind="park")
    yield "households/project", project
    yield (
        "project income",
        ProjectIncome.objects.create(**place, project=project, pay="rent", amount_yuan=800, **days),
    )
    yield "households/incomeline", IncomeLine.objects.create(**place, item="B1", amount_yuan=5000, **days)
