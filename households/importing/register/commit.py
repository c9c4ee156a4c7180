"""Writes a plan inside the import's transaction, with history.

Rows are built in blocks, so that memory does not grow with the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models

from households.choices import HouseholdKind, IdKind, MonitoredKind
from households.importing.places import Places
from households.importing.register.heads import HEAD_UNNAMED
from households.importing.register.match import Matched
from households.importing.register.plan import Change, Plan
from households.importing.register.stored import (
    HOUSEHOLD_FIELDS,
    INCOME_FIELDS,
    MEMBER_FIELDS,
    Stored,
    last_codes,
)
from households.importing.result import ImportRefused
from households.importing.validate import Cleaned
from households.importing.writing import write_changes, write_history
from households.models import Group, Household, Income, Member
from township.base.history import CREATED
from township.base.pinyin import initials

BLOCK = 2000
LAST_CODE = 9999


@dataclass
class Commit:
    """One writing: the plan with what it was made from, and who imports."""

    cleaned: Cleaned
    places: Places
    stored: Stored
    matched: Matched
    plan: Plan
    year: int
    by: Any
    report: Callable[[int, int, str], None]

    def __getstate__(self) -> dict[str, Any]:
        """What the writing needs, for the spool: a township of a county's list waits there until all are compared."""
        return {**self.__dict__, "stored": None, "report": _silent}

    def run(self, reason: str, at: datetime) -> None:
        """Write everything, with this reason in the history; raise ImportRefused when somebody else wrote meanwhile."""
        self.at, self.reason = at, reason
        self.owners = {number: household.id for number, household in self.matched.households.items()}
        self.areas = {number: household.area for number, household in self.matched.households.items()}
        self.total = len(self.plan.new_households) + len(self.plan.new_members) + len(self.plan.new_incomes)
        self.done = 0
        self._changes()
        self._divisions()
        self._create(Household, self._households())
        self._create(Member, self._members())
        self._create(Income, self._incomes())

    # What is there and changes

    def _changes(self) -> None:
        for change in self.plan.households.values():
            if (name := change.values.get("group_id")) is not None:
                change.values["group_id"] = self._group(self.places.areas[change.row], name).pk
            if (name := change.values.get("head_name")) is not None:
                change.values["initials"] = initials(name)
        for change in self.plan.members.values():
            if (name := change.values.get("name")) is not None:
                change.values["initials"] = initials(name)
        self._divisions()
        self._change(Household, self.plan.households, _updated_at)
        # Who stops being head is written before who becomes it: a household has one head at every moment.
        becomes_head = {key: c for key, c in self.plan.members.items() if c.values.get("relation") == "head"}
        others = {key: c for key, c in self.plan.members.items() if key not in becomes_head}
        self._change(Member, others, _updated_at)
        self._change(Member, becomes_head, _updated_at)
        self._change(Income, self.plan.incomes, _income_version)

    def _change(
        self, model: type[models.Model], changes: dict[UUID, Change], version_of: Callable[[Any], Any]
    ) -> None:
        write_changes(model, changes, version_of=version_of, by=self.by, at=self.at, reason=self.reason)

    # What is new

    def _divisions(self) -> None:
        for rows in (self.places.new_divisions, self.places.new_villages, self.places.new_groups):
            if rows:
                model: type[models.Model] = type(rows[0])
                model._default_manager.bulk_create(list(rows))
                self._history(model, [row.pk for row in rows], CREATED)
                rows.clear()

    def _group(self, area: str | None, name: str) -> Group:
        return self.places.group_of(area or "", name)

    def _households(self) -> Iterator[Household]:
        values = self.cleaned.values
        columns = [values[name] for name in HOUSEHOLD_FIELDS]
        families = self.matched.families
        areas = {
            number: self.places.areas[families[number].source] or "" for number in self.plan.new_households
        }
        codes = last_codes(dict.fromkeys(areas.values()))
        for number in self.plan.new_households:
            area, source = areas[number], families[number].source
            codes[area] += 1
            if codes[area] > LAST_CODE:
                name = self.places.villages[area].name
                raise ImportRefused(f"{name}的户码已用到 {LAST_CODE}，不能再新建户。请核对该村的户数。")
            facts = {
                name: column[source]
                for name, column in zip(HOUSEHOLD_FIELDS, columns, strict=True)
                if column[source] is not None
            }
            facts.setdefault("kind", _kind_of(facts))
            facts["head_name"] = self.plan.heads[number] or HEAD_UNNAMED
            group = values["group"][source]
            household = Household(
                area=area,
                village_id=self.places.villages[area].pk,
                group_id=self._group(area, group).pk if group is not None else None,
                code=f"{area}{codes[area]:04d}",
                initials=initials(self.plan.heads[number]),
                phone=values["phone"][source] or "",
                **facts,
            )
            self.owners[number], self.areas[number] = household.pk, area
            yield household

    def _members(self) -> Iterator[Member]:
        values = self.cleaned.values
        columns = [values[name] for name in MEMBER_FIELDS]
        for number, index in self.plan.new_members:
            facts = {
                name: column[index]
                for name, column in zip(MEMBER_FIELDS, columns, strict=True)
                if column[index] is not None
            }
            parsed = self.cleaned.ids[index]
            if parsed is not None and parsed.suffix:
                facts.setdefault("id_kind", IdKind.DISABILITY.value)
            yield Member(
                area=self.areas[number],
                household_id=self.owners[number],
                initials=initials(facts["name"]),
                id_number=values["id_number"][index],
                has_temporary_id=parsed is not None and parsed.is_temporary,
                **facts,
            )

    def _incomes(self) -> Iterator[Income]:
        for number, facts in self.plan.new_incomes.items():
            yield Income(area=self.areas[number], household_id=self.owners[number], year=self.year, **facts)

    def _create(self, model: type[models.Model], rows: Iterator[models.Model]) -> None:
        block: list[models.Model] = []
        for row in rows:
            block.append(row)
            if len(block) == BLOCK:
                self._insert(model, block)
                block = []
        if block:
            self._insert(model, block)

    def _insert(self, model: type[models.Model], block: list[models.Model]) -> None:
        # Groups named for the first time by this block's households.
        self._divisions()
        model._default_manager.bulk_create(block)
        self._history(model, [row.pk for row in block], CREATED)
        self.done += len(block)
        self.report(self.done, self.total, "写入")

    def _history(self, model: Any, keys: list[Any], kind: str) -> None:
        write_history(model, keys, kind=kind, by=self.by, at=self.at, reason=self.reason)


def _silent(done: int, total: int, text: str) -> None:
    """The report of a part: the whole reports for it."""


def _kind_of(facts: dict[str, Any]) -> str:
    """A new household without 户类型: ex-poor where another column says so, else an ordinary one."""
    ex_poor = facts.get("ex_poor_year") or facts.get("monitored_kind") == MonitoredKind.UNSTABLE
    return (HouseholdKind.EX_POOR if ex_poor else HouseholdKind.RURAL).value


def _updated_at(row: Any) -> Any:
    return row.updated_at


def _income_version(income: Income) -> tuple[Any, ...]:
    return (income.people_count, *(getattr(income, name) for name in INCOME_FIELDS))
