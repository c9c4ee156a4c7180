"""Which headings of a department's list ask for an answer, and which are our own beside them. Pure.

Every department words its list differently; a heading is known by the words in it, never by its place.
"""

from __future__ import annotations

import re
from enum import Enum, auto

from households.importing.wording import heading


class Answer(Enum):
    """What a department may ask of a line."""

    RESULT = auto()
    INCLUDED = auto()
    SITUATION = auto()
    REASON = auto()
    FOLLOWING = auto()
    VERIFIER = auto()
    VERIFIER_AND_DAY = auto()
    VERIFIED_ON = auto()
    DECIDED_ON = auto()
    REPLIED_ON = auto()
    INCOME = auto()


# A day by which something is wanted is no answer.
ASKED = re.compile("截止|时限|期限|要求")
OURS = "核查|核实|入户|走访|排查|摸排|认定|研判|反馈|评估|处置|处理"
VISITING = "核查|核实|入户|走访|排查|摸排"
WHO, WHEN, AND = "人|人员|干部|姓名", "日期|时间", "及和与、/"
# First match counts.
PATTERNS: tuple[tuple[Answer, re.Pattern[str]], ...] = (
    (Answer.INCLUDED, re.compile("是否.*(?:纳入|列入|符合)")),
    (
        Answer.REASON,
        re.compile("(?:不|未)(?:予)?(?:纳入|符合|列入).*(?:原因|理由|说明)|(?:原因|理由).*(?:不|未)纳入"),
    ),
    (Answer.REPLIED_ON, re.compile("(?:反馈|上报|回复).*(?:日期|时间)")),
    (Answer.DECIDED_ON, re.compile("(?:认定|研判|评估|审核).*(?:日期|时间)")),
    # 核查人及时间, 入户时间、核查人员: one column for both.
    (
        Answer.VERIFIER_AND_DAY,
        re.compile(
            f"(?:{VISITING}).*?(?:(?:{WHO})[^{AND}]*[{AND}].*(?:{WHEN})|(?:{WHEN})[^{AND}]*[{AND}].*(?:{WHO}))"
        ),
    ),
    (Answer.VERIFIED_ON, re.compile(f"(?:{VISITING}).*(?:{WHEN})")),
    (Answer.VERIFIER, re.compile(f"(?:{VISITING}).*(?:{WHO})$")),
    (Answer.FOLLOWING, re.compile("(?:帮扶|后续|采取|处置|处理|跟踪|整改).*(?:措施|情况)|^措施$")),
    (Answer.INCOME, re.compile("人均(?:纯|可支配)?收入")),
    (Answer.RESULT, re.compile(f"(?:{OURS}|比对).*(?:结果|结论)|^结果$|^结论$")),
    (
        Answer.SITUATION,
        re.compile(f"(?:{OURS}).*(?:情况|意见|内容|说明)|家庭(?:实际|现实)?情况|(?:村|镇)级?意见"),
    ),
)


def answer_of(text: object) -> Answer | None:
    """Return what a heading asks for; None for a heading that tells something itself."""
    words = heading(text)
    if not words or ASKED.search(words):
        return None
    return next((answer for answer, pattern in PATTERNS if pattern.search(words)), None)


# Our own columns, behind those of the department; one that it has too gets a heading of its own.
OWN_HEADINGS = (
    "核查日期", "核查人", "家庭实际情况", "人均纯收入(元)", "自付支出(元)", "认定结果", "不纳入原因", "认定日期",
    "后续措施",
)  # fmt: skip
# What each of them says; None: what no department has asked for yet.
OWN_ANSWERS = (
    Answer.VERIFIED_ON, Answer.VERIFIER, Answer.SITUATION, Answer.INCOME, None, Answer.RESULT, Answer.REASON,
    Answer.DECIDED_ON, Answer.FOLLOWING,
)  # fmt: skip
REPEAT_HEADING = "重复推送说明"
OURS_TOO = "（镇级）"
_OWN = frozenset(heading(text) for text in (*OWN_HEADINGS, REPEAT_HEADING))


def is_answer(text: object) -> bool:
    """Whether an answer stands below a heading, in a column of the department or in one that we added."""
    words = heading(text)
    return answer_of(words) is not None or words in _OWN or words.endswith(heading(OURS_TOO))
