"""What is decided about two rows that may be one person; the decision is remembered for the pair."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from households.choices import IdKind, Relation
from households.models import DuplicateDecision, LifeEvent, Member
from households.services import facts
from households.services.departures import depart
from households.services.fact_writes import FactsRefused, demand_right, stated
from township.base.history import save_changes

DUPLICATE = "重复登记"
# Not facts of the person: whose row it is, and what the household made of him.
NOT_TAKEN_OVER = frozenset({
    "id", "area", "household", "name", "initials", "relation", "left_on", "left_reason", "created_at", "updated_at",
    "id_kind", "id_number", "id_index", "id_last4_index", "has_temporary_id", "is_registered", "is_co_living",
})  # fmt: skip
FROM_ID = ("id_kind", "id_number", "has_temporary_id", "birth_on", "sex")
INDEXES = ("id_index", "id_last4_index")


def tell_apart(one: Member, other: Member, *, by: Any, reason: str) -> DuplicateDecision:
    """Remember that the two are different people. Raise FactsRefused for no reason or a pair already decided."""
    reason = stated(reason)
    demand_right(by, one.area)
    demand_right(by, other.area)
    with transaction.atomic():
        return _decide(one, other, DuplicateDecision.Decision.DIFFERENT, by=by, reason=reason)


def unite(keep: Member, drop: Member, *, by: Any, on: date, reason: str) -> list[str]:
    """Let one row stand for the person: what is blank in it is taken from the other, which then leaves as a double.

    `on` is today. Returns the names of the fields that were filled. The village's total falls by one person, which the
    event 其他减少 tells. Raise FactsRefused where the other row is the head of people who stay, or somebody decided
    meanwhile; PermissionDenied.
    """
    reason = stated(reason)
    with transaction.atomic():
        demand_right(by, keep.area)
        rows = {
            row.pk: row
            for row in Member.objects.select_for_update().filter(pk__in=(keep.pk, drop.pk)).order_by("pk")
        }
        keep, drop = rows[keep.pk], rows[drop.pk]
        if keep.left_on is not None:
            raise FactsRefused([("", f"{keep.name}这一条已登记减少，不能作为保留的一条。请刷新后再看。")])
        _refuse_head(drop)
        _decide(keep, drop, DuplicateDecision.Decision.MERGED, by=by, reason=reason)
        words = f"{DUPLICATE}，以另一条为准：{reason}"
        depart(drop, LifeEvent.Kind.LEFT, by=by, on=on, today=on, reason=words)
        filled = _take_over(keep, drop, by=by, reason=f"{DUPLICATE}合并：{reason}"[:200])
        if "id_number" in filled:
            facts.tell_registered(keep, on)
        return filled


def _refuse_head(drop: Member) -> None:
    """The page of doubles has no place to name the next head, nor to look at the family that he leaves."""
    others = drop.household.members.active().exclude(pk=drop.pk)
    if drop.left_on is None and drop.relation == Relation.HEAD and others.exists():
        message = (
            f"要减少的{drop.name}是{drop.household.code}户的户主，户内还有其他人。"
            "请保留另一条，或先在那一户办理更换户主，再来处理。"
        )
        raise FactsRefused([("", message)])


def _decide(
    one: Member, other: Member, decision: DuplicateDecision.Decision, *, by: Any, reason: str
) -> DuplicateDecision:
    first, second = sorted((one, other), key=lambda member: member.pk)
    try:
        with transaction.atomic():
            return DuplicateDecision.objects.create(
                area=first.area, first=first, second=second, decision=decision, reason=reason, by=by
            )
    except IntegrityError as error:
        raise FactsRefused([("", "这一对刚才已有人处理过。请刷新页面再看。")]) from error


def _take_over(keep: Member, drop: Member, *, by: Any, reason: str) -> list[str]:
    """Fill the blanks of the row that stays; a real number takes the place of none or of a temporary one."""
    filled = [
        field.name
        for field in Member._meta.concrete_fields
        if field.name not in NOT_TAKEN_OVER
        and getattr(keep, field.attname) in (None, "", [])
        and getattr(drop, field.attname) not in (None, "", [])
    ]
    has_real = bool(drop.id_number) and not drop.has_temporary_id and drop.id_kind not in (IdKind.OTHER,)
    needs_one = not keep.id_number or keep.has_temporary_id or keep.id_kind == IdKind.OTHER
    if has_real and needs_one:
        filled = [name for name in filled if name not in FROM_ID] + list(FROM_ID)
    for name in filled:
        setattr(keep, name, getattr(drop, name))
    if not filled:
        return []
    extra = INDEXES if "id_number" in filled else ()
    save_changes(keep, by=by, reason=reason, fields=[*filled, *extra, "updated_at"])
    return filled
