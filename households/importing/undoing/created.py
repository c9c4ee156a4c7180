"""Removes what an import created, but not what was changed since, what is referred to, and what belongs to those."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import router
from django.db.models import DO_NOTHING, ForeignKey, ForeignObjectRel, Model

from households.importing.undoing.changed import CHANGED_SINCE, is_head
from households.importing.undoing.tracked import KeptField, KeptRow, Tracked
from households.importing.undoing.trail import PAGE, Trail
from township.base.history import DELETED, copy_to_history

WITH_ITS_OWNER = "随所属的登记一起保留。"
HAS_KEPT_PARTS = "其中的{what}保留，所以这一条也保留。"
# A new code is given to a place and all that lies there; it is no change of a household.
GIVEN_CODES = frozenset({"area", "code"})


@dataclass
class Created:
    """The rows of one table that the import created, by key with the last record of each; and why some stay."""

    tracked: Tracked
    trail: Trail
    keys: dict[Any, int] = field(default_factory=dict)
    stays: dict[Any, str] = field(default_factory=dict)
    fields: dict[Any, tuple[KeptField, ...]] = field(default_factory=dict)

    def find(self) -> None:
        for page in self.trail.pages():
            self.keys |= {trace.key: trace.last for trace in page if trace.is_new}

    def chunks(self, keys: Any = None) -> Iterator[list[Any]]:
        found = list(self.keys if keys is None else keys)
        for start in range(0, len(found), PAGE):
            yield found[start : start + PAGE]


@dataclass
class Removal:
    """The removal of what one import created, over several tables. `heads` as for PutBack."""

    by: Any
    at: datetime
    reason: str
    heads: dict[UUID, str]
    removed: int = 0
    kept: list[KeptRow] = field(default_factory=list)

    def run(self, tables: list[Created]) -> None:
        """Remove the rows of these tables, the last table first, and list what stays."""
        by_model = {table.tracked.model: table for table in tables}
        for table in tables:
            table.find()
        for table in tables:
            self._keep_changed(table)
            self._keep_used(table, by_model)
        self._keep_together(by_model)
        for table in reversed(tables):
            self._remove(table)
            self._list(table)

    def run_places(self, tables: list[Created]) -> None:
        """Remove the places that nobody uses by now, the last table first, and list what stays."""
        for table in reversed(tables):
            self.run([table])

    # What stays

    def _keep_changed(self, table: Created) -> None:
        """Keep what somebody changed since; a row that is gone already needs nothing."""
        trail, tracked = table.trail, table.tracked
        ignored = frozenset() if tracked.is_place else GIVEN_CODES
        for chunk in table.chunks():
            if not (touched := trail.touched_since(chunk)):
                continue
            records = trail.recorded(table.keys[key] for key in touched)
            present = trail.present(touched)
            differing: dict[Any, set[str]] = {}
            for key in touched:
                if key not in present:
                    del table.keys[key]
                elif names := trail.differing(records[table.keys[key]], present[key]) - ignored:
                    differing[key] = names
            rows = tracked.model._default_manager.in_bulk(list(differing))
            imported = tracked.history._default_manager.in_bulk([table.keys[key] for key in differing])
            for key, names in differing.items():
                table.stays[key] = CHANGED_SINCE
                ordered = (name for name in trail.fields if name in names)
                table.fields[key] = trail.kept_fields(ordered, imported[table.keys[key]], rows[key])

    def _keep_used(self, table: Created, tables: dict[type[Model], Created]) -> None:
        """Keep what other rows refer to, those that go with it left aside."""
        uses: dict[Any, list[str]] = defaultdict(list)
        for relation in _relations(table.tracked.model):
            model, name = relation.related_model, relation.field.attname
            beside = tables.get(model)
            for chunk in table.chunks():
                users = (
                    model._base_manager.filter(**{f"{name}__in": chunk}).order_by().values_list(name, "pk")
                )
                for key in {key for key, user in users if beside is None or user not in beside.keys}:
                    uses[key].append(f"已有{model._meta.verbose_name}")
        if table.tracked.is_place:
            # Of divisions the lower ones, with the longer codes, come first.
            for row in table.tracked.model._default_manager.filter(pk__in=list(table.keys)).order_by("-area"):
                if use := table.tracked.used_by(row, table.keys.keys() - uses.keys() - table.stays.keys()):
                    uses[row.pk].append(use)
        for key, found in uses.items():
            table.stays.setdefault(key, f"{'、'.join(found)}，不能删除。")

    def _keep_together(self, tables: dict[type[Model], Created]) -> None:
        """Keep what kept rows belong to, and what belongs to kept rows, until nothing is added."""
        is_growing = True
        while is_growing:
            is_growing = False
            for table in tables.values():
                for column in _foreign_keys(table.tracked.model):
                    target = tables.get(column.related_model)
                    if target is not None:
                        is_growing |= self._spread(table, column.attname, target)

    def _spread(self, table: Created, name: str, target: Created) -> bool:
        """Carry over one foreign key that rows stay: to whom they refer, and from an owner to what it owns."""
        before = len(table.stays) + len(target.stays)
        rows: Any = table.tracked.model._base_manager
        for chunk in table.chunks(table.stays):
            for owner in rows.filter(pk__in=chunk).values_list(name, flat=True).distinct():
                if owner in target.keys:
                    target.stays.setdefault(owner, HAS_KEPT_PARTS.format(what=table.tracked.what))
        if table.tracked.owner == name:
            for chunk in target.chunks(target.stays):
                for key in rows.filter(**{f"{name}__in": chunk}).values_list("pk", flat=True):
                    if key in table.keys:
                        table.stays.setdefault(key, WITH_ITS_OWNER)
        return len(table.stays) + len(target.stays) > before

    # Removal and list

    def _remove(self, table: Created) -> None:
        model: Any = table.tracked.model
        for chunk in table.chunks([key for key in table.keys if key not in table.stays]):
            rows = model._default_manager.filter(pk__in=chunk)
            self.removed += copy_to_history(rows, kind=DELETED, by=self.by, at=self.at, reason=self.reason)
            # Whether anything refers to them has been asked, and the history is written: nothing is left to collect.
            rows.order_by()._raw_delete(router.db_for_write(model))

    def _list(self, table: Created) -> None:
        tracked = table.tracked
        for chunk in table.chunks(table.stays):
            rows: Any = tracked.model._default_manager.select_related(*tracked.names).in_bulk(chunk)
            for key in chunk:
                row = rows[key]
                self.kept.append(
                    KeptRow(tracked.what, tracked.subject(row), table.stays[key], table.fields.get(key, ()))
                )
                if is_head(row):
                    self.heads[row.household_id] = row.name


def _foreign_keys(model: type[Model]) -> list[ForeignKey]:
    return [column for column in model._meta.concrete_fields if isinstance(column, ForeignKey)]


def _relations(model: type[Model]) -> list[ForeignObjectRel]:
    """Return every foreign key to the model but those of history, which outlives what it is of."""
    return [
        relation
        for relation in model._meta.get_fields(include_hidden=True)
        if isinstance(relation, ForeignObjectRel)
        and not relation.many_to_many
        and relation.on_delete is not DO_NOTHING
    ]
