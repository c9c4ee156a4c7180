"""What the register holds twice or should not hold: names of households, and marriages of three."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count, F, Q

from households.choices import Relation
from households.models import Household, Member


def misnamed_households() -> list[UUID]:
    """Return the households named otherwise than their head, by code; one without a head has nothing to match."""
    heads = Member.objects.active().heads().exclude(name=F("household__head_name"))
    return list(heads.order_by("household__code").values_list("household_id", flat=True))


def households_with_spouses() -> list[UUID]:
    """Return the households with more than one spouse of the head, by code: odd, and most often a wrong relation."""
    spouses = Count("members", filter=Q(members__left_on__isnull=True, members__relation=Relation.SPOUSE))
    households = Household.objects.filter(closed_on__isnull=True).annotate(spouses=spouses)
    return list(households.filter(spouses__gt=1).order_by("code").values_list("pk", flat=True))
