"""Which households changed their tier within the year, on which day and why; the others kept theirs from the start."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from households.choices import HouseholdKind, LowIncomeKind, MonitoredKind, Tier
from households.models import Household

# Of the ordinary households so many were low-income ones at the start of the year and have recovered.
RECOVERED_OF_1000 = 1.5
FIRST_DAY, LAST_DAY = 6, 24
QUIET_DAYS = 3


@dataclass(frozen=True)
class Change:
    """A tier that was confirmed on a day, and why."""

    household: Household
    old: Tier
    new: Tier
    day: date
    reason: str


def draw_changes(households: Sequence[Household], start_on: date, on: date, rng: Random) -> list[Change]:
    """Return the changes between the start day and the demo's, by day; `household.tier` is the tier of the day `on`."""
    drawn = [
        change
        for change in (*_identified(households, rng), *_recovered(households, start_on, on, rng))
        if start_on < change.day < on - timedelta(days=QUIET_DAYS)
    ]
    return sorted(drawn, key=lambda change: (change.day, change.household.code))


def _identified(households: Sequence[Household], rng: Random) -> Iterator[Change]:
    """Households registered as monitored or low-income: their tier began in the month that the register names."""
    for household in households:
        old = Tier.STABLE if household.kind == HouseholdKind.EX_POOR else Tier.GENERAL
        if household.tier == Tier.KEY and household.identified_month:
            kind = MonitoredKind(household.monitored_kind).label
            yield Change(household, old, Tier.KEY, _day(household.identified_month, rng), f"识别为{kind}")
        elif household.tier == Tier.LOW_INCOME and household.low_income_month:
            kind = LowIncomeKind(household.low_income_kind).label
            yield Change(
                household, old, Tier.LOW_INCOME, _day(household.low_income_month, rng), f"认定为{kind}"
            )


def _recovered(households: Sequence[Household], start_on: date, on: date, rng: Random) -> Iterator[Change]:
    general = [household for household in households if household.tier == Tier.GENERAL]
    count = round(len(general) * RECOVERED_OF_1000 / 1000)
    for household in rng.sample(general, count):
        day = start_on + timedelta(days=rng.randrange(1, max(2, (on - start_on).days)))
        yield Change(household, Tier.LOW_INCOME, Tier.GENERAL, day, "收入稳定高于监测线，不再属于低收入类型")


def _day(month: date, rng: Random) -> date:
    return month.replace(day=rng.randint(FIRST_DAY, LAST_DAY))
