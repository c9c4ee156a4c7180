"""Who visits whom, and when that changes: assignment, hand-over, stand-in for a leave with its automatic return.

Assignments are dated. A leave is written down at once as a whole: the stand-in's days, and after them the one who
comes back; nothing has to happen on the day of return. Open tasks follow by the rule of `responsible`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from households.access import Capability, Role, area_range
from households.models import Household, MonitorAssignment, Posting, Village
from households.models.households import HouseholdQuerySet
from monitoring.models import VisitTask, WarningCase
from monitoring.models.task_status import TaskStatusQuerySet
from monitoring.models.warnings import WarningCaseQuerySet
from monitoring.services.planning import lock_townships
from monitoring.services.responsible import Responsible
from monitoring.services.rights import demand
from monitoring.services.warning_follow import follow_monitors, give
from township.base.batches import batches
from township.base.history import CHANGED, CREATED, copy_to_history

DAY = timedelta(days=1)
REASON_LENGTH = 200
VILLAGES_NAMED = 5


class HandOverRefused(Exception):
    """A hand-over that is not made; the message is for the user."""


def assign_monitor(
    households: HouseholdQuerySet,
    monitor: Any,
    *,
    by: Any,
    on: date,
    reason: str = "",
    until: date | None = None,
) -> int:
    """Give households to a monitor from the day `on`, for good or (a leave) until a day, and return how many changed.

    For good, whatever was arranged from `on` on is dropped. Until a day, the arrangement after it stays as it was.
    Open tasks go to whoever is assigned on their due day. Raise HandOverRefused when the monitor holds no posting
    for one of the villages or the days make no sense, PermissionDenied without HAND_OVER there.
    """
    homes = dict(households.active().order_by().values_list("pk", "area"))
    areas = set(homes.values())
    demand(by, Capability.HAND_OVER, areas)
    _demand_days(on, until)
    demand_posting(monitor, areas, on)
    if len(reason) > REASON_LENGTH:
        raise HandOverRefused(f"调整原因不能超过 {REASON_LENGTH} 字。")
    changed = 0
    with transaction.atomic():
        lock_townships(areas)
        for ids in batches(sorted(homes)):
            changed += _assign({pk: homes[pk] for pk in ids}, monitor, by, on, until, reason)
    return changed


def assign_each(lots: Iterable[tuple[HouseholdQuerySet, Any]], *, by: Any, on: date, reason: str = "") -> int:
    """Give several lots of households to a monitor each, all of them or none; return how many changed.

    The lots share no household. Raise as `assign_monitor` does.
    """
    with transaction.atomic():
        return sum(assign_monitor(homes, monitor, by=by, on=on, reason=reason) for homes, monitor in lots)


def hand_over(
    from_monitor: Any, to_monitor: Any, *, by: Any, on: date, reason: str, until: date | None = None
) -> int:
    """Give all households of a monitor to another one, for good or for a leave; return how many.

    Tasks and warnings of other households that were handed to him singly go with them. Raise as `assign_monitor`
    does, and HandOverRefused without a reason or when there is nothing to hand over.
    """
    if not reason.strip():
        raise HandOverRefused("请填写移交原因（如：请假、生病、离任）。")
    if from_monitor.pk == to_monitor.pk:
        raise HandOverRefused("移交人和接手人是同一人，请重新选择接手人。")
    held = MonitorAssignment.objects.valid_on(on).filter(monitor=from_monitor).values("household")
    singly = _open_tasks(on).filter(monitor=from_monitor).exclude(household__in=held)
    if until:
        singly = singly.filter(due_on__lte=until)
    with transaction.atomic():
        tasks = list(singly.values_list("pk", flat=True))
        cases = _warnings_sent_to(from_monitor, until).exclude(household__in=held)
        sent = dict(cases.order_by().values_list("pk", "area"))
        changed = assign_monitor(
            Household.objects.filter(pk__in=list(held.values_list("household", flat=True))),
            to_monitor,
            by=by,
            on=on,
            reason=reason,
            until=until,
        )
        if tasks:
            reassign_tasks(VisitTask.objects.filter(pk__in=tasks), to_monitor, by=by, on=on)
        if sent:
            demand(by, Capability.HAND_OVER, sent.values())
            demand_posting(to_monitor, set(sent.values()), on)
            give(WarningCase.objects.filter(pk__in=list(sent)), to_monitor.pk, on=on, by=by)
    if not changed and not tasks and not sent:
        raise HandOverRefused(f"{from_monitor.name}在 {on} 没有可移交的农户。")
    return changed


def reassign_tasks(tasks: TaskStatusQuerySet, monitor: Any, *, by: Any, on: date) -> int:
    """Give single open tasks to a monitor, who sees their households from the planned month on; return how many.

    Raise HandOverRefused as `assign_monitor` does, and when one of them is done, voided or over.
    """
    chosen = dict(tasks.order_by().values_list("pk", "area"))
    demand(by, Capability.HAND_OVER, chosen.values())
    demand_posting(monitor, set(chosen.values()), on)
    with transaction.atomic():
        for ids in batches(chosen):
            if _open_tasks(on).filter(pk__in=ids).update(monitor=monitor) != len(ids):
                raise HandOverRefused("所选任务中有已完成、已作废或已过期的，请取消勾选后重试。")
    return len(chosen)


def follow_assignments(household_ids: Iterable[UUID], *, on: date) -> int:
    """Give open tasks of the households to whoever is responsible now, and return how many changed.

    Their warnings that wait to be verified follow too.
    """
    changed = 0
    for ids in batches(household_ids):
        responsible = Responsible.of(ids, on)
        wanted: dict[UUID | None, list[UUID]] = defaultdict(list)
        rows = _open_tasks(on).filter(household__in=ids).order_by()
        for pk, household, due, monitor in rows.values_list("pk", "household_id", "due_on", "monitor_id"):
            right = responsible.for_task(household, due)
            if right != monitor:
                wanted[right].append(pk)
        for monitor, tasks in wanted.items():
            changed += VisitTask.objects.filter(pk__in=tasks).update(monitor=monitor)
        follow_monitors(ids, on=on)
    return changed


def return_from_leave(*, on: date, days: int = 7) -> int:
    """Give tasks that a stand-in left open to the monitor who is back, and return how many; run once a day.

    Looks at the assignments that ended in the last days, so that a worker that stood still for a while catches up.
    """
    ended = MonitorAssignment.objects.filter(valid_to__lt=on, valid_to__gte=on - days * DAY)
    left = {(household, monitor) for household, monitor in ended.values_list("household_id", "monitor_id")}
    homes = set()
    for ids in batches({household for household, _ in left}):
        for open_ones in (_open_tasks(on), WarningCase.objects.to_verify()):
            rows = open_ones.filter(household__in=ids).order_by().values_list("household_id", "monitor_id")
            homes |= {household for household, monitor in rows if (household, monitor) in left}
    with transaction.atomic():
        return follow_assignments(sorted(homes), on=on)


def demand_posting(monitor: Any, areas: Iterable[str], on: date) -> None:
    """Raise HandOverRefused unless the person is on the day an active monitor for each village (12-digit codes)."""
    account: QuerySet = get_user_model()._default_manager.filter(pk=monitor.pk, is_active=True)
    if not account.exists():
        raise HandOverRefused(f"{monitor.name}的账号已停用，请选择其他监测员。")
    postings = Posting.objects.valid_on(on).filter(user=monitor, role=Role.MONITOR)
    ranges = [area_range(prefix) for prefix in postings.values_list("area", flat=True)]
    outside = sorted(area for area in areas if not any(low <= area < high for low, high in ranges))
    if outside:
        raise HandOverRefused(
            f"{monitor.name}不是 {_named(outside)} 的在岗监测员，请先登记任职，或选择其他监测员。"
        )


def _assign(homes: dict[UUID, str], monitor: Any, by: Any, on: date, until: date | None, reason: str) -> int:
    """Cut the days from `on` (until a day) out of the households' assignments and put the monitor's in their place."""
    present: dict[UUID, list[MonitorAssignment]] = defaultdict(list)
    lasting = Q(valid_to__isnull=True) | Q(valid_to__gte=on)
    for row in MonitorAssignment.objects.filter(lasting, household__in=homes).order_by("valid_from"):
        present[row.household_id].append(row)
    cut: list[MonitorAssignment] = []
    new: list[MonitorAssignment] = []
    changed = [pk for pk in homes if not _is_held(present[pk], monitor, on, until)]
    for pk in changed:
        new.append(_row(pk, homes[pk], monitor.pk, on, until))
        for row in present[pk]:
            if until and row.valid_from > until:
                continue
            if until and (row.valid_to is None or row.valid_to > until):
                new.append(_row(pk, homes[pk], row.monitor_id, until + DAY, row.valid_to))
            # An arrangement that never came to be ends the day before it began.
            row.valid_to = max(on, row.valid_from) - DAY
            cut.append(row)
    _write(cut, new, by, reason or "调整监测员")
    follow_assignments(changed, on=on)
    return len(changed)


def _is_held(rows: list[MonitorAssignment], monitor: Any, on: date, until: date | None) -> bool:
    """Whether the monitor has the household on all the days already, by one assignment."""
    return any(
        row.monitor_id == monitor.pk
        and row.valid_from <= on
        and (row.valid_to is None or (until is not None and row.valid_to >= until))
        for row in rows
    )


def _row(household: UUID, area: str, monitor: UUID, start: date, end: date | None) -> MonitorAssignment:
    return MonitorAssignment(
        household_id=household, area=area, monitor_id=monitor, valid_from=start, valid_to=end
    )


def _write(cut: list[MonitorAssignment], new: list[MonitorAssignment], by: Any, reason: str) -> None:
    """Save both with their history; the cut ones first, because a household has one open assignment at a time."""
    now = timezone.now()
    MonitorAssignment.objects.bulk_create(
        cut, update_conflicts=True, unique_fields=["id"], update_fields=["valid_to"]
    )
    MonitorAssignment.objects.bulk_create(new)
    for rows, kind in ((cut, CHANGED), (new, CREATED)):
        for ids in batches([row.pk for row in rows]):
            written = MonitorAssignment.objects.filter(pk__in=ids)
            copy_to_history(written, kind=kind, by=by, at=now, reason=reason)


def _open_tasks(on: date) -> TaskStatusQuerySet:
    return VisitTask.objects.filter(period_end__gte=on, fulfilled_by__isnull=True, voided_at__isnull=True)


def _warnings_sent_to(monitor: Any, until: date | None) -> WarningCaseQuerySet:
    """Return what he is to verify, for a leave only what is due until its end."""
    cases = WarningCase.objects.to_verify().filter(monitor=monitor)
    return cases.filter(due_on__lte=until) if until else cases


def _demand_days(on: date, until: date | None) -> None:
    if until and until < on:
        raise HandOverRefused(f"截止日 {until} 早于起始日 {on}，请检查日期。")


def _named(areas: list[str]) -> str:
    """Name villages by their names, the first few of many."""
    known = dict(Village.objects.filter(area__in=areas[:VILLAGES_NAMED]).values_list("area", "name"))
    more = f" 等 {len(areas)} 个村" if len(areas) > VILLAGES_NAMED else ""
    return "、".join(known.get(area, area) for area in areas[:VILLAGES_NAMED]) + more
