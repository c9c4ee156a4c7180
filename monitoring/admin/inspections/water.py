"""饮水季度抽查: the draw of a quarter, its households with what was found, and the form to carry along."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from households.access import Capability, access_of
from households.village_switch import current_village
from monitoring.admin.badges import household_link
from monitoring.admin.inspections.sheets import download, water_sheet
from monitoring.admin.procedures.papers import township_of
from monitoring.models import SampledHousehold
from monitoring.services.refusals import Refused
from monitoring.services.water_samples import (
    done_villages,
    draw_sample,
    townships_to_draw,
    why_nothing_is_left,
)
from township.base.dates import (
    Period,
    PeriodKind,
    next_period,
    parse_month_in_reach,
    period_of,
    previous_period,
)

FOLDER = "admin/monitoring/inspection/"
HOW = (
    "任何人用抽样编号都能重抽出同样的农户，无法挑选。"
    "重抽验证：把“抽样编号-代码”作 SHA-256，从小到大排列。先排行政村代码：去掉本年度前几季已抽的村，"
    "余下的村按剩余季度平均分，取最前面的；再在抽中的村里排户码，取最前面的几户。编号和名单相同，结果就相同。"
)


def quarter_page(admin: Any, request: HttpRequest) -> HttpResponse:
    """The sampled households of ?quarter= (a month in it; the running one unless told) that the user sees."""
    access_of(request.user).demand(Capability.SEE_HOUSEHOLDS)
    on = timezone.localdate()
    quarter = _quarter(request, on)
    rows = _rows(request, quarter)
    samples = {row.sample_id: row.sample for row in rows}
    townships = townships_to_draw(quarter.start, request.user) if quarter.contains(on) else []
    reasons = {one.name: why_nothing_is_left(one.area, quarter.start) for one in townships}
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.model._meta,
        "title": f"饮水抽查 {quarter}",
        "quarter": quarter,
        "samples": [
            {"sample": one, "done": sorted(done_villages(one.area, one.quarter_start))}
            for one in samples.values()
        ],
        "villages": _by_village(request, rows, quarter),
        "counts": _counts(rows),
        "to_draw": [one for one in townships if not reasons[one.name]],
        "nothing_left": {name: reason for name, reason in reasons.items() if reason},
        "may_export": access_of(request.user).can(Capability.EXPORT),
        "how": HOW,
        "earlier": _address(previous_period(quarter)),
        "later": _address(next_period(quarter)) if quarter.end < on else "",
        "query": f"?quarter={quarter.start:%Y-%m}",
        "on": on,
    }
    return TemplateResponse(request, f"{FOLDER}water.html", context)


def draw_page(admin: Any, request: HttpRequest) -> HttpResponse:
    """Draw the running quarter for every township in which the user may and that has no draw yet."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    access_of(request.user).demand(Capability.PLAN_VISITS)
    on = timezone.localdate()
    quarter = period_of(PeriodKind.QUARTER, on)
    townships = townships_to_draw(quarter.start, request.user)
    if not townships:
        messages.warning(request, f"{quarter}已经抽过样，不能重抽。")
    for township in townships:
        try:
            sample = draw_sample(township.area, on, by=request.user, on=on)
        except Refused as refused:
            messages.error(request, f"{township.name}：{refused}")
        else:
            count = sample.households.count()
            messages.success(
                request, f"{township.name}{quarter}已抽 {count} 户，抽样编号 {sample.seed}。"
            )  # fmt: skip
    return redirect("admin:monitoring_water")


def paper_page(admin: Any, request: HttpRequest) -> HttpResponse:
    """The form of the quarter on A4, a table for each village."""
    access_of(request.user).demand(Capability.SEE_HOUSEHOLDS)
    quarter = _quarter(request, timezone.localdate())
    rows = _rows(request, quarter)
    context = {
        "title": f"饮水安全季度抽查表 {quarter}",
        "back": _address(quarter),
        "quarter": quarter,
        "villages": _by_village(request, rows, quarter),
        "seeds": sorted({row.sample.seed for row in rows}),
        "township": township_of(request.user, rows[0].area)[0] if rows else "",
    }
    return TemplateResponse(request, "admin/monitoring/paper/water.html", context)


def export_page(admin: Any, request: HttpRequest) -> HttpResponseBase:
    """The same as a workbook: the form before, the result after."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    on = timezone.localdate()
    quarter = _quarter(request, on)
    seen = SampledHousehold.objects.visible_to(request.user)
    found = seen.within(request.user, Capability.EXPORT)
    rows = _ready(found.in_area(current_village(request)), quarter)
    seeds = "、".join(str(seed) for seed in sorted({row.sample.seed for row in rows}))
    place = township_of(request.user, rows[0].area)[0] if rows else ""
    spec = water_sheet(
        rows, title=f"{place}{quarter}饮水安全抽查表", place=place, note=f"抽样编号 {seeds}。{HOW}"
    )  # fmt: skip
    name = f"{place}_饮水抽查_{quarter.start.year}Q{_number(quarter)}"
    return download(request, spec, area="", name=name, rows=len(rows), on=on)


def _rows(request: HttpRequest, quarter: Period) -> list[SampledHousehold]:
    found = SampledHousehold.objects.visible_to(request.user).in_area(current_village(request))
    return _ready(found, quarter)


def _ready(rows: Any, quarter: Period) -> list[SampledHousehold]:
    return list(
        rows.filter(sample__quarter_start=quarter.start)
        .select_related("sample", "household__village", "household__group", "inspection")
        .order_by("area", "household__code")
    )


def _by_village(request: HttpRequest, rows: list[SampledHousehold], quarter: Period) -> list[dict[str, Any]]:
    may = access_of(request.user).can(Capability.INSPECT) and quarter.contains(timezone.localdate())
    return [
        {"village": found[0].household.village, "rows": [_row(row, may) for row in found]}
        for _, some in groupby(rows, key=lambda row: row.area)
        if (found := list(some))
    ]


def _row(row: SampledHousehold, may_inspect: bool) -> dict[str, Any]:
    query = {"guarantee": "water", "occasion": "sample", "household": row.household.code}
    is_open = row.inspection is None and row.household.closed_on is None
    return {
        "household": row.household,
        "link": household_link(row.household),
        "seen": row.inspection,
        "url": f"{reverse('admin:monitoring_inspection_add')}?{urlencode(query)}"
        if may_inspect and is_open
        else "",
    }


def _counts(rows: list[SampledHousehold]) -> dict[str, int]:
    seen = [row.inspection for row in rows if row.inspection is not None]
    return {
        "villages": len({row.area for row in rows}),
        "households": len(rows),
        "checked": len(seen),
        "met": sum(one.is_met for one in seen),
        "problems": sum(not one.is_met for one in seen),
    }


def _quarter(request: HttpRequest, on: date) -> Period:
    text = request.POST.get("quarter", "") or request.GET.get("quarter", "")
    try:
        return period_of(PeriodKind.QUARTER, parse_month_in_reach(text, on))
    except ValueError:
        return period_of(PeriodKind.QUARTER, on)


def _number(quarter: Period) -> int:
    return (quarter.start.month + 2) // 3


def _address(quarter: Period) -> str:
    return f"{reverse('admin:monitoring_water')}?quarter={quarter.start:%Y-%m}"
