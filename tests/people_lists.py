"""Writes the lists of departments as workbooks: a title, a header, rows of cells; and imports them as one kind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from households.importing.comparing import compare
from households.importing.comparison import Choices, Comparison, Task
from households.importing.kinds import ListKind
from households.importing.pipeline import import_file
from households.importing.read import read_table
from households.importing.result import ImportResult
from households.models import Income, Member

ON = date(2026, 11, 24)


def write_list(
    path: Path, header: Sequence[str], *rows: Sequence[Any], title: str = "名单", exported: str = ""
) -> Path:
    """Write one sheet: the title, the time of the export where given, the header, and the rows (None: blank)."""
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        for place, row in enumerate(([title], [exported], header, *rows)):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    page.write_string(place, column, value)
                elif value is not None:
                    page.write(place, column, value)
    return path


def load(
    path: Path, kind: ListKind, *, by: Any = None, dry_run: bool = False, **choices: Any
) -> ImportResult:
    """Import the file as this kind and return the result."""
    task = Task(on=ON, by=by, by_name="测试", choices=Choices(**choices))
    return import_file(path, kind, task, dry_run=dry_run).result


def look(path: Path, kind: ListKind, *, by: Any = None, **choices: Any) -> Comparison:
    """Compare the file with the register, without writing."""
    return compare(read_table(path, kind), kind, Task(on=ON, by=by, choices=Choices(**choices)))


def codes(result: ImportResult) -> list[tuple[int, str, str]]:
    return [(problem.row, problem.level, problem.code) for problem in result.problems]


def state() -> list[Any]:
    """Everything that a list can write, with the time of the last change and how much history there is."""
    return [
        sorted(map(repr, Member.objects.values_list())),
        Member.history.count(),
        sorted(map(repr, Income.objects.values_list())),
        Income.history.count(),
    ]
