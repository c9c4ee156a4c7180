"""Reads the list out of a workbook: as a person said, or as its sheet, header rows and columns are found by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from unicodedata import normalize

from households.importing.claims import Match, best_header
from households.importing.headers import FIRST_ROWS, Header, header_at, headers_of
from households.importing.kinds import ListKind
from households.importing.reading import Reading
from households.importing.result import ImportRefused
from households.importing.rows import SERIAL, DataRows
from households.importing.table import Table
from households.importing.wording import heading
from township.base.sheets.reader import Cell, Row, Sheet, UnreadableFile, Workbook, read_workbook

__all__ = ["list_on", "read_table", "table_of"]

LISTED_HEADINGS = 12
EXPORTED = re.compile(
    r"导出(?:时间|日期)[:：\s]*(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]*(\d{1,2}):(\d{2})(?::(\d{2}))?)?"
)
Places = dict[str, list[int]]
Fit = tuple[Sheet, Header, Match]


def read_table(
    path: str | Path, kind: ListKind, *, file_name: str | None = None, reading: Reading | None = None
) -> Table:
    """Return the one list of this kind in the workbook or csv; see `table_of`."""
    try:
        book = read_workbook(path, file_name=file_name)
    except UnreadableFile as unreadable:
        raise ImportRefused(unreadable.message) from unreadable
    table = table_of(book, kind, reading)
    table.file_name = file_name or Path(path).name
    return table


def table_of(book: Workbook, kind: ListKind, reading: Reading | None = None) -> Table:
    """Return the list in a workbook: as the reading says, else the only one of this kind that is found.

    Raises ImportRefused in Chinese where there is none, columns are missing, or a person has to choose.
    """
    if reading is None:
        table = _found(book, kind)
    else:
        table = _joined(
            [list_on(sheet, kind, places, header) for sheet, header, places in _said(book, kind, reading)]
        )
        if not table.rows:
            raise ImportRefused(_empty(table.sheet))
    table.notes[:0] = book.notes
    return table


def list_on(sheet: Sheet, kind: ListKind, places: Mapping[str, list[int]], header: Header) -> Table:
    """Return the list on one sheet, whose header and places are known; its rows may be none."""
    labels = {name: label for name, (place, *_) in places.items() if (label := header.label(place))}
    at = {name: found[0] for name, found in places.items()}
    table = Table(sheet.name, header.end, at, labels, [], [], sheet.rows, header_levels=header.levels)
    table.exported_at = _exported_at(sheet.rows[: header.at])
    data = DataRows(kind, header, places, list(sheet.rows[: header.end]))
    for number, row in enumerate(sheet.rows[header.end :], start=header.end + 1):
        for person, own in data.take(number, row):
            if own:
                table.row_labels[len(table.rows)] = own
            table.rows.append(person)
            table.numbers.append(number)
    table.notes = [*_unused(header, places), *data.notes]
    return table


def _found(book: Workbook, kind: ListKind) -> Table:
    fits: list[Fit] = [
        (sheet, *best) for sheet in book.sheets if (best := best_header(headers_of(sheet.rows), kind))
    ]
    complete = [fit for fit in fits if not any(kind.lacking(fit[2].fields))]
    if not complete:
        raise ImportRefused(_no_header(book.sheets, fits, kind))
    for fit in complete:
        _check_single(*fit)
    tables = [list_on(sheet, kind, found.places, header) for sheet, header, found in complete]
    filled = [at for at, table in enumerate(tables) if table.rows]
    if not filled:
        raise ImportRefused(_empty(tables[0].sheet))
    if len(filled) == 1:
        return tables[filled[0]]
    if kind.join_sheets or are_parts([tables[at] for at in filled]):
        return _joined([tables[at] for at in filled])
    names = "、".join(f"“{tables[at].sheet}”" for at in filled)
    raise ImportRefused(f"工作表 {names} 都像{kind.title}。请只保留一个工作表，或分成几个文件分别导入。")


def are_parts(tables: Sequence[Table]) -> bool:
    """Whether sheets are parts of one list because each holds a village of its own, as towns collect them."""
    villages = [
        {str(cell).strip() for index in range(len(table.rows)) if (cell := table.cell(index, "village"))}
        for table in tables
    ]
    return all(len(found) == 1 for found in villages) and len(set().union(*villages)) == len(tables) > 1


def _said(book: Workbook, kind: ListKind, reading: Reading) -> Iterator[tuple[Sheet, Header, Places]]:
    """Yield each sheet of a reading with its header and its places."""
    if lacking := "、".join(kind.lacking(reading.fields)):
        raise ImportRefused(f"还没有指定这些必需的列：{lacking}。请在表头里选出它们。")
    if not reading.sheets:
        raise ImportRefused("还没有指定工作表。请选择数据所在的工作表。")
    first: Header | None = None
    for name in dict.fromkeys(reading.sheets):
        sheet = sheet_of(book, name)
        header = header_at(sheet.rows, reading.header_row - 1, reading.header_levels)
        if first is None:
            if header is None or max((place for place, _field in reading.columns), default=0) >= len(
                header.headings
            ):
                raise ImportRefused(
                    f"工作表“{name}”第 {reading.header_row} 行没有这样的表头。请重新选择表头所在的行。"
                )
            first = header
        if header is not None and header.shown == first.shown:
            yield sheet, header, {field: reading.places_of(field) for field in _fields(kind, reading)}
        else:
            yield sheet, *_same_headings(sheet, kind, first, reading)


def _same_headings(sheet: Sheet, kind: ListKind, first: Header, reading: Reading) -> tuple[Header, Places]:
    """Find the columns of a further sheet by what their headings are on the first."""
    for header in headers_of(sheet.rows):
        own: dict[str, list[int]] = {}
        for place, one in enumerate(header.headings):
            own.setdefault(heading(one.shown), []).append(place)
        places = {
            field: [
                p
                for wanted in reading.places_of(field)
                for p in own.get(heading(first.headings[wanted].shown), ())
            ]
            for field in _fields(kind, reading)
        }
        if all(places.values()):
            return header, places
    raise ImportRefused(
        f"工作表“{sheet.name}”的前 {FIRST_ROWS} 行里没有找到和“{reading.sheets[0]}”一样的表头。"
        "请去掉这个工作表，或统一表头。"
    )


def _fields(kind: ListKind, reading: Reading) -> list[str]:
    return sorted(reading.fields & kind.by_field.keys())


def sheet_of(book: Workbook, name: str) -> Sheet:
    """Return the sheet of this name; raise ImportRefused where the workbook has none."""
    try:
        return book.sheet(name)
    except KeyError as error:
        raise ImportRefused(f"文件里没有工作表“{name}”。请重新选择工作表。") from error


def _joined(tables: Sequence[Table]) -> Table:
    """Return several sheets as one list; every row keeps its sheet and its Excel row."""
    whole = tables[0]
    if len(tables) == 1:
        return whole
    whole.row_sheets = [whole.sheet] * len(whole.rows)
    for table in (_as_first(table, whole) for table in tables[1:]):
        start = len(whole.rows)
        whole.row_labels |= {start + index: labels for index, labels in table.row_labels.items()}
        whole.rows += table.rows
        whole.numbers += table.numbers
        whole.row_sheets += [table.sheet] * len(table.rows)
        whole.notes += [f"工作表“{table.sheet}”：{note}" for note in table.notes]
    return whole


def _as_first(table: Table, first: Table) -> Table:
    """Bring the rows of a sheet into the columns of the first, where its own stand elsewhere."""
    if table is first or table.at == first.at:
        return table
    width = max((len(row) for row in first.rows), default=max(first.at.values()) + 1)
    for name in table.at.keys() - first.at.keys():
        first.at[name] = width
        first.labels[name] = table.labels.get(name, "")
        first.rows = [(*row, None) for row in first.rows]
        width += 1
    rows: list[Row] = []
    for row in table.rows:
        cells: list[Cell] = [None] * width
        for name, place in table.at.items():
            cells[first.at[name]] = row[place]
        rows.append(tuple(cells))
    table.rows, table.at = rows, first.at
    return table


def _check_single(sheet: Sheet, header: Header, found: Match) -> None:
    for places in found.twice.values():
        first, second = places[:2]
        raise ImportRefused(
            f"工作表“{sheet.name}”第 {header.end} 行有两列都叫“{header.headings[first].lower}”（{letters(first)} 列和 "
            f"{letters(second)} 列）。请删除或改名其中一列。"
        )


def _no_header(sheets: Sequence[Sheet], fits: Sequence[Fit], kind: ListKind) -> str:
    if fits:
        sheet, header, found = fits[0]
        lacking = "、".join(kind.lacking(found.fields))
        return (
            f"工作表“{sheet.name}”第 {header.end} 行像是表头，但缺少必需的列：{lacking}。"
            "请补上这些列，或从系统重新导出后再导入。"
        )
    names = "、".join(f"“{sheet.name}”" for sheet in sheets)
    required = "、".join(kind.lacking(set()))
    return (
        f"工作表 {names} 的前 {FIRST_ROWS} 行里没有找到{kind.title}的表头。"
        f"请确认是这种表，且表头里有：{required}。"
    )


def _empty(sheet: str) -> str:
    return f"工作表“{sheet}”的表头下面没有数据。请确认上传的是填好的表。"


def unused_headings(header: Header, used: Iterable[int]) -> list[str]:
    """Return the headings whose columns fill nothing; the running number of a row is no news."""
    taken = set(used)
    return [
        one.shown
        for place, one in enumerate(header.headings)
        if place not in taken and one.lower and heading(one.lower) not in SERIAL
    ]


def _unused(header: Header, places: Mapping[str, list[int]]) -> list[str]:
    unknown = unused_headings(header, (place for found in places.values() for place in found))
    if not unknown:
        return []
    more = f" 等 {len(unknown)} 列" if len(unknown) > LISTED_HEADINGS else ""
    return [f"没有用到的列：{'、'.join(unknown[:LISTED_HEADINGS])}{more}。"]


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


def letters(place: int) -> str:
    """Return the letters of a place (0 is A)."""
    found = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(ord("A") + rest) + found
    return found
