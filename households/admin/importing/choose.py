"""选文件: the file that begins an import, the kinds of lists that are understood, and what is still on its way."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from households.access import Capability, access_of
from households.admin.importing.steps import LOOKS, State, address, back_to, page_context
from households.admin.importing.words import kind_title
from households.importing.county import most_bytes
from households.importing.kinds import ListKind, Section, list_kinds
from households.importing.result import ImportRefused
from households.models import ImportDraft
from households.services import drafts
from township.base.sheets.limits import MEGABYTE

RECENT = 20
UNFINISHED = (State.READING, State.COMPARING, State.READY, State.IMPORTING, State.FAILED)


class UploadForm(forms.Form):
    """The file, and which list it is where the person wants to say so."""

    file = forms.FileField(
        label="名单文件",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xlsm,.xls,.csv,.txt"}),
        error_messages={"required": "请先选择文件。", "empty": "文件是空的。请检查后重新选择文件。"},
    )
    kind = forms.ChoiceField(label="是哪种名单", required=False)

    def __init__(self, *args: Any, user: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].choices = [("", "自动识别"), *kind_choices(user)]  # type: ignore[attr-defined]
        megabytes = most_bytes(None, user) // MEGABYTE
        self.fields["file"].help_text = (
            f".xlsx、.xls 或 .csv，不超过 {megabytes} MB。"
            "表头上面有标题、表头有两行、数据在第二个工作表，都可以直接上传。"
        )


def choose_page(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Take a file and go on to its columns; show what is on its way."""
    access_of(request.user).demand(Capability.IMPORT)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UploadForm(*sent, user=request.user)
    if sent and form.is_valid():
        try:
            draft = drafts.upload(
                form.cleaned_data["file"],
                by=request.user,
                on=timezone.localdate(),
                kind=form.cleaned_data["kind"],
            )
        except ImportRefused as refusal:
            form.add_error("file", refusal.message)
        else:
            return back_to(draft)
    context = {
        **page_context(model_admin, request),
        "form": form,
        "sections": kinds_by_section(request.user),
        "recent": _recent(request),
    }
    return TemplateResponse(request, "admin/households/import/choose.html", context)


def importable_kinds(user: Any) -> list[ListKind]:
    """Return the kinds that the user may import, in the order of the page."""
    access = access_of(user)
    kinds = [kind for kind in list_kinds if access.can(kind.capability)]
    return sorted(kinds, key=lambda kind: (kind.section.order, kind.order))


def kind_choices(user: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the kinds as grouped choices of a select."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for kind in importable_kinds(user):
        found[kind.section.title].append((kind.name, kind.title))
    return list(found.items())


def kinds_by_section(user: Any) -> list[tuple[Section, list[tuple[ListKind, str]]]]:
    """Return each section with its kinds and the address of their template ("" where there is none to fill in)."""
    found: dict[Section, list[tuple[ListKind, str]]] = defaultdict(list)
    for kind in importable_kinds(user):
        found[kind.section].append((kind, _template_address(kind)))
    return list(found.items())


def _template_address(kind: ListKind) -> str:
    # A table that is exported, edited and imported back is its own template.
    return "" if kind.key_field else reverse("admin:import_template", args=[kind.name])


def _recent(request: HttpRequest) -> list[dict[str, Any]]:
    found = ImportDraft.objects.visible_to(request.user).exclude(state=State.DROPPED)
    return [
        {
            "draft": draft,
            "url": address(draft),
            "kind": kind_title(draft.kind) if draft.kind else "还没有认出",
            "look": LOOKS[State(draft.state)],
            "is_open": draft.state in UNFINISHED,
        }
        for draft in found.select_related("batch")[:RECENT]
    ]
