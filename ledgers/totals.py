"""The 合计 row of a ledger, counted while the rows go by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal

from ledgers.columns import Column
from township.base.sheets.cells import as_text
from township.base.sheets.spec import Value

LABEL = "合计"


class Totals:
    """Adds up the columns that ask for it; `row()` is the 合计 row once all rows were added."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = columns
        self.rows = 0
        self.sums: dict[int, Decimal | int] = dict.fromkeys(_places(columns, "sum"), 0)
        self.counts: dict[int, Counter[Value]] = {at: Counter() for at in _places(columns, "count", "each")}

    def add(self, values: Sequence[Value]) -> None:
        """Take one row's values into account."""
        self.rows += 1
        sums = self.sums
        for at in sums:
            value = values[at]
            if value is not None:
                sums[at] += value  # type: ignore[operator, assignment]
        for at, counter in self.counts.items():
            value = values[at]
            if value is not None and value != "":
                counter[value] += 1

    def row(self) -> list[Value]:
        """Return one value per column: sums, 户 counted, 户 of each value; the first free cell says 合计."""
        values: list[Value] = [self._cell(at, column) for at, column in enumerate(self.columns)]
        if None in values:
            values[values.index(None)] = LABEL
        return values

    def _cell(self, at: int, column: Column) -> Value:
        makers: dict[str, Callable[[], Value]] = {
            "": lambda: None,
            "households": lambda: f"{self.rows}户",
            "times": lambda: f"{self.rows}人次",
            "sum": lambda: self.sums[at],
            "ratio": lambda: self.sums[at - 1] / Decimal(self.sums[at - 2]) if self.sums[at - 2] else None,
            "count": lambda: f"{self.counts[at].total()}户",
            "each": lambda: (
                [f"{as_text(value)}{count}户" for value, count in self.counts[at].most_common()] or None
            ),
        }
        return makers[column.total]()


def _places(columns: Sequence[Column], *totals: str) -> list[int]:
    return [at for at, column in enumerate(columns) if column.total in totals]
