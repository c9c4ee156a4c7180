"""催办名单: what is due today, late or far over, by who has to do it; to be read out on the telephone or printed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString

from households.access import Capability, access_of
from households.reveal import REVEALABLE
from households.village_switch import current_village
from monitoring.admin.badges import household_link
from monitoring.admin.warnings.board import cases_url
from monitoring.admin.warnings.clock import Clock, case_state, clock_of
from monitoring.admin.warnings.columns import person_name, village_name
from monitoring.admin.warnings.filters import LATE_VALUE
from monitoring.models import WarningCase
from monitoring.warning_clock import Colour, colour_of
from township.base.masking import mask_phone

# More than anybody reads; the page says so when it leaves some out.
CASES_SHOWN = 500
STATION = "镇防贫监测工作站"
# What a line says and its clock reads: households and members are wide rows, and there are hundreds of lines.
READ = (
    "code", "indicator", "status", "person_name", "village_name", "area",
    "due_on", "reported_on", "follow_on", "reply_due_on", "replied_on", "batch__received_on",
    "household__head_name", "household__village__name", "member__name", "monitor__name", "monitor__phone",
)  # fmt: skip
Status = WarningCase.Status


@dataclass
class Reminded:
    """Who has to do something, and his cases (件): far over first, then late, then due today."""

    name: str
    url: str
    red: int = 0
    late: int = 0  # without the red ones
    today: int = 0
    key: str = ""  # of the account, "" for the station
    phone: str = ""  # masked
    lines: list[dict[str, Any]] = field(default_factory=list)


def reminders_page(admin: Any, request: HttpRequest) -> HttpResponse:
    """The list of everybody in the user's scope; one query for the cases, whatever their number."""
    access_of(request.user).demand(Capability.SEE_HOUSEHOLDS)
    clock = clock_of(request)
    cases = WarningCase.objects.visible_to(request.user).in_area(current_village(request))
    urgent = (
        clock.over(cases)
        .exclude(colour=Colour.NORMAL.value)
        .select_related("batch", "household__village", "member", "monitor")
        .only(*READ)
        .order_by("area", "code")
    )
    found = list(urgent[: CASES_SHOWN + 1])
    people = _by_person(found[:CASES_SHOWN], clock)
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.model._meta,
        "title": "催办名单",
        "on": clock.on,
        "people": people,
        "can_reveal": access_of(request.user).can(REVEALABLE["account.phone"].capability),
        "red": sum(one.red for one in people),
        "late": sum(one.late for one in people),
        "today": sum(one.today for one in people),
        "more": len(found) > CASES_SHOWN,
        "shown": CASES_SHOWN,
    }
    return TemplateResponse(request, "admin/monitoring/warningcase/reminders.html", context)


def _by_person(cases: list[WarningCase], clock: Clock) -> list[Reminded]:
    """Return the monitors with the most urgent cases first, and last the station with the steps that are its own."""
    people: dict[Any, Reminded] = {}
    for case in cases:
        due = clock.due(case)
        if due is None or due > clock.on:
            continue
        monitor = case.monitor if case.status == Status.ASSIGNED else None
        key = monitor.pk if monitor else None
        one = people.setdefault(key, _nobody_yet(monitor))
        match colour_of(due, clock.on):
            case Colour.RED:
                one.red += 1
            case Colour.ORANGE:
                one.late += 1
            case _:
                one.today += 1
        one.lines.append(_line(case, due, clock.on))
    for one in people.values():
        one.lines.sort(key=lambda line: line["due"])
    station = people.pop(None, None)
    monitors = sorted(people.values(), key=lambda one: (-one.red, -one.late, -one.today, one.name))
    return monitors + ([station] if station else [])


def _nobody_yet(monitor: Any) -> Reminded:
    if monitor is None:
        return Reminded(STATION, cases_url(clock=LATE_VALUE, own="hand"))
    own = cases_url(state=Status.ASSIGNED.value, monitor=str(monitor.pk))
    return Reminded(monitor.name, own, key=str(monitor.pk), phone=mask_phone(monitor.phone))


def _line(case: WarningCase, due: date, on: date) -> dict[str, Any]:
    head: SafeString | str = household_link(case.household) if case.household else ""
    return {
        "case": case,
        "due": due,
        "state": case_state(case, due, on),
        "person": person_name(case),
        "village": village_name(case),
        "head": head,
    }
