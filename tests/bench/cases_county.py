"""A county's register of 300,000 people on PostgreSQL: how much memory, how flat, and what the phones notice of it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from households.models import Household, Member
from monitoring.services.visits import VisitInput, log_visit
from tests.bench.county_file import TOWNSHIPS, make_places, write_county
from tests.bench.memory import ROOT, megabytes_of
from tests.bench.results import timed
from tests.factories import make_household, make_monitor, make_village
from township.models import User

EVERY_SECONDS = 0.1
VISIT_EVERY_SECONDS = 1.0
WRITING = "写入"
STAGES = {"compare": "校验比对", "write": WRITING}
# Visited while the county is written; its households are not in the file.
VISITED_VILLAGE, VISITED = "130722001099", 300


@dataclass
class County:
    """What was seen: people in the file, seconds, anonymous memory of the family (MB), seconds of each visit.

    `peaks` is the most memory of each stage, by the place of the township that it was at.
    """

    people: int = 0
    seconds: float = 0
    peaks: dict[str, dict[int, float]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(float))
    )
    visits: list[float] = field(default_factory=list)

    @property
    def peak(self) -> float:
        return max(megabytes for places in self.peaks.values() for megabytes in places.values())

    def growths(self) -> dict[str, float]:
        """Return for comparing and writing the peak of the second half of the townships over that of the first."""
        return {name: self._growth(self.peaks[text]) for name, text in STAGES.items()}

    @staticmethod
    def _growth(peaks: dict[int, float]) -> float:
        half = TOWNSHIPS // 2
        first = max(megabytes for place, megabytes in peaks.items() if place < half)
        return max(megabytes for place, megabytes in peaks.items() if place >= half) / first


def import_county(on: date) -> County:
    """Import the county's register in a process of its own, and log visits while that one writes."""
    make_places()
    seen = County()
    with tempfile.TemporaryDirectory(prefix="township-bench-") as folder:
        path = Path(folder) / "county.xlsx"
        seen.people = write_county(path)
        village = make_village(VISITED_VILLAGE)
        households = [make_household(village) for _ in range(VISITED)]
        monitor = make_monitor(*households)
        before = Member.objects.count()
        seen.seconds = timed(lambda: _watch(path, seen, iter(households), monitor, on))
    assert Member.objects.count() == before + seen.people
    return seen


def _watch(path: Path, seen: County, households: Iterator[Household], monitor: User, on: date) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.county_import", str(path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    now: list[tuple[int, str]] = [(0, "")]
    listener = threading.Thread(target=_listen, args=(process, now))
    listener.start()
    next_visit = 0.0
    while process.poll() is None:
        done, text = now[-1]
        stage = text.split(" ")[0]
        seen.peaks[stage][done] = max(seen.peaks[stage][done], megabytes_of(process.pid))
        if stage == WRITING and time.monotonic() > next_visit:
            data = VisitInput(visited_on=on, mode="home")
            seen.visits.append(timed(lambda: log_visit(next(households), data, by=monitor, on=on)))  # noqa: B023
            next_visit = time.monotonic() + VISIT_EVERY_SECONDS
        time.sleep(EVERY_SECONDS)
    listener.join()
    if process.returncode:
        raise RuntimeError(f"county_import: {process.returncode}")


def _listen(process: subprocess.Popen[str], now: list[tuple[int, str]]) -> None:
    for line in process.stdout or ():
        done, _total, text = json.loads(line)
        now.append((done, text))
