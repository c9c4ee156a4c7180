"""The steps that identification and elimination share: what each asks is checked at once, then the workflow moves it.

Every step is one function: check, write, record, in one transaction. It raises Refused with all that is wrong with
the input, TransitionRefused where the person may not take the step or somebody else was faster. `by` None is the
system itself; `on` is today, `at` the moment of recording. `identification` and `elimination` offer these steps under
their own names, with those that differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from households.access import Capability, access_of
from households.audit import COMMAND_LINE
from households.models import Household
from monitoring.models import Procedure, ProcedureStep
from monitoring.rules.procedure_clock import Calendar, Clock, Limits, clock_of
from monitoring.services import procedure_inputs as inputs
from monitoring.services.planning import lock_townships
from monitoring.services.procedure_inputs import (
    ApproveInput,
    CountyInput,
    PublicityInput,
    ReviewInput,
    SubmitInput,
)
from monitoring.services.refusals import Problem, Refused, refuse
from monitoring.services.workdays import deadlines_on
from monitoring.workflows import procedures as steps
from monitoring.workflows.elimination import ELIMINATION
from monitoring.workflows.identification import IDENTIFICATION
from township.base.workflow import TransitionRefused, Workflow

OPEN, OPEN_LABEL = "open", "立案"
ALREADY_OPEN = "这一户已有正在办理的同类程序，请在那一件里继续办理。"
MOVED_MEANWHILE = "状态已被他人更改，请刷新页面后再操作。"
# Who decides about a warning or a clue opens what follows from it.
OPENING = (Capability.RECORD_PROCEDURE, Capability.DECIDE_WARNING)


def workflow_of(procedure: Procedure) -> Workflow:
    """Return the table of steps of a procedure's kind."""
    return IDENTIFICATION if procedure.kind == Procedure.Kind.IDENTIFICATION else ELIMINATION


def clock(procedure: Procedure, limits: Limits, calendar: Calendar) -> Clock:
    """Return until when the present step and the whole are due."""
    return clock_of(
        procedure.status,
        begun_on=inputs.begun_on(procedure),
        opened_on=procedure.opened_on,
        publicity_to=procedure.publicity_to,
        limits=limits,
        calendar=calendar,
    )


def held(by: Any, area: str) -> frozenset[Capability]:
    """Return the capabilities of a person in a village; all for the system itself."""
    return frozenset(Capability) if by is None else access_of(by).capabilities(area)


def name_of(by: Any) -> str:
    """Return the name that a record keeps of who took a step."""
    return (by.name if by is not None else COMMAND_LINE)[:80]


def may_open(by: Any, area: str) -> None:
    """Raise TransitionRefused unless the person may open a procedure in the village."""
    if held(by, area).isdisjoint(OPENING):
        raise TransitionRefused("您没有在这个村立案的权限，请联系镇防贫监测工作站。")


def opened(procedure: Procedure, *, by: Any, on: date, at: datetime) -> Procedure:
    """Write a new procedure with its first record; raise Refused where the household has an open one of its kind."""
    try:
        with transaction.atomic():
            procedure.save(force_insert=True)
            ProcedureStep.objects.create(
                procedure=procedure,
                action=OPEN,
                label=OPEN_LABEL,
                status=procedure.status,
                on=on,
                note=procedure.reason,
                by=by,
                by_name=name_of(by),
                at=at,
            )
    except IntegrityError as error:
        # Of two people who open at once the database lets one through.
        raise Refused([("", ALREADY_OPEN)]) from error
    return procedure


def hold_household(area: str, household_id: Any) -> Household:
    """Return the household, locked after its township: before the rows of its own that the caller goes on to write.

    Whoever closes, merges or moves a household locks in this order and then ends or moves its procedures and episodes;
    in another order two people would wait for each other until the database gives one of them up.
    """
    lock_townships([area])
    return Household.objects.select_for_update().get(pk=household_id)


def may(procedure: Procedure, action: str, by: Any) -> None:
    """Read the procedure as it is now; raise TransitionRefused unless the person may take the step in this state."""
    procedure.refresh_from_db()
    transition = workflow_of(procedure).by_action[action]
    if transition.capability not in held(by, procedure.area):
        raise TransitionRefused(f"您没有「{transition.label}」的权限。")
    if procedure.status not in transition.sources:
        raise TransitionRefused(MOVED_MEANWHILE)


def move(
    procedure: Procedure, action: str, *, by: Any, on: date, at: datetime, note: str = "", **columns: Any
) -> None:
    """Take a step whose input was checked: one conditional UPDATE with its columns, and its record."""
    workflow_of(procedure).apply(
        procedure,
        action,
        capabilities=held(by, procedure.area),
        by=by,
        by_name=name_of(by),
        on=on,
        at=at,
        note=note,
        **columns,
    )


def review(procedure: Procedure, data: ReviewInput, *, by: Any, on: date, at: datetime) -> None:
    """Record the village's review, which agreed."""
    may(procedure, steps.REVIEW, by)
    refuse(inputs.review_problems(procedure, data, on))
    move(
        procedure, steps.REVIEW, by=by, on=on, at=at, reviewed_on=data.reviewed_on, agree_count=data.agree_count,
        disagree_count=data.disagree_count, review_note=data.review_note.strip(),
    )  # fmt: skip


def publicise(procedure: Procedure, data: PublicityInput, *, by: Any, on: date, at: datetime) -> None:
    """Record that the notice hangs in the village, from when and until when."""
    may(procedure, steps.PUBLICISE, by)
    days = deadlines_on(on).publicity_days
    refuse(inputs.publicity_problems(procedure, data, days=days, on=on))
    move(
        procedure, steps.PUBLICISE, by=by, on=on, at=at,
        publicity_from=data.publicity_from, publicity_to=data.publicity_to,
    )  # fmt: skip


def submit(procedure: Procedure, data: SubmitInput, *, by: Any, on: date, at: datetime) -> None:
    """Report a procedure to the township once its publicity is over and its papers are there."""
    may(procedure, steps.SUBMIT, by)
    refuse(inputs.submit_problems(procedure, data, on))
    columns: dict[str, Any] = {"objections": data.objections.strip()}
    if data.compared_on is not None:
        columns |= {"compared_on": data.compared_on, "comparison_note": data.comparison_note.strip()}
    move(procedure, steps.SUBMIT, by=by, on=on, at=at, **columns)


def approve(
    procedure: Procedure,
    data: ApproveInput,
    *,
    by: Any,
    on: date,
    at: datetime,
    also: Iterable[Problem] = (),
) -> None:
    """Let the township agree; never by who verified. `also`: problems that the kind of procedure adds."""
    may(procedure, steps.APPROVE, by)
    refuse([*inputs.approval_problems(procedure, data, by=by, on=on), *also])
    move(
        procedure, steps.APPROVE, by=by, on=on, at=at, approved_on=data.approved_on, approved_by=by,
        opinion=data.opinion.strip(), note=data.opinion.strip(),
    )  # fmt: skip


def send_back(procedure: Procedure, reason: str, *, by: Any, on: date, at: datetime) -> None:
    """Return a procedure from the township to the village, to be completed."""
    _return(procedure, steps.SEND_BACK, reason, by=by, on=on, at=at)


def county_return(procedure: Procedure, reason: str, *, by: Any, on: date, at: datetime) -> None:
    """Record that the county returned a procedure, decided or not; approval and decision have to be given anew."""
    _return(
        procedure, steps.COUNTY_RETURN, reason, by=by, on=on, at=at, approved_on=None, approved_by=None,
        decided_on=None, document="",
    )  # fmt: skip


def resubmit(
    procedure: Procedure,
    note: str,
    *,
    by: Any,
    on: date,
    at: datetime,
    found: str = "",
    columns: Mapping[str, Any] = {},
    also: Iterable[Problem] = (),
) -> None:
    """Report a returned procedure again, with the words of what was completed and the facts that were corrected.

    Of a corrected home verification `found` are the words for the record, `columns` what is written and `also` its
    problems, as the kind of procedure asks.
    """
    may(procedure, steps.RESUBMIT, by)
    refuse([
        *inputs.reason_problems("note", note, "补充了什么"),
        *inputs.evidence_problems(procedure),
        *also,
    ])  # fmt: skip
    words = "；".join(filter(None, (note.strip(), found)))
    move(procedure, steps.RESUBMIT, by=by, on=on, at=at, note=words, **columns)


def county_decision(procedure: Procedure, data: CountyInput, *, by: Any, on: date, at: datetime) -> None:
    """Record the county's decision with its document; it decided, nothing is decided here."""
    _county(procedure, steps.DECIDE, data, by=by, on=on, at=at)


def county_correction(procedure: Procedure, data: CountyInput, *, by: Any, on: date, at: datetime) -> None:
    """Record day and document of the county's decision anew before the entry; what stood there stays on record."""
    _county(procedure, steps.CORRECT, data, by=by, on=on, at=at)


def county_decline(procedure: Procedure, reason: str, *, by: Any, on: date, at: datetime) -> None:
    """Record that the county did not agree."""
    _end(procedure, steps.COUNTY_DECLINE, reason, "县级不同意的原因", by=by, on=on, at=at)


def decline(procedure: Procedure, reason: str, *, by: Any, on: date, at: datetime) -> None:
    """End a procedure without what it asked for, with the reason; never by who verified."""
    may(procedure, steps.DECLINE, by)
    refuse(inputs.own_check_problems(procedure, by))
    _end(procedure, steps.DECLINE, reason, "不予通过的原因", by=by, on=on, at=at)


def withdraw(procedure: Procedure, reason: str, *, by: Any, on: date, at: datetime) -> None:
    """End a procedure because the farmer gave it up or the village took it back."""
    _end(procedure, steps.WITHDRAW, reason, "放弃或撤回的原因", by=by, on=on, at=at)


def _county(procedure: Procedure, action: str, data: CountyInput, *, by: Any, on: date, at: datetime) -> None:
    may(procedure, action, by)
    refuse(inputs.county_problems(procedure, data, on))
    document = data.document.strip()
    before = f"{procedure.decided_on} {procedure.document}" if action == steps.CORRECT else ""
    note = f"原为 {before}，更正为 {data.decided_on} {document}" if before else document
    move(procedure, action, by=by, on=on, at=at, decided_on=data.decided_on, document=document, note=note)


def _return(
    procedure: Procedure, action: str, reason: str, *, by: Any, on: date, at: datetime, **columns: Any
) -> None:
    may(procedure, action, by)
    refuse(inputs.reason_problems("return_reason", reason, "退回原因"))
    reason = reason.strip()
    move(procedure, action, by=by, on=on, at=at, note=reason, return_reason=reason, **columns)


def _end(
    procedure: Procedure, action: str, reason: str, what: str, *, by: Any, on: date, at: datetime
) -> None:
    may(procedure, action, by)
    refuse(inputs.reason_problems("end_reason", reason, what))
    reason = reason.strip()
    move(procedure, action, by=by, on=on, at=at, note=reason, end_reason=reason, ended_on=on)
