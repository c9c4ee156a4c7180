"""走访任务: the list with the derived status, what can be done to tasks, and a task's own page."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from households.access import Capability, access_of
from households.admin.base import ScopedAdmin
from households.admin.choosing import household_label, households_named
from households.admin.filters import OPTIONS_SHOWN, DateRangeFilter, FilterOptions, VillageFilter
from monitoring.admin import assign_groups, board, handover
from monitoring.admin.badges import NOTHING, household_link, state_badge, task_state, tier_badge
from monitoring.admin.filters import (
    MonitorFilter,
    MonthFilter,
    PlannedFilter,
    StatusFilter,
    chosen_month,
    tell_wrong_month,
)
from monitoring.admin.pages import RowActions
from monitoring.admin.search import HouseholdSearch, PagedChangeList
from monitoring.admin.task_actions import TASK_ACTIONS
from monitoring.models import VisitTask
from monitoring.people import monitor_label, monitors_for, monitors_named
from monitoring.schedule import TaskStatus

TASKS_REMEMBERED = 8
IS_FULFILLED = ExpressionWrapper(Q(fulfilled_by__isnull=False), output_field=BooleanField())


@admin.register(VisitTask)
class VisitTaskAdmin(RowActions, HouseholdSearch, FilterOptions, ScopedAdmin):
    """One row a household and period; nothing is edited here but through the actions."""

    list_display = (
        "head",
        "state",
        "tier_of_task",
        "due_day",
        "village",
        "group",
        "month",
        "monitor_name",
        "last_visit",
        "previous",
    )
    list_filter = (
        MonthFilter,
        StatusFilter,
        ("tier", admin.ChoicesFieldListFilter),
        ("area", VillageFilter),
        ("monitor", MonitorFilter),
        PlannedFilter,
        ("due_on", DateRangeFilter),
    )
    show_facets = admin.ShowFacets.NEVER
    # What is still to be done comes first; by its due day that is overdue, due soon, due, planned, as statuses rank.
    ordering = (IS_FULFILLED.asc(), "due_on", "area", "pk")
    row_actions = TASK_ACTIONS
    detail_template = "admin/monitoring/visittask/detail.html"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[PagedChangeList]:
        return PagedChangeList

    def for_page(self, request: HttpRequest, keys: list[Any]) -> models.QuerySet:
        """Return the rows of one page with what its columns show."""
        on = timezone.localdate()
        return (
            VisitTask.objects.visible_to(request.user)
            .filter(pk__in=keys)
            .with_status(on)
            .with_previous_status(on)
            .select_related("household__village", "household__group", "monitor")
        )

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        on = timezone.localdate()
        month = chosen_month(request, on)
        tell_wrong_month(request, on)
        context = {
            "page_title": f"走访任务 {month.year}年{month.month}月",
            "count_unit": "户",
            "empty_text": "任务由“走访看板”的“计划本月”生成；也可以去掉上面的筛选，或换一个月份。",
            "may_plan": access_of(request.user).can(Capability.PLAN_VISITS),
            "may_hand_over": access_of(request.user).can(Capability.HAND_OVER),
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def get_urls(self) -> list[Any]:
        def page(view: Any) -> Any:
            def own(request: HttpRequest) -> HttpResponse:
                return view(self, request)

            return self.admin_site.admin_view(own)

        return [
            path("board/", page(board.board_page), name="monitoring_visittask_board"),
            path("board/plan/", page(board.plan_page), name="monitoring_visittask_plan"),
            path("handover/", page(handover.handover_page), name="monitoring_visittask_handover"),
            path("assign/", page(assign_groups.groups_page), name="monitoring_visittask_assign"),
            path("monitors/", page(monitor_options), name="monitoring_monitors"),
            path("households/", page(household_options), name="monitoring_households"),
            *super().get_urls(),
        ]

    def detail_context(self, request: HttpRequest, row: VisitTask) -> dict[str, Any]:
        on = timezone.localdate()
        tasks = VisitTask.objects.visible_to(request.user).filter(household=row.household)
        known = (
            tasks.with_status(on).select_related("monitor", "fulfilled_by").order_by("-period_start", "tier")
        )
        status = tasks.with_status(on).filter(pk=row.pk).values_list("status", flat=True).get()
        return {
            "title": f"{row.household.head_name} 的走访任务",
            "state": task_state(status),
            "status": status,
            "tier": tier_badge(row.tier),
            "household_link": household_link(row.household),
            "others": [
                {"task": task, "state": task_state(task.status), "tier": tier_badge(task.tier)}
                for task in known[:TASKS_REMEMBERED]
            ],
        }

    @admin.display(description="户主", ordering="household__head_name")
    def head(self, task: Any) -> str:
        return str(task.household.head_name)

    @admin.display(description="状态")
    def state(self, task: Any) -> SafeString:
        return task_state(task.status)

    @admin.display(description="等级", ordering="tier")
    def tier_of_task(self, task: Any) -> str:
        return tier_badge(task.tier)

    @admin.display(description="截止日", ordering="due_on")
    def due_day(self, task: Any) -> str:
        return date_format(task.due_on, "Y-m-d")

    @admin.display(description="村", ordering="area")
    def village(self, task: Any) -> str:
        return str(task.household.village.name)

    @admin.display(description="组")
    def group(self, task: Any) -> str:
        return str(task.household.group.name) if task.household.group else NOTHING

    @admin.display(description="计划月份", ordering="planned_month")
    def month(self, task: Any) -> str:
        return f"{task.planned_month:%Y-%m}"

    @admin.display(description="监测员", ordering="monitor__name")
    def monitor_name(self, task: Any) -> str:
        return task.monitor.name if task.monitor else state_badge("due_soon", "无监测员")

    @admin.display(description="上次走访")
    def last_visit(self, task: Any) -> str:
        last: date | None = task.household.last_visited_on
        return date_format(last, "Y-m-d") if last else "从未"

    @admin.display(description="上期")
    def previous(self, task: Any) -> str:
        return state_badge("missed", "漏访") if task.previous_status == TaskStatus.MISSED else ""


def monitor_options(admin_of_tasks: VisitTaskAdmin, request: HttpRequest) -> JsonResponse:
    """Answer the monitors whom the user may give households to, for ?term=."""
    access_of(request.user).demand(Capability.HAND_OVER)
    found = monitors_named(
        monitors_for(request.user, timezone.localdate(), Capability.HAND_OVER),
        request.GET.get("term", "")[:40],
    )
    return JsonResponse(
        {"results": [{"id": str(one.pk), "text": monitor_label(one)} for one in found[:OPTIONS_SHOWN]]}
    )


def household_options(admin_of_tasks: VisitTaskAdmin, request: HttpRequest) -> JsonResponse:
    """Answer the households in the user's scope for ?term= (name, initials or household number)."""
    access_of(request.user).demand(Capability.SEE_HOUSEHOLDS)
    found = households_named(request.user, request.GET.get("term", "")[:40])
    return JsonResponse(
        {"results": [{"id": str(one.pk), "text": household_label(one)} for one in found[:OPTIONS_SHOWN]]}
    )
