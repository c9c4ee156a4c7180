"""迁村: a whole household moves to another village of the township and stays the household it is.

The rule for `area`: a household's rows lie where the household lies. Members, incomes, tasks, visits, clues, measures,
papers, assignments and tiers go along, past ones too, because whoever answers for the household now has to see its
past, and because a list joins a household with its rows inside one area. What the old village achieved stays in its
issued ledgers; the life events stay with the village where they happened, and the access log is never rewritten.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone

from households.models import DuplicateDecision, Group, Household, LifeEvent, Village
from households.services import events
from households.services.codes import next_code
from households.services.events import Change
from households.services.fact_writes import (
    FactsRefused,
    demand_right,
    lock_townships,
    locked,
    refuse_later,
    stated,
    township_of,
)
from township.base.history import CHANGED, TrackedQuerySet, copy_to_history, save_changes

Kind = LifeEvent.Kind


@dataclass(frozen=True)
class Move:
    """A household in its new village, for what a higher floor does in the same transaction."""

    household: Household
    old_area: str
    by: Any
    today: date
    reason: str


# Called in order after the move is written; each returns a sentence for whoever moved it, or "".
after_moving: list[Callable[[Move], str]] = []


def move_household(
    household: Household,
    village: Village,
    *,
    by: Any,
    on: date,
    today: date,
    reason: str,
    group: Group | None = None,
) -> Change:
    """Move a household with all its people to another village of the township on a day.

    It keeps its id and history and gets the next code of the new village; the old code stays in the history and is
    not given again. Who visits it there follows by `after_moving`. Raise FactsRefused at `village`, `group` or `on`,
    PermissionDenied without EDIT_FACTS in both villages.
    """
    with transaction.atomic():
        lock_townships([household.area, village.area])
        household = locked(household, by)
        demand_right(by, village.area)
        reason = stated(reason)
        refuse_later(on, today, "迁移日期")
        _refuse_place(household, village, group)
        old_area, old_code = household.area, household.code
        people = list(household.members.active().for_page())
        new_code = next_code(village)
        words = f"迁村，户码 {old_code} 改为 {new_code}：{reason}"[:200]
        events.record(
            Kind.MOVED_OUT, household, people, on=on, by=by, reason=words, sign=-1, households=-1,
        )  # fmt: skip
        household.village, household.group, household.area = village, group, village.area
        household.code, household.walk_order = new_code, 0
        save_changes(
            household, by=by, reason=words,
            fields=["village", "group", "area", "code", "walk_order", "updated_at"],
        )  # fmt: skip
        _take_rows_along(household, by=by, reason=words)
        events.record(Kind.MOVED_IN, household, people, on=on, by=by, reason=words, sign=1, households=1)
        said = [follow(Move(household, old_area, by, today, reason)) for follow in after_moving]
        return Change(household, notes=tuple(filter(None, [f"新户码 {new_code}。", *said])))


def _refuse_place(household: Household, village: Village, group: Group | None) -> None:
    if village.pk == household.village_id:
        raise FactsRefused([("village", "这一户已在该村。村内换组请用“编辑户信息”。")])
    if township_of(village.area) != township_of(household.area):
        raise FactsRefused([("village", "该村不在本乡镇。整户迁出本乡镇的，请办理销户。")])
    if group is not None and group.village_id != village.pk:
        raise FactsRefused([("group", "自然村/组不在要迁往的村，请重新选择。")])


def _take_rows_along(household: Household, *, by: Any, reason: str) -> None:
    now = timezone.now()
    for model in models_of_household():
        rows: Any = model._default_manager.filter(household=household).exclude(area=household.area)
        if isinstance(rows, TrackedQuerySet):
            keys = list(rows.values_list("pk", flat=True))
            rows.update(history=False, area=household.area)
            moved = model._default_manager.filter(pk__in=keys)
            copy_to_history(moved, kind=CHANGED, by=by, at=now, reason=reason)
        else:
            rows.update(area=household.area)
    # It stands by its people, not by their household.
    DuplicateDecision.objects.filter(first__household=household).update(area=household.area)


def models_of_household() -> list[type[models.Model]]:
    """Every table of present rows that belong to one household and carry its area, on all floors; no life events."""
    return [
        model
        for model in apps.get_models()
        if {"area", "household"} <= (names := {field.name for field in model._meta.concrete_fields})
        and isinstance(model._meta.get_field("household"), models.ForeignKey)
        and "history_id" not in names
        and not model._meta.proxy
        and model is not LifeEvent
    ]
