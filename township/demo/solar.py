"""Writes the villages' solar income: one batch of the year that the county recorded, and some on their way."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

from households.benefit_kinds import BenefitKind, SolarPurpose
from households.models import Household, Post, SolarBatch, SolarShare, Village
from township.demo.demo import Demo, at
from township.demo.figures import SHARED_OUT

TOWNSHIP_PERCENT = 40
VILLAGE_PART = Decimal(100 - TOWNSHIP_PERCENT) / 100
Status = SolarBatch.Status
# How many days ago the county recorded the batches, and the days that the four steps took before.
RECORDED_DAYS_AGO = (1, 45)
STEP_DAYS = ((4, 12), (3, 9), (5, 15), (6, 20))
# Of the next batch some villages have begun, each a step further.
BEGUN = (Status.DRAFTED, Status.DECIDED, Status.REVIEWED, Status.APPROVED)
STEPS = ("received_on", "decided_on", "reviewed_on", "approved_on", "recorded_on")
NEXT_RELIEF_YUAN = 500
NOTES = {SolarPurpose.WORKS: "村内道路、路灯维护", SolarPurpose.OTHER: "电站运维和保险"}


def load(demo: Demo) -> None:
    """Write batches and their lines; leaves the receipts of the relief that recorded batches paid."""
    batches, shares = [], []
    lines = _lines(demo)
    for village in demo.villages:
        recorded_on = _recorded_on(demo)
        batch = _recorded(demo, village, sum(share.amount_yuan for share in lines[village]), recorded_on)
        for share in lines[village]:
            share.batch = batch
            if share.purpose == SolarPurpose.RELIEF and share.household is not None:
                share.receipt = demo.receive(
                    BenefitKind.SOLAR_RELIEF, share.household, None, recorded_on, recorded_on,
                    share.amount_yuan, note=batch.title,
                )  # fmt: skip
        batches.append(batch)
        shares += lines[village]
    for village, status in zip(demo.villages, BEGUN, strict=False):
        begun, own = _begun(demo, village, status)
        batches.append(begun)
        shares += own
    demo.write(SolarBatch, batches)
    demo.write(SolarShare, shares)


def _lines(demo: Demo) -> dict[Village, list[SolarShare]]:
    """Return the lines of each village's recorded batch: pay, relief, works and the rest."""
    villages = {village.area: village for village in demo.villages}
    lines: dict[Village, list[SolarShare]] = {village: [] for village in demo.villages}
    posts = [post for post in demo.posts if post.is_solar]
    needy = [household for household in demo.households if household.is_without_labour]
    for post, amount in zip(posts, _amounts(demo, SolarPurpose.POSTS, len(posts)), strict=True):
        lines[villages[post.area]].append(_share(demo, SolarPurpose.POSTS, post.area, amount, post=post))
    for household, amount in zip(needy, _amounts(demo, SolarPurpose.RELIEF, len(needy)), strict=True):
        share = _share(demo, SolarPurpose.RELIEF, household.area, amount, household=household)
        lines[villages[household.area]].append(share)
    for purpose in (SolarPurpose.WORKS, SolarPurpose.OTHER):
        for village, amount in zip(demo.villages, _amounts(demo, purpose, len(demo.villages)), strict=True):
            lines[village].append(_share(demo, purpose, village.area, amount))
    return lines


def _amounts(demo: Demo, purpose: SolarPurpose, count: int) -> list[int]:
    """Deal the figure of a purpose to its receivers."""
    key = f"solar_{purpose.value}_yuan"
    split = SHARED_OUT[key][1]
    return split.deal(split.possible(demo.figures[key], count), count, demo.rng)


def _share(
    demo: Demo,
    purpose: SolarPurpose,
    area: str,
    amount: int,
    *,
    household: Household | None = None,
    post: Post | None = None,
) -> SolarShare:
    return SolarShare(
        id=demo.keys.uuid(), area=area, purpose=purpose, amount_yuan=amount, note=NOTES.get(purpose, ""),
        household=post.household if post else household, member=post.member if post else None,
    )  # fmt: skip


def _recorded_on(demo: Demo) -> date:
    """A day not long ago, of this year."""
    return max(demo.on - timedelta(days=demo.rng.randint(*RECORDED_DAYS_AGO)), date(demo.on.year, 1, 1))


def _recorded(demo: Demo, village: Village, spent: int, recorded_on: date) -> SolarBatch:
    days = [recorded_on]
    for step in STEP_DAYS:
        days.append(days[-1] - timedelta(days=demo.rng.randint(*step)))
    number = demo.villages.index(village) + 1
    return _batch(
        demo, village, f"{demo.on.year}年第一批", spent, Status.RECORDED,
        dict(zip(STEPS, reversed(days), strict=True)), document=f"示例光伏备〔{demo.on.year}〕{number}号",
    )  # fmt: skip


def _begun(demo: Demo, village: Village, status: Status) -> tuple[SolarBatch, list[SolarShare]]:
    """A batch on its way that gives relief to the households without labour, or repairs a road where there are none."""
    needy = [h for h in demo.households if h.is_without_labour and h.area == village.area]
    shares = [
        _share(demo, SolarPurpose.RELIEF, village.area, NEXT_RELIEF_YUAN, household=household)
        for household in needy
    ] or [_share(demo, SolarPurpose.WORKS, village.area, NEXT_RELIEF_YUAN)]
    step = BEGUN.index(status)
    days = [demo.on - timedelta(days=ago) for ago in range(step + 1, 0, -1)]
    batch = _batch(
        demo, village, f"{demo.on.year}年第二批", sum(share.amount_yuan for share in shares), status,
        dict(zip(STEPS, days, strict=False)),
    )  # fmt: skip
    for share in shares:
        share.batch = batch
    return batch, shares


def _batch(
    demo: Demo,
    village: Village,
    title: str,
    spent: int,
    status: Status,
    days: dict[str, date],
    document: str = "",
) -> SolarBatch:
    """A batch whose lines spend the village's part, but for some yuan that are left over."""
    income = (spent / VILLAGE_PART).quantize(Decimal(1), ROUND_CEILING)
    return SolarBatch(
        id=demo.keys.uuid(), area=village.area, village=village, title=title, income_yuan=income,
        township_percent=TOWNSHIP_PERCENT, status=status, document=document, created_by=demo.accounts["station"],
        created_at=at(min(max(days["received_on"], demo.start_on), demo.on), 9), **days,
    )  # fmt: skip
