"""导出疑点清单: the workbook of what the board or the list is narrowed to."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils import timezone

from households.access import Capability, access_of
from households.village_switch import current_village
from monitoring.finding_book import BookRefused, finding_workbook
from monitoring.finding_choice import FindingChoice

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
AREA = "area"


def workbook_page(admin: Any, request: HttpRequest) -> HttpResponseBase:
    """Return the workbook; POST rule, family, level, fixer, area (a village) as the page had them in its address."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    access_of(request.user).demand(Capability.EXPORT)
    try:
        book = finding_workbook(
            by=request.user,
            on=timezone.localdate(),
            at=timezone.now(),
            village=request.POST.get(AREA) or current_village(request),
            choice=FindingChoice.of(request.POST),
            request=request,
        )
    except BookRefused as refused:
        messages.error(request, str(refused))
        return redirect("admin:monitoring_finding_board")
    return FileResponse(
        BytesIO(book.content), as_attachment=True, filename=book.file_name, content_type=WORKBOOK
    )


def export_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the hidden fields of the export button on a page that is narrowed by its address."""
    choice = FindingChoice.of(request.GET)
    named = [(name, getattr(choice, name)) for name in ("rule", "family", "level", "fixer")]
    return [(name, value) for name, value in [*named, (AREA, request.GET.get(AREA, ""))] if value]
