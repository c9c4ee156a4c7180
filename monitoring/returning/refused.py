"""The lines of departments' lists that are in no answer: those that wait to be corrected, and those counted once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count

from households.access import Capability
from households.models import ImportBatch, ImportProblem, WaitingRow
from monitoring.importing.departments import short_names
from monitoring.importing.warnings.kind import WARNINGS
from township.base.batches import batches
from township.base.dates import parse_month

# What the import says of a row that is the same line as an earlier one of its list.
REPEATED_CODE = "repeated"


def refused_lines(by: Any, *capabilities: Capability) -> Counter[tuple[str, date]]:
    """Return how many lines wait in 待处理, by department (short name) and month (first day) of their list.

    `by` None (command line): of every township. Two queries.
    """
    batches = ImportBatch.objects.filter(kind=WARNINGS.name)
    if by is not None:
        for capability in capabilities:
            batches = batches.within(by, capability)
    waiting = batches.filter(waiting__state=WaitingRow.State.WAITING)
    counted = waiting.filter(choices__has_key="answers").annotate(rows=Count("waiting"))
    rows = list(counted.order_by().values_list("choices__answers", "rows"))
    names = short_names(given["department"] for given, _rows in rows)
    found: Counter[tuple[str, date]] = Counter()
    for given, count in rows:
        found[names[given["department"]], parse_month(given["month"])] += count
    return found


def repeated_rows(warning_batches: Iterable[Any]) -> dict[tuple[Any, str], list[int]]:
    """Return the rows (as Excel counts) that are the same line as another of their list, by batch and sheet.

    `warning_batches`: keys of the lists. One query for some hundred lists.
    """
    found: dict[tuple[Any, str], list[int]] = {}
    for chunk in batches(sorted(set(warning_batches))):
        problems = ImportProblem.objects.filter(
            code=REPEATED_CODE, batch__kind=WARNINGS.name, batch__warning_batch__in=chunk
        )
        rows = problems.order_by("row").values_list("batch__warning_batch", "sheet", "row").distinct()
        for batch, sheet, row in rows:
            found.setdefault((batch, sheet), []).append(row)
    return found
