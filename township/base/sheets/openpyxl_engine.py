"""The patient reader for .xlsx files that calamine cannot take: slower, but flat in memory and bounded in area."""

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from township.base.sheets.child import run
from township.base.sheets.frames import write_event, write_rows
from township.base.sheets.limits import Limits

BLOCK = 1_000
PIECE = 1 << 20
# A cell with content: its tag is not closed at once, as that of a merely formatted cell is.
FILLED_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*(?<!/)>')


def read(path: str, out: BinaryIO, limits: Limits, sheet_name: str | None, max_rows: int) -> None:
    """Send names and rows like the calamine engine; a sheet ends at `limits.blank_rows` empty rows in a row.

    Whatever lies beyond is not read but reported ("far"), so that nobody believes it was.
    """
    with Path(path).open("rb") as stream:  # a stream, because openpyxl refuses unknown endings
        book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if isinstance(sheet, ReadOnlyWorksheet)]
        listed = [(sheet.title, sheet.sheet_state == "visible") for sheet in sheets]
        write_event(out, "sheets", listed)
        for index, (sheet, (name, visible)) in enumerate(zip(sheets, listed, strict=True)):
            if name == sheet_name or (sheet_name is None and visible):
                _send_sheet(sheet, index, out, limits, max_rows)


def _send_sheet(sheet: ReadOnlyWorksheet, index: int, out: BinaryIO, limits: Limits, max_rows: int) -> None:
    sheet.reset_dimensions()  # the declared size may be wrong
    sent = 0
    rows = islice(_until_blank(sheet, limits), max_rows)
    while block := list(islice(rows, BLOCK)):
        write_rows(out, index, block)
        sent += len(block)
    if sent < max_rows:
        far = _first_far_cell(sheet, sent, limits.columns)
        if far:
            write_event(out, "far", index, *far)


def _until_blank(sheet: ReadOnlyWorksheet, limits: Limits) -> Iterator[tuple[Any, ...]]:
    """Yield rows without their trailing empty cells; empty rows wait until a filled one follows."""
    waiting = 0
    for row in sheet.iter_rows(max_col=limits.columns, values_only=True):
        width = len(row)
        while width and row[width - 1] in (None, ""):
            width -= 1
        if not width:
            waiting += 1
            if waiting >= limits.blank_rows:
                return
            continue
        for _ in range(waiting):
            yield ()
        waiting = 0
        yield tuple(None if value == "" else value for value in row[:width])


def _first_far_cell(sheet: ReadOnlyWorksheet, rows: int, columns: int) -> tuple[int, int] | None:
    """Return (row, column) of the first filled cell outside the area that was read."""
    with sheet._get_source() as source:  # the part's own bytes; openpyxl has no public way to them
        tail = b""
        while piece := source.read(PIECE):
            text = tail + piece
            for letters, digits in FILLED_CELL.findall(text):
                row, column = int(digits), column_index_from_string(letters.decode())
                if row > rows or column > columns:
                    return row, column
            tail = text[-64:]
    return None


if __name__ == "__main__":
    run(read)
