"""What the phone takes along: households, members, tasks, masked, in a fixed number of queries (contract.md)."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from hashlib import blake2b
from typing import Any
from uuid import UUID

from django.db.models import F
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response

from households.access import Capability
from households.audit import record
from households.guarantees import guarantees_of
from households.models import AccessLog, Household, Member
from monitoring.field.doors import field_data
from monitoring.field.today import own_households
from monitoring.field.warnings import warnings_of
from monitoring.models import Finding, Visit, VisitTask
from monitoring.questions import Asked, questions_for
from monitoring.schedule import TaskStatus
from township.base.masking import mask_id_number, mask_people, mask_phone

COMPACT: dict[str, Any] = {"separators": (",", ":"), "ensure_ascii": False}


@field_data("GET")
def data(request: HttpRequest) -> HttpResponseBase:
    """Return the user's households, tasks and warnings; 304 when the phone has this version already."""
    user, on = request.user, timezone.localdate()
    households = households_of(user, on)
    content = {"households": households, "tasks": tasks_of(user, on), "warnings": warnings_of(user, on)}
    version = digest(content)
    answer = get_conditional_response(request, etag=f'"{version}"')
    if answer is None:
        now = timezone.localtime().isoformat(timespec="seconds")
        answer = JsonResponse({"version": version, "now": now, **content}, json_dumps_params=COMPACT)
        record(
            AccessLog.Action.REVEAL,
            by=user,
            target="field/data",
            rows=len(households),
            request=request,
            field="phone",
        )
    answer["ETag"] = f'"{version}"'
    return answer


def digest(content: Any) -> str:
    """Return a version: the same for the same content, whatever changed it and on whichever server."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return blake2b(text.encode(), digest_size=8).hexdigest()


def households_of(user: Any, on: date) -> list[dict[str, Any]]:
    """Return the households a person visits, in walking order; phones of his own ones full, all IDs masked."""
    # LOG_VISIT, not sight: the station sees the township and carries none of it on a phone.
    households = list(
        Household.objects.visible_to(user)
        .within(user, Capability.LOG_VISIT)
        .active()
        .select_related("village", "group")
        .walking_order()
    )
    members = members_by_household(user)
    visits = last_visits(user)
    own = own_households(user, on)
    asked = questions_for(Finding.objects.visible_to(user), [household.pk for household in households], on)
    rows = []
    for household in households:
        people = members[household.pk]
        row = {
            "id": str(household.pk),
            "code": household.code,
            "name": household.head_name,
            "initials": household.initials,
            "village": household.village.name,
            "group": household.group.name if household.group else "",
            "tier": household.tier,
            "tier_label": household.get_tier_display(),
            "is_away": household.is_away,
            "phone": household.phone if household.pk in own else mask_phone(household.phone),
            "members": [member_row(member, on) for member in people],
            "guarantees": guarantees_of(
                people, housing_grade=household.housing_grade, water_is_safe=household.water_is_safe, on=on
            ),
            "last_visit": visits.get(household.pk),
            "findings": [question_row(one) for one in asked.get(household.pk, [])],
        }
        rows.append({"id": row.pop("id"), "version": digest(row), **row})
    return rows


def members_by_household(user: Any) -> defaultdict[UUID, list[Member]]:
    """Return the active members of the user's households, in the order of a page."""
    found = defaultdict(list)
    for member in Member.objects.visible_to(user).within(user, Capability.LOG_VISIT).active().for_page():
        found[member.household_id].append(member)
    return found


def member_row(member: Member, on: date) -> dict[str, Any]:
    """Return a member as the phone shows him: age instead of the birth date, ID masked."""
    return {
        "id": str(member.pk),
        "name": member.name,
        "relation": member.get_relation_display(),
        "age": member.age(on),
        "id_number": mask_id_number(member.id_number),
    }


def question_row(asked: Asked) -> dict[str, Any]:
    """Return a finding as the phone asks about it."""
    return {"id": str(asked.finding), "person": asked.person, "question": asked.question, "text": asked.text}


def last_visits(user: Any) -> dict[UUID, dict[str, Any]]:
    """Return each household's last visit with contact, by household."""
    visits = (
        Visit.objects.visible_to(user)
        .within(user, Capability.LOG_VISIT)
        .contacts()
        .filter(visited_on=F("household__last_visited_on"))
        .order_by("recorded_at")
    )
    return {
        visit.household_id: {
            "visited_on": visit.visited_on.isoformat(),
            "mode": visit.mode,
            "met": visit.met,
            "visitor": mask_people(visit.visitor_name),
            "changed": sorted(visit.blocks),
            "risk": visit.has_risk,
            "needs": mask_people(visit.needs),
        }
        for visit in visits
    }


def tasks_of(user: Any, on: date) -> list[dict[str, Any]]:
    """Return the running task of each household with its status today, the same as in every list."""
    tasks = (
        VisitTask.objects.visible_to(user)
        .within(user, Capability.LOG_VISIT)
        .in_force(on)
        .filter(household__closed_on__isnull=True)
        .with_status(on)
        .with_previous_status(on)
        .order_by("due_on", "area", "household_id")
    )
    return [
        {
            "id": str(task.pk),
            "household": str(task.household_id),
            "tier": task.tier,
            "period_start": task.period_start.isoformat(),
            "period_end": task.period_end.isoformat(),
            "due_on": task.due_on.isoformat(),
            "status": task.status,
            "label": TaskStatus(task.status).label,
            "missed_before": task.previous_status == TaskStatus.MISSED,
        }
        for task in tasks
    ]
