"""The most memory that a command needs, watched where it matters: in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
EVERY_SECONDS = 0.02


def peak_megabytes(*arguments: str) -> float:
    """Run `manage.py …` on the benchmark's database and return the most it had with its children; it must succeed.

    Counted is anonymous memory: pages of the database file that SQLite maps belong to the system's cache.
    """
    command = [sys.executable, "manage.py", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    peak = peak_of(process)
    if process.returncode:
        raise RuntimeError(f"{' '.join(arguments)}: {process.returncode}")
    return peak


def peak_of(process: subprocess.Popen[Any]) -> float:
    """Wait for the process to end and return the most anonymous memory (MB) that it had with its children."""
    most = 0.0
    while process.poll() is None:
        most = max(most, megabytes_of(process.pid))
        time.sleep(EVERY_SECONDS)
    return most


def megabytes_of(pid: int) -> float:
    """Return the anonymous memory (MB) that a process has now, with its children."""
    return sum(_anonymous_kilobytes(member) for member in _family(pid)) / 1024


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        children = []
    return [pid, *(member for child in children for member in _family(int(child)))]


def _anonymous_kilobytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:  # it ended meanwhile
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("RssAnon:"))
