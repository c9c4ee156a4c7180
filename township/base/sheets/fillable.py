"""Writes workbooks that people fill in and hand back: a title, a header, cells to fill, allowed values, notes.

Ledgers are read and signed (writer.py); these are typed into. Columns are formatted as a whole, so that a thousand
empty rows cost nothing, and no cell stands there that nobody filled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any, BinaryIO, Literal

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from township.base.sheets.cells import CellWriter, cell_writer
from township.base.sheets.look import BODY, CELL, HEADER, KINDS, Look
from township.base.sheets.spec import Kind, Value

TITLE_ROW, HINT_ROW, HEADER_ROW = 0, 1, 2
HEADER_HEIGHT, LINE_HEIGHT = 34, 16
LOCKED_COLOUR = "#EDEDED"
REQUIRED_COLOUR = "#C00000"
LISTS_SHEET = "选项"
# What Excel takes as values written into the rule itself; longer lists stand in a hidden sheet.
LONGEST_INLINE = 250
MOST_ROWS = 2000
# In characters: a wider sheet on one page could not be read, so it is printed on several.
WIDEST_PAGE = 260
# A sheet without a password: the grey cells are kept from slips, not from people.
ALLOWED_ON_PROTECTED = {
    "autofilter": True,
    "format_columns": True,
    "format_rows": True,
    "select_locked_cells": True,
}


@dataclass(frozen=True, kw_only=True)
class FillColumn:
    """One column to fill. `kind`: "text" keeps what is typed as text, "number" takes numbers.

    `allowed` are the values offered; others are refused while typing, or with `is_open` only asked about.
    `is_locked` cells are grey and there to be read; a hidden column is locked too.
    """

    title: str
    width: float = 12
    kind: Literal["text", "number"] = "text"
    is_required: bool = False
    is_locked: bool = False
    is_hidden: bool = False
    allowed: Sequence[str] = ()
    is_open: bool = False


@dataclass(frozen=True, kw_only=True)
class FillSheet:
    """The sheet to fill. `rows` may be a generator and empty; `hint` stands under the title. `protect`: see locked."""

    name: str
    title: str
    hint: str
    columns: Sequence[FillColumn]
    rows: Iterable[Sequence[Value]] = ()
    protect: bool = False


@dataclass(frozen=True, kw_only=True)
class NotesSheet:
    """A sheet that explains: lines above, then a table."""

    name: str
    lines: Sequence[str]
    header: Sequence[tuple[str, float]]
    rows: Sequence[Sequence[str]] = field(default_factory=list)


def write_fillable(
    stream: BinaryIO,
    sheet: FillSheet,
    *,
    notes: NotesSheet | None = None,
    custom: Mapping[str, str] | None = None,
) -> int:
    """Write the workbook to a binary file and return the number of data rows; `custom` are workbook properties."""
    defaults = {"font_name": BODY["font_name"], "font_size": BODY["font_size"]}
    book = Workbook(stream, {"constant_memory": True, "default_format_properties": defaults})
    book.set_properties({"title": sheet.title})
    for name, value in (custom or {}).items():
        book.set_custom_property(name, value)
    look = Look(book)
    worksheet = book.add_worksheet(sheet.name)
    count = _write_sheet(book, worksheet, sheet, look)
    if notes is not None:
        _write_notes(book.add_worksheet(notes.name), notes, look, book)
    _offer(book, worksheet, sheet, count)
    book.close()
    return count


def _write_sheet(book: Workbook, worksheet: Worksheet, sheet: FillSheet, look: Look) -> int:
    columns, last = sheet.columns, len(sheet.columns) - 1
    first = next(at for at, column in enumerate(columns) if not column.is_hidden)
    for at, column in enumerate(columns):
        # What is typed below the last row has the column's format.
        worksheet.set_column(at, at, column.width, _cell_format(book, column), {"hidden": column.is_hidden})
    title = book.add_format({"font_name": "黑体", "font_size": 18, "valign": "vcenter"})
    hint = book.add_format({**BODY, "font_color": "#595959"})
    plain = book.add_format(BODY)
    for row, text, cell_format, height in (
        (TITLE_ROW, sheet.title, title, 32), (HINT_ROW, sheet.hint, hint, 20),
    ):  # fmt: skip
        worksheet.set_row(row, height, plain)
        worksheet.write_string(row, first, text, cell_format)
    worksheet.set_row(HEADER_ROW, HEADER_HEIGHT)
    headers = {
        required: book.add_format({**HEADER, "font_color": REQUIRED_COLOUR} if required else HEADER)
        for required in (False, True)
    }
    for at, column in enumerate(columns):
        star = "*" if column.is_required else ""
        worksheet.write_string(HEADER_ROW, at, f"{column.title}{star}", headers[column.is_required])
    count = 0
    writers = [_writer(book, worksheet, column) for column in columns]
    for count, values in enumerate(sheet.rows, start=1):
        for at, (write, value) in enumerate(zip(writers, values, strict=True)):
            if columns[at].is_locked or value not in (None, ""):
                write(HEADER_ROW + count, at, value)
    worksheet.freeze_panes(HEADER_ROW + 1, 0)
    worksheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    if sheet.protect:
        worksheet.autofilter(HEADER_ROW, 0, HEADER_ROW + max(count, 1), last)
        worksheet.protect("", ALLOWED_ON_PROTECTED)
    worksheet.set_landscape()
    if sum(column.width for column in columns if not column.is_hidden) <= WIDEST_PAGE:
        worksheet.fit_to_pages(1, 0)
    worksheet.repeat_rows(HEADER_ROW)
    return count


def _writer(book: Workbook, worksheet: Worksheet, column: FillColumn) -> CellWriter:
    shape = {"bg_color": LOCKED_COLOUR, "border": 1, "border_color": "#BFBFBF"} if column.is_locked else {}
    kind: Kind = "money" if column.kind == "number" else "text"
    return cell_writer(
        worksheet,
        kind,
        _cell_format(book, column, **shape),
        _cell_format(book, column, quote_prefix=True, **shape),
    )


def _cell_format(book: Workbook, column: FillColumn, **more: Any) -> Format:
    shape = {**BODY, **more, "locked": column.is_locked or column.is_hidden}
    if column.kind == "text":
        shape["num_format"] = KINDS["text"]["num_format"]
    return book.add_format(shape)


def _offer(book: Workbook, worksheet: Worksheet, sheet: FillSheet, count: int) -> None:
    """Attach the allowed values; long ones go to a hidden sheet, each in a column of its own."""
    lists: Worksheet | None = None
    long: list[Sequence[str]] = []
    last_row = HEADER_ROW + max(count, MOST_ROWS)
    for at, column in enumerate(sheet.columns):
        if not column.allowed:
            continue
        source: Any = list(column.allowed)
        if len(",".join(column.allowed)) > LONGEST_INLINE or any("," in value for value in column.allowed):
            letters = xl_col_to_name(len(long), col_abs=True)
            long.append(column.allowed)
            source = f"={LISTS_SHEET}!{letters}$1:{letters}${len(column.allowed)}"
        worksheet.data_validation(
            HEADER_ROW + 1, at, last_row, at,
            {
                "validate": "list", "source": source, "error_type": "warning" if column.is_open else "stop",
                "error_title": f"{column.title}"[:32], "error_message": "不在可填的范围内，请从下拉列表中选择。",
            },
        )  # fmt: skip
    if long:
        lists = book.add_worksheet(LISTS_SHEET)
        for row in range(max(map(len, long))):  # row by row: the file is written in flat memory
            for at, values in enumerate(long):
                if row < len(values):
                    lists.write_string(row, at, values[row])
        lists.hide()


def _write_notes(worksheet: Worksheet, notes: NotesSheet, look: Look, book: Workbook) -> None:
    line = book.add_format({**BODY, "text_wrap": True})
    cell = book.add_format({**CELL, "text_wrap": True, "valign": "top", "num_format": "@"})
    last = len(notes.header) - 1
    for at, (_title, width) in enumerate(notes.header):
        worksheet.set_column(at, at, width)
    total = sum(width for _title, width in notes.header)
    row = 0
    for text in notes.lines:
        worksheet.set_row(row, LINE_HEIGHT * _lines(text, total))
        worksheet.merge_range(row, 0, row, last, text, line)
        row += 1
    header_row = row + 1
    for at, (title, _width) in enumerate(notes.header):
        worksheet.write_string(header_row, at, title, look.header)
    for number, values in enumerate(notes.rows, start=header_row + 1):
        lines = max(_lines(text, width) for text, (_title, width) in zip(values, notes.header, strict=True))
        worksheet.set_row(number, LINE_HEIGHT * lines)
        for at, text in enumerate(values):
            worksheet.write_string(number, at, text, cell)
    worksheet.freeze_panes(header_row + 1, 0)
    worksheet.set_landscape()
    worksheet.fit_to_pages(1, 0)


def _lines(text: str, width: float) -> int:
    """Lines that a text takes in a column of this width; a Chinese character is two wide."""
    wide = sum(1 if character.isascii() else 2 for character in text)
    return max(1, ceil(wide / max(width - 1, 1)))
