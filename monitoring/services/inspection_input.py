"""What a person says of one guarantee of a household that was looked at, and what keeps it from being taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from households.choices import HousingGrade, Risk
from households.guarantees import DANGEROUS_GRADES, Guarantee
from households.models import Household
from monitoring.models import Inspection
from monitoring.rules.water import WaterSeen, missing_indicators, water_problems
from monitoring.services.refusals import Problem
from township.base.dates import FIRST_MONTH

Occasion = Inspection.Occasion
WORDS_LENGTH = 300
NAME_LENGTH = 60
MOST_LITRES = Decimal(10_000)
DAYS_OF_A_YEAR = 366
# How each guarantee is looked at. Schooling and insurance are known from lists, not from walking by.
OCCASIONS: dict[Guarantee, tuple[Occasion, ...]] = {
    Guarantee.EDUCATION: (Occasion.DOCUMENT, Occasion.CAMPAIGN),
    Guarantee.MEDICAL: (Occasion.DOCUMENT, Occasion.CAMPAIGN),
    Guarantee.HOUSING: (Occasion.MONTHLY, Occasion.CAMPAIGN, Occasion.APPRAISAL, Occasion.DOCUMENT),
    Guarantee.WATER: (Occasion.SAMPLE, Occasion.CAMPAIGN, Occasion.APPRAISAL, Occasion.DOCUMENT),
}
# A paper that proves something is named.
ON_PAPER = (Occasion.APPRAISAL, Occasion.DOCUMENT)
# The risk of the clue that a problem opens (domain.md §2.3); the other guarantees have none of their own.
RISKS = {Guarantee.HOUSING: Risk.HOUSING, Guarantee.WATER: Risk.WATER}


@dataclass(frozen=True, kw_only=True)
class InspectionInput:
    """One guarantee as it was found on a day.

    A house has its `grade`. Water has its four indicators, or on paper the verdict `is_met`; schooling and insurance
    have the verdict. `words`: the document's name and number, or what is wrong. `opens_clue`: hand a problem to the
    station.
    """

    guarantee: Guarantee
    occasion: str
    checked_on: date
    grade: str = ""
    water: WaterSeen | None = None
    is_met: bool | None = None
    words: str = ""
    checked_by: str = ""
    opens_clue: bool = False


@dataclass(frozen=True)
class Verdict:
    """Whether the guarantee is there, and the words that say why not (or the document that says so)."""

    is_met: bool
    evidence: str


def verdict_of(data: InspectionInput, limits: Mapping[str, Decimal]) -> Verdict | None:
    """Return the verdict that the values lead to; None where they do not lead to one."""
    words = data.words.strip()
    if data.guarantee is Guarantee.HOUSING:
        return Verdict(data.grade not in DANGEROUS_GRADES, words) if data.grade else None
    if data.water is not None and not missing_indicators(data.water):
        problems = water_problems(data.water, limits)
        return Verdict(not problems, "；".join([*problems, words] if words else problems))
    return None if data.is_met is None else Verdict(data.is_met, words)


def problems_of(
    data: InspectionInput, household: Household, verdict: Verdict | None, on: date
) -> Iterator[Problem]:
    """Yield what is wrong with an inspection reported on a day, as (field, message)."""
    yield from day_problems(household, data.checked_on, on)
    if data.occasion not in OCCASIONS[data.guarantee]:
        known = "、".join(str(one.label) for one in OCCASIONS[data.guarantee])
        yield "occasion", f"{data.guarantee.label}的核查方式请从{known}中选择。"
    yield from _value_problems(data)
    if len(data.words.strip()) > WORDS_LENGTH or (verdict and len(verdict.evidence) > WORDS_LENGTH):
        yield "words", f"依据（问题）不超过 {WORDS_LENGTH} 字，请精简。"
    if not data.words.strip():
        if data.occasion in ON_PAPER:
            yield "words", "请写明依据的资料，例如鉴定报告文号、学籍系统核对、参保查询。"
        elif verdict and not verdict.is_met and not verdict.evidence:
            yield "words", "存在问题的，请写明是什么问题。"
    if len(data.checked_by.strip()) > NAME_LENGTH:
        yield "checked_by", f"核查人不超过 {NAME_LENGTH} 字。"
    if data.opens_clue and verdict and (verdict.is_met or data.guarantee not in RISKS):
        yield "opens_clue", "只有住房或饮水存在问题时才登记线索，请去掉这一项。"


def day_problems(household: Household, checked_on: date, on: date) -> Iterator[Problem]:
    """Yield why a household cannot have been looked at on a day, as reported on another."""
    if checked_on > on:
        yield "checked_on", f"核查日期 {checked_on} 晚于今天（{on}），请填写实际日期。"
    if checked_on < FIRST_MONTH:
        yield "checked_on", f"核查日期 {checked_on} 早于 {FIRST_MONTH.year} 年，请检查年份。"
    if household.closed_on is not None and household.closed_on <= checked_on:
        yield "checked_on", f"这一户已于 {household.closed_on} 销户，不能登记此后的核查。"


def _value_problems(data: InspectionInput) -> Iterator[Problem]:
    if data.guarantee is Guarantee.HOUSING:
        if data.grade not in HousingGrade.values:
            yield "grade", "请选择住房等级（A、B、C、D）。"
        return
    if data.guarantee is Guarantee.WATER and (data.occasion not in ON_PAPER or data.is_met is None):
        yield from _water_problems(data.water or WaterSeen())
    elif data.is_met is None:
        yield "is_met", "请选择有保障或存在问题。"


def _water_problems(seen: WaterSeen) -> Iterator[Problem]:
    if missing := missing_indicators(seen):
        yield "", f"四项指标请都填写，还缺：{'、'.join(missing)}。自来水入户的取水距离填 0。"
    if seen.litres is not None and not 0 <= seen.litres < MOST_LITRES:
        yield "litres", "水量应为每人每日的升数，0 以上、1 万以下。"
    if seen.short_days is not None and not 0 <= seen.short_days <= DAYS_OF_A_YEAR:
        yield "short_days", "全年缺水天数应在 0 至 366 之间。"
    for name, most in (("fetch_minutes", 1440), ("fetch_metres", 100_000), ("climb_metres", 5_000)):
        value = getattr(seen, name)
        if value is not None and not 0 <= value <= most:
            yield name, f"应在 0 至 {most} 之间，请核对。"
