"""Sending warnings to be verified: to the households' monitors, or to somebody named, until a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from households.access import Capability, Role, area_range
from households.models import MonitorAssignment, Posting
from monitoring.models import WarningCase
from monitoring.models.warnings import WarningCaseQuerySet
from monitoring.services.handover import HandOverRefused, demand_posting
from monitoring.services.refusals import Problem, Refused, refuse
from monitoring.services.rights import demand
from monitoring.services.warning_days import day_problems, due_days
from monitoring.services.warning_follow import settle_with_people
from monitoring.services.warning_moves import NOT_SENT, move_all
from monitoring.workflows.warning import ASSIGN, REASSIGN, RELEASE
from township.base.batches import batches

REASON_LENGTH = 200


@dataclass(frozen=True)
class Assigned:
    """How many cases (件) were sent out, and how many wait on because nobody is there to be sent."""

    assigned: int
    without_monitor: int


def assign(
    cases: WarningCaseQuerySet,
    *,
    by: Any,
    on: date,
    at: datetime,
    monitor: Any = None,
    due_on: date | None = None,
) -> Assigned:
    """Send the received ones of some cases to be verified; all in one transaction, by a number of queries that does
    not grow with the cases.

    `monitor` None: each to the monitor assigned to its household on the day; where there is none, or he has left, or
    nobody of the register is meant, the case waits on. `due_on` None: the working days of the setting, but not after
    the day on which the county wants its answer. Raise Refused at `monitor` (no monitor of these villages) or
    `due_on` (past, or too late), PermissionDenied without ASSIGN_WARNING in one of the villages.
    """
    waiting = cases.filter(status=WarningCase.Status.RECEIVED)
    areas = set(waiting.order_by().values_list("area", flat=True).distinct())
    demand(by, Capability.ASSIGN_WARNING, areas)
    replies = set(waiting.order_by().values_list("reply_due_on", flat=True).distinct()) if due_on else set()
    refuse([*monitor_problems(monitor, areas, on), *day_problems(due_on, replies, on)])
    with transaction.atomic():
        settle_with_people(waiting)
        rows, who = waiting, monitor
        if monitor is None:
            held = _on_duty(waiting, on).filter(household=OuterRef("household"))
            rows, who = waiting.filter(Exists(held)), Subquery(held.values("monitor")[:1])
        moved = move_all(
            rows, ASSIGN, by=by, on=on, at=at, notes=_sent_to,
            monitor=who, due_on=due_on or due_days(on), assigned_on=on, assigned_by=by,
        )  # fmt: skip
        return Assigned(len(moved), cases.filter(status=WarningCase.Status.RECEIVED).count())


def reassign(
    cases: WarningCaseQuerySet, *, monitor: Any, by: Any, on: date, at: datetime, reason: str
) -> int:
    """Give cases that wait to be verified to another monitor, with the reason; return how many.

    Their deadline stays. Raise Refused at `monitor` or `reason`, and when none of them waits to be verified;
    PermissionDenied without ASSIGN_WARNING.
    """
    rows = cases.to_verify()
    areas = set(rows.order_by().values_list("area", flat=True).distinct())
    demand(by, Capability.ASSIGN_WARNING, areas)
    refuse([*monitor_problems(monitor, areas, on), *reason_problems(reason)])
    words = f"改由{monitor.name}核查：{reason.strip()}"
    moved = move_all(rows, REASSIGN, by=by, on=on, at=at, note=words, monitor=monitor)
    if not moved:
        raise Refused([("", "所选预警中没有待核查的，请刷新页面。")])
    return len(moved)


def release(cases: WarningCaseQuerySet, *, by: Any, on: date, at: datetime, reason: str) -> int:
    """Take cases back that wait to be verified, so that they are assigned anew; return how many.

    Raise Refused at `reason`, and when none of them waits to be verified; PermissionDenied without ASSIGN_WARNING.
    """
    rows = cases.to_verify()
    demand(by, Capability.ASSIGN_WARNING, set(rows.order_by().values_list("area", flat=True).distinct()))
    refuse(reason_problems(reason))
    moved = move_all(rows, RELEASE, by=by, on=on, at=at, note=reason.strip(), **NOT_SENT)
    if not moved:
        raise Refused([("", "所选预警中没有待核查的，请刷新页面。")])
    return len(moved)


def monitor_of(case: WarningCase, on: date) -> Any:
    """Return the monitor on duty of the case's household on a day, or None."""
    held = _on_duty(WarningCase.objects.filter(pk=case.pk), on).filter(household=case.household_id)
    row = held.select_related("monitor").first()
    return row.monitor if row else None


def _on_duty(cases: WarningCaseQuerySet, on: date) -> QuerySet[MonitorAssignment]:
    """Return the assignments of a day, but for those of the cases' households whose monitor left or lost his post."""
    rows = MonitorAssignment.objects.valid_on(on).filter(
        monitor__is_active=True, household__closed_on__isnull=True
    )
    of_cases = rows.filter(household__in=cases.order_by().values("household"))
    held = set(of_cases.order_by().values_list("monitor", "area").distinct())
    posted: dict[UUID, list[tuple[str, str]]] = defaultdict(list)
    postings = Posting.objects.valid_on(on).filter(role=Role.MONITOR, user__in={who for who, _ in held})
    for who, area in postings.values_list("user", "area"):
        posted[who].append(area_range(area))
    off_duty = Q(pk__in=[])
    for who, area in held:
        if not any(low <= area < high for low, high in posted[who]):
            off_duty |= Q(monitor=who, area=area)
    return rows.exclude(off_duty)


def _sent_to(keys: list[UUID]) -> Mapping[UUID, str]:
    """Return for each case to whom it was sent, and until when."""
    names = dict(get_user_model()._default_manager.values_list("pk", "name"))
    return {
        pk: f"派给{names[who]}，{due:%Y-%m-%d}前核查"
        for some in batches(keys)
        for pk, who, due in WarningCase.objects.filter(pk__in=some)
        .order_by()
        .values_list("pk", "monitor", "due_on")
    }


def monitor_problems(monitor: Any, areas: set[str], on: date) -> list[Problem]:
    """Return why somebody cannot be sent to villages (12-digit codes)."""
    if monitor is None:
        return []
    try:
        demand_posting(monitor, areas, on)
    except HandOverRefused as refused:
        return [("monitor", str(refused))]
    return []


def reason_problems(reason: str) -> list[Problem]:
    """Return why words are no reason."""
    if not reason.strip():
        return [("reason", "请填写原因（如：请假、生病、不熟悉情况）。")]
    if len(reason.strip()) > REASON_LENGTH:
        return [("reason", f"原因不能超过 {REASON_LENGTH} 字，请精简。")]
    return []
