"""The village switch of the console: one village chosen in the header narrows every page until it is taken back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from households.models import Village

PARAMETER = "village"
SESSION_KEY = "village"
# A ledger is read by village whatever the header says, so its pages keep a parameter of that name for themselves.
OWN_PARAMETER = "/admin/ledgers/"


def villages(request: HttpRequest) -> list[tuple[str, str]]:
    """Return (code, name) of the villages the user may see, asked once per request."""
    found: list[tuple[str, str]] | None = getattr(request, "_villages", None)
    if found is None:
        found = list(
            Village.objects.visible_to(request.user).order_by("area", "name").values_list("area", "name")
        )
        request._villages = found  # type: ignore[attr-defined]
    return found


def current_village(request: HttpRequest) -> str:
    """Return the code of the village chosen in the header, "" for all.

    A choice outlives the posting that allowed it, so it is held against today's scope at every request.
    """
    chosen = str(request.session.get(SESSION_KEY, "")) if hasattr(request, "session") else ""
    return chosen if chosen and any(code == chosen for code, _ in villages(request)) else ""


def village_options(request: HttpRequest) -> SafeString:
    """Return the options of the switch, "" where there is nothing to choose.

    Made here and not in the template, which takes ten times as long for the hundreds of villages of a county.
    """
    known, chosen = villages(request), current_village(request)
    if len(known) < 2:
        return mark_safe("")
    marks = {chosen: mark_safe(" selected")}
    rows = ((code, marks.get(code, ""), name) for code, name in known)
    return format_html_join("\n", '<option value="{}"{}>{}</option>', rows)


def switch(request: HttpRequest) -> HttpResponse | None:
    """Keep the village of `?village=` and return the redirect to the same page without it; None if nothing is asked."""
    if (
        request.method != "GET"
        or PARAMETER not in request.GET
        or not request.user.is_authenticated
        or request.path.startswith(OWN_PARAMETER)
    ):
        return None
    wanted = request.GET[PARAMETER]
    if not wanted:
        request.session.pop(SESSION_KEY, None)
    elif any(code == wanted for code, _ in villages(request)):
        request.session[SESSION_KEY] = wanted
    else:
        messages.warning(request, "您不能查看这个村，页面仍按原来的范围显示。")
    rest = request.GET.copy()
    del rest[PARAMETER]
    return redirect(f"{request.path}?{rest.urlencode()}" if rest else request.path)
