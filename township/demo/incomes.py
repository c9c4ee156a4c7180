"""What the invented households earn: a target per head by sort of household, and its parts.  Pure; whole yuan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import ceil
from random import Random

from households.choices import Health, LowIncomeKind
from township.demo.people import RETIRED
from township.demo.shapes import PlannedHousehold, Sort

YEARS = 3
# The income year of the trade ends on 30 September (domain: 1 Oct – 30 Sep), so October knows the running year.
YEAR_KNOWN_FROM = 10
# Per-capita net income as multiples of the monitoring line. Ordinary households keep clear of the near-line ratio.
OF_THE_LINE = {
    Sort.UNSTABLE: (1.10, 1.60),
    Sort.MARGINAL: (1.10, 1.60),
    Sort.WITH_LABOUR: (1.30, 2.60),
    Sort.WITHOUT_LABOUR: (1.10, 1.60),
    Sort.TEKUN: (1.20, 1.50),
    Sort.LOW_INCOME: (1.08, 1.70),
    Sort.GENERAL: (1.45, 3.60),
}
NEAR_THE_LINE = (1.04, 1.18)
NOT_ELIMINATED = 0.94
GROWTH = 1.07
PENSION_YUAN, DIBAO_YUAN, TEKUN_YUAN = 1600, 3300, 6800
COST_OF_BUSINESS = 0.4


@dataclass(frozen=True)
class Amounts:
    """The parts of a household's income in a year, in yuan."""

    year: int
    wage: int
    business: int
    property: int
    transfer: int
    business_cost: int
    self_pay: int


def income_years(on: date) -> list[int]:
    """The last three years whose income is known on the day."""
    last = on.year if on.month >= YEAR_KNOWN_FROM else on.year - 1
    return list(range(last - YEARS + 1, last + 1))


def earn(household: PlannedHousehold, line: Decimal, on: date, rng: Random) -> list[Amounts]:
    """Return the income of the last three years; `line` is the monitoring line of the day, yuan per head."""
    self_pay = _self_pay(household, rng)
    per_head = float(line) * _multiple(household, rng)
    years = income_years(on)
    amounts = []
    for back, year in enumerate(reversed(years)):
        # Self-paid bills come on top, so that what is left after them keeps its distance from the line as well.
        paid = self_pay if back == 0 else 0
        amounts.append(_parts(household, year, ceil(per_head * len(household.people)) + paid, paid, rng))
        per_head /= GROWTH * rng.uniform(0.98, 1.03)
    return amounts[::-1]


def _multiple(household: PlannedHousehold, rng: Random) -> float:
    if household.monitored_kind and not household.is_eliminated:
        return NOT_ELIMINATED
    if household.low_income_kind == LowIncomeKind.NEAR_LINE:
        return rng.uniform(*NEAR_THE_LINE)
    low, high = OF_THE_LINE[household.sort]
    return rng.triangular(low, high, low + (high - low) / 3)


def _self_pay(household: PlannedHousehold, rng: Random) -> int:
    """合规自付支出: with the seriously ill, and wherever illness is the household's trouble."""
    ill = [p for p in household.people if Health.SERIOUS in p.health or Health.CHRONIC in p.health]
    serious = any(Health.SERIOUS in person.health for person in ill)
    in_trouble = household.monitored_kind or household.low_income_kind in (
        LowIncomeKind.EXPENDITURE, LowIncomeKind.ILLNESS,
    )  # fmt: skip
    if not ill or not (serious or in_trouble):
        return 0
    return rng.randrange(3000, 16000) if serious else rng.randrange(1200, 5000)


def _parts(household: PlannedHousehold, year: int, net: int, self_pay: int, rng: Random) -> Amounts:
    people = household.people
    transfer = sum(
        PENSION_YUAN * (person.age >= RETIRED) + DIBAO_YUAN * person.dibao + TEKUN_YUAN * person.tekun
        for person in people
    )
    transfer = min(int(transfer * rng.uniform(0.9, 1.1)) + rng.randrange(200, 900), net * 7 // 10)
    earned = net - transfer
    has_wage = any(person.work_region or person.post for person in people)
    tills = any(person.is_able or person.labour == "weak" for person in people)
    weights = [
        rng.uniform(2.0, 4.0) if has_wage else 0.0,
        rng.uniform(0.8, 2.0) if tills else 0.0,
        rng.uniform(0.05, 0.2),
    ]
    wage = int(earned * weights[0] / sum(weights))
    net_business = int(earned * weights[1] / sum(weights))
    if not has_wage and not tills:
        transfer, earned = net - net // 12, net // 12
    cost = int(net_business * COST_OF_BUSINESS)
    return Amounts(year, wage, net_business + cost, earned - wage - net_business, transfer, cost, self_pay)
