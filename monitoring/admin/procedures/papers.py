"""Papers of a procedure to sign or to put up, as pages for the printer (A4, without the console around them).

The public notice tells the head's name, how many the family are and the kind, nothing else: domain.md §1.7 forbids
numbers, phones, accounts and the state of health, and the risks speak of health.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from households import audit
from households.guarantees import is_insured
from households.models import AccessLog, Division, Household, Member, Village
from monitoring.admin.clues import risk_words
from monitoring.models import MonitoringLine, Procedure
from monitoring.models.warnings import TOWNSHIP_DIGITS
from monitoring.services.help import exclusions_on
from monitoring.services.workdays import deadlines_on

FOLDER = "admin/monitoring/paper/"
FORMS = {
    "authorisation": "承诺授权书",
    "check": "入户核查表",
    "review": "民主评议记录",
}
NOTICES = {
    Procedure.Kind.IDENTIFICATION: "识别公示",
    Procedure.Kind.ELIMINATION: "风险消除公示",
}
BLANK_LINES = range(6)


@dataclass(frozen=True)
class Line:
    """A household on a notice: what everybody in the village may read of it."""

    head_name: str
    people_count: int
    kind: str
    mode: str


@dataclass(frozen=True)
class Notice:
    """One sheet: the households of one village that are publicised from one day to another."""

    village: Village
    from_on: date
    to_on: date
    lines: list[Line]

    @property
    def days(self) -> int:
        """How many days it hangs, from the day after it was put up."""
        return (self.to_on - self.from_on).days


def township_of(user: Any, area: str) -> tuple[str, str]:
    """Return the name of an area's township and the telephone number on duty, "" where none is set."""
    rows = Division.objects.visible_to(user).in_area(area[:TOWNSHIP_DIGITS])
    found = rows.filter(level=Division.Level.TOWNSHIP).values_list("name", "phone").first()
    return found or ("", "")


def people_of(household: Household, on: date) -> list[Member]:
    """Return who belongs to a household, each with `years` and `insured` as they stand on the day."""
    people = list(household.members.active().for_page())
    for person in people:
        person.years, person.insured = person.age(on), is_insured(person)
    return people


def show_form(request: HttpRequest, procedure: Procedure, name: str) -> HttpResponse:
    """Answer one of the FORMS of a procedure; looking at it is recorded as looking at the household's papers."""
    if name not in FORMS:
        raise Http404
    household, on = procedure.household, timezone.localdate()
    income = household.incomes.order_by("-year").first()
    line = MonitoringLine.objects.visible_to(request.user).valid_on(on).first()
    is_elimination = procedure.kind == Procedure.Kind.ELIMINATION
    risks = procedure.risks or (procedure.episode.risks if procedure.episode else [])
    audit.record(
        AccessLog.Action.VIEW,
        by=request.user,
        area=procedure.area,
        target=f"农户 {household.code} 的{FORMS[name]}",
        request=request,
    )
    context = {
        "title": f"{household.head_name} {FORMS[name]}",
        "back": reverse("admin:monitoring_procedure_change", args=[procedure.pk]),
        "procedure": procedure,
        "household": household,
        "people": people_of(household, on),
        "township": township_of(request.user, household.area)[0],
        "income": income,
        "per_capita": income.per_capita_net_yuan if income else None,
        "line": line.amount_yuan if line else None,
        "risks": risk_words(risks),
        "exclusions": exclusions_on(on),
        "is_elimination": is_elimination,
        "blank_lines": BLANK_LINES,
    }
    return TemplateResponse(request, f"{FOLDER}{name}.html", context)


def show_notice(request: HttpRequest, kind: str, prefix: str) -> HttpResponse:
    """Answer the notices of a kind for the user's villages (or those under an area prefix), one sheet each."""
    if kind not in NOTICES:
        raise Http404
    on = timezone.localdate()
    rows = Procedure.objects.visible_to(request.user).in_area(prefix).of_kind(kind)
    procedures = (
        rows.filter(status__in=(Procedure.Status.REVIEWED, Procedure.Status.PUBLICISED))
        .select_related("household__village", "episode")
        .annotate(people_count=Count("household__members", Q(household__members__left_on__isnull=True)))
        .order_by("area", "publicity_from", "household__code")
    )
    notices = notices_of(procedures, on, deadlines_on(on).publicity_days)
    township, phone = township_of(request.user, notices[0].village.area) if notices else ("", "")
    context = {
        "title": NOTICES[Procedure.Kind(kind)],
        "back": reverse("admin:monitoring_procedure_changelist"),
        "notices": notices,
        "is_elimination": kind == Procedure.Kind.ELIMINATION,
        "township": township,
        "station_phone": phone,
        "place": Village.objects.visible_to(request.user).filter(area=prefix).first() if prefix else None,
    }
    return TemplateResponse(request, f"{FOLDER}notice.html", context)


def notices_of(procedures: Iterable[Any], on: date, days: int) -> list[Notice]:
    """Put the procedures of a village and a period on one sheet; what is not publicised yet is from today on."""
    sheets: dict[tuple[str, date, date], list[Any]] = defaultdict(list)
    for procedure in procedures:
        from_on = procedure.publicity_from or on
        to_on = procedure.publicity_to or from_on + timedelta(days=days)
        sheets[procedure.area, from_on, to_on].append(procedure)
    return [
        Notice(rows[0].household.village, from_on, to_on, [_line(row) for row in rows])
        for (_, from_on, to_on), rows in sheets.items()
    ]


def _line(procedure: Any) -> Line:
    episode = procedure.episode
    kind = procedure.get_monitored_kind_display() or (episode.get_kind_display() if episode else "")
    return Line(
        procedure.household.head_name, procedure.people_count, kind, procedure.get_elimination_mode_display()
    )


def form_links(procedure: Procedure) -> list[dict[str, str]]:
    """Return the papers of a procedure for its rail: label and address."""
    links = [
        {"label": title, "url": reverse("admin:monitoring_procedure_paper", args=[procedure.pk, name])}
        for name, title in FORMS.items()
        if not (name == "authorisation" and procedure.kind == Procedure.Kind.ELIMINATION)
    ]
    if procedure.status in (Procedure.Status.REVIEWED, Procedure.Status.PUBLICISED):
        notice = reverse("admin:monitoring_procedure_notice", args=[procedure.kind])
        links.append(
            {"label": NOTICES[Procedure.Kind(procedure.kind)], "url": f"{notice}?area={procedure.area}"}
        )
    return links
