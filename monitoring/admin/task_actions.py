"""What can be done to visit tasks, one or many: move, give to another monitor, void, note why one was missed."""

from __future__ import annotations

from datetime import date
from typing import Any

from households.access import Capability
from households.models import Household
from monitoring.admin.forms import CauseForm, MonitorForm, MonthForm, ReasonForm, TaskMonitorForm
from monitoring.admin.pages import RowAction
from monitoring.people import monitor_label
from monitoring.schedule import TaskStatus
from monitoring.services.handover import HandOverRefused, assign_monitor, reassign_tasks
from monitoring.services.plan_changes import OPEN, PlanRefused, move, note_missed_cause, void


def _open(tasks: Any, on: date) -> Any:
    return tasks.in_status(on, *OPEN)


def _missed(tasks: Any, on: date) -> Any:
    return tasks.in_status(on, TaskStatus.MISSED)


def _move(tasks: Any, data: dict[str, Any], user: Any, on: date) -> str:
    count = move(tasks, data["month"], by=user, on=on)
    return f"已把 {count} 户的走访调整到 {data['month'].year}年{data['month'].month}月。"


def _reassign(tasks: Any, data: dict[str, Any], user: Any, on: date) -> str:
    count = reassign_tasks(tasks, data["monitor"], by=user, on=on)
    return f"已把 {count} 户的这次走访改派给 {monitor_label(data['monitor'])}，包户关系不变。"


def _assign(tasks: Any, data: dict[str, Any], user: Any, on: date) -> str:
    households = Household.objects.visible_to(user).filter(pk__in=tasks.values("household_id"))
    count = assign_monitor(households, data["monitor"], by=user, on=on, reason=data["reason"])
    return f"已指派 {monitor_label(data['monitor'])} 为 {count} 户的监测员，未完成的走访一并转给他。"


def _void(tasks: Any, data: dict[str, Any], user: Any, on: date) -> str:
    return f"已作废 {void(tasks, by=user, reason=data['reason'], on=on)} 户的走访任务。"


def _note(tasks: Any, data: dict[str, Any], user: Any, on: date) -> str:
    return f"已记下 {note_missed_cause(tasks, data['cause'], by=user, on=on)} 户的漏访原因。"


TASK_ACTIONS = (
    RowAction(
        name="move", label="调整计划月份", capability=Capability.PLAN_VISITS, form=MonthForm, run=_move, unit="户",
        offered=_open, not_offered="已经完成、漏访或作废", refusals=(PlanRefused,),
    ),
    RowAction(
        name="reassign", label="改派监测员", capability=Capability.HAND_OVER, form=TaskMonitorForm, run=_reassign,
        unit="户", offered=_open, not_offered="已经完成、漏访或作废", refusals=(HandOverRefused,),
    ),
    RowAction(
        name="assign", label="指派包户监测员", capability=Capability.HAND_OVER, form=MonitorForm, run=_assign,
        unit="户", refusals=(HandOverRefused,),
    ),
    RowAction(
        name="void", label="作废", capability=Capability.PLAN_VISITS, form=ReasonForm, run=_void, unit="户",
        offered=_open, not_offered="已经完成、漏访或作废", refusals=(PlanRefused,), is_danger=True,
    ),
    RowAction(
        name="note-missed", label="记漏访原因", capability=Capability.PLAN_VISITS, form=CauseForm, run=_note,
        unit="户", offered=_missed, not_offered="没有漏访", refusals=(PlanRefused,),
    ),
)  # fmt: skip
