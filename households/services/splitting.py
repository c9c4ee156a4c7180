"""分户: some people of a household become one of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from households.models import Group, Household, LifeEvent, Member
from households.services import events
from households.services.assignments import copy_assignments
from households.services.codes import next_code
from households.services.events import Change
from households.services.fact_writes import FactsRefused, lock_townships, locked, stated, write
from households.services.succession import (
    Relations,
    head_of,
    refuse_headless,
    relations_under,
    succeed,
)
from households.services.transfers import choose, refuse_days, settle
from township.base.pinyin import initials

Kind = LifeEvent.Kind
# What the new household takes over: a family lifted out of poverty stays so in both its parts (脱贫户分户仍为脱贫户).
INHERITED = ("kind", "ex_poor_year", "poverty_cause", "keeps_policies", "address", "phone")
# What it takes over only when the risk goes along; the income then reckoned was that of the whole family.
MONITORING = (
    "monitored_kind", "identified_month", "risks", "risk_note", "clue_source", "is_eliminated", "eliminated_month",
    "elimination_mode",
)  # fmt: skip


@dataclass(frozen=True)
class Split:
    """A household and the one that split off from it, for what a higher floor does in the same transaction."""

    old: Household
    new: Household
    by: Any
    on: date
    today: date
    reason: str


# Called in order after both households are written.
after_splitting: list[Callable[[Split], None]] = []


def split(
    household: Household,
    members: Iterable[Member],
    new_head: Member,
    relations: Relations,
    *,
    by: Any,
    on: date,
    today: date,
    reason: str,
    group: Group | None = None,
    successor: Member | None = None,
    keeps_monitoring: bool = False,
) -> Change:
    """Make a new household of some members (not all), in the same village, on a day.

    The people keep their rows. `relations` says what each is to the head of the household he is in from now on; what
    is certain is inferred. When the old head goes, `successor` follows him. The new household takes over its kind,
    monitor and helper, and with `keeps_monitoring` the monitored kind; tier and tasks follow by `after_splitting`.
    Incomes, visits, measures and land stay with the old one. Return the change with the new household. Raise
    FactsRefused at `members`, `new_head`, `successor`, `on` or a person's relation, PermissionDenied.
    """
    with transaction.atomic():
        lock_townships([household.area])
        household = locked(household, by)
        reason = stated(reason)
        people = choose(household, members)
        refuse_days(people, on, today)
        head, going = head_of(household), {member.pk for member in people}
        remaining = list(household.members.active().exclude(pk__in=going))
        _refuse_impossible(people, remaining, new_head, group, household)
        if head is not None and head.pk in going:
            refuse_headless(head, remaining, successor)
        found = relations_under(next(one for one in people if one.pk == new_head.pk), head, people, relations)
        new = _new_household(household, new_head, group, keeps_monitoring, by=by, reason=reason)
        events.record(Kind.SPLIT_OUT, household, people, on=on, by=by, reason=reason, sign=-1, other=new)
        for member in people:
            settle(member, new, found[member.pk], by=by, reason=f"分户自{household.code}：{reason}"[:200])
        if head is not None and head.pk in going and successor is not None:
            succeed(head, remaining, successor, relations, by=by, reason=reason)
        events.record(
            Kind.SPLIT_IN, new, people, on=on, by=by, reason=reason, sign=1, households=1, other=household
        )
        copy_assignments(household, new, by=by, on=today, reason=f"分户自{household.code}")
        for follow in after_splitting:
            follow(Split(household, new, by, on, today, reason))
        new.refresh_from_db()
        return Change(new, households=1, notes=_notes(household, keeps_monitoring))


def _refuse_impossible(
    people: list[Member],
    remaining: list[Member],
    new_head: Member,
    group: Group | None,
    household: Household,
) -> None:
    if not remaining:
        raise FactsRefused(
            [("members", "全部人员都已勾选。分户后原户至少要留一人；只换户主请办理更换户主。")]
        )
    if new_head.pk not in {member.pk for member in people}:
        raise FactsRefused([("new_head", "新户的户主必须是分出去的人员。")])
    if group is not None and group.village_id != household.village_id:
        raise FactsRefused([("group", "自然村/组不在本村，请重新选择。")])


def _new_household(
    old: Household, head: Member, group: Group | None, keeps_monitoring: bool, *, by: Any, reason: str
) -> Household:
    taken = INHERITED + (MONITORING if keeps_monitoring else ())
    new = Household(
        area=old.area,
        village_id=old.village_id,
        group=group or old.group,
        code=next_code(old.village),
        head_name=head.name,
        initials=initials(head.name),
        **{name: getattr(old, name) for name in taken},
    )
    if head.phone:
        new.phone = head.phone
    write(new, by=by, reason=f"分户自{old.code}：{reason}"[:200])
    return new


def _notes(old: Household, keeps_monitoring: bool) -> tuple[str, ...]:
    notes = ["住房、饮水、收入没有带到新户，请入户核实后登记。"]
    if old.monitored_kind and not keeps_monitoring:
        notes.append("原户是监测对象，新户没有列为监测对象，等级暂随原户，请核对；新户有风险的请另行识别。")
    return tuple(notes)
