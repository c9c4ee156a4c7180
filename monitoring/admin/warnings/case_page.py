"""The whole story of a warning on one page: what was reported, of whom, what was found and decided, what followed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse

from households.access import Capability, access_of
from households.admin.household_page import record_view
from households.models import Household
from households.sections import members, present_state
from monitoring.admin.badges import household_link, tier_badge
from monitoring.admin.procedures.states import procedure_state
from monitoring.admin.warnings.clock import clock_of
from monitoring.admin.warnings.columns import match_badge, person_name, village_name
from monitoring.choices import Absence, DeclineReason
from monitoring.models import Procedure, WarningCase
from monitoring.people import holders
from monitoring.sections import help_given, income
from monitoring.services.warning_moves import is_his_own
from monitoring.services.warnings import candidates
from township.base.masking import mask_id_number, mask_phone

ROWS_SHOWN = 5
OTHERS_SHOWN = 12
DECIDERS_NAMED = 5
REASONS = dict([*DeclineReason.choices, *Absence.choices])
Status = WarningCase.Status


def case_context(request: HttpRequest, case: WarningCase) -> dict[str, Any]:
    """Return what the template needs beside the case; a look at its household goes on record as on its own page."""
    user, clock = request.user, clock_of(request)
    access = access_of(user)
    due = clock.due(case)
    context = {
        "title": f"{case.code} {person_name(case)}",
        "person": person_name(case),
        "village": village_name(case),
        "state": clock.state(case),
        "due": due,
        "matched": match_badge(case),
        "masked_id": mask_id_number(case.id_number),
        "phone": mask_phone(case.phone),
        "can_reveal": access.can(Capability.REVEAL_ID, case.area),
        "proposed": candidates(case) if case.match == WarningCase.Match.TO_CONFIRM else (),
        "proposed_reason": REASONS.get(case.proposed_reason, ""),
        "result_reason": REASONS.get(case.result_reason, ""),
        "steps": case.steps.order_by("at", "pk"),
        "others": _others(case, user),
        "procedures": _procedures(case, user),
        "has_rail": True,
        "turn": _turn(case, due),
        "other_deciders": _other_deciders(case, user, clock.on),
    }
    if case.household is None:
        return context
    record_view(request, case.household)
    photos = list(case.visit.photos.order_by("added_at")) if case.visit else []
    return context | _told_of(case.household, user, clock.on) | {"photos": photos}


def _told_of(household: Household, user: Any, on: date) -> dict[str, Any]:
    """The household as its own page tells it, so that nothing has to be looked up elsewhere."""
    money = income(household, user, on, ROWS_SHOWN)
    return {
        "household": household,
        "household_link": household_link(household),
        "tier": tier_badge(household.tier),
        "present": present_state(household, user, on, ROWS_SHOWN),
        "family": members(household, user, on, ROWS_SHOWN),
        "income": money,
        "latest_income": next(iter(money["years"]), None),
        "help": help_given(household, user, on, ROWS_SHOWN),
    }


def _others(case: WarningCase, user: Any) -> dict[str, Any]:
    """What else was reported of the person (several 人次) and of the household, newest first."""
    same_person = Q(pk__in=[])
    if case.member_id:
        same_person |= Q(member=case.member_id)
    if case.id_index:
        same_person |= Q(id_index=case.id_index)
    wanted = same_person | Q(household=case.household_id) if case.household_id else same_person
    rows = (
        WarningCase.objects.visible_to(user)
        .filter(wanted)
        .exclude(pk=case.pk)
        .select_related("batch", "member")
        .defer("raw", "id_number", "phone")
        .order_by("-batch__month", "-created_at", "code")
    )
    found = list(rows[: OTHERS_SHOWN + 1])
    return {
        "rows": [{"case": other, "is_same": _is_same(case, other)} for other in found[:OTHERS_SHOWN]],
        "has_more": len(found) > OTHERS_SHOWN,
    }


def _is_same(case: WarningCase, other: WarningCase) -> bool:
    by_number = bool(case.id_index) and case.id_index == other.id_index
    return by_number or (case.member_id is not None and case.member_id == other.member_id)


def _procedures(case: WarningCase, user: Any) -> list[dict[str, Any]]:
    """The procedures that began with the case, and what else is under way for its household."""
    wanted = Q(warning=case)
    if case.household_id:
        wanted |= Q(household=case.household_id) & ~Q(status__in=Procedure.ENDED)
    found = Procedure.objects.visible_to(user).filter(wanted).order_by("-opened_on", "pk")
    return [
        {
            "procedure": row,
            "state": procedure_state(row),
            "is_from_here": row.warning_id == case.pk,
            "url": reverse("admin:monitoring_procedure_change", args=[row.pk]),
        }
        for row in found[:ROWS_SHOWN]
    ]


def _other_deciders(case: WarningCase, user: Any, on: date) -> str:
    """Name who decides in the place of a user who verified or typed the case himself; "" where nothing hinders him."""
    may_decide = access_of(user).can(Capability.DECIDE_WARNING, case.area)
    if case.status != Status.VERIFIED or not may_decide or not is_his_own(case, user):
        return ""
    involved = [pk for pk in (case.verified_by_id, case.typed_by_id) if pk]
    others = holders(case.area, on, Capability.DECIDE_WARNING).exclude(pk__in=involved)
    names = list(others.values_list("name", flat=True)[: DECIDERS_NAMED + 1])
    if not names:
        return "目前没有其他人可以认定，请系统管理员为工作站或分管领导增加任职。"
    more = "等" if len(names) > DECIDERS_NAMED else ""
    return f"可由 {'、'.join(names[:DECIDERS_NAMED])}{more} 认定。"


def _turn(case: WarningCase, due: date | None) -> str:
    """Say whose turn the next step is, and until when."""
    if case.match == WarningCase.Match.TO_CONFIRM:
        return "下一步由镇防贫监测工作站确认预警的是哪一位。"
    until = f"，{due:%Y-%m-%d} 前" if due else ""
    match case.status:
        case Status.RECEIVED:
            how = "派发核查" if case.household else "确认人员，或指定一人派发、向村里问明后代录核查"
            return f"下一步由镇防贫监测工作站{how}{until}。"
        case Status.ASSIGNED:
            return f"下一步由 {case.monitor.name} 核查{until}。"
        case Status.VERIFIED:
            return f"下一步由镇防贫监测工作站或分管领导研判认定（核查人和代录人除外）{until}。"
        case Status.FOLLOWING:
            followed = f"正在跟踪，下次跟踪 {case.follow_on:%Y-%m-%d}"
            return (
                f"{followed}。" if case.replied_on else f"{followed}；还要由镇防贫监测工作站反馈县级{until}。"
            )
        case Status.DECIDED:
            return f"下一步由镇防贫监测工作站反馈县级{until}。"
    return f"{case.replied_on:%Y-%m-%d} 已反馈县级，办结。"
