"""Writes single cells: one function per column kind, bound once per sheet, so that a cell costs one call."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from types import MethodType
from typing import Any, TypeGuard

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from township.base.sheets.spec import Kind, Scalar, Value

LONGEST_TEXT = 32_767
FORMULA_STARTS = frozenset("=+-@\t\r")
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
NUMBER_KINDS = frozenset({"int", "money", "mu", "percent"})
DATE_KINDS = frozenset({"date", "month"})

CellWriter = Callable[[int, int, Value], Any]


def cell_writer(worksheet: Worksheet, kind: Kind, cell_format: Format, quoted: Format) -> CellWriter:
    """Return write(row, column, value) for a column of this kind.

    A value that does not suit the kind (the text 不详 in a money column) is written as text, never dropped.
    """
    write_string, write_blank = _direct(worksheet.write_string), _direct(worksheet.write_blank)

    def write_text(row: int, column: int, value: Value) -> None:
        if value is None:
            write_blank(row, column, None, cell_format)
            return
        text = value if value.__class__ is str else as_text(value)
        if not text.isprintable() or len(text) > LONGEST_TEXT:
            text = NOT_IN_XML.sub("", text)[:LONGEST_TEXT]
        if not text:
            write_blank(row, column, None, cell_format)
        elif text[0] in FORMULA_STARTS:
            write_string(row, column, text, quoted)
        else:
            write_string(row, column, text, cell_format)

    if kind in NUMBER_KINDS:
        return _number_writer(worksheet, cell_format, write_text)
    if kind in DATE_KINDS:
        return _date_writer(worksheet, cell_format, write_text)
    return write_text


def _number_writer(worksheet: Worksheet, cell_format: Format, write_text: CellWriter) -> CellWriter:
    write_number = _direct(worksheet.write_number)

    def write(row: int, column: int, value: Value) -> None:
        if value.__class__ is int:  # the most frequent kind, and never infinite
            write_number(row, column, value, cell_format)
        elif is_number(value):
            write_number(row, column, float(value), cell_format)
        else:
            write_text(row, column, value)

    return write


def _date_writer(worksheet: Worksheet, cell_format: Format, write_text: CellWriter) -> CellWriter:
    write_datetime = _direct(worksheet.write_datetime)

    def write(row: int, column: int, value: Value) -> None:
        if isinstance(value, date):
            write_datetime(row, column, value, cell_format)
        else:
            write_text(row, column, value)

    return write


def _direct(method: Any) -> Callable[..., Any]:
    """Return the method without XlsxWriter's look for "A1" in its first argument: a tenth of the time of a cell."""
    return MethodType(method.__wrapped__, method.__self__)


def is_number(value: object) -> TypeGuard[int | float | Decimal]:
    """True for a number that can be added up; False for bool, text, infinity and not-a-number."""
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool) and isfinite(value)


def as_text(value: Value) -> str:
    """Return the value as the ledgers spell it: '' for None, 是/否, ISO dates, 、 between several values."""
    if value is None:
        return ""
    if isinstance(value, (list, tuple, set, frozenset)):
        return "、".join(text for text in map(as_text, value) if text)
    return _scalar_text(value)


def _scalar_text(value: Scalar | Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, (float, Decimal)) and not isfinite(value):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
