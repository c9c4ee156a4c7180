"""What a benefit should have been: standard × quantity × spans, by the standard that was in force. Pure; in Decimal.

Source: domain.md §7.1. A span of days is counted in whole calendar months, terms (February–July, August–January) or
calendar years, each one that it touches, because lists name the first and last month and not always the days.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from township.base.dates import add_months, month_start

FEN = Decimal("0.01")
MONTH, TERM, YEAR, ONCE = "month", "term", "year", "once"
YUAN_ABOVE = "yuan_above"
TERM_MONTHS = (2, 8)


@dataclass(frozen=True, slots=True)
class Standard:
    """A dated standard in values; the fields are those of `BenefitStandard`."""

    kind: str
    variant: str
    amount: Decimal
    most: Decimal | None
    percent: Decimal | None
    per: str
    counted_by: str
    valid_from: date

    def of_one_span(self, quantity: Decimal) -> tuple[Decimal, Decimal]:
        """Return the least and the most that is right for one span, in yuan, not rounded."""
        if self.counted_by == YUAN_ABOVE:
            due = max(quantity - self.amount, Decimal(0)) * (self.percent or 0) / 100
            return due, due
        return self.amount * quantity, (self.most if self.most is not None else self.amount) * quantity


class StandardBook:
    """All standards by benefit and variant; a benefit without rows for a variant goes by those without one."""

    def __init__(self, standards: Iterable[Standard]) -> None:
        self._rows: dict[tuple[str, str], list[Standard]] = defaultdict(list)
        for standard in sorted(standards, key=lambda row: row.valid_from):
            self._rows[standard.kind, standard.variant].append(standard)

    def on(self, kind: str, variant: str, on: date) -> Standard | None:
        """Return the standard in force on a day, None where there is none yet."""
        rows = self._rows.get((kind, variant)) or self._rows.get((kind, ""), [])
        place = bisect_right(rows, on, key=lambda row: row.valid_from)
        return rows[place - 1] if place else None

    def expected(
        self, kind: str, variant: str, quantity: Decimal, started_on: date, ended_on: date
    ) -> tuple[Decimal, Decimal] | None:
        """Return the least and the most (元, to the fen) that is right for a receipt of these days.

        Each span goes by the standard in force on its first day within the receipt. None where a span has none: what
        nobody has set cannot be checked.
        """
        first = self.on(kind, variant, started_on)
        if first is None:
            return None
        least = most = Decimal(0)
        for day in spans(first.per, started_on, ended_on):
            standard = self.on(kind, variant, max(day, started_on))
            if standard is None or standard.per != first.per:
                return None
            low, high = standard.of_one_span(quantity)
            least, most = least + low, most + high
        return least.quantize(FEN, ROUND_HALF_UP), most.quantize(FEN, ROUND_HALF_UP)

    def replaced(self, *standards: Standard) -> StandardBook:
        """Return the book as it would be with these rows beside (or, of the same day, in place of) the others."""
        changed = {(row.kind, row.variant, row.valid_from) for row in standards}
        kept = (row for rows in self._rows.values() for row in rows)
        return StandardBook(
            [*(row for row in kept if (row.kind, row.variant, row.valid_from) not in changed), *standards]
        )


def spans(per: str, started_on: date, ended_on: date) -> Iterator[date]:
    """Yield the first day of each month, term or year that the days touch; of a single payment the first day."""
    if per == ONCE:
        yield started_on
        return
    day = _span_start(per, started_on)
    months = {MONTH: 1, TERM: 6, YEAR: 12}[per]
    while day <= ended_on:
        yield day
        day = add_months(day, months)


def _span_start(per: str, day: date) -> date:
    if per == MONTH:
        return month_start(day)
    if per == YEAR:
        return date(day.year, 1, 1)
    spring, autumn = TERM_MONTHS
    if day.month >= autumn:
        return date(day.year, autumn, 1)
    return date(day.year, spring, 1) if day.month >= spring else date(day.year - 1, autumn, 1)
