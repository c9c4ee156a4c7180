"""The register as a kind of list: validate, match, diff."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from households.importing.comparison import Choices, Comparison, PreviewRow, Report, Task
from households.importing.kinds import REGISTER_SECTION, ListKind
from households.importing.pipeline import Outcome, import_file, reason_of
from households.importing.places import resolve_places
from households.importing.register.checks import validate, warn_sexes
from households.importing.register.columns import COLUMNS
from households.importing.register.commit import Commit
from households.importing.register.diff import Differ
from households.importing.register.match import match
from households.importing.register.preview import lines
from households.importing.register.stored import Stored
from households.importing.result import ImportResult
from households.importing.table import Table
from households.models import ImportBatch

# From October on the system's income year is the running one: the yearly update begins (domain reference, 2.5).
INCOME_YEAR_BEGINS = 10


class RegisterComparison(Comparison):
    """What a register would change."""

    def __init__(self, result: ImportResult, commit: Commit, townships: set[str]) -> None:
        self.result, self.commit, self.townships = result, commit, townships

    def preview(self) -> Iterator[PreviewRow]:
        return lines(self.commit)

    def write(self, batch: ImportBatch, at: datetime) -> None:
        self.commit.run(reason_of(batch), at)

    def households(self) -> dict[int, UUID]:
        """Return the household of each refused row whose family is in the register (or came into it just now)."""
        refused, owners = self.result.problems.refused, self.commit.owners
        return {
            index: owners[number]
            for number, family in enumerate(self.commit.matched.families)
            if number in owners
            for index in family.rows
            if index in refused
        }


def compare_register(table: Table, task: Task) -> RegisterComparison:
    """Find out what a register of one row per person would change."""
    exported_on = table.exported_at.date() if table.exported_at else None
    cleaned = validate(table, REGISTER, on=max(task.on, exported_on or task.on))
    places = resolve_places(cleaned, by=task.by, choices=task.choices)
    year = income_year(exported_on or task.on)
    stored = Stored(places.townships, year)
    matched = match(cleaned, places, stored, task.seen)
    since = task.changed_after(table.exported_at)
    result = ImportResult(table.sheet, table.header_row, cleaned.size, cleaned.problems, notes=table.notes)
    plan = Differ(cleaned, places, stored, matched, since, task.choices).run(result)
    warn_sexes(cleaned)
    commit = Commit(cleaned, places, stored, matched, plan, year, task.by, task.report)
    return RegisterComparison(result, commit, places.townships)


REGISTER = ListKind(
    "register",
    "监测对象（农户）信息表",
    COLUMNS,
    compare_register,
    section=REGISTER_SECTION,
    order=10,
    signs=("监测对象信息", "户信息", "脱贫户信息", "花名册"),
    counted=(("households", "农户", "户"), ("members", "成员", "人")),
    is_by_township=True,
    about="每人一行，户的信息逐行重复；全国系统导出的（自定义）监测对象信息可以直接导入。",
)


def import_register(
    path: str | Path,
    *,
    on: date,
    by: Any = None,
    by_name: str = "",
    file_name: str | None = None,
    create_villages: bool = False,
    dry_run: bool = False,
    report: Report = lambda done, total, text: None,
) -> Outcome:
    """Import a register of one row per person; see `import_file`. `create_villages` gives unknown villages codes."""
    choices = Choices(create_villages=create_villages)
    task = Task(on=on, by=by, by_name=by_name, choices=choices, report=report)
    return import_file(path, REGISTER, task, file_name=file_name, dry_run=dry_run)


def income_year(on: date) -> int:
    """Return the year that the incomes of a register exported on this day are of."""
    return on.year if on.month >= INCOME_YEAR_BEGINS else on.year - 1
