"""What is stored twice, recomputed: head's name, last visit, tier, episode, and which visit fulfils which task."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone

from households.models import Household
from households.services.integrity import households_with_spouses, misnamed_households
from monitoring.models import MonitoringEpisode, TierAssignment, VisitTask
from monitoring.services import fulfilment
from monitoring.services.register_mirror import drift_of

EXAMPLES = 20


@dataclass
class Integrity:
    """Rows that say otherwise than their source: counts, and the codes of some of their households.

    `two_spouses` and `without_month` (registered as monitored without the month of identification, hence without an
    episode) are doubts for a person to look at; they make nothing unsound.
    """

    households: int = 0
    head_name: int = 0
    last_visit: int = 0
    tier: int = 0
    tasks: int = 0
    episode: int = 0
    without_month: int = 0
    two_spouses: int = 0
    examples: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_sound(self) -> bool:
        """Nothing drifted."""
        return not (self.head_name or self.last_visit or self.tier or self.tasks or self.episode)

    def as_json(self) -> dict[str, Any]:
        """The object that `check_integrity --json` prints."""
        return {
            "sound": self.is_sound,
            "households": self.households,
            "drift": {
                "head_name": self.head_name,
                "last_visit": self.last_visit,
                "tier": self.tier,
                "task_visit": self.tasks,
                "episode": self.episode,
            },
            "warnings": {"two_spouses": self.two_spouses, "without_month": self.without_month},
            "examples": self.examples,
        }


def check_integrity(on: date | None = None) -> Integrity:
    """Compare what is stored with the heads, the visits, the tier assignments and the register; writes nothing."""
    households = list(Household.objects.order_by().values_list("pk", flat=True))
    drift = fulfilment.drift(households)
    tiers = list(_drifted_tiers())
    mirror = drift_of(Household.objects.all(), on=on or timezone.localdate())
    episodes = [*mirror.households, *_watched_after_closing()]
    misnamed, two_spouses = misnamed_households(), households_with_spouses()
    of_tasks = VisitTask.objects.filter(pk__in=list(drift.tasks)[:EXAMPLES])
    return Integrity(
        households=len(households),
        head_name=len(misnamed),
        last_visit=len(drift.last_visits),
        tier=len(tiers),
        tasks=len(drift.tasks),
        episode=len(episodes),
        without_month=mirror.without_month,
        two_spouses=len(two_spouses),
        examples={
            "head_name": _codes(misnamed),
            "last_visit": _codes(list(drift.last_visits)),
            "tier": _codes(tiers),
            "task_visit": _codes(list(of_tasks.values_list("household_id", flat=True))),
            "episode": _codes(episodes),
            "two_spouses": _codes(two_spouses),
        },
    )


def _drifted_tiers() -> Any:
    """The households whose tier and first day are not those of their open assignment."""
    present = TierAssignment.objects.filter(household=OuterRef("pk"), valid_to__isnull=True)
    households = Household.objects.annotate(
        held=Subquery(present.values("tier")[:1]), held_since=Subquery(present.values("valid_from")[:1])
    )
    without = Q(held__isnull=True)
    drifted = (without & ~Q(tier="")) | (~without & (~Q(tier=F("held")) | ~Q(tier_since=F("held_since"))))
    return households.filter(drifted).order_by("code").values_list("pk", flat=True)


def _watched_after_closing() -> list[UUID]:
    """The closed households whose risk is still being watched."""
    watched = MonitoringEpisode.objects.open().filter(household__closed_on__isnull=False)
    return list(watched.order_by("household__code").values_list("household_id", flat=True))


def _codes(household_ids: list[UUID]) -> list[str]:
    rows = Household.objects.filter(pk__in=household_ids[:EXAMPLES]).order_by("code")
    return list(rows.values_list("code", flat=True))
