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
        """Return the least and the most (元) that is right for one span, to the fen, half up.

        Each span is paid by itself and rounded by itself, so that what two receipts come to is what one would.
        """
        if self.counted_by == YUAN_ABOVE:
            due = _to_fen(max(quantity - self.amount, Decimal(0)) * (self.percent or Decimal(0)) / 100)
            return due, due
        most = self.most if self.most is not None else self.amount
        return _to_fen(self.amount * quantity), _to_fen(most * quantity)


class StandardBook:
    """All standards by benefit and variant; where a variant has none yet, those without a variant hold."""

    def __init__(self, standards: Iterable[Standard]) -> None:
        self._rows: dict[tuple[str, str], list[Standard]] = defaultdict(list)
        for standard in sorted(standards, key=lambda row: row.valid_from):
            self._rows[standard.kind, standard.variant].append(standard)

    def on(self, kind: str, variant: str, on: date) -> Standard | None:
        """Return the standard in force on a day, None where there is none yet."""
        found = self._in_force((kind, variant), on)
        return self._in_force((kind, ""), on) if found is None and variant else found

    def _in_force(self, key: tuple[str, str], on: date) -> Standard | None:
        rows = self._rows.get(key, [])
        place = bisect_right(rows, on, key=lambda row: row.valid_from)
        return rows[place - 1] if place else None

    def steps(
        self, kind: str, variant: str, started_on: date, ended_on: date
    ) -> list[tuple[Standard, int]] | None:
        """Return the standards that hold for a receipt of these days, in order, each with the number of its spans.

        Each span goes by the standard in force on its first day within the receipt. None where a span has none, or
        where the length of the spans changes on the way: what nobody has set cannot be checked.
        """
        first = self.on(kind, variant, started_on)
        if first is None:
            return None
        days = [max(day, started_on) for day in spans(first.per, started_on, ended_on)]
        if days and self.on(kind, variant, days[-1]) is first:
            return [(first, len(days))]  # a standard that was followed by another never comes back
        found: list[tuple[Standard, int]] = []
        for day in days:
            standard = self.on(kind, variant, day)
            if standard is None or standard.per != first.per:
                return None
            if found and found[-1][0] == standard:
                found[-1] = standard, found[-1][1] + 1
            else:
                found.append((standard, 1))
        return found

    def expected(
        self, kind: str, variant: str, quantity: Decimal, started_on: date, ended_on: date
    ) -> tuple[Decimal, Decimal] | None:
        """Return the least and the most (元, to the fen) that is right for a receipt of these days; None: see steps."""
        steps = self.steps(kind, variant, started_on, ended_on)
        return None if steps is None else due(steps, quantity)

    def replaced(self, *standards: Standard) -> StandardBook:
        """Return the book as it would be with these rows beside (or, of the same day, in place of) the others."""
        changed = {(row.kind, row.variant, row.valid_from) for row in standards}
        kept = (row for rows in self._rows.values() for row in rows)
        return StandardBook(
            [*(row for row in kept if (row.kind, row.variant, row.valid_from) not in changed), *standards]
        )


def due(steps: Iterable[tuple[Standard, int]], quantity: Decimal) -> tuple[Decimal, Decimal]:
    """Return the least and the most (元, to the fen) that some standards, each for a number of spans, come to."""
    least = most = Decimal(0)
    for standard, count in steps:
        low, high = standard.of_one_span(quantity)
        least, most = least + low * count, most + high * count
    return least, most


def spans(per: str, started_on: date, ended_on: date) -> Iterator[date]:
    """Yield the first day of each month, term or year that the days touch; of a single payment the first day."""
    if per == ONCE:
        yield started_on
        return
    day = span_start(per, started_on)
    months = {MONTH: 1, TERM: 6, YEAR: 12}[per]
    while day <= ended_on:
        yield day
        day = add_months(day, months)


def span_start(per: str, day: date) -> date:
    """Return the first day of the month, term or year that a day lies in; of a single payment the day itself."""
    if per == ONCE:
        return day
    if per == MONTH:
        return month_start(day)
    if per == YEAR:
        return date(day.year, 1, 1)
    spring, autumn = TERM_MONTHS
    if day.month >= autumn:
        return date(day.year, autumn, 1)
    return date(day.year, spring, 1) if day.month >= spring else date(day.year - 1, autumn, 1)


def _to_fen(amount: Decimal) -> Decimal:
    return amount.quantize(FEN, ROUND_HALF_UP)
