"""Compares a matched file with the database: what is new, what changes from what, what stays, who is missing.

A blank cell changes nothing. A value that the township changed itself after the file's export is kept and listed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from households.choices import IdKind
from households.fact_rules import eliminated_too_early
from households.importing.comparison import Choices
from households.importing.places import Places
from households.importing.register.checks import contradicts
from households.importing.register.families import Family, settle_families
from households.importing.register.heads import name_heads, named_head, refuse_surplus_heads
from households.importing.register.match import Matched
from households.importing.register.plan import Change, Changes, Plan
from households.importing.register.stored import (
    HOUSEHOLD_FIELDS,
    INCOME_FIELDS,
    MEMBER_FIELDS,
    Stored,
    StoredHousehold,
    StoredMember,
)
from households.importing.register.winning import Winning
from households.importing.result import ImportResult
from households.importing.validate import Cleaned
from households.models import Household
from township.base.crypto import ring

FROM_ID = ("birth_on", "sex", "disability_kind", "disability_level")


class Differ:
    """The comparison of one file; `run` fills the plan and the counts of the result."""

    def __init__(
        self,
        cleaned: Cleaned,
        places: Places,
        stored: Stored,
        matched: Matched,
        since: datetime | None,
        choices: Choices,
    ) -> None:
        self.cleaned, self.values = cleaned, cleaned.values
        self.places, self.stored, self.matched = places, stored, matched
        self.plan = Plan()
        self.winning = Winning(cleaned, stored, self.plan, since, choices)
        self.phone_index: Callable[[str | None], str | None] = Household._meta.get_field(
            "phone_index"
        ).index_of
        self.member_facts = list(zip(*(self.values[name] for name in MEMBER_FIELDS), strict=True))
        self.not_people: set[int] = set()
        self.disputed: set[int] = set()

    def run(self, result: ImportResult) -> Plan:
        """Compare people, then households and incomes, and count."""
        self._members()
        self.disputed = refuse_surplus_heads(self.cleaned, self.stored, self.matched, self.plan)
        # A refused row is a person of the household too; who lives elsewhere or left is not.
        for code in ("moved", "has_left"):
            self.not_people |= self.cleaned.problems.with_code(code)
        settle_families(self.cleaned, self.matched.families)
        self._leave_out_early_eliminations()
        self.household_facts = list(zip(*(self.values[name] for name in HOUSEHOLD_FIELDS), strict=True))
        self.income_facts = list(zip(*(self.values[name] for name in INCOME_FIELDS), strict=True))
        for number, family in enumerate(self.matched.families):
            if family.good:
                self._household(number, family)
                # Where the file and the database name two heads, the file may mean two households.
                if number not in self.disputed:
                    self._income(number, family)
        self.winning.keep_households()
        self._keep_months_in_order()
        name_heads(self.cleaned, self.stored, self.matched, self.plan)
        self.winning.keep_incomes()
        self._count(result)
        return self.plan

    # People

    def _members(self) -> None:
        for number, family in enumerate(self.matched.families):
            for index in self.cleaned.problems.good(family.rows):
                member = self.matched.members.get(index)
                if member is not None:
                    if changes := self._member_changes(index, member):
                        self.plan.members[member.id] = Change(index, member.updated_at, changes)
                    else:
                        self.plan.unchanged_rows.add(index)
                elif index in self.matched.left:
                    self.plan.unchanged_rows.add(index)
                    left = self.matched.left[index]
                    self.cleaned.warn(
                        index,
                        "name",
                        "has_left",
                        f"此人已于 {left.left_on} 办理减少（{left.left_reason}），未恢复。"
                        "如确在户，请先在系统中撤销减少。",
                    )
                else:
                    self.plan.new_members.append((number, index))
        self.winning.keep_members()

    def _member_changes(self, index: int, member: StoredMember) -> Changes:
        changes = {
            name: new
            for name, new, old in zip(MEMBER_FIELDS, self.member_facts[index], member.facts, strict=True)
            if new != old and new is not None
        }
        blind, parsed = self.matched.indexes[index], self.cleaned.ids[index]
        number = self.values["id_number"][index]
        if blind != member.id_index:
            if parsed is not None and parsed.is_temporary:
                # The real number that is registered already says more than a 999999-number.
                for name in FROM_ID if member.id_index is not None else ():
                    changes.pop(name, None)
                if member.id_index is None:
                    changes |= {"id_number": number, "has_temporary_id": True}
            else:
                changes |= {"id_number": number, "has_temporary_id": False}
        elif parsed is not None and parsed.suffix:
            if number != ring().decrypt(member.token, "member.id_number"):
                changes["id_number"] = number
        elif changes.get("id_kind") == IdKind.RESIDENT and member.facts[1] == IdKind.DISABILITY:
            # No certificate any more: its suffix goes with it.
            changes |= {"id_number": number, "disability_kind": "", "disability_level": None}
        return changes

    # Households

    def _household(self, number: int, family: Family) -> None:
        source = family.source
        named = named_head(self.cleaned, family)
        household = self.matched.households.get(number)
        if household is None:
            self.plan.new_households.append(number)
            self.plan.heads[number] = named or ""
            return
        if number in self.disputed:
            return
        changes = {
            name: new
            for name, new, old in zip(
                HOUSEHOLD_FIELDS, self.household_facts[source], household.facts, strict=True
            )
            if new is not None and new != old
        }
        changes.pop("head_name", None)  # follows from the people, see name_heads
        phone = self.values["phone"][source]
        if phone is not None and self.phone_index(phone) != household.phone_index:
            changes["phone"] = phone
        self._check_household(source, household, changes)
        if changes:
            self.plan.households[household.id] = Change(source, household.updated_at, changes)

    def _check_household(self, source: int, household: StoredHousehold, changes: Changes) -> None:
        """Leave out of the changes what does not fit the rest of the household, with a warning."""
        kind, monitored = household.facts[1], household.facts[3]
        if contradicts(changes.get("kind", kind), changes.get("monitored_kind", monitored)):
            changes.pop("kind", None)
            changes.pop("monitored_kind", None)
            self.cleaned.warn(
                source,
                "monitored_kind",
                "kind_conflict",
                "户类型与监测对象类别合起来矛盾，两项都保留系统原值。请在系统中核对该户后改正。",
            )
        area, group = self.places.areas[source], self.values["group"][source]
        if area != household.area:
            self.cleaned.warn(
                source,
                "village",
                "village_differs",
                "该户在系统中登记在另一个村，村和组未改。如确已迁村，请在系统中办理。",
            )
        elif group is not None and group != household.group:
            changes["group_id"] = group

    def _leave_out_early_eliminations(self) -> None:
        """A file that says the risk ended before it was found: the end is not believed."""
        identified, eliminated = self.values["identified_month"], self.values["eliminated_month"]
        for family in self.matched.families:
            source = family.source
            if family.good and eliminated_too_early(identified[source], eliminated[source]):
                self.cleaned.warn(
                    source,
                    "eliminated_month",
                    "eliminated_too_early",
                    "风险消除时间早于识别监测时间，消除时间未登记。请核对后改正。",
                )
                eliminated[source] = None

    def _keep_months_in_order(self) -> None:
        """The months that a file changes must fit those that stay in the database, the kept local ones too."""
        for household in self.matched.households.values():
            change = self.plan.households.get(household.id)
            if change is None:
                continue
            now = dict(zip(HOUSEHOLD_FIELDS, household.facts, strict=True)) | change.values
            if not eliminated_too_early(now["identified_month"], now["eliminated_month"]):
                continue
            for name in ("identified_month", "eliminated_month"):
                change.values.pop(name, None)
            self.cleaned.warn(
                change.row,
                "eliminated_month",
                "eliminated_too_early",
                "与系统中的另一项合起来，风险消除时间早于识别监测时间，两项都保留系统原值。请在系统中核对该户后改正。",
            )
            if not change.values:
                del self.plan.households[household.id]

    def _income(self, number: int, family: Family) -> None:
        facts = self.income_facts[family.source]
        if all(value is None for value in facts):
            return
        # The yearly family size where the file says it, else the people it names.
        named = len(set(family.rows) - family.repeated - self.not_people)
        people = self.values["people_count"][family.source] or named
        household = self.matched.households.get(number)
        income = self.stored.incomes.get(household.id) if household else None
        if income is None:
            given = {
                name: value for name, value in zip(INCOME_FIELDS, facts, strict=True) if value is not None
            }
            self.plan.new_incomes[number] = {"people_count": people, **given}
            return
        changes: Changes = {
            name: new
            for name, new, old in zip(INCOME_FIELDS, facts, income.facts, strict=True)
            if new is not None and new != old
        }
        if people != income.people_count:
            changes["people_count"] = people
        if changes:
            version = (income.people_count, *income.facts)
            self.plan.incomes[income.id] = Change(family.source, version, changes)

    # The counts

    def _count(self, result: ImportResult) -> None:
        plan, matched = self.plan, self.matched
        villages = {area for area in self.places.areas if area is not None}
        here = {household.id for household in matched.households.values()}
        changed = set(plan.households)
        owners = {self.stored.incomes[owner].id: owner for owner in here if owner in self.stored.incomes}
        changed |= {owners[income] for income in plan.incomes}
        changed |= {matched.households[n].id for n in plan.new_incomes if n in matched.households}
        touched = sum(bool(matched.families[number].good) for number in matched.households)
        result.count("households").new = len(plan.new_households)
        result.count("households").changed = len(changed)
        result.count("households").unchanged = touched - len(changed)
        result.count("households").missing = sum(
            household.closed_on is None and household.area in villages and household.id not in here
            for household in self.stored.households.values()
        )
        result.count("members").new = len(plan.new_members)
        result.count("members").changed = len(plan.members)
        result.count("members").unchanged = len(plan.unchanged_rows)
        result.count("members").missing = sum(
            member.left_on is None and member.area in villages and member.id not in matched.seen
            for people in self.stored.members.values()
            for member in people
        )
