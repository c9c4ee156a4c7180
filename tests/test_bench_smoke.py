"""The bench runner works: every case runs on a small township and says what it found."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.results import Result, table
from tests.bench.run import PARTS, STANDS_ON
from tests.conftest import on_postgres

ROOT = Path(__file__).resolve().parent.parent
FORM = {"seconds", "baseline_seconds", "ratio", "limit", "ok", "database"}


@pytest.mark.slow
@pytest.mark.skipif(on_postgres(), reason="the runner makes its own databases")
def test_every_case_runs_on_a_small_township(tmp_path):
    out = tmp_path / "bench.json"
    small = ["--households", "150", "--runs", "1", "--townships", "2"]
    command = [sys.executable, "-m", "tests.bench", "--database", "sqlite", "--out", str(out), *small]
    var = tmp_path / "var"
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | {"TOWNSHIP_VAR": str(var)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert out.exists(), done.stderr[-3000:]
    found = json.loads(out.read_text(encoding="utf-8"))
    assert done.returncode == (0 if all(case["ok"] for case in found.values()) else 1)
    assert all(set(case) >= FORM and case["database"] == "sqlite" for case in found.values())
    expected = {
        "import_new", "import_unchanged", "import_against_stock", "import_memory", "marked",
        "marked_memory", "undo", "duplicates", "warnings", "warnings_against_floor", "screening", "load_demo",
        "rules_first", "rules_again", "rules_against_floor", "rules_memory",
        "plan_visits", "plan_visits_queries", "export_general", "export_memory", "copy_townships",
        *(f"{page}_among_2" for page in ("household_list", "task_list", "dashboard", "field", "household_page")),
        *(f"{page}_county" for page in ("household_list", "task_list", "dashboard", "household_page")),
    }  # fmt: skip
    assert {f"{case}_sqlite" for case in expected} <= set(found)
    assert found["plan_visits_queries_sqlite"]["ok"]
    assert not var.exists(), "the runner must not touch the state folder it was called with"
    assert all(f"{case}" in done.stdout for case in expected)


def test_a_part_runs_after_what_it_stands_on():
    order = list(PARTS)
    assert all(order.index(part) > order.index(ground) for part, ground in STANDS_ON.items())


def test_what_empties_the_database_runs_before_the_demo():
    assert set(PARTS) - STANDS_ON.keys() <= set(list(PARTS)[: list(PARTS).index("demo") + 1])


@pytest.mark.parametrize(
    "result, value, ok",
    [
        (Result("a", "sqlite", 3.0, 2.0, limit=1.5), 1.5, True),
        (Result("a", "sqlite", 3.1, 2.0, limit=1.5), 1.55, False),
        (Result("a", "sqlite", 61.0, limit=60), 61.0, False),
        (Result("a", "sqlite", megabytes=399.0, limit=400), 399.0, True),
        (Result("a", "sqlite", queries=14, baseline_queries=13, limit=1), 14 / 13, False),
        (Result("a", "sqlite", 3.0), 3.0, True),
    ],
)
def test_a_limit_is_about_the_figure_of_the_case(result, value, ok):
    assert result.value == pytest.approx(value)
    assert result.ok is ok
    assert Result.from_json(result.as_json()) == result
    assert set(result.as_json()) >= FORM
    assert ("未达标" in table([result])) is not ok
