"""Saying by hand whom a department's warning means, where the import could only propose somebody."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from households.access import Capability
from households.importing.comparison import Candidate
from households.importing.lists.candidates import Known, candidates_of
from households.importing.lists.people import PERSON_FIELDS, Person
from households.models import Member, Village
from monitoring.models import WarningCase
from monitoring.models.warnings import TOWNSHIP_DIGITS, UNKNOWN_VILLAGE
from monitoring.services.rights import demand
from monitoring.services.warning_follow import follow_monitors

OTHERS_FIRST = "这件预警已由他人确认，请刷新页面。"
SAID_ALREADY = "这件预警已登记为不在册，不必重复登记。"
SAME_NUMBER = "证件号码相同，姓名不同"


class WarningRefused(Exception):
    """What was asked for cannot be done; the message says why."""


def is_nameable(case: WarningCase) -> bool:
    """Whether a person may say whom a case means, as `nameable` says of many."""
    is_unknown = case.match == WarningCase.Match.NOT_FOUND
    return case.match == WarningCase.Match.TO_CONFIRM or (is_unknown and case.status not in case.JUDGED)


def candidates(case: WarningCase) -> tuple[Candidate, ...]:
    """Return whom a case may mean: people of its name in its township, those of its village first, with the reasons;
    then whoever bears its number under another name.
    """
    township = case.area[:TOWNSHIP_DIGITS]
    people = Member.objects.in_area(township).active().filter(household__closed_on__isnull=True)
    villages = dict(Village.objects.in_area(township).values_list("area", "name"))
    own_number = Q(id_index=case.id_index, has_temporary_id=False) if case.id_index else Q(pk__in=[])
    wanted = people.filter(Q(name=case.person_name) | own_number).values_list(*PERSON_FIELDS, "id_number")
    known = [
        Known(Person._make(facts), number or "", villages.get(facts[2], "")) for *facts, number in wanted
    ]
    named = [one for one in known if one.person.name == case.person_name]
    bearers = [one.candidate(SAME_NUMBER) for one in known if one.person.name != case.person_name]
    areas = frozenset() if case.area.endswith(UNKNOWN_VILLAGE) else frozenset({case.area})
    return (*candidates_of(case.id_number or None, None, areas, named, ()), *bearers)


def confirm_person(case: WarningCase, member: Member | None, *, by: Any, on: date) -> None:
    """Say whom a case means, or (None) that he is not in the register; the case then belongs to his household.

    Also of a case that was not found, as long as it has no verdict; what was verified stays verified. Of two people
    who confirm at once the first wins. Raises WarningRefused where the case is matched already or the member is of
    another township or gone, PermissionDenied without ASSIGN_WARNING where the case and the member are.
    """
    demand(by, Capability.ASSIGN_WARNING, [case.area, *([member.area] if member else [])])
    if member is not None:
        _check(case, member, on)
    elif case.match == WarningCase.Match.NOT_FOUND:
        raise WarningRefused(SAID_ALREADY)
    values: dict[str, Any] = {"match": WarningCase.Match.NOT_FOUND}
    if member is not None:
        values = {
            "match": WarningCase.Match.CONFIRMED,
            "member": member,
            "household": member.household,
            "area": member.area,
        }
    with transaction.atomic():
        # The row itself is the record of who said so, and when; it still has to be as he saw it.
        seen = WarningCase.objects.nameable().filter(pk=case.pk, match=case.match)
        if not seen.update(**values, confirmed_by=by, confirmed_at=timezone.now()):
            raise WarningRefused(OTHERS_FIRST)
        if member is not None:
            follow_monitors([member.household_id], on=on, cases=WarningCase.objects.filter(pk=case.pk))
    case.refresh_from_db()


def _check(case: WarningCase, member: Member, on: date) -> None:
    if member.area[:TOWNSHIP_DIGITS] != case.area[:TOWNSHIP_DIGITS]:
        raise WarningRefused("所选的人不在这件预警的乡镇，请重新选择。")
    if member.left_on is not None and member.left_on <= on:
        raise WarningRefused(f"所选的人已于 {member.left_on} 登记减少，请重新选择，或选“不在册”。")
    if member.household.closed_on is not None and member.household.closed_on <= on:
        raise WarningRefused(f"所选的人所在的户已于 {member.household.closed_on} 销户，请重新选择。")
