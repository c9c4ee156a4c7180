"""What follows when a household splits, joins another one or moves to another village, or a person goes to another
household: tier, tasks, monitor, warnings.

The verbs themselves are households/services/{splitting,merging,moving,transfers}.py, which call these inside their
transaction.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from households.access import Role, area_range
from households.choices import Tier
from households.models import Account, Household, MonitorAssignment, Posting
from households.services.merging import Merger
from households.services.moving import Move
from households.services.splitting import Split
from households.services.transfers import Transfer
from monitoring.models import Clue, Measure, TierAssignment, WarningCase
from monitoring.services.handover import assign_monitor, follow_assignments
from monitoring.services.tier_proposals import TierRefused, propose_by_hand, propose_tiers
from monitoring.services.tiering import TierChange, set_tiers
from monitoring.services.warning_follow import follow_monitors, settle_with_people
from township.base.history import save_changes

DAY = timedelta(days=1)
RANK = {tier.value: rank for rank, tier in enumerate(Tier)}  # highest first
NO_TIER = len(RANK)


def give_same_tier(made: Split) -> None:
    """The part that split off is in the tier of the whole from the day of registration, and is planned at once.

    Not from the day of the split, when that was earlier: nobody can owe it visits from before it was known.
    """
    if not made.old.tier:
        return
    present = TierAssignment.objects.filter(household=made.old, valid_to__isnull=True).first()
    change = TierChange(
        household_id=made.new.pk,
        area=made.new.area,
        tier=made.old.tier,
        reason=f"分户自{made.old.code}，沿用原户等级",
        expected="",
        tags=present.tags if present else (),
    )
    set_tiers([change], by=made.by, on=made.today)


def take_warnings_along(made: Split) -> None:
    """Warnings without a verdict that are about people of the new household are verified there, by its monitor."""
    settle_with_people(WarningCase.objects.filter(household=made.old))
    follow_monitors([made.new.pk], on=made.today)


def bring_warnings(merged: Merger) -> str:
    """Warnings without a verdict come along with their people; return the sentence that says so."""
    return _bring(merged.source, merged.target, merged.today)


def bring_his_warnings(moved: Transfer) -> str:
    """The same for a person who married into another household, or was taken up by one."""
    return _bring(moved.source, moved.target, moved.today)


def _bring(source: Household, target: Household, today: date) -> str:
    count = settle_with_people(WarningCase.objects.filter(household=source))
    if not count:
        return ""
    follow_monitors([target.pk], on=today)
    return f"{count} 件没有认定的预警随人员转到本户。"


def propose_own_tier(made: Split) -> None:
    """Where the risk stayed with the old household, let the rule propose a tier for the part that is monitored no more.

    Only proposed: to lower a KEY tier is the leader's. Without thresholds in force the rule proposes nothing yet.
    """
    if not made.old.monitored_kind or made.new.monitored_kind:
        return
    with suppress(TierRefused):
        propose_tiers(Household.objects.filter(pk=made.new.pk), on=made.today)


def propose_higher_tier(merged: Merger) -> str:
    """Propose the tier of the household that ended where it was the higher one; return the sentence that says so."""
    source, target = merged.source, merged.target
    if RANK.get(source.tier, NO_TIER) >= RANK.get(target.tier, NO_TIER):
        return ""
    label = Tier(source.tier).label
    reason = f"合户：并入的{source.head_name}户（{source.code}）为“{label}”"
    propose_by_hand(target, source.tier, reason, by=merged.by, on=merged.today)
    return f"并入的户为“{label}”，已建议把本户调整为“{label}”，请确认。"


def tell_unfinished(merged: Merger) -> str:
    """Return what is still open at the household that ended, for whoever merged it; "" for nothing."""
    clues = Clue.objects.waiting().filter(household=merged.source).count()
    measures = Measure.objects.filter(household=merged.source, ended_on__isnull=True).count()
    parts = [f"{clues} 条线索待处理" if clues else "", f"{measures} 项帮扶措施没有结束" if measures else ""]
    unfinished = "、".join(filter(None, parts))
    if not unfinished:
        return ""
    return f"并入的{merged.source.head_name}户（{merged.source.code}）还有 {unfinished}，请处理。"


def find_monitor(moved: Move) -> str:
    """Keep a monitor who is posted to the new village too, else give the household to the only one there, or nobody.

    Return the sentence that says who it is. Open tasks follow the assignment.
    """
    household, today = moved.household, moved.today
    lasting = MonitorAssignment.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=today), household=household
    )
    strangers = [
        row for row in lasting.select_related("monitor") if not _is_posted(row.monitor, household, today)
    ]
    for row in strangers:
        row.valid_to = max(row.valid_from, today) - DAY
        save_changes(row, by=moved.by, reason=f"迁村：{moved.reason}"[:200], fields=["valid_to"])
    present = lasting.valid_on(today).select_related("monitor").first()
    if present is not None:
        follow_assignments([household.pk], on=today)
        return f"监测员仍为{present.monitor.name}。"
    there = list(Account.objects.monitors(household.area, today)[:2])
    if len(there) != 1:
        follow_assignments([household.pk], on=today)
        return "本户现在没有监测员，请指派。"
    (monitor,) = there
    assign_monitor(Household.objects.filter(pk=household.pk), monitor, by=moved.by, on=today, reason="迁村")
    return f"监测员改为{monitor.name}。"


def _is_posted(monitor: Any, household: Household, on: date) -> bool:
    postings = Posting.objects.valid_on(on).filter(user=monitor, role=Role.MONITOR)
    ranges = (area_range(prefix) for prefix in postings.values_list("area", flat=True))
    return monitor.is_active and any(low <= household.area < high for low, high in ranges)
