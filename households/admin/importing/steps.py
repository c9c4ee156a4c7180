"""What all pages of an import on its way share: the draft in the user's scope, the rail of four steps, the way on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from households.access import Capability, access_of
from households.admin.importing.words import kind_named
from households.importing.result import ImportRefused
from households.models import ImportDraft

State = ImportDraft.State
STEPS = ("选文件", "认列", "预览", "完成")
CHOOSE, READ, PREVIEW, DONE = range(4)
STEP_OF = {
    State.READING: READ,
    State.COMPARING: PREVIEW,
    State.READY: PREVIEW,
    State.FAILED: PREVIEW,
    State.IMPORTING: DONE,
    State.DONE: DONE,
    State.DROPPED: CHOOSE,
}
# How each state looks beside its word.
LOOKS = {
    State.READING: "due",
    State.COMPARING: "planned",
    State.READY: "due_soon",
    State.IMPORTING: "planned",
    State.DONE: "done",
    State.FAILED: "overdue",
    State.DROPPED: "voided",
}
# Where the reading may still be corrected.
OPEN = (State.READING, State.READY, State.FAILED)


def draft_or_404(request: HttpRequest, object_id: UUID | str) -> ImportDraft:
    """Return the user's own draft (else 404); without the right to import 403."""
    access_of(request.user).demand(Capability.IMPORT)
    drafts = ImportDraft.objects.visible_to(request.user).select_related("job", "batch")
    try:
        draft: ImportDraft | None = drafts.filter(pk=object_id).first()
    except ValidationError:
        draft = None
    if draft is None:
        raise Http404
    return draft


def address(draft: ImportDraft) -> str:
    """Return the address of the draft's page: whichever step it has reached is shown there."""
    return reverse("admin:households_importdraft_change", args=[draft.pk])


def back_to(draft: ImportDraft) -> HttpResponse:
    """Return the redirect to the draft's page."""
    return redirect(address(draft))


def refused(request: HttpRequest, draft: ImportDraft, refusal: ImportRefused) -> HttpResponse:
    """Say on the draft's page why something was not done."""
    messages.error(request, refusal.message)
    return back_to(draft)


def page_context(
    model_admin: Any, request: HttpRequest, draft: ImportDraft | None = None, step: int | None = None
) -> dict[str, Any]:
    """Return what every page of the import needs: navigation, rail, title, the draft with its kind and look."""
    if step is None:
        step = STEP_OF[State(draft.state)] if draft else CHOOSE
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": "导入名单",
        "steps": [
            {"title": title, "is_done": at < step, "is_current": at == step} for at, title in enumerate(STEPS)
        ],
    }
    if draft is not None:
        context |= {
            "draft": draft,
            "kind": kind_named(draft.kind),
            "look": LOOKS[State(draft.state)],
            "can_reread": draft.state in OPEN,
        }
    return context
