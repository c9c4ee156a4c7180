"""待处理: the refused rows of imports, corrected or matched by hand on the page, imported, or given up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from households.access import Capability, access_of
from households.admin.base import ScopedAdmin
from households.admin.importing.waiting_cells import PERSON, corrections, shown_row, suggestions
from households.admin.importing.words import kind_title
from households.importing.result import ImportRefused
from households.models import ImportBatch, Village, WaitingRow
from households.services import waiting

ROWS_A_PAGE = 25


@admin.register(WaitingRow)
class WaitingRowAdmin(ScopedAdmin):
    """The list of waiting rows is the page where they are corrected; a single row opens the queue of its batch."""

    see = Capability.IMPORT

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return queue_page(self, request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        access_of(request.user).demand(Capability.IMPORT)
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        return redirect(f"{reverse('admin:households_waitingrow_changelist')}?batch={row.batch_id}")


def queue_page(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Show the rows that wait, those of `?batch=` alone where it is given; take corrections and what is given up."""
    access_of(request.user).demand(Capability.IMPORT)
    batch = _batch(request)
    rows = waiting.waiting_for(request.user)
    if batch is not None:
        rows = rows.filter(batch=batch)
    typed: dict[str, Any] = {}
    if request.method == "POST":
        chosen = list(rows.filter(pk__in=_keys(request)))
        try:
            _give_up(request, chosen) if "drop" in request.POST else _import(request, chosen)
        except ImportRefused as refusal:
            messages.error(request, refusal.message)
            typed = request.POST.dict()
        else:
            return redirect(request.get_full_path())
    page = Paginator(rows.order_by("batch", "sheet", "row", "id"), ROWS_A_PAGE).get_page(request.GET.get("p"))
    shown = list(page)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": "待处理",
        "batch": batch,
        "batches": _batches(request),
        "page_query": f"batch={batch.pk}&" if batch is not None else "",
        "page": page,
        "page_range": page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
        "rows": [shown_row(row, typed) for row in shown],
        "suggestions": suggestions(shown, _villages(request)),
    }
    return TemplateResponse(request, "admin/households/import/waiting.html", context)


def _batch(request: HttpRequest) -> ImportBatch | None:
    wanted = request.GET.get("batch", "")
    if not wanted:
        return None
    try:
        batch: ImportBatch | None = ImportBatch.objects.visible_to(request.user).filter(pk=wanted).first()
    except ValidationError:
        batch = None
    if batch is None:
        raise Http404
    return batch


def _batches(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the batches that have rows waiting, the newest first."""
    fields = ("batch", "batch__file_name", "batch__kind", "batch__at")
    found = (
        waiting.waiting_for(request.user).order_by("-batch__at").values(*fields).annotate(rows=Count("pk"))
    )
    return [{**one, "kind": kind_title(one["batch__kind"]), "key": str(one["batch"])} for one in found]


def _villages(request: HttpRequest) -> list[str]:
    villages = Village.objects.visible_to(request.user).within(request.user, Capability.IMPORT)
    return list(villages.order_by("area").values_list("name", flat=True))


def _keys(request: HttpRequest) -> list[str]:
    """Return the rows of the posted page; those given up are ticked, those imported are ticked or changed."""
    return [key for key in request.POST.getlist("tick" if "drop" in request.POST else "row") if _is_key(key)]


def _is_key(key: str) -> bool:
    try:
        WaitingRow._meta.pk.to_python(key)
    except ValidationError:
        return False
    return True


def _give_up(request: HttpRequest, rows: list[WaitingRow]) -> None:
    if not rows:
        raise ImportRefused("请先勾选不再导入的行。")
    count = sum(waiting.drop(same, by=request.user, on=timezone.localdate()) for same in _by_batch(rows))
    messages.success(request, f"{count} 行不再导入，登记没有变动。")


def _import(request: HttpRequest, rows: list[WaitingRow]) -> None:
    ticked = set(request.POST.getlist("tick"))
    cells = {row: corrections(row, request.POST) for row in rows}
    people = {row: str(person) for row in rows if (person := request.POST.get(f"{PERSON}-{row.pk}"))}
    wanted = [row for row in rows if cells[row] or row in people or str(row.pk) in ticked]
    if not wanted:
        raise ImportRefused("没有改动。请改正标出的格子，或指明是谁；不改而要再试一次的行，请先勾选。")
    done = refused = 0
    for same in _by_batch(wanted):
        result = waiting.correct(
            {row: cells[row] for row in same},
            people={row: people[row] for row in same if row in people},
            by=request.user,
            on=timezone.localdate(),
        )
        done, refused = done + result.people, refused + result.refused
    if done:
        messages.success(request, f"已导入 {done} 行。")
    if refused:
        messages.warning(request, f"{refused} 行仍不能导入，原因写在各行里；已填的内容保留着。")


def _by_batch(rows: Iterable[WaitingRow]) -> list[list[WaitingRow]]:
    found: dict[Any, list[WaitingRow]] = defaultdict(list)
    for row in rows:
        found[row.batch_id].append(row)
    return list(found.values())
