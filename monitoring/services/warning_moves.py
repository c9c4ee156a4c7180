"""What all steps of a warning share: who may take them, the row as it is now, and their record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from households.access import Capability, access_of
from monitoring.choices import FOLLOWED_RESULTS
from monitoring.models import WarningCase, WarningStep
from monitoring.models.warnings import WarningCaseQuerySet
from monitoring.workflows.warning import (
    DECIDE,
    DECIDE_FOLLOW,
    FINISH,
    FINISH_REPLIED,
    REPLY_FOLLOWING,
    WARNING,
    WITHDRAW,
    step_of,
)
from township.base.insert import insert
from township.base.workflow import Transition, TransitionRefused

SYSTEM_NAME = "系统"
MOVED_MEANWHILE = "状态已被他人更改，请刷新页面后再操作。"
# What a case that waits to be assigned anew has forgotten.
NOT_SENT = dict.fromkeys(("monitor", "due_on", "assigned_on", "assigned_by"))
DECISIONS = frozenset({DECIDE, DECIDE_FOLLOW})


def rights_over(case: WarningCase, by: Any) -> frozenset[Capability]:
    """Return what a person may do with a case today; None, the system itself, may everything.

    A monitor verifies for the households assigned to him and what was sent to him, not for all of his village.
    """
    if by is None:
        return frozenset(Capability)
    access, verifying = access_of(by), Capability.VERIFY_WARNING
    held = access.capabilities(case.area) - {verifying}
    # Who is in no household may lie in no village either: only the rows say whose he is to find.
    if access.can(verifying) and WarningCase.objects.filter(pk=case.pk).within(by, verifying).exists():
        held |= {verifying}
    return held


def available(case: WarningCase, by: Any) -> list[Transition]:
    """Return the steps that a person can take on a case now, in the order of the table: the buttons of its page."""
    steps = WARNING.available(case.status, rights_over(case, by))
    return [step for step in steps if _makes_sense(step.action, case, by)]


def is_his_own(case: WarningCase, by: Any) -> bool:
    """Whether the person verified or typed what is to be decided."""
    return by is not None and by.pk in (case.verified_by_id, case.typed_by_id)


def locked(case: WarningCase, *others: WarningCase) -> WarningCase:
    """Return the case as it is now, held with the others until the transaction ends, in the order of their keys.

    Raise TransitionRefused where the case is gone, because the list it came with was taken back.
    """
    rows = WarningCase.objects.select_for_update(of=("self",)).filter(
        pk__in=[one.pk for one in (case, *others)]
    )
    found = {row.pk: row for row in rows.select_related("batch", "household").order_by("pk")}
    if case.pk not in found:
        raise TransitionRefused("这件预警已随名单撤回，请刷新页面。")
    return found[case.pk]


def demand_step(case: WarningCase, action: str, by: Any) -> None:
    """Raise TransitionRefused unless the person may take the step on the case as it stands; asked before its input."""
    step = WARNING.by_action[action]
    if step.capability not in rights_over(case, by):
        raise TransitionRefused(f"您没有「{step.label}」的权限。")
    if case.status not in step.sources:
        raise TransitionRefused(MOVED_MEANWHILE)


def move(
    case: WarningCase, action: str, *, by: Any, on: date, at: datetime, note: str = "", **fields: Any
) -> Transition:
    """Move a case, write its fields and its step; raise TransitionRefused without the right or from another status."""
    record = {"by": by, "by_name": name_of(by), "on": on, "at": at, "note": note}
    return WARNING.apply(case, action, capabilities=rights_over(case, by), **record, **fields)


def move_all(
    cases: WarningCaseQuerySet,
    action: str,
    *,
    by: Any,
    on: date,
    at: datetime,
    note: str = "",
    notes: Callable[[list[UUID]], Mapping[UUID, str]] | None = None,
    **columns: Any,
) -> list[UUID]:
    """Move many cases and write their steps by few statements; return the keys of those that moved.

    The caller has asked for the right. `notes` gives each of the moved cases words of its own, after they moved.
    """
    data = {"by": by, "by_name": name_of(by), "on": on, "at": at}

    def write(keys: list[UUID], transition: Transition) -> None:
        own = notes(keys) if notes else {}
        insert(WarningStep, (step_of(key, transition, data | {"note": own.get(key, note)}) for key in keys))

    return WARNING.apply_all(cases, action, records=write, **columns)


def name_of(by: Any) -> str:
    """Return the name that the record keeps."""
    return SYSTEM_NAME if by is None else str(by.name)


def _makes_sense(action: str, case: WarningCase, by: Any) -> bool:
    if action in DECISIONS:
        return not is_his_own(case, by)
    if action == WITHDRAW:
        return case.result not in FOLLOWED_RESULTS
    if action in (FINISH, REPLY_FOLLOWING):
        return case.replied_on is None
    return action != FINISH_REPLIED or case.replied_on is not None
