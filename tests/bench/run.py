"""Runs the cases on the database that the environment names, which must be the benchmark's own and empty.

    python -m tests.bench.run --database sqlite --out FILE [--households N] [--runs N] [--townships N] [--only PART …]

Started by `python -m tests.bench`, which makes the database and removes it.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from tests.bench import (  # noqa: E402
    cases_county,
    cases_import,
    cases_ledgers,
    cases_lists,
    cases_pages,
    cases_plan,
    cases_rules,
    cases_warnings,
)
from tests.bench.memory import peak_megabytes  # noqa: E402
from tests.bench.results import Result, median_of, timed  # noqa: E402
from tests.bench.townships import copy_township, settle  # noqa: E402
from township.demo.figures import FULL_SIZE  # noqa: E402
from township.demo.load import load_demo  # noqa: E402
from township.models import User  # noqa: E402
from township.reference import load_reference  # noqa: E402

IMPORT_LIMIT, UNCHANGED_LIMIT, IMPORT_MEGABYTES = 2.5, 1.2, 400
# At least so many times faster than a stock django-import-export resource.
FASTER_THAN_STOCK = {"sqlite": 3, "postgresql": 4}
MARKED_LIMIT, MARKED_MEGABYTES, UNDO_LIMIT = 1.3, 700, 1.5
DUPLICATES_SECONDS = 1
WARNINGS_SECONDS, WARNINGS_LIMIT, SCREENING_SECONDS = 6, 2, 3
COUNTY_MEGABYTES, COUNTY_GROWTH, VISIT_SECONDS = 1024, 1.2, 2
DEMO_SECONDS, PLAN_SECONDS, COPY_SECONDS = 60, 2, 60
LEDGER_LIMIT, LEDGER_MEGABYTES = 1.5, 150
AMONG_TWENTY, COUNTY_PAGE_SECONDS = 1.5, 1.5
RULES_SECONDS, RULES_LIMIT, RULES_MEGABYTES = 10, 10, 200
# Twenty townships in at most this many times the time of one, and in no more memory.
RULES_TWENTY, RULES_GROWTH = 25, 1.2


@dataclass(frozen=True)
class Options:
    """What was asked of the run."""

    database: str
    households: int
    runs: int
    townships: int

    @property
    def on(self) -> date:
        return timezone.localdate()


def import_cases(options: Options) -> Iterator[Result]:
    """The register in, new and unchanged, against the floor and a stock resource."""
    cases_import.HOUSEHOLDS = options.households
    floor = median_of(cases_import.floor, options.runs)
    new = median_of(cases_import.import_new, options.runs)
    database = options.database
    yield Result("import_new", database, new, floor, limit=IMPORT_LIMIT)
    unchanged = median_of(cases_import.import_unchanged, options.runs)
    yield Result("import_unchanged", database, unchanged, floor, limit=UNCHANGED_LIMIT)
    stock = cases_import.stock_import_export()
    yield Result("import_against_stock", database, new, stock, limit=1 / FASTER_THAN_STOCK[database])
    cases_import.empty()
    peak = peak_megabytes("import_register", str(cases_import.register_file()), "--create-villages", "--json")
    yield Result("import_memory", database, megabytes=peak, limit=IMPORT_MEGABYTES)


def list_cases(options: Options) -> Iterator[Result]:
    """Marking against openpyxl alone, undoing against importing; people registered twice."""
    cases_import.HOUSEHOLDS = options.households
    database = options.database
    if database == "sqlite":  # marking asks nothing of the database
        marked, floor = cases_lists.marked(options.runs)
        yield Result("marked", database, marked, floor, limit=MARKED_LIMIT)
        peak = cases_lists.marked_megabytes()
        yield Result("marked_memory", database, megabytes=peak, limit=MARKED_MEGABYTES)
    importing, undoing = cases_lists.import_and_undo()
    yield Result("undo", database, undoing, importing, limit=UNDO_LIMIT)
    cases_lists.register_many()
    settle()
    duplicates = median_of(cases_lists.duplicates, options.runs)
    yield Result("duplicates", database, duplicates, limit=DUPLICATES_SECONDS)


def county_cases(options: Options) -> Iterator[Result]:
    """A county's register: memory, the growth of it over the townships (MB per MB), the slowest visit meanwhile."""
    if options.database != "postgresql":
        return
    cases_import.empty()
    User.objects.all().delete()
    county = cases_county.import_county(options.on)
    yield Result("county", options.database, county.seconds)
    yield Result("county_memory", options.database, megabytes=county.peak, limit=COUNTY_MEGABYTES)
    for stage, growth in county.growths().items():
        yield Result(f"county_{stage}_growth", options.database, growth, 1, limit=COUNTY_GROWTH)
    yield Result("county_visit", options.database, max(county.visits), limit=VISIT_SECONDS)


def rule_cases(options: Options) -> Iterator[Result]:
    """All rules over 40,000 people, what they find new and then known; against reading what they read."""
    database, on = options.database, options.on
    _load_township(options, options.households * cases_rules.HOUSEHOLDS // FULL_SIZE)
    first = median_of(lambda: cases_rules.first_run(on), options.runs)
    yield Result("rules_first", database, first, limit=RULES_SECONDS)
    again = median_of(lambda: cases_rules.run_again(on), options.runs)
    yield Result("rules_again", database, again, limit=RULES_SECONDS)
    floor = median_of(cases_rules.floor_read, options.runs)
    yield Result("rules_against_floor", database, again, floor, limit=RULES_LIMIT)
    yield Result("rules_memory", database, megabytes=cases_rules.peak(), limit=RULES_MEGABYTES)


def county_rule_cases(options: Options) -> Iterator[Result]:
    """All rules over as many townships of the same size: time in times of one, memory (MB per MB) as for one."""
    if options.database != "postgresql":
        return
    database, on = options.database, options.on
    alone = median_of(lambda: cases_rules.run_again(on), options.runs)
    peak_alone = cases_rules.peak()
    copy_township(options.townships - 1, without=cases_rules.NOT_READ)
    settle()
    yield Result("rules_county_growth", database, cases_rules.peak(), peak_alone, limit=RULES_GROWTH)
    county = cases_rules.run_again(on, options.townships)
    yield Result("rules_county", database, county, alone, limit=RULES_TWENTY)


def demo_cases(options: Options) -> Iterator[Result]:
    """The reference township, which the cases after this one stand on."""
    seconds = _load_township(options, options.households)
    yield Result("load_demo", options.database, seconds, limit=DEMO_SECONDS)


def _load_township(options: Options, households: int) -> float:
    """Put the demo township in the place of all that is there; return the seconds of `load_demo`."""
    cases_import.empty()
    User.objects.all().delete()
    load_reference()
    seconds = timed(lambda: load_demo(households=households, seed=1, on=options.on))
    settle()
    return seconds


def plan_cases(options: Options) -> Iterator[Result]:
    """A year's plan, and that it asks no more of the database for more households."""
    seconds = median_of(lambda: cases_plan.plan_year(options.on), options.runs)
    yield Result("plan_visits", options.database, seconds, limit=PLAN_SECONDS)
    queries = cases_plan.plan_queries(options.on)
    few = cases_plan.plan_queries(options.on, keep=options.households // 10)
    yield Result("plan_visits_queries", options.database, queries=queries, baseline_queries=few, limit=1)


def warning_cases(options: Options) -> Iterator[Result]:
    """A department's list imported and assigned, in seconds and against the floor; the township's own screening."""
    database = options.database
    seconds, floor = cases_warnings.import_and_assign(options.on, options.runs)
    yield Result("warnings", database, seconds, limit=WARNINGS_SECONDS)
    yield Result("warnings_against_floor", database, seconds, floor, limit=WARNINGS_LIMIT)
    screening = median_of(lambda: cases_warnings.screening(options.on), options.runs)
    yield Result("screening", database, screening, limit=SCREENING_SECONDS)


def ledger_cases(options: Options) -> Iterator[Result]:
    """The largest ledger against XlsxWriter alone."""
    values = cases_ledgers.ready_values()
    floor = median_of(lambda: cases_ledgers.floor_write(values), options.runs)
    seconds = median_of(cases_ledgers.export_general, options.runs)
    yield Result("export_general", options.database, seconds, floor, limit=LEDGER_LIMIT)
    with tempfile.TemporaryDirectory() as folder:
        month, target = f"{options.on:%Y-%m}", str(Path(folder) / "general.xlsx")
        peak = peak_megabytes("export_ledger", "general", "--month", month, "-o", target)
    yield Result("export_memory", options.database, megabytes=peak, limit=LEDGER_MEGABYTES)


def page_cases(options: Options) -> Iterator[Result]:
    """Pages alone, among twenty townships, and for somebody who sees them all."""
    database = options.database
    pages = cases_pages.addresses()
    alone = cases_pages.seconds_of_pages(pages, options.runs)
    for page, (seconds, queries) in alone.items():
        yield Result(f"{page}_alone", database, seconds, queries=queries)
    copying = timed(lambda: copy_township(options.townships - 1))
    yield Result("copy_townships", database, copying, limit=COPY_SECONDS)
    settle()
    among = cases_pages.seconds_of_pages(pages, options.runs)
    for page, (seconds, queries) in among.items():
        yield Result(
            f"{page}_among_{options.townships}", database, seconds, alone[page][0],
            queries=queries, limit=AMONG_TWENTY,
        )  # fmt: skip
    login = cases_pages.make_county_user()
    office = {page: pages[page] for page in ("household_list", "task_list", "dashboard", "household_page")}
    county = cases_pages.seconds_of_pages(office, options.runs, lambda name: login)
    for page, (seconds, queries) in county.items():
        yield _county_result(page, database, seconds, alone[page][0], queries)


def _county_result(page: str, database: str, seconds: float, alone: float, queries: int) -> Result:
    """Lists against the single township; task list and dashboard have a time of their own, asked of SQLite alone."""
    if page in ("task_list", "dashboard"):
        limit = COUNTY_PAGE_SECONDS if database == "sqlite" else None
        return Result(f"{page}_county", database, seconds, queries=queries, limit=limit)
    return Result(f"{page}_county", database, seconds, alone, queries=queries, limit=AMONG_TWENTY)


# In this order: imports and rules empty the database, the others need the demo.
PARTS: dict[str, Callable[[Options], Iterator[Result]]] = {
    "import": import_cases,
    "lists": list_cases,
    "county": county_cases,
    "rules": rule_cases,
    "county_rules": county_rule_cases,
    "demo": demo_cases,
    "plan": plan_cases,
    "warnings": warning_cases,
    "ledgers": ledger_cases,
    "pages": page_cases,
}
# What a part needs another one for.
STANDS_ON = dict.fromkeys(("plan", "warnings", "ledgers", "pages"), "demo") | {"county_rules": "rules"}
# They take many minutes, so only where they are asked for.
ON_REQUEST = frozenset({"county", "county_rules"})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True, choices=FASTER_THAN_STOCK)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--households", type=int, default=FULL_SIZE)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--townships", type=int, default=20)
    parser.add_argument("--only", nargs="*", choices=PARTS, default=[*PARTS.keys() - ON_REQUEST])
    arguments = parser.parse_args()
    if not str(settings.DATABASES["default"]["ENGINE"]).endswith(
        arguments.database.replace("sqlite", "sqlite3")
    ):
        parser.error(f"DATABASE_URL does not name a {arguments.database} database")
    call_command("migrate", verbosity=0)
    if User.objects.exists():
        parser.error("the database is not empty: benchmarks run in one of their own")
    options = Options(arguments.database, arguments.households, arguments.runs, arguments.townships)
    results = []
    wanted = {*arguments.only, *(STANDS_ON[name] for name in arguments.only if name in STANDS_ON)}
    for name, part in PARTS.items():
        if name in wanted:
            for result in part(options):
                print(
                    f"{options.database} {result.case}: {result.value:.3f} {result.unit}",
                    file=sys.stderr,
                    flush=True,
                )
                results.append(result)
    arguments.out.write_text(json.dumps([result.as_json() for result in results]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
