"""风险消除: opened when every condition is met, then the same steps backwards; the entry ends the episode (§1.9)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

from django.db import transaction

from households.choices import EliminationMode
from households.guarantees import guarantees_of
from households.models import Income, Member
from monitoring.models import Clue, MonitoringEpisode, Procedure, WarningCase
from monitoring.rules.elimination import EliminationFacts, Unmet, income_exceeds, unmet_conditions
from monitoring.services import episodes, procedures
from monitoring.services.episodes import line_on
from monitoring.services.help import gaps_of
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
from monitoring.workflows.procedures import APPROVE, CHECK, ENTER, RESUBMIT

__all__ = [
    "ApproveInput", "CheckInput", "CountyInput", "PublicityInput", "ReviewInput", "SubmitInput", "Unmet", "approve",
    "check", "county_correction", "county_decision", "county_decline", "county_return", "decline", "enter",
    "open_case", "publicise", "resubmit", "review", "send_back", "submit", "unmet", "withdraw",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class CheckInput(HomeCheck):
    """入户核查 of an elimination: the mode as it was found, and whether what is still paid is under control."""

    elimination_mode: str
    spending_is_controlled: bool | None = None


def unmet(episode: MonitoringEpisode, on: date, *, mode: str = EliminationMode.HELPED) -> list[Unmet]:
    """Return every condition that keeps the risk from being eliminated on a day; [] where it may be.

    Whether spending is under control (§1.9, 2) nobody registers: the home verification has to confirm it.
    """
    setting = deadlines_on(on)
    return list(unmet_conditions(_facts(episode, on), mode, steady_months=setting.steady_months, on=on))


def open_case(
    episode: MonitoringEpisode, *, mode: str, reason: str, by: Any, on: date, at: datetime
) -> Procedure:
    """Open the elimination of an episode. `mode`: 帮扶消除 or 自然消除, each with its conditions.

    Raise Refused with every unmet condition named, without a reason, for an episode that is over or one whose
    elimination is under way; TransitionRefused without RECORD_PROCEDURE or DECIDE_WARNING in the village.
    """
    may_open(by, episode.area)
    with transaction.atomic():
        hold_household(episode.area, episode.household_id)
        episode = MonitoringEpisode.objects.select_for_update().get(pk=episode.pk)
        refuse(_opening_problems(episode, mode, reason, on))
        return opened(
            Procedure(
                area=episode.area,
                household_id=episode.household_id,
                kind=Procedure.Kind.ELIMINATION,
                episode=episode,
                elimination_mode=mode,
                monitored_kind=episode.kind,
                risks=list(episode.risks),
                risk_note=episode.risk_note,
                opened_on=on,
                opened_by=by,
                reason=reason.strip(),
                created_at=at,
            ),
            by=by,
            on=on,
            at=at,
        )


def check(procedure: Procedure, data: CheckInput, *, by: Any, on: date, at: datetime) -> None:
    """Record the home verification by two people, with income, spending and mode."""
    may(procedure, CHECK, by)
    refuse(_check_problems(procedure, data, by=by, on=on))
    move(procedure, CHECK, by=by, on=on, at=at, note=_note(data), **_columns(data, by))


def approve(procedure: Procedure, data: ApproveInput, *, by: Any, on: date, at: datetime) -> None:
    """Let the township agree, never by who verified, and only while the conditions are still met."""
    may(procedure, APPROVE, by)
    procedures.approve(
        procedure, data, by=by, on=on, at=at, also=_unmet_problems(procedure, procedure.elimination_mode, on)
    )  # fmt: skip


def resubmit(
    procedure: Procedure, note: str, *, by: Any, on: date, at: datetime, check: CheckInput | None = None
) -> None:
    """Report a returned elimination again; `check` replaces the home verification where it had to be corrected."""
    may(procedure, RESUBMIT, by)
    if check is None:
        procedures.resubmit(procedure, note, by=by, on=on, at=at)
        return
    problems = list(_check_problems(procedure, check, by=by, on=on))
    procedures.resubmit(
        procedure, note, by=by, on=on, at=at, found=_note(check), columns=_columns(check, by), also=problems
    )  # fmt: skip


def enter(procedure: Procedure, entered_on: date, *, by: Any, on: date, at: datetime) -> MonitoringEpisode:
    """Record that the national system was marked: the episode ends with the day of the county's decision.

    The household's facts follow; its tier stays until somebody lowers it. Raise Refused, TransitionRefused.
    """
    with transaction.atomic():
        hold_household(procedure.area, procedure.household_id)
        may(procedure, ENTER, by)
        refuse(entry_problems(procedure, entered_on, on))
        move(procedure, ENTER, by=by, on=on, at=at, entered_on=entered_on, ended_on=entered_on)
        episode = cast(MonitoringEpisode, procedure.episode)  # a constraint of the table
        episodes.eliminate(
            episode,
            mode=procedure.elimination_mode,
            on=cast(date, procedure.decided_on),
            document=procedure.document,
            by=by,
            at=at,
        )
    return episode


def _facts(episode: MonitoringEpisode, on: date) -> EliminationFacts:
    household = episode.household
    income = Income.objects.filter(household=household, year__lte=on.year).order_by("-year").first()
    guarantees = guarantees_of(
        Member.objects.active().filter(household=household),
        housing_grade=household.housing_grade,
        water_is_safe=household.water_is_safe,
        on=on,
    )
    warnings = WarningCase.objects.open().filter(household=household)
    return EliminationFacts(
        identified_month=episode.identified_month,
        line_yuan=line_on(on),
        income_yuan=income.per_capita_net_yuan if income else None,
        income_year=income.year if income else None,
        guarantees=guarantees,
        is_without_labour=bool(household.is_without_labour),
        gaps=tuple(gap.text for gap in gaps_of(episode, on)),
        open_warnings=warnings.count(),
        waiting_clues=Clue.objects.waiting().filter(household=household).count(),
    )


def _opening_problems(episode: MonitoringEpisode, mode: str, reason: str, on: date) -> Iterator[Problem]:
    household = episode.household
    if household.closed_on is not None:
        yield "", f"这一户已于 {household.closed_on} 销户，监测已经终止。"
    elif not episode.is_open:
        yield "", "这个监测期已经结束，不能再办理消除。"
    elif Procedure.objects.open().of_kind(Procedure.Kind.ELIMINATION).filter(household=household).exists():
        yield "", procedures.ALREADY_OPEN
    if not reason.strip():
        yield "reason", "请写明消除事由；自然消除的写明死亡、迁出、婚嫁等情况。"
    if mode not in EliminationMode.values:
        yield "mode", "请选择风险消除方式。"
        return
    for condition in unmet(episode, on, mode=mode):
        yield "", f"{condition.text}。"


def _check_problems(procedure: Procedure, data: CheckInput, *, by: Any, on: date) -> Iterator[Problem]:
    yield from home_check_problems(procedure, data, by=by, on=on)
    if data.elimination_mode not in EliminationMode.values:
        yield "elimination_mode", "请选择风险消除方式。"
        return
    if data.elimination_mode == EliminationMode.HELPED:
        yield from _helped_problems(data)
    yield from _unmet_problems(procedure, data.elimination_mode, on)


def _helped_problems(data: CheckInput) -> Iterator[Problem]:
    """Income and spending as they were found at home, which the register cannot know yet (domain.md §1.9, 1 and 2)."""
    line: Decimal | None = line_on(data.checked_on)
    if (
        data.per_capita_yuan is not None
        and line is not None
        and not income_exceeds(data.per_capita_yuan, line)
    ):
        yield (
            "per_capita_yuan",
            (
                f"核定人均纯收入 {data.per_capita_yuan:,.2f} 元，没有超过现行监测线 {line:,.2f} 元，"
                "不能消除。请办理不予消除或撤回消除。"
            ),
        )
    if not data.spending_is_controlled:
        yield "spending_is_controlled", "刚性支出没有稳定解决的不能消除。请核实医疗、上学等支出是否可控。"


def _unmet_problems(procedure: Procedure, mode: str, on: date) -> list[Problem]:
    episode = cast(MonitoringEpisode, procedure.episode)  # a constraint of the table
    return [("", f"{condition.text}。") for condition in unmet(episode, on, mode=mode)]


def _columns(data: CheckInput, by: Any) -> dict[str, Any]:
    return {
        "checked_on": data.checked_on,
        **check_people(data, by),
        "per_capita_yuan": data.per_capita_yuan,
        "self_pay_yuan": data.self_pay_yuan,
        "situation": data.situation.strip(),
        "elimination_mode": data.elimination_mode,
        "spending_is_controlled": data.spending_is_controlled,
    }


def _note(data: CheckInput) -> str:
    checker = f"核查人{name_of(data.checker)}、" if data.checker is not None else ""
    return f"{checker}同行{data.companion.strip()}"
