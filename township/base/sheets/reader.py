"""Reads a workbook or delimited text that a person uploaded, whatever it turns out to be.

book = read_workbook(path, file_name=upload.name)
for number, row in enumerate(book.sheets[0].rows, start=1): ...   # number is the Excel row
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from township.base.batches import batches
from township.base.sheets.delimited import iter_delimited, read_delimited
from township.base.sheets.frames import Cell, Row
from township.base.sheets.guard import MACRO_NOTE, inspect
from township.base.sheets.kinds import DAMAGED, SAVE_AS, Kind, detect, has_macros
from township.base.sheets.limits import COUNTY, DEFAULT, Limits, UnreadableFile
from township.base.sheets.process import Gathered, events, gather

__all__ = [
    "DEFAULT",
    "Cell",
    "Limits",
    "Row",
    "Sheet",
    "UnreadableFile",
    "Workbook",
    "read_workbook",
    "stream_rows",
]

BLOCK = 1000
FEW_ROWS = 500
NO_DATA = "文件里没有数据：所有单元格都是空的。请确认上传的是填好的表。"
KINDS_BY_ENDING = {
    ".xlsx": Kind.XLSX,
    ".xlsm": Kind.XLSX,
    ".xls": Kind.XLS,
    ".csv": Kind.CSV,
    ".txt": Kind.CSV,
    ".tsv": Kind.CSV,
}


@dataclass(frozen=True)
class Sheet:
    """One worksheet. `rows[0]` is Excel row 1 and `row[0]` column A; all rows are equally long.

    Cells are str, float, int, bool, date, datetime or None as stored: an ID number that was typed as a number
    is still a float (of 1e15 or more), never a repaired text.
    """

    name: str
    is_visible: bool
    rows: Sequence[Row]


@dataclass(frozen=True)
class Workbook:
    """What was read. `sheets`: the visible sheets, or the one asked for; `hidden`: names of those passed over."""

    kind: Kind
    sheets: list[Sheet]
    hidden: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def sheet(self, name: str) -> Sheet:
        """Return the sheet of this name; KeyError if it was not read."""
        for sheet in self.sheets:
            if sheet.name == name:
                return sheet
        raise KeyError(name)


def read_workbook(
    path: str | Path,
    *,
    limits: Limits = DEFAULT,
    sheet_name: str | None = None,
    max_rows: int | None = None,
    file_name: str | None = None,
) -> Workbook:
    """Read the visible sheets (or only `sheet_name`, even hidden) of an .xlsx, .xls or delimited text file.

    The content decides what the file is; `file_name` is the name the person knows, where it differs from `path`.
    `max_rows` ends every sheet early. Nothing in the file is run and no other file is opened; what was left out
    or odd stands in `notes`, in Chinese. Raises UnreadableFile for everything that cannot be read.
    """
    path = Path(path)
    kind = detect(path, limits)
    ending = Path(file_name or path.name).suffix.lower()
    most = limits.rows if max_rows is None else min(max_rows, limits.rows)
    notes: list[str] = []
    if KINDS_BY_ENDING.get(ending) not in (None, kind):
        notes.append(f"文件名以 {ending} 结尾，内容实际是 {kind}，已按内容读取。")
    if kind is Kind.CSV:
        gathered = _gather_delimited(path, ending, file_name or path.name, most, limits)
    else:
        if kind is Kind.XLSX:
            notes += inspect(path, limits)
        elif has_macros(path):
            notes.append(MACRO_NOTE)
        gathered = _gather(path, kind, limits, sheet_name, most)
    if sheet_name is not None and sheet_name not in [name for name, _visible in gathered.sheets]:
        names = "、".join(name for name, _visible in gathered.sheets)
        raise UnreadableFile("no_such_sheet", f"文件里没有“{sheet_name}”工作表，现有：{names}。请核对名称。")
    return _assemble(kind, gathered, notes, limits, sheet_name, max_rows)


def stream_rows(
    path: str | Path, *, limits: Limits = COUNTY, file_name: str | None = None, max_rows: int | None = None
) -> Iterator[tuple[str, int, list[Row]]]:
    """Yield (sheet, Excel row of the first, rows) block by block, visible sheets in order, flat in memory.

    For lists too large for `read_workbook`: .xlsx by the patient reader, and delimited text. `max_rows` ends every
    sheet early. The rows are as long as their last filled cell. Raises UnreadableFile, also in the middle.
    """
    path = Path(path)
    kind = detect(path, limits)
    most = limits.rows if max_rows is None else max_rows
    if kind is Kind.CSV:
        name = file_name or path.name
        rows = islice(iter_delimited(path, Path(name).suffix.lower()), most)
        for number, block in enumerate(batches(rows, BLOCK)):
            yield Path(name).stem, number * BLOCK + 1, [row[: limits.columns] for row in block]
        return
    if kind is Kind.XLS:
        raise UnreadableFile("wrong_kind", f"这么大的表请用 .xlsx 格式。{SAVE_AS}")
    inspect(path, limits)
    names: list[tuple[str, bool]] = []
    next_row: dict[int, int] = {}
    for event in events("openpyxl", path, limits, None, most):
        match event:
            case ("sheets", listed):
                names = listed
            case ("rows", index, rows_of_sheet):
                first = next_row.get(index, 1)
                next_row[index] = first + len(rows_of_sheet)
                yield names[index][0], first, rows_of_sheet
            case ("refused", code, message):
                raise UnreadableFile(code, message)
            case ("end",):
                return
    raise UnreadableFile("damaged", f"{DAMAGED}如果能正常打开，{SAVE_AS}")


def _gather(path: Path, kind: Kind, limits: Limits, sheet_name: str | None, max_rows: int) -> Gathered:
    engines = ["calamine", "openpyxl"] if kind is Kind.XLSX else ["calamine"]
    if max_rows <= FEW_ROWS:
        engines.reverse()  # the fast one reads the whole sheet before it gives the first row
    for engine in engines:
        # One row more than allowed tells a full sheet from a cut one.
        gathered = gather(engine, path, limits, sheet_name, max_rows + 1)
        if gathered is not None:
            return gathered
    raise UnreadableFile("damaged", f"{DAMAGED}如果能正常打开，{SAVE_AS}")


def _gather_delimited(path: Path, ending: str, name: str, max_rows: int, limits: Limits) -> Gathered:
    rows = read_delimited(path, ending, max_rows + 1)
    far: dict[int, tuple[int, int]] = {}
    for number, row in enumerate(rows, start=1):
        if len(row) > limits.columns:
            far.setdefault(0, (number, limits.columns + 1))
            rows[number - 1] = row[: limits.columns]
    return Gathered(sheets=[(Path(name).stem, True)], rows={0: rows}, far=far)


def _assemble(
    kind: Kind,
    gathered: Gathered,
    notes: list[str],
    limits: Limits,
    sheet_name: str | None,
    max_rows: int | None,
) -> Workbook:
    sheets, hidden = [], []
    most = limits.rows if max_rows is None else min(max_rows, limits.rows)
    for index, (name, is_visible) in enumerate(gathered.sheets):
        if name != sheet_name and (sheet_name is not None or not is_visible):
            hidden += [] if is_visible else [name]
            continue
        rows = gathered.rows.get(index, [])
        if len(rows) > limits.rows:
            raise UnreadableFile(
                "too_many_rows",
                f"工作表“{name}”超过 {limits.rows} 行。请删除表格下方多余的行，或按村拆成几个文件后分别上传。",
            )
        sheets.append(Sheet(name, is_visible, _even(rows[:most])))
        if index in gathered.far:
            notes.append(_far_note(name, *gathered.far[index]))
    if not any(_has_data(sheet.rows) for sheet in sheets):
        raise _no_data(gathered, hidden)
    return Workbook(kind, sheets, hidden, notes)


def _even(rows: list[Row]) -> list[Row]:
    """Drop the empty rows at the end and make all rows equally long."""
    while rows and all(value is None for value in rows[-1]):
        rows.pop()
    width = max(map(len, rows), default=0)
    blank = (None,) * width
    return [row if len(row) == width else row + blank[len(row) :] if row else blank for row in rows]


def _has_data(rows: Sequence[Row]) -> bool:
    return any(value is not None and str(value).strip() for row in rows for value in row)


def _no_data(gathered: Gathered, hidden: list[str]) -> UnreadableFile:
    if gathered.far:
        index, (row, column) = next(iter(gathered.far.items()))
        return UnreadableFile(
            "far_cell", f"表格范围内没有数据。{_far_note(gathered.sheets[index][0], row, column)}"
        )
    if hidden:
        names = "、".join(hidden)
        return UnreadableFile(
            "only_hidden",
            f"可见的工作表里没有数据，数据可能在隐藏的工作表（{names}）里。请取消隐藏，保存后再上传。",
        )
    return UnreadableFile("no_data", NO_DATA)


def _far_note(sheet: str, row: int, column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return (
        f"工作表“{sheet}”的 {letters}{row} 单元格离表格太远，它和更远处的内容没有读取。"
        "如是有用的数据，请移到表格里；否则请删除该单元格后再上传。"
    )
