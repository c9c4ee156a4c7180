"""Tiers: what the rule or a cadre proposes, what a person confirms, and the change itself.

The only writer of Household.tier, Household.tier_since and TierAssignment. A change is planned at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from households.access import Capability, access_of
from households.audit import COMMAND_LINE
from households.choices import Tier
from households.models import Household
from monitoring.models import TierAssignment, TierProposal
from monitoring.models.tiers import ProposalQuerySet
from monitoring.services.planning import lock_townships, replan
from monitoring.services.rights import demand
from monitoring.services.tier_proposals import (
    TierRefused,
    demand_reason,
    propose_by_hand,
    propose_tiers,
)
from township.base.batches import batches
from township.base.history import CHANGED, copy_to_history

__all__ = [
    "TierChange",
    "TierRefused",
    "confirm",
    "propose_by_hand",
    "propose_tiers",
    "reject",
    "set_tier",
    "set_tiers",
]

DAY = timedelta(days=1)
LEADER_ONLY = "重点监测户调低等级须由分管领导确认，请分管领导办理；一次办理多户时，请只选其他农户。"
CHANGED_BY_OTHERS = "等级或建议已被他人更改，请刷新页面后重试。"


@dataclass(frozen=True, slots=True, kw_only=True)
class TierChange:
    """One household's new tier: why, from which proposal, and the tier that whoever decided had before his eyes."""

    household_id: UUID
    area: str
    tier: str
    reason: str
    expected: str
    tags: Sequence[str] = ()
    proposal_id: UUID | None = None


def confirm(proposals: ProposalQuerySet, *, by: Any, on: date, note: str = "", by_name: str = "") -> int:
    """Make open proposals the tiers of their households from the day `on`, and return how many.

    All or nothing: raise TierRefused when one was decided or the tier changed meanwhile, or when a KEY tier would be
    lowered without a note or without LOWER_KEY_TIER; PermissionDenied without CONFIRM_TIER. Proposals for households
    that were closed meanwhile are left out.
    """
    rows = list(proposals.open().filter(household__closed_on__isnull=True).order_by("area", "household"))
    changes = [
        TierChange(
            household_id=row.household_id,
            area=row.area,
            tier=row.tier,
            reason="；".join([*(reason["text"] for reason in row.reasons), *filter(None, [note.strip()])]),
            expected=row.current_tier,
            tags=row.tags,
            proposal_id=row.pk,
        )
        for row in rows
    ]
    if any(_lowers_key(change) for change in changes):
        demand_reason(note, "将重点监测户调低等级须填写理由。")
    with transaction.atomic():
        lock_townships(row.area for row in rows)
        _decide([row.pk for row in rows], TierProposal.Status.CONFIRMED, by, note)
        set_tiers(changes, by=by, on=on, by_name=by_name)
    return len(rows)


def reject(proposals: ProposalQuerySet, *, by: Any, on: date, note: str) -> int:
    """Turn open proposals down with a reason, and return how many; the rule does not make the same one again.

    Raise TierRefused without a reason or when one was decided meanwhile, PermissionDenied without CONFIRM_TIER.
    """
    rows = list(proposals.open().values_list("pk", "area"))
    demand(by, Capability.CONFIRM_TIER, (area for _, area in rows))
    demand_reason(note, "请填写不采纳的理由。")
    with transaction.atomic():
        _decide([pk for pk, _ in rows], TierProposal.Status.REJECTED, by, note)
    return len(rows)


def set_tier(
    household: Household,
    tier: str,
    *,
    by: Any,
    on: date,
    reason: str,
    by_name: str = "",
    proposal: TierProposal | None = None,
    tags: Sequence[str] = (),
) -> None:
    """Give one household another tier from the day `on`, with the reason.

    Raise TierRefused when it has this tier already, when somebody changed it since `household` was read, or without
    a reason; PermissionDenied as `confirm` does. `household` is updated.
    """
    demand_reason(reason, "请填写调整等级的理由。")
    if household.closed_on:
        raise TierRefused("该户已销户，不能调整等级。")
    if household.tier == tier:
        raise TierRefused(f"该户已是“{Tier(tier).label}”，无需调整。")
    change = TierChange(
        household_id=household.pk,
        area=household.area,
        tier=tier,
        reason=reason.strip(),
        expected=household.tier,
        tags=tags,
        proposal_id=proposal.pk if proposal else None,
    )
    set_tiers([change], by=by, on=on, by_name=by_name)
    household.refresh_from_db(fields=["tier", "tier_since"])


def set_tiers(changes: Sequence[TierChange], *, by: Any, on: date, by_name: str = "") -> int:
    """Change the tiers of many households from the day `on`, with history and plan, and return how many changed.

    Raise TierRefused when a household's tier is no longer the expected one or began after `on`, PermissionDenied.
    """
    changes = [change for change in changes if change.tier != change.expected]
    _demand_rights(changes, by)
    with transaction.atomic():
        lock_townships(change.area for change in changes)
        for some in batches(changes):
            _change(some, by=by, on=on, by_name=by_name)
        replan((change.household_id for change in changes), on=on)
    return len(changes)


def _change(changes: list[TierChange], *, by: Any, on: date, by_name: str) -> None:
    ids = [change.household_id for change in changes]
    rows = Household.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    present = {pk: (tier, since) for pk, tier, since in rows.values_list("pk", "tier", "tier_since")}
    for change in changes:
        tier, since = present[change.household_id]
        if tier != change.expected:
            raise TierRefused(CHANGED_BY_OTHERS)
        if since and since > on:
            raise TierRefused(f"现等级自 {since} 起，新等级不能从更早的 {on} 开始。请改用今天的日期。")
    now = timezone.now()
    # A tier changed again on its first day held on no day, and ends the day before it began.
    TierAssignment.objects.filter(household__in=ids, valid_to__isnull=True).update(valid_to=on - DAY)
    TierAssignment.objects.bulk_create(_assignment(change, by, by_name, on) for change in changes)
    for tier, households in _by_tier(changes).items():
        Household.objects.filter(pk__in=households).update(
            history=False, tier=tier, tier_since=on, updated_at=now
        )
    copy_to_history(Household.objects.filter(pk__in=ids), kind=CHANGED, by=by, at=now, reason="监测等级调整")
    # What was proposed from the old tier speaks of a state that is over.
    TierProposal.objects.open().filter(household__in=ids).update(status=TierProposal.Status.OUTDATED)


def _assignment(change: TierChange, by: Any, by_name: str, on: date) -> TierAssignment:
    return TierAssignment(
        area=change.area,
        household_id=change.household_id,
        tier=change.tier,
        tags=list(change.tags),
        valid_from=on,
        reason=change.reason,
        proposal_id=change.proposal_id,
        by=by,
        by_name=by_name or (by.name if by else COMMAND_LINE),
    )


def _by_tier(changes: Iterable[TierChange]) -> dict[str, list[UUID]]:
    found: dict[str, list[UUID]] = {}
    for change in changes:
        found.setdefault(change.tier, []).append(change.household_id)
    return found


def _decide(proposal_ids: list[UUID], status: str, by: Any, note: str) -> None:
    """Close open proposals; raise TierRefused when somebody else closed one of them first."""
    decided = 0
    for ids in batches(proposal_ids):
        decided += (
            TierProposal.objects.open()
            .filter(pk__in=ids)
            .update(status=status, decided_by=by, decided_at=timezone.now(), decision_note=note.strip())
        )
    if decided != len(proposal_ids):
        raise TierRefused(CHANGED_BY_OTHERS)


def _demand_rights(changes: Sequence[TierChange], by: Any) -> None:
    lowered = {change.area for change in changes if _lowers_key(change)}
    others = {change.area for change in changes if not _lowers_key(change)}
    if others:
        demand(by, Capability.CONFIRM_TIER, others)
    if by is not None and not all(access_of(by).can(Capability.LOWER_KEY_TIER, area) for area in lowered):
        # Who confirms tiers is told whose turn it is; everybody else has no business here.
        demand(by, Capability.CONFIRM_TIER, lowered)
        raise TierRefused(LEADER_ONLY)
    twice = [pk for pk, count in Counter(change.household_id for change in changes).items() if count > 1]
    if twice:
        raise TierRefused("同一户不能一次调整为两个等级。")


def _lowers_key(change: TierChange) -> bool:
    return change.expected == Tier.KEY and change.tier != Tier.KEY
