"""Writes the register: divisions, villages, natural villages, households in their walking order, people, incomes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, pairwise
from random import Random

from households.choices import Dibao, IdKind, Politics, Schooling, Tekun
from households.models import Division, Group, Household, Income, Member, Village
from township.base.pinyin import initials
from township.demo.changes import draw_changes
from township.demo.demo import COUNTY, COUNTY_NAME, TOWNSHIP, TOWNSHIP_NAME, TOWNSHIP_PREFIX, Demo
from township.demo.facts import facts_of
from township.demo.incomes import Amounts, earn
from township.demo.names import OUTLYING, VILLAGES
from township.demo.people import make_people
from township.demo.plan import plan_households
from township.demo.quotas import spread_quotas
from township.demo.shapes import Person, PlannedHousehold, Sort

GROUPS = (4, 6)
# No exchange has such a number, so that nobody's telephone rings.
STATION_PHONE = "0313-0000000"
GRID_COLUMNS = 6
# The largest village has about twice the households of the smallest.
VILLAGE_WEIGHTS = (0.7, 1.4)
WORK_PLACES = {
    "county": ("示例县示例镇", "示例县城关镇", "示例县工业园区"),
    "city": ("市区", "邻县"),
    "other_city": ("保定市", "唐山市", "石家庄市"),
    "other_province": ("北京市", "天津市", "内蒙古自治区", "山西省"),
}
OF_HAN = 0.96
PARTY_MEMBERS = 0.06
LIVES_WHERE_HE_WORKS, AWAY_MONTHS = 0.75, 10
# By how the grade begins.
SCHOOLS = {
    "kindergarten": ("示例镇中心幼儿园", "{village}幼儿园"),
    "primary": ("示例镇中心小学", "{village}小学"),
    "grade": ("示例镇初级中学",),
    "senior": ("示例县第一中学", "示例县第二中学"),
    "vocational": ("示例县职业技术教育中心", "示例市机电职业学校"),
}


def load(demo: Demo) -> None:
    """Plan the township and write it; leaves villages, households (in walking order), members, incomes."""
    planned = plan_households(demo.figures, demo.rng)
    make_people(planned, demo.on, demo.rng)
    spread_quotas(planned, demo.figures, demo.rng)
    groups = _write_places(demo)
    landed = set(demo.rng.sample(range(len(planned)), demo.figures["land_subsidy_households"]))
    places = _places(demo, groups, len(planned))
    demo.households = [
        _household(demo, household, group, number, has_land=i in landed)
        for i, (household, (group, number)) in enumerate(zip(planned, places, strict=True))
    ]
    demo.changes = draw_changes(demo.households, demo.start_on, demo.on, demo.rng)
    for change in demo.changes:
        change.household.tier = change.old
    demo.write(Household, demo.households)
    pairs = list(zip(planned, demo.households, strict=True))
    demo.members = [_member(demo, p, row) for household, row in pairs for p in household.people]
    demo.write(Member, demo.members)
    demo.incomes = [
        _income(demo, amounts, row, len(household.people))
        for household, row in pairs
        for amounts in earn(household, demo.line, demo.on, demo.rng)
    ]
    demo.write(Income, demo.incomes)


def _write_places(demo: Demo) -> dict[Village, list[Group]]:
    demo.write(
        Division,
        [
            Division(id=demo.keys.uuid(), level=Division.Level.COUNTY, area=COUNTY, name=COUNTY_NAME),
            Division(
                id=demo.keys.uuid(),
                level=Division.Level.TOWNSHIP,
                phone=STATION_PHONE,
                area=TOWNSHIP,
                name=TOWNSHIP_NAME,
                start_on=demo.start_on,
                data_on=demo.on,
            ),
        ],
    )
    demo.villages = [
        Village(
            id=demo.keys.uuid(),
            area=f"{TOWNSHIP_PREFIX}{number:03d}",
            name=name,
            initials=initials(name),
            grid_column=(number - 1) % GRID_COLUMNS + 1,
            grid_row=(number - 1) // GRID_COLUMNS + 1,
        )
        for number, name in enumerate(VILLAGES[: demo.figures["villages"]], start=1)
    ]
    demo.write(Village, demo.villages)
    groups = {village: list(_groups(demo, n, village)) for n, village in enumerate(demo.villages)}
    demo.write(Group, [group for of_village in groups.values() for group in of_village])
    return groups


def _groups(demo: Demo, number: int, village: Village) -> Iterator[Group]:
    names = [f"{n}组" for n in range(1, demo.rng.randint(*GROUPS) + 1)]
    names += [OUTLYING[number]] if number in OUTLYING else []
    for order, name in enumerate(names, start=1):
        yield Group(id=demo.keys.uuid(), area=village.area, village=village, name=name, order=order)


def _places(demo: Demo, groups: dict[Village, list[Group]], count: int) -> Iterator[tuple[Group, int]]:
    """Yield (group, running number in the village) for so many households, in walking order."""
    for village, size in zip(demo.villages, _portions(demo, count), strict=True):
        of_village = groups[village]
        for number in range(1, size + 1):
            yield of_village[(number - 1) * len(of_village) // size], number


def _portions(demo: Demo, count: int) -> list[int]:
    """Deal the households to the villages, none empty, by weights drawn at random."""
    weights = [demo.rng.uniform(*VILLAGE_WEIGHTS) for _ in demo.villages]
    borders = [round(part * count / sum(weights)) for part in accumulate(weights, initial=0.0)]
    return [after - before for before, after in pairwise(borders)]


def _household(
    demo: Demo, planned: PlannedHousehold, group: Group, number: int, *, has_land: bool
) -> Household:
    head = planned.people[0]
    village = group.village
    is_registered = planned.is_ex_poor or planned.sort == Sort.MARGINAL
    return Household(
        id=demo.keys.uuid(),
        area=village.area,
        village=village,
        group=group,
        code=f"{village.area}{number:04d}",
        national_code=f"{village.area}{number:06d}" if is_registered else None,
        head_name=head.name,
        initials=initials(head.name),
        phone=demo.keys.phone(),
        address=f"{COUNTY_NAME}{TOWNSHIP_NAME}{village.name}{group.name}{number}号",
        walk_order=number,
        tier=planned.tier,
        tier_since=demo.start_on,
        **facts_of(planned, has_land=has_land, line=demo.line, on=demo.on, rng=demo.rng),
    )


def _member(demo: Demo, person: Person, household: Household) -> Member:
    rng = demo.rng
    is_disabled = person.disability_level is not None
    suffix = f"{person.disability_kind}{person.disability_level}" if is_disabled else ""
    away = person.work_region not in ("", "county") and (
        household.is_away or (person.work_months or 0) >= AWAY_MONTHS or rng.random() < LIVES_WHERE_HE_WORKS
    )
    in_employee_medical = person.has_employee_pension and bool(person.work_region)
    return Member(
        id=demo.keys.uuid(),
        area=household.area,
        household=household,
        name=person.name,
        initials=initials(person.name),
        id_kind=IdKind.DISABILITY if is_disabled else IdKind.RESIDENT,
        id_number=demo.keys.id_number(person.birth_on, person.sex) + suffix,
        birth_on=person.birth_on,
        sex=person.sex,
        relation=person.relation,
        nation="汉族" if rng.random() < OF_HAN else rng.choice(("满族", "蒙古族", "回族")),
        politics=_politics(person, rng.random()),
        education=person.education,
        schooling=person.schooling,
        health=person.health,
        disability_kind=person.disability_kind,
        disability_level=person.disability_level,
        labour=person.labour,
        work_place=rng.choice(WORK_PLACES[person.work_region]) if person.work_region else "",
        work_region=person.work_region,
        work_months=_months(person.work_months, demo),
        post=person.post,
        post_months=_months(person.post_months, demo),
        has_resident_medical=not in_employee_medical,
        has_employee_medical=in_employee_medical,
        has_resident_pension=person.has_resident_pension,
        has_employee_pension=person.has_employee_pension,
        dibao=Dibao.RURAL if person.dibao else Dibao.NONE,
        tekun=Tekun.RURAL if person.tekun else Tekun.NONE,
        has_chronic_card=person.is_ill,
        has_doctor_contract=person.has_doctor_contract,
        school_name=_school(person, household, rng),
        is_co_living=not away,
    )


def _months(months: int | None, demo: Demo) -> int | None:
    """Months of the year of the day: no more of them can have passed."""
    return None if months is None else min(months, demo.on.month)


def _school(person: Person, household: Household, rng: Random) -> str:
    if not person.schooling or person.schooling == Schooling.BEFORE_SCHOOL:
        return ""
    stage = next(stage for stage in SCHOOLS if person.schooling.startswith(stage))
    return rng.choice(SCHOOLS[stage]).format(village=household.village.name.removesuffix("村"))


def _politics(person: Person, chance: float) -> str:
    if not person.is_adult:
        return ""
    return Politics.PARTY_MEMBER if chance < PARTY_MEMBERS else Politics.MASSES


def _income(demo: Demo, amounts: Amounts, household: Household, people: int) -> Income:
    return Income(
        id=demo.keys.uuid(),
        area=household.area,
        household=household,
        year=amounts.year,
        people_count=people,
        wage_yuan=amounts.wage,
        business_yuan=amounts.business,
        property_yuan=amounts.property,
        transfer_yuan=amounts.transfer,
        business_cost_yuan=amounts.business_cost,
        compliant_self_pay_yuan=amounts.self_pay,
    )
