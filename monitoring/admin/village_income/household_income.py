"""A household's income line by line, over a year or any twelve months, beside what the register holds of the year."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from households.access import Capability, access_of
from households.admin.form_page import household_or_404, page_address
from households.income_items import IncomeGroup
from households.income_lines import Explained, Line, Origin, Part, Window
from households.income_sources import explained_income, newest_year
from households.models import Household
from households.services.fact_writes import FactsRefused
from households.services.income_lines import (
    FIRST_YEAR,
    after_changes,
    income_changes,
    stamp_of,
    take_over_income,
    year_refusal,
)
from monitoring.admin.forms import ReasonForm
from monitoring.admin.pages import show_refusal
from monitoring.admin.village_income.against_line import against_line, incomplete_told
from monitoring.services.whatif import line_on
from township.base.dates import add_months, month_start, parse_month_in_reach

YEARS_OFFERED = 4
PAGES = {
    Origin.TYPED: "incomeline", Origin.BENEFIT: "benefitreceipt", Origin.POST: "post", Origin.WORK: "workspell",
    Origin.SOLAR: "solarbatch", Origin.PROJECT: "project", Origin.LOAN: "microloan",
}  # fmt: skip
PATTERN_YEAR = 4  # digits


def income_page(model_admin: Any, request: HttpRequest, pk: UUID) -> HttpResponse:
    """The income of ?year=2025, of twelve months ?from=2025-10 or ?before=2026-03; else of the newest year."""
    household = household_or_404(request, pk, Capability.SEE_HOUSEHOLDS)
    on = timezone.localdate()
    window = _window(request, household, on)
    is_year = window == Window.of_year(window.first.year)
    if is_year:
        explained, changes = income_changes(household, window.first.year, on)
    else:
        explained, changes = explained_income(household, window, on), []
    may_edit = access_of(request.user).can(Capability.EDIT_FACTS, household.area) and not household.closed_on
    year = window.first.year
    line = line_on(window.last)
    context = {
        **_shared(model_admin, request, household),
        "title": f"{household.head_name} 的收入明细 {window.label}",
        "window": window,
        "chips": _chips(household, window, on),
        "groups": _groups(explained, household),
        "not_counted": [_row(part, household) for part in explained.not_counted],
        "explained": explained,
        "figures": explained.figures,
        "line": line,
        "per_head": against_line(explained, line),
        "incomplete": incomplete_told(explained.months_without),
        "changes": changes,
        "from_month": f"{window.first:%Y-%m}",
        "add_url": f"{reverse('admin:households_incomeline_add')}?household={household.code}"
        if may_edit
        else "",
        "take_over_url": reverse("admin:household_income_take_over", args=[household.pk, year])
        if may_edit and any(change.is_change for change in changes) and not year_refusal(year, on)
        else "",
        "take_over_refusal": year_refusal(year, on) if may_edit and is_year else "",
    }
    return TemplateResponse(request, "admin/monitoring/village_income/household_income.html", context)


class TakeOverForm(ReasonForm):
    """Why the sums are written, and what the person saw of them."""

    seen = forms.CharField(widget=forms.HiddenInput)


def take_over_page(model_admin: Any, request: HttpRequest, pk: UUID, year: int) -> HttpResponse:
    """Old → new of every sum and per head first; then, with a reason, the lines' sums become the year's register."""
    household = household_or_404(request, pk, Capability.EDIT_FACTS)
    on = timezone.localdate()
    if not FIRST_YEAR <= year <= on.year:
        raise Http404
    back = f"{reverse('admin:household_income', args=[household.pk])}?year={year}"
    if refusal := year_refusal(year, on):
        messages.warning(request, refusal)
        return redirect(back)
    explained, changes = income_changes(household, year, on)
    line, (before, after) = line_on(date(year, 12, 31)), after_changes(household, year, explained, changes)
    form = TakeOverForm(request.POST or None, user=request.user, on=on, initial={"seen": stamp_of(changes)})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            changed = take_over_income(
                household, year, by=request.user, on=on, reason=data["reason"], seen=data["seen"]
            )
        except FactsRefused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, f"已按明细更新 {year}年 登记收入的 {len(changed)} 项。")
            return redirect(back)
    context = {
        **_shared(model_admin, request, household),
        "title": f"按明细更新 {household.head_name} 户 {year}年 登记收入",
        "changes": changes,
        "line": line,
        "per_head": list(zip(against_line(before, line), against_line(after, line), strict=True)),
        "incomplete": incomplete_told(explained.months_without),
        "form": form,
        "submit": "确认更新",
        "back": back,
    }
    return TemplateResponse(request, "admin/monitoring/village_income/take_over.html", context)


def _shared(model_admin: Any, request: HttpRequest, household: Household) -> dict[str, Any]:
    return {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "household": household,
        "household_url": page_address(household, "income"),
    }


def _window(request: HttpRequest, household: Household, on: date) -> Window:
    """What the address asks for; what cannot be read is said and the newest known year shown."""
    try:
        if text := request.GET.get("from", ""):
            return Window.from_month(parse_month_in_reach(text, on))
        if text := request.GET.get("before", ""):
            return Window.before_month(parse_month_in_reach(text, on))
        if text := request.GET.get("year", ""):
            if not (text.isdecimal() and len(text) == PATTERN_YEAR and FIRST_YEAR <= int(text) <= on.year):
                raise ValueError(f"年度“{text[:10]}”不对，请选择 {FIRST_YEAR}—{on.year} 年。")
            return Window.of_year(int(text))
    except ValueError as wrong:
        shown = Window.of_year(newest_year(household, on))
        messages.warning(request, f"{wrong}现在显示 {shown.label}。")
        return shown
    return Window.of_year(newest_year(household, on))


def _chips(household: Household, window: Window, on: date) -> list[dict[str, Any]]:
    """The last years, the year to the end of September that the evaluation asks about, and the last twelve months."""
    october = date(on.year if on.month >= 10 else on.year - 1, 10, 1)
    offered = [
        (f"{year}年", f"year={year}", Window.of_year(year))
        for year in range(on.year, on.year - YEARS_OFFERED, -1)
    ]
    last = add_months(october, -12)
    offered += [
        (f"{last.year}年10月—{october.year}年9月", f"from={last:%Y-%m}", Window.from_month(last)),
        ("本月前 12 个月", f"before={on:%Y-%m}", Window.before_month(month_start(on))),
    ]
    address = reverse("admin:household_income", args=[household.pk])
    return [
        {"label": label, "url": f"{address}?{query}", "is_current": one == window}
        for label, query, one in offered
    ]


def _groups(explained: Explained, household: Household) -> list[dict[str, Any]]:
    return [
        {
            "label": group.label,
            "total": explained.totals[group],
            "rows": [
                _row(part, household)
                for part in explained.counted
                if part.line.item is not None and part.line.item.group == group
            ],
        }
        for group in IncomeGroup
        if group in explained.totals
    ]


def _row(part: Part, household: Household) -> dict[str, Any]:
    return {"part": part, "line": part.line, "url": _source(part.line, household)}


def _source(line: Line, household: Household) -> str:
    """The page of the row that a line comes from; the household's where it has none of its own."""
    try:
        return reverse(f"admin:households_{PAGES[line.origin]}_change", args=[line.key])
    except NoReverseMatch:
        return page_address(household)
