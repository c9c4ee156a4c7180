"""监测期: opened by an identification, ended by an elimination, taken up again by a roll-back.

The only writer of MonitoringEpisode beside `register_mirror`, which follows what the register says. An episode and
the facts of its household (监测对象类别, 识别时间, 风险是否已消除 …) are written together, with history.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from households.access import Capability, access_of
from households.choices import EliminationMode, MonitoredKind, Risk, Tier
from households.models import Household
from monitoring.models import MonitoringEpisode, MonitoringLine, Procedure
from monitoring.models.episodes import RISKS_AT_MOST
from monitoring.services.planning import lock_townships
from monitoring.services.refusals import Problem, Refused, refuse
from monitoring.services.register_following import end_for_closed_household, follow_household, follow_register
from monitoring.services.register_mirror import MONTH_UNKNOWN, latest_of
from monitoring.services.rights import demand
from monitoring.services.tier_proposals import TierRefused, propose_by_hand
from monitoring.services.tiering import set_tier
from township.base.dates import month_start
from township.base.history import save_changes

__all__ = [
    "current", "eliminate", "end_for_closed_household", "follow_household", "follow_register", "kind_problems",
    "line_on", "open_episode", "raise_tier", "risk_problems", "roll_back", "write_facts",
]  # fmt: skip

REASON_LENGTH = 200
ALREADY_MONITORED = "这一户已在监测中，请在现有的监测期里办理。"
MONITORING_FACTS = (
    "monitored_kind", "identified_month", "risks", "risk_note", "clue_source", "identified_income_yuan",
    "is_eliminated", "eliminated_month", "elimination_mode",
)  # fmt: skip


def current(household: Household) -> MonitoringEpisode | None:
    """Return the open episode of a household, if its risk is being watched now."""
    return MonitoringEpisode.objects.open().filter(household=household).first()


def line_on(day: date) -> Decimal | None:
    """Return the monitoring line (元 per person and year) in force on a day."""
    return MonitoringLine.objects.valid_on(day).values_list("amount_yuan", flat=True).first()


def risk_problems(risks: Sequence[str], *, at_least: int = 1) -> list[Problem]:
    """Return what is wrong with the risks of an episode: one to five of the known ones, each once."""
    unknown = [risk for risk in risks if risk not in Risk.values]
    if unknown:
        return [("risks", f"没有“{'、'.join(unknown)}”这种风险，请从列表中选择。")]
    if len(set(risks)) != len(risks) or not at_least <= len(risks) <= RISKS_AT_MOST:
        return [("risks", f"主要风险应选 {at_least}—{RISKS_AT_MOST} 项，不重复。")]
    return []


def open_episode(
    household: Household,
    *,
    kind: str,
    identified_on: date,
    document: str,
    risks: Sequence[str],
    risk_note: str,
    income_yuan: Decimal | None,
    clue_source: str,
    by: Any,
    on: date,
    at: datetime,
) -> MonitoringEpisode:
    """Begin an episode with the line of its day frozen, write the household's facts, and bring it into the first tier.

    Where the register brought the same identification before us, its open episode becomes this one: day, document and
    source are added, the register's month stands. The tier rises on the day `on`, today, at once where `by` may confirm
    tiers, else as a proposal. Raise Refused where the household is closed or monitored already.
    """
    with transaction.atomic():
        lock_townships([household.area])
        household = Household.objects.select_for_update().get(pk=household.pk)
        refuse(_opening_problems(household, kind, risks))
        episode = current(household)
        if episode is not None:
            if episode.source != MonitoringEpisode.Source.REGISTER or episode.identified_on is not None:
                raise Refused([("", ALREADY_MONITORED)])
            _adopt(episode, identified_on, document, by=by)
        else:
            episode = MonitoringEpisode(
                area=household.area,
                household=household,
                kind=kind,
                source=MonitoringEpisode.Source.PROCEDURE,
                clue_source=clue_source,
                identified_month=month_start(identified_on),
                identified_on=identified_on,
                document=document,
                line_yuan=line_on(identified_on),
                income_yuan=income_yuan,
                risks=list(risks),
                risk_note=risk_note,
                created_at=at,
            )
            _save_new(episode, by=by, reason=f"识别纳入 {document}")
            write_facts(episode, household, by=by, reason=f"识别纳入 {document}")
        raise_tier(household, f"识别为{MonitoredKind(kind).label}", by=by, on=on)
    return episode


def eliminate(
    episode: MonitoringEpisode, *, mode: str, on: date, document: str, by: Any, at: datetime
) -> None:
    """End the risk of an episode as the county decided on the day `on`; the household stays watched in its tier.

    What the register said first stands with its month; day, document and mode are added. Raise Refused for an ended
    one or a day before the identification.
    """
    with transaction.atomic():
        lock_townships([episode.area])
        household = Household.objects.select_for_update().get(pk=episode.household_id)
        episode.refresh_from_db()
        is_ended = episode.ended_on is not None and episode.ended_reason != MONTH_UNKNOWN
        if is_ended or episode.eliminated_on is not None:
            raise Refused([("", "这个监测期已经结束，请刷新页面。")])
        if mode not in EliminationMode.values:
            raise Refused([("elimination_mode", "请选择风险消除方式。")])
        if month_start(on) < episode.identified_month:
            raise Refused([("", f"消除日期 {on} 早于识别时间 {episode.identified_month:%Y-%m}，请核对。")])
        episode.eliminated_month = episode.eliminated_month or month_start(on)
        episode.eliminated_on, episode.elimination_mode = on, mode
        episode.elimination_document = document
        episode.ended_on, episode.ended_reason = None, ""
        reason = f"{EliminationMode(mode).label} {document}"[:REASON_LENGTH]
        save_changes(episode, by=by, reason=reason)
        write_facts(episode, household, by=by, reason=reason)


def roll_back(episode: MonitoringEpisode, *, reason: str, on: date, by: Any, at: datetime) -> None:
    """回退: open an eliminated episode again, because the elimination was wrong or the old risk is back (§1.9).

    The household's facts follow and its tier rises to KEY as at an identification. Raise PermissionDenied without
    DECIDE_WARNING in the village; Refused without a reason, for an episode that is open, ended or not the latest,
    while the household is being identified anew, or when it is closed.
    """
    demand(by, Capability.DECIDE_WARNING, [episode.area])
    reason = reason.strip()
    with transaction.atomic():
        lock_townships([episode.area])
        household = Household.objects.select_for_update().get(pk=episode.household_id)
        episode.refresh_from_db()
        refuse(_rollback_problems(episode, household, reason))
        episode.eliminated_month = episode.eliminated_on = None
        episode.elimination_mode = episode.elimination_document = ""
        episode.ended_on, episode.ended_reason = None, ""
        episode.rolled_back_on, episode.rollback_reason = on, reason
        words = f"回退：{reason}"[:REASON_LENGTH]
        save_changes(episode, by=by, reason=words)
        write_facts(episode, household, by=by, reason=words)
        raise_tier(household, words, by=by, on=on)


def write_facts(episode: MonitoringEpisode, household: Household, *, by: Any, reason: str) -> None:
    """Let the household's registered facts say what its latest episode says."""
    household.monitored_kind = episode.kind
    household.identified_month = episode.identified_month
    household.risks, household.risk_note = list(episode.risks), episode.risk_note
    household.clue_source = episode.clue_source
    household.identified_income_yuan = episode.income_yuan
    household.is_eliminated = episode.eliminated_month is not None
    household.eliminated_month = episode.eliminated_month
    household.elimination_mode = episode.elimination_mode
    save_changes(household, by=by, reason=reason[:REASON_LENGTH], fields=[*MONITORING_FACTS, "updated_at"])


def raise_tier(household: Household, reason: str, *, by: Any, on: date) -> None:
    """Bring a household into the first tier where `by` may confirm tiers, else propose it."""
    if household.tier == Tier.KEY:
        return
    reason = reason[:REASON_LENGTH]
    try:
        if by is None or access_of(by).can(Capability.CONFIRM_TIER, household.area):
            set_tier(household, Tier.KEY, by=by, on=on, reason=reason)
        else:
            proposes = access_of(by).can(Capability.PROPOSE_TIER, household.area)
            propose_by_hand(household, Tier.KEY, reason, by=by if proposes else None, on=on)
    except TierRefused as refused:
        raise Refused([("", f"监测等级不能调整为重点监测：{refused}")]) from refused


def _opening_problems(household: Household, kind: str, risks: Sequence[str]) -> list[Problem]:
    problems = [*kind_problems(household, kind), *risk_problems(risks)]
    if household.closed_on is not None:
        problems.append(("", f"这一户已于 {household.closed_on} 销户，不能纳入监测。"))
    return problems


def kind_problems(household: Household, kind: str) -> list[Problem]:
    """Return what speaks against the kind: 脱贫不稳定 is of ex-poor households, 边缘易致贫 of the others (§1.2)."""
    if kind not in MonitoredKind.values:
        return [("monitored_kind", "请选择监测对象类别。")]
    fits = {MonitoredKind.UNSTABLE: "ex_poor", MonitoredKind.MARGINAL: "rural"}.get(MonitoredKind(kind))
    if fits is None or household.kind == fits:
        return []
    label, wanted = MonitoredKind(kind).label, "脱贫户" if fits == "ex_poor" else "一般农户"
    own = household.get_kind_display()
    return [("monitored_kind", f"{label}必须是{wanted}，这一户是{own}。请改选类别，或先更正户类型。")]


def _rollback_problems(episode: MonitoringEpisode, household: Household, reason: str) -> list[Problem]:
    problems: list[Problem] = []
    if not 0 < len(reason) <= REASON_LENGTH:
        problems.append(("reason", f"请写明回退原因（不超过 {REASON_LENGTH} 字）。"))
    if household.closed_on is not None:
        problems.append(("", f"这一户已于 {household.closed_on} 销户，不能回退。"))
    elif episode.is_open:
        problems.append(("", "这个监测期没有消除，不需要回退。"))
    elif latest_of(household) != episode:
        problems.append(("", "这不是这一户最近的监测期，不能回退。新的风险请重新识别。"))
    elif Procedure.objects.open().filter(household=household).exists():
        problems.append(("", "这一户正在办理识别或消除，请先办结那一件。"))
    return problems


def _save_new(episode: MonitoringEpisode, *, by: Any, reason: str) -> None:
    try:
        with transaction.atomic():
            save_changes(episode, by=by, reason=reason[:REASON_LENGTH])
    except IntegrityError as error:
        raise Refused([("", ALREADY_MONITORED)]) from error


def _adopt(episode: MonitoringEpisode, identified_on: date, document: str, *, by: Any) -> None:
    """The register knew of it first: it is the same identification, of which we know more."""
    episode.source = MonitoringEpisode.Source.PROCEDURE
    episode.identified_on, episode.document = identified_on, document
    save_changes(episode, by=by, reason=f"识别纳入 {document}"[:REASON_LENGTH])
