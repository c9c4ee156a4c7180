"""Long absence: a whole household or some of its people live elsewhere for a while and stay registered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction

from households.models import Household, LifeEvent, Member
from households.services import events
from households.services.events import Change
from households.services.fact_writes import FactsRefused, locked, stated
from households.services.transfers import choose, refuse_days
from township.base.history import save_changes

Kind = LifeEvent.Kind


def go_away(
    household: Household,
    members: Iterable[Member],
    *,
    by: Any,
    on: date,
    today: date,
    reason: str,
    until: date | None = None,
) -> Change:
    """Register that people live elsewhere since a day, until about another if that is known.

    All of the household: it counts as 全家外出 and everybody as not 共同生活; some of it: these alone. Nobody leaves
    the totals. Raise FactsRefused, PermissionDenied.
    """
    if until is not None and until < on:
        raise FactsRefused([("until", f"预计返回日期 {until} 早于外出日期 {on}。请核对这两个日期。")])
    return _change(household, members, True, by=by, on=on, today=today, reason=reason, until=until)


def come_back(
    household: Household,
    members: Iterable[Member],
    *,
    by: Any,
    on: date,
    today: date,
    reason: str = "外出返回",
) -> Change:
    """Register that people came back on a day; with the first of them the household is no longer 全家外出."""
    return _change(household, members, False, by=by, on=on, today=today, reason=reason)


def _change(
    household: Household,
    members: Iterable[Member],
    is_away: bool,
    *,
    by: Any,
    on: date,
    today: date,
    reason: str,
    until: date | None = None,
) -> Change:
    with transaction.atomic():
        household = locked(household, by)
        reason = stated(reason)
        people = choose(household, members)
        refuse_days(people, on, today)
        moving = [member for member in people if member.is_co_living is is_away]
        others = household.members.active().exclude(pk__in=[member.pk for member in people])
        household_away = is_away and not others.filter(is_co_living=True).exists()
        if not moving and household.is_away == household_away:
            message = (
                "所选人员已登记为外出，不必重复登记。" if is_away else "所选人员没有登记外出，不必办理返回。"
            )
            raise FactsRefused([("members", message)])
        for member in moving:
            member.is_co_living = not is_away
            save_changes(member, by=by, reason=reason, fields=["is_co_living", "updated_at"])
        if household.is_away != household_away:
            household.is_away = household_away
            save_changes(household, by=by, reason=reason, fields=["is_away", "updated_at"])
        kind = Kind.WENT_AWAY if is_away else Kind.CAME_BACK
        events.record(kind, household, moving or people, on=on, by=by, reason=reason, until=until)
        return Change(household)
