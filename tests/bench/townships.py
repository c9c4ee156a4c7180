"""Copies of the loaded township in the same database, made by INSERT … SELECT alone.

A copy differs in the keys (the first byte says which copy, so each copy is one range of every index), in the area
codes, and in what must be unique: login names and the blind index of the ID numbers. History is not copied: no page
that is timed reads it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db import connection, models, transaction

from households.models import (
    BenefitReceipt,
    Division,
    Group,
    HelperAssignment,
    Household,
    Income,
    Member,
    MicroLoan,
    MonitorAssignment,
    Post,
    Posting,
    Qualification,
    Renovation,
    Training,
    Village,
    WorkSpell,
)
from monitoring.models import (
    Clue,
    Inspection,
    Measure,
    MonitoringEpisode,
    PlannedPeriod,
    SampledHousehold,
    TierAssignment,
    TierProposal,
    Visit,
    VisitTask,
    WaterSample,
)
from township.models import User

COUNTY, FIRST = "130722", 101
PREFIX = f"{COUNTY}{FIRST}"
# Parents first. Users have no area and are all copied; the office's postings above the township are not.
COPIED: tuple[type[models.Model], ...] = (
    User, Division, Village, Group, Household, Member, Income, Posting, MonitorAssignment, HelperAssignment,
    TierProposal, TierAssignment, Visit, Clue, VisitTask, PlannedPeriod, Measure, MonitoringEpisode, BenefitReceipt,
    Qualification, WorkSpell, Post, Training, MicroLoan, Renovation, WaterSample, Inspection, SampledHousehold,
)  # fmt: skip
AREA_FIELDS = frozenset({"area", "code", "national_code"})


def copy_township(copies: int, *, without: Collection[type[models.Model]] = ()) -> None:
    """Make so many copies of the township 130722101, with the codes from 130722102 on.

    `without` names tables that nobody will read, nor refer to.
    """
    with _unchecked_references(), transaction.atomic(), connection.cursor() as cursor:
        for model in (model for model in COPIED if model not in without):
            for number in range(1, copies + 1):
                cursor.execute(_statement(model, number))


def settle() -> None:
    """Let the database look at its tables, as the servers of an office do by themselves (autovacuum)."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


@contextmanager
def _unchecked_references() -> Iterator[None]:
    """A copy refers to itself as the original does; looking up every reference again would take most of the time."""
    if connection.vendor == "sqlite":
        with connection.constraint_checks_disabled():
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")


def township_area(number: int) -> str:
    """Return the nine digits of a copy; number 0 is the original."""
    return f"{COUNTY}{FIRST + number}"


def _statement(model: type[models.Model], number: int) -> str:
    fields = model._meta.concrete_fields
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    values = ", ".join(_value(field, number) for field in fields)
    name = quote(model._meta.db_table)
    return f"INSERT INTO {name} ({columns}) SELECT {values} FROM {name} WHERE {_original(model)} ORDER BY id"


def _original(model: type[models.Model]) -> str:
    if model is User:
        return _starts_with_original_key()
    return f"area >= '{PREFIX}' AND area < '{COUNTY}{FIRST + 1}'"


def _starts_with_original_key() -> str:
    # Keys of the 21st century begin with 01 (milliseconds since 1970 in 48 bits); copies with 02 and on.
    if connection.features.has_native_uuid_field:
        return "id < '02000000-0000-0000-0000-000000000000'"
    return "id < '02'"


def _value(field: models.Field, number: int) -> str:
    column = connection.ops.quote_name(str(field.column))
    if field.primary_key or getattr(field, "related_model", None) in COPIED:
        return _key(column, number)
    if field.name in AREA_FIELDS:
        return f"'{township_area(number)}' || substr({column}, {len(PREFIX) + 1})"
    if field.name == "username":
        return f"{column} || '-{number}'"
    if field.name == "id_index":
        # No hash begins with a g, so that no copy meets an original.
        return f"'g{number:02d}' || substr({column}, 4)"
    return column


def _key(column: str, number: int) -> str:
    first = f"{number + 1:02x}"
    if connection.features.has_native_uuid_field:
        return f"('{first}' || substr(CAST({column} AS text), 3))::uuid"
    return f"'{first}' || substr({column}, 3)"
