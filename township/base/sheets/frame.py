"""Lays one ledger out: title, unit line, header, rows, 合计, notes, signature, and the page around them."""

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import partial
from itertools import groupby
from math import ceil

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from township.base.sheets.cells import as_text, cell_writer, is_number
from township.base.sheets.look import Look
from township.base.sheets.spec import SheetColumn, SheetSpec, Value

PAPERS = {"A3": 8, "A4": 9}
TITLE_HEIGHT, UNIT_HEIGHT, GROUP_HEIGHT, LINE_HEIGHT = 36, 22, 20, 15
ROW_HEIGHT = 21  # of one line: some programs squeeze what has no height
MOST_LINES = 26  # Excel allows 409 points
TITLE_ROW, UNIT_ROW, HEADER_ROW = 0, 1, 2
KEY_TITLE = "户编码"
KEY_WIDTH = 20
LONGEST_FOOTER = 255
PARTS = re.compile("[!-~]+|.", re.DOTALL)
NO_DATA = "本期无数据"
TOTAL_LABEL = "合计"


def write_sheet(worksheet: Worksheet, spec: SheetSpec, look: Look) -> int:
    """Write the whole sheet and return the number of data rows. Rows only ever go downwards (constant memory)."""
    frame = _Frame(worksheet, spec, look)
    frame.write_head()
    count = frame.write_rows()
    frame.write_foot()
    frame.set_page()
    return count


class _Frame:
    """The sheet being written; `row` is the next free row, counted from 0."""

    def __init__(self, worksheet: Worksheet, spec: SheetSpec, look: Look) -> None:
        self.sheet, self.spec, self.look = worksheet, spec, look
        self.columns = list(spec.columns)
        self.last = len(self.columns) - 1
        if spec.hidden_key:
            self.columns.append(SheetColumn(KEY_TITLE, width=KEY_WIDTH))
        self.widths = [column.width for column in spec.columns]
        self.sums = {at: Decimal(0) for at, column in enumerate(spec.columns) if column.total}
        self.row = 0
        self.data_row = 0

    def write_head(self) -> None:
        """Write title, unit line and header, and set the columns' widths."""
        for at, column in enumerate(self.columns):
            self.sheet.set_column(at, at, column.width, None, {"hidden": at > self.last})
        self.sheet.set_row(TITLE_ROW, TITLE_HEIGHT)
        self._write_across(TITLE_ROW, 0, self.last, self.spec.title, self.look.title)
        self.sheet.set_row(UNIT_ROW, UNIT_HEIGHT)
        blocks = zip(self._thirds(), self._unit_texts(), self.look.units, strict=False)
        for (first, last), text, cell_format in blocks:
            self._write_across(UNIT_ROW, first, last, text, cell_format)
        self._write_header()

    def write_rows(self) -> int:
        """Stream the data rows and return their number."""
        look, row = self.look, self.data_row
        cells = look.padded_cells if self.spec.is_padded else look.cells
        formats = [cells[column.kind] for column in self.columns]
        numbered = [
            (at, cell_writer(self.sheet, column.kind, formats[at], look.quoted(formats[at])))
            for at, column in enumerate(self.columns)
        ]
        adders = list(self._adders())
        for values in self.spec.rows:
            if self.spec.fit_rows:
                self._fit_row(row, values)
            for (at, write), value in zip(numbered, values, strict=True):
                write(row, at, value)
            for add in adders:
                add(values)
            row += 1
        count = row - self.data_row
        if not count:
            self._write_across(row, 0, self.last, NO_DATA, look.no_data)
            row += 1
        self.row = row
        self._write_total()
        self.sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{self.row}"})
        return count

    def write_foot(self) -> None:
        """Write the notes and the signature line."""
        width = sum(self.widths)
        for note in self.spec.notes:
            self.sheet.set_row(self.row, LINE_HEIGHT * _lines(note, width))
            self._write_across(self.row, 0, self.last, note, self.look.note)
            self.row += 1
        if self.spec.signature:
            self.sheet.set_row(self.row, UNIT_HEIGHT + 6)
            self._write_across(self.row, 0, self.last, self.spec.signature, self.look.signature)
            self.row += 1

    def set_page(self) -> None:
        """Landscape, one page wide, header rows on every page, panes frozen, page numbers in the footer."""
        sheet, spec = self.sheet, self.spec
        sheet.set_landscape()
        sheet.set_paper(PAPERS[spec.paper])
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.center_horizontally()
        sheet.repeat_rows(HEADER_ROW, self.data_row - 1)
        sheet.print_area(0, 0, self.row - 1, self.last)
        sheet.freeze_panes(self.data_row, spec.frozen_columns)
        pages = "&C第 &P 页 共 &N 页"
        sheet.set_footer(f"&L{_fit(spec.footer, LONGEST_FOOTER - len(pages) - 2)}{pages}")

    def _write_header(self) -> None:
        titles, header = self.columns, self.look.header
        has_groups = any(column.group for column in titles)
        bottom = HEADER_ROW + has_groups
        if has_groups:
            self.sheet.set_row(HEADER_ROW, GROUP_HEIGHT)
            at = 0
            for group, members in groupby(titles, key=lambda column: column.group):
                size = len(list(members))
                if group:
                    self._write_across(HEADER_ROW, at, at + size - 1, group, header)
                else:
                    for single in range(at, at + size):
                        self.sheet.write_string(HEADER_ROW, single, titles[single].title, header)
                        self._merge(HEADER_ROW, single, bottom, single)
                at += size
        lines = max((_lines(column.title, column.width) for column in titles), default=1)
        self.sheet.set_row(bottom, max(lines * LINE_HEIGHT, GROUP_HEIGHT) + 4)
        for at, column in enumerate(titles):
            if has_groups and not column.group:
                self.sheet.write_blank(bottom, at, None, header)
            else:
                self.sheet.write_string(bottom, at, column.title, header)
        self.data_row = bottom + 1

    def _fit_row(self, row: int, values: Sequence[Value]) -> None:
        """Make the row as high as its longest text needs; to be called before its cells are written."""
        texts = zip(self.spec.columns, map(as_text, values), strict=False)
        lines = max(
            (_lines(text, column.width) for column, text in texts if column.kind == "text"), default=1
        )
        self.sheet.set_row(row, max(LINE_HEIGHT * min(lines, MOST_LINES), ROW_HEIGHT))

    def _sum_row(self) -> list[Value]:
        if not self.sums:
            return []
        values: list[Value] = [self.sums.get(at) for at in range(len(self.spec.columns))]
        if None in values:
            values[values.index(None)] = TOTAL_LABEL
        return values

    def _write_total(self) -> None:
        total = self.spec.total_row
        values = total() if callable(total) else self._sum_row() if total is None else total
        look = self.look
        if not values:
            return
        self._fit_row(self.row, values)
        totals = look.padded_totals if self.spec.is_padded else look.totals
        for at, value in enumerate(values):
            kind = self.columns[at].kind
            if is_number(value) and kind in ("text", "date", "month"):
                kind = "int"  # a count below a column of names
            cell_format = totals[kind]
            cell_writer(self.sheet, kind, cell_format, look.quoted(cell_format))(self.row, at, value)
        self.row += 1

    def _adders(self) -> Iterator[Callable[[Sequence[Value]], None]]:
        for at, column in enumerate(self.spec.columns):
            if column.total == "sum":
                yield partial(self._add, at)
            elif column.total == "count":
                yield partial(self._count, at)

    def _count(self, at: int, values: Sequence[Value]) -> None:
        if values[at] not in (None, "", [], ()):
            self.sums[at] += 1

    def _add(self, at: int, values: Sequence[Value]) -> None:
        value = values[at]
        if is_number(value):
            self.sums[at] += Decimal(str(value)) if isinstance(value, float) else value

    def _unit_texts(self) -> tuple[str, ...]:
        texts = self.spec.unit_line
        return texts if self.last >= 2 else ("　　".join(text for text in texts if text),)

    def _thirds(self) -> list[tuple[int, int]]:
        """Return three column ranges, each about a third of the paper, or one where there are too few columns."""
        if self.last < 2:
            return [(0, self.last)]
        third, used = sum(self.widths) / 3, 0.0
        cuts: list[int] = []
        for at, width in enumerate(self.widths):
            used += width
            if len(cuts) < 2 and used >= third * (len(cuts) + 1) and at < self.last:
                cuts.append(at)
        if len(cuts) < 2:
            cuts = [0, max(1, self.last - 1)]
        first, second = cuts
        return [(0, first), (first + 1, second), (second + 1, self.last)]

    def _write_across(self, row: int, first: int, last: int, text: str, cell_format: Format) -> None:
        """Write one text over the columns first…last of a row."""
        self.sheet.write_string(row, first, text, cell_format)
        for column in range(first + 1, last + 1):
            self.sheet.write_blank(row, column, None, cell_format)
        self._merge(row, first, row, last)

    def _merge(self, first_row: int, first: int, last_row: int, last: int) -> None:
        # merge_range() would write the lower cells of a vertical merge at once, and constant memory then drops what is
        # still to come in the upper row; the list is what merge_range() itself fills.
        if (first_row, first) != (last_row, last):
            self.sheet.merge.append([first_row, first, last_row, last])


def _lines(text: str, width: float) -> int:
    """Return how many lines the text needs; a Chinese character is as wide as two of a column's width."""
    room = max(width - 1, 1)
    return sum(_wrapped(line, room) for line in text.split("\n"))


def _wrapped(line: str, room: float) -> int:
    """Return how many lines one line of text needs: a number or a word goes down whole where it does not fit."""
    if sum(2 if ord(letter) > 0xFF else 1 for letter in line) <= room:
        return 1
    lines, used = 1, 0.0
    for part in PARTS.findall(line):
        size = 2 if part > "\xff" else len(part)
        if used and used + size > room:
            lines, used = lines + 1, 0.0
        # What is longer than a line is cut after all.
        full = max(ceil(size / room) - 1, 0)
        lines, used = lines + full, used + size - full * room
    return lines


def _fit(footer: str, room: int) -> str:
    """Escape & (a footer code) and keep within what Excel allows."""
    text = footer.replace("&", "&&")[:room]
    return text[:-1] if text.count("&") % 2 else text
