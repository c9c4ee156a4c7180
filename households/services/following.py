"""What belongs to a person and goes along when he enters another household: his receipts, papers, work.

The rule is that of the village for a household (moving.py): whoever answers for the person now has to see it, and a
household's rows lie in its area. What a household holds as such (耕地补贴, 小额信贷) stays with it.
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from households.models import BenefitReceipt, Household, Member, Post, Qualification, Training, WorkSpell
from township.base.history import CHANGED, copy_to_history

PERSONAL = (BenefitReceipt, Qualification, WorkSpell, Post, Training)


def take_along(member: Member, target: Household, *, by: Any, reason: str) -> None:
    """Write the person's rows into the household, with history; call it in the transaction that moves him."""
    now = timezone.now()
    for model in PERSONAL:
        rows = model.objects.filter(member=member).exclude(household=target)
        keys = list(rows.values_list("pk", flat=True))
        if keys:
            moved = model.objects.filter(pk__in=keys)
            moved.update(history=False, household=target, area=target.area)
            copy_to_history(moved, kind=CHANGED, by=by, at=now, reason=reason)
