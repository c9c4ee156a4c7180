"""A verification that comes from the phone: one visit and what was found about the household's warnings, or the case of
somebody who is in no household. Nothing of somebody else is overwritten: what he was faster with is a conflict."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from households.models import Household
from monitoring.choices import WarningResult
from monitoring.field.items import (
    CONFLICT,
    CREATED,
    DUPLICATE,
    ItemRefused,
    day_of,
    household_of,
    money_of,
    typed,
    uuid_of,
    visit_input,
)
from monitoring.field.warnings import open_warnings
from monitoring.models import Visit, WarningCase
from monitoring.services.visits import VisitInput, log_visit
from monitoring.services.warning_verify import Finding, Verification, verify, verify_household
from township.base.workflow import TransitionRefused

MOST_CHECKS = 50
NOT_YOUR_WARNING = "第 {} 件预警不由您核查，没有保存。如应由您核查，请联系镇防贫监测工作站。"
BY_ANOTHER = "预警 {} 已由他人核查、改派或收回，您填的结果没有保存；如有不同情况，请联系镇防贫监测工作站。"
Findings = dict[UUID, Finding]


@dataclass(frozen=True)
class Sorted:
    """The checks of an item: those that may still be handed in, and the numbers of the cases that came late."""

    findings: Findings
    late: list[str]


def take_check(
    item_id: UUID, household: Any, data: dict[str, Any], user: Any, on: date, at: datetime
) -> tuple[str, str]:
    """Return what became of a verification, and a message.

    With a household, `item_id` is its visit's; without one, the id of the record of the single case's verification.
    """
    findings = findings_of(data)
    visit = replace(visit_input(data), kind=Visit.Kind.WARNING)
    verification = verification_of(data, visit)
    if household is None:
        return take_unregistered(item_id, findings, verification, user, on, at)
    place = household_of(uuid_of(household), user, visit.visited_on)
    if Visit.objects.visible_to(user).filter(pk=item_id).exists():
        log_visit(place, visit, by=user, on=on, visit_id=item_id)  # refuses the id of somebody else's visit
        return answered_before(item_id, findings, user)
    for attempt in (1, 2):
        found = sort(findings, place, user)
        try:
            with transaction.atomic():
                take(place, visit, verification, found.findings, user, on, at, item_id)
        except TransitionRefused:  # somebody was faster in this very moment: look again who
            if attempt == 2:
                raise
        else:
            break
    return (CONFLICT, late_words(found.late)) if found.late else (CREATED, "")


def take(
    household: Household, visit: VisitInput, verification: Verification, findings: Findings,
    user: Any, on: date, at: datetime, visit_id: UUID,
) -> None:  # fmt: skip
    """Log the visit with its findings; where somebody was faster with all of them, the visit still counts."""
    if findings:
        verify_household(household, visit, verification, findings, by=user, on=on, at=at, visit_id=visit_id)
    else:
        log_visit(household, visit, by=user, on=on, visit_id=visit_id)


def sort(findings: Findings, household: Household, user: Any) -> Sorted:
    """Tell the checks that can be handed in from those that come late; refuse one of a case that never was his."""
    known = WarningCase.objects.visible_to(user).filter(pk__in=findings, household=household)
    codes = dict(known.values_list("pk", "code"))
    mine = set(open_warnings(user).filter(pk__in=findings, household=household).values_list("pk", flat=True))
    # After a hand-over his cases went with the household, and he sees neither.
    was_handed_over = not Household.objects.visible_to(user).filter(pk=household.pk).exists()
    late = []
    for number, pk in enumerate(findings, start=1):
        if pk not in codes and not was_handed_over:
            raise ItemRefused(NOT_YOUR_WARNING.format(number))
        if pk not in mine:
            late.append(codes.get(pk, f"（第 {number} 件）"))
    return Sorted({pk: finding for pk, finding in findings.items() if pk in mine}, late)


def answered_before(visit_id: UUID, findings: Findings, user: Any) -> tuple[str, str]:
    """Answer an item that was taken before: as it was answered then, in case that answer was lost on the way."""
    final = [pk for pk, finding in findings.items() if finding.result != WarningResult.AWAY]
    others = WarningCase.objects.visible_to(user).filter(pk__in=final).exclude(visit=visit_id)
    late = list(others.exclude(pk__in=open_warnings(user).values("pk")).values_list("code", flat=True))
    return (CONFLICT, late_words(late)) if late else (DUPLICATE, "")


def take_unregistered(
    item_id: UUID, findings: Findings, verification: Verification, user: Any, on: date, at: datetime
) -> tuple[str, str]:
    """Take the check of a case without household: the id of the item is that of the case's step, once for ever."""
    if len(findings) != 1:
        raise ItemRefused("不在册人员的预警请一件一件地核查和上传。")
    ((pk, finding),) = findings.items()
    case = WarningCase.objects.visible_to(user).filter(pk=pk, household__isnull=True).first()
    if case is None:
        raise ItemRefused(NOT_YOUR_WARNING.format(1))
    if case.steps.filter(pk=item_id).exists():
        return DUPLICATE, ""
    if not open_warnings(user).filter(pk=pk).exists():
        return CONFLICT, late_words([case.code])
    verify(case, verification, finding, by=user, on=on, at=at, step_id=item_id)
    return CREATED, ""


def late_words(codes: list[str]) -> str:
    return BY_ANOTHER.format("、".join(codes))


def verification_of(data: dict[str, Any], visit: VisitInput) -> Verification:
    """Return what holds for all cases of the item."""
    return Verification(
        verified_on=visit.visited_on,
        mode=visit.mode,
        situation=typed(data, "situation", str, ""),
        per_capita_yuan=money_of(data, "per_capita_yuan", "人均纯收入"),
        self_pay_yuan=money_of(data, "self_pay_yuan", "自付支出"),
        village_opinion=typed(data, "village_opinion", str, ""),
    )


def findings_of(data: dict[str, Any]) -> Findings:
    """Return what was found about each case; raise ItemRefused where the list has the wrong shape."""
    checks = typed(data, "checks", list, [])
    if not 0 < len(checks) <= MOST_CHECKS:
        raise ItemRefused(f"一次核查应写明 1 至 {MOST_CHECKS} 件预警的结果。")
    findings: Findings = {}
    for number, check in enumerate(checks, start=1):
        pk = uuid_of(check.get("warning")) if isinstance(check, dict) else None
        if pk is None or pk in findings:
            raise ItemRefused(f"第 {number} 件预警没有有效的编号，或写了两次，请刷新后重新填写。")
        findings[pk] = Finding(
            result=typed(check, "result", str, ""),
            reason=typed(check, "reason", str, ""),
            words=typed(check, "words", str, ""),
            due_on=day_of(check, "due_on", "再去核查的日期"),
        )
    return findings
