"""Writes official ledgers as .xlsx in flat memory: sheets go out row by row, whatever their length.

The same input gives the same bytes: nothing is taken from the clock.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from xlsxwriter import Workbook

from township.base.output import replacing
from township.base.sheets.frame import write_sheet
from township.base.sheets.look import BODY, Look
from township.base.sheets.spec import SheetColumn, SheetSpec

__all__ = ["SheetColumn", "SheetSpec", "write_workbook"]

LONGEST_NAME = 31
NOT_IN_NAME = str.maketrans(dict.fromkeys("[]:*?/\\", "_"))
# Used where the caller gives no `created`: a clock would make equal ledgers differ.
NO_DATE = datetime(2000, 1, 1)


def write_workbook(
    target: str | Path | BinaryIO, sheets: Iterable[SheetSpec], *, properties: Mapping[str, Any]
) -> int:
    """Write the sheets in order to a path or a binary file object; return the number of data rows written.

    `properties`: title, subject, author, company, category, keywords, comments (str), `created` (datetime) and
    `custom` (name → str, number, bool or datetime). A path appears only when the workbook is complete.
    `sheets` may be a generator: each spec is asked for when the one before it has been written.
    """
    if not isinstance(target, (str, Path)):
        return _write(target, sheets, properties)
    with replacing(Path(target)) as stream:
        return _write(stream, sheets, properties)


def _write(stream: BinaryIO, sheets: Iterable[SheetSpec], properties: Mapping[str, Any]) -> int:
    # The rows wait in files of an own folder, so that a generator that fails leaves nothing behind.
    with TemporaryDirectory(prefix="ledger-") as folder:
        defaults = {"font_name": BODY["font_name"], "font_size": BODY["font_size"]}
        book = Workbook(
            stream, {"constant_memory": True, "tmpdir": folder, "default_format_properties": defaults}
        )
        _describe(book, properties)
        look = Look(book)
        taken: set[str] = set()
        rows = 0
        for spec in sheets:
            worksheet = book.add_worksheet(_sheet_name(spec.name, taken))
            rows += write_sheet(worksheet, spec, look)
        book.close()
    return rows


def _describe(book: Workbook, properties: Mapping[str, Any]) -> None:
    plain = {name: value for name, value in properties.items() if name not in ("custom", "created")}
    book.set_properties({**plain, "created": properties.get("created", NO_DATE)})
    for name, value in properties.get("custom", {}).items():
        book.set_custom_property(name, value)


def _sheet_name(name: str, taken: set[str]) -> str:
    """Return a name Excel accepts (31 characters, no []:*?/\\) that no earlier sheet has."""
    wanted = name.translate(NOT_IN_NAME).strip("'")[:LONGEST_NAME] or "表"
    chosen, number = wanted, 1
    while chosen.lower() in taken:
        number += 1
        suffix = f"({number})"
        chosen = wanted[: LONGEST_NAME - len(suffix)] + suffix
    taken.add(chosen.lower())
    return chosen
