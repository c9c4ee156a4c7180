"""The largest ledger against XlsxWriter writing the same ready values with the same formats and widths.

The database holds the reference township (`load_demo`); both functions return their own seconds.
"""

from __future__ import annotations

import tempfile
import time
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils import timezone
from xlsxwriter import Workbook

from households.models import Division
from ledgers.definitions import LEDGERS
from ledgers.export import export
from ledgers.periods import LedgerMonth
from ledgers.rows import listed_households
from ledgers.scope import scope_of
from township.base.dates import month_start
from township.base.sheets.cells import as_text
from township.base.sheets.look import CELL, KINDS
from township.base.sheets.spec import Value

GENERAL = LEDGERS["general"]


def data_day() -> date:
    """Return the day the loaded township speaks of."""
    day = Division.objects.filter(data_on__isnull=False).values_list("data_on", flat=True).first()
    return day or timezone.localdate()


def ready_values() -> list[list[Value]]:
    """Return the rows of the ledger, ready to be written: lists joined, decimals as numbers."""
    month, scope = LedgerMonth(month_start(data_day()), data_day()), scope_of(None)
    rows = GENERAL.rows(scope, month, listed_households(scope, month, GENERAL.tier))
    getters = GENERAL.getters()
    return [[*(_ready(get(row)) for get in getters), row.key] for row in rows]


def floor_write(values: list[list[Value]]) -> float:
    """Seconds in which XlsxWriter writes the values, each cell in its column's format, and closes the file."""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        book = Workbook(str(Path(folder) / "floor.xlsx"), {"constant_memory": True, "tmpdir": folder})
        sheet = book.add_worksheet(GENERAL.title)
        kinds = [*(column.kind for column in GENERAL.columns), "text"]  # and the hidden key
        formats = [book.add_format(CELL | KINDS[kind]) for kind in kinds]
        for at, column in enumerate(GENERAL.columns):
            sheet.set_column(at, at, column.width)
        for row, cells in enumerate(values):
            for at, value in enumerate(cells):
                _write(sheet, row, at, value, formats[at])
        book.close()
    return time.perf_counter() - started


def export_general() -> float:
    """Seconds of the whole export: reading, deriving, masking, writing, recording."""
    day = data_day()
    started = time.perf_counter()
    export("general", month=month_start(day), on=day)
    return time.perf_counter() - started


def _ready(value: Value) -> Value:
    if isinstance(value, Decimal):
        return float(value)
    return as_text(value) if isinstance(value, list) else value


def _write(sheet: Any, row: int, column: int, value: Any, cell_format: Any) -> None:
    """Call the writer of the value's type at once: what a caller who knows his values would do."""
    if value is None or value == "":
        sheet.write_blank(row, column, None, cell_format)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, cell_format)
    elif isinstance(value, (date, datetime)):
        sheet.write_datetime(row, column, value, cell_format)
    else:
        sheet.write_number(row, column, value, cell_format)
