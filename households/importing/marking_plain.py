"""A marked workbook made anew: of a .csv or .xls with its rows as they were read, of a county's list its problems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

import xlsxwriter

from households.importing.marker import AUTHOR, REFUSED_FILL, RESULT_HEADING, WARNED_FILL
from households.importing.wording import MARKED_FROM, heading
from township.base.sheets.reader import Row

# What a cell's text may be at most; more is no cell of Excel.
CELL_LENGTH = 32_767
Sheets = Mapping[str, dict[str, Any]]
"""As in marking.Marks.sheets."""


def write_plain(sheets: Sheets, rows: Sequence[Row], accepted: str, origin: str, stream: BinaryIO) -> None:
    """Write the rows with their marks; where there are none, a list of what is wrong. Flat in memory."""
    with xlsxwriter.Workbook(stream, {"constant_memory": True, "strings_to_formulas": False}) as book:
        book.set_custom_property(MARKED_FROM, origin)
        looks = _Looks(book)
        for name, sheet in sheets.items():
            page = book.add_worksheet(name[:31])
            if rows:
                _write_rows(page, sheet, rows, accepted, looks)
            else:
                _list_problems(page, sheet, looks)
        if not sheets:
            book.add_worksheet()


class _Looks:
    """The formats of the workbook."""

    def __init__(self, book: Any) -> None:
        self.bad = {
            is_refused: book.add_format({"bg_color": f"#{fill}", "num_format": "@"})
            for is_refused, fill in ((True, REFUSED_FILL), (False, WARNED_FILL))
        }
        self.text = book.add_format({"num_format": "@"})
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})


def _write_rows(page: Any, sheet: dict[str, Any], rows: Sequence[Row], accepted: str, looks: _Looks) -> None:
    header = sheet["header_row"] - 1
    headings = [heading(cell) for cell in rows[header]]
    places = {one: at - 1 for one, at in sheet["columns"].items()} | {
        one: at for at, one in reversed(list(enumerate(headings))) if one
    }
    # A file that was marked before has the column already.
    last = max((at for at, one in enumerate(headings) if one), default=-1)
    result = places.get(heading(RESULT_HEADING), last + 1)
    said_of = {number - 1: accepted for number in sheet["clean"]} | {header: RESULT_HEADING}
    for at, row in enumerate(rows):
        said, cells = sheet["rows"].get(at + 1, (said_of.get(at), {}))
        bad = {places[one]: found for one, found in cells.items() if one in places}
        for place, value in enumerate(row):
            if place == result:
                continue
            if place in bad:
                comment, is_refused = bad[place]
                _put(page, at, place, value, looks.bad[is_refused])
                page.write_comment(at, place, comment, {"author": AUTHOR})
            elif value is not None:
                _put(page, at, place, value, looks.text if isinstance(value, str) else None)
        if said:
            page.write_string(at, result, said, looks.wrap)


def _list_problems(page: Any, sheet: dict[str, Any], looks: _Looks) -> None:
    page.set_column(0, 0, 10)
    page.set_column(1, 1, 100)
    page.write_row(0, 0, ("Excel 行", RESULT_HEADING))
    for at, (number, (said, _cells)) in enumerate(sheet["rows"].items(), start=1):
        page.write_number(at, 0, number)
        page.write_string(at, 1, said, looks.wrap)


def _put(page: Any, row: int, place: int, value: Any, look: Any) -> None:
    if value is None:
        page.write_blank(row, place, None, look)
    elif isinstance(value, bool):
        page.write_boolean(row, place, value, look)
    elif isinstance(value, int | float):
        page.write_number(row, place, value, look)
    else:
        page.write_string(row, place, str(value)[:CELL_LENGTH], look)
