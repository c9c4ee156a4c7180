"""Gives the user his own workbook back: bad cells red with a comment, and a last column 导入结果."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, PatternFill

from households.importing.read import heading
from households.importing.result import REFUSED, ImportRefused, Problem
from households.importing.table import Table
from township.base.failures import in_words
from township.base.output import OutputRefused, check_output, replacing
from township.base.sheets.kinds import Kind, detect
from township.base.sheets.limits import DEFAULT

RESULT_HEADING = "导入结果"
AUTHOR = "导入"
FILLS = {
    True: PatternFill("solid", start_color="FFFFC7CE", end_color="FFFFC7CE"),
    False: PatternFill("solid", start_color="FFFFEB9C", end_color="FFFFEB9C"),
}
ACCEPTED = "已导入"


def mark(
    path: Path, table: Table, problems: Iterable[Problem], target: Path, *, imported: bool = True
) -> None:
    """Write the marked workbook to `target` (.xlsx), complete or not at all; the user's file stays as it is.

    `table` is the list as it was read from `path`; of a problem its sheet, row, column, level and message are needed.
    `imported` says whether the good rows went in or only could. An .xlsx keeps its own look; other kinds become a
    plain workbook with the same rows in the same places. Raises ImportRefused when the target cannot be written.
    """
    check_target(path, target)
    book = _open(path) or _plain_copy(table)
    by_row: dict[tuple[str, int], list[Problem]] = defaultdict(list)
    for problem in problems:
        by_row[problem.sheet, problem.row].append(problem)
    rows: dict[str, list[int]] = defaultdict(list)
    for index, number in enumerate(table.numbers):
        rows[table.sheet_of(index)].append(number)
    for name, numbers in rows.items():
        sheet = book[name] if name in book.sheetnames else book.active
        _mark_sheet(sheet, table, {number: by_row.get((name, number), []) for number in numbers}, imported)
    try:
        # It holds every ID number of the register.
        with replacing(target, private=True) as stream:
            book.save(stream)
    except OutputRefused as error:
        raise ImportRefused(str(error)) from error
    except OSError as error:
        raise ImportRefused(
            f"标注后的表无法写到 {target}（{in_words(error)}）。请检查目录和权限。"
        ) from error


def check_target(path: Path, target: Path) -> None:
    """Raise ImportRefused where `target` cannot take the marked workbook; to be asked before anything is imported."""
    if target.resolve() == path.resolve():
        raise ImportRefused("标注后的表不能覆盖原表。请另给一个文件名。")
    try:
        check_output(target, (".xlsx",))
    except OutputRefused as error:
        raise ImportRefused(f"标注后的表没有地方放：{error}") from error


def _open(path: Path) -> Workbook | None:
    """Return the user's workbook, or None where it is another kind of file or openpyxl does not understand it."""
    if detect(path, DEFAULT) is not Kind.XLSX:
        return None
    try:
        return load_workbook(path, keep_links=False)
    except Exception:  # whatever an odd file makes openpyxl raise; the plain copy shows the same rows
        return None


def _mark_sheet(sheet: Any, table: Table, rows: dict[int, list[Problem]], imported: bool) -> None:
    headings = [heading(cell.value) for cell in sheet[table.header_row]]
    # Where the header has two levels, a column goes by both of them.
    places = {heading(label): table.at[name] + 1 for name, label in table.labels.items() if name in table.at}
    places |= {name: place for place, name in reversed(list(enumerate(headings, start=1))) if name}
    last = max((place for place, name in enumerate(headings, start=1) if name), default=0)
    # A file that was marked before has the column already.
    result_column = places.get(heading(RESULT_HEADING), last + 1)
    sheet.cell(table.header_row, result_column, RESULT_HEADING)
    for row, problems in rows.items():
        cell = sheet.cell(row, result_column, _summary(problems, imported))
        cell.alignment = Alignment(wrap_text=bool(problems), vertical="top")
        for column, found in _by_column(problems).items():
            if place := places.get(heading(column)):
                bad = sheet.cell(row, place)
                bad.fill = FILLS[any(problem.level == REFUSED for problem in found)]
                bad.comment = Comment("\n".join(problem.message for problem in found), AUTHOR)


def _by_column(problems: list[Problem]) -> dict[str, list[Problem]]:
    """Sort a row's problems by the heading that the file itself uses for the column."""
    found: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        found[problem.column].append(problem)
    return found


def _summary(problems: list[Problem], imported: bool) -> str:
    accepted, refused = (ACCEPTED, "未导入") if imported else ("可以导入", "不能导入")
    if not problems:
        return accepted
    text = "；".join(f"{problem.column}：{problem.message}" for problem in problems)
    is_refused = any(problem.level == REFUSED for problem in problems)
    return f"{refused if is_refused else f'{accepted}，请核对'}。{text}"


def _plain_copy(table: Table) -> Workbook:
    """Build a workbook of the rows as they were read; texts stay texts, whatever they begin with."""
    book = Workbook()
    sheet = book.active
    for number, row in enumerate(table.all_rows, start=1):
        for place, value in enumerate(row, start=1):
            if value is not None:
                cell = sheet.cell(number, place)
                if isinstance(value, str):
                    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
                    cell.data_type, cell.number_format = "s", "@"
                else:
                    cell.value = value
    return book
