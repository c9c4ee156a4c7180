"""The comparison of a list with the register, made outside any writing transaction."""

from __future__ import annotations

from dataclasses import replace

from django.db.models import Count

from households.importing.comparison import Comparison, Task
from households.importing.kinds import ListKind
from households.importing.table import Table
from households.models import ImportBatch


def batches_so_far() -> int:
    """Return how many batches were made or taken back: one more of either, and a comparison is out of date."""
    counts = ImportBatch.objects.aggregate(made=Count("pk"), undone=Count("undone_at"))
    return int(counts["made"] + counts["undone"])


def compare(table: Table, kind: ListKind, task: Task) -> Comparison:
    """Find out what the list would change; writes nothing. Raises ImportRefused for the list as a whole."""
    return compare_part(table, kind, replace(task, seen={}), batches_so_far())


def compare_part(table: Table, kind: ListKind, task: Task, batches: int) -> Comparison:
    """Compare one part of a list, after the people of its earlier parts (`task.seen`); `batches` when it all began."""
    if kind.compare is None:
        raise TypeError(f"{kind.name} has no comparison")
    comparison = kind.compare(table, task)
    comparison.table, comparison.batches_before = table, batches
    comparison.result.kind = kind.name
    return comparison
