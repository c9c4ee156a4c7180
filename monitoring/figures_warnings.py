"""Figures of the departments' warnings: how many came in, what became of them by a day, how far the month has come.

A month's warnings are those of its lists. What was verified, decided or replied after the day does not count yet, so
that an earlier day gives the answer that it had then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import starmap

from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce

from monitoring.choices import WarningResult
from monitoring.models import DeadlineSetting, WarningCase
from monitoring.models.warnings import WarningCaseQuerySet
from monitoring.services.workdays import deadlines_on, work_calendar
from monitoring.warning_clock import LATE, colour_of, due_of
from monitoring.workdays import WorkCalendar
from township.base.registry import Figure

Status = WarningCase.Status
HAS_VERDICT = WarningCase.JUDGED
IS_VERIFIED = (Status.VERIFIED, *HAS_VERDICT)
VERIFIED_DEFINITION = (
    "核查日期在统计日期之前（含当日）、核查结果已提交的部门预警，按人次；同一人多次预警逐条计"
)
DEFINITION = (
    "预警按人次登记，同一人在不同月份或由不同部门预警的逐条计；人按匹配的人员或证件号去重，户按匹配的农户去重；"
    "已核查、已认定、已办结以日期在统计日之前（含当日）为准；不纳入含以单项救助解决的；超期：当日所在步骤的时限已过仍未办理的"
)


def verified_by(on: date) -> Q:
    """Condition: somebody had verified the case by the day (待补入户 is no verification yet)."""
    return Q(status__in=IS_VERIFIED, verified_on__lte=on)


def decided_by(on: date) -> Q:
    """Condition: the station had given its verdict by the day."""
    return Q(status__in=HAS_VERDICT, decided_on__lte=on)


def replied_by(on: date) -> Q:
    """Condition: the county had its answer by the day."""
    return Q(replied_on__lte=on)


@dataclass(frozen=True)
class WarningCounts:
    """Warnings of an area (人次), with the people (人) and households (户) they are about.

    `declined` holds 单项救助解决 too; what has no verdict yet is `undecided`. Every verdict is in exactly one count.
    """

    area: str = ""
    received: int = 0
    people: int = 0
    households: int = 0
    assigned: int = 0
    verified: int = 0
    decided: int = 0
    finished: int = 0
    replied: int = 0
    included: int = 0
    declined: int = 0
    monitored: int = 0
    returning: int = 0
    not_found: int = 0
    wrong: int = 0
    repeated: int = 0

    @property
    def undecided(self) -> int:
        return self.received - self.decided


RESULTS = {
    "included": (WarningResult.INCLUDE,),
    "declined": (WarningResult.DECLINE, WarningResult.SINGLE_HELP),
    "monitored": (WarningResult.MONITORED,),
    "returning": (WarningResult.RETURNING,),
    "not_found": (WarningResult.NOT_OURS,),
    "wrong": (WarningResult.WRONG,),
    "repeated": (WarningResult.REPEATED,),
}


def warning_counts(cases: QuerySet, on: date) -> WarningCounts:
    """Return what had become of the cases by the day (one query)."""
    return WarningCounts(**cases.order_by().aggregate(**_aggregates(on), **people_and_households()))


def warning_counts_by_village(cases: QuerySet, on: date) -> dict[str, WarningCounts]:
    """Return the same for each village that has cases, by its code (one query); 000 is the township as a whole."""
    rows = cases.order_by().values("area").annotate(**_aggregates(on))
    return {row["area"]: WarningCounts(**row) for row in rows}


def status_by(on: date) -> Case:
    """Return the expression of the status that a case had on the day, as its dates tell it."""
    return Case(
        When(replied_by(on) & Q(status=Status.REPLIED), then=Value(Status.REPLIED.value)),
        When(decided_by(on) & Q(status=Status.FOLLOWING), then=Value(Status.FOLLOWING.value)),
        When(decided_by(on), then=Value(Status.DECIDED.value)),
        When(verified_by(on), then=Value(Status.VERIFIED.value)),
        When(assigned_on__lte=on, then=Value(Status.ASSIGNED.value)),
        default=Value(Status.RECEIVED.value),
        output_field=CharField(),
    )


@dataclass(frozen=True)
class WarningsWaiting:
    """What has a next step now (件, i.e. 人次): to be sent, decided, answered; over its day, whatever the step."""

    to_assign: int = 0
    to_decide: int = 0
    to_reply: int = 0
    late: int = 0


def warnings_waiting(
    cases: WarningCaseQuerySet, on: date, limits: DeadlineSetting, calendar: WorkCalendar
) -> WarningsWaiting:
    """Return what of the cases waits today (one query); each number is that of the list with the same filter."""
    counts = (
        cases.with_clock(on, limits, calendar)
        .order_by()
        .aggregate(
            to_assign=Count("pk", filter=Q(status=Status.RECEIVED)),
            to_decide=Count("pk", filter=Q(status=Status.VERIFIED)),
            to_reply=Count("pk", filter=Q(status=Status.DECIDED)),
            late=Count("pk", filter=Q(colour__in=[colour.value for colour in LATE])),
        )
    )
    return WarningsWaiting(**counts)


@dataclass(slots=True)
class _CaseThen:
    """The days of a case, with the status that it had on a day."""

    status: str
    received_on: date
    due_on: date | None
    reported_on: date | None
    reply_due_on: date | None
    follow_on: date | None
    replied_on: date | None


def late_by(cases: QuerySet, on: date) -> int:
    """Return 人次 whose step of the day was overdue on it (one query, and two for the limits and the calendar).

    On the present day this is `cases.late(...)`; for an earlier one each case is put back to where it stood.
    """
    limits, calendar = deadlines_on(on), work_calendar()
    open_then = cases.order_by().annotate(status_then=status_by(on)).exclude(status_then=Status.REPLIED)
    rows = open_then.values_list(
        "status_then",
        "batch__received_on",
        "due_on",
        "reported_on",
        "reply_due_on",
        "follow_on",
        "replied_on",
    )
    late = 0
    for case in starmap(_CaseThen, rows.iterator(chunk_size=2000)):
        if case.replied_on and case.replied_on > on:
            case.replied_on = None
        late += colour_of(due_of(case, limits, calendar), on) in LATE
    return late


def _aggregates(on: date) -> dict[str, Count]:
    decided = decided_by(on)
    by_result = {
        name: Count("pk", filter=decided & Q(result__in=results)) for name, results in RESULTS.items()
    }
    return by_result | {
        "received": Count("pk"),
        "assigned": Count("pk", filter=Q(assigned_on__lte=on) | verified_by(on)),
        "verified": Count("pk", filter=verified_by(on)),
        "decided": Count("pk", filter=decided),
        "replied": Count("pk", filter=replied_by(on)),
        "finished": Count("pk", filter=replied_by(on) & Q(status=Status.REPLIED)),
    }


def people_and_households() -> dict[str, Count]:
    """人 and 户: a person is his place in the register, else his number; a line without either is one of its own."""
    text = CharField(max_length=64)
    person = Coalesce(Cast("member_id", text), Cast("id_index", text), Cast("pk", text))
    return {"people": Count(person, distinct=True), "households": Count("household_id", distinct=True)}


def _of(area: str, on: date) -> QuerySet:
    """The cases of an area (prefix) that had come in by the day."""
    return WarningCase.objects.in_area(area).filter(batch__received_on__lte=on)


def _count(name: str, area: str, on: date) -> int:
    return int(getattr(warning_counts(_of(area, on), on), name))


def _late(area: str, on: date) -> int:
    return late_by(_of(area, on), on)


_SINCE = "统计日期之前（含当日）收到的部门预警和系统筛查预警，累计"
FIGURES = (
    Figure(
        key="warnings_received", unit="person_times", value=partial(_count, "received"),
        definition=f"{_SINCE}，按人次；同一人多次预警逐条计",
    ),
    Figure(
        key="warnings_people", unit="person", value=partial(_count, "people"),
        definition=f"{_SINCE}，按人去重（匹配的人员或证件号；两者都没有的逐条计）",
    ),
    Figure(
        key="warnings_households", unit="household", value=partial(_count, "households"),
        definition=f"{_SINCE}，按匹配的农户去重，不含不在册和待确认的",
    ),
    Figure(
        key="warnings_verified", unit="person_times", value=partial(_count, "verified"),
        definition=VERIFIED_DEFINITION,
    ),
    Figure(
        key="warnings_decided", unit="person_times", value=partial(_count, "decided"),
        definition=f"{_SINCE}，其中镇级已认定的，按人次",
    ),
    Figure(
        key="warnings_included", unit="person_times", value=partial(_count, "included"),
        definition=f"{_SINCE}，其中认定为符合条件、拟纳入监测的，按人次",
    ),
    Figure(
        key="warnings_declined", unit="person_times", value=partial(_count, "declined"),
        definition=f"{_SINCE}，其中认定为不纳入的（含以单项救助解决），按人次",
    ),
    Figure(
        key="warnings_replied", unit="person_times", value=partial(_count, "replied"),
        definition=f"{_SINCE}，其中已反馈县级的，按人次",
    ),
    Figure(
        key="warnings_late", unit="person_times", value=_late,
        definition=f"{_SINCE}，其中统计日所在步骤时限已过仍未办理的，按人次",
    ),
)  # fmt: skip
