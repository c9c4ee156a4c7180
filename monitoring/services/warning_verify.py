"""Verifying warnings on the spot or by telephone: what was found, the code that is proposed, the visit it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from households.models import Household
from monitoring.choices import WarningResult
from monitoring.models import DeadlineSetting, Visit, VisitMode, WarningCase, WarningStep
from monitoring.services.refusals import Problem, Refused, refuse
from monitoring.services.visits import LoggedVisit, VisitInput, VisitRefused, log_visit
from monitoring.services.warning_days import again_problems, first_due
from monitoring.services.warning_findings import (
    Finding,
    Verification,
    met_problems,
    reason_of,
    result_problems,
    takes_self_pay,
    text_problems,
    verification_problems,
    visit_problems,
)
from monitoring.services.warning_moves import demand_step, locked, move
from monitoring.services.warning_verdicts import impossible
from monitoring.services.workdays import deadlines_on
from monitoring.workflows.warning import POSTPONE, POSTPONE_FOR, VERIFY, VERIFY_FOR
from township.base.workflow import TransitionRefused

__all__ = ["Finding", "Verification", "postpone", "verify", "verify_household"]

NAME_LENGTH = 80
AWAY = WarningResult.AWAY
ANOTHERS_ID = "这份核查的编号已用于另一件预警，没有保存。请重新打开这件预警的核查页面填写。"


@dataclass(frozen=True, kw_only=True)
class _Verifier:
    """Who was there, and who typed it where that was somebody else (代录)."""

    user: Any
    name: str
    is_typed: bool

    @classmethod
    def of(cls, by: Any, verifier: Any, name: str, is_typed: bool) -> _Verifier:
        who = verifier if is_typed or name.strip() else (verifier or by)
        return cls(user=who, name=name.strip() or (who.name if who else ""), is_typed=is_typed)

    @property
    def action(self) -> str:
        return VERIFY_FOR if self.is_typed else VERIFY

    def problems(self, by: Any) -> Iterator[Problem]:
        if not self.name:
            yield "verifier", "请选择或填写核查人。"
        if len(self.name) > NAME_LENGTH:
            yield "verifier", f"核查人姓名不能超过 {NAME_LENGTH} 字。"
        if by is not None and not self.is_typed and (self.user is None or self.user.pk != by.pk):
            yield "verifier", "代录他人的核查由镇防贫监测工作站办理。"


def verify(
    case: WarningCase,
    verification: Verification,
    finding: Finding,
    *,
    by: Any,
    on: date,
    at: datetime,
    visit: Visit | None = None,
    verifier: Any = None,
    verifier_name: str = "",
    for_others: bool = False,
    step_id: UUID | None = None,
) -> None:
    """Take what was found about a case and the code that the verifier proposes.

    `step_id`: the key of the record, made where the report was written, so that it is known when it comes again:
    then nothing is written, and nothing is wrong. Of another case's record it is refused.

    `for_others` (代录): the station types it for `verifier`, or, for somebody without an account, `verifier_name`;
    it may then be a case that was never assigned. V7 postpones the case to `finding.due_on`. Raise Refused with all
    problems at the names of the arguments, TransitionRefused without the right or where somebody was faster.
    """
    who = _Verifier.of(by, verifier, verifier_name, for_others)
    with transaction.atomic():
        present = locked(case)
        if not is_known_step(present, step_id):
            demand_step(present, who.action, by)
            visit = _held(visit)
            refuse([
                *who.problems(by),
                *verification_problems(verification, present, on),
                *finding_problems([present], {present.pk: finding}, on)[present.pk],
                *visit_problems(visit, verification, present),
                *(met_problems(visit.mode, visit.met, [finding]) if visit else []),
            ])  # fmt: skip
            _write(present, verification, finding, who, by=by, on=on, at=at, visit=visit, step_id=step_id)
    case.refresh_from_db()


def is_known_step(case: WarningCase, step_id: UUID | None) -> bool:
    """Whether the record of a key is there already, of this case; raise Refused where it is another case's."""
    step = step_id and WarningStep.objects.filter(pk=step_id).first()
    if not step:
        return False
    if step.case_id != case.pk:
        raise Refused([("", ANOTHERS_ID)])
    return True


def postpone(
    case: WarningCase,
    verification: Verification,
    *,
    new_due_on: date,
    by: Any,
    on: date,
    at: datetime,
    words: str = "",
    visit: Visit | None = None,
    verifier: Any = None,
    verifier_name: str = "",
    for_others: bool = False,
) -> None:
    """Say that nobody could be met (V7): the case stays with its monitor, who goes again by another day.

    Raise as `verify` does.
    """
    finding = Finding(result=AWAY, words=words, due_on=new_due_on)
    verify(
        case, verification, finding, by=by, on=on, at=at, visit=visit,
        verifier=verifier, verifier_name=verifier_name, for_others=for_others,
    )  # fmt: skip


def verify_household(
    household: Household,
    data: VisitInput,
    verification: Verification,
    findings: Mapping[UUID, Finding],
    *,
    by: Any,
    on: date,
    at: datetime,
    visit_id: UUID,
    visitor: Any = None,
    visitor_name: str = "",
) -> LoggedVisit:
    """Log one visit of kind 预警核查, which fulfils the period's task, and what it found about the household's cases.

    All or nothing. `visitor` or `visitor_name` is who was there, where `by` only types it. `visit_id` is made by
    whoever writes the report: sent again, the first answer is given again and nothing is written. With several cases
    a problem about one of them stands at `case-<id>-<name>`. Raise Refused (with those of the visit too),
    TransitionRefused and PermissionDenied as `verify` and `log_visit` do.
    """
    if not findings:
        raise Refused([("", "请至少填写一件预警的核查结果。")])
    is_typed = bool(visitor_name.strip()) or (visitor is not None and by is not None and visitor.pk != by.pk)
    who = _Verifier.of(by, visitor, visitor_name, is_typed)
    with transaction.atomic():
        try:
            logged = log_visit(
                household, replace(data, kind=Visit.Kind.WARNING), by=by, on=on, visit_id=visit_id,
                visitor=visitor, visitor_name=visitor_name,
            )  # fmt: skip
        except VisitRefused as refused:
            rest = _at_cases(finding_problems(_cases_of(household, findings), findings, on))
            raise Refused([*refused.problems, *rest]) from None
        if not logged.created:
            return logged
        cases = _cases_of(household, findings)
        problems: list[Problem] = [
            *who.problems(by), *met_problems(data.mode, data.met, findings.values()),
        ]  # fmt: skip
        wrong = finding_problems(cases, findings, on)
        for case in cases:
            demand_step(case, who.action, by)
            found = [
                *verification_problems(verification, case, on),
                *wrong[case.pk],
                *visit_problems(logged.visit, verification, case),
            ]
            problems += [(_at(name, case, len(cases)), message) for name, message in found]
        refuse(dict.fromkeys(problems))
        for case in cases:
            _write(
                case, verification, findings[case.pk], who, by=by, on=on, at=at, visit=logged.visit
            )  # fmt: skip
    return logged


def _cases_of(household: Household, findings: Mapping[UUID, Finding]) -> list[WarningCase]:
    rows = WarningCase.objects.select_for_update(of=("self",)).filter(
        pk__in=list(findings), household=household
    )
    cases = list(rows.select_related("batch", "household").order_by("pk"))
    if len(cases) != len(findings):
        raise TransitionRefused("所填的预警中有不属于这一户或已撤回的，请刷新页面后再操作。")
    return cases


def _at(name: str, case: WarningCase, count: int) -> str:
    """What is about one of several cases stands at that case."""
    is_its_own = name in ("result", "reason", "words", "due_on")
    return f"case-{case.pk}-{name}" if is_its_own and count > 1 else name


def _at_cases(problems: Mapping[UUID, list[Problem]]) -> list[Problem]:
    return [(f"case-{pk}-{name}", message) for pk, some in problems.items() for name, message in some]


def _held(visit: Visit | None) -> Visit | None:
    """Return the visit as it is now; it cannot be voided before the transaction ends."""
    return visit and Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)


def finding_problems(
    cases: Sequence[WarningCase], findings: Mapping[UUID, Finding], on: date
) -> dict[UUID, list[Problem]]:
    """Return for each case what is wrong with what was found about it, handed in on a day.

    A code that could never be decided is refused here already, where there is still somebody who was there.
    """
    setting, ruled_out = deadlines_on(on), impossible(cases)
    return {case.pk: list(_about(case, findings[case.pk], ruled_out[case.pk], setting, on)) for case in cases}


def _about(
    case: WarningCase, finding: Finding, ruled_out: Mapping[str, str], setting: DeadlineSetting, on: date
) -> Iterator[Problem]:
    if finding.result == AWAY:
        yield from again_problems(finding.due_on, case.reply_due_on, on)
        yield from text_problems("words", "说明", finding.words)
        return
    yield from result_problems(finding.result, finding.reason, finding.words, setting)
    if why := ruled_out.get(finding.result):
        yield "result", why


def _write(
    case: WarningCase,
    verification: Verification,
    finding: Finding,
    who: _Verifier,
    *,
    by: Any,
    on: date,
    at: datetime,
    visit: Visit | None,
    step_id: UUID | None = None,
) -> None:
    facts: dict[str, Any] = {
        "situation": verification.situation.strip(),
        "per_capita_yuan": verification.per_capita_yuan,
        "self_pay_yuan": verification.self_pay_yuan if takes_self_pay(case) else None,
        "village_opinion": verification.village_opinion.strip(),
    }
    mode = VisitMode(verification.mode).label
    if finding.result == AWAY:
        due = finding.due_on or first_due(on)
        action = POSTPONE_FOR if who.is_typed else POSTPONE
        words = (
            f"{verification.verified_on} {mode}，{who.name}未能入户核实，{due}前再去。{finding.words.strip()}"
        )
        move(case, action, by=by, on=on, at=at, note=words, step_id=step_id, due_on=due, **facts)
        return
    label = WarningResult(finding.result).label
    words = f"{who.name}于{verification.verified_on}{mode}核查：{label}。{finding.words.strip()}"
    move(
        case, who.action, by=by, on=on, at=at, note=words, step_id=step_id, **facts,
        verified_on=verification.verified_on,
        reported_on=on,
        verified_by=who.user,
        verifier_name=who.name,
        typed_by=by if who.is_typed else None,
        verify_mode=verification.mode,
        visit=visit,
        proposed_result=finding.result,
        proposed_reason=reason_of(finding.result, finding.reason),
        proposed_words=finding.words.strip(),
        sent_back_reason="",
    )  # fmt: skip
