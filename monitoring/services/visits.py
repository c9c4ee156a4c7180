"""Logging a visit, taking its photos, voiding it: the same report twice is one visit."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from households.access import Capability, access_of
from households.choices import ClueSource, Risk
from households.models import Household, Member, MonitorAssignment
from monitoring.answers import changes_of
from monitoring.models import Clue, FindingAnswer, Visit, VisitPhoto, WarningCase
from monitoring.photos import PhotoRefused, clean_jpeg
from monitoring.schedule import BACKDATED_DAYS
from monitoring.services import fulfilment
from monitoring.services.visit_input import Problem, VisitInput, VisitRefused, problems_of
from township.base.history import save_changes
from township.base.ids import uuid7

__all__ = [
    "LoggedVisit",
    "PhotoRefused",
    "VisitInput",
    "VisitRefused",
    "add_photo",
    "log_visit",
    "void_visit",
]

REASON_LENGTH = 200
NAME_LENGTH = 80
CODES_NAMED = 5
NOT_YOURS = "该户不在您负责的范围内，不能登记走访。如已调整包户，请联系镇防贫监测工作站。"


@dataclass(frozen=True)
class LoggedVisit:
    """The visit that stands for the report, and whether this call made it."""

    visit: Visit
    created: bool


def log_visit(
    household: Household,
    data: VisitInput,
    *,
    by: Any,
    on: date,
    visit_id: UUID | None = None,
    visitor: Any = None,
    visitor_name: str = "",
) -> LoggedVisit:
    """Record a visit received on the day `on`, with what follows from it: task, last visit, away, clue.

    `visit_id` is made by whoever writes the report; sent again it gives the first visit back. `visitor` (or, for
    somebody without an account, `visitor_name`) is who was there, where `by` only types it (代录); None is `by`.
    Raise VisitRefused with the problems, PermissionDenied when `by` may not report about this household.
    """
    visit_id = visit_id or uuid7()
    if known := _known(visit_id, household, by):
        return LoggedVisit(known, created=False)
    can_be_visitor = _demand_right(household, data.visited_on, by, visitor, visitor_name)
    problems = problems_of(data, household, on) + _visitor_problems(can_be_visitor, visitor, visitor_name)
    if problems:
        raise VisitRefused(problems)
    with transaction.atomic():
        present = Household.objects.select_for_update(no_key=True).get(pk=household.pk)
        visit = _visit_row(present, data, visit_id, by, visitor, visitor_name)
        try:
            with transaction.atomic():
                visit.save(force_insert=True)
        except IntegrityError:
            # Two requests with one id raced; where the row is not there, something else was wrong.
            if known := _known(visit_id, household, by):
                return LoggedVisit(known, created=False)
            raise
        _note_answers(visit, data)
        _note_away(present, data, by)
        if visit.has_risk:
            _report_clue(visit, by)
        fulfilment.refresh([household.pk])
    return LoggedVisit(visit, created=True)


def void_visit(visit: Visit, *, by: Any, reason: str, on: date) -> None:
    """Take a visit back, with the reason: it fulfils nothing any more, and its waiting clue is closed.

    The station (PLAN_VISITS) may, and who visited or typed it within 7 days of entering it. Raise VisitRefused
    without a reason, when it is void already, and while the verification of a warning rests on it, which has to be
    sent back first; PermissionDenied otherwise.
    """
    reason = reason.strip()
    if not 0 < len(reason) <= REASON_LENGTH:
        raise VisitRefused([("reason", f"请填写作废原因（不超过 {REASON_LENGTH} 字）。")])
    if by is not None and not _may_void(visit, by, on):
        raise PermissionDenied(f"录入超过 {BACKDATED_DAYS} 天或他人录入的走访，由镇防贫监测工作站作废。")
    now = timezone.now()
    with transaction.atomic():
        voided = Visit.objects.filter(pk=visit.pk, voided_at__isnull=True).update(
            voided_at=now, voided_by=by, void_reason=reason
        )
        if not voided:
            raise VisitRefused([("", "这次走访已经作废，请刷新页面。")])
        _refuse_while_it_proves(visit)
        Clue.objects.waiting().filter(visit=visit).update(
            status=Clue.Status.NOTED,
            outcome=f"走访已作废：{reason}"[:REASON_LENGTH],
            decided_by=by,
            decided_at=now,
        )
        fulfilment.refresh([visit.household_id])
    visit.refresh_from_db(fields=["voided_at", "voided_by", "void_reason"])


def add_photo(visit: Visit, photo_id: UUID, jpeg: bytes) -> tuple[VisitPhoto, bool]:
    """Keep a photo of a visit, without its metadata; return it and whether this call made it.

    The caller has asked whether the person may see the visit. The same `photo_id` again gives the first photo back;
    raise PhotoRefused for an id of another visit, for more than 1 MB and for what is not a whole JPEG.
    """
    if known := _known_photo(photo_id, visit):
        return known, False
    content = clean_jpeg(jpeg)
    photo = VisitPhoto(
        id=photo_id,
        area=visit.area,
        visit=visit,
        household_id=visit.household_id,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
    )
    photo.file.save(f"{photo_id}.jpg", ContentFile(content), save=False)
    try:
        with transaction.atomic():
            photo.save(force_insert=True)
    except IntegrityError:
        photo.file.delete(save=False)
        if known := _known_photo(photo_id, visit):
            return known, False
        raise
    return photo, True


def _known(visit_id: UUID, household: Household, by: Any) -> Visit | None:
    """Return the visit of this id, None if there is none; raise VisitRefused when it is somebody else's."""
    visit = Visit.objects.filter(pk=visit_id).first()
    if visit and (visit.household_id != household.pk or visit.recorded_by_id != (by.pk if by else None)):
        raise VisitRefused([("id", "走访编号已用于另一次走访，请刷新页面后重新填写。")])
    return visit


def _known_photo(photo_id: UUID, visit: Visit) -> VisitPhoto | None:
    photo = VisitPhoto.objects.filter(pk=photo_id).first()
    if photo and photo.visit_id != visit.pk:
        raise PhotoRefused("照片编号已用于另一次走访，请重新拍照后上传。")
    return photo


def _demand_right(household: Household, visited_on: date, by: Any, visitor: Any, visitor_name: str) -> bool:
    """Return whether `by` can be the visitor himself; raise PermissionDenied when he may not report this visit.

    A monitor or cadre reports his own visits, the station types those of others.
    """
    if by is None:
        return False
    rows = Household.objects.filter(pk=household.pk)
    may_type = rows.within(by, Capability.RECORD_FOR_OTHERS).exists()
    may_visit = rows.within(by, Capability.LOG_VISIT).exists() or _was_his(household, visited_on, by)
    is_for_another = bool(visitor_name) or (visitor is not None and visitor.pk != by.pk)
    if is_for_another and not may_type:
        raise PermissionDenied("代录他人的走访由镇防贫监测工作站办理。")
    if not (may_type or may_visit):
        raise PermissionDenied(NOT_YOURS)
    return may_visit


def _was_his(household: Household, visited_on: date, by: Any) -> bool:
    """A visit written on the phone may arrive after the household was handed to somebody else."""
    assigned = MonitorAssignment.objects.valid_on(visited_on).filter(household=household, monitor=by)
    return access_of(by).can(Capability.LOG_VISIT) and assigned.exists()


def _visitor_problems(can_be_visitor: bool, visitor: Any, visitor_name: str) -> list[Problem]:
    if len(visitor_name) > NAME_LENGTH:
        return [("visitor", f"走访人姓名不能超过 {NAME_LENGTH} 字。")]
    if visitor or visitor_name.strip() or can_be_visitor:
        return []
    return [("visitor", "代录走访请选择或填写走访人。")]


def _visit_row(
    household: Household, data: VisitInput, visit_id: UUID, by: Any, visitor: Any, visitor_name: str
) -> Visit:
    if visitor is None and not visitor_name:
        visitor = by
    return Visit(
        id=visit_id,
        area=household.area,
        household=household,
        visited_on=data.visited_on,
        mode=data.mode,
        met=data.met,
        kind=data.kind,
        is_away=household.is_away if data.is_away is None else data.is_away,
        blocks=data.changed_blocks,
        has_risk=data.has_risk,
        risk_kinds=list(dict.fromkeys(data.risk_kinds)),
        needs=data.needs.strip(),
        note=data.note.strip(),
        backdate_reason=data.backdate_reason.strip(),
        visitor=visitor,
        visitor_name=visitor_name.strip() or visitor.name,
        recorded_by=by,
    )


def _note_answers(visit: Visit, data: VisitInput) -> None:
    """What was found out about the household's findings; the facts themselves are put right by the station."""
    FindingAnswer.objects.bulk_create(
        FindingAnswer(area=visit.area, finding_id=UUID(finding), visit=visit, answer=answer)
        for finding, answer in data.answers.items()
    )


def _note_away(household: Household, data: VisitInput, by: Any) -> None:
    """Take over whether the whole family is away, unless a later visit has already said so."""
    is_latest = household.last_visited_on is None or household.last_visited_on <= data.visited_on
    if data.is_away is None or data.is_away == household.is_away or not is_latest:
        return
    household.is_away = data.is_away
    save_changes(household, by=by, reason=f"{data.visited_on} 走访", fields=["is_away", "updated_at"])


def _report_clue(visit: Visit, by: Any) -> None:
    """Hand the risk to the station with all that the visit says of it, so that nobody has to look the visit up."""
    people = Member.objects.filter(household=visit.household_id).values_list("pk", "name")
    changes = changes_of(visit.blocks, {str(pk): name for pk, name in people})
    risks = "、".join(str(Risk(kind).label) for kind in visit.risk_kinds)
    Clue.objects.create(
        area=visit.area,
        household=visit.household,
        source=ClueSource.VISIT,
        found_on=visit.visited_on,
        risks=visit.risk_kinds,
        text="\n".join(
            filter(
                None,
                [*(change.in_words for change in changes), visit.needs, visit.note, f"风险类型：{risks}"],
            )
        ),
        visit=visit,
        reported_by=visit.visitor or by,
    )


def _refuse_while_it_proves(visit: Visit) -> None:
    """A verdict must not stand on a visit that never was; the visit is held, so that no case can come to rest on it."""
    waiting = (WarningCase.Status.RECEIVED, WarningCase.Status.ASSIGNED)
    codes = visit.warning_cases.exclude(status__in=waiting).order_by("code").values_list("code", flat=True)
    if codes:
        words = "、".join(codes[:CODES_NAMED])
        raise VisitRefused(
            [("", f"这次走访是预警 {words} 的核查依据，不能作废。请先由镇防贫监测工作站把预警退回补核。")]
        )


def _may_void(visit: Visit, by: Any, on: date) -> bool:
    rows = Visit.objects.filter(pk=visit.pk)
    if rows.within(by, Capability.PLAN_VISITS).exists():
        return True
    is_fresh = on - timezone.localdate(visit.recorded_at) <= timedelta(days=BACKDATED_DAYS)
    is_own = by.pk in (visit.visitor_id, visit.recorded_by_id)
    return is_fresh and is_own and rows.within(by, Capability.LOG_VISIT).exists()
