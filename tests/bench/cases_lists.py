"""What surrounds an import: the marked workbook, taking a batch back, people registered twice."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from statistics import median

from openpyxl import load_workbook

from households.duplicates import find_duplicates
from households.importing.marking import mark
from households.importing.register.pipeline import import_register
from households.importing.undo import undo
from households.models import Household, ImportBatch, Member
from tests.bench import cases_import
from tests.bench.memory import peak_megabytes
from tests.bench.results import timed
from tests.register_files import EXPORTED, make_rows, write_register

# One row in so many has a bad number.
SPOILED = 20
# A township's 11,029 households are 27,709 people; so many times as many are 40,000.
FORTY_THOUSAND = 1.45


@contextmanager
def marking() -> Iterator[tuple[Path, Path]]:
    """Give the register with a bad cell in each twentieth row, and where its marked copy goes."""
    with tempfile.TemporaryDirectory(prefix="township-bench-") as folder:
        yield spoiled_file(), Path(folder) / "marked.xlsx"


@cache
def spoiled_file() -> Path:
    """The township's register with bad cells, written once a run."""
    rows = make_rows(cases_import.HOUSEHOLDS, cases_import.VILLAGES)
    for row in rows[::SPOILED]:
        row["证件号码"] = "123"
    folder = Path(tempfile.mkdtemp(prefix="township-bench-"))
    return write_register(folder / "register.xlsx", rows)


def marked(runs: int) -> tuple[float, float]:
    """Median seconds to mark the file once it has been compared, and of openpyxl alone to load and save it.

    Turn by turn: each takes long enough for the machine to have become another meanwhile.
    """
    cases_import.empty()
    marking_seconds, floor_seconds = [], []
    with marking() as (path, target):
        outcome = import_register(path, on=EXPORTED, create_villages=True, dry_run=True)
        assert outcome.result.refused
        for _ in range(runs):
            floor_seconds.append(timed(lambda: load_workbook(path).save(target)))
            marking_seconds.append(
                timed(lambda: mark(path, outcome.table, outcome.result.problems, target, imported=False))
            )
    return median(marking_seconds), median(floor_seconds)


def marked_megabytes() -> float:
    """The most memory of the whole way: read, compare, mark."""
    with marking() as (path, target):
        asked = ("--create-villages", "--dry-run", "--marked", str(target), "--json")
        return peak_megabytes("import_register", str(path), *asked)


def import_and_undo() -> tuple[float, float]:
    """Seconds to import the register, and to take it back; fails if anything is left."""
    importing = cases_import.import_new()
    batch = ImportBatch.objects.get()
    undoing = timed(lambda: undo(batch, by=None, by_name="bench", on=EXPORTED))
    assert not Member.objects.exists() and not Household.objects.exists()
    return importing, undoing


def register_many() -> None:
    """Register forty thousand people, where the run is of a whole township."""
    cases_import.empty()
    with tempfile.TemporaryDirectory(prefix="township-bench-") as folder:
        rows = make_rows(int(cases_import.HOUSEHOLDS * FORTY_THOUSAND), cases_import.VILLAGES)
        path = write_register(Path(folder) / "register.xlsx", rows)
        assert not import_register(path, on=EXPORTED, create_villages=True).result.refused


def duplicates() -> float:
    """Seconds to look for people registered twice among all that are registered."""
    return timed(lambda: find_duplicates(Member.objects.all()))
