"""The household page: one screen that answers everything about a household, made of what each floor registered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.admin.utils import unquote
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from households import audit
from households.access import Capability, access_of
from households.models import AccessLog, Household
from township.base.masking import mask_phone
from township.base.registry import household_actions, household_sections

ROWS_SHOWN = 10
ROWS_OF_ALL = 500
VIEW_COUNTS_AGAIN_AFTER = timedelta(hours=1)


def household_page(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """Show a household of the user's scope (else 404), masked; `?all=KEY` shows that section's list in full."""
    household = model_admin.get_object(request, unquote(object_id))
    if household is None:
        raise Http404
    today = timezone.localdate()
    access = access_of(request.user)
    held = access.capabilities(household.area)
    sections = []
    for section in household_sections:
        if section.capabilities and not section.capabilities & held:
            continue
        everything = request.GET.get("all") == section.key
        limit = ROWS_OF_ALL if everything else ROWS_SHOWN
        data = section.load(household, request.user, today, limit)
        sections.append({"section": section, "data": data, "is_open": section.is_open or everything})
    record_view(request, household)
    return TemplateResponse(
        request,
        "admin/households/household/page.html",
        {
            **model_admin.admin_site.each_context(request),
            "title": household.head_name,
            "opts": model_admin.opts,
            "household": household,
            "place": f"{household.village.name} {household.group.name if household.group else ''}".strip(),
            "phone": mask_phone(household.phone),
            "sections": sections,
            "actions": [
                {"label": action.label, "url": action.url(household)}
                for action in household_actions
                if action.available(household, request.user, today)
            ],
            "can_reveal": Capability.REVEAL_ID in held,
            "can_edit": Capability.EDIT_FACTS in held and household.closed_on is None,
            "printed_on": today,
        },
    )


def record_view(request: HttpRequest, household: Household) -> None:
    """Once per person, household and hour: turning back to a page is not another look."""
    since = timezone.now() - VIEW_COUNTS_AGAIN_AFTER
    if not audit.viewed_since(request.user, household.code, since):
        audit.record(
            AccessLog.Action.VIEW,
            by=request.user,
            area=household.area,
            target=household.code,
            request=request,
        )
