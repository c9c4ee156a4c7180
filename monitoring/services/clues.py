"""Clues: registered by hand, and handled by the station, in words or by an identification that follows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from households.access import Capability, access_of
from households.choices import ClueSource
from households.models import Household
from monitoring.models import Clue, Procedure
from monitoring.models.clues import ClueQuerySet
from monitoring.services import identification
from monitoring.services.episodes import risk_problems
from monitoring.services.procedures import held, hold_household
from monitoring.services.refusals import Problem, refuse
from monitoring.services.rights import demand
from monitoring.workflows.clue import CLUE, NOTE, OPEN
from township.base.workflow import TransitionRefused

OUTCOME_LENGTH = 200
PROXY_LENGTH = 60
OPENED = "已立案识别"


def note(clue: Clue, outcome: str, *, by: Any, at: datetime) -> None:
    """Mark one clue as handled with the words of what came of it.

    Raise TransitionRefused without words, with too many, without the right in its village, or when it is handled.
    """
    outcome = outcome.strip()
    if len(outcome) > OUTCOME_LENGTH:
        raise TransitionRefused(
            f"处理意见不超过 {OUTCOME_LENGTH} 字，现有 {len(outcome)} 字，请精简后再提交。"
        )
    held = access_of(by).capabilities(clue.area)
    CLUE.apply(clue, NOTE, capabilities=held, outcome=outcome, decided_by=by, decided_at=at)


def note_all(clues: ClueQuerySet, outcome: str, *, by: Any, at: datetime) -> int:
    """Mark the waiting ones of many clues as handled with the same words, all or none; return how many."""
    with transaction.atomic():
        waiting = list(clues.waiting())
        for clue in waiting:
            note(clue, outcome, by=by, at=at)
    return len(waiting)


def register_clue(
    household: Household,
    *,
    source: str,
    risks: Sequence[str],
    text: str,
    found_on: date,
    by: Any,
    on: date,
    at: datetime,
    proxy: str = "",
) -> Clue:
    """Register a clue by hand: an application, a petition, what a campaign found. Return it, waiting at the station.

    `proxy`: who applied for a household that cannot itself (代为申请, domain.md §1.6), only for 农户自主申报; the words
    keep it. Raise Refused with all that is wrong; PermissionDenied without RECORD_PROCEDURE in its village.
    """
    demand(by, Capability.RECORD_PROCEDURE, [household.area])
    refuse(_clue_problems(household, source, risks, text, found_on, on, proxy.strip()))
    words = f"{proxy.strip()}代为申请。{text.strip()}" if proxy.strip() else text.strip()
    return Clue.objects.create(
        area=household.area,
        household=household,
        source=source,
        found_on=found_on,
        risks=list(risks),
        text=words,
        reported_by=by,
        reported_at=at,
    )


def open_case(clue: Clue, *, by: Any, on: date, at: datetime, reason: str = "") -> Procedure:
    """Open an identification because of a clue, with its source and risks; the clue is handled by that.

    The reason is the clue's own words where none is given. Raise Refused as `identification.open_case` does,
    TransitionRefused without DECIDE_WARNING in the village or when somebody handled the clue first.
    """
    words = reason.strip() or clue.text.strip() or f"{clue.get_source_display()}（{clue.found_on}）"
    with transaction.atomic():
        hold_household(clue.area, clue.household_id)
        CLUE.apply(
            clue, OPEN, capabilities=held(by, clue.area), outcome=OPENED, decided_by=by, decided_at=at
        )  # fmt: skip
        return identification.open_case(
            clue.household, source=clue.source, reason=words, clue=clue, risks=clue.risks, by=by, on=on, at=at
        )


def _clue_problems(
    household: Household,
    source: str,
    risks: Sequence[str],
    text: str,
    found_on: date,
    on: date,
    proxy: str,
) -> Iterator[Problem]:
    if household.closed_on is not None:
        yield "", f"这一户已于 {household.closed_on} 销户，不能登记线索。"
    if source not in ClueSource.values:
        yield "source", "请选择线索来源。"
    yield from risk_problems(risks)
    if not text.strip():
        yield "text", "请写明发现的情况。"
    if found_on > on:
        yield "found_on", f"发现日期 {found_on} 晚于今天（{on}），请填写实际日期。"
    if proxy and source != ClueSource.APPLICATION:
        yield "proxy", "只有农户自主申报才有代为申请人，请改选线索来源或清空代为申请人。"
    if len(proxy) > PROXY_LENGTH:
        yield "proxy", f"代为申请人不超过 {PROXY_LENGTH} 字。"
