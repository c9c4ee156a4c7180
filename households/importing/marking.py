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

from households.importing.marking_plain import CELL_LENGTH, write_plain
from households.importing.result import REFUSED, ImportRefused, Problem
from households.importing.table import Table
from households.importing.wording import MARKED_FROM, heading
from township.base.failures import in_words
from township.base.output import OutputRefused, check_output, replacing
from township.base.sheets.kinds import Kind, detect
from township.base.sheets.limits import COUNTY
from township.base.sheets.process import PASSED_ON, ROOT
from township.base.sheets.properties import workbook_properties
from township.base.sheets.reader import Row

ACCEPTED = "已导入"
SECONDS = 900
COMMENT_LENGTH = 2_000


@dataclass
class Marks:
    """What is to be written into one workbook.

    `sheets` by name: `header_row`, `columns` (heading to column, 1 is A, for those whose two levels only the reader
    put together), `clean` (the Excel rows with nothing wrong) and `rows`: Excel row to [result, {heading: [comment, is
    refused]}]. `accepted` is what is said of the clean rows. `plain` are the rows of a file that is no .xlsx, for a
    workbook made anew. `count` is the number of data rows, `origin` the SHA-256 of the first file of a chain of
    corrections and of this one: the marked one names them, so that its rows are known to be those that wait.
    `is_list`: only a list of what is wrong is to be written.
    """

    accepted: str
    sheets: dict[str, dict[str, Any]] = field(default_factory=dict)
    plain: list[Row] = field(default_factory=list)
    count: int = 0
    origin: str = ""
    is_list: bool = False


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
    """Return what is to be written for these problems; the table is not needed afterwards.

    A county's table comes without rows: then only the rows with a problem are named.
    """
    by_row: dict[tuple[str, int], list[Problem]] = defaultdict(list)
    for problem in problems:
        by_row[problem.sheet, problem.row].append(problem)
    columns = {heading(label): table.at[name] + 1 for name, label in table.labels.items() if name in table.at}
    accepted = _summary([], imported)
    marks = Marks(
        accepted, count=len(table.numbers) or len(by_row), origin=_origin(path), is_list=not table.numbers
    )
    named = ((table.sheet_of(index), number) for index, number in enumerate(table.numbers))
    for name, number in named if table.numbers else sorted(by_row):
        sheet = marks.sheets.setdefault(
            name, {"header_row": table.header_row, "columns": columns, "clean": [], "rows": {}}
        )
        found = by_row.get((name, number))
        if found is None:
            sheet["clean"].append(number)
        else:
            cells = {heading(column): _comment(mine) for column, mine in _by_column(found).items()}
            sheet["rows"][number] = [_summary(found, imported), cells]
    if table.numbers and detect(path, COUNTY) is not Kind.XLSX:
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
            if marks.plain or marks.is_list or not _mark_own(path, marks, stream):
                stream.seek(0)
                stream.truncate()
                write_plain(marks.sheets, marks.plain, marks.accepted, marks.origin, stream)
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
    told = json.dumps([marks.accepted, marks.sheets], ensure_ascii=False).encode()
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
