"""The month a ledger speaks of, seen from a day: what counts, and whether it is an earlier month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from township.base.dates import FIRST_MONTH, Period, PeriodKind, month_end, month_start, period_of


@dataclass(frozen=True, slots=True)
class LedgerMonth:
    """A month (its first day) looked at on the day `on`.

    ValueError where the month has not begun yet or lies before there was any register (FIRST_MONTH).
    """

    month: date
    on: date

    def __post_init__(self) -> None:
        if self.month != month_start(self.month):
            raise ValueError(f"期别应为某月的第一天，不能是 {self.month}。")
        if self.month < FIRST_MONTH:
            raise ValueError(
                f"{self.month:%Y-%m} 太早，没有台账。请选择 {FIRST_MONTH:%Y-%m} 至 {self.on:%Y-%m} 的月份。"
            )
        if self.month > self.on:
            raise ValueError(
                f"{self.month:%Y-%m} 还没有开始，没有台账。请选择 {self.on:%Y-%m} 或更早的月份。"
            )

    @property
    def as_of(self) -> date:
        """The day whose tiers, tasks and visits count: the last of an earlier month, today in the running one."""
        return min(month_end(self.month), self.on)

    @property
    def is_over(self) -> bool:
        """Whether the month is an earlier one, so that registered facts are younger than the rest."""
        return self.as_of < self.on

    def period(self, kind: PeriodKind) -> Period:
        """Return the cycle's period that holds the month."""
        return period_of(kind, self.as_of)
