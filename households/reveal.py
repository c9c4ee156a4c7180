"""Showing a whole number that pages mask: one value at a time, within the right, recorded before it is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from households.access import Capability
from households.audit import named, record
from households.models import AccessLog, Account, Household, Member


@dataclass(frozen=True)
class Revealable:
    """A masked field of a model, the capability that opens it, and how the log names a row of it."""

    model: type[Any]
    field: str
    capability: Capability
    name: Callable[[Any], str] = named


# By "model.field"; a higher floor adds its own.
REVEALABLE: dict[str, Revealable] = {
    "member.id_number": Revealable(Member, "id_number", Capability.REVEAL_ID),
    "member.phone": Revealable(Member, "phone", Capability.REVEAL_ID),
    "household.phone": Revealable(Household, "phone", Capability.REVEAL_ID),
    # Who may hand out a new password has to reach the person.
    "account.phone": Revealable(Account, "phone", Capability.RESET_PASSWORDS),
}


@require_POST
def reveal(request: HttpRequest) -> JsonResponse:
    """POST /admin/reveal/?model=member&field=id_number&pk=UUID → {"value": "…"}.

    404 outside the scope and for what is not revealable, 403 inside it without the capability.
    """
    asked = {**request.GET.dict(), **request.POST.dict()}
    what = f"{asked.get('model', '')}.{asked.get('field', '')}"
    revealable = REVEALABLE.get(what)
    try:
        pk = UUID(str(asked.get("pk", "")))
    except ValueError:
        revealable = None
    if revealable is None:
        raise Http404
    rows = revealable.model.objects.visible_to(request.user)
    row = get_object_or_404(rows, pk=pk)
    if not rows.within(request.user, revealable.capability).filter(pk=pk).exists():
        raise PermissionDenied("您不能查看完整号码。如工作需要，请联系镇防贫监测工作站。")
    area = getattr(row, "area", "")
    record(
        AccessLog.Action.REVEAL,
        by=request.user,
        area=area,
        target=revealable.name(row),
        request=request,
        field=what,
    )
    return JsonResponse({"value": getattr(row, revealable.field)})
