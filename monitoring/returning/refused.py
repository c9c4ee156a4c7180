"""The lines of departments' lists that could not go in and wait to be corrected: no answer speaks of them."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django.db.models import Count

from households.access import Capability
from households.models import ImportBatch, WaitingRow
from monitoring.importing.departments import short_names
from monitoring.importing.warnings.kind import WARNINGS
from township.base.dates import parse_month


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
