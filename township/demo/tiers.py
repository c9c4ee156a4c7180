"""Writes the tiers since the start day, the changes within the year, and the visit plan of every month on the way."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from households.choices import HouseholdKind
from households.models import Household
from monitoring.models import TierAssignment, TierProposal
from monitoring.rules.tiering import ORDINARY_EX_POOR, Proposal
from monitoring.services.planning import plan_month
from monitoring.services.tier_facts import judge
from monitoring.services.tiering import set_tier
from township.base.dates import add_months, month_start
from township.demo.changes import Change
from township.demo.demo import TOWNSHIP, Demo, at

START_REASON = "系统启用时按登记情况核定"


def load(demo: Demo) -> None:
    """Live through the year: tiers of the start day, then month by month the plan and the changes."""
    _write_first_tiers(demo)
    by_month: dict[date, list[Change]] = defaultdict(list)
    for change in demo.changes:
        by_month[month_start(change.day)].append(change)
    month = month_start(demo.start_on)
    while month <= demo.on:
        # The office asked for the running periods to be planned too when it began.
        plan_month(month, area=TOWNSHIP, on=max(month, demo.start_on), include_started=month <= demo.start_on)
        for change in by_month[month]:
            _make(demo, change)
        month = add_months(month, 1)


def _write_first_tiers(demo: Demo) -> None:
    """The tier of the start day, with the reasons and tags of the rule where it says the same."""
    station = demo.accounts["station"]
    said = {one.id: one.proposal for one in judge(Household.objects.all(), demo.on)}
    demo.write(
        TierAssignment,
        (
            TierAssignment(
                id=demo.keys.uuid(),
                area=household.area,
                household=household,
                tier=household.tier,
                tags=said[household.pk].tags,
                valid_from=demo.start_on,
                reason=_reason(said[household.pk], household.tier),
                by=station,
                by_name=station.name,
                at=demo.started_at,
            )
            for household in demo.households
        ),
    )


def _reason(proposal: Proposal, tier: str) -> str:
    if proposal.tier != tier:
        return START_REASON
    return "；".join(reason["text"] for reason in proposal.reasons)


def _make(demo: Demo, change: Change) -> None:
    """Confirm a proposal of the rule on the day of the change; the plan follows at once."""
    household, by, day = change.household, demo.accounts["station2"], change.day
    proposal = TierProposal.objects.create(
        id=demo.keys.uuid(),
        area=household.area,
        household=household,
        current_tier=change.old,
        tier=change.new,
        reasons=[{"code": "registered", "text": change.reason}],
        proposed_on=day,
        status=TierProposal.Status.CONFIRMED,
        decided_by=by,
        decided_at=at(day, 15),
    )
    tags = [ORDINARY_EX_POOR] if household.kind == HouseholdKind.EX_POOR else []
    set_tier(
        household,
        change.new,
        by=None,
        by_name=by.name,
        on=day,
        reason=change.reason,
        proposal=proposal,
        tags=tags,
    )
    # The service knows only the present moment.
    TierAssignment.objects.filter(proposal=proposal).update(by=by, at=at(day, 15))
