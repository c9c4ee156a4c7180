"""走访看板: the month by village or monitor, and planning it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from households.access import Capability, access_of
from households.choices import Tier
from households.models import Division, Village
from households.village_switch import current_village
from monitoring.admin.filters import DUE, NO_MONITOR, OPEN, chosen_month, tell_wrong_month
from monitoring.board import BOARD_DEFINITION, BY_MONITOR, BY_VILLAGE, Board, BoardCell, BoardRow, visit_board
from monitoring.models import VisitTask
from monitoring.people import monitors_for
from monitoring.schedule import TaskStatus
from monitoring.services.planning import (
    PLAN_MONTHS_AHEAD,
    PlanRefused,
    PlanResult,
    may_plan_month,
    plan_month,
)
from township.base.dates import add_months, month_in_reach, month_start, parse_month_in_reach

# What stands in a cell, in the order of urgency: attribute of BoardCell, status in the address, look, word.
MARKS = (
    ("overdue", str(TaskStatus.OVERDUE), "overdue", "超期"),
    ("missed", str(TaskStatus.MISSED), "missed", "漏访"),
    ("due", DUE, "due", "待走访"),
    ("planned", str(TaskStatus.PLANNED), "planned", "计划中"),
)


def board_page(admin: Any, request: HttpRequest) -> HttpResponse:
    """The board of ?month= by ?by=village or monitor."""
    access_of(request.user).demand(Capability.SEE_HOUSEHOLDS)
    on = timezone.localdate()
    month = chosen_month(request, on)
    tell_wrong_month(request, on)
    by = BY_MONITOR if request.GET.get("by") == "monitor" else BY_VILLAGE
    tasks = VisitTask.objects.visible_to(request.user).in_area(current_village(request))
    board = visit_board(tasks, month=month, on=on, by=by)
    names = _names(request, board, by, on)
    # Villages in the order of their codes, as in every other list; monitors by name.
    rows = sorted(
        board.rows, key=lambda row: (row.key is None, row.key if by == BY_VILLAGE else names[row.key])
    )
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.model._meta,
        "title": f"走访看板 {month.year}年{month.month}月",
        "month": month,
        "earlier": _beside(month, -1, by, on),
        "later": _beside(month, 1, by, on),
        "current": _address(month_start(on), by) if month != month_start(on) else "",
        "by_monitor": by == BY_MONITOR,
        "tabs": [
            ("按村", _address(month, BY_VILLAGE), by == BY_VILLAGE),
            ("按监测员", _address(month, BY_MONITOR), by == BY_MONITOR),
        ],
        "tiers": [(tier.value, tier.label) for tier in Tier],
        "rows": [_row(row, names[row.key], month, _who(by, row.key)) for row in rows if row.key is not None],
        "without": _row(board.without_monitor, "无监测员", month, {"monitor": NO_MONITOR}),
        "sum": _row(board.sum, "合计", month, {}),
        "definition": BOARD_DEFINITION,
        "on": on,
        "may_plan": access_of(request.user).can(Capability.PLAN_VISITS),
        "is_near": may_plan_month(month, on),
        "months_ahead": PLAN_MONTHS_AHEAD,
        "may_hand_over": access_of(request.user).can(Capability.HAND_OVER),
        "month_value": f"{month:%Y-%m}",
    }
    return TemplateResponse(request, "admin/monitoring/visittask/board.html", context)


def plan_page(admin: Any, request: HttpRequest) -> HttpResponse:
    """Plan the month of the townships in which the user may plan, and say what came of it."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    access = access_of(request.user)
    access.demand(Capability.PLAN_VISITS)
    try:
        month = parse_month_in_reach(request.POST.get("month", ""), timezone.localdate())
    except ValueError as error:
        messages.error(request, str(error))
        return redirect("admin:monitoring_visittask_board")
    on = timezone.localdate()
    include_started = request.POST.get("include_started") == "on"
    townships = Division.objects.visible_to(request.user).filter(level=Division.Level.TOWNSHIP)
    try:
        for township in townships:
            if access.can(Capability.PLAN_VISITS, township.area):
                result = plan_month(
                    month, area=township.area[:9], on=on, include_started=include_started, by=request.user
                )
                messages.success(request, f"{township.name} {_planned_in_words(month, result)}")
    except PlanRefused as refused:
        messages.error(request, str(refused))
        return redirect("admin:monitoring_visittask_board")
    return redirect(_address(month, BY_VILLAGE))


def _planned_in_words(month: date, result: PlanResult) -> str:
    """Say what planning a month did: first the whole of its periods by tier, then which of it is new."""
    tiers = "，".join(f"{tier.label} {result.by_tier[tier]}" for tier in Tier if result.by_tier.get(tier))
    whole = result.created + result.existing
    said = [
        f"本次新增走访任务 {result.created} 户，此前已有 {result.existing} 户",
        f"作废已销户农户的任务 {result.voided} 户" if result.voided else "",
        f"应走访农户中无监测员的 {result.without_monitor} 户" if result.without_monitor else "",
    ]
    return (
        f"{month.year}年{month.month}月所在周期共应走访 {whole} 户{f'（{tiers}）' if tiers else ''}："
        f"{'；'.join(filter(None, said))}。"
    )


def _beside(month: date, step: int, by: str, on: date) -> str:
    """Return the address of a neighbouring month; empty at the end of what is shown."""
    beside = add_months(month, step)
    return _address(beside, by) if month_in_reach(beside, on) else ""


def _address(month: date, by: str) -> str:
    query = {"month": f"{month:%Y-%m}"} | ({"by": "monitor"} if by == BY_MONITOR else {})
    return f"{reverse('admin:monitoring_visittask_board')}?{urlencode(query)}"


def _names(request: HttpRequest, board: Board, by: str, on: date) -> dict[Any, str]:
    keys = [row.key for row in board.rows if row.key is not None]
    if by == BY_VILLAGE:
        found = Village.objects.visible_to(request.user).filter(area__in=keys).values_list("area", "name")
    else:
        found = monitors_for(request.user, on).filter(pk__in=keys).values_list("pk", "name")
    # A monitor whose posting ended may still stand in the tasks of an earlier month.
    return {
        None: "",
        **dict.fromkeys(keys, "已离任监测员" if by == BY_MONITOR else "未登记的村"),
        **dict(found),
    }


def _who(by: str, key: Any) -> dict[str, str]:
    return {"monitor" if by == BY_MONITOR else "area": str(key)}


def _row(row: BoardRow, name: str, month: date, who: dict[str, str]) -> dict[str, Any]:
    total = row.total
    return {
        "name": name,
        "url": _tasks(month, who),
        "cells": [_cell(cell, month, who | {"tier__exact": tier}) for tier, cell in row.cells.items()],
        "total": _cell(total, month, who),
        "this_month": total.this_month,
        "this_month_url": _tasks(month, who | {"planned": "month"}),
        "open": total.due + total.overdue,
        "open_url": _tasks(month, who | {"status": OPEN}),
    }


def _cell(cell: BoardCell, month: date, query: dict[str, str]) -> dict[str, Any]:
    return {
        "total": cell.total,
        "done": cell.done,
        "url": _tasks(month, query),
        "done_url": _tasks(month, query | {"status": str(TaskStatus.DONE)}),
        "state": "done" if cell.done == cell.total else ("overdue" if cell.overdue else ""),
        "marks": list(_marks(cell, month, query)),
    }


def _marks(cell: BoardCell, month: date, query: dict[str, str]) -> Iterable[dict[str, Any]]:
    for name, status, look, word in MARKS:
        count = getattr(cell, name)
        if count:
            yield {
                "count": count,
                "look": look,
                "word": word,
                "url": _tasks(month, query | {"status": status}),
            }


def _tasks(month: date, query: dict[str, str]) -> str:
    address = reverse("admin:monitoring_visittask_changelist")
    return f"{address}?{urlencode({'month': f'{month:%Y-%m}', **query})}"
