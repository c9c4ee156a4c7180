"""Finds the list in a workbook: its sheet, its header row, its columns by name, the time of its export."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from unicodedata import normalize

from households.importing.columns import Column
from households.importing.kinds import ListKind
from households.importing.result import ImportRefused
from households.importing.table import Table
from township.base.sheets.reader import Cell, Row, Sheet, UnreadableFile, read_workbook

FIRST_ROWS = 10
# Fewer known headings than this are a title or a data row that happens to hold one of the words.
LEAST_HEADINGS = 3
LISTED_HEADINGS = 12
FOOTERS = (
    "合计",
    "总计",
    "小计",
    "填表人",
    "制表人",
    "审核人",
    "注：",
    "注:",
    "说明：",
    "说明:",
    "备注：",
    "备注:",
)
EXPORTED = re.compile(
    r"导出(?:时间|日期)[:：\s]*(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]*(\d{1,2}):(\d{2})(?::(\d{2}))?)?"
)


def read_table(path: str | Path, kind: ListKind, *, file_name: str | None = None) -> Table:
    """Return the one list of this kind in the workbook or csv; raise ImportRefused in Chinese if there is none."""
    try:
        book = read_workbook(path, file_name=file_name)
    except UnreadableFile as unreadable:
        raise ImportRefused(unreadable.message) from unreadable
    found = [(sheet, header) for sheet in book.sheets if (header := _find_header(sheet, kind)) is not None]
    complete = [(sheet, at) for sheet, at in found if not _lacking(sheet.rows[at], kind)]
    if not complete:
        raise ImportRefused(_no_header(book.sheets, found, kind))
    tables = [_table(sheet, at, kind) for sheet, at in complete]
    filled = [table for table in tables if table.rows]
    if len(filled) > 1:
        names = "、".join(f"“{table.sheet}”" for table in filled)
        raise ImportRefused(f"工作表 {names} 都像{kind.title}。请只保留一个工作表，或分成几个文件分别导入。")
    if not filled:
        raise ImportRefused(f"工作表“{tables[0].sheet}”的表头下面没有数据。请确认上传的是填好的表。")
    filled[0].notes[:0] = book.notes
    return filled[0]


def heading(cell: Cell) -> str:
    """Return a heading in the one form that names are compared in: no blanks, half-width, no mark of duty."""
    return "".join(normalize("NFKC", str(cell)).split()).strip("*:").upper() if cell is not None else ""


def _find_header(sheet: Sheet, kind: ListKind) -> int | None:
    """Return the index of the row with most known headings among the first rows."""
    known = {heading(label) for column in kind.columns for label in column.labels}
    counts = [len({heading(cell) for cell in row} & known) for row in sheet.rows[:FIRST_ROWS]]
    most = max(counts, default=0)
    return counts.index(most) if most >= LEAST_HEADINGS else None


def _lacking(row: Row, kind: ListKind) -> list[Column]:
    present = {heading(cell) for cell in row}
    return [column for column in kind.required if present.isdisjoint(map(heading, column.labels))]


def _no_header(sheets: Sequence[Sheet], found: list[tuple[Sheet, int]], kind: ListKind) -> str:
    if found:
        sheet, at = found[0]
        lacking = "、".join(column.label for column in _lacking(sheet.rows[at], kind))
        return (
            f"工作表“{sheet.name}”第 {at + 1} 行像是表头，但缺少必需的列：{lacking}。"
            "请补上这些列，或从系统重新导出后再导入。"
        )
    names = "、".join(f"“{sheet.name}”" for sheet in sheets)
    required = "、".join(column.label for column in kind.required)
    return (
        f"工作表 {names} 的前 {FIRST_ROWS} 行里没有找到{kind.title}的表头。"
        f"请确认是这种表，且表头里有：{required}。"
    )


def _table(sheet: Sheet, at: int, kind: ListKind) -> Table:
    columns, labels, notes = _columns(sheet, at, kind)
    table = Table(sheet.name, at + 1, columns, labels, [], [], sheet.rows, notes=notes)
    table.exported_at = _exported_at(sheet.rows[:at])
    header = sheet.rows[at]
    named = [columns[name] for name in ("name", "id_number") if name in columns]
    for number, row in enumerate(sheet.rows[at + 1 :], start=at + 2):
        # A row with a name or number is a person whatever else it holds; only the others can be frame.
        if all(row[place] is None for place in named) and _is_frame(row):
            continue
        if row == header:
            table.notes.append(f"第 {number} 行又是表头，已跳过。")
            continue
        table.rows.append(row)
        table.numbers.append(number)
    return table


def _columns(sheet: Sheet, at: int, kind: ListKind) -> tuple[dict[str, int], dict[str, str], list[str]]:
    """Match the headings: a column's preferred label wins over its synonyms; one heading twice is refused."""
    places: dict[str, int] = {}
    notes = []
    known = {heading(label) for column in kind.columns for label in column.labels}
    unknown = []
    for place, cell in enumerate(sheet.rows[at]):
        found = heading(cell)
        if found in places and found in known:
            raise ImportRefused(
                f"工作表“{sheet.name}”第 {at + 1} 行有两列都叫“{cell}”（{_letters(places[found])} 列和 "
                f"{_letters(place)} 列）。请删除或改名其中一列。"
            )
        if found:
            places.setdefault(found, place)
            unknown += [] if found in known else [str(cell).strip()]
    columns: dict[str, int] = {}
    labels: dict[str, str] = {}
    for column in kind.columns:
        for label in column.labels:
            place = places.get(heading(label), -1)
            if place >= 0 and column.field not in columns and place not in columns.values():
                columns[column.field] = place
                labels[column.field] = str(sheet.rows[at][place]).strip()
    if unknown:
        more = f" 等 {len(unknown)} 列" if len(unknown) > LISTED_HEADINGS else ""
        notes.append(f"没有用到的列：{'、'.join(unknown[:LISTED_HEADINGS])}{more}。")
    return columns, labels, notes


def _is_frame(row: Row) -> bool:
    """True for an empty row, a total and a signature line."""
    for cell in row:
        text = "" if cell is None else str(cell).strip()
        if text:
            return text.startswith(FOOTERS)
    return True


def _exported_at(titles: Sequence[Row]) -> datetime | None:
    """Return the time named in the rows above the header; a day without time is its beginning."""
    for row in titles:
        text = " ".join(_title_text(cell) for cell in row if cell is not None)
        if match := EXPORTED.search(normalize("NFKC", text)):
            try:
                return datetime(*(int(part or 0) for part in match.groups()))  # type: ignore[arg-type]
            except ValueError:
                continue
    return None


def _title_text(cell: Cell) -> str:
    return cell.isoformat(" ") if isinstance(cell, datetime) else str(cell)


def _letters(place: int) -> str:
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
