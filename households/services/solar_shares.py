"""The lines of a drafted batch: typed one by one, or made for all who are due, so that nothing is typed twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from households.benefit_kinds import BenefitKind, SolarPurpose
from households.choices import HouseholdKind
from households.entry_checks import MOST_YUAN
from households.models import BenefitStandard, Household, Member, Post, SolarBatch, SolarShare
from households.services.fact_writes import FactsRefused, stated
from households.services.solar import drafted
from township.base.history import CREATED, copy_to_history, save_changes

NOTE_LENGTH, MOST_MONTHS = 200, 12
HELD_BY_NOBODY = (SolarPurpose.WORKS, SolarPurpose.OTHER)


@dataclass(frozen=True, kw_only=True)
class ShareInput:
    """A line as a person types it: 公益岗位 has a member, 特困救助 a household, the rest neither; amount in yuan."""

    purpose: str
    amount_yuan: Decimal
    household: Household | None = None
    member: Member | None = None
    note: str = ""


@dataclass(frozen=True)
class Generated:
    """How many lines were made, how many had one already, and of those without pay registered how many were left."""

    made: int
    already: int
    without_pay: int = 0


def add_share(batch: SolarBatch, data: ShareInput, *, by: Any) -> SolarShare:
    """Add a line to a drafted batch; raise FactsRefused or PermissionDenied (RECORD_PROCEDURE in its village)."""
    with transaction.atomic():
        batch = drafted(batch, by)
        if problems := list(share_problems(batch, data)):
            raise FactsRefused(problems)
        share = SolarShare(
            batch=batch, area=batch.area, purpose=data.purpose, household=data.household, member=data.member,
            amount_yuan=data.amount_yuan, note=data.note.strip(),
        )  # fmt: skip
        save_changes(share, by=by, reason="登记光伏收益明细")
    return share


def remove_share(share: SolarShare, *, by: Any, reason: str) -> None:
    """Take a line out of a drafted batch; its history keeps what it was and why."""
    with transaction.atomic():
        drafted(share.batch, by)
        row: Any = share  # the history reads who and why from the row
        row._history_user, row._change_reason = by, stated(reason)
        row.delete()


def add_relief_lines(batch: SolarBatch, amount_yuan: Decimal, *, by: Any, on: date) -> Generated:
    """Add one relief line for each ex-poor household without labour of the village, the amount (元) being the same.

    Households that have a line already are left as they are. Refused outside the standard of 光伏特困救助 in force.
    """
    with transaction.atomic():
        batch = drafted(batch, by)
        if problems := list(relief_problems(amount_yuan, on)):
            raise FactsRefused(problems)
        due = list(due_for_relief(batch))
        have = set(_lines(batch, SolarPurpose.RELIEF).values_list("household", flat=True))
        shares = [
            SolarShare(
                batch=batch, area=batch.area, purpose=SolarPurpose.RELIEF, household=household,
                amount_yuan=amount_yuan,
            )
            for household in due
            if household.pk not in have
        ]  # fmt: skip
        _write(shares, by=by, reason="按无劳动能力户生成")
    return Generated(len(shares), len(due) - len(shares))


def add_post_lines(batch: SolarBatch, months: int, *, by: Any, on: date) -> Generated:
    """Add one line for each public post of the village that solar income pays and that runs: pay a month × months.

    Posts without a registered pay, and people with a post line already, are left.
    """
    with transaction.atomic():
        batch = drafted(batch, by)
        if not 1 <= months <= MOST_MONTHS:
            raise FactsRefused([("months", f"月数应为 1—{MOST_MONTHS}。")])
        posts = list(solar_posts(batch, on))
        paid = [(post, post.month_yuan) for post in posts if post.month_yuan]
        have = set(_lines(batch, SolarPurpose.POSTS).values_list("member", flat=True))
        shares = [
            SolarShare(
                batch=batch, area=batch.area, purpose=SolarPurpose.POSTS, household_id=post.household_id,
                member_id=post.member_id, amount_yuan=month_yuan * months,
                note=f"{post.get_kind_display()} {months} 个月",
            )
            for post, month_yuan in paid
            if post.member_id not in have
        ]  # fmt: skip
        _write(shares, by=by, reason="按公益岗位生成")
    return Generated(len(shares), len(paid) - len(shares), len(posts) - len(paid))


def due_for_relief(batch: SolarBatch) -> Iterator[Household]:
    """Yield the active ex-poor households of the batch's village that are registered as without labour."""
    rows = Household.objects.in_area(batch.area).active()
    yield from rows.filter(kind=HouseholdKind.EX_POOR, is_without_labour=True).order_by("code")


def solar_posts(batch: SolarBatch, on: date) -> Iterator[Post]:
    """Yield the public posts of the batch's village that solar income pays and that run on a day."""
    rows = Post.objects.in_area(batch.area).running(on).filter(is_solar=True, member__left_on__isnull=True)
    yield from rows.order_by("household", "pk")


def relief_standard(on: date) -> BenefitStandard | None:
    """Return the standard of 光伏特困救助 (元 a year, from … to …) in force on a day."""
    return BenefitStandard.objects.valid_on(on).filter(kind=BenefitKind.SOLAR_RELIEF).first()


def relief_problems(amount_yuan: Decimal, on: date) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with an amount of relief (元) on a day; without a standard every positive amount is right."""
    standard = relief_standard(on)
    if amount_yuan <= 0:
        yield "amount_yuan", "金额应大于 0。"
    elif standard is not None:
        least, most = standard.amount_yuan, standard.most_yuan or standard.amount_yuan
        if not least <= amount_yuan <= most:
            yield "amount_yuan", f"光伏特困救助标准为每户 {least:f}—{most:f} 元，请核对。"


def share_problems(batch: SolarBatch, data: ShareInput) -> Iterator[tuple[str, str]]:
    """Yield what keeps a line from being added, as (field, message)."""
    if data.purpose not in SolarPurpose.values:
        yield "purpose", f"没有“{data.purpose}”这一用途，请从列表中选择。"
        return
    if not 0 < data.amount_yuan < MOST_YUAN:
        yield "amount_yuan", "金额应大于 0、小于 100 亿元。"
    if len(data.note) > NOTE_LENGTH:
        yield "note", f"说明不超过 {NOTE_LENGTH} 字。"
    yield from _receiver_problems(batch, data)


def _receiver_problems(batch: SolarBatch, data: ShareInput) -> Iterator[tuple[str, str]]:
    household, member = data.household, data.member
    if data.purpose in HELD_BY_NOBODY:
        if household is not None or member is not None:
            yield "household", "公益事业和其他支出不选农户。"
        return
    if household is None:
        yield "household", "请选择农户。"
        return
    if household.closed_on is not None:
        yield "household", f"{household.head_name}户已于 {household.closed_on} 销户，请重新选择。"
    if household.area != batch.area:
        yield "household", f"{household.head_name}户不在{batch.village.name}，请重新选择。"
    if data.purpose == SolarPurpose.POSTS and member is None:
        yield "member", "岗位工资发给个人，请选择成员。"
    if member is not None and member.household_id != household.pk:
        yield "member", f"{member.name}不是这一户的成员，请重新选择。"
    same = _lines(batch, SolarPurpose.RELIEF).filter(household=household)
    if data.purpose == SolarPurpose.RELIEF and same.exists():
        yield "household", f"{household.head_name}户在本批次已有救助明细，请先移除原来的一条。"


def _lines(batch: SolarBatch, purpose: SolarPurpose) -> Any:
    return SolarShare.objects.filter(batch=batch, purpose=purpose)


def _write(shares: list[SolarShare], *, by: Any, reason: str) -> None:
    SolarShare.objects.bulk_create(shares)
    rows = SolarShare.objects.filter(pk__in=[share.pk for share in shares])
    copy_to_history(rows, kind=CREATED, by=by, at=timezone.now(), reason=reason)
