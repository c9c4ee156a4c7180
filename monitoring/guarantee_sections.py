"""保障依据 on the household page: for each guarantee what stands, on which evidence of which day, and by whom."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from households.access import Capability, access_of
from households.guarantees import WATER_LABELS, Guarantee, GuaranteeState, guarantees_of
from households.models import Household
from households.sections import MARKS
from monitoring.models import Inspection
from township.base.registry import HouseholdAction, HouseholdSection

KEY = "guarantees"
RENOVATIONS_SHOWN = 5


def evidence(household: Household, user: Any, on: date, limit: int) -> dict[str, Any]:
    """Return a row for each guarantee with its newest evidence, the earlier ones below, and the renovations."""
    people = list(household.members.active().order_by())
    states = guarantees_of(
        people, housing_grade=household.housing_grade, water_is_safe=household.water_is_safe, on=on
    )
    looks = Inspection.objects.filter(household=household).order_by("-checked_on", "-recorded_at", "-pk")
    newest = {guarantee: looks.of(guarantee).first() for guarantee in Guarantee}
    earlier = list(looks.exclude(pk__in=[one.pk for one in newest.values() if one])[: limit + 1])
    may_inspect = _may_inspect(household, user, on)
    return {
        "rows": [
            {
                "label": guarantee.label,
                "words": _words(guarantee, states[guarantee]),
                "css": MARKS[states[guarantee]],
                "grade": household.housing_grade if guarantee is Guarantee.HOUSING else "",
                "seen": newest[guarantee],
                "url": _form_address(household, guarantee) if may_inspect else "",
            }
            for guarantee in Guarantee
        ],
        "renovations": list(household.renovations.order_by("-year")[:RENOVATIONS_SHOWN]),
        "earlier": earlier[:limit],
        "has_more": len(earlier) > limit,
    }


def _words(guarantee: Guarantee, state: GuaranteeState) -> str:
    words = WATER_LABELS[state] if guarantee is Guarantee.WATER else state.label
    return words or "未登记"


def _form_address(household: Household, guarantee: Guarantee = Guarantee.HOUSING) -> str:
    query = urlencode({"guarantee": guarantee, "household": household.code})
    return f"{reverse('admin:monitoring_inspection_add')}?{query}"


def _may_inspect(household: Household, user: Any, on: date) -> bool:
    return household.closed_on is None and access_of(user).can(Capability.INSPECT, household.area)


SECTIONS = (
    HouseholdSection(
        key=KEY,
        title="保障依据",
        template="admin/monitoring/household/guarantees.html",
        load=evidence,
        order=15,
    ),
)
ACTIONS = (
    HouseholdAction(label="登记核查", url=_form_address, available=_may_inspect, order=12),
)  # fmt: skip
