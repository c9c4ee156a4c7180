"""A household's income per head beside the 监测线, and the words for months of which nothing is known. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from households.income_lines import months_told


class PerHead(Protocol):
    """What has an income per head (元 a person and year); None where it is not known."""

    @property
    def per_capita_net_yuan(self) -> Decimal | None: ...

    @property
    def per_capita_reference_yuan(self) -> Decimal | None: ...


@dataclass(frozen=True)
class AgainstLine:
    """An amount per head and what it is to the line."""

    label: str
    amount_yuan: Decimal | None
    line_yuan: Decimal | None

    @property
    def is_below(self) -> bool:
        amount, line = self.amount_yuan, self.line_yuan
        return amount is not None and line is not None and amount < line

    @property
    def told(self) -> str:
        """高于监测线 1,200.00 元; "" where one of the two is not known."""
        if self.amount_yuan is None or self.line_yuan is None:
            return ""
        difference = self.amount_yuan - self.line_yuan
        if not difference:
            return "等于监测线"
        return f"{'低于' if self.is_below else '高于'}监测线 {abs(difference):,.2f} 元"


def against_line(income: PerHead | None, line_yuan: Decimal | None) -> list[AgainstLine]:
    """Return net and reference income per head, each beside the line (元 a person and year, None: none in force)."""
    net, reference = (
        (None, None) if income is None else (income.per_capita_net_yuan, income.per_capita_reference_yuan)
    )
    return [AgainstLine("人均纯收入", net, line_yuan), AgainstLine("人均收入参考范围", reference, line_yuan)]


def incomplete_told(months: Sequence[date]) -> str:
    """Return the warning for months without any line; "" where there are none."""
    return f"{months_told(months)}没有任何明细，合计不完整，不能据此认定。" if months else ""
