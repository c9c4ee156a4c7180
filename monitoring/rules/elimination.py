"""What has to be true before the risk of a monitored household is eliminated. Pure; every date is passed in.

Source: domain.md §1.9. 帮扶消除 needs all of it: income above the line of the year for half a year, spending under
control, guarantees and water, the risks answered by measures, no new risk, no household wholly without labour (those
stay watched, 兜底保障). 自然消除 (death, moving away, marriage) is free of time, income, measures and labour, for which
the provinces' data checks exempt it too (5_18_009, 4_11_010); but no guarantee may be broken and no new risk open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from households.choices import EliminationMode
from households.guarantees import Guarantee, GuaranteeState
from township.base.dates import add_months, months_between


@dataclass(frozen=True, slots=True)
class Unmet:
    """A condition that is not met: its code, and a sentence with the values."""

    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EliminationFacts:
    """What we know of a household on a day.

    Income is the latest registered 人均纯收入 (元) and its year: the register knows years, not months, so that half a
    year of steadiness is asked of the time since the identification. `gaps` are the sentences of what no measure
    answers; the last two count what may be a new risk (件 of warnings without a verdict, 条 of clues).
    """

    identified_month: date
    line_yuan: Decimal | None
    income_yuan: Decimal | None
    income_year: int | None
    guarantees: Mapping[Guarantee, GuaranteeState]
    is_without_labour: bool
    gaps: tuple[str, ...]
    open_warnings: int
    waiting_clues: int


def unmet_conditions(facts: EliminationFacts, mode: str, *, steady_months: int, on: date) -> Iterator[Unmet]:
    """Yield every condition that keeps the risk from being eliminated in this mode on a day; none: it may be."""
    if mode != EliminationMode.NATURAL:
        yield from _time(facts, steady_months, on)
        yield from _income(facts, on)
        if facts.is_without_labour:
            yield Unmet("without_labour", "整户无劳动能力，兜底保障后暂不标注风险消除，继续跟踪")
        for text in facts.gaps:
            yield Unmet("measures", text)
    yield from _guarantees(facts, is_natural=mode == EliminationMode.NATURAL)
    if facts.open_warnings:
        yield Unmet("new_risk", f"还有 {facts.open_warnings} 件部门预警没有认定")
    if facts.waiting_clues:
        yield Unmet("new_risk", f"还有 {facts.waiting_clues} 条线索没有处理")


def income_exceeds(income_yuan: Decimal, line_yuan: Decimal) -> bool:
    """Whether an income per head is above the line; at the line itself a household is still within its range."""
    return income_yuan > line_yuan


def _time(facts: EliminationFacts, steady_months: int, on: date) -> Iterator[Unmet]:
    if months_between(facts.identified_month, on) < steady_months:
        earliest = add_months(facts.identified_month, steady_months)
        yield Unmet(
            "steady",
            f"{facts.identified_month:%Y-%m} 识别，收入稳定须满 {steady_months} 个月，{earliest:%Y-%m} 起可以办理",
        )


def _income(facts: EliminationFacts, on: date) -> Iterator[Unmet]:
    if facts.line_yuan is None:
        yield Unmet("line", "没有生效的监测线，请先在“规则”中登记")
        return
    if facts.income_yuan is None or facts.income_year is None or facts.income_year < on.year - 1:
        yield Unmet("income", f"没有登记 {on.year - 1} 年或 {on.year} 年的收入，无法核对是否稳定超过监测线")
    elif not income_exceeds(facts.income_yuan, facts.line_yuan):
        yield Unmet(
            "income",
            f"{facts.income_year} 年人均纯收入 {facts.income_yuan:,.2f} 元，"
            f"没有超过现行监测线 {facts.line_yuan:,.2f} 元",
        )


def _guarantees(facts: EliminationFacts, *, is_natural: bool) -> Iterator[Unmet]:
    for guarantee, state in facts.guarantees.items():
        if state is GuaranteeState.PROBLEM:
            yield Unmet(guarantee.value, f"{guarantee.label}存在问题，尚未解决")
        elif state is GuaranteeState.UNKNOWN and not is_natural:
            yield Unmet(guarantee.value, f"{guarantee.label}没有登记，请先核实登记")
