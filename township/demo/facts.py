"""Facts of a household beyond its people: risks and months of monitoring, cause of poverty, housing, land.  Pure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random

from households.choices import (
    ClueSource,
    EliminationMode,
    Health,
    HousingGrade,
    PovertyCause,
    Risk,
    WorkRegion,
)
from township.base.dates import add_months, month_start
from township.demo.shapes import PlannedHousehold

RISK_NOTES = {
    Risk.ILLNESS: "家庭成员长期患病，自付医疗费用较高。",
    Risk.DISABILITY: "家庭成员持有残疾人证，照料负担重。",
    Risk.EMPLOYMENT: "务工岗位不固定，工资收入下降。",
    Risk.BUSINESS: "养殖规模小，当年市场价格低，收入减少。",
    Risk.ACCIDENT: "家庭成员意外受伤，短期内不能务工。",
}
CAUSES = (
    (PovertyCause.ILLNESS, 40), (PovertyCause.DISABILITY, 14), (PovertyCause.LABOUR, 18), (PovertyCause.SKILL, 10),
    (PovertyCause.MONEY, 8), (PovertyCause.DISASTER, 4), (PovertyCause.SCHOOLING, 6),
)  # fmt: skip
IDENTIFIED_THIS_YEAR, RECOGNISED_THIS_YEAR = 0.12, 0.03
# Of the line of the demo's day; lines were lower when most were identified.
IDENTIFIED_OF_LINE = (0.55, 0.68)
SHORTEST_MONITORING = 6  # months between identification and elimination
SOURCES = (ClueSource.APPLICATION, ClueSource.VISIT, ClueSource.DEPARTMENT, ClueSource.CAMPAIGN)
# The report's 77,487 mu of 4,087 households are 18.96 mu each.
LAND_MU = (600, 3192)  # hundredths


def facts_of(
    household: PlannedHousehold, *, has_land: bool, line: Decimal, on: date, rng: Random
) -> dict[str, object]:
    """Return the household's fields by name, without place, name, numbers and tier; `line` in yuan per head."""
    facts: dict[str, object] = {
        "kind": household.kind,
        "monitored_kind": household.monitored_kind,
        "low_income_kind": household.low_income_kind,
        "housing_grade": HousingGrade.A if rng.random() < 0.72 else HousingGrade.B,
        "water_is_safe": True,
        "land_mu": Decimal(rng.randint(*LAND_MU)) / 100 if has_land else Decimal(0),
        "is_without_labour": not any(p.labour not in ("none", "lost") for p in household.people),
        "is_away": _is_away(household, rng),
    }
    if household.is_ex_poor:
        facts |= {
            "ex_poor_year": rng.choices((2014, 2016, 2017, 2018, 2019, 2020), (5, 10, 20, 30, 25, 10))[0],
            "poverty_cause": rng.choices([c for c, _ in CAUSES], [w for _, w in CAUSES])[0],
            "keeps_policies": True,
        }
    if household.monitored_kind:
        facts |= _monitoring(household, line, on, rng)
    if household.low_income_kind:
        months_ago = rng.randint(1, 10) if rng.random() < RECOGNISED_THIS_YEAR else rng.randint(14, 40)
        facts["low_income_month"] = add_months(month_start(on), -months_ago)
    return facts


def _monitoring(household: PlannedHousehold, line: Decimal, on: date, rng: Random) -> dict[str, object]:
    risk = _risk(household, rng)
    this_month = month_start(on)
    facts: dict[str, object] = {
        "risks": [risk],
        "risk_note": RISK_NOTES[risk],
        "clue_source": rng.choice(SOURCES),
        "is_eliminated": household.is_eliminated,
        "identified_month": add_months(this_month, -3),
        "identified_income_yuan": (line * Decimal(rng.uniform(*IDENTIFIED_OF_LINE))).quantize(
            Decimal("1.00")
        ),
    }
    if household.is_eliminated:
        months_ago = rng.randint(8, 11) if rng.random() < IDENTIFIED_THIS_YEAR else rng.randint(14, 36)
        helped = rng.randint(SHORTEST_MONITORING, min(months_ago - 1, 14))
        facts |= {
            "identified_month": add_months(this_month, -months_ago),
            "eliminated_month": add_months(this_month, helped - months_ago),
            "elimination_mode": EliminationMode.HELPED,
        }
    return facts


def _risk(household: PlannedHousehold, rng: Random) -> Risk:
    """A risk that the household's people bear out."""
    health = {state for person in household.people for state in person.health}
    if Health.SERIOUS in health or Health.CHRONIC in health:
        return Risk.ILLNESS
    if Health.DISABLED in health:
        return Risk.DISABILITY
    if any(person.work_region for person in household.people):
        return rng.choice((Risk.EMPLOYMENT, Risk.ACCIDENT))
    return rng.choice((Risk.BUSINESS, Risk.ACCIDENT))


def _is_away(household: PlannedHousehold, rng: Random) -> bool:
    """全家外出: everybody works outside the county, most of such households."""
    away = all(person.work_region not in ("", WorkRegion.COUNTY) for person in household.people)
    return away and rng.random() < 0.7
