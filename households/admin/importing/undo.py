"""撤销导入: what would stay as it is, the reason, and afterwards what came back, what went and what was kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from households.admin.importing.jobs import ENDED, job_context
from households.admin.importing.words import kind_named, kind_title, was_done
from households.importing.result import ImportRefused
from households.models import ImportBatch
from households.services import undoing
from township.models import Job

BROKEN = "撤销时程序出错，没有撤销任何内容。请重试；如仍然出错，请联系系统管理员查看后台任务的错误记录。"


class UndoForm(forms.Form):
    reason = forms.CharField(
        label="撤销原因",
        max_length=undoing.REASON_LENGTH,
        widget=forms.TextInput(attrs={"size": 50}),
        help_text="写进变更历史和查阅日志，例如“用错了上个月的名单”",
        error_messages={"required": "请写明为什么撤销。"},
    )


def undo_page(model_admin: Any, request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    """Ask for the reason, try it out or do it; a batch that was undone shows what came of it on its own page."""
    if batch.undone_at is not None:
        return redirect("admin:households_importbatch_change", batch.pk)
    last = undoing.last_request(batch, by=request.user)
    if request.method == "POST" and last is not None and last.status not in ENDED:
        return redirect(request.path)  # the second click of two
    only_try = "try" in request.POST
    form = UndoForm(request.POST if request.method == "POST" and not only_try else None)
    if request.method == "POST" and (only_try or form.is_valid()):
        reason = "" if only_try else form.cleaned_data["reason"]
        try:
            undoing.request(batch, by=request.user, on=timezone.localdate(), reason=reason, only_try=only_try)
        except ImportRefused as refusal:
            messages.error(request, refusal.message)
        return redirect(request.path)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": "撤销导入",
        "batch": batch,
        "kind_title": kind_title(batch.kind),
        "result": was_done(batch.counts, kind_named(batch.kind)),
        "form": form,
        **_last(last),
    }
    return TemplateResponse(request, "admin/households/import/undo.html", context)


def _last(job: Job | None) -> dict[str, Any]:
    """Return what came of this person's last request: a progress bar, a refusal, or what undoing would do."""
    if job is None:
        return {}
    if job.status not in ENDED:
        return {"running": True, **job_context(job)}
    if job.status == Job.Status.FAILED:
        return {"problem": BROKEN}
    if "refused" in job.result:
        return {"problem": job.result["refused"]}
    return {"tried": job.result, "tried_at": job.finished_at}
