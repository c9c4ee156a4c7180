"""预警看板: the month as a pipeline, by village and by department; every number opens its list."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from households.access import Capability, access_of
from households.models import Village
from households.village_switch import current_village
from monitoring.admin.filters import chosen_month, tell_wrong_month
from monitoring.admin.warnings.clock import clock_of
from monitoring.admin.warnings.filters import ALL, LATE_VALUE, NO_VILLAGE
from monitoring.models import WarningCase
from monitoring.models.warnings import UNKNOWN_VILLAGE
from monitoring.warning_board import (
    PIPELINE,
    WARNING_BOARD_DEFINITION,
    BoardCell,
    BoardRow,
    WarningBoard,
    warning_board,
)
from township.base.dates import add_months, month_in_reach, month_start

MONTHS_SHOWN = 6


def board_page(admin: Any, request: HttpRequest) -> HttpResponse:
    """The board of ?month= (the present one unless told)."""
    access_of(request.user).demand(Capability.SEE_HOUSEHOLDS)
    clock = clock_of(request)
    month = chosen_month(request, clock.on)
    tell_wrong_month(request, clock.on)
    cases = WarningCase.objects.visible_to(request.user).in_area(current_village(request))
    board = warning_board(cases, month=month, on=clock.on, setting=clock.setting, calendar=clock.calendar)
    total = board.sum.total
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.model._meta,
        "title": f"预警看板 {month.year}年{month.month}月",
        "month": month,
        "on": clock.on,
        "months": _months(month, clock.on),
        "states": [(state.value, state.label) for state in PIPELINE],
        "steps": [_step(state, board, month) for state in PIPELINE],
        "total": total,
        "total_distinct": board.distinct[""],
        "total_url": cases_url(month, state=ALL),
        "late_url": cases_url(month, state=ALL, clock=LATE_VALUE),
        "tables": [
            {"title": "按村", "head": "村", "rows": _village_rows(request, board.villages, month)},
            {"title": "按部门", "head": "部门", "rows": [
                _row(row, row.key, month, department=row.key) for row in board.departments
            ]},
        ],
        "sum": _row(board.sum, "合计", month),
        "latest": _latest(cases) if not total.cases else None,
        "reminders_url": f"{reverse('admin:monitoring_warningcase_reminders')}",
        "reply_url": _reply_url(request.user, month),
        "may_import": access_of(request.user).can(Capability.IMPORT),
        "may_screen": access_of(request.user).can(Capability.ASSIGN_WARNING),
        "screening_url": f"{reverse('admin:monitoring_warningcase_screening')}?month={month:%Y-%m}",
        "definition": WARNING_BOARD_DEFINITION,
    }  # fmt: skip
    return TemplateResponse(request, "admin/monitoring/warningcase/board.html", context)


def cases_url(month: date | None = None, **query: str) -> str:
    """Return the address of the list with these filters."""
    asked = ({"month": f"{month:%Y-%m}"} if month else {}) | query
    return f"{reverse('admin:monitoring_warningcase_changelist')}?{urlencode(asked)}"


def board_url(month: date) -> str:
    """Return the address of a month's board."""
    return f"{reverse('admin:monitoring_warningcase_board')}?month={month:%Y-%m}"


def _reply_url(user: Any, month: date) -> str:
    """The page on which the month's departments are answered, "" for who does not decide."""
    if not access_of(user).can(Capability.DECIDE_WARNING):
        return ""
    return f"{reverse('admin:monitoring_warningcase_reply')}?month={month:%Y-%m}"


def _months(month: date, on: date) -> list[dict[str, Any]]:
    """The chips: the last months up to the present one, and a chosen one beside them."""
    present = month_start(on)
    shown = [add_months(present, -step) for step in range(MONTHS_SHOWN)]
    if month not in shown and month_in_reach(month, on):
        shown.append(month)
    return [
        {"label": f"{one.year}年{one.month}月", "url": board_url(one), "is_current": one == month}
        for one in sorted(shown, reverse=True)
    ]


def _step(state: WarningCase.Status, board: WarningBoard, month: date) -> dict[str, Any]:
    cell = board.sum.cells[state.value]
    return {
        "label": state.label,
        "cell": _cell(cell, month, state=state.value),
        "distinct": board.distinct.get(state.value),
    }


def _village_rows(request: HttpRequest, rows: list[BoardRow], month: date) -> list[dict[str, Any]]:
    villages = Village.objects.visible_to(request.user).filter(area__in=[row.key for row in rows])
    names = dict(villages.values_list("area", "name"))
    return [_row(row, _place(row.key, names), month, area=row.key) for row in rows]


def _place(area: str, names: dict[str, str]) -> str:
    return NO_VILLAGE if area.endswith(UNKNOWN_VILLAGE) else names.get(area, "未登记的村")


def _row(row: BoardRow, name: str, month: date, **query: str) -> dict[str, Any]:
    return {
        "name": name,
        "url": cases_url(month, state=ALL, **query),
        "cells": [_cell(cell, month, state=state, **query) for state, cell in row.cells.items()],
        "total": _cell(row.total, month, state=ALL, **query),
    }


def _cell(cell: BoardCell, month: date, **query: str) -> dict[str, Any]:
    return {
        "count": cell.cases,
        "url": cases_url(month, **query),
        "late": cell.late,
        "late_url": cases_url(month, **query, clock=LATE_VALUE),
    }


def _latest(cases: Any) -> dict[str, Any] | None:
    """The newest month that has warnings, offered where the chosen one has none."""
    month = cases.order_by("-batch__month").values_list("batch__month", flat=True).first()
    return {"label": f"{month.year}年{month.month}月", "url": board_url(month)} if month else None
