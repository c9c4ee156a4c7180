"""The search of the header: one hit opens the household, several show the list; an ID never stands in an address."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse

from households.access import Capability, access_of
from households.models import Household
from households.village_switch import PARAMETER, current_village
from township.base.crypto import ring

TOKEN_PARAMETER = "find"  # noqa: S105 - the name of a parameter
MINUTES = 30
_CONTEXT = "household.search"
# Whatever could be an ID, its last four or a telephone: a term of digits (with a closing X) and their separators.
_NUMBER = re.compile(r"[\d\s()（）-]*\d[\d\s()（）-]*[Xx]?[\s]*")
_LONGEST_TERM = 40


class TokenExpired(ValueError):
    """The token is too old or not ours."""


def is_number(term: str) -> bool:
    """Whether the term may be personal data that no address and no log may hold."""
    return _NUMBER.fullmatch(term) is not None


def seal(term: str) -> str:
    """Return a token for an address, from which nobody but this server reads the term, and only for MINUTES."""
    return signing.dumps(ring().encrypt(term, _CONTEXT), salt=_CONTEXT)


def unseal(token: str) -> str:
    """Return the term of a token; raise TokenExpired."""
    try:
        return ring().decrypt(signing.loads(token, salt=_CONTEXT, max_age=MINUTES * 60), _CONTEXT)
    except signing.BadSignature as error:
        raise TokenExpired("查找已过期") from error


def search(request: HttpRequest) -> HttpResponse:
    """POST `q`, from the header or a list: to the household, or to the list with what was found.

    filters is the query string of the list, list its model (households_member) where it is not that of households:
    then the list is shown with the term, sealed where it is a number, and asks for its own right.
    """
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    term = request.POST.get("q", "").strip()[:_LONGEST_TERM]
    query = QueryDict(mutable=True)
    for key, value in parse_qsl(request.POST.get("filters", "").removeprefix("?")):
        if key not in ("q", "p", TOKEN_PARAMETER, PARAMETER):
            query.appendlist(key, value)
    if listed := request.POST.get("list"):
        return redirect(_address(_with_term(query, term), listed))
    access_of(request.user).demand(Capability.SEE_HOUSEHOLDS)
    if not term:
        return redirect(_address(query))
    # Closed households are found too: who asks for a number wants to know what became of it.
    found = list(Household.objects.visible_to(request.user).search(term).values_list("pk", "area")[:50])
    if len(found) == 1:
        return redirect("admin:households_household_change", found[0][0])
    query = _with_term(query, term)
    village = current_village(request)
    if village and found and all(area != village for _, area in found):
        messages.info(request, "所选的村没有找到，现在显示的是全部村的结果。")
        query[PARAMETER] = ""
    return redirect(_address(query))


def _with_term(query: QueryDict, term: str) -> QueryDict:
    if is_number(term):
        query[TOKEN_PARAMETER] = seal(term)
    elif term:
        query["q"] = term
    return query


def _address(query: QueryDict, listed: str = "households_household") -> str:
    try:
        address = reverse(f"admin:{listed}_changelist")
    except NoReverseMatch as error:
        raise Http404 from error
    return f"{address}?{query.urlencode()}" if query else address
