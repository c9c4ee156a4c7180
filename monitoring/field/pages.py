"""The pages of the field app: today, my households, what was sent, myself, and the check of the phone."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from households.access import Capability, access_of
from households.models import Division, Household
from monitoring.field import today
from monitoring.field.doors import field_page
from monitoring.field.warnings import WarnedHouseholds
from monitoring.models import Met, Visit, VisitMode, VisitTask
from monitoring.models.task_status import OPEN_STATUSES
from monitoring.schedule import TaskStatus
from township.base.dates import chinese_date, month_start

PER_PAGE = 100
FOUND_AT_MOST = 50
WARNED = "warning"  # beside the task statuses in the filter of 今日


@require_GET
@field_page()
def today_page(request: HttpRequest) -> HttpResponse:
    """今日: whom to visit and which warnings to verify today, and below whom one has visited."""
    on = timezone.localdate()
    tasks = today.open_tasks(request.user, on)
    warned = WarnedHouseholds(request.user, on)
    counts = today.counts_by_status(tasks)
    # A household that has a warning alone is one more to go to; with a task it is counted there.
    extra = warned.without(
        set(tasks.filter(household__in=warned.households).values_list("household", flat=True))
    )
    total = sum(counts.values()) + len(extra)
    state = request.GET.get("state", "")
    if state in counts:
        tasks, extra = tasks.filter(status=state), []
    elif state == WARNED:
        tasks = tasks.filter(household__in=warned.households)
    page = Paginator(tasks, PER_PAGE).get_page(request.GET.get("page"))
    visits = list(today.visits_of_today(request.user, on))
    tried = {visit.household_id for visit in visits}
    entries = [
        entry_of(task.household, task, on)
        | {"was_tried": task.household_id in tried, "warned": warned.cases_of(task.household_id)}
        for task in page
    ]
    chips = [(status.value, status.label, count) for status, count in counts.items()]
    # After 超期, where a narrow phone still shows it.
    chips.insert(1, (WARNED, "预警", len(warned.households) + len(warned.unregistered)))
    chosen = state if state in counts or state == WARNED else ""
    return show(request, "today", {
        "page": page,
        "extra": extra if page.number == 1 else [],
        "sections": [
            {"status": status, "label": status.label, "group": group, "entries": list(rows)}
            for (status, group), rows in groupby(entries, key=section_of)
        ],
        "chips": [
            {"state": value, "label": label, "count": count, "is_active": value == chosen}
            for value, label, count in [("", "全部", total), *chips]
        ],
        "page_query": f"&state={chosen}" if chosen else "",
        "open_count": total,
        "visits": visits,
        "today_label": chinese_date(on),
        "now": timezone.localtime(),
    })  # fmt: skip


def entry_of(household: Household, task: Any, on: date) -> dict[str, Any]:
    """Return a line of a list: a household and its task (with its status) or None; days_over from the due day on."""
    return {
        "household": household,
        "task": task,
        "missed_before": task is not None and task.previous_status == TaskStatus.MISSED,
        "days_over": (on - task.due_on).days if task else 0,
    }


def section_of(entry: dict[str, Any]) -> tuple[TaskStatus, str]:
    return TaskStatus(entry["task"].status), place_of(entry["household"])


def place_of(household: Household) -> str:
    """Name the natural village, or the village where the household is in none."""
    return household.group.name if household.group else household.village.name


@require_http_methods(["GET", "POST"])
@field_page()
def households_page(request: HttpRequest) -> HttpResponse:
    """农户: all I may visit by natural village. A search is posted: its term may be an ID and must stand in no log."""
    on = timezone.localdate()
    households = Household.objects.visible_to(request.user).active().select_related("village", "group")
    term = request.POST.get("q", "").strip()[:40]
    if term:
        households = households.filter(pk__in=matching(request.user, term))
    per_page = FOUND_AT_MOST if term else PER_PAGE
    page = Paginator(households.walking_order(), per_page).get_page(request.GET.get("page"))
    return show(request, "households", {
        "page": page,
        "term": term,
        "found_at_most": FOUND_AT_MOST,
        "groups": grouped(page, status_of(request.user, [row.pk for row in page], on), on),
    })  # fmt: skip


def matching(user: Any, term: str) -> QuerySet:
    """The ids of the households a term finds: name, initials, number (Household.search), or the natural village."""
    visible = Household.objects.visible_to(user).active()
    by_term = visible.search(term).values("pk")
    return visible.filter(Q(pk__in=by_term) | Q(group__name__startswith=term)).values("pk")


def grouped(page: Page, tasks: dict[UUID, Any], on: date) -> list[dict[str, Any]]:
    """Return the page's households by natural village, each with its running task."""
    return [
        {"name": name, "anchor": f"g{number}",
         "entries": [entry_of(row, tasks.get(row.pk), on) for row in rows]}
        for number, (name, rows) in enumerate(groupby(page, key=place_of), start=1)
    ]  # fmt: skip


def status_of(user: Any, households: list[UUID], on: date) -> dict[UUID, Any]:
    """Return the running task of each household with its status; voided ones only where there is no other."""
    tasks = VisitTask.objects.visible_to(user).in_force(on).with_status(on).with_previous_status(on)
    tasks = tasks.filter(household__in=households)
    return {task.household_id: task for task in sorted(tasks, key=lambda task: task.voided_at is None)}


def leaves_task_open(user: Any, visit: Visit, on: date) -> bool:
    """Whether the household's task of the period in which a visit was made is still to be done on a day."""
    running = status_of(user, [visit.household_id], on).get(visit.household_id)
    return (
        running is not None
        and running.status in OPEN_STATUSES
        and running.period_start <= visit.visited_on <= running.period_end
    )


def uncounted(visit: Visit) -> str:
    """Return what is said of a verification that leaves the period's task open."""
    if visit.met == Met.NOBODY:
        return "这次未见到人，不算本期走访，本期仍要走访。"
    return f"{VisitMode(visit.mode).label}核查不算本期走访，本期仍要入户。"


@require_GET
@field_page()
def sent_page(request: HttpRequest) -> HttpResponse:
    """上传: what this person sent today, whatever day it speaks of."""
    on = timezone.localdate()
    visits = (
        Visit.objects.visible_to(request.user)
        .filter(recorded_by=request.user, recorded_at__date=on)
        .select_related("household")
        .prefetch_related("photos")
        .order_by("-recorded_at")[:200]
    )
    return show(request, "sent", {"visits": visits})


@require_GET
@field_page()
def me_page(request: HttpRequest) -> HttpResponse:
    """我的: who I am, how much I visited this month, whom to ring at the station."""
    on = timezone.localdate()
    access = access_of(request.user)
    area = access.grants[0].low[:9]
    made = contacts_of(request.user, on)
    return show(request, "me", {
        "township": Division.objects.visible_to(request.user).filter(area=f"{area}000").first(),
        "postings": postings_of(request.user, on),
        "visit_count": made.count(),
        "household_count": made.order_by().values("household").distinct().count(),
        "month": on.month,
    })  # fmt: skip


def contacts_of(user: Any, on: date) -> QuerySet:
    """A person's own visits of this month, also in households that have been handed over since."""
    return user.visits.contacts().filter(visited_on__gte=month_start(on), visited_on__lte=on)


def postings_of(user: Any, on: date) -> QuerySet:
    """A person sees his own postings, whoever else may."""
    return user.postings.valid_on(on)


@require_GET
@field_page()
def check_page(request: HttpRequest) -> HttpResponse:
    """检查: whether this phone can do what the field app needs; the answers come from its own script."""
    return show(request, "check", {})


def show(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    """Render a page of the field app; `tab` marks its place in the navigation, which the station has no use for."""
    has_day = access_of(request.user).can(Capability.LOG_VISIT)
    return render(request, f"field/{name}.html", {"tab": name, "has_day": has_day, **context})
