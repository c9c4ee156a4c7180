"""The ledgers in the staff console: read like the printed sheet, filtered, sorted, paged, and exported."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from households.access import Access, Capability, access_of
from households.village_switch import current_village
from ledgers.cases import listed_cases, page_of_cases
from ledgers.columns import Column, Ledger
from ledgers.definitions import LEDGERS, SUMMARY
from ledgers.export import ALL, CODES, ExportRefused, export, notes, sheet_title, statistics
from ledgers.paging import SORTS, page_rows, people_count, sorted_households
from ledgers.periods import LedgerMonth
from ledgers.rows import VisitState, listed_households
from ledgers.scope import LedgerScope, UnknownVillage, scope_of
from ledgers.tables import cell_text, header, lines, shares
from ledgers.totals import Totals
from township.base.dates import add_months, month_start, parse_month_in_reach

PAGE_SIZE = 50
MONTHS_OFFERED = 24
# 户 whose 合计 a page works out: it reads them all, by a fixed number of queries; the export has no such limit.
TOTALLED_AT_MOST = 2000
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Asked:
    """What the address asks for, each part checked: month (running one by default), village, state, order."""

    month: LedgerMonth
    village: str
    state: VisitState | None
    order: str
    problem: str = ""

    def query(self, **changes: str) -> str:
        """Return the query string of the same question with some parts changed."""
        parts = {
            "month": f"{self.month.month:%Y-%m}",
            "village": self.village,
            "state": self.state or "",
            "o": self.order,
        }
        # An empty village stays: without it the village of the header would come back.
        return urlencode(
            {name: value for name, value in (parts | changes).items() if value or name == "village"}
        )


@require_GET
def ledger_page(request: HttpRequest, code: str) -> HttpResponse:
    """One ledger or the summary; for who sees only issued months, the page that says so."""
    ledger, access = LEDGERS[code], access_of(request.user)
    if not access.can(Capability.SEE_HOUSEHOLDS):
        return _issued_page(request, ledger, access)
    asked = _asked(request.GET, timezone.localdate(), request.GET.get("village", current_village(request)))
    scope = _scope(request.user, asked.village)
    if ledger.tier:
        context = _household_page(ledger, scope, asked, request.GET.get("p", "1"))
    elif ledger is SUMMARY:
        context = _village_page(ledger, scope, asked)
    else:
        context = _case_page(ledger, scope, asked, request.GET.get("p", "1"))
    context |= _frame(request, ledger, scope, asked, access)
    return render(request, "ledgers/ledger.html", context)


@require_POST
def export_page(request: HttpRequest, code: str) -> HttpResponseBase:
    """The workbook of the same question, masked; complete with reason and right. Refused: back to the ledger."""
    if code not in CODES:
        raise Http404
    full = request.POST.get("full") == "1"
    access_of(request.user).demand(Capability.FULL_EXPORT if full else Capability.EXPORT)
    asked = _asked(request.POST, timezone.localdate(), request.POST.get("village", ""))
    _scope(request.user, asked.village)
    try:
        if asked.problem:
            raise ExportRefused(asked.problem)
        exported = export(
            code,
            month=asked.month.month,
            on=asked.month.on,
            village=asked.village,
            state=asked.state,
            full_id=full,
            reason=request.POST.get("reason", ""),
            with_members=request.POST.get("members") == "1",
            by=request.user,
            request=request,
        )
    except ExportRefused as error:
        messages.error(request, str(error))
        return redirect(f"{_ledger_url(SUMMARY.code if code == ALL else code)}?{asked.query()}")
    return FileResponse(
        BytesIO(exported.content), as_attachment=True, filename=exported.file_name, content_type=WORKBOOK
    )


def _asked(values: Any, on: date, village: str) -> Asked:
    """Read the filter; what cannot be read falls back to the running month and is said in `problem`."""
    problem = ""
    try:
        month = LedgerMonth(parse_month_in_reach(values["month"], on), on) if values.get("month") else None
    except ValueError as error:
        month, problem = None, str(error)
    state, order = values.get("state", ""), values.get("o", "")
    return Asked(
        month or LedgerMonth(month_start(on), on),
        village,
        VisitState(state) if state in tuple(VisitState) else None,
        order if order.removeprefix("-") in SORTS else "",
        problem,
    )


def _scope(user: Any, village: str) -> LedgerScope:
    try:
        return scope_of(user, village=village)
    except UnknownVillage as error:
        raise Http404(str(error)) from error


def _household_page(ledger: Ledger, scope: LedgerScope, asked: Asked, number: str) -> dict[str, Any]:
    month = asked.month
    households = listed_households(scope, month, ledger.tier, asked.state)
    paginator = Paginator(sorted_households(households, asked.order, scope, month, ledger.tier), PAGE_SIZE)
    page = paginator.get_page(number)
    start = max(page.start_index() - 1, 0)
    rows = list(page_rows(ledger, paginator.object_list, scope, month, start, PAGE_SIZE))  # type: ignore[arg-type]
    is_end, is_totalled = not page.has_next(), paginator.count <= TOTALLED_AT_MOST
    totalled: Iterable[Any] = []
    if is_end and is_totalled:  # as on paper, below the last row
        totalled = rows if paginator.num_pages == 1 else ledger.rows(scope, month, households)
    return {
        "total": _total(ledger, totalled),
        "totalled_at_most": TOTALLED_AT_MOST if is_end and not is_totalled else 0,
        "lines": lines(ledger.columns, rows, ledger.frozen_title, _household_address),
        "count": f"{paginator.count} 户 {people_count(households)} 人",
        "unit": "户",
        **_paged(paginator, page),
        "states": [(state.value, state.label) for state in VisitState],
    }


def _case_page(ledger: Ledger, scope: LedgerScope, asked: Asked, number: str) -> dict[str, Any]:
    """The warnings of the month, a row opening its case; the 合计 is their number."""
    paginator = Paginator(listed_cases(scope, asked.month), PAGE_SIZE)
    page = paginator.get_page(number)
    start = max(page.start_index() - 1, 0)
    rows = page_of_cases(scope, asked.month, paginator.object_list, start, PAGE_SIZE)  # type: ignore[arg-type]
    totals = Totals(ledger.columns)
    totals.rows = paginator.count
    return {
        "lines": lines(ledger.columns, rows, ledger.frozen_title, _case_address),
        "total": _as_text(totals, ledger) if paginator.count and not page.has_next() else [],
        "count": f"{paginator.count} 人次",
        "unit": "人次",
        **_paged(paginator, page),
    }


def _village_page(ledger: Ledger, scope: LedgerScope, asked: Asked) -> dict[str, Any]:
    """The summary: one row a village."""
    rows = list(ledger.rows(scope, asked.month))

    def address(column: Column, row: Any) -> str:
        return f"{_ledger_url(column.link)}?{asked.query(village=row.area, state='', o='')}"

    return {
        "lines": lines(ledger.columns, rows, ledger.frozen_title, address),
        "total": _total(ledger, rows),
        "count": f"{len(rows)} 个村",
    }


def _total(ledger: Ledger, rows: Iterable[Any]) -> list[str]:
    """Return the 合计 row as text; empty where there are no rows."""
    totals, getters = Totals(ledger.columns), ledger.getters()
    for row in rows:
        totals.add([get(row) for get in getters])
    if not totals.rows:
        return []
    return _as_text(totals, ledger)


def _as_text(totals: Totals, ledger: Ledger) -> list[str]:
    return [cell_text(value, column.kind) for value, column in zip(totals.row(), ledger.columns, strict=True)]


def _paged(paginator: Paginator, page: Any) -> dict[str, Any]:
    return {
        "page": page,
        "page_numbers": list(paginator.get_elided_page_range(page.number)),
        "ellipsis": paginator.ELLIPSIS,
    }


def _frame(
    request: HttpRequest, ledger: Ledger, scope: LedgerScope, asked: Asked, access: Access
) -> dict[str, Any]:
    """What stands around the table: title, notes, choices, what may be exported."""
    context = admin.site.each_context(request)
    villages = context.get("villages") or []
    return context | {
        "title": ledger.title,
        "ledger": ledger,
        "sheet_title": sheet_title(ledger, scope, asked.month),
        "place": scope.place,
        "header": header(ledger.columns, asked.order if ledger.tier else ""),
        "shares": shares(ledger.columns),
        "sort_query": asked.query(o=""),
        "page_query": asked.query(),
        "statistics": statistics(ledger, scope, asked.month),
        "notes": notes(ledger, asked.month),
        "asked": asked,
        "current_village": asked.village,
        "month_value": f"{asked.month.month:%Y-%m}",
        "months": _months(asked.month),
        "village_choices": villages,
        "ledgers": [(each.title, f"{_ledger_url(each.code)}?{asked.query(state='', o='')}", each is ledger)
                    for each in LEDGERS.values()],
        "can_export": access.can(Capability.EXPORT),
        "can_export_full": access.can(Capability.FULL_EXPORT),
        "export_url": reverse("ledgers:export", args=[ledger.code]),
        "export_all_url": reverse("ledgers:export", args=[ALL]) if ledger is SUMMARY else "",
    }  # fmt: skip


def _issued_page(request: HttpRequest, ledger: Ledger, access: Access) -> HttpResponse:
    if not access.can(Capability.SEE_ISSUED_LEDGERS):
        raise PermissionDenied("您没有查看台账的权限，如需办理请联系镇防贫监测工作站。")
    return render(
        request,
        "ledgers/issued.html",
        admin.site.each_context(request) | {"title": ledger.title, "ledger": ledger},
    )


def _months(month: LedgerMonth) -> list[str]:
    """Return the months that can be chosen, newest first; an older one that is shown stays in the list."""
    first = month_start(month.on)
    offered = [f"{add_months(first, -back):%Y-%m}" for back in range(MONTHS_OFFERED)]
    shown = f"{month.month:%Y-%m}"
    return offered if shown in offered else [*offered, shown]


def _household_address(column: Column, row: Any) -> str:
    if column.link == "visit":
        return _address("admin:monitoring_visit_change", row.visit.visit_id) if row.visit else ""
    return _address("admin:households_household_change", row.household.id)


def _case_address(column: Column, row: Any) -> str:
    if column.link == "subject":
        key = row.case.household_id
        return _address("admin:households_household_change", key) if key else ""
    return _address("admin:monitoring_warningcase_change", row.case.id)


def _address(name: str, key: str) -> str:
    return reverse(name, args=[UUID(key)])


def _ledger_url(code: str) -> str:
    return reverse(f"ledgers:{code}")
