"""住房月排查: a village's month saved at once. Whoever is not named has the grade he had; only the changes are told."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from households.access import Capability
from households.choices import HousingGrade
from households.guarantees import DANGEROUS_GRADES
from households.models import Household, Village
from monitoring.housing_month import HouseOfMonth, houses_of
from monitoring.models import Inspection
from monitoring.services.inspection_input import NAME_LENGTH, WORDS_LENGTH
from monitoring.services.inspections import open_clue, write_fact
from monitoring.services.refusals import Problem, refuse
from monitoring.services.rights import demand
from township.base.dates import FIRST_MONTH, month_end, month_start
from township.base.history import CREATED, copy_to_history
from township.base.ids import uuid7
from township.base.insert import insert

REASON = "住房月排查"
CHANGES_AT_ONCE = 300


@dataclass(frozen=True)
class HouseChange:
    """What is not as before: the grade now, in words what was seen, and whether the station should hear of it."""

    grade: str
    words: str = ""
    opens_clue: bool = False


@dataclass(frozen=True)
class MonthChecked:
    """户: written now; of these with another registered grade than before; inspected before; left out for want of a
    grade; left out for never having been looked at. And how many clues (条) went to the station."""

    written: int
    changed: int
    already: int
    without_grade: int
    never_seen: int
    clues: int


@dataclass(frozen=True)
class MonthToWrite:
    """What one press would write: who is unchanged, and of these who has no inspection before (by household id)."""

    unchanged: frozenset[UUID]
    never_seen: frozenset[UUID]


def month_to_write(houses: Sequence[HouseOfMonth], changes: Collection[UUID]) -> MonthToWrite:
    """Return which households of a month would be written as unchanged, the told `changes` aside."""
    plain = [h for h in houses if not h.is_checked and h.grade and h.household.pk not in changes]
    return MonthToWrite(
        frozenset(h.household.pk for h in plain), frozenset(h.household.pk for h in plain if h.latest is None)
    )


def check_month(
    village: Village,
    month: date,
    *,
    checked_on: date,
    changes: Mapping[UUID, HouseChange],
    by: Any,
    on: date,
    at: datetime,
    checked_by: str = "",
    with_never_seen: bool = False,
) -> MonthChecked:
    """Write the month's inspection of every household of a village (a monitor: of his households there).

    Who was inspected in the month (its first day) already stays as he is, so that again only the missing are added.
    `changes` names, by household id, whose house is not as it was. Whose house has no inspection before cannot be
    unchanged: he is left out, unless `with_never_seen` says that he was looked at on the spot. Rows go in by one
    statement. Raise Refused with all that is wrong, PermissionDenied without INSPECT in the village.
    """
    demand(by, Capability.INSPECT, [village.area])
    with transaction.atomic():
        # Two people who save the same month wait for each other, so that no household gets two rows.
        Village.objects.select_for_update(no_key=True).get(pk=village.pk)
        households = Household.objects.in_area(village.area).existing(checked_on)
        if by is not None:
            households = households.within(by, Capability.INSPECT)
        houses = houses_of(households, month)
        refuse(_problems(houses, month, checked_on, changes, on, checked_by))
        missing = [house for house in houses if not house.is_checked]
        plain = month_to_write(houses, changes)
        written = plain.unchanged if with_never_seen else plain.unchanged - plain.never_seen
        taken = [house for house in missing if house.household.pk in written or house.household.pk in changes]
        name = checked_by.strip() or (by.name if by is not None else "")
        rows = [
            _row(house, changes.get(house.household.pk), checked_on, by=by, at=at, name=name)
            for house in taken
        ]
        insert(Inspection, rows)
        keys = [row.pk for row in rows]
        copy_to_history(
            Inspection.objects.filter(pk__in=keys), kind=CREATED, by=by, at=at, reason=REASON
        )  # fmt: skip
        told = [(house, row) for house, row in zip(taken, rows, strict=True) if house.household.pk in changes]
        changed = sum(_follow(house, row, by=by, on=on) for house, row in told)
        clues = [
            open_clue(row, by=by, at=at) for house, row in told if changes[house.household.pk].opens_clue
        ]
    return MonthChecked(
        written=len(rows),
        changed=changed,
        already=len(houses) - len(missing),
        without_grade=sum(not house.grade and house.household.pk not in changes for house in missing),
        never_seen=len(plain.unchanged - written),
        clues=sum(clue is not None for clue in clues),
    )


def _row(
    house: HouseOfMonth, change: HouseChange | None, checked_on: date, *, by: Any, at: datetime, name: str
) -> Inspection:
    grade = change.grade if change else house.grade
    words = change.words.strip() if change else ""
    is_met = grade not in DANGEROUS_GRADES
    if change is None and not is_met:
        words = f"仍为{HousingGrade(grade).label}，没有变化"
    return Inspection(
        id=uuid7(),
        area=house.household.area,
        household=house.household,
        guarantee="housing",
        occasion=Inspection.Occasion.MONTHLY,
        checked_on=checked_on,
        is_met=is_met,
        evidence=words,
        grade=grade,
        checked_by=name,
        recorded_by=by,
        recorded_at=at,
    )


def _follow(house: HouseOfMonth, row: Inspection, *, by: Any, on: date) -> bool:
    """Bring the register up to date, unless a later month was inspected already; return whether it changed."""
    if house.has_later or house.household.housing_grade == row.grade:
        return False
    write_fact(house.household, "housing_grade", row.grade, row.checked_on, by=by, on=on)
    return True


def _problems(
    houses: Sequence[HouseOfMonth],
    month: date,
    checked_on: date,
    changes: Mapping[UUID, HouseChange],
    on: date,
    checked_by: str,
) -> Iterator[Problem]:
    if month_start(checked_on) != month:
        yield "checked_on", f"排查日期应在 {month:%Y-%m-%d} 至 {month_end(month)} 之间。"
    elif checked_on > on:
        yield "checked_on", f"排查日期 {checked_on} 晚于今天（{on}），请填写实际日期。"
    if month < FIRST_MONTH:
        yield "checked_on", f"排查月份早于 {FIRST_MONTH.year} 年，请检查年份。"
    if len(checked_by.strip()) > NAME_LENGTH:
        yield "checked_by", f"排查人不超过 {NAME_LENGTH} 字。"
    if len(changes) > CHANGES_AT_ONCE:
        yield "", f"一次最多登记 {CHANGES_AT_ONCE} 户的变化，这次有 {len(changes)} 户，请分几次办理。"
    known = {house.household.pk: house for house in houses}
    if strangers := sum(key not in known for key in changes):
        yield "", f"有 {strangers} 户不在本村您可以排查的农户中，请刷新页面后重新勾选。"
    for key, change in changes.items():
        if key in known:
            yield from ((str(key), text) for text in _change_problems(known[key], change))


def _change_problems(house: HouseOfMonth, change: HouseChange) -> Iterator[str]:
    who = f"{house.household.head_name}（{house.household.code}）"
    if house.is_checked and house.latest:
        yield f"{who}本月已于 {house.latest.checked_on} 排查，要更正请打开那一条记录。"
    if change.grade not in HousingGrade.values:
        yield f"{who}请选择住房等级（A、B、C、D）。"
    if change.grade in DANGEROUS_GRADES and not change.words.strip():
        yield f"{who}是 {change.grade} 级，请写明情况。"
    if len(change.words.strip()) > WORDS_LENGTH:
        yield f"{who}的情况不超过 {WORDS_LENGTH} 字，请精简。"
    if change.opens_clue and change.grade not in DANGEROUS_GRADES:
        yield f"{who}不是 C、D 级，不用登记线索。"
