"""Starts a reading child and gathers what it sends; a dying child is an answer, not an accident."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Timer
from typing import Any

from township.base.sheets.frames import Row, read_events
from township.base.sheets.limits import Limits, UnreadableFile

ROOT = Path(__file__).resolve().parents[3]
# The child parses a stranger's file: it gets no keys and no database address from the environment.
PASSED_ON = ("PATH", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH", "LD_LIBRARY_PATH")


@dataclass
class Gathered:
    """What one child sent: sheets as (name, visible), their rows by index, and the first cell left out of each."""

    sheets: list[tuple[str, bool]] = field(default_factory=list)
    rows: dict[int, list[Row]] = field(default_factory=dict)
    far: dict[int, tuple[int, int]] = field(default_factory=dict)
    refusal: tuple[str, str] | None = None
    is_complete: bool = False


def gather(engine: str, path: Path, limits: Limits, sheet_name: str | None, max_rows: int) -> Gathered | None:
    """Read the workbook by the engine ("calamine" or "openpyxl") in a child process.

    Returns None when the child died, ran out of memory or time, or did not understand the file.
    Raises UnreadableFile when the child says why the file cannot be read.
    """
    gathered = Gathered()
    for event in events(engine, path, limits, sheet_name, max_rows):
        _take(gathered, event)
    if gathered.refusal:
        raise UnreadableFile(*gathered.refusal)
    return gathered if gathered.is_complete else None


def events(
    engine: str, path: Path, limits: Limits, sheet_name: str | None, max_rows: int
) -> Iterator[tuple[Any, ...]]:
    """Yield what the child sends, as it comes: ("sheets", …), ("rows", sheet, rows), ("far", …), ("refused", …).

    The last one is ("end",); a child that dies sends none. Closing the iterator early kills the child.
    """
    options = json.dumps({"limits": asdict(limits), "sheet_name": sheet_name, "max_rows": max_rows})
    child = subprocess.Popen(  # noqa: S603 (our own module; the path is one argument, no shell)
        [sys.executable, "-m", f"township.base.sheets.{engine}_engine", str(path.resolve()), options],
        cwd=ROOT,
        env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    alarm = Timer(limits.seconds, child.kill)
    alarm.start()
    try:
        if child.stdout:
            yield from read_events(child.stdout)
    finally:
        alarm.cancel()
        child.kill()
        child.communicate()


def _take(gathered: Gathered, event: tuple) -> None:
    match event:
        case ("rows", index, rows):
            gathered.rows.setdefault(index, []).extend(rows)
        case ("sheets", listed):
            gathered.sheets = listed
        case ("far", index, row, column):
            gathered.far[index] = (row, column)
        case ("refused", code, message):
            gathered.refusal = (code, message)
        case ("end",):
            gathered.is_complete = True
