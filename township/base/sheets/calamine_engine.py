"""Reads .xlsx and .xls by calamine. Runs only in the child process: calamine aborts on some odd files."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from township.base.sheets.child import run
from township.base.sheets.frames import write_event, write_rows
from township.base.sheets.kinds import LOCKED
from township.base.sheets.limits import Limits, UnreadableFile

BLOCK = 1_000


def read(path: str, out: BinaryIO, limits: Limits, sheet_name: str | None, max_rows: int) -> None:
    """Send the sheets' names, then the rows of every wanted sheet, to `out`.

    Raises UnreadableFile for a password, CalamineError where calamine does not understand the file.
    """
    try:
        # A stream, not the path: from a path calamine believes the ending of the name.
        with Path(path).open("rb") as stream, CalamineWorkbook.from_filelike(stream) as book:
            listed = [
                (entry.name, entry.visible is SheetVisibleEnum.Visible)
                for entry in book.sheets_metadata
                if entry.typ is SheetTypeEnum.WorkSheet
            ]
            write_event(out, "sheets", listed)
            for index, (name, visible) in enumerate(listed):
                if name == sheet_name or (sheet_name is None and visible):
                    _send_sheet(book.get_sheet_by_name(name), index, out, limits, max_rows)
    except PasswordError as error:
        raise UnreadableFile("password", LOCKED) from error


def _send_sheet(sheet: CalamineSheet, index: int, out: BinaryIO, limits: Limits, max_rows: int) -> None:
    if sheet.start is None:
        return
    left = sheet.start[1]  # iter_rows starts at row 1 but at the first used column
    if sheet.start[1] + sheet.width > limits.columns:
        rows: Iterable[list[Any]] = _cut(sheet, index, out, limits)
        left = 0
    else:
        rows = sheet.iter_rows()
    taken = islice(_share(rows, left), max_rows)
    while block := list(islice(taken, BLOCK)):
        write_rows(out, index, block)


def _share(rows: Iterable[list[Any]], left: int) -> Iterator[tuple[Any, ...]]:
    """Turn empty text into None and equal texts into one object: a register repeats most of its words.

    One shared object is sent once per block and held once by the parent.
    """
    padding = (None,) * left
    shared: dict[str, str | None] = {"": None}
    get = shared.setdefault
    for row in rows:
        # Only texts are shared: as keys 1, 1.0 and True would be one and the same.
        cells = tuple([get(value, value) if value.__class__ is str else value for value in row])
        yield padding + cells if left else cells


def _cut(sheet: CalamineSheet, index: int, out: BinaryIO, limits: Limits) -> Iterator[list[Any]]:
    """Yield rows of at most `limits.columns` cells and report the first filled cell beyond."""
    left = sheet.start[1] if sheet.start else 0
    padding = [""] * min(left, limits.columns)
    inside = limits.columns - len(padding)  # how many cells of a row lie within the limit
    reported = False
    for number, row in enumerate(sheet.iter_rows(), start=1):
        if not reported:
            beyond = enumerate(row[inside:], start=left + inside + 1)
            column = next((at for at, value in beyond if value != ""), None)
            if column is not None:
                write_event(out, "far", index, number, column)
                reported = True
        if inside:
            cells = row[:inside]
            yield padding + cells if any(cell != "" for cell in cells) else []
        elif reported:  # nothing lies within the limit, maybe below a million empty rows
            return


if __name__ == "__main__":
    run(read)
