"""What is reported of a visit, and what keeps a report from being taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from households.choices import Risk
from households.models import Household
from monitoring.choices import BlockState, VisitBlock
from monitoring.models import Finding, Met, Visit, VisitMode
from monitoring.rule_words import Answer
from monitoring.schedule import visit_problems

# (field of VisitInput, message)
Problem = tuple[str, str]

# 建档立卡 began in 2014; an earlier day is a slip of the year, not a visit of this work.
EARLIEST = date(2014, 1, 1)
TEXT_LENGTH = {"needs": 2000, "note": 2000, "backdate_reason": 200}
BLOCK_NOTE_LENGTH = 500
BLOCK_KEYS = frozenset({"state", "note", "member", "amount_yuan"})
PROBLEM_FIELD = {"future": "visited_on", "backdated": "backdate_reason"}


class VisitRefused(Exception):
    """The report is not taken; `problems` says for each field why, in words for the user."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("".join(message for _, message in problems))
        self.problems = problems


@dataclass(frozen=True, kw_only=True)
class VisitInput:
    """A visit as reported by a phone, a form or a list.

    `blocks` holds only what is not 无变化: {block: {"state", "note", "member" (id), "amount_yuan" (元, text)}}.
    `is_away` None: as the household is registered. `answers`: finding (id as text) → value of Answer.
    """

    visited_on: date
    mode: str
    met: str = Met.HEAD
    is_away: bool | None = None
    blocks: dict[str, dict[str, Any]] = field(default_factory=dict)
    has_risk: bool = False
    risk_kinds: list[str] = field(default_factory=list)
    needs: str = ""
    note: str = ""
    backdate_reason: str = ""
    kind: str = Visit.Kind.REGULAR
    answers: dict[str, str] = field(default_factory=dict)

    @property
    def changed_blocks(self) -> dict[str, dict[str, Any]]:
        """The blocks as they are stored: without those that were 无变化 after all."""
        return {
            str(block): answer
            for block, answer in self.blocks.items()
            if answer.get("state") != BlockState.UNCHANGED
        }


def problems_of(data: VisitInput, household: Household, on: date) -> list[Problem]:
    """Return what is wrong with a report about the household received on the day `on`; empty when it can be taken."""
    return [
        *_day_problems(data, household, on),
        *_choice_problems(data),
        *_text_problems(data),
        *_risk_problems(data),
        *_block_problems(data, household),
        *_finding_problems(data, household),
    ]


def _day_problems(data: VisitInput, household: Household, on: date) -> Iterator[Problem]:
    for code, message in visit_problems(data.visited_on, on, data.backdate_reason):
        yield PROBLEM_FIELD[code], message
    if data.visited_on < EARLIEST:
        yield "visited_on", f"走访日期 {data.visited_on} 早于 {EARLIEST.year} 年，请检查年份。"
    if household.closed_on and household.closed_on <= data.visited_on:
        yield (
            "visited_on",
            f"该户已于 {household.closed_on} 销户（{household.closed_reason}），不能登记此后的走访。"
            "如户仍存在，请联系镇防贫监测工作站。",
        )


def _choice_problems(data: VisitInput) -> Iterator[Problem]:
    for name, value, choices, label in (
        ("mode", data.mode, VisitMode, "走访方式"),
        ("met", data.met, Met, "见到谁"),
        ("kind", data.kind, Visit.Kind, "走访类型"),
    ):
        if value not in choices.values:
            yield name, f"{label}“{value}”不在可选范围内。请从{'、'.join(map(str, choices.labels))}中选择。"


def _text_problems(data: VisitInput) -> Iterator[Problem]:
    for name, limit in TEXT_LENGTH.items():
        text = getattr(data, name)
        if len(text) > limit:
            yield name, f"文字有 {len(text)} 字，超过 {limit} 字。请精简后再提交。"


def _risk_problems(data: VisitInput) -> Iterator[Problem]:
    if data.has_risk and not data.risk_kinds:
        yield "risk_kinds", "已勾选有返贫致贫风险，请至少选择一种风险类型。"
    if data.risk_kinds and not data.has_risk:
        yield "has_risk", "已选择风险类型，但没有勾选有返贫致贫风险。请勾选，或清除风险类型。"
    if unknown := [kind for kind in data.risk_kinds if kind not in Risk.values]:
        yield "risk_kinds", f"风险类型“{'、'.join(map(str, unknown))}”不在可选范围内。"


def _block_problems(data: VisitInput, household: Household) -> Iterator[Problem]:
    members: set[str] | None = None
    for block, answer in data.blocks.items():
        if block not in VisitBlock.values:
            yield "blocks", f"走访内容“{block}”不在表内。请从{'、'.join(VisitBlock.labels)}中选择。"
            continue
        label = VisitBlock(block).label
        if not isinstance(answer, dict) or answer.get("state") not in BlockState.values:
            yield "blocks", f"{label}：请选择{'、'.join(BlockState.labels)}之一。"
            continue
        yield from _answer_problems(label, answer)
        if answer.get("member"):
            if members is None:
                members = {str(pk) for pk in household.members.values_list("pk", flat=True)}
            if str(answer["member"]) not in members:
                yield "blocks", f"{label}：所选的人不是本户成员，请重新选择。"


def _finding_problems(data: VisitInput, household: Household) -> Iterator[Problem]:
    if any(answer not in Answer.values for answer in data.answers.values()):
        yield "answers", f"疑点核实请从{'、'.join(Answer.labels)}中选择。"
    keys = {key for text in data.answers if (key := _uuid(text)) is not None}
    if len(keys) != len(data.answers):
        yield "answers", "疑点编号不对，请刷新页面后重新填写。"
    elif keys and Finding.objects.filter(pk__in=keys, household=household).count() != len(keys):
        yield "answers", "核实的疑点不是本户的，请刷新页面后重新填写。"


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _answer_problems(label: str, answer: dict[str, Any]) -> Iterator[Problem]:
    if unknown := sorted(set(answer) - BLOCK_KEYS):
        yield "blocks", f"{label}：不认识的内容“{'、'.join(unknown)}”。"
    note = answer.get("note", "")
    if not isinstance(note, str) or len(note) > BLOCK_NOTE_LENGTH:
        yield "blocks", f"{label}：说明应为不超过 {BLOCK_NOTE_LENGTH} 字的文字。"
    if answer.get("amount_yuan") not in (None, "") and not _is_amount(answer["amount_yuan"]):
        yield "blocks", f"{label}：金额应为不小于 0 的数字（元）。"


def _is_amount(value: Any) -> bool:
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return False
    return amount.is_finite() and 0 <= amount < 10**10
