"""Saying by hand whom a department's warning means, where the import could only propose somebody."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from households.access import Capability
from households.importing.comparison import Candidate
from households.importing.lists.candidates import Known, candidates_of
from households.importing.lists.people import PERSON_FIELDS, Person
from households.models import Member, Village
from monitoring.models import WarningCase
from monitoring.models.warnings import TOWNSHIP_DIGITS, UNKNOWN_VILLAGE
from monitoring.services.rights import demand

OTHERS_FIRST = "这件预警已由他人确认，请刷新页面。"


class WarningRefused(Exception):
    """What was asked for cannot be done; the message says why."""


def candidates(case: WarningCase) -> tuple[Candidate, ...]:
    """Return whom a case may mean: people of its name in its township, those of its village first, with the reasons."""
    township = case.area[:TOWNSHIP_DIGITS]
    people = Member.objects.in_area(township).active().filter(household__closed_on__isnull=True)
    villages = dict(Village.objects.in_area(township).values_list("area", "name"))
    named = [
        Known(Person._make(facts), number or "", villages.get(facts[2], ""))
        for *facts, number in people.filter(name=case.person_name).values_list(*PERSON_FIELDS, "id_number")
    ]
    areas = frozenset() if case.area.endswith(UNKNOWN_VILLAGE) else frozenset({case.area})
    return candidates_of(case.id_number or None, None, areas, named, ())


def confirm_person(case: WarningCase, member: Member | None, *, by: Any, on: date) -> None:
    """Say whom a case means, or (None) that he is not in the register; the case then belongs to his household.

    Of two people who confirm at once the first wins. Raises WarningRefused where the case is matched already or the
    member is of another township or gone, PermissionDenied without ASSIGN_WARNING where the case and the member are.
    """
    demand(by, Capability.ASSIGN_WARNING, [case.area, *([member.area] if member else [])])
    if member is not None:
        _check(case, member, on)
    values: dict[str, Any] = {"match": WarningCase.Match.NOT_FOUND}
    if member is not None:
        values = {
            "match": WarningCase.Match.CONFIRMED,
            "member": member,
            "household": member.household,
            "area": member.area,
        }
    # The row itself is the record of who said so, and when.
    open_cases = WarningCase.objects.to_confirm().filter(pk=case.pk)
    if not open_cases.update(**values, confirmed_by=by, confirmed_at=timezone.now()):
        raise WarningRefused(OTHERS_FIRST)
    case.refresh_from_db()


def _check(case: WarningCase, member: Member, on: date) -> None:
    if member.area[:TOWNSHIP_DIGITS] != case.area[:TOWNSHIP_DIGITS]:
        raise WarningRefused("所选的人不在这件预警的乡镇，请重新选择。")
    if member.left_on is not None and member.left_on <= on:
        raise WarningRefused(f"所选的人已于 {member.left_on} 登记减少，请重新选择，或选“不在册”。")
    if member.household.closed_on is not None and member.household.closed_on <= on:
        raise WarningRefused(f"所选的人所在的户已于 {member.household.closed_on} 销户，请重新选择。")
