"""Changes of the register by hand: facts of a household or a person, who comes, who goes, who is head, what is closed.

Every function checks, writes with history and reason, in one transaction, and raises FactsRefused with what is wrong
in which field. The area never changes here: a household that moves to another village is closed and registered anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from households.access import Capability, access_of, area_range
from households.choices import IdKind, Relation
from households.fact_rules import household_problems, member_problems
from households.identity import InvalidId, parse
from households.importing import clean
from households.importing.places import TOWNSHIP_DIGITS
from households.models import Household, Member
from households.models.members import first_18
from township.base.history import save_changes
from township.base.pinyin import initials

# Written by monitoring, by the import or by the functions below, never as a plain fact.
_NEVER = {"id", "area", "code", "initials", "created_at", "updated_at", "phone_index"}
HOUSEHOLD_FIXED = _NEVER | {
    "village", "head_name", "tier", "tier_since", "last_visited_on", "closed_on", "closed_reason"
}  # fmt: skip
MEMBER_FIXED = _NEVER | {"household", "id_index", "id_last4_index", "left_on", "left_reason"}

# What a higher floor does in the same transaction after a household was closed: functions (household, on).
after_closing: list[Callable[[Household, date], None]] = []

Problems = list[tuple[str, str]]


class FactsRefused(Exception):
    """A change that is not taken: `problems` is a list of (field, message), field "" for the whole."""

    def __init__(self, problems: Problems) -> None:
        super().__init__("；".join(message for _, message in problems))
        self.problems = problems


def change_facts(
    row: Household | Member, changes: Mapping[str, Any], *, by: Any, reason: str, on: date
) -> list[str]:
    """Change registered facts of a household or member; return the names of the fields that really changed.

    reason is kept in the history and must not be empty. Raises FactsRefused, PermissionDenied.
    """
    fixed = HOUSEHOLD_FIXED if isinstance(row, Household) else MEMBER_FIXED
    forbidden = [name for name in changes if name in fixed]
    if forbidden:
        raise FactsRefused([(name, "这一项不能在这里修改。") for name in forbidden])
    with transaction.atomic():
        current = type(row).objects.select_for_update().get(pk=row.pk)
        _demand(by, current.area)
        reason = _reason(reason)
        wanted = _cleaned(current, changes, on)
        changed = [name for name, value in wanted.items() if getattr(current, name) != value]
        if not changed:
            return []
        for name in changed:
            setattr(current, name, wanted[name])
        _refuse_implausible(current, changed, on)
        if isinstance(current, Member):
            _check_relation(current, changed)
        elif "national_code" in changed:
            _refuse_code_twice(current)
        _write(current, by=by, reason=reason, changed=changed)
        if isinstance(current, Member) and current.relation == Relation.HEAD and "name" in changed:
            _name_head(current, by=by, reason=reason)
    return changed


def add_member(household: Household, facts: Mapping[str, Any], *, by: Any, reason: str, on: date) -> Member:
    """Register a person who came (birth, marriage, return); raises FactsRefused, PermissionDenied."""
    with transaction.atomic():
        household = _locked(household, by)
        reason = _reason(reason)
        member = Member(household=household, area=household.area)
        for name, value in _cleaned(member, facts, on).items():
            setattr(member, name, value)
        _refuse_implausible(member, facts, on)
        has_head = household.members.active().heads().exists()
        if member.relation == Relation.HEAD and has_head:
            raise FactsRefused([("relation", "这一户已有户主。请先登记为其他关系，再办理更换户主。")])
        member.initials = initials(member.name)
        _write(member, by=by, reason=reason)
        if member.relation == Relation.HEAD:
            _name_head(member, by=by, reason=reason)
    return member


def leave(member: Member, on: date, reason: str, *, by: Any, today: date) -> None:
    """Register that a person left the household (减少: 死亡, 婚出, 迁出 …) on a day.

    A head can leave only as the last one; otherwise somebody else becomes head first. Raises FactsRefused.
    """
    with transaction.atomic():
        household = _locked(member.household, by)
        reason = _reason(reason)
        member = household.members.select_for_update().get(pk=member.pk)
        if member.left_on is not None:
            raise FactsRefused([("", f"{member.name}已于 {member.left_on} 登记减少，不必重复登记。")])
        if on > today:
            raise FactsRefused([("on", f"减少日期 {on} 晚于今天（{today}）。请填写实际日期。")])
        if member.birth_on is not None and on < member.birth_on:
            raise FactsRefused([("on", f"减少日期 {on} 早于出生日期（{member.birth_on}）。请填写实际日期。")])
        others = household.members.active().exclude(pk=member.pk)
        if member.relation == Relation.HEAD and others.exists():
            raise FactsRefused([("", "户主减少前，请先办理更换户主。")])
        member.left_on, member.left_reason = on, reason[:30]
        save_changes(member, by=by, reason=reason, fields=["left_on", "left_reason", "updated_at"])


def change_head(household: Household, head: Member, former_relation: str, *, by: Any, reason: str) -> None:
    """Make another member head; the former head becomes `former_relation` of the new one. Raises FactsRefused."""
    with transaction.atomic():
        household = _locked(household, by)
        reason = _reason(reason)
        members = {member.pk: member for member in household.members.active().select_for_update()}
        new = members.get(head.pk)
        if new is None:
            raise FactsRefused([("head", "新户主必须是本户现有成员。")])
        if new.relation == Relation.HEAD:
            raise FactsRefused([("head", f"{new.name}已经是户主。")])
        if former_relation == Relation.HEAD or former_relation not in Relation.values:
            raise FactsRefused([("former_relation", "请选择原户主与新户主的关系。")])
        former = next((member for member in members.values() if member.relation == Relation.HEAD), None)
        if former is not None:  # before the new one: two heads at once are refused by the database
            former.relation = former_relation
            save_changes(former, by=by, reason=reason, fields=["relation", "updated_at"])
        new.relation = Relation.HEAD.value
        save_changes(new, by=by, reason=reason, fields=["relation", "updated_at"])
        _name_head(new, by=by, reason=reason)


def close(household: Household, on: date, reason: str, *, by: Any, today: date) -> None:
    """Close a household that no longer exists (整户迁出, 全户死亡, 并户 …) from a day on. Raises FactsRefused."""
    with transaction.atomic():
        household = _locked(household, by)
        reason = _reason(reason)
        if on > today:
            raise FactsRefused([("on", f"销户日期 {on} 晚于今天（{today}）。请填写实际日期。")])
        household.closed_on, household.closed_reason = on, reason[:60]
        save_changes(household, by=by, reason=reason, fields=["closed_on", "closed_reason", "updated_at"])
        for follow in after_closing:
            follow(household, today)


def _locked(household: Household, by: Any) -> Household:
    current = Household.objects.select_for_update().get(pk=household.pk)
    _demand(by, current.area)
    if current.closed_on is not None:
        raise FactsRefused([("", f"这一户已于 {current.closed_on} 销户，不能再修改。")])
    return current


def _demand(by: Any, area: str) -> None:
    if by is not None:
        access_of(by).demand(Capability.EDIT_FACTS, area)


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise FactsRefused([("reason", "请填写变更原因，例如“入户核实”“户口簿更正”。")])
    return reason[:200]


def _cleaned(row: Household | Member, changes: Mapping[str, Any], on: date) -> dict[str, Any]:
    """Return the values as they are stored, with what follows from an ID number; raise FactsRefused."""
    wanted = dict(changes)
    problems: Problems = []
    for name, cleaner in (("name", clean.name), ("phone", clean.phone)):
        if name in wanted:
            try:
                wanted[name] = cleaner(wanted[name]) or ""
            except clean.BadCell as error:
                problems.append((name, error.message))
    if isinstance(row, Member):
        if wanted.get("name"):
            wanted["initials"] = initials(wanted["name"])
        elif "name" in wanted:
            problems.append(("name", "请填写姓名。"))
        if "id_number" in wanted:
            _read_id(row, wanted, problems, on)
    if problems:
        raise FactsRefused(problems)
    return wanted


def _read_id(member: Member, wanted: dict[str, Any], problems: Problems, on: date) -> None:
    """Check the ID number and take what it says; other papers (passport …) are kept as they are."""
    kind = wanted.get("id_kind", member.id_kind)
    try:
        text = clean.id_number(wanted["id_number"]) or ""
        if kind not in (IdKind.RESIDENT, IdKind.DISABILITY, IdKind.HOUSEHOLD_BOOK) or not text:
            wanted["id_number"] = text
            return
        number = parse(text, on=on)
    except (clean.BadCell, InvalidId) as error:
        problems.append(("id_number", error.message))
        return
    wanted |= {
        "id_number": number.text,
        "birth_on": number.birth_date,
        "sex": number.sex,
        "has_temporary_id": number.is_temporary,
    }
    if number.disability_type is not None:
        wanted |= {
            "disability_kind": str(number.disability_type),
            "disability_level": number.disability_level,
        }
    if not number.is_temporary:
        _refuse_twice(member, number.text, problems)


def _refuse_twice(member: Member, number: str, problems: Problems) -> None:
    index = Member._meta.get_field("id_index").index_of(first_18(number))
    other = (
        Member.objects.active().filter(id_index=index, has_temporary_id=False).exclude(pk=member.pk)
        .select_related("household__village").first()
    )  # fmt: skip
    if other is not None:
        place = f"{other.household.village.name}（户码 {other.household.code}）"
        problems.append(("id_number", f"这个证件号码已登记在{place}。请先在那一户登记减少，再在这里增加。"))


def _refuse_implausible(row: Household | Member, changed: Iterable[str], on: date) -> None:
    """Refuse what cannot be true and follows from what was changed; an old value elsewhere holds nothing up."""
    facts = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    rule, names = (household_problems if isinstance(row, Household) else member_problems), set(changed)
    problems = [
        (problem.fields[0], problem.message)
        for problem in rule(facts, on)
        if names.intersection(problem.fields)
    ]
    if problems:
        raise FactsRefused(problems)


def _refuse_code_twice(household: Household) -> None:
    if household.national_code is None:
        return
    low, high = area_range(household.area[:TOWNSHIP_DIGITS])
    other = (
        Household.objects.filter(area__gte=low, area__lt=high, national_code=household.national_code)
        .exclude(pk=household.pk).select_related("village").first()
    )  # fmt: skip
    if other is not None:
        place = f"{other.village.name}（户码 {other.code}）"
        raise FactsRefused([("national_code", f"这个户编号已登记在{place}。请核对两户的户编号。")])


def _check_relation(member: Member, changed: list[str]) -> None:
    was_head = Member.objects.filter(pk=member.pk, relation=Relation.HEAD).exists()
    if "relation" in changed and (was_head or member.relation == Relation.HEAD):
        raise FactsRefused([("relation", "户主的变动请用“更换户主”办理。")])


def _name_head(head: Member, *, by: Any, reason: str) -> None:
    """The household carries its head's name for every list."""
    household = Household.objects.select_for_update().get(pk=head.household_id)
    household.head_name, household.initials = head.name, initials(head.name)
    save_changes(household, by=by, reason=reason, fields=["head_name", "initials", "updated_at"])


def _write(row: Household | Member, *, by: Any, reason: str, changed: list[str] | None = None) -> None:
    """Save after the model's own checks; a constraint that is broken is said in Chinese at its field."""
    try:
        row.full_clean()
    except ValidationError as error:
        problems = [
            ("" if name == "__all__" else name, message)
            for name, messages in error.message_dict.items()
            for message in messages
        ]
        raise FactsRefused(problems) from error
    # A blind index is computed from its source when it is saved, so it goes with it.
    extra = {"phone": ["phone_index"], "id_number": ["id_index", "id_last4_index"]}
    fields = None
    if changed is not None:
        present = {field.name for field in row._meta.get_fields()}
        fields = [*changed, *(index for name in changed for index in extra.get(name, ()) if index in present)]
        fields.append("updated_at")
    save_changes(row, by=by, reason=reason, fields=fields)
