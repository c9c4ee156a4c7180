"""The report's quotas spread over the people: dibao, disability, illness, work, posts, pensions.  Pure.

Each step takes exactly as many people as the figures say, as far as there are any who fit; the order matters, because
later steps look at what earlier ones gave (nobody with a lost working ability holds a post).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from random import Random

from households.choices import Health, Labour, LowIncomeKind, Relation, WorkRegion
from township.demo.people import RETIRED
from township.demo.shapes import Person, PlannedHousehold, Seat, Sort

# Kinds 1…7 of a disability certificate; most are of the limbs.
DISABILITY_WEIGHTS = (15, 12, 3, 42, 12, 12, 4)
POSTS = (
    ("posts_forest_ranger", "护林员"),
    ("posts_river_patrol", "巡河员"),
    ("posts_cleaner", "保洁员"),
    ("posts_agent", "代办员"),
    ("posts_supervisor", "监督巡逻员"),
)
REGIONS = (
    ("employed_in_county", WorkRegion.COUNTY),
    ("employed_in_city", WorkRegion.CITY),
    ("employed_other_city", WorkRegion.OTHER_CITY),
    ("employed_other_province", WorkRegion.OTHER_PROVINCE),
)
POST_AGES = range(18, 70)


def spread_quotas(households: list[PlannedHousehold], figures: Mapping[str, int], rng: Random) -> None:
    """Give people (in place) what the figures count."""
    spread_dibao(households, figures, rng)
    people = [person for household in households for person in household.people]
    spread_disability(people, figures, rng)
    spread_illness(people, figures, rng)
    spread_work(people, figures, rng)
    spread_posts(people, figures, rng)
    spread_pensions(people, figures, rng)
    spread_doctors(people, figures, rng)


def spread_dibao(households: list[PlannedHousehold], figures: Mapping[str, int], rng: Random) -> None:
    """低保 and 特困: whole households without labour, the least able person of the others."""
    tekun_kinds = (LowIncomeKind.TEKUN,)
    for household in households:
        if household.sort == Sort.TEKUN or household.low_income_kind in tekun_kinds:
            household.people[0].tekun = True
        if household.sort == Sort.WITHOUT_LABOUR or household.in_dibao:
            household.in_dibao = True
            for person in household.people:
                person.dibao = True
    given = [h for h in households if h.sort == Sort.WITHOUT_LABOUR]
    others = [h for h in households if h.sort in (Sort.WITH_LABOUR, Sort.UNSTABLE)]
    rng.shuffle(others)
    others.sort(key=lambda h: len(h.people) == 1)
    chosen = others[: max(0, figures["dibao_registered_households"] - len(given))]
    left = figures["dibao_registered_people"] - sum(len(h.people) for h in given)
    for household in chosen:
        household.in_dibao = True
    ranked = [sorted(household.people, key=_ability) for household in chosen]
    for person in chain((p[0] for p in ranked), (q for p in ranked for q in p[1:])):
        if left <= 0:
            break
        person.dibao = True
        left -= 1


def spread_disability(people: list[Person], figures: Mapping[str, int], rng: Random) -> None:
    """Four levels; of the severe ones those with a care subsidy are not in dibao, all others are (P03, P04)."""
    severe = [1] * figures["disabled_level_1"] + [2] * figures["disabled_level_2"]
    rng.shuffle(severe)
    care = min(figures["disability_care_people"], len(severe))
    slight = [3] * figures["disabled_level_3"] + [4] * figures["disabled_level_4"]
    in_dibao = [p for p in people if p.dibao and p.is_adult]
    rng.shuffle(in_dibao)
    in_dibao.sort(key=lambda p: p.seat != Seat.FRAIL)
    for person, level in zip(in_dibao, severe[care:] + slight, strict=False):
        _disable(person, level, rng)
    for person, level in zip(_outside_dibao(people, care, rng), severe[:care], strict=False):
        _disable(person, level, rng)


def spread_illness(people: list[Person], figures: Mapping[str, int], rng: Random) -> None:
    """长期慢性病 and 患有大病, as many as have a card; the frail and the sick households first, then the old."""
    all_ill = figures["chronic_card_people"]
    ex_poor_ill = min(figures["chronic_card_ex_poor_people"], all_ill)
    for is_ex_poor, count in ((True, ex_poor_ill), (False, all_ill - ex_poor_ill)):
        adults = [p for p in people if p.is_adult and p.household.is_ex_poor == is_ex_poor]
        rng.shuffle(adults)
        adults.sort(key=_soundness)
        for i, person in enumerate(adults[:count]):
            person.health.append(Health.SERIOUS if i % 17 == 0 else Health.CHRONIC)
    for person in people:
        if not person.health:
            person.health.append(Health.HEALTHY)


def spread_work(people: list[Person], figures: Mapping[str, int], rng: Random) -> None:
    """Ex-poor labour by place as the report counts it; of the others something over half."""
    able = [p for p in people if p.is_able and 18 <= p.age < RETIRED]
    ex_poor = [p for p in able if p.household.is_ex_poor]
    rng.shuffle(ex_poor)
    ex_poor.sort(key=lambda p: p.dibao)
    regions = [region for key, region in REGIONS for _ in range(figures[key])]
    others = [p for p in able if not p.household.is_ex_poor and rng.random() < 0.58]
    places = [region for _, region in REGIONS]
    elsewhere = rng.choices(places, (55, 15, 12, 18), k=len(others))
    for person, region in chain(zip(ex_poor, regions, strict=False), zip(others, elsewhere, strict=True)):
        # Everybody due the subsidy for the journey is ex-poor in the report.
        if region == WorkRegion.OTHER_PROVINCE and person.household.sort == Sort.MARGINAL:
            region = WorkRegion.OTHER_CITY
        person.work_region = region
        person.work_months = rng.randint(4, 12)


def spread_posts(people: list[Person], figures: Mapping[str, int], rng: Random) -> None:
    """公益岗位: one in a household first, mostly ex-poor, nobody who works outside the county or cannot work."""
    posts = [name for key, name in POSTS for _ in range(figures[key])]
    rng.shuffle(posts)
    of_ex_poor = min(figures["posts_of_ex_poor"], len(posts))
    fit = [p for p in people if _may_hold_post(p)]
    rng.shuffle(fit)
    ex_poor = _one_a_household_first(p for p in fit if p.household.is_ex_poor)
    needy = (Sort.LOW_INCOME, Sort.MARGINAL)
    others = _one_a_household_first(p for p in fit if p.household.sort in needy)
    # Of a small township somebody ordinary may be needed.
    others += _one_a_household_first(p for p in fit if p.household.sort == Sort.GENERAL)
    chosen = ex_poor[:of_ex_poor]
    chosen += others[: len(posts) - len(chosen)]
    for person, post in zip(chosen, posts, strict=False):
        person.post, person.post_months = post, rng.randint(6, 12)


def spread_pensions(people: list[Person], figures: Mapping[str, int], rng: Random) -> None:
    """城乡居民养老 as many as the report counts, the poorer first; every other adult out of school 城镇职工养老."""
    adults = [p for p in people if p.is_adult]
    rng.shuffle(adults)
    adults.sort(key=lambda p: (not p.household.is_ex_poor, p.household.sort == Sort.GENERAL))
    paying = [p for p in adults if p.age < RETIRED]
    receiving = [p for p in adults if p.age >= RETIRED]
    for group, key in ((paying, "pension_paying_people"), (receiving, "pension_receiving_people")):
        for i, person in enumerate(group):
            person.has_resident_pension = i < figures[key]
            person.has_employee_pension = not person.has_resident_pension


def spread_doctors(people: list[Person], figures: Mapping[str, int], rng: Random) -> None:
    """家庭医生签约: the ex-poor, the monitored and the ill all, of the others as many as the figure leaves."""
    order = list(people)
    rng.shuffle(order)
    order.sort(key=lambda p: (not _must_have_doctor(p), p.household.sort == Sort.GENERAL))
    for person in order[: figures["doctor_contract_people"]]:
        person.has_doctor_contract = True


def _must_have_doctor(person: Person) -> bool:
    household = person.household
    return household.is_ex_poor or bool(household.monitored_kind) or person.is_ill


def _ability(person: Person) -> tuple[int, int]:
    """Least able first; a head last."""
    order = {Labour.LOST: 0, Labour.NONE: 1, Labour.WEAK: 2}
    return person.relation == Relation.HEAD, order.get(Labour(person.labour), 3) if person.is_adult else 2


def _outside_dibao(people: list[Person], count: int, rng: Random) -> list[Person]:
    """Adults out of dibao and tekun: of the low-income disabled, some monitored, a third ex-poor, the rest ordinary."""
    free = [p for p in people if p.is_adult and not p.dibao and not p.tekun]
    rng.shuffle(free)
    heads = [
        p for p in free
        if p.household.low_income_kind == LowIncomeKind.DISABLED and p.relation == Relation.HEAD
    ]  # fmt: skip
    monitored = [p for p in free if p.household.monitored_kind and p.household.is_eliminated][: count // 40]
    ex_poor = [p for p in free if p.household.sort == Sort.WITH_LABOUR][: count // 3]
    ordinary = [p for p in free if p.household.sort == Sort.GENERAL]
    return [*heads, *monitored, *ex_poor, *ordinary][:count]


def _disable(person: Person, level: int, rng: Random) -> None:
    person.disability_kind = str(rng.choices(range(1, 8), DISABILITY_WEIGHTS)[0])
    person.disability_level = level
    person.health.append(Health.DISABLED)
    if person.is_able:
        person.labour = Labour.WEAK


def _soundness(person: Person) -> int:
    """Who has to be ill for his household to make sense comes first, then who is likely to be."""
    household = person.household
    if person.seat == Seat.FRAIL and not person.health:
        return 0
    if household.low_income_kind in (LowIncomeKind.ILLNESS, LowIncomeKind.EXPENDITURE):
        return 0 if person.relation == Relation.HEAD else 2
    if household.monitored_kind and person.relation != Relation.HEAD:
        return 1
    return 2 if person.age >= RETIRED or person.dibao else 3


def _may_hold_post(person: Person) -> bool:
    return (
        person.age in POST_AGES
        and (person.is_able or person.labour == Labour.WEAK)
        and not person.tekun
        and person.household.is_eliminated
        and person.work_region in ("", WorkRegion.COUNTY)
    )


def _one_a_household_first(people: Iterable[Person]) -> list[Person]:
    first: list[Person] = []
    second: list[Person] = []
    met: set[int] = set()
    for person in people:
        (second if id(person.household) in met else first).append(person)
        met.add(id(person.household))
    return first + second
