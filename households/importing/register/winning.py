"""Who wins where file and register differ: the file, the register, or whoever wrote last (comparison.WINS)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model

from households.importing.comparison import Choices
from households.importing.register.local import KEPT_LOCAL, changed_locally
from households.importing.register.plan import Change, Plan
from households.importing.register.stored import HOUSEHOLD_FIELDS, INCOME_FIELDS, MEMBER_FIELDS, Stored
from households.importing.validate import Cleaned
from households.models import Household, Income, Member

# Fields that follow from another column: where that column's value is kept, they are kept with it.
COLUMN_OF = {
    "work_region": "work_place", "birth_on": "id_number", "sex": "id_number", "disability_kind": "id_number",
    "disability_level": "id_number", "has_temporary_id": "id_number", "risks": "risk_1", "group_id": "group",
    "initials": "name", "people_count": "wage_yuan",
}  # fmt: skip
BLANK: tuple[Any, ...] = (None, "", [])
Known = Mapping[UUID, dict[str, Any]]
"""What the register says, by row and the field of the column."""


class Winning:
    """Takes out of a plan what is not to be written although the file says it."""

    def __init__(
        self, cleaned: Cleaned, stored: Stored, plan: Plan, since: datetime | None, choices: Choices
    ) -> None:
        self.cleaned, self.stored, self.plan, self.since = cleaned, stored, plan, since
        columns = cleaned.kind.by_field.items()
        self._by_field = {name: choices.wins_of(column.group) for name, column in columns if column.group}
        self._is_township_winning = "township" in self._by_field.values()

    def keep_households(self) -> None:
        """Keep what wins of the households."""
        if self._is_township_winning:
            self._keep_township(self.plan.households, self._known_households())
        self._keep_newer(Household, self.plan.households, (*HOUSEHOLD_FIELDS, "phone", "group_id"))

    def keep_incomes(self) -> None:
        """Keep what wins of the incomes."""
        if self._is_township_winning:
            known = {
                income.id: dict(zip(INCOME_FIELDS, income.facts, strict=True))
                for income in self.stored.incomes.values()
            }
            self._keep_township(self.plan.incomes, known)
        self._keep_newer(Income, self.plan.incomes, (*INCOME_FIELDS, "people_count"))

    def keep_members(self) -> None:
        """Keep what wins of the people; whose every change is kept, is unchanged."""
        rows = {key: change.row for key, change in self.plan.members.items()}
        if self._is_township_winning:
            self._keep_township(self.plan.members, self._known_members())
        self._keep_newer(Member, self.plan.members, (*MEMBER_FIELDS, "id_number"))
        self.plan.unchanged_rows.update(row for key, row in rows.items() if key not in self.plan.members)

    def _wins(self, name: str) -> str:
        return self._by_field.get(COLUMN_OF.get(name, name), "newer")

    def _keep_township(self, changes: dict[UUID, Change], known: Known) -> None:
        """Leave out the changes of field groups where the township wins; what is blank there is filled all the same."""
        for key in list(changes):
            values = changes[key].values
            for name in list(values):
                if self._wins(name) == "township" and known[key].get(COLUMN_OF.get(name, name)) not in BLANK:
                    del values[name]
            if not values:
                del changes[key]

    def _known_households(self) -> Known:
        risks = HOUSEHOLD_FIELDS.index("risks")
        return {
            key: dict(zip(HOUSEHOLD_FIELDS, row.facts, strict=True))
            | {"phone": row.phone_index, "group": row.group, "risk_1": row.facts[risks]}
            for key in self.plan.households
            for row in (self.stored.households[key],)
        }

    def _known_members(self) -> Known:
        return {
            member.id: dict(zip(MEMBER_FIELDS, member.facts, strict=True)) | {"id_number": member.id_index}
            for people in self.stored.members.values()
            for member in people
            if member.id in self.plan.members
        }

    def _keep_newer(self, model: type[Model], changes: dict[UUID, Change], fields: tuple[str, ...]) -> None:
        """Keep and list what the township changed itself after the file's export."""
        if self.since is None or not changes:
            return
        for key, names in changed_locally(model, changes, fields, self.since, self.cleaned.kind.name).items():
            change = changes[key]
            kept = [
                name
                for name in change.values
                if (name in names or COLUMN_OF.get(name) in names) and self._wins(name) == "newer"
            ]
            for column in dict.fromkeys(COLUMN_OF.get(name, name) for name in kept):
                self.cleaned.warn(change.row, column, "kept_local", KEPT_LOCAL)
            for name in kept:
                del change.values[name]
            if not change.values:
                del changes[key]
