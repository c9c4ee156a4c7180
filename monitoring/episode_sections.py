"""What the household page tells of monitoring periods and procedures, and what can be begun there."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse

from households.access import Capability, access_of
from households.choices import Risk
from households.models import Household
from monitoring.models import MonitoringEpisode, Procedure
from monitoring.services.procedures import OPENING
from township.base.registry import HouseholdAction, HouseholdSection

IDENTIFICATION, ELIMINATION, ROLLBACK = "identification", "elimination", "rollback"


def episodes(household: Household, user: Any, on: date, limit: int) -> dict[str, Any]:
    """监测期: every episode of the household and its procedures; what no measure answers stands in 帮扶."""
    rows = list(household.episodes.order_by("-identified_month", "-created_at")[: limit + 1])
    procedures = list(household.procedures.order_by("-opened_on", "-created_at")[: limit + 1])
    return {
        "episodes": [_episode(row) for row in rows[:limit]],
        "procedures": [{"procedure": row, "look": _look(row)} for row in procedures[:limit]],
        "is_monitored": any(row.is_open for row in rows),
        "has_more": len(rows) > limit or len(procedures) > limit,
    }


def _episode(row: MonitoringEpisode) -> dict[str, Any]:
    if row.ended_on is not None:
        look, label = "voided", "已终止"
    elif row.eliminated_month is not None:
        look, label = "done", "风险已消除"
    else:
        look, label = ("due_soon", "监测中（回退）") if row.rolled_back_on else ("due", "监测中")
    words = "、".join(str(Risk(risk).label) for risk in row.risks if risk in Risk.values)
    return {"episode": row, "look": look, "label": label, "risks": words}


def _look(row: Procedure) -> str:
    if row.status == Procedure.Status.ENTERED:
        return "done"
    return "voided" if row.status in Procedure.ENDED else "due_soon"


def ways_open(household: Household) -> frozenset[str]:
    """Return what can be begun for a household now, whoever begins it: 识别, 消除, 回退."""
    ways = _by_register(household)
    if not ways:
        return ways
    under_way = set(Procedure.objects.open().filter(household=household).values_list("kind", flat=True))
    shut = under_way & ways  # the kinds of procedures and the ways to begin one have the same names
    return ways - (shut | {ROLLBACK} if under_way else shut)


def _by_register(household: Household) -> frozenset[str]:
    """What the registered facts allow: who is monitored is not identified again, who is not has no risk to end."""
    if household.closed_on is not None:
        return frozenset()
    if not household.monitored_kind:
        return frozenset({IDENTIFICATION})
    return frozenset({IDENTIFICATION, ROLLBACK}) if household.is_eliminated else frozenset({ELIMINATION})


def _action(label: str, way: str, rights: tuple[Capability, ...], order: int) -> HouseholdAction:
    def available(household: Household, user: Any, on: date) -> bool:
        held = access_of(user).capabilities(household.area)
        may = bool(held.intersection(rights)) and way in _by_register(household)
        return may and way in ways_open(household)

    return HouseholdAction(
        label=label,
        url=lambda household: reverse("admin:monitoring_procedure_begin", args=[household.pk, way]),
        available=available,
        order=order,
    )


def _may_register_clue(household: Household, user: Any, on: date) -> bool:
    held = access_of(user).capabilities(household.area)
    return household.closed_on is None and Capability.RECORD_PROCEDURE in held


SECTIONS = (
    HouseholdSection(
        key="episodes",
        title="监测期",
        template="admin/monitoring/household/episodes.html",
        load=episodes,
        order=38,
    ),
)
ACTIONS = (
    _action("发起识别", IDENTIFICATION, OPENING, 16),
    _action("发起消除", ELIMINATION, OPENING, 17),
    _action("回退", ROLLBACK, (Capability.DECIDE_WARNING,), 18),
    HouseholdAction(
        label="登记线索",
        url=lambda household: f"{reverse('admin:monitoring_clue_add')}?household={household.code}",
        available=_may_register_clue,
        order=22,
    ),
)
