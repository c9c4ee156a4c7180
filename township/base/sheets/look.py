"""Fonts, borders and number formats of the official ledgers (title 黑体, header bold on grey, thin borders)."""

from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

BODY = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
CELL = BODY | {"border": 1}
HEADER = CELL | {"bold": True, "align": "center", "text_wrap": True, "bg_color": "#F2F2F2"}
UNIT = {"font_name": "仿宋", "font_size": 11, "valign": "vcenter"}
KINDS: dict[str, dict[str, Any]] = {
    "text": {"num_format": "@", "text_wrap": True},
    "int": {"num_format": "0", "align": "center"},
    "money": {"num_format": "#,##0.00"},
    "mu": {"num_format": "#,##0.00"},
    "percent": {"num_format": "0.0%"},
    "date": {"num_format": "yyyy-mm-dd", "align": "center"},
    "month": {"num_format": "yyyy-mm", "align": "center"},
}
AT_RIGHT = {"align": "right", "indent": 1}
PADDING: dict[str, dict[str, Any]] = {
    "text": {"align": "left", "indent": 1}, "money": AT_RIGHT, "mu": AT_RIGHT, "percent": AT_RIGHT,
}  # fmt: skip


class Look:
    """The formats of one workbook, made once: a format per cell would make the file large and slow."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self.title = book.add_format(
            {"font_name": "黑体", "font_size": 20, "align": "center", "valign": "vcenter"}
        )
        self.units = [book.add_format(UNIT | {"align": align}) for align in ("left", "center", "right")]
        self.header = book.add_format(HEADER)
        self.no_data = book.add_format(CELL | {"align": "center"})
        self.note = book.add_format(BODY | {"text_wrap": True, "valign": "top"})
        self.signature = book.add_format(UNIT | {"align": "left"})
        self.cells = {kind: book.add_format(CELL | extra) for kind, extra in KINDS.items()}
        self.totals = {kind: book.add_format(CELL | extra | {"bold": True}) for kind, extra in KINDS.items()}
        self.padded_cells = self._padded()
        self.padded_totals = self._padded(bold=True)
        self._quoted: dict[int, Format] = {}
        for table, more in (
            (self.cells, {}),
            (self.totals, {"bold": True}),
            (self.padded_cells, PADDING["text"]),
            (self.padded_totals, PADDING["text"] | {"bold": True}),
        ):
            for cell_format in table.values():
                quoted = CELL | KINDS["text"] | more | {"quote_prefix": True}
                self._quoted[id(cell_format)] = book.add_format(quoted)

    def _padded(self, **more: Any) -> dict[str, Format]:
        return {
            kind: self._book.add_format(CELL | extra | PADDING.get(kind, {}) | more)
            for kind, extra in KINDS.items()
        }

    def quoted(self, cell_format: Format) -> Format:
        """Return the text format that keeps Excel from taking an edited cell for a formula."""
        return self._quoted[id(cell_format)]
