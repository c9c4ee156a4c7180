"""The monitors of a scope: who may be given households, and how a page names and finds them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

from households.access import ROLE_CAPABILITIES, Capability, Grant, Role, access_of, area_range
from households.models import Account, MonitorAssignment, Posting
from monitoring.models.warnings import TOWNSHIP_DIGITS, UNKNOWN_VILLAGE

AREA_LENGTHS = (2, 4, 6, 9, 12)
_LABEL = re.compile(r"^(?P<name>.+?)（尾号(?P<tail>\w{1,4})）$")


def monitors_for(
    user: Any, on: date, capability: Capability = Capability.SEE_HOUSEHOLDS
) -> QuerySet[Account]:
    """Return the active monitors of the areas in which the user holds the capability, by name.

    A monitor belongs to an area by his posting in or above it, or by a household of it assigned to him on the day.
    """
    grants = access_of(user).granting(capability)
    if not grants:
        return Account.objects.none()
    posted = Posting.objects.valid_on(on).filter(reduce(or_, map(_touches, grants)), role=Role.MONITOR)
    assigned = MonitorAssignment.objects.within(user, capability).valid_on(on)
    return Account.objects.filter(
        Q(pk__in=posted.values("user_id")) | Q(pk__in=assigned.values("monitor_id")), is_active=True
    ).order_by("name", "username")


def posted_monitors(area: str, on: date) -> QuerySet[Account]:
    """Return the active monitors who may be given households of a village (12 digits): posted to it or above it."""
    posted = Posting.objects.valid_on(on).filter(
        role=Role.MONITOR, area__in=[area[:length] for length in AREA_LENGTHS]
    )
    return Account.objects.filter(pk__in=posted.values("user_id"), is_active=True).order_by(
        "name", "username"
    )


def holders(area: str, on: date, *capabilities: Capability) -> QuerySet[Account]:
    """Return the active people whose posting gives them any of the capabilities in a village (12 digits)."""
    roles = [role for role, held in ROLE_CAPABILITIES.items() if not held.isdisjoint(capabilities)]
    posted = Posting.objects.valid_on(on).filter(
        role__in=roles, area__in=[area[:length] for length in AREA_LENGTHS]
    )
    return Account.objects.filter(pk__in=posted.values("user_id"), is_active=True).order_by(
        "name", "username"
    )


def verifiers(area: str, on: date) -> QuerySet[Account]:
    """Return the active people who may have verified a warning in a village (12 digits): its monitors and cadres.

    Where the list names no village that is known (…000), those of the whole township.
    """
    posted = Posting.objects.valid_on(on).filter(role__in=(Role.MONITOR, Role.CADRE))
    if area.endswith(UNKNOWN_VILLAGE):
        low, high = area_range(area[:TOWNSHIP_DIGITS])
        posted = posted.filter(area__gte=low, area__lt=high)
    else:
        posted = posted.filter(area__in=[area[:length] for length in AREA_LENGTHS])
    sent = MonitorAssignment.objects.valid_on(on).filter(area=area).values("monitor_id")
    people = Q(pk__in=posted.values("user_id")) | Q(pk__in=sent)
    return Account.objects.filter(people, is_active=True).order_by("name", "username")


def monitor_label(monitor: Any) -> str:
    """Return how a page names a monitor: the name, and the end of the login name where that is a telephone number."""
    is_number = monitor.username.isdecimal()
    return f"{monitor.name}（尾号{monitor.username[-4:]}）" if is_number else str(monitor.name)


def monitors_named(monitors: QuerySet[Account], text: str) -> QuerySet[Account]:
    """Narrow to those whom a text may mean: a label as `monitor_label` writes it, part of a name, the login's end."""
    text = text.strip()
    label = _LABEL.match(text)
    if label:
        return monitors.filter(name=label["name"], username__endswith=label["tail"])
    return monitors.filter(Q(name__contains=text) | Q(username__endswith=text)) if text else monitors


def _touches(grant: Grant) -> Q:
    """Postings inside the grant's area, or above it (a monitor posted to the whole township)."""
    above: Iterable[str] = {grant.low[:length] for length in AREA_LENGTHS if length <= len(grant.low)}
    return Q(area__gte=grant.low, area__lt=grant.high) | Q(area__in=list(above))
