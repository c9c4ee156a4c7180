"""Writes the benefits: all who are eligible receive, by the standards, but for those whom the report leaves short.

The report's gaps: people of disability level 1 and 2 in dibao have no care subsidy, and some of level 3 and 4 in dibao
have no living subsidy.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from households.benefit_amounts import StandardBook, span_start
from households.benefit_kinds import BenefitKind as K
from households.benefit_kinds import PaidPer
from households.choices import Dibao, Health, HouseholdKind, Relation, Schooling, Tekun
from households.models import BenefitReceipt, Household, Member
from households.reference_benefits import FIRST_STANDARDS, FROM_THE_START
from township.base.dates import add_months, month_end
from township.demo.amounts import Split
from township.demo.demo import Demo

BOOK = StandardBook(FIRST_STANDARDS)
CARE_LEVEL = 2
# 特困 has no standard in the report; invented, in 元 a month.
TEKUN_YUAN = 560
SELF_CARE = (("full", 100, 60), ("half", 200, 25), ("none", 400, 15))
STAGES = {"kindergarten": "preschool", "primary": "compulsory", "grade": "compulsory"}
RELIEF, LARGE_RELIEF = Split(500, 3500, 100), Split(10_000, 23_700, 100)
# Two households of the report got as much.
LARGEST_RELIEF = 23_760
SELF_PAY_FREE, INSURANCE_YUAN = 10_000, 100_000
HOME_AGE = 60
HUNDREDTHS = 100


def load(demo: Demo) -> None:
    """Write all receipts, also those that the parts before have left."""
    for member in demo.members:
        _receive_dibao_and_tekun(demo, member)
        _receive_schooling(demo, member)
    _receive_disability(demo)
    _receive_land(demo)
    _receive_grass(demo)
    _receive_relief(demo)
    _receive_medical(demo)
    _move_into_home(demo)
    demo.write(BenefitReceipt, demo.receipts)


def _pay(
    demo: Demo,
    kind: K,
    household: Household,
    member: Member | None,
    span: tuple[date, date],
    *,
    variant: str = "",
    quantity: Decimal | int = 1,
) -> None:
    """Add a receipt of what the standard asks for."""
    due = BOOK.expected(kind, variant, Decimal(quantity), *span)
    if due is None:
        raise ValueError(f"{kind} has no standard on {span[0]}")
    demo.receive(kind, household, member, *span, due[0], quantity=quantity, variant=variant)


def _months(demo: Demo) -> tuple[date, date]:
    """The months of the year up to the day's."""
    return date(demo.on.year, 1, 1), month_end(demo.on)


def _year(demo: Demo) -> tuple[date, date]:
    return date(demo.on.year, 1, 1), date(demo.on.year, 12, 31)


def _term(demo: Demo) -> tuple[date, date]:
    """The term of the day; before the standards began there was nothing to pay by."""
    first = span_start(PaidPer.TERM, demo.on)
    return max(first, FROM_THE_START), add_months(first, 6) - timedelta(days=1)


def _receive_dibao_and_tekun(demo: Demo, member: Member) -> None:
    """低保 in class A for households without labour, B for others; 特困 with care by how far one helps oneself."""
    household, span = member.household, _months(demo)
    if member.dibao == Dibao.RURAL:
        _pay(demo, K.DIBAO, household, member, span, variant="A" if household.is_without_labour else "B")
    elif member.tekun == Tekun.RURAL:
        variant, care, _ = demo.rng.choices(SELF_CARE, [weight for *_, weight in SELF_CARE])[0]
        demo.receive(K.TEKUN, household, member, *span, TEKUN_YUAN * demo.on.month)
        demo.receive(K.TEKUN_CARE, household, member, *span, care * demo.on.month, variant=variant)


def _receive_schooling(demo: Demo, member: Member) -> None:
    """雨露计划 for every vocational student of the ex-poor, a grant for each of their students."""
    grade, household = member.schooling, member.household
    if household.kind != HouseholdKind.EX_POOR or grade in ("", Schooling.BEFORE_SCHOOL):
        return
    if grade.startswith("vocational"):
        _pay(demo, K.YULU, household, member, _term(demo))
    stage = STAGES.get(grade.partition("_")[0], "senior")
    demo.receive(K.SCHOOL_GRANT, household, member, *_term(demo), None, variant=stage)


def _receive_disability(demo: Demo) -> None:
    """护理补贴 for level 1 and 2 outside 低保; 生活补贴 in it, but for some of level 3 and 4."""
    disabled = [member for member in demo.members if member.disability_level]
    in_dibao = [member for member in disabled if member.dibao == Dibao.RURAL]
    slight = [member for member in in_dibao if (member.disability_level or 0) > CARE_LEVEL]
    unpaid = demo.rng.sample(slight, min(demo.figures["disabled_in_dibao_unpaid"], len(slight)))
    left_out = {member.pk for member in unpaid}
    for member in disabled:
        if member.dibao == Dibao.RURAL:
            if member.pk not in left_out:
                _pay(demo, K.DISABILITY_LIVING, member.household, member, _months(demo))
        elif (member.disability_level or 0) <= CARE_LEVEL:
            _pay(demo, K.DISABILITY_CARE, member.household, member, _months(demo))


def _receive_land(demo: Demo) -> None:
    for household in demo.households:
        if household.land_mu:
            _pay(demo, K.LAND_SUBSIDY, household, None, _year(demo), quantity=household.land_mu)


def _receive_grass(demo: Demo) -> None:
    """休耕种草 in some of the villages: each household the same share of its land, and all together the figure."""
    land: dict[str, list[tuple[Household, int]]] = {village.area: [] for village in demo.villages}
    for household in demo.households:
        if household.land_mu:
            land[household.area].append((household, int(household.land_mu * HUNDREDTHS)))
    target = demo.figures["fallow_grass_mu"] * HUNDREDTHS
    chosen: list[tuple[Household, int]] = []
    # The largest villages, as many as the report has, or as many as it takes.
    by_size = sorted(land.values(), key=lambda fields: -sum(size for _, size in fields))
    for number, fields in enumerate(by_size):
        if number < demo.figures["fallow_grass_villages"] or sum(size for _, size in chosen) < target:
            chosen += fields
    total = sum(size for _, size in chosen)
    sown = [size * target // total for _, size in chosen]
    short = min(target, total) - sum(sown)
    for (household, size), part in zip(chosen, sown, strict=True):
        more = min(short, size - part)
        short -= more
        if part + more:
            _pay(
                demo, K.FALLOW_GRASS, household, None, _year(demo), quantity=Decimal(part + more) / HUNDREDTHS
            )


def _receive_relief(demo: Demo) -> None:
    """临时救助: the monitored whose risk is not eliminated first, then low-income households and the ill."""
    figures, people = demo.figures, demo.members_of
    heads = [people[household.pk][0] for household in demo.households]
    demo.rng.shuffle(heads)
    heads.sort(key=_need)
    chosen = heads[: figures["temporary_relief_people"]]
    large = min(figures["large_relief_households"], len(chosen))
    amounts = [LARGEST_RELIEF] * min(2, large)
    amounts += [_any_of(LARGE_RELIEF, demo) for _ in range(large - len(amounts))]
    amounts = [_any_of(RELIEF, demo) for _ in chosen[large:]] + amounts
    for member, amount in zip(chosen, amounts, strict=True):
        day = demo.day_of_year()
        if _is_watched(member.household) and member.household.identified_month:
            day = max(day, member.household.identified_month)
        demo.receive(K.TEMPORARY_RELIEF, member.household, member, day, day, amount)


def _need(head: Member) -> int:
    if _is_watched(head.household):
        return 0
    return 1 if head.household.low_income_kind or Health.SERIOUS in head.health else 2


def _is_watched(household: Household) -> bool:
    return bool(household.monitored_kind) and not household.is_eliminated


def _any_of(split: Split, demo: Demo) -> int:
    return demo.rng.randrange(split.least, split.most + split.step, split.step)


def _receive_medical(demo: Demo) -> None:
    """医疗救助 of what was paid beyond the threshold in the last known year; one household's insurance paid out."""
    people, last = demo.members_of, max(income.year for income in demo.incomes)
    insured: Household | None = None
    for income in demo.incomes:
        paid = income.compliant_self_pay_yuan or 0
        if income.year != last or paid <= SELF_PAY_FREE:
            continue
        day, family = demo.day_of_year(), people[income.household_id]
        patient = next((member for member in family if Health.SERIOUS in member.health), family[0])
        _pay(demo, K.MEDICAL_RELIEF, patient.household, patient, (day, day), quantity=paid)
        insured = insured or patient.household
    if insured is not None:
        day = demo.day_of_year()
        demo.receive(K.POVERTY_INSURANCE, insured, None, day, day, INSURANCE_YUAN)


def _move_into_home(demo: Demo) -> None:
    """互助幸福院: old people who live alone, and old couples."""
    households, people = demo.figures["home_for_aged_households"], demo.figures["home_for_aged_people"]
    alone: list[list[Member]] = []
    couples: list[list[Member]] = []
    for family in demo.members_of.values():
        if all((member.age(demo.on) or 0) >= HOME_AGE for member in family):
            if len(family) == 1:
                alone.append(family)
            elif len(family) == 2 and family[1].relation == Relation.SPOUSE:
                couples.append(family)
    pairs = min(people - households, len(couples))
    moved = demo.rng.sample(couples, pairs) + demo.rng.sample(alone, households - pairs)
    for family in moved:
        for member in family:
            demo.receive(K.HOME_FOR_AGED, member.household, member, *_year(demo), None)
