"""A whole county's list, too large to hold: read block by block, compared township by township, written at once.

Rows, comparisons and preview lines lie in a sealed spool, so that memory holds one township at a time. Everything is
found out before the writing transaction begins, and that one is all or nothing for the county.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from django.conf import settings

from households.importing.comparison import Comparison, PreviewRow, Task
from households.importing.kinds import ListKind
from households.importing.pipeline import batches_so_far, compare_part
from households.importing.result import ImportRefused, ImportResult, Problems
from households.importing.table import Table
from households.models import ImportBatch
from township.base.sheets.reader import Row
from township.base.spool import Spool

BUFFER = 2000
LINES = 2000
Numbered = tuple[int, str, Row]
"""Excel row, sheet, cells."""


class CountyComparison(Comparison):
    """The comparisons of all townships of one file, in a spool."""

    def __init__(self, table: Table, kind: ListKind, batches: int, spool: Spool) -> None:
        self.table, self.batches_before, self.spool = table, batches, spool
        self.townships: set[str] = set()
        self.result = ImportResult(
            table.sheet, table.header_row, 0, Problems(table), notes=table.notes, kind=kind.name
        )
        self._parts: list[tuple[int, int]] = []
        self._lines: list[tuple[int, int]] = []

    def add(self, part: Comparison) -> None:
        """Take the comparison of a township in, and let go of it."""
        first = self.result.rows
        buffer: list[PreviewRow] = []
        for line in part.preview():
            buffer.append(line if line.index is None else replace(line, index=first + line.index))
            if len(buffer) == LINES:
                self._lines.append(self.spool.put(buffer))
                buffer = []
        self._lines.append(self.spool.put(buffer))
        self.townships |= part.townships
        self.result.absorb(part.result)
        self._parts.append(self.spool.put(part))

    def parts(self) -> Iterator[Comparison]:
        return self.spool.take_all(self._parts)

    def preview(self) -> Iterator[PreviewRow]:
        for lines in self.spool.take_all(self._lines):
            yield from lines

    def write(self, batch: ImportBatch, at: datetime) -> None:
        for part in self.parts():
            part.write(batch, at)


def compare_county(
    head: Table, kind: ListKind, task: Task, rows: Iterator[Numbered], key_of: Callable[[Row], str]
) -> CountyComparison:
    """Compare a list that is read row by row; `head` is its table without rows, `key_of` gives a row's township.

    Writes nothing. Raises ImportRefused for the list as a whole.
    """
    batches = batches_so_far()
    spool = Spool(Path(settings.TOWNSHIP_VAR) / "tmp")
    buckets = _Buckets(spool)
    for number, sheet, row in rows:
        buckets.add(key_of(row), (number, sheet, row))
    if not buckets.names:
        raise ImportRefused(f"工作表“{head.sheet}”的表头下面没有数据。请确认上传的是填好的表。")
    comparison = CountyComparison(head, kind, batches, spool)
    shared = replace(task, seen={})
    for done, name in enumerate(buckets.names):
        task.report(done, len(buckets.names), f"校验比对 {name}")
        comparison.add(compare_part(buckets.table(name, head), kind, shared, batches))
    return comparison


class _Buckets:
    """The rows of each township, on the spool but for the last few."""

    def __init__(self, spool: Spool) -> None:
        self.spool = spool
        self.names: dict[str, list[tuple[int, int]]] = {}
        self._waiting: dict[str, list[Numbered]] = {}

    def add(self, name: str, row: Numbered) -> None:
        places = self.names.setdefault(name, [])
        waiting = self._waiting.setdefault(name, [])
        waiting.append(row)
        if len(waiting) >= BUFFER:
            places.append(self.spool.put(waiting))
            self._waiting[name] = []

    def table(self, name: str, head: Table) -> Table:
        """Return the rows of a township as a table of their own."""
        rows = [row for block in self.spool.take_all(self.names[name]) for row in block]
        rows += self._waiting.pop(name)
        return replace(
            head,
            rows=[row for _number, _sheet, row in rows],
            numbers=[number for number, _sheet, _row in rows],
            row_sheets=[sheet for _number, sheet, _row in rows],
            all_rows=(),
            notes=[],
        )
