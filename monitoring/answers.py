"""What each block of a visit can answer besides 无变化, and a visit's changes in words. Pure.

Stored is {"medical": {"state": "problem", "note": "…", "member": "<id>", "amount_yuan": "23500"}}; a block that is
absent was confirmed as unchanged. Income moves in two directions (domain.md §5.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from monitoring.choices import BlockState, VisitBlock

Answer = tuple[BlockState, str]
PROBLEM: tuple[Answer, ...] = ((BlockState.PROBLEM, "有问题"),)
ANSWERS: dict[VisitBlock, tuple[Answer, ...]] = {
    VisitBlock.FOOD: PROBLEM,
    VisitBlock.EDUCATION: PROBLEM,
    VisitBlock.MEDICAL: PROBLEM,
    VisitBlock.HOUSING: PROBLEM,
    VisitBlock.WATER: PROBLEM,
    VisitBlock.INCOME: ((BlockState.INCREASE, "增加"), (BlockState.DECREASE, "减少")),
    VisitBlock.EMPLOYMENT: ((BlockState.CHANGED, "有变化"),),
    VisitBlock.HEALTH: ((BlockState.CHANGED, "有变化"),),
    VisitBlock.NEEDS: ((BlockState.CHANGED, "有诉求"),),
}
UNCHANGED_WORD = {VisitBlock.INCOME: "持平", VisitBlock.NEEDS: "无"}
# Blocks that concern a person, and blocks in which money says how grave it is.
OF_A_PERSON = frozenset({VisitBlock.EDUCATION, VisitBlock.MEDICAL, VisitBlock.EMPLOYMENT, VisitBlock.HEALTH})
WITH_AMOUNT = frozenset({VisitBlock.MEDICAL, VisitBlock.INCOME})


def unchanged_word(block: VisitBlock) -> str:
    """Return what the preselected answer of a block is called."""
    return UNCHANGED_WORD.get(block, "无变化")


@dataclass(frozen=True, slots=True)
class Change:
    """One block that changed, as a page shows it."""

    title: str
    answer: str
    is_bad: bool
    note: str
    member: str
    amount_yuan: str

    @property
    def in_words(self) -> str:
        """The change on one line: block, answer, person and amount (元), note."""
        details = "，".join(filter(None, [self.member, f"{self.amount_yuan} 元" if self.amount_yuan else ""]))
        answer = f"{self.title}：{self.answer}{f'（{details}）' if details else ''}"
        return f"{answer}，{self.note}" if self.note else answer


def changes_of(blocks: Mapping[str, Any], members: Mapping[str, str]) -> list[Change]:
    """Return the changed blocks in the order of the form; members: id → name (a person unknown stays unnamed)."""
    changes = []
    for block in VisitBlock:
        stored = blocks.get(block)
        if isinstance(stored, Mapping):
            state = BlockState(stored.get("state", BlockState.CHANGED))
            changes.append(
                Change(
                    title=str(block.label),
                    answer=dict(ANSWERS[block]).get(state, str(state.label)),
                    is_bad=state in (BlockState.PROBLEM, BlockState.DECREASE),
                    note=str(stored.get("note", "")),
                    member=members.get(str(stored.get("member", "")), ""),
                    amount_yuan=str(stored.get("amount_yuan", "")),
                )
            )
    return changes
