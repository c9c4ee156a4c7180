"""A whole county's list, too large to hold: read block by block, compared township by township, written at once.

Rows, comparisons and preview lines lie in a sealed spool, so that memory holds one township at a time. Everything is
found out before the writing transaction begins, and that one is all or nothing for the county.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from households.importing.comparing import batches_so_far, compare_part
from households.importing.comparison import Comparison, PreviewRow, Task
from households.importing.headers import header_at
from households.importing.kinds import ListKind
from households.importing.places import importable_townships
from households.importing.read import sheet_of, table_of
from households.importing.reading import Reading
from households.importing.recognise import recognise
from households.importing.result import ImportRefused, ImportResult, Problems
from households.importing.rows import DataRows
from households.importing.table import Table
from households.models import ImportBatch
from township.base.sheets.kinds import Kind
from township.base.sheets.limits import COUNTY, DEFAULT, MEGABYTE
from township.base.sheets.reader import NO_DATA, Row, Sheet, UnreadableFile, Workbook, stream_rows
from township.base.spool import Spool

# Rows of each township that wait in memory on their way to the spool.
BUFFER = 500
# Enough to find the header and to see what the columns are.
FIRST_ROWS = 60
# From this size on a list is read township by township where whoever imports it answers for several.
LARGE_BYTES = 8 * MEGABYTE
Place = tuple[int, int]
Numbered = tuple[int, Row]
"""Excel row and cells."""


def is_county_file(path: Path, kind: ListKind, by: object) -> bool:
    """Whether this may be a list of more townships than memory should hold; `by` None is the command line."""
    several = kind.is_by_township and len(importable_townships(by)) > 1
    return several and path.stat().st_size > LARGE_BYTES


def most_bytes(kind: ListKind | None, by: object) -> int:
    """Return how large a file this person may upload (bytes); `kind` None where nobody has said it yet."""
    several = len(importable_townships(by)) > 1 and (kind is None or kind.is_by_township)
    return COUNTY.file_bytes if several else DEFAULT.file_bytes


class CountyComparison(Comparison):
    """The comparisons of all townships of one file, in a spool."""

    def __init__(self, table: Table, kind: ListKind, batches: int, spool: Spool) -> None:
        self.table, self.batches_before, self.spool = table, batches, spool
        self.townships: set[str] = set()
        self.result = ImportResult(
            table.sheet, table.header_row, 0, Problems(table), notes=table.notes, kind=kind.name
        )
        self._parts: list[tuple[Place, Place, Place]] = []

    def add(self, part: Comparison) -> None:
        """Take the comparison of a township in, and let go of it."""
        self.townships |= part.townships
        self.result.absorb(part.result)
        lines = list(part.preview()), list(part.preview_doubts())
        shell = part.result, part.table, part.townships
        self._parts.append((self.spool.put(shell), self.spool.put(lines), self.spool.put(part)))

    def parts(self) -> Iterator[Comparison]:
        for places in self._parts:
            yield _Part(self.spool, *places)

    def preview(self) -> Iterator[PreviewRow]:
        for part in self.parts():
            yield from part.preview()

    def write(self, batch: ImportBatch, at: datetime) -> None:
        for part in self.parts():
            part.write(batch, at)


class _Part(Comparison):
    """One township of it: what is asked for is taken from the spool when it is asked for."""

    def __init__(self, spool: Spool, shell: Place, lines: Place, body: Place) -> None:
        self.spool, self._lines, self._body = spool, lines, body
        self.result, self.table, self.townships = spool.take(shell)
        self._households: dict[int, UUID] = {}

    def preview(self) -> Iterator[PreviewRow]:
        return iter(self.spool.take(self._lines)[0])

    def preview_doubts(self) -> Iterator[PreviewRow]:
        return iter(self.spool.take(self._lines)[1])

    def write(self, batch: ImportBatch, at: datetime) -> None:
        whole: Comparison = self.spool.take(self._body)
        whole.write(batch, at)
        self._households = whole.households()
        del whole
        gc.collect()

    def households(self) -> dict[int, UUID]:
        return self._households


def compare_county(
    path: Path, kind: ListKind, task: Task, reading: Reading | None, name: str
) -> CountyComparison:
    """Compare a register of one sheet that is too large for `read_table`; `name` is the file's own name.

    Writes nothing. Raises ImportRefused for the list as a whole.
    """
    try:
        head, rows = _open(path, kind, reading, name)
        batches = batches_so_far()
        spool = Spool(Path(settings.TOWNSHIP_VAR) / "tmp")
        buckets = _Buckets(spool)
        task.report(0, 1, "读取全县大表")
        for number, township, row in rows:
            buckets.add(township, (number, row))
    except UnreadableFile as unreadable:
        raise ImportRefused(unreadable.message) from unreadable
    if not buckets.names:
        raise ImportRefused(f"工作表“{head.sheet}”的表头下面没有数据。请确认上传的是填好的表。")
    comparison = CountyComparison(head, kind, batches, spool)
    shared = replace(task, seen={})
    for done, township in enumerate(buckets.names):
        task.report(done, len(buckets.names), f"校验比对 {township}")
        comparison.add(compare_part(buckets.table(township, head), kind, shared, batches))
        gc.collect()  # held while an import runs; a township's worth of it would stay for each
    return comparison


def first_rows(path: Path, name: str, most: int) -> Workbook:
    """Return the first rows of every sheet of a file that is too large for `read_workbook`.

    `name` is the file's own name. Raises UnreadableFile.
    """
    first: dict[str, list[Row]] = {}
    for sheet, _number, block in stream_rows(path, file_name=name, max_rows=most):
        first.setdefault(sheet, []).extend(block)
    width = max((len(row) for seen in first.values() for row in seen), default=0)
    if not width:
        raise UnreadableFile("no_data", NO_DATA)
    return Workbook(
        Kind.XLSX, [Sheet(sheet, True, [_wide(row, width) for row in seen]) for sheet, seen in first.items()]
    )


def _open(
    path: Path, kind: ListKind, reading: Reading | None, name: str
) -> tuple[Table, Iterator[tuple[int, str, Row]]]:
    """Return the table without its rows, and the rows to come as (Excel row, township, cells)."""
    book = first_rows(path, name, FIRST_ROWS)
    width = max(len(row) for sheet in book.sheets for row in sheet.rows)
    reading = reading or next(iter(recognise(book, file_name=name, kinds=[kind])), None)
    head = table_of(book, kind, reading)
    if reading is None or len(reading.sheets) != 1:
        raise ImportRefused("全县大表请放在一个工作表里，或拆成几个文件后分别导入。")
    header = header_at(sheet_of(book, reading.sheets[0]).rows, reading.header_row - 1, reading.header_levels)
    if header is None:
        raise ImportRefused(f"第 {reading.header_row} 行没有表头。请重新选择表头所在的行。")
    places = {field: reading.places_of(field) for field in reading.fields}
    above = list(sheet_of(book, reading.sheets[0]).rows[: header.end])
    data = DataRows(kind, header, places, above)
    at = places["township"][0] if "township" in places else None

    def rows() -> Iterator[tuple[int, str, Row]]:
        for sheet, number, block in stream_rows(path, file_name=name):
            for excel_row, row in enumerate(block, start=number):
                if sheet != head.sheet or excel_row <= header.end:
                    continue
                for person, _labels in data.take(excel_row, _wide(row, width)):
                    yield excel_row, str(person[at] or "").strip() if at is not None else "", person

    return replace(head, rows=[], numbers=[], all_rows=()), rows()


def _wide(row: Row, width: int) -> Row:
    return row if len(row) >= width else (*row, *(None,) * (width - len(row)))


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
            rows=[row for _number, row in rows],
            numbers=[number for number, _row in rows],
            notes=[],
        )
