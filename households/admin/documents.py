"""Upload and download of a household's papers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from households import audit
from households.access import Capability
from households.admin.form_page import form_page, household_or_404, page_address
from households.models import AccessLog, Document
from households.services.documents import DocumentRefused, add_document


class DocumentForm(forms.Form):
    kind = forms.ChoiceField(label="种类", choices=Document.Kind.choices)
    title = forms.CharField(label="名称", max_length=120)
    file = forms.FileField(label="文件", help_text="JPEG、PNG 图片或 PDF，不超过 10 MB")


def add(model_admin: Any, request: HttpRequest, object_id: UUID) -> HttpResponse:
    """Add a paper to the household."""
    household = household_or_404(request, object_id, Capability.EDIT_FACTS)
    form = DocumentForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            add_document(
                household,
                cleaned["file"].read(),
                kind=cleaned["kind"],
                title=cleaned["title"],
                by=request.user,
            )
        except DocumentRefused as error:
            form.add_error("file", str(error))
        else:
            messages.success(request, f"已上传“{cleaned['title']}”。")
            return redirect(page_address(household, "documents"))
    return form_page(model_admin, request, household, form, title="上传资料", button="上传")


def show(model_admin: Any, request: HttpRequest, object_id: UUID, document_id: UUID) -> FileResponse:
    """Answer the file itself to whoever may see the household, and record it."""
    document = (
        Document.objects.visible_to(request.user)
        .select_related("household")
        .filter(pk=document_id, household=object_id)
        .first()
    )
    if document is None:
        raise Http404
    try:
        content = document.file.open("rb")
    except FileNotFoundError as error:
        raise Http404("文件已不在服务器上，请联系系统管理员从备份恢复。") from error
    audit.record(
        AccessLog.Action.VIEW,
        by=request.user,
        area=document.area,
        target=f"农户 {document.household.code} 的{document.get_kind_display()}",
        request=request,
    )
    is_picture = document.content_type.startswith("image/")
    return FileResponse(
        content,
        as_attachment=not is_picture,
        filename=f"{document.get_kind_display()}_{document.household.code}.{document.file.name.rpartition('.')[2]}",
        content_type=document.content_type,
    )
