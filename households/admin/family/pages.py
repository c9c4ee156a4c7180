"""The pages of a family's events: what can be registered, and one form for each."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from households.access import Capability
from households.admin.family.verbs import VERBS
from households.admin.form_page import form_page, household_or_404, page_address, show_refusal
from households.services.fact_writes import FactsRefused

# What has a page of its own from before, and belongs into the list.
OTHER_PAGES = (
    ("更换户主", "户主还在本户，只是换人当户主", "household_head"),
    ("销户", "整户迁出本乡镇等，这一户不再存在", "household_close"),
)


def menu(model_admin: Any, request: HttpRequest, object_id: UUID) -> HttpResponse:
    """List what can happen in a family, with a sentence each."""
    household = household_or_404(request, object_id, Capability.EDIT_FACTS)
    own = [
        (verb.title, verb.words, reverse("admin:household_event", args=[household.pk, verb.key]))
        for verb in VERBS.values()
    ]
    others = [
        (title, words, reverse(f"admin:{name}", args=[household.pk])) for title, words, name in OTHER_PAGES
    ]
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "办理家庭变动",
        "household": household,
        "back": page_address(household),
        "verbs": [{"title": title, "words": words, "url": url} for title, words, url in [*own, *others]],
        "opts": model_admin.opts,
    }
    return TemplateResponse(request, "admin/households/household/events_menu.html", context)


def event(model_admin: Any, request: HttpRequest, object_id: UUID, verb: str) -> HttpResponse:
    """Show the form of one verb; when it is done go to the household that it leaves behind."""
    household = household_or_404(request, object_id, Capability.EDIT_FACTS)
    if verb not in VERBS:
        raise Http404
    chosen = VERBS[verb]
    form = chosen.form(request.POST or None, household=household, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            change = chosen.run(form, request.user, timezone.localdate())
        except FactsRefused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, chosen.told)
            for note in change.notes:
                messages.info(request, note)
            # At the top, where it is said what was done and what has to be looked at next.
            return redirect(page_address(change.household))
    return form_page(
        model_admin, request, household, form, title=chosen.title, groups=form.groups(), button=chosen.button,
        note=chosen.note,
    )  # fmt: skip
