"""识别纳入: opened from a clue, a warning or by hand; step by step to the entry, which begins the episode.

The shared steps are those of `procedures`; opening, home verification, resubmission and entry are here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

from django.db import transaction

from households.choices import ClueSource, MonitoredKind
from households.models import Household
from monitoring.models import Clue, ExclusionItem, MonitoringEpisode, Procedure, WarningCase
from monitoring.services import procedures
from monitoring.services.episodes import (
    ALREADY_MONITORED,
    kind_problems,
    line_on,
    open_episode,
    risk_problems,
)
from monitoring.services.help import exclusions_on
from monitoring.services.procedure_inputs import (
    ApproveInput,
    CountyInput,
    HomeCheck,
    PublicityInput,
    ReviewInput,
    SubmitInput,
    check_people,
    entry_problems,
    home_check_problems,
)
from monitoring.services.procedures import (
    approve,
    county_correction,
    county_decision,
    county_decline,
    county_return,
    decline,
    hold_household,
    may,
    may_open,
    move,
    name_of,
    opened,
    publicise,
    review,
    send_back,
    submit,
    withdraw,
)
from monitoring.services.refusals import Problem, refuse
from monitoring.services.workdays import deadlines_on
from monitoring.workflows.procedures import CHECK, ENTER, RESUBMIT

__all__ = [
    "ApproveInput", "CheckInput", "CountyInput", "ExclusionAnswer", "PublicityInput", "ReviewInput", "SubmitInput",
    "approve", "check", "county_correction", "county_decision", "county_decline", "county_return", "decline", "enter",
    "open_case", "publicise", "resubmit", "review", "send_back", "submit", "withdraw",
]  # fmt: skip


@dataclass(frozen=True)
class ExclusionAnswer:
    """Whether an item of the 负面清单 applies, and the special reason for which the household is taken nevertheless."""

    applies: bool
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class CheckInput(HomeCheck):
    """入户核查 of an identification. `exclusions` answers each item in force by its code.

    `kind_reason`: why the kind is chosen although the income says otherwise (see `income_problems`).
    """

    authorised_on: date | None
    monitored_kind: str
    risks: Sequence[str]
    risk_note: str = ""
    exclusions: Mapping[str, ExclusionAnswer] = field(default_factory=dict)
    kind_reason: str = ""


def open_case(
    household: Household,
    *,
    source: str,
    reason: str,
    by: Any,
    on: date,
    at: datetime,
    clue: Clue | None = None,
    warning: WarningCase | None = None,
    risks: Sequence[str] = (),
    risk_note: str = "",
) -> Procedure:
    """Open an identification; `source` is a ClueSource, `risks` what is suspected so far (may be none).

    Raise Refused without a reason, for a closed or monitored household, or one that is being identified already;
    TransitionRefused without RECORD_PROCEDURE or DECIDE_WARNING in its village. A clue is moved by `clues.open_case`.
    """
    may_open(by, household.area)
    with transaction.atomic():
        household = hold_household(household.area, household.pk)
        refuse(_opening_problems(household, source, reason, risks))
        return opened(
            Procedure(
                area=household.area,
                household=household,
                kind=Procedure.Kind.IDENTIFICATION,
                source=source,
                clue=clue,
                warning=warning,
                opened_on=on,
                opened_by=by,
                reason=reason.strip(),
                risks=list(risks),
                risk_note=risk_note.strip(),
                created_at=at,
            ),
            by=by,
            on=on,
            at=at,
        )


def check(procedure: Procedure, data: CheckInput, *, by: Any, on: date, at: datetime) -> None:
    """Record the home verification by two people, with authorisation, income, kind, risks and exclusion list."""
    may(procedure, CHECK, by)
    items = exclusions_on(on)
    refuse(_check_problems(procedure, data, items, by=by, on=on))
    move(
        procedure, CHECK, by=by, on=on, at=at, note=_note(data), **_columns(data, items, by)
    )  # fmt: skip


def resubmit(
    procedure: Procedure, note: str, *, by: Any, on: date, at: datetime, check: CheckInput | None = None
) -> None:
    """Report a returned identification again; `check` replaces the home verification where it had to be corrected."""
    may(procedure, RESUBMIT, by)
    if check is None:
        procedures.resubmit(procedure, note, by=by, on=on, at=at)
        return
    items = exclusions_on(on)
    problems = list(_check_problems(procedure, check, items, by=by, on=on))
    # What is refused has no columns: an item of the 负面清单 may be without its answer.
    columns = {} if problems else _columns(check, items, by)
    procedures.resubmit(
        procedure, note, by=by, on=on, at=at, found=_note(check), columns=columns, also=problems
    )  # fmt: skip


def enter(procedure: Procedure, entered_on: date, *, by: Any, on: date, at: datetime) -> MonitoringEpisode:
    """Record the entry in the national system: the episode begins with the day of the county's decision.

    The household's facts follow, and its tier rises (`episodes.open_episode`). Raise Refused, TransitionRefused.
    """
    with transaction.atomic():
        hold_household(procedure.area, procedure.household_id)
        may(procedure, ENTER, by)
        refuse(entry_problems(procedure, entered_on, on))
        move(procedure, ENTER, by=by, on=on, at=at, entered_on=entered_on, ended_on=entered_on)
        episode = open_episode(
            procedure.household,
            kind=procedure.monitored_kind,
            identified_on=cast(date, procedure.decided_on),
            document=procedure.document,
            risks=procedure.risks,
            risk_note=procedure.risk_note,
            income_yuan=procedure.per_capita_yuan,
            clue_source=procedure.source,
            by=by,
            on=on,
            at=at,
        )
        procedure.episode = episode
        procedure.save(update_fields=["episode"])
    return episode


def income_problems(
    kind: str, income_yuan: Decimal, line_yuan: Decimal | None, reason: str, words_at_least: int
) -> Iterator[Problem]:
    """Yield a problem where kind and income do not fit and nobody says why.

    domain.md §1.2: 脱贫不稳定 and 边缘易致贫 have an income within the range of the line, 突发严重困难 one above it.
    §1.4: income, self-paid spending, hardship and the ability to cope are one combined judgement. So a misfit is no
    refusal for good; it has to be explained in words, which stay with the step.
    """
    if line_yuan is None:
        yield "per_capita_yuan", "没有生效的监测线，请先在“规则”中登记。"
        return
    is_within = income_yuan <= line_yuan
    if is_within != (kind == MonitoredKind.SUDDEN) or len(reason.strip()) >= words_at_least:
        return
    label, where = MonitoredKind(kind).label, "不超过" if is_within else "超过"
    yield (
        "kind_reason",
        (
            f"人均纯收入 {income_yuan:,.2f} 元，{where}监测线 {line_yuan:,.2f} 元，与“{label}”不一致。"
            f"请改选类别；综合研判仍属这一类的，请写明理由（不少于 {words_at_least} 字）。"
        ),
    )


def _opening_problems(
    household: Household, source: str, reason: str, risks: Sequence[str]
) -> Iterator[Problem]:
    if household.closed_on is not None:
        yield "", f"这一户已于 {household.closed_on} 销户，不能立案识别。"
    elif MonitoringEpisode.objects.open().filter(household=household).exists() or (
        household.monitored_kind and not household.is_eliminated
    ):
        yield "", ALREADY_MONITORED
    elif Procedure.objects.open().of_kind(Procedure.Kind.IDENTIFICATION).filter(household=household).exists():
        yield "", procedures.ALREADY_OPEN
    if source not in ClueSource.values:
        yield "source", "请选择线索来源。"
    if not reason.strip():
        yield "reason", "请写明立案事由。"
    yield from risk_problems(risks, at_least=0)


def _check_problems(
    procedure: Procedure, data: CheckInput, items: Sequence[ExclusionItem], *, by: Any, on: date
) -> Iterator[Problem]:
    yield from home_check_problems(procedure, data, by=by, on=on)
    if data.authorised_on is None:
        yield "authorised_on", "请填写农户签署承诺授权书的日期；没有承诺授权不能核查比对。"
    elif data.authorised_on > data.checked_on:
        yield (
            "authorised_on",
            (
                f"承诺授权书签署日期 {data.authorised_on} 晚于入户核查日期 {data.checked_on}。"
                "核查须先有农户的承诺授权，请核对。"
            ),
        )
    kinds = kind_problems(procedure.household, data.monitored_kind)
    yield from kinds
    yield from risk_problems(data.risks)
    if not kinds and data.per_capita_yuan is not None:
        words = deadlines_on(on).words_at_least
        line = line_on(data.checked_on)
        yield from income_problems(data.monitored_kind, data.per_capita_yuan, line, data.kind_reason, words)
    yield from _exclusion_problems(data, items)


def _exclusion_problems(data: CheckInput, items: Sequence[ExclusionItem]) -> Iterator[Problem]:
    """原则上不得纳入: each item in force is answered; one that applies needs a special reason (domain.md §1.5)."""
    for item in items:
        answer = data.exclusions.get(item.code)
        if answer is None:
            yield f"exclusion_{item.code}", f"请核对负面清单第 {item.code} 项“{item.text}”是否存在。"
        elif answer.applies and not answer.reason.strip():
            yield (
                f"exclusion_{item.code}",
                (
                    f"存在负面清单第 {item.code} 项“{item.text}”，原则上不得纳入。"
                    "请办理不予纳入；有特殊情况的，请写明理由。"
                ),
            )


def _columns(data: CheckInput, items: Sequence[ExclusionItem], by: Any) -> dict[str, Any]:
    return {
        "checked_on": data.checked_on,
        **check_people(data, by),
        "authorised_on": data.authorised_on,
        "per_capita_yuan": data.per_capita_yuan,
        "self_pay_yuan": data.self_pay_yuan,
        "situation": data.situation.strip(),
        "monitored_kind": data.monitored_kind,
        "risks": list(data.risks),
        "risk_note": data.risk_note.strip(),
        "exclusions": {
            item.code: {
                "text": item.text,
                "applies": data.exclusions[item.code].applies,
                "reason": data.exclusions[item.code].reason.strip(),
            }
            for item in items
        },
    }


def _note(data: CheckInput) -> str:
    checker = f"核查人{name_of(data.checker)}、" if data.checker is not None else ""
    reason = data.kind_reason.strip()
    return f"{checker}同行{data.companion.strip()}" + (
        f"；类别与收入不一致的理由：{reason}" if reason else ""
    )
