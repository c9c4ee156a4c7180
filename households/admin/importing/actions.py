"""What a person does to a draft by a button: decide and compare again, import, throw away."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone

from households.admin.importing.steps import back_to, draft_or_404, refused
from households.importing.comparison import Choices
from households.importing.result import ImportRefused
from households.models import ImportDraft
from households.services import drafts

VILLAGE, WIN, PERSON = "village-", "wins-", "person-"
FORGET_PEOPLE = "forget_people"
DECIDED_FIRST = "您改了选择，正按新的选择重新比对，还没有导入。请看过新的预览，再点“确认导入”。"


def decide(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """Take the decisions of the preview page and compare again, with the register as it is now."""
    draft = draft_or_404(request, object_id)
    try:
        _decide(request, draft, _chosen(request, draft))
    except ImportRefused as refusal:
        return refused(request, draft, refusal)
    return back_to(draft)


def start(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """Let the worker import what the preview showed; decisions that were not compared yet are compared first."""
    draft = draft_or_404(request, object_id)
    chosen = _chosen(request, draft)
    try:
        if chosen != stored_choices(draft):
            _decide(request, draft, chosen)
            messages.warning(request, DECIDED_FIRST)
        else:
            drafts.start_import(draft, by=request.user, on=timezone.localdate())
    except ImportRefused as refusal:
        return refused(request, draft, refusal)
    return back_to(draft)


def drop(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """Throw the draft away with its file."""
    draft = draft_or_404(request, object_id)
    try:
        drafts.drop(draft, by=request.user)
    except ImportRefused as refusal:
        return refused(request, draft, refusal)
    messages.success(request, f"已放弃“{draft.file_name}”，上传的文件已删除，没有导入任何内容。")
    return redirect("admin:households_importdraft_changelist")


def stored_choices(draft: ImportDraft) -> Choices:
    """Return what was decided about the draft so far."""
    return Choices.from_json(draft.choices) if draft.choices else Choices()


def posted_choices(data: QueryDict, stored: Choices) -> Choices:
    """Return the decisions of a posted preview page laid over those stored; what the page did not show stays."""
    villages = {**stored.villages, **_named(data, VILLAGE)}
    wins = {**stored.wins, **_named(data, WIN)}
    people = {} if FORGET_PEOPLE in data else dict(stored.people)
    people |= {int(index): member for index, member in _named(data, PERSON).items() if index.isdecimal()}
    return replace(
        stored,
        # Undecided is the same as left out, and the default is no decision: neither is kept.
        villages={name: chosen for name, chosen in villages.items() if chosen},
        wins={group: side for group, side in wins.items() if side != Choices().wins_of(group)},
        people={index: member for index, member in people.items() if member},
    )


def _chosen(request: HttpRequest, draft: ImportDraft) -> Choices:
    return posted_choices(request.POST, stored_choices(draft))


def _decide(request: HttpRequest, draft: ImportDraft, chosen: Choices) -> None:
    steps: dict[str, Any] = {"by": request.user, "on": timezone.localdate()}
    if chosen == stored_choices(draft):
        drafts.recompare(draft, **steps)
    else:
        drafts.decide(draft, chosen, **steps)


def _named(data: QueryDict, prefix: str) -> dict[str, str]:
    """Return the posted values whose names begin with the prefix, by the rest of the name."""
    return {key.removeprefix(prefix): str(data[key]) for key in data if key.startswith(prefix)}
