"""Gives the user his own workbook back: bad cells red with a comment, and a last column 导入结果.

What is to be written is found out here; the workbook itself is opened in a process of its own (marker.py), so that the
memory it needs comes after that of the comparison and not on top of it.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter

from households.importing.marker import REFUSED_FILL, WARNED_FILL
from households.importing.result import REFUSED, ImportRefused, Problem
from households.importing.table import Table
from households.importing.wording import MARKED_FROM, RESULT_HEADING, heading
from township.base.failures import in_words
from township.base.output import OutputRefused, check_output, replacing
from township.base.sheets.kinds import Kind, detect
from township.base.sheets.limits import COUNTY, DEFAULT
from township.base.sheets.process import PASSED_ON, ROOT
from township.base.sheets.properties import workbook_properties
from township.base.sheets.reader import Row

ACCEPTED = "已导入"
SECONDS = 900
# What a cell's text may be at most; more is no cell of Excel.
CELL_LENGTH = 32_767
COMMENT_LENGTH = 2_000


@dataclass
class Marks:
    """What is to be written into one workbook.

    `sheets` by name: `header_row`, `columns` (heading to column, 1 is A, for those whose two levels only the reader
    put together) and `rows`: Excel row to [result, is refused, {heading: [comment, is refused]}]. `plain` are the rows
    of a file that is no .xlsx, for a workbook made anew. `count` is the number of data rows, `origin` the SHA-256
    of the first file of a chain of corrections and of this one: the marked one names them, so that its rows are known
    to be those that wait.
    """

    sheets: dict[str, dict[str, Any]] = field(default_factory=dict)
    plain: list[Row] = field(default_factory=list)
    count: int = 0
    origin: str = ""


def mark(
    path: Path, table: Table, problems: Iterable[Problem], target: Path, *, imported: bool = True
) -> None:
    """Write the marked workbook to `target` (.xlsx), complete or not at all; the user's file stays as it is.

    `table` is the list as it was read from `path`; of a problem its sheet, row, column, level and message are needed.
    `imported` says whether the good rows went in or only could. An .xlsx keeps its own look; other kinds become a
    plain workbook with the same rows in the same places. Raises ImportRefused when the target cannot be written.
    """
    check_target(path, target)
    gc.collect()  # what comparing left behind: marking needs the memory
    write_marked(path, marks_of(path, table, problems, imported=imported), target)


def marks_of(path: Path, table: Table, problems: Iterable[Problem], *, imported: bool) -> Marks:
    """Return what is to be written for these problems; the table is not needed afterwards."""
    by_row: dict[tuple[str, int], list[Problem]] = defaultdict(list)
    for problem in problems:
        by_row[problem.sheet, problem.row].append(problem)
    columns = {heading(label): table.at[name] + 1 for name, label in table.labels.items() if name in table.at}
    marks = Marks(count=len(table.numbers), origin=_origin(path))
    for index, number in enumerate(table.numbers):
        name = table.sheet_of(index)
        sheet = marks.sheets.setdefault(
            name, {"header_row": table.header_row, "columns": columns, "rows": {}}
        )
        found = by_row.get((name, number), [])
        sheet["rows"][number] = [
            _summary(found, imported),
            any(problem.level == REFUSED for problem in found),
            {heading(column): _comment(mine) for column, mine in _by_column(found).items()},
        ]
    if detect(path, COUNTY) is not Kind.XLSX:
        marks.plain = list(table.all_rows)
    return marks


def _origin(path: Path) -> str:
    first = workbook_properties(path).get(MARKED_FROM, "").split()[:1]
    with path.open("rb") as content:
        return " ".join([*first, hashlib.file_digest(content, "sha256").hexdigest()])


def write_marked(path: Path, marks: Marks, target: Path) -> None:
    """Write the marked workbook of the file; raises ImportRefused when the target cannot be written."""
    try:
        # It holds every ID number of the register.
        with replacing(target, private=True) as stream:
            if marks.plain or not _mark_own(path, marks, stream):
                stream.seek(0)
                stream.truncate()
                _write_plain(marks, stream)
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


def _mark_own(path: Path, marks: Marks, stream: BinaryIO) -> bool:
    """Mark the user's own workbook in a child process; False where it does not take it, as some odd files make it."""
    if path.stat().st_size > DEFAULT.file_bytes:
        return False  # a county's: openpyxl would need many times its size
    told = json.dumps(marks.sheets, ensure_ascii=False).encode()
    done = subprocess.run(  # noqa: S603 - our own module; the path is one argument, no shell
        [sys.executable, "-m", "households.importing.marker", str(path.resolve()), marks.origin],
        cwd=ROOT,
        env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
        input=told,
        stdout=stream,
        stderr=subprocess.DEVNULL,
        timeout=SECONDS,
        check=False,
    )
    return done.returncode == 0


def _write_plain(marks: Marks, stream: BinaryIO) -> None:
    """Write the rows as they were read, marked; of a county's list only what is wrong."""
    with xlsxwriter.Workbook(stream, {"constant_memory": True, "strings_to_formulas": False}) as book:
        book.set_custom_property(MARKED_FROM, marks.origin)
        looks = {
            True: book.add_format({"bg_color": f"#{REFUSED_FILL}", "num_format": "@"}),
            False: book.add_format({"bg_color": f"#{WARNED_FILL}", "num_format": "@"}),
        }
        text, wrap = (
            book.add_format({"num_format": "@"}),
            book.add_format({"text_wrap": True, "valign": "top"}),
        )
        for name, sheet in marks.sheets.items():
            page = book.add_worksheet(name[:31])
            if not marks.plain:
                _list_problems(page, sheet, wrap)
                continue
            headings = [heading(cell) for cell in marks.plain[sheet["header_row"] - 1]]
            result = next(
                (at for at, one in enumerate(headings) if one == heading(RESULT_HEADING)),
                max((at + 1 for at, one in enumerate(headings) if one), default=0),
            )
            places = {one: at - 1 for one, at in sheet["columns"].items()} | {
                one: at for at, one in reversed(list(enumerate(headings))) if one
            }
            for at, row in enumerate(marks.plain):
                said, _refused, cells = sheet["rows"].get(at + 1, ("", False, {}))
                bad = {places[one]: found for one, found in cells.items() if one in places}
                for place, value in enumerate(row):
                    look = looks[bad[place][1]] if place in bad else text
                    _put(page, at, place, value, look if place in bad or isinstance(value, str) else None)
                    if place in bad:
                        page.write_comment(at, place, bad[place][0], {"author": "导入"})
                if said or at == sheet["header_row"] - 1:
                    page.write_string(at, result, said or RESULT_HEADING, wrap)
        if not marks.sheets:
            book.add_worksheet()


def _put(page: Any, row: int, place: int, value: Any, look: Any) -> None:
    if value is None and look is not None:
        page.write_blank(row, place, None, look)
    elif isinstance(value, str):
        page.write_string(row, place, value[:CELL_LENGTH], look)
    elif isinstance(value, bool):
        page.write_boolean(row, place, value, look)
    elif isinstance(value, int | float):
        page.write_number(row, place, value, look)
    elif value is not None:
        page.write_string(row, place, str(value), look)


def _list_problems(page: Any, sheet: dict[str, Any], wrap: Any) -> None:
    """Where the file is too large to be given back whole: the rows with something wrong, and what."""
    page.set_column(0, 0, 10)
    page.set_column(1, 1, 100)
    page.write_row(0, 0, ("Excel 行", RESULT_HEADING))
    at = 0
    for number, (said, _refused, cells) in sheet["rows"].items():
        if cells:
            at += 1
            page.write_number(at, 0, number)
            page.write_string(at, 1, said[:CELL_LENGTH], wrap)


def _comment(problems: list[Problem]) -> tuple[str, bool]:
    text = "\n".join(problem.message for problem in problems)
    return text[:COMMENT_LENGTH], any(problem.level == REFUSED for problem in problems)


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
    return f"{refused if is_refused else f'{accepted}，请核对'}。{text}"[:CELL_LENGTH]
