"""反馈县级: choose a month and a department, take its workbook, and say that the county has it."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from households.access import Capability, access_of
from monitoring.admin.filters import chosen_month, tell_wrong_month
from monitoring.returning.reply import ReplyChoice, ReplyRefused, mark_answered, reply_choices, reply_workbook
from township.base.dates import month_start, parse_month_in_reach

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MONTHS_SHOWN = 12
C = Capability
NO_DEPARTMENT = "请先选择要反馈的部门。"
NO_RIGHT = "您没有进行这项操作的权限，如需办理请联系镇防贫监测工作站。"


def reply_page(admin: Any, request: HttpRequest) -> HttpResponseBase:
    """The departments of ?month= (the newest with warnings unless told); POST answers one of them.

    It gives the workbook, or with `mark` notes the department as answered.
    """
    access = access_of(request.user)
    access.demand(C.DECIDE_WARNING)
    access.demand(C.EXPORT)
    if request.method == "POST":
        return _marked(request) if "mark" in request.POST else _workbook(request)
    on = timezone.localdate()
    tell_wrong_month(request, on)
    choices = reply_choices(request.user)
    months = list(dict.fromkeys(choice.month for choice in choices))[:MONTHS_SHOWN]
    month = chosen_month(request, on) if request.GET.get("month") else _newest(months, on)
    rows = [choice for choice in choices if choice.month == month]
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.model._meta,
        "title": f"反馈县级 {month.year}年{month.month}月",
        "month": month,
        "months": [_chip(one, month) for one in months],
        "rows": rows,
        "refused": sum(row.refused for row in rows),
        "waiting_url": reverse("admin:households_waitingrow_changelist") if access.can(C.IMPORT) else "",
        "chosen": _chosen(rows, request.GET.get("department", "")),
        "may_mark": access.can(C.ASSIGN_WARNING),
        "may_export_full": access.can(C.FULL_EXPORT),
        "board_url": f"{reverse('admin:monitoring_warningcase_board')}?month={month:%Y-%m}",
    }
    return TemplateResponse(request, "admin/monitoring/warningcase/reply.html", context)


def _workbook(request: HttpRequest) -> HttpResponseBase:
    """The workbook; refused: back to the page with the reason."""
    department, month_text = request.POST.get("department", ""), request.POST.get("month", "")
    full = request.POST.get("full") == "1"
    if full and not access_of(request.user).can(C.FULL_EXPORT):
        raise PermissionDenied(NO_RIGHT)
    on = timezone.localdate()
    try:
        if not department:
            raise ReplyRefused(NO_DEPARTMENT)
        replied = reply_workbook(
            department,
            month=parse_month_in_reach(month_text, on),
            on=on,
            at=timezone.now(),
            by=request.user,
            full_id=full,
            reason=request.POST.get("reason", ""),
            request=request,
        )
    except (ReplyRefused, ValueError) as refused:
        messages.error(request, str(refused))
        return redirect(_address(month_text))
    return FileResponse(
        BytesIO(replied.content), as_attachment=True, filename=replied.file_name, content_type=WORKBOOK
    )


def _marked(request: HttpRequest) -> HttpResponseBase:
    """Note what was decided as answered, and show the page with its new counts."""
    access_of(request.user).demand(C.ASSIGN_WARNING)
    department, month_text = request.POST.get("department", ""), request.POST.get("month", "")
    on = timezone.localdate()
    try:
        if not department:
            raise ReplyRefused(NO_DEPARTMENT)
        month = parse_month_in_reach(month_text, on)
        count = mark_answered(department, month=month, by=request.user, on=on, at=timezone.now())
    except (ReplyRefused, ValueError) as refused:
        messages.error(request, str(refused))
    else:
        done = f"已登记 {count} 人次反馈县级，日期 {on}；再导出的反馈表带反馈日期。"
        messages.success(
            request, f"{department} {done}" if count else f"{department} 已认定的都已登记过反馈。"
        )
    return redirect(_address(month_text, department))


def _newest(months: list[date], on: date) -> date:
    return months[0] if months else month_start(on)


def _chosen(rows: list[ReplyChoice], department: str) -> str:
    """The department that is asked for, else the first that waits for an answer."""
    names = [row.department for row in rows]
    if department in names:
        return department
    return next((row.department for row in rows if row.to_reply), names[0] if names else "")


def _chip(one: date, month: date) -> dict[str, Any]:
    return {
        "label": f"{one.year}年{one.month}月",
        "url": _address(f"{one:%Y-%m}"),
        "is_current": one == month,
    }


def _address(month: str, department: str = "") -> str:
    asked = {"month": month, **({"department": department} if department else {})}
    return f"{reverse('admin:monitoring_warningcase_reply')}?{urlencode(asked)}"
