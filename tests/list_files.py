"""Writes small lists as offices send them: a title, a header, rows; every text stays a text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

Row = dict[str, Any]


def write_list(
    path: Path, headings: Sequence[str], rows: Iterable[Row], *, title: str = "", sheet: str = "名单"
) -> Path:
    """Write rows (heading to cell) under a title and the header; numbers as numbers, all else as text."""
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet(sheet)
        page.write_string(0, 0, title or "名单")
        page.write_row(1, 0, headings)
        for place, row in enumerate(rows, start=2):
            for column, heading in enumerate(headings):
                value = row.get(heading)
                if isinstance(value, str):
                    page.write_string(place, column, value)
                elif value is not None:
                    page.write(place, column, value)
    return path
