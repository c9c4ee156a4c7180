"""Writes what was done for safe houses and water: renovations since 2013, house checks, water samples and checks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from households.benefit_kinds import RenovationKind
from households.choices import HouseholdKind, HousingGrade
from households.guarantees import Guarantee
from households.models import Household, Renovation
from monitoring.models import Inspection, SampledHousehold, WaterSample
from monitoring.rules.water_sample import draw
from township.base.dates import PeriodKind, add_months, period_of, quarter_of
from township.demo.demo import TOWNSHIP, Demo, at

FIRST_YEAR = 2013
COSTS = {RenovationKind.BUILT: (35_000, 68_000), RenovationKind.REPAIRED: (8000, 20_000)}
BEFORE = {RenovationKind.BUILT: HousingGrade.D, RenovationKind.REPAIRED: HousingGrade.C}
SUBSIDY_OF_COST = 0.6
SEED, HOUSEHOLDS_A_VILLAGE = 202_100, 4
# A running quarter has come so far.
INSPECTED_OF_RUNNING = 0.5
HOUSE = ("房屋主体完好，无裂缝、漏雨", "墙体、屋顶完好", "外观完好，门窗齐全")
TAP_WATER = "自来水入户，水质清澈，四季不断"


def load(demo: Demo) -> None:
    """Write renovations, the year's house and water checks, and the quarterly samples."""
    ranked = _ranked(demo)
    demo.write(Renovation, _renovations(demo, ranked))
    samples, drawn, sampled = _samples(demo)
    water = _water_checks(demo, ranked, drawn)
    demo.write(WaterSample, samples)
    demo.write(Inspection, [*_house_checks(demo, ranked), *drawn, *water])
    demo.write(SampledHousehold, sampled)


def _ranked(demo: Demo) -> list[Household]:
    """All households at random, the monitored first, then the ex-poor, then the low-income ones."""
    ranked = list(demo.households)
    demo.rng.shuffle(ranked)
    ranked.sort(key=lambda h: (not h.monitored_kind, h.kind != HouseholdKind.EX_POOR, not h.low_income_kind))
    return ranked


def _renovations(demo: Demo, ranked: list[Household]) -> Iterator[Renovation]:
    """Of earlier years and of this one, all finished; a household has one at most."""
    figures, rng = demo.figures, demo.rng
    years = range(FIRST_YEAR, demo.on.year)
    wanted: list[tuple[RenovationKind, int]] = []
    for kind, total, now in (
        (RenovationKind.BUILT, "renovation_new_built", "renovation_this_year_built"),
        (RenovationKind.REPAIRED, "renovation_repaired", "renovation_this_year_repaired"),
    ):
        wanted += [(kind, demo.on.year)] * figures[now]
        wanted += [(kind, rng.choice(years)) for _ in range(figures[total] - figures[now])]
    needy = ranked[: max(len(wanted), len(ranked) // 4)]
    for number, (household, (kind, year)) in enumerate(
        zip(rng.sample(needy, len(wanted)), wanted, strict=True), 1
    ):
        approved_on, started_on, finished_on = _building_days(demo, year)
        cost = rng.randrange(*COSTS[kind], 500)
        yield Renovation(
            id=demo.keys.uuid(), area=household.area, household=household, year=year, kind=kind,
            grade_before=BEFORE[kind], approved_on=approved_on, started_on=started_on, finished_on=finished_on,
            cost_yuan=cost, subsidy_yuan=int(cost * SUBSIDY_OF_COST), document=f"示例危改〔{year}〕{number}号",
        )  # fmt: skip


def _building_days(demo: Demo, year: int) -> list[date]:
    """Approved, begun and finished within the year, before the demo's day."""
    if year == demo.on.year:
        return sorted(demo.day_of_year() for _ in range(3))
    rng = demo.rng
    return [date(year, month, rng.randint(1, 28)) for month in (rng.randint(2, 4), 5, rng.randint(8, 11))]


def _house_checks(demo: Demo, ranked: list[Household]) -> Iterator[Inspection]:
    for household in ranked[: demo.figures["housing_checked_households"]]:
        yield _inspection(
            demo, household, Guarantee.HOUSING, Inspection.Occasion.MONTHLY, demo.day_of_year(),
            grade=household.housing_grade, evidence=demo.rng.choice(HOUSE),
        )  # fmt: skip


def _samples(demo: Demo) -> tuple[list[WaterSample], list[Inspection], list[SampledHousehold]]:
    """The year's draws with what came of them; of the running quarter some are still to be seen."""
    samples: list[WaterSample] = []
    inspections: list[Inspection] = []
    sampled: list[SampledHousehold] = []
    for sample, households in _draws(demo):
        samples.append(sample)
        period = period_of(PeriodKind.QUARTER, sample.quarter_start)
        chance = INSPECTED_OF_RUNNING if period.contains(demo.on) else 1.0
        days = (min(period.end, demo.on) - sample.drawn_on).days
        for household in households:
            row = SampledHousehold(
                id=demo.keys.uuid(), area=household.area, sample=sample, household=household
            )
            if demo.rng.random() < chance:
                day = sample.drawn_on + timedelta(days=demo.rng.randint(0, days))
                row.inspection = _water(demo, household, day, Inspection.Occasion.SAMPLE, sample=sample)
                inspections.append(row.inspection)
            sampled.append(row)
    return samples, inspections, sampled


def _draws(demo: Demo) -> Iterator[tuple[WaterSample, list[Household]]]:
    """Yield each quarter's draw of the year and the households it names; once all villages had theirs there is none."""
    codes: dict[str, list[str]] = {village.area: [] for village in demo.villages}
    by_code = {household.code: household for household in demo.households}
    for code, household in by_code.items():
        codes[household.area].append(code)
    done: set[str] = set()
    quarter = date(demo.on.year, 1, 1)
    while quarter <= demo.on:
        drawn = draw(SEED, quarter_of(quarter), codes, HOUSEHOLDS_A_VILLAGE, done)
        done |= drawn.keys()
        if drawn:
            sample = WaterSample(
                id=demo.keys.uuid(), area=TOWNSHIP, quarter_start=quarter, seed=SEED,
                drawn_on=min(quarter + timedelta(days=9), demo.on), drawn_by=demo.accounts["station"],
            )  # fmt: skip
            yield sample, [by_code[code] for of_village in drawn.values() for code in of_village]
        quarter = add_months(quarter, 3)


def _water_checks(demo: Demo, ranked: list[Household], drawn: list[Inspection]) -> Iterator[Inspection]:
    """集中摸排 of so many households that with those of the draws they make the figure."""
    seen = {inspection.household_id for inspection in drawn}
    more = demo.figures["water_checked_households"] - len(seen)
    for household in [one for one in ranked if one.pk not in seen][: max(0, more)]:
        yield _water(demo, household, demo.day_of_year(), Inspection.Occasion.CAMPAIGN)


def _water(
    demo: Demo, household: Household, day: date, occasion: Inspection.Occasion, **more: Any
) -> Inspection:
    rng = demo.rng
    return _inspection(
        demo, household, Guarantee.WATER, occasion, day, evidence=TAP_WATER, litres=rng.randint(40, 90),
        quality_is_good=True, fetch_minutes=0, fetch_metres=0, climb_metres=0, short_days=rng.randint(0, 8), **more,
    )  # fmt: skip


def _inspection(
    demo: Demo,
    household: Household,
    guarantee: Guarantee,
    occasion: Inspection.Occasion,
    day: date,
    **values: Any,
) -> Inspection:
    """A guarantee that is met, as the household's monitor saw it."""
    monitor = demo.monitor_of[household.pk]
    return Inspection(
        id=demo.keys.uuid(), area=household.area, household=household, guarantee=guarantee.value, occasion=occasion,
        checked_on=day, is_met=True, checked_by=monitor.name, recorded_by=monitor,
        recorded_at=at(max(day, demo.start_on), 16), **values,
    )  # fmt: skip
