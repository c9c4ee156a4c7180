"""Which tier a household held on a day, as a condition for queries."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q

from monitoring.models import TierAssignment


def held_tier(tier: str, on: date, *, household: str = "") -> Q:
    """Condition: the household was in the tier on the day; `household` is the path to it ("" on Household itself).

    The present tier answers for nearly every row; the assignments are asked only where it began after the day.
    """
    prefix = f"{household}__" if household else ""
    held = TierAssignment.objects.valid_on(on).filter(household=OuterRef(f"{prefix}pk"), tier=tier)
    present = Q(**{f"{prefix}tier": tier, f"{prefix}tier_since__lte": on})
    later = Q(**{f"{prefix}tier_since__gt": on}) | Q(**{f"{prefix}tier_since__isnull": True})
    return present | later & Q(Exists(held))
