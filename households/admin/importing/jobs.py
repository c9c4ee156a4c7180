"""Work of the import that goes on behind the pages: its progress, and the marked workbook that comes of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header

from households.access import Capability, access_of
from households.admin.importing.steps import address, draft_or_404, page_context, refused
from households.importing.result import ImportRefused
from households.models import ImportBatch, ImportDraft
from households.services import marked
from township.models import Job

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ENDED = (Job.Status.DONE, Job.Status.FAILED)
# Longer than this no worker that runs leaves a job waiting.
WAITS_TOO_LONG = timedelta(minutes=2)
NO_WORKER = "后台任务还没有开始处理。如果一直不动，请联系系统管理员检查后台程序（run_jobs）是否在运行。"


def job_context(job: Job | None) -> dict[str, Any]:
    """Return what a progress bar needs; it also stands without a script, with a link to look again."""
    if job is None:
        return {"job": None}
    waits = job.status == Job.Status.WAITING and timezone.now() - job.created_at > WAITS_TOO_LONG
    return {
        "job": job,
        "job_text": text_of(job),
        "job_warning": NO_WORKER if waits else "",
        "progress_url": reverse("admin:import_progress", args=[job.pk]),
    }


def text_of(job: Job) -> str:
    """Say in words how far a job is."""
    if job.status == Job.Status.WAITING:
        return "排队等待处理"
    return job.message or str(job.get_status_display())


def progress(request: HttpRequest, job_id: UUID) -> JsonResponse:
    """Tell the page how far the user's own job is."""
    job = _job(request, job_id)
    return JsonResponse(
        {"done": job.done, "total": job.total, "text": text_of(job), "ended": job.status in ENDED}
    )


def job_page(model_admin: Any, request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Show the marking of a workbook and, when it is made, the way to fetch it."""
    job = _job(request, job_id, kind=marked.MARKED)
    back, back_title = _back(request, job)
    context = {
        **page_context(model_admin, request),
        **job_context(job),
        "title": "标注后的原文件",
        "is_done": job.status == Job.Status.DONE,
        "error": job.error.partition("\n")[0] if job.status == Job.Status.FAILED else "",
        "back": back,
        "back_title": back_title,
    }
    return TemplateResponse(request, "admin/households/import/marked.html", context)


def mark_draft(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """Have the draft's own file marked."""
    draft = draft_or_404(request, object_id)
    try:
        job = marked.request(draft, by=request.user)
    except ImportRefused as refusal:
        return refused(request, draft, refusal)
    return redirect("admin:import_job", job.pk)


def marked_file(request: HttpRequest, job_id: UUID) -> HttpResponseBase:
    """Answer the marked workbook to whoever asked for it."""
    job = _job(request, job_id, kind=marked.MARKED)
    try:
        name, content = marked.open_file(job, by=request.user)
    except ImportRefused as refusal:
        messages.error(request, refusal.message)
        return redirect("admin:import_job", job.pk)
    response = StreamingHttpResponse(content, content_type=WORKBOOK)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


def _job(request: HttpRequest, job_id: UUID, kind: str | None = None) -> Job:
    access_of(request.user).demand(Capability.IMPORT)
    job = Job.objects.visible_to(request.user).filter(pk=job_id).first()
    if job is None or (kind is not None and job.kind != kind):
        raise Http404
    return job


def _back(request: HttpRequest, job: Job) -> tuple[str, str]:
    """Return address and title of where the marking was asked for."""
    wanted = job.payload["draft"]
    batch = ImportBatch.objects.visible_to(request.user).filter(draft=wanted).first()
    if batch is not None:
        return reverse("admin:households_importbatch_change", args=[batch.pk]), batch.file_name
    draft = ImportDraft.objects.visible_to(request.user).filter(pk=wanted).first()
    if draft is not None:
        return address(draft), draft.file_name
    return reverse("admin:households_importdraft_changelist"), "导入名单"
