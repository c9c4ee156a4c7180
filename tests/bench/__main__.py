"""Every benchmark, on SQLite and on a throw-away PostgreSQL: a table for a person, bench.json for a machine.

    python -m tests.bench [--households N] [--runs N] [--townships N] [--only PART …]
                          [--database sqlite postgresql] [--out bench.json]

Each database is made for the run and removed after it; neither var/ nor the database of DATABASE_URL is touched.
Ratios compare with a baseline of the same run. The exit status is 1 when a limit is broken.
PART is one of import, lists, county, rules, county_rules, demo, plan, warnings, ledgers and pages. The two of a county
(300,000 people imported, the rules over 800,000; PostgreSQL alone) take many minutes and run only where named.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.results import Result, table
from tests.postgres import PostgresFailed, find_binaries, run

ROOT = Path(__file__).resolve().parents[2]
DATABASES = ("sqlite", "postgresql")
WITHOUT_POSTGRES = "本机没有 PostgreSQL 的服务器程序（apt install postgresql），只测 SQLite。"


class BenchFailed(RuntimeError):
    """A run ended without its results."""


def measure(database: str, arguments: list[str]) -> list[Result]:
    """Run the cases on a fresh database and return their results; raises BenchFailed."""
    with tempfile.TemporaryDirectory(prefix="township-bench-") as folder:
        out = Path(folder) / "results.json"
        command = [
            sys.executable,
            "-m",
            "tests.bench.run",
            "--database",
            database,
            "--out",
            str(out),
            *arguments,
        ]
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("TOWNSHIP_", "DATABASE_URL", "DJANGO_SETTINGS_MODULE"))
        }
        environ = kept | {"TOWNSHIP_VAR": str(Path(folder) / "var"), "PYTHONPATH": str(ROOT)}
        if database == "sqlite":
            status = subprocess.run(command, cwd=ROOT, env=environ, check=False).returncode
        else:
            status = run(command, environ)
        if status:
            raise BenchFailed(f"{database}: 基准测试中止（退出码 {status}），请看上面的输出。")
        return [Result.from_json(values) for values in json.loads(out.read_text(encoding="utf-8"))]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--database", nargs="+", choices=DATABASES, default=DATABASES)
    parser.add_argument("--out", type=Path, default=ROOT / "bench.json")
    arguments, rest = parser.parse_known_args()
    databases = [name for name in DATABASES if name in arguments.database]
    if "postgresql" in databases and not find_binaries():
        print(WITHOUT_POSTGRES, file=sys.stderr)
        databases.remove("postgresql")
    try:
        results = [result for database in databases for result in measure(database, rest)]
    except (BenchFailed, PostgresFailed) as failure:
        print(failure, file=sys.stderr)
        return 1
    found = {f"{result.case}_{result.database}": result.as_json() for result in results}
    arguments.out.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(table(results))
    return 0 if all(result.ok for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
