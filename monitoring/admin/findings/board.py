"""疑点看板: by rule and by village what is open and what changed; every number opens its list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe

from households.access import Capability, access_of
from households.models import Division, Village
from households.village_switch import current_village
from monitoring.admin.findings.looks import level_badge
from monitoring.admin.findings.whatif import may_try
from monitoring.admin.findings.workbook import export_fields
from monitoring.finding_board import (
    FINDING_BOARD_DEFINITION,
    FindingBoard,
    Numbers,
    VillageRow,
    finding_board,
)
from monitoring.finding_choice import CHOICES, LABELS, FindingChoice
from monitoring.models import Finding, FindingCount
from monitoring.rule_words import Family, Level
from monitoring.rules.findings import RULES
from monitoring.services.rule_runs import ask_for_run, run_state
from township.base.charts import sparkline

TOWNSHIP_DIGITS = 9
NO_TOWNSHIP = "您的范围里没有可以核查的乡镇。"


def board_page(admin: Any, request: HttpRequest) -> HttpResponse:
    """The board as it stands today, narrowed by ?family= ?level= ?fixer= and the village switch."""
    access = access_of(request.user)
    access.demand(Capability.SEE_HOUSEHOLDS)
    on, asked, village = timezone.localdate(), FindingChoice.of(request.GET), current_village(request)
    findings = Finding.objects.visible_to(request.user).in_area(village)
    counts = FindingCount.objects.visible_to(request.user).in_area(village)
    board = finding_board(findings, counts, on=on, rules=asked.rules())
    # The numbers of a run are the village's; who sees single households of it would compare them with his own.
    has_trend = len(board.runs) > 1 and not any(
        grant.assigned_only for grant in access.granting(Capability.SEE_HOUSEHOLDS)
    )
    names = dict(Village.objects.visible_to(request.user).values_list("area", "name"))
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.model._meta,
        "title": "疑点看板",
        "on": on,
        "board": board,
        "choices": [_choice(name, getattr(asked, name)) for name in CHOICES],
        "asked": asked,
        "families": list(_families(board, asked)),
        "levels": [(level.value, level.label) for level in Level],
        "villages": [
            _village(row, names.get(row.area, "未登记的村"), asked, board) for row in board.villages
        ],
        "sum": _village(board.sum, "合计", asked, board),
        "changed": _changed(board),
        "has_trend": has_trend,
        "definition": FINDING_BOARD_DEFINITION,
        "list_url": _list_url(asked),
        "may_run": access.can(Capability.EDIT_FACTS),
        "export_fields": export_fields(request) if access.can(Capability.EXPORT) else None,
        "may_try": may_try(request.user),
        "runs": run_state(_townships(request)) if access.can(Capability.EDIT_FACTS) else None,
    }
    return TemplateResponse(request, "admin/monitoring/finding/board.html", context)


def run_page(admin: Any, request: HttpRequest) -> HttpResponse:
    """Queue a run over every township whose facts the user keeps."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    access_of(request.user).demand(Capability.EDIT_FACTS)
    townships = _townships(request)
    for township in townships:
        ask_for_run(township, by=request.user)
    if townships:
        messages.success(request, "已安排核查，通常几分钟内完成；完成后刷新本页即可看到结果。")
    else:
        messages.error(request, NO_TOWNSHIP)
    return redirect("admin:monitoring_finding_board")


def _townships(request: HttpRequest) -> list[str]:
    access = access_of(request.user)
    rows = Division.objects.visible_to(request.user).filter(level=Division.Level.TOWNSHIP)
    areas = rows.order_by("area").values_list("area", flat=True)
    return [area[:TOWNSHIP_DIGITS] for area in areas if access.can(Capability.EDIT_FACTS, area)]


def _choice(name: str, chosen: str) -> dict[str, Any]:
    values = [(value, label, value == chosen) for value, label in CHOICES[name].choices]
    return {"name": name, "label": LABELS[name], "values": values}


def _changed(board: FindingBoard) -> Numbers:
    total = Numbers()
    for numbers in board.rules.values():
        total.add(numbers)
    return total


def _families(board: FindingBoard, asked: FindingChoice) -> Iterator[dict[str, Any]]:
    """The families that have anything to show, each with its rules that have, in the order of their codes."""
    since = board.last_run_on
    for family in Family:
        members = [rule for rule in RULES.values() if rule.family == family and asked.fits(rule)]
        rows = [
            _rule(rule.code, board.rules[rule.code], since) for rule in members if rule.code in board.rules
        ]
        if rows:
            yield {
                "title": family.label,
                "rows": rows,
                "open": sum(row["numbers"].open for row in rows),
                "quiet": len(members) - len(rows),
            }
    retired = [
        _rule(code, numbers, since) for code, numbers in sorted(board.rules.items()) if code not in RULES
    ]
    if retired:
        yield {"title": "已停用的规则", "rows": retired, "open": sum(row["numbers"].open for row in retired)}


def _rule(code: str, numbers: Numbers, since: date | None) -> dict[str, Any]:
    rule = RULES.get(code)
    url = f"{reverse('admin:monitoring_finding_changelist')}?rule={code}"
    return {
        "code": code,
        "title": rule.title if rule else "下次核查时结束",
        "level": level_badge(rule.level) if rule else "",
        "fixer": rule.fixer.label if rule else "",
        "numbers": numbers,
        "url": url if rule else "",
        "new_url": f"{url}&found_on__gte={since}" if rule and since else "",
    }


def _village(row: VillageRow, name: str, asked: FindingChoice, board: FindingBoard) -> dict[str, Any]:
    area = {"area": row.area} if row.area else {}
    days = [f"{day:%m-%d}" for day in board.runs]
    return {
        "name": name,
        "open": row.open,
        "url": _list_url(asked, **area),
        "cells": [
            {"count": count, "url": _list_url(asked, level=level, **area), "label": Level(level).label}
            for level, count in row.levels.items()
        ],
        "trend": mark_safe(sparkline(row.trend, days, label=f"{name}待核实疑点")),  # noqa: S308
    }


def _list_url(asked: FindingChoice, **more: str) -> str:
    query = asked.query(**more)
    address = reverse("admin:monitoring_finding_changelist")
    return f"{address}?{query}" if query else address
