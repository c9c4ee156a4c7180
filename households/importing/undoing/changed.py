"""Puts back what an import changed: field by field, except what was changed again since.

The values are copied from the history inside the database, so that no personal number is opened.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ForeignKey, OuterRef, Subquery

from households.choices import Relation
from households.importing.undoing.tracked import KeptRow, Tracked
from households.importing.undoing.trail import Trace, Trail, Values
from households.models import Member
from township.base.history import CHANGED, copy_to_history

CHANGED_SINCE = "导入之后又改过，保留现在的值。"
NO_RECORD = "没有导入前的记录，无法恢复。"
DELETED = "导入之后已被删除，未恢复。"
HEAD_STAYS = "户主没有恢复，户主姓名随现在的户主。"
TARGET_GONE = "原来所属的登记已被删除，无法恢复。"


@dataclass(frozen=True, slots=True)
class Return:
    """One row that can go back: the record to take the values from (the last one before the record `bound`), and what
    the import wrote (its last record).
    """

    key: Any
    source: int
    bound: int
    imported: int
    names: tuple[str, ...]
    with_version: bool
    is_last: bool
    is_whole: bool


@dataclass
class PutBack:
    """The return of one table's changed rows. `heads`: households whose present head stays, by name; those of a
    table before are given, those found are added.
    """

    tracked: Tracked
    trail: Trail
    by: Any
    at: datetime
    reason: str
    heads: dict[UUID, str]
    restored: int = 0
    kept: list[KeptRow] = field(default_factory=list)
    waiting: list[Return] = field(default_factory=list)

    def run(self) -> None:
        """Put back every row of the trail that the import changed, and list what stays."""
        last: list[Return] = []
        for page in self.trail.pages():
            returns = self._returns([trace for trace in page if not trace.is_new])
            self._write(row for row in returns if not row.is_last)
            last += [row for row in returns if row.is_last]
        self._write(last)
        self._write_waiting()

    # What goes back, and what stays

    def _returns(self, traces: list[Trace]) -> list[Return]:
        trail = self.trail
        sources = trail.before(trace.first for trace in traces)
        records = trail.recorded([*sources.values(), *(trace.last for trace in traces)])
        present = trail.present(trace.key for trace in traces)
        stays: dict[str, dict[Trace, set[str]]] = defaultdict(dict)
        returns: list[Return] = []
        for trace in traces:
            now, source = present.get(trace.key), sources.get(trace.first)
            if now is None:
                stays[DELETED][trace] = set()
            elif source is None:
                stays[NO_RECORD][trace] = set()
            else:
                found = self._decide(trace, source, records[source], records[trace.last], now, stays)
                returns += [found] if found.names or found.with_version else []
        returns = self._without_lost_targets(traces, returns, records, stays)
        self._list(stays)
        return returns

    def _decide(
        self,
        trace: Trace,
        source: int,
        before: Values,
        imported: Values,
        now: Values,
        stays: dict[str, dict[Trace, set[str]]],
    ) -> Return:
        """Say which fields of a row go back; those that were changed since stay, and what they carry with them."""
        trail = self.trail
        written = trail.differing(before, imported)
        changed = trail.differing(imported, now)
        # What somebody put back by hand already is as it was.
        kept = (written & changed) & trail.differing(before, now)
        for leader, followers in self.tracked.follow.items():
            if leader in kept:
                kept |= written & set(followers)
        if kept:
            stays[CHANGED_SINCE][trace] = kept
        back = written - kept - changed
        if "head_name" in back and before["head_name"] != self.heads.get(trace.key, before["head_name"]):
            stays[HEAD_STAYS][trace] = {"head_name"}
            kept |= {"head_name", "initials"}
            back -= kept
        is_untouched = not kept and not changed and imported.get("updated_at") == now.get("updated_at")
        return Return(
            key=trace.key,
            source=source,
            # One bound for all rows, but where somebody wrote a row while the import wrote others.
            bound=trail.first if source < trail.first else trace.first,
            imported=trace.last,
            names=tuple(sorted(back)),
            with_version=trail.has_version and is_untouched,
            is_last=self.tracked.is_last(before),
            is_whole=not kept,
        )

    def _without_lost_targets(
        self,
        traces: list[Trace],
        returns: list[Return],
        records: dict[int, Values],
        stays: dict[str, dict[Trace, set[str]]],
    ) -> list[Return]:
        """Leave out what would point to a row that is gone."""
        by_key = {trace.key: trace for trace in traces}
        for name, column in self.trail.fields.items():
            if not isinstance(column, ForeignKey):
                continue
            wanted = {records[row.source][name] for row in returns if name in row.names} - {None}
            if not wanted:
                continue
            there = set(column.related_model._base_manager.filter(pk__in=wanted).values_list("pk", flat=True))
            lost = [
                row for row in returns if name in row.names and records[row.source][name] in wanted - there
            ]
            for row in lost:
                stays[TARGET_GONE][by_key[row.key]] = {name}
                names = tuple(other for other in row.names if other != name)
                partly = replace(row, names=names, with_version=False, is_whole=False)
                returns[returns.index(row)] = partly
        return returns

    # Writing

    def _write(self, returns: Iterable[Return]) -> None:
        """Write rows, one statement for all that take back the same fields; what collides waits for the others."""
        groups: dict[tuple[Any, ...], list[Return]] = defaultdict(list)
        for row in returns:
            groups[row.names, row.with_version, row.bound].append(row)
        for rows in groups.values():
            try:
                with transaction.atomic():
                    self._copy(rows)
            except IntegrityError:
                self.waiting += rows

    def _write_waiting(self) -> None:
        """Try the rows that collided one by one, again while any succeeds: one may wait for another to let go."""
        is_moving = True
        while self.waiting and is_moving:
            is_moving = False
            for row in list(self.waiting):
                try:
                    with transaction.atomic():
                        self._copy([row])
                except IntegrityError:
                    continue
                self.waiting.remove(row)
                is_moving = True
        for row in self.waiting:
            self._keep(self._collision(row), {row.key: (row.imported, set(row.names))})

    def _copy(self, rows: list[Return]) -> None:
        model, first = self.tracked.model, rows[0]
        keys = [row.key for row in rows]
        names = [*first.names, *(["updated_at"] if first.with_version else [])]
        earlier = self.tracked.history._default_manager.filter(id=OuterRef("pk"), history_id__lt=first.bound)
        source = earlier.order_by("-history_id")
        values: dict[str, Any] = {name: Subquery(source.values(name)[:1]) for name in names}
        if self.trail.has_version and not first.with_version:
            values["updated_at"] = self.at
        present: Any = model._default_manager.filter(pk__in=keys)
        present.update(history=False, **values)
        copy_to_history(present, kind=CHANGED, by=self.by, at=self.at, reason=self.reason)
        self.restored += sum(row.is_whole for row in rows)

    def _collision(self, row: Return) -> str:
        """Say which rule of the table the old values would break now."""
        there = self.tracked.model._default_manager.get(pk=row.key)
        record = self.tracked.history._default_manager.get(history_id=row.source)
        for name in row.names:
            setattr(there, name, getattr(record, name))
        try:
            there.validate_constraints()
        except ValidationError as error:
            return f"恢复会与现在的登记冲突：{''.join(error.messages)}"
        return "恢复会与现在的登记冲突，保留现在的值。"

    # The list of what stays

    def _list(self, stays: dict[str, dict[Trace, set[str]]]) -> None:
        for reason, rows in stays.items():
            self._keep(reason, {trace.key: (trace.last, names) for trace, names in rows.items()})

    def _keep(self, reason: str, rows: dict[Any, tuple[int, set[str]]]) -> None:
        """List rows, given as their key, the record of what the import wrote, and the fields that stay."""
        tracked, fields = self.tracked, self.trail.fields
        records = tracked.history._default_manager.in_bulk([imported for imported, _names in rows.values()])
        present: Any = tracked.model._default_manager.select_related(*tracked.names).in_bulk(list(rows))
        for key, (imported, names) in rows.items():
            row = present.get(key)
            if row is None:
                self.kept.append(KeptRow(tracked.what, "（已删除）", reason))
                continue
            words = self.trail.kept_fields((name for name in fields if name in names), records[imported], row)
            self.kept.append(KeptRow(tracked.what, tracked.subject(row), reason, words))
            if names & {"relation", "name"} and is_head(row):
                self.heads[row.household_id] = row.name


def is_head(row: Any) -> bool:
    """Whether the row is a person who is head of a household now."""
    return isinstance(row, Member) and row.relation == Relation.HEAD and row.left_on is None
