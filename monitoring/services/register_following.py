"""What follows in episodes and procedures when the register changes: by an import, its undoing, by hand, by a closing.

Each is called in the transaction of the change itself, so that both stand or fall together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from households.importing.pipeline import reason_of
from households.models import Household, ImportBatch, Member
from households.models.households import HouseholdQuerySet
from households.services.merging import Merger
from households.services.splitting import Split
from monitoring.models import Finding, MonitoringEpisode, Procedure, ProcedureStep
from monitoring.models.procedures import ProcedureQuerySet
from monitoring.services import register_mirror
from monitoring.workflows.following import CLOSE, FOLLOWING, MOVED_BY, reopen_to
from township.base.history import CREATED, DELETED, copy_to_history, save_changes

REASON = "随登记更新"
BY_NAME = "系统"
MONITORED_ALREADY = "登记中已列为监测对象，本次识别不再办理"
ELIMINATED_ALREADY = "登记中已标注风险消除，本次消除不再办理"
Kind, Status = Procedure.Kind, Procedure.Status
# What the county has before it ends as the county says; its entry then joins what the register brought.
AT_COUNTY = (Status.APPROVED, Status.DECIDED)
CLOSED_LENGTH = 200


@dataclass(frozen=True)
class Followed:
    """What a run wrote: episodes begun, changed and taken away, procedures ended; and households (户) that are
    registered as monitored without the month of identification, which have no episode until it is known.
    """

    new: int = 0
    changed: int = 0
    gone: int = 0
    procedures: int = 0
    without_month: int = 0


def follow_register(area: str, *, by: Any, on: date, at: datetime, reason: str = REASON) -> Followed:
    """Let the episodes of an area (a code prefix, "" for all) follow the facts of its households; set-based.

    Calling it again writes nothing. Open identifications of households that are monitored by now, and eliminations of
    episodes that ended, are closed with the reason, unless the county has them.
    """
    return _follow(Household.objects.in_area(area), by=by, on=on, at=at, reason=reason)


def follow_household(
    household: Household, *, by: Any, on: date, at: datetime, reason: str = REASON
) -> Followed:
    """The same for one household."""
    return _follow(Household.objects.filter(pk=household.pk), by=by, on=on, at=at, reason=reason)


def follow_import(batch: ImportBatch) -> None:
    """After an import was written: the episodes of the area that its list covers.

    All of it is dated with the batch's own moment, by which its undoing knows what it had closed.
    """
    on = timezone.localdate(batch.at)
    follow_register(batch.area, by=batch.by, on=on, at=batch.at, reason=f"{REASON}（{reason_of(batch)}）")


def remove_created(batch: ImportBatch, by: Any, at: datetime) -> tuple[int, list[Any]]:
    """Before an import is undone: its new households and people lose what the system made of them by itself, so that
    they may go too: episodes that only mirror the register, and findings that nobody has done anything with.

    Episodes of households that stay come back by `follow_undo`, findings with the next run of the rules. Nothing of it
    counts as a row of the import.
    """
    created = {"history_type": CREATED, "history_change_reason": reason_of(batch)}
    made = Household.history.filter(**created)
    people = Member.history.filter(**created)
    untouched = Finding.objects.filter(
        answers__isnull=True, clue__isnull=True, measure__isnull=True, exempt_until__isnull=True
    )
    of_new = Q(household__in=made.values("id")) | Q(member__in=people.values("id"))
    Finding.objects.filter(pk__in=untouched.filter(of_new).values("pk")).delete()
    mirrored = MonitoringEpisode.objects.filter(
        household__in=made.values("id"), source=MonitoringEpisode.Source.REGISTER, procedures__isnull=True
    )
    copy_to_history(mirrored, kind=DELETED, by=by, at=at, reason=f"撤销{reason_of(batch)}")
    mirrored.delete()
    return 0, []


def follow_undo(batch: ImportBatch, by: Any, at: datetime) -> None:
    """After an import was undone: the episodes follow the old facts, and what it had closed is open again."""
    on = timezone.localdate(at)
    follow_register(batch.area, by=by, on=on, at=at, reason=f"{REASON}（撤销{reason_of(batch)}）")
    closed = ProcedureStep.objects.filter(
        action=CLOSE, at=batch.at, procedure__in=Procedure.objects.in_area(batch.area)
    )
    for step in closed.select_related("procedure__episode"):
        _reopen(step, by=by, on=on, at=at)


def follow_facts(household: Household, changed: Iterable[str], by: Any, on: date) -> None:
    """After facts of a household were changed by hand."""
    mirrored = {*register_mirror.FACTS} - {"pk", "area"}
    if mirrored.intersection(changed):
        follow_household(household, by=by, on=on, at=timezone.now())


def follow_split(made: Split) -> None:
    """The part that took the risk along has an episode of its own."""
    follow_household(made.new, by=made.by, on=made.today, at=timezone.now())


def end_for_closed_household(household: Household, on: date) -> None:
    """End the open episode and the open procedures of a household that was closed; nobody decided about its risk."""
    reason = f"销户：{household.closed_reason}"[:CLOSED_LENGTH]
    at = timezone.now()
    episode = MonitoringEpisode.objects.open().filter(household=household).first()
    if episode is not None:
        episode.ended_on, episode.ended_reason = on, reason
        save_changes(episode, by=None, reason=reason, fields=["ended_on", "ended_reason"])
    for procedure in Procedure.objects.open().filter(household=household):
        _close(procedure, reason, by=None, on=on, at=at)


def tell_monitored(merged: Merger) -> str:
    """Return what whoever merged has to know of the risk of the household that ended; "" for nothing."""
    ended = MonitoringEpisode.objects.filter(household=merged.source, ended_on=merged.today)
    if not ended.exists():
        return ""
    target = merged.target
    if MonitoringEpisode.objects.open().filter(household=target).exists():
        return f"并入的{merged.source.head_name}户的监测期随销户终止，本户的监测期继续，请核对风险和措施。"
    return f"并入的{merged.source.head_name}户的监测期随销户终止，本户不是监测对象；风险还在的，请重新识别。"


def _follow(households: HouseholdQuerySet, *, by: Any, on: date, at: datetime, reason: str) -> Followed:
    drift = register_mirror.drift_of(households, on=on)
    register_mirror.write(drift, by=by, at=at, reason=reason)
    return Followed(
        new=len(drift.new),
        changed=len(drift.changed),
        gone=len(drift.gone),
        procedures=_close_overtaken(households, by=by, on=on, at=at),
        without_month=drift.without_month,
    )


def _close_overtaken(households: HouseholdQuerySet, *, by: Any, on: date, at: datetime) -> int:
    """End what the register has decided already; return how many procedures (件)."""
    ours = Procedure.objects.open().exclude(status__in=AT_COUNTY)
    mine: ProcedureQuerySet = ours.filter(household__in=households.active().order_by().values("pk"))
    monitored = MonitoringEpisode.objects.open().order_by().values("household")
    identified = Q(kind=Kind.IDENTIFICATION, household__in=monitored)
    eliminated = Q(kind=Kind.ELIMINATION) & (
        Q(episode__eliminated_month__isnull=False) | Q(episode__ended_on__isnull=False)
    )
    overtaken = list(mine.filter(identified | eliminated))
    for procedure in overtaken:
        is_identification = procedure.kind == Kind.IDENTIFICATION
        words = MONITORED_ALREADY if is_identification else ELIMINATED_ALREADY
        _close(procedure, words, by=by, on=on, at=at)
    return len(overtaken)


def _close(procedure: Procedure, reason: str, *, by: Any, on: date, at: datetime) -> None:
    FOLLOWING.apply(
        procedure, CLOSE, capabilities=MOVED_BY, by=by, by_name=_name(by), on=on, at=at, note=reason,
        end_reason=reason, ended_on=on,
    )  # fmt: skip


def _reopen(step: ProcedureStep, *, by: Any, on: date, at: datetime) -> None:
    """Bring a procedure back to where it stood before this step, unless it or its household went on since."""
    procedure = step.procedure
    if procedure.steps.order_by("at", "pk").last() != step or procedure.household.closed_on is not None:
        return
    others = Procedure.objects.open().of_kind(procedure.kind).filter(household=procedure.household_id)
    monitored = MonitoringEpisode.objects.open().filter(household=procedure.household_id)
    if procedure.kind == Kind.ELIMINATION:
        can_go_on = procedure.episode is not None and procedure.episode.is_open
    else:
        can_go_on = not monitored.exists()
    before = procedure.steps.filter(at__lt=step.at).order_by("at", "pk").last()
    if others.exists() or not can_go_on or before is None:
        return
    FOLLOWING.apply(
        procedure, reopen_to(before.status), capabilities=MOVED_BY, by=by, by_name=_name(by), on=on, at=at,
        note="撤销导入", end_reason="", ended_on=None,
    )  # fmt: skip


def _name(by: Any) -> str:
    return (by.name if by is not None else BY_NAME)[:80]
