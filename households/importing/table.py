"""A list as it stands in its file: data rows, where each of them stands, and which column holds which field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from township.base.sheets.reader import Cell, Row


@dataclass
class Table:
    """The list as it stands in the file.

    `at` says in which place of a data row (0 is A) each field stands, `labels` how the file calls it; `rows` are the
    data rows, `numbers` their Excel rows. `all_rows` is the whole sheet. `exported_at` is naive local time; a
    day without a time is its beginning, so that what the township changed on that day is kept. `header_row` is the
    last row of the header, which has `header_levels`.
    A list that goes over several sheets names each row's sheet in `row_sheets`; where one row of the sheet names
    several people, each is a data row here and `row_labels` says under which heading a field of it stands.
    `households` gives rows that wait from an earlier import the household they belong to (row index to its id).
    """

    sheet: str
    header_row: int
    at: dict[str, int]
    labels: dict[str, str]
    rows: list[Row]
    numbers: list[int]
    all_rows: Sequence[Row]
    exported_at: datetime | None = None
    notes: list[str] = field(default_factory=list)
    row_sheets: list[str] = field(default_factory=list)
    row_labels: dict[int, dict[str, str]] = field(default_factory=dict)
    file_name: str = ""
    header_levels: int = 1
    households: dict[int, str] = field(default_factory=dict)

    def cell(self, index: int, name: str) -> Cell:
        """The cell of a data row and field as it stands in the file; None where the list has no such column."""
        place = self.at.get(name)
        return None if place is None else self.rows[index][place]

    def sheet_of(self, index: int) -> str:
        """The sheet that a data row stands in."""
        return self.row_sheets[index] if self.row_sheets else self.sheet

    def heading_of(self, index: int, name: str, otherwise: str) -> str:
        """How the file itself calls the field of a data row; `otherwise` where the file does not have it."""
        own = self.row_labels.get(index)
        if own is not None and name in own:
            return own[name]
        return self.labels.get(name, otherwise)
