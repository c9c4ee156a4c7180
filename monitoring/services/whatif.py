"""政策试算: who enters and who leaves if the line, a standard or a limit were another one from a day on.

Nothing is written. Facts are read once and judged twice, by those rules alone that read what changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from households.benefit_amounts import MONTH, ONCE, TERM, YEAR, Standard, StandardBook
from households.models import BenefitReceipt, Household
from monitoring.models import MonitoringLine, TierSetting
from monitoring.rules.findings import RULES
from monitoring.rules.findings.base import Rule
from monitoring.rules.findings.facts import Day, Home
from monitoring.services.findings import Key, Seen, see
from monitoring.services.rule_facts import day_on, homes_in
from monitoring.services.tier_facts import tiers_by_lines

SPANS_A_YEAR = {MONTH: 12, TERM: 2, YEAR: 1, ONCE: 1}


class Change(Protocol):
    """What is tried: the name by which rules say that they read it, and the day as it would be."""

    @property
    def use(self) -> str: ...

    def applied(self, day: Day) -> Day:
        """Return the day with the change in force from it on."""


@dataclass(frozen=True)
class LineChange:
    """Another 监测线, 元 a person and year."""

    amount: Decimal
    use = "line"

    def applied(self, day: Day) -> Day:
        earlier = [(start, amount) for start, amount in day.lines if start != day.on]
        return replace(day, line=self.amount, lines=[*earlier, (day.on, self.amount)])


@dataclass(frozen=True)
class LimitChange:
    """Another value of a limit that rules compare with."""

    code: str
    value: Decimal

    @property
    def use(self) -> str:
        return f"limit:{self.code}"

    def applied(self, day: Day) -> Day:
        return replace(day, limits={**day.limits, self.code: self.value})


@dataclass(frozen=True)
class StandardChange:
    """Another standard of a benefit; it counts from the day of the trial, whatever its own day says."""

    standard: Standard

    @property
    def use(self) -> str:
        return f"standard:{self.standard.kind}"

    def applied(self, day: Day) -> Day:
        return replace(day, standards=day.standards.replaced(replace(self.standard, valid_from=day.on)))


@dataclass(frozen=True, slots=True)
class Move:
    """A finding that appears or goes with the change."""

    area: str
    household: UUID
    rule: str
    member: UUID | None
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Crossing:
    """A household whose latest 人均纯收入 (元) lies between the two lines."""

    area: str
    household: UUID
    income_yuan: Decimal


@dataclass(frozen=True)
class Cost:
    """What a benefit costs (元, by the least that its standard gives) for one span and in a year, now and then.

    `receipts` (笔) run on the day, a list that is a little late included; `unpriced` of them have no standard now.
    """

    per: str
    receipts: int
    unpriced: int
    now: Decimal
    then: Decimal

    @property
    def year_now(self) -> Decimal:
        return self.now * SPANS_A_YEAR[self.per]

    @property
    def year_then(self) -> Decimal:
        return self.then * SPANS_A_YEAR[self.per]


@dataclass
class Trial:
    """户 and 人 looked at; findings that appear and go; for the line also who crosses it and whose tier would change.

    `tiers`: 户 by (tier proposed now, tier proposed then); None where no thresholds are in force or no line is tried.
    """

    rules: list[Rule]
    households: int = 0
    people: int = 0
    enters: list[Move] = field(default_factory=list)
    leaves: list[Move] = field(default_factory=list)
    below: list[Crossing] = field(default_factory=list)
    above: list[Crossing] = field(default_factory=list)
    tiers: Counter[tuple[str, str]] | None = None
    cost: Cost | None = None


def rules_reading(use: str) -> list[Rule]:
    """Return the rules that read a line, limit or standard, by code."""
    return [rule for rule in RULES.values() if use in rule.uses]


def line_on(on: date) -> Decimal | None:
    """Return the 监测线 (元 a person and year) in force on a day; None where there is none yet."""
    return MonitoringLine.objects.valid_on(on).values_list("amount_yuan", flat=True).first()


def what_if(area: str, change: Change, *, on: date) -> Trial:
    """Return what a change would do to the households of an area (prefix) if it were in force on the day `on`."""
    now = day_on(on, area)
    then = change.applied(now)
    trial = Trial(rules_reading(change.use))
    for home in homes_in(area, on):
        trial.households += 1
        trial.people += len(home.people)
        if trial.rules:
            before, after = see(home, now, trial.rules), see(home, then, trial.rules)
            trial.enters += _moves(after, before)
            trial.leaves += _moves(before, after)
        if isinstance(change, LineChange):
            _cross(trial, home, now.line, change.amount)
    if isinstance(change, LineChange):
        trial.tiers = _tiers(area, on, change.amount)
    if isinstance(change, StandardChange):
        trial.cost = _cost(area, change.standard, now, then)
    return trial


def _moves(seen: dict[Key, Seen], other: dict[Key, Seen]) -> Iterator[Move]:
    for key, one in seen.items():
        if key not in other:
            household, rule, member, subject = key
            yield Move(one.area, household, rule, member, subject, one.text)


def _cross(trial: Trial, home: Home, line: Decimal | None, other: Decimal) -> None:
    """Note a household that is below one of the lines only; without a line now nobody is below it."""
    latest = next(iter(home.incomes), None)
    income = latest.figures.per_capita_net_yuan(latest.people) if latest else None
    if income is None:
        return
    is_below, will_be = line is not None and income < line, income < other
    if is_below != will_be:
        (trial.below if will_be else trial.above).append(Crossing(home.area, home.id, income))


def _tiers(area: str, on: date, line: Decimal) -> Counter[tuple[str, str]] | None:
    try:
        pairs = tiers_by_lines(Household.objects.in_area(area), on, line)
        return Counter((now, then) for now, then in pairs if now != then)
    except TierSetting.DoesNotExist:
        return None


def _cost(area: str, standard: Standard, now: Day, then: Day) -> Cost:
    """Price every running receipt by either book; of several of one person and variant the latest counts."""
    grace = timedelta(days=int(now.limit("receipt_grace_days")))
    rows = BenefitReceipt.objects.in_area(area).of(standard.kind)
    running = rows.filter(
        started_on__lte=now.on, ended_on__gte=now.on - grace, household__closed_on=None, member__left_on=None
    )
    names = ("household_id", "member_id", "variant", "quantity")
    latest = {
        (household, member, variant): quantity
        for household, member, variant, quantity in running.order_by("started_on", "pk").values_list(*names)
    }
    shared = Counter((variant, quantity) for (_, _, variant), quantity in latest.items())
    priced = [
        (
            count,
            _price(now.standards, standard.kind, variant, quantity, now.on),
            _price(then.standards, standard.kind, variant, quantity, now.on),
        )
        for (variant, quantity), count in shared.items()
    ]
    return Cost(
        per=standard.per,
        receipts=len(latest),
        unpriced=sum(count for count, before, _ in priced if before is None),
        now=sum((count * (before or Decimal(0)) for count, before, _ in priced), Decimal(0)),
        then=sum((count * (after or Decimal(0)) for count, _, after in priced), Decimal(0)),
    )


def _price(book: StandardBook, kind: str, variant: str, quantity: Decimal, on: date) -> Decimal | None:
    standard = book.on(kind, variant, on)
    return None if standard is None else standard.of_one_span(quantity)[0]
