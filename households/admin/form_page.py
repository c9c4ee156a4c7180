"""The plain page of one form about one household: fields in groups, errors at the field, back to the household."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast
from uuid import UUID

from django.contrib.admin.helpers import AdminForm
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from households.access import Capability, access_of
from households.models import Household
from households.services.facts import FactsRefused

Groups = Sequence[tuple[str | None, Sequence[str]]]


def household_or_404(request: HttpRequest, pk: UUID, capability: Capability) -> Household:
    """Return a household in the user's scope (else 404) for which the capability is held (else 403)."""
    household = (
        Household.objects.visible_to(request.user).select_related("village", "group").filter(pk=pk).first()
    )
    if household is None:
        raise Http404
    access_of(request.user).demand(capability, household.area)
    return household


def page_address(household: Household, section: str = "") -> str:
    """Return the address of the household's page, opened at a section."""
    address = reverse("admin:households_household_change", args=[household.pk])
    return f"{address}#{section}" if section else address


def show_refusal(form: BaseForm, refused: FactsRefused) -> None:
    """Put what a service refused at the fields of the form; what it does not show stands at the top."""
    for name, message in refused.problems:
        form.add_error(name if name in form.fields else None, message)


def form_page(
    model_admin: Any,
    request: HttpRequest,
    household: Household,
    form: BaseForm,
    *,
    title: str,
    groups: Groups | None = None,
    button: str = "保存",
    note: str = "",
) -> HttpResponse:
    """Answer with the form; groups are (heading, field names), all fields in one group unless told."""
    shown: Iterable[tuple[str | None, Sequence[str]]] = groups or [(None, list(form.fields))]
    fieldsets = [(heading, {"fields": list(names)}) for heading, names in shown]
    context = {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "household": household,
        "back": page_address(household),
        "form": form,
        "adminform": AdminForm(cast(Any, form), fieldsets, {}, (), model_admin=model_admin),
        "button": button,
        "note": note,
        "media": form.media,
        "opts": model_admin.opts,
    }
    return TemplateResponse(request, "admin/households/household/form.html", context)
