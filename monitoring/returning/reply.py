"""What goes back to the county: one workbook for a department and a month, recorded, its lines marked as answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from io import BytesIO
from typing import Any, Self

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from households import audit
from households.access import Capability, access_of
from households.models import AccessLog, Division
from monitoring.models import WarningCase, WarningRepeat
from monitoring.models.warning_repeats import WarningRepeatQuerySet
from monitoring.models.warnings import SCREENING, TOWNSHIP_DIGITS, WarningCaseQuerySet
from monitoring.returning.lines import ReplyLine, reply_lines
from monitoring.returning.refused import refused_lines, repeated_rows
from monitoring.returning.sheets import Frame, list_sheet, open_sheet, returned_lists
from monitoring.services.warning_decide import reply
from monitoring.services.workdays import deadlines_on, work_calendar
from township.base.sheets.spec import SheetSpec
from township.base.sheets.writer import write_workbook


class ReplyRefused(Exception):
    """The workbook may not or cannot be made; the message says why and what to do."""


@dataclass(frozen=True)
class Replied:
    """The workbook, its official name, its lines (人次): all, with a verdict, without one; newly marked as answered.

    `refused`: lines of the same lists that are not in it, because they wait in 待处理.
    """

    file_name: str
    content: bytes
    lines: int
    decided: int
    open: int
    marked: int
    refused: int


@dataclass(frozen=True)
class ReplyChoice:
    """A department's lines of a month (人次): all, with a verdict, of those not answered yet.

    Lines that repeat another month's are lines too; they are noted as answered with that month. `refused`: lines of
    its lists that wait in 待处理, and are none of these.
    """

    department: str
    month: date
    lines: int = 0
    decided: int = 0
    to_reply: int = 0
    refused: int = 0

    @property
    def open(self) -> int:
        return self.lines - self.decided


@dataclass(frozen=True)
class _Lines:
    """What may be answered: cases by their own list, and lines of later lists that repeat them."""

    cases: WarningCaseQuerySet = field(default_factory=WarningCase.objects.all)
    repeats: WarningRepeatQuerySet = field(default_factory=WarningRepeat.objects.all)

    def within(self, by: Any, capability: Capability) -> Self:
        return type(self)(self.cases.within(by, capability), self.repeats.within(by, capability))

    def of_month(self, month: date) -> Self:
        return type(self)(self.cases.of_month(month), self.repeats.of_month(month))

    def filter(self, **conditions: Any) -> Self:
        return type(self)(self.cases.filter(**conditions), self.repeats.filter(**conditions))

    def departments(self) -> list[str]:
        """The departments whose lists they stand in."""
        parts = (self.cases, self.repeats)
        found = (rows.order_by().values_list("batch__department", flat=True).distinct() for rows in parts)
        return sorted({name for names in found for name in names})

    def townships(self) -> list[str]:
        """The nine digits of every township that they are about."""
        areas = {*self.cases.order_by().values_list("area", flat=True).distinct()}
        areas |= {*self.repeats.order_by().values_list("case__area", flat=True).distinct()}
        return sorted({area[:TOWNSHIP_DIGITS] for area in areas})


@dataclass(frozen=True)
class _Asked:
    department: str
    month: date
    on: date
    at: datetime
    by: Any
    who: str
    full: bool
    reason: str


def reply_choices(by: Any, *, month: date | None = None) -> list[ReplyChoice]:
    """Return the departments that can be answered, newest month first, or of one month (four queries)."""
    found = _answerable(by, Capability.EXPORT)
    if month:
        found = found.of_month(month)
    decided = Q(status__in=WarningCase.JUDGED)
    cases = _by_list(found.cases).annotate(
        lines=Count("pk"),
        decided=Count("pk", filter=decided),
        to_reply=Count("pk", filter=decided & Q(replied_on__isnull=True)),
    )
    judged = Q(case__status__in=WarningCase.JUDGED)
    repeats = _by_list(found.repeats).annotate(lines=Count("pk"), decided=Count("pk", filter=judged))
    choices: dict[tuple[str, date], ReplyChoice] = {}
    for department, of, lines, done, *more in (*cases, *repeats):
        one = choices.get((department, of)) or ReplyChoice(department, of)
        choices[department, of] = replace(
            one, lines=one.lines + lines, decided=one.decided + done, to_reply=one.to_reply + sum(more)
        )
    refused = refused_lines(by, Capability.DECIDE_WARNING, Capability.EXPORT)
    rows = [replace(one, refused=refused[key]) for key, one in choices.items()]
    return sorted(rows, key=lambda one: (-one.month.toordinal(), one.department))


def _by_list(rows: QuerySet) -> QuerySet:
    return rows.order_by().values_list("batch__department", "batch__month")


def reply_workbook(
    department: str,
    *,
    month: date,
    on: date,
    at: datetime,
    by: Any = None,
    by_name: str = "",
    full_id: bool = False,
    reason: str = "",
    mark_replied: bool = False,
    request: HttpRequest | None = None,
) -> Replied:
    """Return the workbook that answers a department's lists of a month (its first day), and record the export.

    Numbers of people are masked unless full_id, which needs FULL_EXPORT and a reason. `mark_replied` notes the lines
    with a verdict as answered on `on`, and needs ASSIGN_WARNING; workbook, marks and record come together or not at
    all. Without `by` (command line) every township is in scope. Raises ReplyRefused.
    """
    found = _checked(by, full_id, reason, mark_replied)
    who = by_name or (f"{by.name}（{by.username}）" if by is not None else audit.COMMAND_LINE)
    name = _present(found, department, month)
    asked = _Asked(name, month, on, at, by, who, full_id, reason.strip())
    with transaction.atomic():
        wanted = found.of_month(month).filter(batch__department=name)
        marked = reply(wanted.cases, by=by, on=on, at=at) if mark_replied else 0
        replied = _written(wanted, asked, marked)
        audit.record(
            AccessLog.Action.EXPORT,
            by=by,
            by_name=by_name,
            area=_area(wanted),
            target=f"预警反馈 {name} {month:%Y-%m}",
            rows=replied.lines,
            request=request,
            full_id=full_id,
            reason=asked.reason,
            file=replied.file_name,
            marked=marked,
        )
    return replied


def mark_answered(department: str, *, month: date, by: Any, on: date, at: datetime) -> int:
    """Note the lines (人次) with a verdict of a department's lists of a month (its first day) as answered on `on`.

    Return how many were newly noted; those without a verdict stay open. Needs ASSIGN_WARNING. Raises ReplyRefused.
    """
    found = _checked(by, full_id=False, reason="", mark_replied=True)
    name = _present(found, department, month)
    return reply(found.of_month(month).filter(batch__department=name).cases, by=by, on=on, at=at)


def _checked(by: Any, full_id: bool, reason: str, mark_replied: bool) -> _Lines:
    """Return the lines that the person may answer."""
    if full_id and not reason.strip():
        raise ReplyRefused("导出完整证件号须填写事由。请写明用途后重试，或导出脱敏的反馈表。")
    capability = Capability.FULL_EXPORT if full_id else Capability.EXPORT
    if by is not None:
        access = access_of(by)
        if not (access.can(capability) and access.can(Capability.DECIDE_WARNING)):
            what = "带完整证件号的反馈表" if full_id else "预警反馈表"
            raise ReplyRefused(f"您没有导出{what}的权限，如需办理请联系镇防贫监测工作站。")
        if mark_replied and not access.can(Capability.ASSIGN_WARNING):
            raise ReplyRefused("您没有登记反馈的权限，请由镇防贫监测工作站办理。")
    return _answerable(by, capability)


def _answerable(by: Any, capability: Capability) -> _Lines:
    """What our own screening found came from nobody, so nobody is answered."""
    found = _Lines(WarningCase.objects.exclude(batch__department=SCREENING))
    return found if by is None else found.within(by, Capability.DECIDE_WARNING).within(by, capability)


def _present(found: _Lines, department: str, month: date) -> str:
    """Return the department by the name that its lists of the month carry."""
    names = found.of_month(month).departments()
    written = "".join(department.split())
    for name in names:
        if name and written.endswith(name):
            return str(name)
    if not names:
        raise ReplyRefused(f"{month:%Y-%m} 没有部门预警，不需要反馈。请核对月份。")
    raise ReplyRefused(f"{month:%Y-%m} 没有“{department}”的预警。该月有预警的部门：{'、'.join(names)}。")


def _written(wanted: _Lines, asked: _Asked, marked: int) -> Replied:
    lines = reply_lines(wanted.cases, wanted.repeats)
    township = _township(wanted)
    content = "_含完整证件号" if asked.full else ""
    file_name = f"{township}_{asked.department}预警核查反馈_{asked.month:%Y%m}{content}.xlsx"
    told = f"{asked.who} {timezone.localtime(asked.at):%Y-%m-%d %H:%M} 导出　{_filter(asked)}，共 {len(lines)} 行"
    frame = Frame(
        f"{township}{asked.month.year}年{asked.month.month}月{asked.department}预警信息核查反馈表",
        township, asked.on, told, asked.full,
    )  # fmt: skip
    out = BytesIO()
    write_workbook(out, _sheets(lines, asked, frame), properties=_properties(asked, frame, len(lines)))
    decided = sum(line.has_verdict for line in lines)
    refused = refused_lines(asked.by, Capability.DECIDE_WARNING)[asked.department, asked.month]
    return Replied(file_name, out.getvalue(), len(lines), decided, len(lines) - decided, marked, refused)


def _sheets(lines: list[ReplyLine], asked: _Asked, frame: Frame) -> Iterator[SheetSpec]:
    twice = repeated_rows(line.batch_id for line in lines)
    for returned in returned_lists(lines, asked.department, twice):
        yield list_sheet(returned, frame)
    yield open_sheet(lines, frame, deadlines_on(asked.on), work_calendar())


def _filter(asked: _Asked) -> str:
    return f"{asked.department}，{asked.month:%Y-%m}，{'完整证件号' if asked.full else '脱敏'}"


def _properties(asked: _Asked, frame: Frame, rows: int) -> dict[str, Any]:
    made = timezone.localtime(asked.at).replace(tzinfo=None, microsecond=0)
    custom: dict[str, Any] = {
        "导出人": asked.who,
        "导出时间": f"{made:%Y-%m-%d %H:%M:%S}",
        "筛选": _filter(asked),
        "导出行数": rows,
    }
    if asked.full:
        custom["事由"] = asked.reason
    return {
        "title": frame.title,
        "subject": f"{asked.month:%Y-%m}",
        "author": asked.who,
        "created": made,
        "comments": frame.footer,
        "custom": custom,
    }


def _area(wanted: _Lines) -> str:
    townships = wanted.townships()
    return townships[0] if len(townships) == 1 else ""


def _township(wanted: _Lines) -> str:
    townships = wanted.townships()
    if len(townships) != 1:
        return "各乡镇"
    name = Division.objects.filter(area=f"{townships[0]}000").values_list("name", flat=True).first()
    return name or townships[0]
