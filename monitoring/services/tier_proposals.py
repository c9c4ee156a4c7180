"""Proposing tiers: by the rule for many households, by a cadre for one. Nothing changes until a person confirms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from households.access import Capability
from households.choices import Tier
from households.models import Household
from households.models.households import HouseholdQuerySet
from monitoring.models import TierProposal, TierSetting
from monitoring.services.planning import lock_townships
from monitoring.services.rights import demand
from monitoring.services.tier_facts import Judged, judge
from township.base.batches import batches

REASON_LENGTH = 200
NO_THRESHOLDS = "没有生效的分级标准，请先在“规则”中设置。"
Status = TierProposal.Status


class TierRefused(Exception):
    """A proposal or change of a tier that is not made; the message is for the user."""


@dataclass
class ProposalCounts:
    """What a run of the rule did, in households (户).

    new proposals written, those that stand unchanged, those outdated by new facts, those left because a person had
    turned the same down or a cadre's own proposal waits; `by_tier` and `by_reason` count all that were looked at.
    """

    households: int = 0
    new: int = 0
    unchanged: int = 0
    outdated: int = 0
    turned_down: int = 0
    by_hand: int = 0
    agree: int = 0
    by_tier: dict[str, int] = field(default_factory=dict)
    by_reason: dict[str, int] = field(default_factory=dict)


def propose_tiers(households: HouseholdQuerySet, *, on: date, by: Any = None) -> dict[str, Any]:
    """Ask the rule about the active households and keep a proposal where it differs from the tier (or there is none).

    Return the counts (ProposalCounts as a dict). Raise TierRefused without thresholds in force, PermissionDenied
    when `by` holds no PROPOSE_TIER for one of the villages.
    """
    areas = set(households.order_by().values_list("area", flat=True).distinct())
    demand(by, Capability.PROPOSE_TIER, areas)
    with transaction.atomic():
        lock_townships(areas)
        try:
            judged = list(judge(households, on))
        except TierSetting.DoesNotExist:
            raise TierRefused(NO_THRESHOLDS) from None
        counts = _write(judged, households, on)
        closed = households.filter(closed_on__isnull=False).order_by().values("pk")
        TierProposal.objects.open().filter(household__in=closed).update(status=Status.OUTDATED)
    return asdict(counts)


def propose_by_hand(household: Household, tier: str, reason: str, *, by: Any, on: date) -> TierProposal:
    """Let a cadre propose another tier, with the reason; it takes the place of whatever was proposed before.

    Raise TierRefused without a reason or when the household has the tier, PermissionDenied without PROPOSE_TIER.
    """
    demand(by, Capability.PROPOSE_TIER, [household.area])
    demand_reason(reason, "请填写建议的理由。")
    if household.closed_on:
        raise TierRefused("该户已销户，不能建议等级。")
    if household.tier == tier:
        raise TierRefused(f"该户已是“{Tier(tier).label}”，无需建议。")
    with transaction.atomic():
        lock_townships([household.area])
        TierProposal.objects.open().filter(household=household).update(status=Status.OUTDATED)
        return TierProposal.objects.create(
            area=household.area,
            household=household,
            current_tier=household.tier,
            tier=Tier(tier),
            reasons=[{"code": "by_hand", "text": reason.strip()}],
            proposed_on=on,
            proposed_by=by,
        )


def demand_reason(text: str, message: str) -> None:
    """Raise TierRefused with the message when there is no reason, or one that is too long to keep."""
    if not text.strip():
        raise TierRefused(message)
    if len(text.strip()) > REASON_LENGTH:
        raise TierRefused(f"理由不能超过 {REASON_LENGTH} 字，请精简。")


def _write(judged: list[Judged], households: HouseholdQuerySet, on: date) -> ProposalCounts:
    counts = ProposalCounts(
        households=len(judged),
        by_tier=dict(Counter(str(one.proposal.tier) for one in judged)),
        by_reason=dict(Counter(reason["code"] for one in judged for reason in one.proposal.reasons)),
    )
    ids = households.active().order_by().values("pk")
    known = TierProposal.objects.filter(household__in=ids)
    waiting = {row.household_id: row for row in known.open()}
    turned_down = {
        row.household_id: row for row in known.filter(status=Status.REJECTED).order_by("decided_at")
    }
    outdated: list[UUID] = []
    new: list[TierProposal] = []
    for one in judged:
        present, rejected = waiting.get(one.id), turned_down.get(one.id)
        if present and present.proposed_by_id:
            counts.by_hand += 1
            continue
        if present and _same(present, one):
            counts.unchanged += 1
            continue
        if present:
            outdated.append(present.pk)
        if one.proposal.tier == one.tier:
            counts.agree += 1
        elif rejected and _same(rejected, one):
            counts.turned_down += 1
        else:
            new.append(_proposal(one, on))
    _outdate(outdated)
    TierProposal.objects.bulk_create(new)
    counts.new, counts.outdated = len(new), len(outdated)
    return counts


def _same(proposal: TierProposal, one: Judged) -> bool:
    """Whether the rule says what it said before, for the same reasons."""
    return (proposal.current_tier, proposal.tier, proposal.reasons, proposal.tags) == (
        one.tier,
        one.proposal.tier,
        one.proposal.reasons,
        one.proposal.tags,
    )


def _proposal(one: Judged, on: date) -> TierProposal:
    return TierProposal(
        area=one.area,
        household_id=one.id,
        current_tier=one.tier,
        tier=one.proposal.tier,
        reasons=one.proposal.reasons,
        tags=one.proposal.tags,
        proposed_on=on,
    )


def _outdate(proposal_ids: Iterable[UUID]) -> None:
    for ids in batches(proposal_ids):
        TierProposal.objects.open().filter(pk__in=ids).update(status=Status.OUTDATED)
