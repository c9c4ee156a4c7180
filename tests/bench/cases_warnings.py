"""A department's list of 5,000 lines about the demo's people, imported and sent out; and the township's screening."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from python_calamine import CalamineWorkbook

from households.importing.comparison import Choices, Task
from households.importing.pipeline import import_file
from households.models import ImportBatch, Member
from monitoring.importing.warnings.kind import WARNINGS, answers
from monitoring.models import WarningBatch, WarningCase, WarningStep
from monitoring.services.screening import screen
from monitoring.services.warning_lists import assign_list
from tests.bench.results import timed
from tests.list_files import write_list
from tests.warning_lists import HEADINGS, line
from township.demo.demo import TOWNSHIP

LINES = 5_000


@contextmanager
def department_list() -> Iterator[Path]:
    """Give a list about the first people of the register who have a household."""
    people = (
        Member.objects.active().filter(household__closed_on__isnull=True).select_related("household__village")
    )
    rows = [
        line(乡镇="示例镇", 行政村=one.household.village.name, 姓名=one.name, 身份证号=one.id_number)
        for one in people.order_by("pk")[:LINES]
    ]
    with tempfile.TemporaryDirectory(prefix="township-bench-") as folder:
        yield write_list(Path(folder) / "list.xlsx", HEADINGS, rows)


def import_and_assign(on: date, runs: int) -> tuple[float, float]:
    """Median seconds to read, match, import and assign the list, and of the floor: read it and bulk_create the rows.

    Turn by turn: each takes long enough for the machine to have become another meanwhile.
    """
    seconds, floors = [], []
    with department_list() as path:
        for _ in range(runs):
            with passing() as batches:
                seconds.append(timed(lambda: _run(path, on)))
                floors.append(_floor(path, batches()))
    return median(seconds), median(floors)


def screening(on: date) -> float:
    """Seconds to screen the township for the first time, its warnings written."""
    month = on.replace(day=1)
    with passing():
        return timed(lambda: screen(TOWNSHIP[:9], month, by=None, on=on, at=timezone.now()))


@contextmanager
def passing() -> Iterator[Callable[[], models.QuerySet]]:
    """Remove the warnings made inside; gives a function that returns their batches."""
    kept = list(WarningBatch.objects.values_list("pk", flat=True))

    def made() -> models.QuerySet:
        return WarningBatch.objects.exclude(pk__in=kept)

    yield made
    WarningStep.objects.filter(case__batch__in=made()).delete()
    WarningCase.objects.filter(batch__in=made()).delete()
    made().delete()


def _run(path: Path, on: date) -> None:
    task = Task(on=on, choices=Choices(answers=answers("医保局", on)))
    sent = []

    def send(batch: ImportBatch) -> None:
        sent.append(assign_list(batch, by=None, on=on, at=timezone.now()).assigned)

    result = import_file(path, WARNINGS, task, also=send).result
    assert result.rows == result.count("matched_by_id").new
    assert sent[0] > 0.9 * result.rows


def _floor(path: Path, batches: models.QuerySet) -> float:
    cases = WarningCase.objects.filter(batch__in=batches)
    ready: list[tuple[Any, list[dict[str, Any]]]] = [
        (WarningCase, [_values(row) for row in cases]),
        (WarningStep, [_values(row) for row in WarningStep.objects.filter(case__in=cases)]),
    ]
    cases.delete()  # its steps with it
    started = time.perf_counter()
    CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    with transaction.atomic():
        for model, rows in ready:
            model.objects.bulk_create([model(**row) for row in rows])
    return time.perf_counter() - started


def _values(row: models.Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
