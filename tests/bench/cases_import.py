"""The import of a whole township's register against the floor, and against a stock django-import-export resource.

Each case empties the register first and returns its own seconds; reading the file is part of every one.
"""

from __future__ import annotations

import io
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models, transaction
from import_export import fields, resources, widgets
from openpyxl import Workbook
from python_calamine import CalamineWorkbook
from tablib import Dataset

from households.importing.pipeline import Outcome
from households.importing.register.pipeline import import_register
from households.models import Household, Income, Member
from monitoring.models import MonitoringEpisode
from tests.register_files import EXPORTED, make_rows, write_register

HOUSEHOLDS, VILLAGES = 11_029, 29
FACTS: tuple[Any, ...] = (Household, Member, Income)
# What an import writes beside them, and would keep them from being deleted.
FOLLOWING: tuple[Any, ...] = (MonitoringEpisode,)


def floor() -> float:
    """Seconds to read the file by calamine and bulk_create the same households, members and incomes, no more."""
    _import()
    ready = [(model, [_values(row) for row in model.objects.all()]) for model in FACTS]
    with connection.cursor() as cursor:
        for model in (*FOLLOWING, *reversed(FACTS)):
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")
    started = time.perf_counter()
    CalamineWorkbook.from_path(str(register_file())).get_sheet_by_index(0).to_python()
    with transaction.atomic():
        for model, rows in ready:
            model.objects.bulk_create([model(**row) for row in rows])
    return time.perf_counter() - started


def import_new() -> float:
    """Seconds to import the register into an empty database."""
    empty()
    started = time.perf_counter()
    outcome = _run()
    seconds = time.perf_counter() - started
    assert outcome.result.count("households").new == HOUSEHOLDS and not outcome.result.refused
    return seconds


def import_unchanged() -> float:
    """Seconds to import the register once more; fails if that writes a row."""
    _import()
    before = _versions()
    started = time.perf_counter()
    outcome = _run()
    seconds = time.perf_counter() - started
    assert outcome.result.count("households").unchanged == HOUSEHOLDS and _versions() == before
    return seconds


class MemberResource(resources.ModelResource):
    household = fields.Field("household", "household", widgets.ForeignKeyWidget(Household, "code"))

    class Meta:
        model = Member
        exclude = ("id_index", "id_last4_index", "created_at", "updated_at")


def stock_import_export(people: int | None = None) -> float:
    """Seconds for a stock resource to create these many (None: all) of the same people in existing households."""
    _import()
    data = MemberResource().export(Member.objects.order_by("id")[:people]).dict
    Member.objects.all()._raw_delete(connection.alias)
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(list(data[0]))
    for row in data:
        sheet.append(list(row.values()))
    stream = io.BytesIO()
    book.save(stream)
    started = time.perf_counter()
    dataset = Dataset().load(stream.getvalue(), format="xlsx")
    result = MemberResource().import_data(dataset, raise_errors=True)
    seconds = time.perf_counter() - started
    assert result.totals["new"] == len(data)
    return seconds


def people() -> int:
    """How many people the register holds."""
    return len(_rows())


@cache
def register_file() -> Path:
    """The workbook of a whole township (11,029 households × 45 columns), written once a run."""
    folder = Path(tempfile.mkdtemp(prefix="township-bench-"))
    return write_register(folder / "register.xlsx", _rows())


@cache
def _rows() -> list[dict[str, Any]]:
    return make_rows(HOUSEHOLDS, VILLAGES)


def empty() -> None:
    """Remove every row of the register with its history, and what refers to it."""
    tables = [
        model._meta.db_table
        for label in ("households", "monitoring", "ledgers")
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    ]
    statements = connection.ops.sql_flush(no_style(), tables, allow_cascade=True)
    connection.ops.execute_sql_flush(statements)


def _import() -> None:
    empty()
    _run()


def _run() -> Outcome:
    return import_register(register_file(), on=EXPORTED, create_villages=True, by_name="bench")


def _versions() -> list[Any]:
    """What changes when any row or history row is written."""
    return [
        *(model.objects.aggregate(models.Count("pk")) for model in FACTS),
        *(model.history.aggregate(models.Max("history_id")) for model in FACTS),
        *(model.objects.aggregate(models.Max("updated_at")) for model in (Household, Member)),
    ]


def _values(row: models.Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
