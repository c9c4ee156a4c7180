"""The most memory that a command takes, measured where it matters: in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def peak_megabytes(*arguments: str) -> float:
    """Run `manage.py …` on the benchmark's database and return its peak (with its children); it must succeed."""
    command = [sys.executable, "manage.py", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(arguments)}: {process.returncode}")
    return usage.ru_maxrss / 1024
