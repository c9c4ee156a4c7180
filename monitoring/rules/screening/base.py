"""What a screening rule is given and what it finds; each rule registers itself under its indicator's code."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from households.choices import Risk
from households.models import Household, Member
from households.models.households import HouseholdQuerySet
from households.models.members import MemberQuerySet
from monitoring.models import WarningIndicator
from monitoring.rules.screening.judging import in_yuan
from township.base.dates import add_months, month_end


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule found: of a household or (with `member`) of one person in it.

    `content` says why, with the numbers; `event` tells it from an earlier or later one of the same person; `amount`
    is in yuan; `occurred_on` is the day it happened, where there is one; `indicator` the code of the row that it goes
    by, where that is not the rule's own.
    """

    household: UUID
    content: str
    event: str
    member: UUID | None = None
    amount: Decimal | None = None
    occurred_on: date | None = None
    indicator: str = ""


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The households of an area (prefix) on a day, the month looked at (its first day), and the limits in force.

    `line`: the monitoring line (元 per person and year); `indicators`: the rows of 系统筛查 in use, by code.
    """

    area: str
    month: date
    on: date
    line: Decimal | None
    indicators: Mapping[str, WarningIndicator]

    def households(self) -> HouseholdQuerySet:
        """Households that exist."""
        return Household.objects.in_area(self.area).active()

    def people(self) -> MemberQuerySet:
        """People who belong to them."""
        return Member.objects.in_area(self.area).active().filter(household__closed_on__isnull=True)

    @property
    def last_day(self) -> date:
        """The month's last day."""
        return month_end(self.month)

    @property
    def span(self) -> tuple[datetime, datetime]:
        """The moments at which the month and the next one begin."""
        first, following = self.month, add_months(self.month, 1)
        begin, end = (timezone.make_aware(datetime.combine(day, time.min)) for day in (first, following))
        return begin, end

    def threshold(self, code: str) -> Decimal | None:
        """The threshold in force of an indicator; None where it has none or is not used."""
        row = self.indicators.get(code)
        return row.threshold() if row is not None else None


Find = Callable[[Scope], Iterator[Hit]]


@dataclass(frozen=True)
class Rule:
    """A rule of the screening. `codes`: the indicator rows that carry its thresholds, the rule's own code first.

    `risks` are what an open episode would have to answer already; None: any open episode answers it. `uses_line`: its
    limit is the monitoring line.
    """

    code: str
    find: Find
    risks: frozenset[Risk] | None
    codes: tuple[str, ...]
    source: str
    uses_line: bool = False

    def is_used(self, indicators: Mapping[str, WarningIndicator]) -> bool:
        """Whether one of its indicators is in use."""
        return any(code in indicators for code in self.codes)


REGISTERED: dict[str, Rule] = {}


def rule(
    code: str,
    *,
    risks: frozenset[Risk] | None,
    source: str,
    more: tuple[str, ...] = (),
    uses_line: bool = False,
) -> Callable[[Find], Find]:
    """Register a rule under its code; `more` are further indicators with thresholds of it."""

    def register(find: Find) -> Find:
        REGISTERED[code] = Rule(code, find, risks, (code, *more), source, uses_line)
        return find

    return register


def limit_in_words(row: WarningIndicator) -> str:
    """Write an indicator's threshold: 9,000 元（18,000 元的 50%）; "" where it has none."""
    limit = row.threshold()
    if limit is None:
        return ""
    words = in_yuan(limit)
    if row.base_yuan is not None and row.percent is not None:
        words += f"（{in_yuan(row.base_yuan)}的 {row.percent.normalize():f}%）"
    return words
