"""What the station changes in a plan: the month of a task, a task that need not be, why one was missed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from households.access import Capability
from monitoring.models import VisitTask
from monitoring.models.task_status import TaskStatusQuerySet
from monitoring.schedule import TaskStatus, due_on
from monitoring.services.cycles import Cycles
from monitoring.services.rights import demand
from township.base.batches import batches
from township.base.dates import month_start

OPEN = frozenset({TaskStatus.OVERDUE, TaskStatus.DUE_SOON, TaskStatus.DUE, TaskStatus.PLANNED})
REASON_LENGTH = 200
STALE = "任务已被他人更改，请刷新页面后重试。"


class PlanRefused(Exception):
    """A change of the plan that is not made; the message is for the user."""


@dataclass(frozen=True)
class ChosenTask:
    """What decides whether a task may be changed."""

    id: UUID
    area: str
    tier: str
    period_start: date
    period_end: date
    status: str


def move(tasks: TaskStatusQuerySet, month: date, *, by: Any, on: date) -> int:
    """Plan open tasks for another month inside their periods, not before the month of `on`; return how many.

    All or nothing: raise PlanRefused when one of them is not open or its period does not hold the month.
    """
    month = month_start(month)
    chosen = _choose(tasks, by, on)
    if month < month_start(on):
        raise PlanRefused(f"{month:%Y年%m月} 已经过去，请选择本月或以后的月份。")
    _demand_status(chosen, OPEN, "调整月份")
    if outside := sum(not task.period_start <= month <= task.period_end for task in chosen):
        raise PlanRefused(f"其中 {outside} 项任务的走访期不含 {month:%Y年%m月}，请取消勾选或另选月份。")
    cycles = Cycles().planned_on(month)
    with transaction.atomic():
        for tier in {task.tier for task in chosen}:
            ids = [task.id for task in chosen if task.tier == tier]
            _update(ids, planned_month=month, due_on=due_on(month, cycles[tier].due_day))
    return len(chosen)


def void(tasks: TaskStatusQuerySet, *, by: Any, reason: str, on: date) -> int:
    """Take open tasks out of the plan, with the reason; return how many. Raise PlanRefused as `move` does."""
    chosen = _choose(tasks, by, on)
    reason = _demand_text(reason, "作废原因")
    _demand_status(chosen, OPEN, "作废")
    with transaction.atomic():
        _update([task.id for task in chosen], voided_at=timezone.now(), voided_by=by, void_reason=reason)
    return len(chosen)


def note_missed_cause(tasks: TaskStatusQuerySet, cause: str, *, by: Any, on: date) -> int:
    """Note why missed tasks were missed; they stay missed. Return how many; raise PlanRefused for others."""
    chosen = _choose(tasks, by, on)
    cause = _demand_text(cause, "漏访原因")
    _demand_status(chosen, frozenset({TaskStatus.MISSED}), "登记漏访原因")
    with transaction.atomic():
        _update([task.id for task in chosen], missed_cause=cause)
    return len(chosen)


def _choose(tasks: TaskStatusQuerySet, by: Any, on: date) -> list[ChosenTask]:
    names = ("pk", "area", "tier", "period_start", "period_end", "status")
    chosen = [ChosenTask(*row) for row in tasks.with_status(on).order_by().values_list(*names)]
    demand(by, Capability.PLAN_VISITS, (task.area for task in chosen))
    if not chosen:
        raise PlanRefused("没有选中任务，请先勾选。")
    return chosen


def _demand_status(chosen: list[ChosenTask], allowed: Collection[str], what: str) -> None:
    wrong = Counter(task.status for task in chosen if task.status not in allowed)
    if wrong:
        told = "、".join(f"{count} 项{TaskStatus(status).label}" for status, count in wrong.items())
        raise PlanRefused(f"其中 {told}，不能{what}。请取消勾选后重试。")


def _demand_text(text: str, label: str) -> str:
    text = text.strip()
    if not 0 < len(text) <= REASON_LENGTH:
        raise PlanRefused(f"请填写{label}（不超过 {REASON_LENGTH} 字）。")
    return text


def _update(ids: list[UUID], **values: Any) -> None:
    """Change tasks that nobody has fulfilled or voided meanwhile; raise PlanRefused, and undo, if somebody has."""
    for some in batches(ids):
        rows = VisitTask.objects.filter(pk__in=some, voided_at__isnull=True, fulfilled_by__isnull=True)
        if rows.update(**values) != len(some):
            raise PlanRefused(STALE)
