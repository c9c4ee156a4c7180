"""Writes work, posts, trainings and small loans, so that they say what the register's columns say of the people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from households.benefit_kinds import BenefitKind, PostKind, PostLevel
from households.choices import HouseholdKind, WorkRegion
from households.models import Member, MicroLoan, Post, Training, WorkSpell
from township.base.dates import add_months
from township.demo.demo import Demo, at
from township.demo.figures import SHARED_OUT

POST_YUAN = 400  # a month: the report's 4,800 a year
LEVELS = {
    PostKind.FOREST_RANGER: PostLevel.DEPARTMENT, PostKind.RIVER_PATROL: PostLevel.DEPARTMENT,
    PostKind.AGENT: PostLevel.TOWNSHIP, PostKind.SUPERVISOR: PostLevel.TOWNSHIP,
}  # fmt: skip
KIND_OF = {str(kind.label): kind for kind in PostKind}
WAGES = {
    WorkRegion.COUNTY: (1800, 3600), WorkRegion.CITY: (2400, 4200), WorkRegion.OTHER_CITY: (2800, 5000),
    WorkRegion.OTHER_PROVINCE: (3200, 6000),
}  # fmt: skip
COMPANIES = ("示例农业园区", "示例建筑劳务公司", "示例食品加工厂", "示例物流公司", "示例家政公司", "")
CHANNELS = ("自主就业", "亲友介绍", "政府组织", "劳务公司")
TRAININGS = ("养殖技术", "大棚种植", "家政服务", "电焊", "中式烹饪")
TRAINING_DAYS, TRAINING_HOURS = 14, 100
TRAINED_AGES = range(20, 56)
LOAN_MONTHS, LENT_SINCE_DAYS = 36, (60, 690)
PURPOSES = ("养羊", "养牛", "大棚种植", "购买农机")


def load(demo: Demo) -> None:
    """Write spells, posts, trainings and loans; leaves `demo.posts`, and receipts of the subsidy for the journey."""
    demo.write(WorkSpell, [_spell(demo, member) for member in demo.members if member.work_region])
    holders = [member for member in demo.members if member.post]
    from_solar = _paid_from_solar(demo, holders)
    demo.posts = [_post(demo, member, member.pk in from_solar) for member in holders]
    demo.write(Post, demo.posts)
    demo.write(Training, _trainings(demo))
    demo.write(MicroLoan, _loans(demo))
    _receive_travel_subsidy(demo)


def _began(demo: Demo, months: int | None) -> date:
    """A first day that makes so many months of the running year, or all of them so far."""
    rng, on, day = demo.rng, demo.on, demo.rng.randint(1, 28)
    if months is not None and months < on.month:
        return date(on.year, on.month - months + 1, day)
    return date(on.year - rng.randint(1, 2), rng.randint(1, 12), day)


def _spell(demo: Demo, member: Member) -> WorkSpell:
    rng, started_on = demo.rng, _began(demo, member.work_months)
    low, high = WAGES[WorkRegion(member.work_region)]
    return WorkSpell(
        id=demo.keys.uuid(), area=member.area, household=member.household, member=member, started_on=started_on,
        place=member.work_place, region=member.work_region, company=rng.choice(COMPANIES),
        channel=rng.choice(CHANNELS), month_yuan=rng.randrange(low, high, 100), **_recorded(demo, started_on),
    )  # fmt: skip


def _paid_from_solar(demo: Demo, holders: list[Member]) -> set[object]:
    """The keys of those whose post is paid from the village's solar income: none that a department pays."""
    departments = {kind.label for kind, level in LEVELS.items() if level == PostLevel.DEPARTMENT}
    fit = [member.pk for member in holders if member.post not in departments]
    return set(demo.rng.sample(fit, min(demo.figures["solar_posts_people"], len(fit))))


def _post(demo: Demo, member: Member, is_solar: bool) -> Post:
    kind, started_on = KIND_OF[member.post], _began(demo, member.post_months)
    return Post(
        id=demo.keys.uuid(), area=member.area, household=member.household, member=member, started_on=started_on,
        kind=kind, level=LEVELS.get(kind, PostLevel.VILLAGE), is_solar=is_solar, month_yuan=POST_YUAN,
        **_recorded(demo, started_on),
    )  # fmt: skip


def _trainings(demo: Demo) -> Iterator[Training]:
    """技能培训 of 14 days and 100 lessons, most of them for the ex-poor."""
    fit = [
        member
        for member in demo.members
        if member.household.kind == HouseholdKind.EX_POOR
        and member.labour in ("ordinary", "skilled")
        and member.work_region in ("", WorkRegion.COUNTY)
        and (member.age(demo.on) or 0) in TRAINED_AGES
    ]
    for member in demo.rng.sample(fit, min(demo.figures["trained_people"], len(fit))):
        ended_on = demo.on - timedelta(days=demo.rng.randint(1, 300))
        started_on = ended_on - timedelta(days=TRAINING_DAYS - 1)
        yield Training(
            id=demo.keys.uuid(), area=member.area, household=member.household, member=member,
            started_on=started_on, ended_on=ended_on, title=demo.rng.choice(TRAININGS), hours=TRAINING_HOURS,
            **_recorded(demo, started_on),
        )  # fmt: skip


def _loans(demo: Demo) -> Iterator[MicroLoan]:
    """Loans of three years that run: none is due within a year."""
    ex_poor = [
        household
        for household in demo.households
        if household.kind == HouseholdKind.EX_POOR and not household.is_without_labour
    ]
    receivers, split = SHARED_OUT["microcredit_yuan"]
    count = demo.figures[receivers]
    amounts = split.deal(demo.figures["microcredit_yuan"], count, demo.rng)
    for household, amount in zip(demo.rng.sample(ex_poor, count), amounts, strict=True):
        lent_on = demo.on - timedelta(days=demo.rng.randint(*LENT_SINCE_DAYS))
        yield MicroLoan(
            id=demo.keys.uuid(), area=household.area, household=household, bank="示例县农村信用社",
            purpose=demo.rng.choice(PURPOSES), amount_yuan=amount, lent_on=lent_on,
            due_on=add_months(lent_on, LOAN_MONTHS), **_recorded(demo, lent_on),
        )  # fmt: skip


def _receive_travel_subsidy(demo: Demo) -> None:
    """外出务工交通补贴 for every ex-poor person who works in another province."""
    away = [
        member
        for member in demo.members
        if member.work_region == WorkRegion.OTHER_PROVINCE and member.household.kind == HouseholdKind.EX_POOR
    ]
    _, split = SHARED_OUT["travel_subsidy_yuan"]
    year = demo.on.year
    total = split.possible(demo.figures["travel_subsidy_yuan"], len(away))
    for member, amount in zip(away, split.deal(total, len(away), demo.rng), strict=True):
        demo.receive(
            BenefitKind.TRAVEL_SUBSIDY, member.household, member, date(year, 1, 1), date(year, 12, 31), amount
        )


def _recorded(demo: Demo, day: date) -> dict[str, object]:
    return {"recorded_by": demo.accounts["station"], "recorded_at": at(max(day, demo.start_on), 10)}
