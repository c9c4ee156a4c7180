"""What each step of an identification or elimination asks, and what keeps it from being taken.

Every check yields all its problems as (field of the input, message). Days are compared with those of the steps before
and with the day of registration `on`: nothing is recorded before it happened.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from households.access import Capability, scope_for
from monitoring.companions import names, tidy
from monitoring.models import Evidence, Procedure
from monitoring.rules.procedure_clock import publicity_end
from monitoring.services.refusals import Problem

MOST_YUAN = Decimal(10) ** 9
NAME_LENGTH, DOCUMENT_LENGTH = 80, 120
MOST_VOTES = 1000
# A notice that is to hang longer is a mistyped date, and would keep the case from ever being reported.
LONGEST_PUBLICITY_DAYS = 60
OWN_CHECK = "您参与过这一户的入户核查（核查、同行或代录），不能自己审核，请由其他人办理。"
Type = Evidence.Type
# Without these papers nobody at the township could review anything (domain.md §1.7, steps 2, 4 and 5).
REQUIRED_EVIDENCE: dict[str, tuple[Type, ...]] = {
    Procedure.Kind.IDENTIFICATION: (Type.AUTHORISATION, Type.MINUTES, Type.NOTICE),
    Procedure.Kind.ELIMINATION: (Type.MINUTES, Type.NOTICE),
}


@dataclass(frozen=True, kw_only=True)
class HomeCheck:
    """入户核查, as far as both procedures ask it: day, two people, income and self-paid spending in yuan.

    `checker` is the first person, None for whoever records it; `companion` is the second one's name.
    """

    checked_on: date
    companion: str
    per_capita_yuan: Decimal | None
    situation: str
    self_pay_yuan: Decimal | None = None
    checker: Any = None


@dataclass(frozen=True, kw_only=True)
class ReviewInput:
    """村级评议: its day, the votes for and against, and what was said."""

    reviewed_on: date
    agree_count: int
    disagree_count: int
    review_note: str = ""


@dataclass(frozen=True, kw_only=True)
class PublicityInput:
    """公示: the day it was put up and its last day."""

    publicity_from: date
    publicity_to: date


@dataclass(frozen=True, kw_only=True)
class SubmitInput:
    """End of the publicity: objections and what came of them (“无异议”); the county's comparison where it is known."""

    objections: str
    compared_on: date | None = None
    comparison_note: str = ""


@dataclass(frozen=True, kw_only=True)
class ApproveInput:
    """乡镇审核: its day and the opinion."""

    approved_on: date
    opinion: str = ""


@dataclass(frozen=True, kw_only=True)
class CountyInput:
    """县级审定 as the county decided it: its day and the document's number."""

    decided_on: date
    document: str


def home_check_problems(procedure: Procedure, data: HomeCheck, *, by: Any, on: date) -> Iterator[Problem]:
    """Yield what is wrong with a home verification of either kind."""
    yield from _day("checked_on", "入户核查日期", data.checked_on, begun_on(procedure), "线索或立案日期", on)
    yield from _people(procedure, data, by, on)
    if data.per_capita_yuan is None:
        yield "per_capita_yuan", "请填写核定的人均纯收入。"
    elif not -MOST_YUAN < data.per_capita_yuan < MOST_YUAN:
        yield "per_capita_yuan", "人均纯收入的数额不合理，请核对。"
    if data.self_pay_yuan is not None and not 0 <= data.self_pay_yuan < MOST_YUAN:
        yield "self_pay_yuan", "合规自付支出应为 0 以上的数，请核对。"
    if not data.situation.strip():
        yield "situation", "请写明入户核查的家庭实际情况。"


def begun_on(procedure: Procedure) -> date:
    """Return the day from which the whole is counted: that of the clue, else of the opening."""
    clue = procedure.clue
    return min(clue.found_on, procedure.opened_on) if clue is not None else procedure.opened_on


def review_problems(procedure: Procedure, data: ReviewInput, on: date) -> Iterator[Problem]:
    """Yield what is wrong with a village review; one that did not agree is no step forward."""
    yield from _day("reviewed_on", "评议日期", data.reviewed_on, procedure.checked_on, "入户核查日期", on)
    counts = (("agree_count", data.agree_count), ("disagree_count", data.disagree_count))
    wrong = [(name, count) for name, count in counts if not 0 <= count <= MOST_VOTES]
    if wrong:
        for name, _count in wrong:
            yield name, f"票数应为 0—{MOST_VOTES} 的整数，请核对。"
    elif not data.agree_count > data.disagree_count:
        yield (
            "agree_count",
            (
                f"同意 {data.agree_count} 票、不同意 {data.disagree_count} 票，评议没有通过。"
                "请核对票数；确实没有通过的，请办理不予通过。"
            ),
        )


def publicity_problems(
    procedure: Procedure, data: PublicityInput, *, days: int, on: date
) -> Iterator[Problem]:
    """Yield what is wrong with a publicity, which lasts `days` full days after the day it was put up."""
    yield from _day(
        "publicity_from", "公示起始日", data.publicity_from, procedure.reviewed_on, "评议日期", on
    )
    earliest = publicity_end(data.publicity_from, days)
    if data.publicity_to < earliest:
        yield "publicity_to", f"公示不少于 {days} 天（张贴当日不计），截止日最早为 {earliest}。"
    latest = publicity_end(data.publicity_from, max(days, LONGEST_PUBLICITY_DAYS))
    if data.publicity_to > latest:
        yield "publicity_to", f"公示截止日 {data.publicity_to} 太晚，最晚为 {latest}，请核对年份和日期。"


def submit_problems(procedure: Procedure, data: SubmitInput, on: date) -> Iterator[Problem]:
    """Yield what keeps a publicised procedure from the township: it still runs, or something is missing."""
    if procedure.publicity_to is not None and on <= procedure.publicity_to:
        yield "", f"公示到 {procedure.publicity_to} 为止，期满后才能上报。"
    if not data.objections.strip():
        yield "objections", "请写明公示异议及处理情况；没有异议的写“无异议”。"
    if data.compared_on is not None:
        yield from _day("compared_on", "信息比对日期", data.compared_on, begun_on(procedure), "立案日期", on)
    yield from evidence_problems(procedure)


def evidence_problems(procedure: Procedure) -> Iterator[Problem]:
    """Yield the papers that the township cannot do without and that are not there."""
    standing = procedure.evidence.filter(removed_at__isnull=True)
    there = set(standing.values_list("type", flat=True))
    if missing := [kind.label for kind in REQUIRED_EVIDENCE[procedure.kind] if kind not in there]:
        yield "", f"缺少佐证材料：{'、'.join(map(str, missing))}。请先上传。"


def approval_problems(procedure: Procedure, data: ApproveInput, *, by: Any, on: date) -> Iterator[Problem]:
    """Yield what keeps the township from approving."""
    yield from own_check_problems(procedure, by)
    floor = procedure.publicity_to
    yield from _day("approved_on", "乡镇审核日期", data.approved_on, floor, "公示截止日", on)
    yield from evidence_problems(procedure)


def own_check_problems(procedure: Procedure, by: Any) -> Iterator[Problem]:
    """Yield a problem for whoever decides about his own verification: made, joined or typed, now or before a return."""
    if by is not None and procedure.is_checked_by(by):
        yield "", OWN_CHECK


def check_people(data: HomeCheck, by: Any) -> dict[str, Any]:
    """Return the columns that say who verified, and who typed it where that is somebody else."""
    checker = data.checker or by
    return {
        "checked_by": checker,
        "checked_typed_by": by if by != checker else None,
        "companion": tidy(data.companion),
    }


def county_problems(procedure: Procedure, data: CountyInput, on: date) -> Iterator[Problem]:
    """Yield what is wrong with the county's decision as it is recorded."""
    yield from _day("decided_on", "县级审定日期", data.decided_on, procedure.approved_on, "乡镇审核日期", on)
    if not 0 < len(data.document.strip()) <= DOCUMENT_LENGTH:
        yield "document", f"请填写县级审定文号（不超过 {DOCUMENT_LENGTH} 字）。"


def entry_problems(procedure: Procedure, entered_on: date, on: date) -> Iterator[Problem]:
    """Yield what is wrong with the day of entry in the national system."""
    yield from _day("entered_on", "录入系统日期", entered_on, procedure.decided_on, "县级审定日期", on)


def reason_problems(field: str, reason: str, what: str) -> Iterator[Problem]:
    """Yield a problem where there are no words."""
    if not reason.strip():
        yield field, f"请写明{what}。"


def _day(field: str, label: str, day: date, earliest: date | None, what: str, on: date) -> Iterator[Problem]:
    if day > on:
        yield field, f"{label} {day} 晚于今天（{on}），请在办理之后再登记。"
    elif earliest is not None and day < earliest:
        yield field, f"{label} {day} 早于{what}（{earliest}），请核对。"


def _people(procedure: Procedure, data: HomeCheck, by: Any, on: date) -> Iterator[Problem]:
    """Two people at least: the one is known to the system, the other by name (domain.md §1.7)."""
    checker, companion = data.checker or by, tidy(data.companion)
    if checker is None:
        yield "checker", "请选择核查人。"
    elif not any(
        scope_for(checker, on).can(right, procedure.area)
        for right in (Capability.RECORD_PROCEDURE, Capability.VERIFY_WARNING)
    ):
        yield "checker", f"{checker.name}在这个村没有入户核查的职责，请另选核查人。"
    if not 0 < len(companion) <= NAME_LENGTH:
        yield "companion", f"入户核查须有两人以上，请填写同行核查人（不超过 {NAME_LENGTH} 字）。"
    elif checker is not None and names(companion, checker.name):
        yield "companion", "同行核查人与核查人是同一人。入户核查须有两人以上，请填写另一人。"
