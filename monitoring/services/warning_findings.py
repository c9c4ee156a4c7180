"""What a verification says, and what keeps it from being taken: a code, its reason, its words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from households.entry_checks import MOST_YUAN
from monitoring.choices import FINAL_RESULTS, Absence, DeclineReason, WarningResult
from monitoring.models import DeadlineSetting, Met, Visit, VisitMode, WarningCase
from monitoring.services.refusals import Problem

TEXT_LENGTH = 2000
MEDICAL = "MED_"
# Where going there without meeting anybody is no contact; a telephone call is one by the rule of the tier.
ON_THE_SPOT = (VisitMode.HOME, VisitMode.OUTDOOR)
REASONS: dict[str, tuple[type[DeclineReason] | type[Absence], str]] = {
    WarningResult.DECLINE: (DeclineReason, "不纳入的原因"),
    WarningResult.NOT_OURS: (Absence, "是查无此人、非本镇户籍、户籍已迁出还是已死亡"),
}


@dataclass(frozen=True)
class Finding:
    """What was found about one case: a WarningResult, with V2 or V5 its reason; with V7 the day to go again by."""

    result: str
    reason: str = ""
    words: str = ""
    due_on: date | None = None


@dataclass(frozen=True)
class Verification:
    """What was found about the household, for all its cases. Money in 元, the income per head and year."""

    verified_on: date
    mode: str
    situation: str = ""
    per_capita_yuan: Decimal | None = None
    self_pay_yuan: Decimal | None = None
    village_opinion: str = ""


def takes_self_pay(case: WarningCase) -> bool:
    """Whether 自付支出 says something about a warning: of illness, or of what the indicators do not tell."""
    return not case.indicator_code or case.indicator_code.startswith((MEDICAL, "HLTH_"))


def is_medical_cost(case: WarningCase) -> bool:
    """Whether the amount that the department wrote is what somebody paid for being ill."""
    return case.indicator_code.startswith(MEDICAL) and case.amount_yuan is not None


def reason_of(result: str, reason: str) -> str:
    """Return the reason as it is kept: what a form still holds of another result counts for nothing."""
    return reason if result in REASONS else ""


def result_problems(
    result: str,
    reason: str,
    words: str,
    setting: DeadlineSetting,
    *,
    allowed: tuple[str, ...] = FINAL_RESULTS,
) -> Iterator[Problem]:
    """Yield what is wrong with a code, its reason and its words."""
    if result not in allowed:
        yield (
            "result",
            f"请选择核查结果：{'、'.join(f'{one} {WarningResult(one).label}' for one in allowed)}。",
        )
        return
    if result in REASONS:
        choices, label = REASONS[result]
        if reason not in choices.values:
            yield "reason", f"请选择{label}：{'、'.join(map(str, choices.labels))}。"
    least = max(1, setting.words_at_least)
    if result == WarningResult.DECLINE and len(words.strip()) < least:
        yield "words", f"不纳入要写明情况，至少 {least} 字，现有 {len(words.strip())} 字。"
    yield from text_problems("words", "说明", words)


def verification_problems(verification: Verification, case: WarningCase, on: date) -> Iterator[Problem]:
    """Yield what is wrong with the facts of a verification handed in on a day."""
    verified_on = verification.verified_on
    if verified_on > on:
        yield "verified_on", f"核查日期 {verified_on} 晚于今天 {on}，请检查日期。"
    if verified_on < case.batch.month:
        # A list of a month may have reached the village before the office registered it.
        yield "verified_on", f"核查日期 {verified_on} 早于预警月份 {case.batch.month:%Y-%m}，请检查日期。"
    if verification.mode not in VisitMode.values:
        yield "mode", f"请选择核查方式：{'、'.join(map(str, VisitMode.labels))}。"
    for name, label in (("per_capita_yuan", "人均纯收入"), ("self_pay_yuan", "自付支出")):
        yuan = getattr(verification, name)
        if yuan is not None and not (yuan.is_finite() and abs(yuan) < MOST_YUAN):
            yield name, f"{label}的金额不对，请检查。"
    if verification.self_pay_yuan is not None and verification.self_pay_yuan < 0:
        yield "self_pay_yuan", "自付支出不能是负数，请检查。"
    yield from text_problems("situation", "家庭实际情况", verification.situation)
    yield from text_problems("village_opinion", "村级意见", verification.village_opinion)


def visit_problems(visit: Visit | None, verification: Verification, case: WarningCase) -> Iterator[Problem]:
    """Yield why a case cannot rest on a visit."""
    if visit is None:
        return
    if visit.household_id != case.household_id:
        yield "visit", "所选的走访不是这一户的，请重新选择。"
    if visit.voided_at is not None:
        yield "visit", "所选的走访已作废，请重新选择。"
    if visit.visited_on != verification.verified_on:
        yield (
            "verified_on",
            f"核查日期 {verification.verified_on} 与走访日期 {visit.visited_on} 不一致，请核对。",
        )


def met_problems(mode: str, met: str, findings: Iterable[Finding]) -> Iterator[Problem]:
    """Yield why a trip cannot have been in vain (V7 is all that it found): somebody was met after all.

    Where another warning was answered with the people at home, the trip was none in vain.
    """
    is_in_vain = {finding.result for finding in findings} == {WarningResult.AWAY}
    if is_in_vain and mode in ON_THE_SPOT and met != Met.NOBODY:
        yield "met", "见到了人请选其他结果；没有见到人的，见到谁请选“未见到人”。"


def text_problems(name: str, label: str, text: str) -> Iterator[Problem]:
    if len(text.strip()) > TEXT_LENGTH:
        yield name, f"{label}有 {len(text.strip())} 字，超过 {TEXT_LENGTH} 字，请精简。"
