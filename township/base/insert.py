"""Inserts many rows of one model by few statements.

`bulk_create` asks every field of every row how it is to be saved; here each column is asked once, which takes less
than half the time for the thousands of rows of a township.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any

from django.db import connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper

from township.base.batches import batches

# The text of one statement for PostgreSQL stays within some megabytes, and a township within one statement.
MOST_ROWS = 20_000
# Fields whose values go into the database as they are.
PLAIN = (
    models.CharField, models.TextField, models.BooleanField, models.SmallIntegerField, models.IntegerField,
    models.PositiveSmallIntegerField, models.PositiveIntegerField,
)  # fmt: skip

Value = Callable[[models.Model], Any]


def insert(model: type[models.Model], rows: Iterable[models.Model], *, update: Sequence[str] = ()) -> int:
    """Insert rows, which bring their keys, and return how many; no signals are sent, and no history is written.

    With `update` a row whose key is there already takes over these fields instead.
    """
    alias = router.db_for_write(model)
    connection = connections[alias]
    fields = model._meta.concrete_fields
    values = [_value_of(field, connection) for field in fields]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    into = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES "  # noqa: S608 - names of models
    written = [quote(str(field.column)) for field in fields if field.name in update]
    then = (
        f" ON CONFLICT (id) DO UPDATE SET {', '.join(f'{column} = EXCLUDED.{column}' for column in written)}"
    )
    places = f"({', '.join(['%s'] * len(fields))})"
    count = 0
    with connection.cursor() as cursor:
        for batch in batches(rows, MOST_ROWS):
            parameters = [[value(row) for value in values] for row in batch]
            if connection.features.max_query_params:
                # SQLite limits the parameters, but runs one statement over and over without a way to a server.
                cursor.executemany(into + places + (then if update else ""), parameters)
            else:
                many = ", ".join([places] * len(batch))
                cursor.execute(into + many + (then if update else ""), list(chain.from_iterable(parameters)))
            count += len(batch)
            for row in batch:
                row._state.adding, row._state.db = False, alias
    return count


def _value_of(field: models.Field, connection: BaseDatabaseWrapper) -> Value:
    name = field.attname
    key = field.target_field if isinstance(field, models.ForeignKey) else field
    if type(key) is models.UUIDField:
        return _key(name, connection.features.has_native_uuid_field)
    if type(field) in PLAIN:
        return lambda row: getattr(row, name)
    if type(field) is models.DateField:
        return _remembered(name, lambda day: field.get_db_prep_save(day, connection))
    return lambda row: field.get_db_prep_save(field.pre_save(row, add=True), connection)


def _key(name: str, is_native: bool) -> Value:
    if is_native:
        return lambda row: getattr(row, name)

    def digits(row: models.Model) -> str | None:
        value = getattr(row, name)
        return None if value is None else value.hex

    return digits


def _remembered(name: str, prepare: Callable[[Any], Any]) -> Value:
    """Days come again and again."""
    known: dict[Any, Any] = {}

    def value_of(row: models.Model) -> Any:
        value = getattr(row, name)
        if value not in known:
            known[value] = prepare(value)
        return known[value]

    return value_of
