"""One search for every page: a term is a number (ID, phone, household number), pinyin initials, or a name."""

from __future__ import annotations

import re

from django.apps import apps
from django.db.models import Q

_FOUR = re.compile(r"^\d{3}[\dXx]$")
_LATIN = re.compile(r"^[A-Za-z]+$")
_DIGITS = re.compile(r"^[\dXx]+$")


def search_condition(term: str) -> Q:
    """Return the condition on Household for a term as typed by a person; an empty term matches all.

    Four characters that end an ID find it by its last-four index, 15 or more digits by the full blind index.
    """
    term = re.sub(r"\s+", "", term)
    if not term:
        return Q()
    member = apps.get_model("households", "Member")
    household = apps.get_model("households", "Household")

    def by_member(**condition: object) -> Q:
        return Q(pk__in=member.objects.filter(left_on__isnull=True, **condition).values("household_id"))

    if _FOUR.match(term):
        field = member._meta.get_field("id_last4_index")
        return by_member(id_last4_index=field.index_of(term.upper())) | Q(code__endswith=term)
    if _DIGITS.match(term):
        id_field = member._meta.get_field("id_index")
        phone_field = household._meta.get_field("phone_index")
        return (
            by_member(id_index=id_field.index_of(term.upper()))
            | Q(phone_index=phone_field.index_of(term))
            | Q(code__startswith=term)
            | Q(national_code=term)
        )
    if _LATIN.match(term):
        return Q(initials__startswith=term.lower()) | by_member(initials__startswith=term.lower())
    return Q(head_name__startswith=term) | by_member(name__startswith=term)
