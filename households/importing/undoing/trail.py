"""What one import left in the history of a table: which rows it created or changed, from what, to what.

Values are read as they are stored, so that no personal number is opened unless two tokens have to be compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import F, Max, Min, Model, OuterRef, QuerySet, Subquery, TextField
from django.db.models.functions import Cast

from households.importing.pipeline import reason_of
from households.importing.undoing.tracked import KeptField, Tracked
from households.models import ImportBatch
from households.record import shown
from township.base.crypto import ring
from township.base.fields import BlindIndexField, EncryptedTextField
from township.base.history import CREATED

# Ids in one statement: far below the limits of both databases.
PAGE = 450
# A clock that is set back by a little while an import writes hides nothing.
SLACK = timedelta(hours=1)
WRITTEN_BY_PROGRAM = frozenset({"id", "created_at", "updated_at"})
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Trace:
    """One row that the import wrote: its first and last record of it, and whether it created the row."""

    key: Any
    first: int
    last: int
    is_new: bool


class Trail:
    """The records of one import in one table."""

    def __init__(self, tracked: Tracked, batch: ImportBatch) -> None:
        self.tracked, self.model, self.history = tracked, tracked.model, tracked.history
        self.reason = reason_of(batch)
        recorded = {field.attname for field in self.history._meta.concrete_fields}
        self.fields = {
            field.attname: field
            for field in self.model._meta.concrete_fields
            if field.attname in recorded
            and field.name not in WRITTEN_BY_PROGRAM
            and field.name not in tracked.elsewhere
        }
        self.has_version = any(field.name == "updated_at" for field in self.model._meta.concrete_fields)
        since = batch.at - SLACK
        mine = self._records().filter(history_date__gte=since, history_change_reason=self.reason)
        bounds = mine.aggregate(first=Min("history_id"), last=Max("history_id"))
        self.first, self.last = bounds["first"], bounds["last"]

    def pages(self) -> Iterator[list[Trace]]:
        """Yield what the import wrote, the newest first, some hundred rows at a time."""
        if self.last is None:
            return
        mine = self._records().filter(history_change_reason=self.reason, history_id__gte=self.first)
        below = self.last + 1
        while records := list(
            mine.filter(history_id__lt=below)
            .order_by("-history_id")
            .values_list("history_id", "id", "history_type")[:PAGE]
        ):
            below = records[-1][0]
            keys = {key for _record, key, _kind in records}
            spans = {
                key: (first, last)
                for key, first, last in mine.filter(id__in=keys)
                .order_by()
                .values("id")
                .annotate(first=Min("history_id"), last=Max("history_id"))
                .values_list("id", "first", "last")
            }
            kinds = {record: kind for record, _key, kind in records}
            earlier = [first for first, _last in spans.values() if first not in kinds]
            if earlier:
                kinds |= dict(mine.filter(history_id__in=earlier).values_list("history_id", "history_type"))
            # A row that the import wrote several times counts where it was written last.
            yield [
                Trace(key, *spans[key], is_new=kinds[spans[key][0]] == CREATED)
                for record, key, _kind in records
                if spans[key][1] == record
            ]

    def touched_since(self, keys: Iterable[Any]) -> set[Any]:
        """Return those of the rows with a record after the import's."""
        later = self._records().filter(id__in=list(keys), history_id__gt=self.last)
        return set(later.values_list("id", flat=True).distinct())

    def before(self, records: Iterable[int]) -> dict[int, int]:
        """Return for each record of the history the one before it of the same row, where there is one."""
        earlier = self._records().filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id"))
        found = self._records().filter(history_id__in=list(records))
        pairs = found.annotate(before=Subquery(earlier.order_by("-history_id").values("history_id")[:1]))
        return {
            record: before
            for record, before in pairs.values_list("history_id", "before")
            if before is not None
        }

    def recorded(self, records: Iterable[int]) -> dict[int, Values]:
        """Return the values of records, by their number."""
        return self._values(self._records().filter(history_id__in=list(records)), "history_id")

    def present(self, keys: Iterable[Any]) -> dict[Any, Values]:
        """Return the values that the rows have now, by key; they stay locked until the transaction ends."""
        rows = self.model._default_manager.select_for_update().filter(pk__in=list(keys))
        return self._values(rows, "id")

    def differing(self, one: Values, other: Values) -> set[str]:
        """Return the fields in which two states of a row differ."""
        return {name for name, field in self.fields.items() if not _same(field, one[name], other[name])}

    def kept_fields(self, names: Iterable[str], record: Model, row: Model) -> tuple[KeptField, ...]:
        """Return these fields in words: what the import wrote (its record) and what the row has now."""
        found = []
        for name in names:
            field = self.fields[name]
            if isinstance(field, BlindIndexField) or name in ("area", "initials"):
                continue
            imported, now = _words(field, record), _words(field, row)
            if imported == now:
                if getattr(record, name) == getattr(row, name):
                    continue
                now = f"{now}（已更正）"
            found.append(KeptField(str(field.verbose_name), imported, now))
        return tuple(found)

    def _records(self) -> QuerySet:
        return self.history._default_manager.order_by()

    def _values(self, rows: QuerySet, key: str) -> dict[Any, Values]:
        names = [key, *self.fields, *(["updated_at"] if self.has_version else [])]
        sealed = {
            f"{name}_stored": Cast(F(name), TextField())
            for name, field in self.fields.items()
            if isinstance(field, EncryptedTextField)
        }
        columns = [f"{name}_stored" if f"{name}_stored" in sealed else name for name in names]
        found = rows.order_by().annotate(**sealed).values_list(*columns)
        return {row[0]: dict(zip(names[1:], row[1:], strict=True)) for row in found}


def _same(field: Any, one: Any, other: Any) -> bool:
    if one == other or not (isinstance(field, EncryptedTextField) and one and other):
        return bool(one == other)
    # Each writing makes another token of the same text.
    return _opened(field, one) == _opened(field, other)


def _opened(field: EncryptedTextField, value: str) -> str:
    return ring().decrypt(value, field.context)


def _words(field: Any, row: Any) -> str:
    try:
        return shown(field, row)
    except ObjectDoesNotExist:
        return "（已删除）"
