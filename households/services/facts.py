"""Changes of the register by hand: facts of a household or a person, who comes, who goes, who is head, what is closed.

Every function checks, writes with history and reason, in one transaction, and raises FactsRefused with what is wrong
in which field. Who comes and goes, a new head and a closing are life events and recorded as such. The area never
changes here: `moving` does that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction

from households.access import area_range
from households.choices import IdKind, Relation
from households.fact_rules import household_problems, member_problems
from households.identity import InvalidId, parse
from households.importing import clean
from households.importing.places import TOWNSHIP_DIGITS
from households.models import Household, LifeEvent, Member
from households.models.members import first_18
from households.services import events
from households.services.assignments import end_assignments
from households.services.fact_writes import (
    CLOSED_REASON_LENGTH,
    FactsRefused,
    Problems,
    demand_right,
    locked,
    name_head,
    refuse_departure,
    refuse_later,
    stated,
    write,
    write_departure,
    write_relation,
)
from households.services.succession import inferred
from township.base.history import save_changes
from township.base.pinyin import initials

__all__ = [
    "FactsRefused", "add_member", "after_changing", "after_closing", "after_registering", "change_facts",
    "change_head", "close", "leave", "new_person", "tell_registered", "write_closing",
]  # fmt: skip

# Written by monitoring, by the import or by the functions below, never as a plain fact.
_NEVER = {"id", "area", "code", "initials", "created_at", "updated_at", "phone_index"}
HOUSEHOLD_FIXED = _NEVER | {
    "village", "head_name", "tier", "tier_since", "last_visited_on", "closed_on", "closed_reason"
}  # fmt: skip
MEMBER_FIXED = _NEVER | {"household", "id_index", "id_last4_index", "left_on", "left_reason"}

# What a higher floor does in the same transaction after a household was closed: functions (household, on).
after_closing: list[Callable[[Household, date], None]] = []
# The same after facts of a household were changed: functions (household, names of the changed fields, by, on).
after_changing: list[Callable[[Household, list[str], Any, date], None]] = []
# The same after a person was registered, or got another ID number: functions (member, on).
after_registering: list[Callable[[Member, date], None]] = []

# What the page's reason for leaving begins with, as the kind of event that it is.
KINDS_OF_LEAVING = {
    "死亡": LifeEvent.Kind.DEATH,
    "婚出": LifeEvent.Kind.MARRIED_OUT,
    "户籍迁出": LifeEvent.Kind.MOVED_OUT,
}


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
        demand_right(by, current.area)
        reason = stated(reason)
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
        write(current, by=by, reason=reason, changed=changed)
        if isinstance(current, Member) and current.relation == Relation.HEAD and "name" in changed:
            name_head(current, by=by, reason=reason)
        if isinstance(current, Household):
            for follow in after_changing:
                follow(current, changed, by, on)
        elif "id_number" in changed:
            tell_registered(current, on)
    return changed


def add_member(
    household: Household,
    facts: Mapping[str, Any],
    *,
    by: Any,
    reason: str,
    on: date,
    kind: LifeEvent.Kind = LifeEvent.Kind.JOINED,
    happened_on: date | None = None,
) -> Member:
    """Register a person who came (birth, marriage, return); raises FactsRefused, PermissionDenied.

    `on` is the day of registration; `happened_on`, when it was earlier, the day of the event of this kind.
    """
    with transaction.atomic():
        household = locked(household, by)
        reason = stated(reason)
        member = new_person(household, facts, on)
        has_head = household.members.active().heads().exists()
        if member.relation == Relation.HEAD and has_head:
            raise FactsRefused([("relation", "这一户已有户主。请先登记为其他关系，再办理更换户主。")])
        write(member, by=by, reason=reason)
        if member.relation == Relation.HEAD:
            name_head(member, by=by, reason=reason)
        events.record(kind, household, [member], on=happened_on or on, by=by, reason=reason, sign=1)
        tell_registered(member, on)
    return member


def tell_registered(member: Member, on: date) -> None:
    """Let the higher floors follow a person who was registered, or whose number was written, on a day."""
    for follow in after_registering:
        follow(member, on)


def new_person(household: Household, facts: Mapping[str, Any], on: date) -> Member:
    """Return a person as he would be registered in the household, unsaved; raise FactsRefused at what cannot be."""
    member = Member(household=household, area=household.area)
    for name, value in _cleaned(member, facts, on).items():
        setattr(member, name, value)
    _refuse_implausible(member, facts, on)
    member.initials = initials(member.name)
    return member


def leave(member: Member, on: date, reason: str, *, by: Any, today: date) -> None:
    """Register that a person left the household (减少: 死亡, 婚出, 迁出 …) on a day.

    A head can leave only as the last one; otherwise somebody else becomes head first. Raises FactsRefused.
    """
    with transaction.atomic():
        household = locked(member.household, by)
        reason = stated(reason)
        member = household.members.select_for_update().get(pk=member.pk)
        refuse_departure(member, on, today)
        others = household.members.active().exclude(pk=member.pk)
        if member.relation == Relation.HEAD and others.exists():
            raise FactsRefused([("", "户主减少前，请先办理更换户主。")])
        write_departure(member, on, reason, by=by)
        kinds = (kind for words, kind in KINDS_OF_LEAVING.items() if reason.startswith(words))
        kind = next(kinds, LifeEvent.Kind.LEFT)
        events.record(kind, household, [member], on=on, by=by, reason=reason, sign=-1)


def change_head(
    household: Household, head: Member, former_relation: str, *, by: Any, reason: str, on: date
) -> None:
    """Make another member head; the former head becomes `former_relation` of the new one. Raises FactsRefused.

    What the others are to the new head is written where it follows for certain; the rest keep what they had.
    """
    with transaction.atomic():
        household = locked(household, by)
        reason = stated(reason)
        members = {member.pk: member for member in household.members.active().select_for_update()}
        new = members.get(head.pk)
        if new is None:
            raise FactsRefused([("head", "新户主必须是本户现有成员。")])
        if new.relation == Relation.HEAD:
            raise FactsRefused([("head", f"{new.name}已经是户主。")])
        if former_relation == Relation.HEAD or former_relation not in Relation.values:
            raise FactsRefused([("former_relation", "请选择原户主与新户主的关系。")])
        former = next((member for member in members.values() if member.relation == Relation.HEAD), None)
        certain = {
            member.pk: inferred(member, new, former)
            for member in members.values()
            if member.pk != new.pk and member.relation != Relation.HEAD
        }
        if former is not None:  # before the new one: two heads at once are refused by the database
            write_relation(former, former_relation, by=by, reason=reason)
        write_relation(new, Relation.HEAD.value, by=by, reason=reason)
        for pk, relation in certain.items():
            if relation and relation != members[pk].relation:
                write_relation(members[pk], relation, by=by, reason=reason)
        events.record(LifeEvent.Kind.HEAD_CHANGED, household, [new], on=on, by=by, reason=reason)


def close(household: Household, on: date, reason: str, *, by: Any, today: date) -> None:
    """Close a household that no longer exists (整户迁出, 全户死亡 …) from a day on. Raises FactsRefused.

    Whoever is still registered in it stays there, and no longer counts among the people of the village.
    """
    with transaction.atomic():
        household = locked(household, by)
        reason = stated(reason)
        refuse_later(on, today, "销户日期")
        people = list(household.members.active().for_page())
        write_closing(household, on, reason, by=by, today=today)
        events.record(
            LifeEvent.Kind.CLOSED, household, people, on=on, by=by, reason=reason, sign=-1, households=-1
        )


def write_closing(household: Household, on: date, reason: str, *, by: Any, today: date) -> None:
    """Write that a household ended on a day, and let the higher floors follow; the verb that asks records the event.

    Whoever answers for it does so until `today`, the day of registration: nobody knew before.
    """
    household.closed_on, household.closed_reason = on, reason[:CLOSED_REASON_LENGTH]
    save_changes(household, by=by, reason=reason, fields=["closed_on", "closed_reason", "updated_at"])
    end_assignments(household, by=by, on=today, reason=f"销户：{reason}")
    for follow in after_closing:
        follow(household, today)


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
