"""系统筛查: what each rule would raise this month, by which limit, and raising it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from households.access import Capability, access_of
from households.models import Division
from monitoring.models import MonitoringLine, WarningIndicator
from monitoring.models.warnings import SCREENING, TOWNSHIP_DIGITS
from monitoring.rules.screening import RULES, Rule, limit_in_words
from monitoring.rules.screening.judging import in_yuan
from monitoring.services.refusals import Refused
from monitoring.services.screening import RuleCount, Screened, indicators_on, screen
from township.base.dates import add_months, month_start, parse_month_in_reach

MONTHS_OFFERED = 6
NO_TOWNSHIP = "您的范围里没有可以筛查的乡镇。"
NOTHING_CHOSEN = "请至少选择一条规则。"


def screening_page(admin: Any, request: HttpRequest) -> HttpResponse:
    """The preview of ?month= (this month unless told); POST raises what the chosen rules find."""
    access_of(request.user).demand(Capability.ASSIGN_WARNING)
    on = timezone.localdate()
    given = request.POST if request.method == "POST" else request.GET
    month = _month(request, given.get("month", ""), on)
    if request.method == "POST":
        chosen = [code for code in request.POST.getlist("rule") if code in RULES]
        if chosen and (done := _screened(request, month, on, only=chosen, dry_run=False)) is not None:
            messages.success(request, _told(month, done))
            return redirect(_cases_url(month))
        if not chosen:
            messages.error(request, NOTHING_CHOSEN)
    found = _screened(request, month, on, only=(), dry_run=True)
    indicators = indicators_on(on)
    line = MonitoringLine.objects.visible_to(request.user).valid_on(on).first()
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.model._meta,
        "title": f"系统筛查 {month.year}年{month.month}月",
        "month_value": f"{month:%Y-%m}",
        "months": [_chip(add_months(month_start(on), -step), month) for step in range(MONTHS_OFFERED)],
        "rows": [
            _row(rule, indicators, line.amount_yuan if line else None, found)
            for rule in RULES.values()
            if found is not None
        ],
        "total": found,
        "cases_url": _cases_url(month),
        "indicators_url": reverse("admin:monitoring_warningindicator_changelist"),
    }
    return TemplateResponse(request, "admin/monitoring/warningcase/screening.html", context)


def _screened(request: HttpRequest, month: date, on: date, *, only: Any, dry_run: bool) -> Screened | None:
    """Screen the townships that the user answers for; None where it was refused, which he is told."""
    access, total = access_of(request.user), Screened()
    townships = Division.objects.visible_to(request.user).filter(level=Division.Level.TOWNSHIP)
    areas = [
        area
        for area in townships.values_list("area", flat=True)
        if access.can(Capability.ASSIGN_WARNING, area)
    ]
    if not areas:
        messages.error(request, NO_TOWNSHIP)
        return None
    try:
        for area in areas:
            total.add(
                screen(
                    area[:TOWNSHIP_DIGITS], month, by=request.user, on=on, at=timezone.now(), only=only,
                    dry_run=dry_run,
                )
            )  # fmt: skip
    except Refused as refused:
        messages.error(request, str(refused))
        return None
    return total


def _row(
    rule: Rule, indicators: dict[str, WarningIndicator], line: Decimal | None, found: Screened
) -> dict[str, Any]:
    rows = [indicators[code] for code in rule.codes if code in indicators]
    limits = [
        f"{row.name}：{words}" if len(rows) > 1 else words for row in rows if (words := limit_in_words(row))
    ]
    if rule.uses_line:
        limits.append(f"监测线 {in_yuan(line)}" if line is not None else "没有生效的监测线")
    return {
        "code": rule.code,
        "name": rows[0].name if len(rows) == 1 else "、".join(row.name for row in rows) or rule.code,
        "limits": limits,
        "documents": list(dict.fromkeys(row.document for row in rows)),
        "is_used": rule.code in found.by_rule,
        "count": found.by_rule.get(rule.code, RuleCount()),
    }


def _month(request: HttpRequest, text: str, on: date) -> date:
    if not text:
        return month_start(on)
    try:
        return parse_month_in_reach(text, on)
    except ValueError as error:
        messages.error(request, str(error))
        return month_start(on)


def _told(month: date, done: Screened) -> str:
    known = f"，已登记过或正在办理的 {done.existing} 件没有重复登记" if done.existing else ""
    return f"{month.year}年{month.month}月系统筛查新登记预警 {done.new} 件{known}。"


def _chip(month: date, current: date) -> dict[str, Any]:
    address = f"{reverse('admin:monitoring_warningcase_screening')}?month={month:%Y-%m}"
    return {"label": f"{month.year}年{month.month}月", "url": address, "is_current": month == current}


def _cases_url(month: date) -> str:
    query = urlencode({"month": f"{month:%Y-%m}", "department": SCREENING})
    return f"{reverse('admin:monitoring_warningcase_changelist')}?{query}"
