"""The import of a register from the file to the last row: read, validate, match, diff, commit.

Everything up to the commit runs outside the writing transaction; the commit asks whether the comparison still holds.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from os.path import commonprefix
from pathlib import Path
from typing import Any

from django.utils import timezone

from households.importing.columns import REGISTER, ListKind
from households.importing.commit import Commit
from households.importing.diff import Differ
from households.importing.match import match
from households.importing.places import resolve_places
from households.importing.read import Table, read_table
from households.importing.result import ImportResult
from households.importing.stored import Stored
from households.importing.validate import validate, warn_sexes
from households.models import ImportBatch

Report = Callable[[int, int, str], None]
# From October on the system's income year is the running one: the yearly update begins (domain reference, 2.5).
INCOME_YEAR_BEGINS = 10
STAGES = ("读取", "校验", "比对", "写入")


@dataclass
class Outcome:
    """What came of it. `table` is the list as read, for marking the user's own file."""

    result: ImportResult
    table: Table
    kind: ListKind


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
    """Import a register of one row per person; good rows go in, bad rows are refused with place and reason.

    `on` is today; `by` the user (None: the operating system's, named by `by_name`); `create_villages` gives unknown
    villages provisional codes. With `dry_run`, or when no row is good, nothing is written and `result.batch` is None.
    Raises ImportRefused when the file as a whole cannot go in; then nothing was written.
    """
    path = Path(path)
    with _without_collector():
        report(0, len(STAGES), STAGES[0])
        table = read_table(path, REGISTER, file_name=file_name)
        result, commit = _compare(
            table, on=on, by=by, by_name=by_name, create_villages=create_villages, report=report
        )
        if not dry_run and result.people:
            report(3, len(STAGES), STAGES[3])
            commit.batch.file_name = (file_name or path.name)[:200]
            commit.batch.sha256 = _sha256(path)
            commit.run(result)
        report(len(STAGES), len(STAGES), "")
    return Outcome(result, table, REGISTER)


def _compare(
    table: Table, *, on: date, by: Any, by_name: str, create_villages: bool, report: Report
) -> tuple[ImportResult, Commit]:
    """Everything that is found out before anything is written: the result, and the commit that would make it true."""
    report(1, len(STAGES), STAGES[1])
    exported_on = table.exported_at.date() if table.exported_at else None
    cleaned = validate(table, REGISTER, on=max(on, exported_on or on))
    batches_before = ImportBatch.objects.count()
    places = resolve_places(cleaned, by=by, create_villages=create_villages)
    report(2, len(STAGES), STAGES[2])
    year = income_year(exported_on or on)
    stored = Stored(places.townships, year)
    matched = match(cleaned, places, stored)
    since = timezone.make_aware(table.exported_at) if table.exported_at else None
    result = ImportResult(table.sheet, table.header_row, cleaned.size, cleaned.problems, notes=table.notes)
    plan = Differ(cleaned, places, stored, matched, since).run(result)
    warn_sexes(cleaned)
    batch = ImportBatch(
        # Whoever answers for the whole of the file may look at it: what all its townships' codes begin with.
        area=commonprefix(sorted(places.townships)),  # noqa: RUF071 - digit by digit is meant
        kind=REGISTER.name, sheet=table.sheet[:80], exported_on=exported_on, by=by, by_name=by_name[:80],
    )  # fmt: skip
    commit = Commit(cleaned, places, matched, plan, batch, batches_before, year, by, by_name, report)
    return result, commit


def income_year(on: date) -> int:
    """Return the year that the incomes of a register exported on this day are of."""
    return on.year if on.month >= INCOME_YEAR_BEGINS else on.year - 1


@contextmanager
def _without_collector() -> Iterator[None]:
    """Hold the cycle collector: a million cells are no garbage, and walking them costs a fifth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
