"""帮扶明白卡: what a monitored household keeps at home, with who helps and what it receives."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from households import audit
from households.choices import Dibao, Tekun
from households.models import AccessLog, Member
from monitoring.admin.clues import risk_words
from monitoring.admin.procedures.papers import FOLDER, people_of, township_of
from monitoring.models import MonitoringEpisode
from monitoring.services.help import measures_of

TITLE = "帮扶明白卡"


def show_help_card(request: HttpRequest, episode: MonitoringEpisode) -> HttpResponse:
    """Answer the card of an episode's household; whoever prints it may see the household, and it is recorded."""
    household, on = episode.household, timezone.localdate()
    people = people_of(household, on)
    monitors = household.monitor_assignments.valid_on(on).select_related("monitor").order_by("-valid_from")
    monitor = monitors.first()
    township, phone = township_of(request.user, household.area)
    audit.record(
        AccessLog.Action.VIEW,
        by=request.user,
        area=episode.area,
        target=f"农户 {household.code} 的{TITLE}",
        request=request,
    )
    context = {
        "title": f"{household.head_name} {TITLE}",
        "back": reverse("admin:monitoring_monitoringepisode_change", args=[episode.pk]),
        "episode": episode,
        "household": household,
        "people": people,
        "risks": risk_words(episode.risks),
        "helper": household.helper_assignments.valid_on(on).order_by("-valid_from").first(),
        "monitor": monitor.monitor if monitor else None,
        "measures": [row for row in measures_of(episode) if row.ended_on is None or row.ended_on >= on],
        "policies": policies_of(people),
        "township": township,
        "station_phone": phone,
        "on": on,
    }
    return TemplateResponse(request, f"{FOLDER}help_card.html", context)


def policies_of(people: list[Member]) -> list[dict[str, Any]]:
    """Return the policies that the register knows of a family's members: name and who receives it."""
    found: dict[str, list[str]] = defaultdict(list)
    for person in people:
        for name in _policies(person):
            found[name].append(person.name)
    return [{"name": name, "people": names} for name, names in found.items()]


def _policies(person: Member) -> list[str]:
    facts = [
        ("低保", person.dibao not in ("", Dibao.NONE)),
        ("特困供养", person.tekun not in ("", Tekun.NONE)),
        (f"公益岗位（{person.post}）", bool(person.post)),
        ("城乡居民基本医疗保险", bool(person.has_resident_medical)),
        ("城乡居民基本养老保险", bool(person.has_resident_pension)),
        ("慢病证", bool(person.has_chronic_card)),
        ("家庭医生签约", bool(person.has_doctor_contract)),
    ]
    return [name for name, receives in facts if receives]
