"""导入批次: what was imported, its problems and waiting rows, the marked workbook, and the way to take it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin import DateFieldListFilter, SimpleListFilter
from django.core.exceptions import ValidationError
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from households.access import Capability, access_of
from households.admin.base import ScopedAdmin
from households.admin.importing import undo
from households.admin.importing.words import counted_things, kind_named, kind_title, next_step, was_done
from households.importing.result import ImportRefused
from households.models import ImportBatch, ImportProblem, WaitingRow
from households.services import marked
from township.base.masking import mask_numbers

PROBLEMS_SHOWN = 50


class KindFilter(SimpleListFilter):
    """By kind of list, under the names people use."""

    title = "种类"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        kinds = ImportBatch.objects.visible_to(request.user).order_by("kind").values_list("kind", flat=True)
        return [(kind, kind_title(kind)) for kind in kinds.distinct()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class UndoneFilter(SimpleListFilter):
    """Whether the batch still stands."""

    title = "撤销"
    parameter_name = "undone"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "未撤销"), ("yes", "已撤销")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() not in ("no", "yes"):
            return queryset
        return queryset.filter(undone_at__isnull=self.value() == "no")


@admin.register(ImportBatch)
class ImportBatchAdmin(ScopedAdmin):
    see = Capability.IMPORT
    list_display = (
        "name_text", "at", "kind_title", "counts_text", "waiting_link", "problems_link", "by_name", "undone",
    )  # fmt: skip
    list_filter: ClassVar[Any] = (KindFilter, ("at", DateFieldListFilter), UndoneFilter)
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("file_name",)
    search_help_text = "文件名"

    def get_queryset(self, request: HttpRequest) -> Any:
        waiting = WaitingRow.objects.visible_to(request.user).waiting().filter(batch=OuterRef("pk"))
        problems = ImportProblem.objects.visible_to(request.user).filter(batch=OuterRef("pk"))
        return (
            super()
            .get_queryset(request)
            .annotate(problem_count=_counted(problems), waiting_count=_counted(waiting))
        )

    def get_urls(self) -> list[Any]:
        def own(view: Callable[..., HttpResponse]) -> Any:
            def with_admin(request: HttpRequest, object_id: UUID) -> HttpResponse:
                return view(self, request, batch_or_404(request, object_id))

            return self.admin_site.admin_view(with_admin)

        def posted(view: Callable[..., HttpResponse]) -> Any:
            return self.admin_site.admin_view(require_POST(view))

        name = "households_importbatch"
        return [
            path("<uuid:object_id>/undo/", own(undo.undo_page), name=f"{name}_undo"),
            path("<uuid:object_id>/marked/", posted(mark_batch), name=f"{name}_marked"),
            *super().get_urls(),
        ]

    @admin.display(description="文件", ordering="file_name")
    def name_text(self, batch: ImportBatch) -> str:
        return _name(batch)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {
            "empty_text": "导入过的名单列在这里。要导入名单，请到“导入名单”选择文件。",
            "count_unit": "批",
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        access_of(request.user).demand(Capability.IMPORT)
        return _batch_page(self, request, batch_or_404(request, object_id))

    @admin.display(description="种类", ordering="kind")
    def kind_title(self, batch: ImportBatch) -> str:
        return kind_title(batch.kind)

    @admin.display(description="结果")
    def counts_text(self, batch: ImportBatch) -> str:
        return was_done(batch.counts, kind_named(batch.kind))

    @admin.display(description="待处理")
    def waiting_link(self, batch: Any) -> str:
        if not batch.waiting_count or batch.undone_at:
            return "无"
        return format_html('<a href="{}">{} 行</a>', waiting_address(batch), batch.waiting_count)

    @admin.display(description="问题")
    def problems_link(self, batch: Any) -> str:
        if not batch.problem_count:
            return "无"
        return format_html('<a href="{}">{} 处</a>', problems_address(batch), batch.problem_count)

    @admin.display(description="撤销", ordering="undone_at")
    def undone(self, batch: ImportBatch) -> str:
        return f"已由{batch.undone_by_name}撤销" if batch.undone_at else "—"


@admin.register(ImportProblem)
class ImportProblemAdmin(ScopedAdmin):
    see = Capability.IMPORT
    list_display = ("place", "column", "masked_value", "level", "masked_message")
    list_filter = ("level", "code")
    list_select_related = ("batch",)
    fields = ("batch", "sheet", "row", "column", "masked_value", "level", "masked_message")
    ordering = ("batch", "sheet", "row", "id")

    @admin.display(description="位置", ordering="row")
    def place(self, problem: ImportProblem) -> str:
        return f"“{problem.sheet}”第 {problem.row} 行"

    @admin.display(description="值")
    def masked_value(self, problem: ImportProblem) -> str:
        return mask_numbers(problem.value)

    @admin.display(description="说明")
    def masked_message(self, problem: ImportProblem) -> str:
        return mask_numbers(problem.message)


def batch_or_404(request: HttpRequest, object_id: UUID | str) -> ImportBatch:
    """Return a batch in the user's scope (else 404); without the right to import 403."""
    access_of(request.user).demand(Capability.IMPORT)
    batches = ImportBatch.objects.visible_to(request.user).select_related("parent", "draft")
    try:
        batch: ImportBatch | None = batches.filter(pk=object_id).first()
    except ValidationError:
        batch = None
    if batch is None:
        raise Http404
    return batch


def waiting_address(batch: ImportBatch) -> str:
    """Return the address of the batch's waiting rows."""
    return f"{reverse('admin:households_waitingrow_changelist')}?batch={batch.pk}"


def problems_address(batch: ImportBatch) -> str:
    """Return the address of the list of all the batch's problems."""
    return f"{reverse('admin:households_importproblem_changelist')}?batch__id__exact={batch.pk}"


def mark_batch(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """Have the batch's original file marked, without the rows that came in since."""
    batch = batch_or_404(request, object_id)
    try:
        job = marked.request(batch, by=request.user)
    except ImportRefused as refusal:
        messages.error(request, refusal.message)
        return redirect("admin:households_importbatch_change", batch.pk)
    return redirect("admin:import_job", job.pk)


def _batch_page(model_admin: Any, request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    kind = kind_named(batch.kind)
    problems = ImportProblem.objects.visible_to(request.user).filter(batch=batch)
    draft = getattr(batch, "draft", None)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _name(batch),
        "batch": batch,
        "kind_title": kind_title(batch.kind),
        "things": counted_things(batch.counts, kind),
        "result": was_done(batch.counts, kind),
        "waiting": WaitingRow.objects.visible_to(request.user).filter(batch=batch).waiting().count(),
        "waiting_url": waiting_address(batch),
        "problem_count": problems.count(),
        "problems_url": problems_address(batch),
        "problems": [
            {"problem": one, "value": mask_numbers(one.value), "message": mask_numbers(one.message)}
            for one in problems.order_by("level", "sheet", "row", "id")[:PROBLEMS_SHOWN]
        ],
        "corrections": list(ImportBatch.objects.visible_to(request.user).filter(parent=batch)),
        "has_file": bool(draft and draft.file),
        "kept_rows": batch.undo_counts.get("kept_rows", ()),
        "next_step": next_step(batch, request.user),
    }
    return TemplateResponse(request, "admin/households/import/batch.html", context)


def _counted(rows: QuerySet) -> Coalesce:
    counts = rows.order_by().values("batch").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counts), 0)


def _name(batch: ImportBatch) -> str:
    """The file, or that the batch is what was corrected of another one."""
    return f"{batch.file_name}（待处理改正）" if batch.parent_id else batch.file_name
