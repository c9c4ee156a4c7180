"""History of registered facts and settings, for single and for set-based writes alike (django-simple-history)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, models, router
from simple_history.models import HistoricalRecords

CREATED, CHANGED, DELETED = "+", "~", "-"


class UntrackedUpdate(RuntimeError):
    """`QuerySet.update()` on a tracked model would leave no history."""


class TrackedQuerySet(models.QuerySet[Any]):
    """`update()` must say `history=False` (a column whose record stands elsewhere) or not be used at all."""

    def update(self, *, history: bool = True, **values: Any) -> int:
        if history:
            raise UntrackedUpdate(
                f"{self.model.__name__}.update() leaves no history: save_changes() or history=False"
            )
        return super().update(**values)

    update.alters_data = True  # type: ignore[attr-defined]


def history(**options: Any) -> HistoricalRecords:
    """Return the history of a model; the reason is long enough for a batch and a sentence."""
    return HistoricalRecords(
        history_change_reason_field=models.CharField("变更原因", max_length=200, null=True), **options
    )


def save_changes(
    obj: models.Model, *, by: Any, reason: str = "", fields: Sequence[str] | None = None
) -> None:
    """Save one tracked row (all of it or the named fields) with who and why in its history."""
    obj._history_user = by  # type: ignore[attr-defined]
    obj._change_reason = reason or None  # type: ignore[attr-defined]
    obj.save(update_fields=fields)


def copy_to_history(rows: models.QuerySet, *, kind: str, by: Any, at: datetime, reason: str = "") -> int:
    """Write the present state of rows into their history by one INSERT … SELECT and return how many.

    kind is CREATED or CHANGED; by a user or None. Call it in the transaction of the write itself.
    """
    model = rows.model
    record = model.history.model
    connection = connections[router.db_for_write(record)]
    # Excluded fields (a password) have no column in the history.
    kept = {field.attname for field in record._meta.concrete_fields}
    fields = [field for field in model._meta.concrete_fields if field.attname in kept]
    try:
        select, parameters = rows.order_by().values_list(*(f.attname for f in fields)).query.sql_with_params()
    except EmptyResultSet:  # a filter like pk__in=[] has no SQL
        return 0
    added = {
        "history_date": at,
        "history_type": kind,
        "history_user": by.pk if by is not None else None,
        "history_change_reason": reason or None,
    }
    columns = [f.column for f in fields]
    values: list[Any] = []
    places: list[str] = []
    for name, value in added.items():
        field = record._meta.get_field(name)
        columns.append(field.column)
        values.append(field.get_db_prep_save(value, connection))
        # PostgreSQL takes a bare NULL for text; in SQLite a CAST to datetime would turn the text into its year.
        places.append(
            f"CAST(%s AS {_column_type(field, connection)})" if connection.vendor == "postgresql" else "%s"
        )
    quoted = ", ".join(connection.ops.quote_name(column) for column in columns)
    sql = (
        f"INSERT INTO {connection.ops.quote_name(record._meta.db_table)} ({quoted}) "  # noqa: S608 - names of models
        f"SELECT copied.*, {', '.join(places)} FROM ({select}) copied"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, *parameters])
        return cursor.rowcount


def _column_type(field: Any, connection: Any) -> str:
    return str(field.db_type(connection))
