"""Which tier a household belongs to, first match: KEY, STABLE, LOW_INCOME, GENERAL. Pure; the rule only proposes.

Source: the township's report and domain.md §5.1 and §11: three kinds of monitored households are visited most; an
ex-poor household stays in its own ledger even when it is in dibao, unless the dated setting says otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from households.choices import HouseholdKind, LowIncomeKind, MonitoredKind, Tier

Reason = dict[str, str]

TEKUN_EX_POOR, DIBAO_EX_POOR, ORDINARY_EX_POOR = "特困供养脱贫户", "低保脱贫户", "一般脱贫户"


class Thresholds(Protocol):
    """What decides about low income on a day; a row of TierSetting is one."""

    near_line_ratio: Decimal
    low_income_takes_ex_poor: bool
    low_income_kinds: Sequence[str]


@dataclass(frozen=True, slots=True)
class HouseholdFacts:
    """What the rule looks at: registered kinds, people (人) in dibao and tekun, latest 人均纯收入 (元) and its year."""

    kind: str
    monitored_kind: str = ""
    is_eliminated: bool = False
    ex_poor_year: int | None = None
    low_income_kind: str = ""
    dibao_count: int = 0
    tekun_count: int = 0
    per_capita_net_yuan: Decimal | None = None
    income_year: int | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A tier with the reasons (code, and a sentence with the values) and the tags that go with it."""

    tier: str
    reasons: list[Reason]
    tags: list[str] = field(default_factory=list)


def propose(facts: HouseholdFacts, setting: Thresholds, line: Decimal | None) -> Proposal:
    """Return the tier the facts speak for.

    `line` is the monitoring line in force (元 per person and year); without one no income is near it.
    """
    tags = _tags(facts)
    if facts.monitored_kind:
        return Proposal(Tier.KEY, [_monitored(facts)], tags)
    low_income = _low_income(facts, setting, line)
    if facts.kind == HouseholdKind.EX_POOR and not (low_income and setting.low_income_takes_ex_poor):
        return Proposal(Tier.STABLE, [_ex_poor(facts)], tags)
    if low_income:
        return Proposal(Tier.LOW_INCOME, low_income, tags)
    return Proposal(Tier.GENERAL, [_ordinary(facts)], tags)


def _tags(facts: HouseholdFacts) -> list[str]:
    if facts.kind != HouseholdKind.EX_POOR:
        return []
    if facts.tekun_count:
        return [TEKUN_EX_POOR]
    return [DIBAO_EX_POOR if facts.dibao_count else ORDINARY_EX_POOR]


def _monitored(facts: HouseholdFacts) -> Reason:
    text = f"监测对象：{MonitoredKind(facts.monitored_kind).label}"
    if facts.is_eliminated:
        # Elimination ends the help, not the watching: a person lowers the tier, with a reason.
        text += "（风险已消除，等级保持，调低须由人决定）"
    return {"code": "monitored", "text": text}


def _ex_poor(facts: HouseholdFacts) -> Reason:
    year = f"（{facts.ex_poor_year} 年脱贫）" if facts.ex_poor_year else ""
    return {"code": "ex_poor", "text": f"脱贫户{year}，不是监测对象"}


def _ordinary(facts: HouseholdFacts) -> Reason:
    income = ""
    if facts.per_capita_net_yuan is not None:
        income = f"；{_income(facts)}"
    return {"code": "ordinary", "text": f"一般农户，没有列入低收入的情形{income}"}


def _low_income(facts: HouseholdFacts, setting: Thresholds, line: Decimal | None) -> list[Reason]:
    """Return every reason for low income that the setting admits."""
    kinds = set(setting.low_income_kinds)
    reasons = []
    if facts.tekun_count and LowIncomeKind.TEKUN in kinds:
        reasons.append({"code": "tekun", "text": f"家中 {facts.tekun_count} 人享受特困供养"})
    if facts.dibao_count and LowIncomeKind.DIBAO in kinds:
        reasons.append({"code": "dibao", "text": f"家中 {facts.dibao_count} 人享受低保"})
    if facts.low_income_kind in kinds:
        label = LowIncomeKind(facts.low_income_kind).label
        reasons.append({"code": "registered", "text": f"登记的低收入类型：{label}"})
    if LowIncomeKind.NEAR_LINE in kinds and (near := _near_line(facts, setting.near_line_ratio, line)):
        reasons.append(near)
    return reasons


def _near_line(facts: HouseholdFacts, ratio: Decimal, line: Decimal | None) -> Reason | None:
    if facts.per_capita_net_yuan is None or line is None:
        return None
    limit = line * ratio
    if facts.per_capita_net_yuan >= limit:
        return None
    text = f"{_income(facts)}，低于监测线 {_yuan(line)} 元的 {ratio:.2f} 倍（{_yuan(limit)} 元）"
    return {"code": "near_line", "text": text}


def _income(facts: HouseholdFacts) -> str:
    year = f"{facts.income_year} 年" if facts.income_year else ""
    return f"{year}人均纯收入 {_yuan(facts.per_capita_net_yuan or Decimal(0))} 元"


def _yuan(amount: Decimal) -> str:
    """Write an amount with separators, and its fen only where there are any: 8,200 · 8,200.50."""
    return f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"
