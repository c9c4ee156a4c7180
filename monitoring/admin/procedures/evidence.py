"""佐证材料 of a procedure: uploaded by the step they prove, served after the access check, removed with a record."""

from __future__ import annotations

from itertools import chain
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header

from households.access import access_of
from monitoring.admin.conflicts import conflicts_told
from monitoring.admin.procedures.acting import step_page
from monitoring.admin.procedures.rail import paper_type_for
from monitoring.models import Evidence, Procedure
from monitoring.services import evidence as papers
from monitoring.services.refusals import Refused
from township.base.sealed import UnreadableFile
from township.base.workflow import TransitionRefused

FILES_AT_ONCE = 20


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once; cleans to a list of uploads."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", FilesInput(attrs={"accept": "image/jpeg,image/png,application/pdf"}))
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data]
        cleaned = [super(FilesField, self).clean(file, initial) for file in files or [None]]
        if len(cleaned) > FILES_AT_ONCE:
            raise forms.ValidationError(f"一次最多上传 {FILES_AT_ONCE} 个文件，请分几次上传。")
        return cleaned


class EvidenceForm(forms.Form):
    type = forms.ChoiceField(label="材料", choices=Evidence.Type.choices)
    uploads = FilesField(label="文件", help_text="照片（JPEG、PNG）或 PDF，可一次选几个")


class RemoveForm(forms.Form):
    """Asks nothing: the button is the answer."""


def may_keep(user: Any, procedure: Procedure) -> bool:
    """Whether the user uploads and removes papers of a procedure."""
    return not access_of(user).capabilities(procedure.area).isdisjoint(papers.KEEPING)


def may_read(user: Any, procedure: Procedure) -> bool:
    """Whether the user opens the papers; a monitor sees that they are there."""
    return not access_of(user).capabilities(procedure.area).isdisjoint(papers.READING)


def demand_keeping(user: Any, procedure: Procedure) -> None:
    """Raise PermissionDenied for whoever does not keep the papers of this village."""
    if not may_keep(user, procedure):
        raise PermissionDenied("您没有这件程序的材料权限，如需办理请联系镇防贫监测工作站。")


def add(model_admin: Any, request: HttpRequest, procedure: Procedure) -> HttpResponse:
    """Upload papers of one kind; what is refused is named file by file, the others stay."""
    demand_keeping(request.user, procedure)
    back = reverse("admin:monitoring_procedure_change", args=[procedure.pk])
    asked = request.GET.get("type", "")
    known = procedure.evidence.filter(removed_at__isnull=True)
    first = asked if asked in Evidence.Type.values else paper_type_for(procedure, known)
    form = EvidenceForm(request.POST or None, request.FILES or None, initial={"type": first})
    if request.method == "POST" and form.is_valid():
        added = 0
        for file in form.cleaned_data["uploads"]:
            try:
                papers.add_evidence(
                    procedure,
                    type=form.cleaned_data["type"],
                    name=file.name,
                    stream=file,
                    by=request.user,
                    at=timezone.now(),
                )
            except Refused as refused:
                form.add_error("uploads", f"{file.name}：{refused}")
            else:
                added += 1
        if added:
            messages.success(request, f"已上传 {added} 份材料。")
        if not form.errors:
            return redirect(back)
    return step_page(
        model_admin, request, form, title="上传材料", submit="上传", back=back,
        about=f"{procedure.household.head_name} 户",
    )  # fmt: skip


def show(request: HttpRequest, procedure: Procedure, evidence_id: UUID) -> HttpResponseBase:
    """Answer a paper to whoever may read it, uncached; the service records it. 404 for one that was removed."""
    paper = (
        Evidence.objects.visible_to(request.user)
        .filter(pk=evidence_id, procedure=procedure, removed_at__isnull=True)
        .first()
    )
    if paper is None:
        raise Http404
    content = papers.open_evidence(paper, by=request.user)
    try:
        first = next(content, b"")
    except UnreadableFile as error:
        raise Http404(str(error)) from error
    response = StreamingHttpResponse(chain([first], content), content_type=paper.content_type)
    response["Cache-Control"] = "no-store"
    name = f"{paper.get_type_display()}_{paper.added_at:%Y%m%d}.{paper.content_type.rpartition('/')[2]}"
    is_picture = paper.content_type.startswith("image/")
    response["Content-Disposition"] = content_disposition_header(not is_picture, name) or "attachment"
    return response


def remove(model_admin: Any, request: HttpRequest, procedure: Procedure, evidence_id: UUID) -> HttpResponse:
    """Take a paper away after asking; the row stays, with who did it and when."""
    demand_keeping(request.user, procedure)
    back = reverse("admin:monitoring_procedure_change", args=[procedure.pk])
    paper = (
        Evidence.objects.visible_to(request.user)
        .filter(pk=evidence_id, procedure=procedure, removed_at__isnull=True)
        .first()
    )
    if paper is None:
        raise Http404
    form = RemoveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        try:
            with conflicts_told():
                papers.remove_evidence(paper, by=request.user, at=timezone.now())
        except (Refused, TransitionRefused) as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, f"已移除“{paper.get_type_display()}”，记录保留在办理记录下面。")
        return redirect(back)
    return step_page(
        model_admin, request, form, title="移除材料", back=back, about=f"{procedure.household.head_name} 户",
        note=f"将移除：{paper.get_type_display()} {paper.title}。文件不再显示，移除人和时间留在记录里。",
        is_danger=True,
    )  # fmt: skip
