"""措施未对应风险: the monitored households whose measures leave a risk open, or that have no plan in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from households.access import Capability, access_of
from households.village_switch import current_village
from monitoring.admin.badges import household_link, state_badge
from monitoring.admin.clues import risk_words
from monitoring.admin.warnings.clock import LOOKS, clock_words
from monitoring.models import MonitoringEpisode
from monitoring.rules.help import Gap
from monitoring.services.help import Help, help_in
from monitoring.warning_clock import LATE, colour_of

ROWS_PER_PAGE = 50
NO_PLAN, LATE_ONES = "no_plan", "late"
CHIPS = (("", "全部"), (NO_PLAN, "还没有措施"), (LATE_ONES, "超期"))
Found = tuple[MonitoringEpisode, Help]


def gaps_page(admin: Any, request: HttpRequest) -> HttpResponse:
    """The households of ?show=: all with gaps, those without any measure, those past the day of the plan."""
    access_of(request.user).demand(Capability.SEE_HOUSEHOLDS)
    on = timezone.localdate()
    found = _found(request, on)
    shown = request.GET.get("show", "")
    rows = [row for row in found if _is_shown(row, shown, on)]
    page = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("p"))
    here = reverse("admin:monitoring_measure_gaps")
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.model._meta,
        "title": "措施未对应风险",
        "chips": [
            {
                "label": label,
                "url": f"{here}?show={value}" if value else here,
                "count": sum(_is_shown(row, value, on) for row in found),
                "is_current": value == shown,
            }
            for value, label in CHIPS
        ],
        "page": page,
        "rows": [_row(request, *row, on) for row in page],
        "earlier": _page_url(here, shown, page.previous_page_number()) if page.has_previous() else "",
        "later": _page_url(here, shown, page.next_page_number()) if page.has_next() else "",
        "on": on,
    }
    return TemplateResponse(request, "admin/monitoring/measure/gaps.html", context)


def _found(request: HttpRequest, on: date) -> list[Found]:
    """The open episodes in scope with gaps, the longest overdue first."""
    episodes = MonitoringEpisode.objects.visible_to(request.user).in_area(current_village(request)).open()
    ordered = episodes.select_related("household__village").order_by("area", "household__code")
    found = [(episode, help_) for episode, help_ in help_in(ordered, on) if help_.gaps]
    return sorted(found, key=lambda row: row[1].plan_due_on)


def _is_shown(row: Found, shown: str, on: date) -> bool:
    if shown == NO_PLAN:
        return not row[1].has_measures
    return shown != LATE_ONES or colour_of(row[1].plan_due_on, on) in LATE


def _row(request: HttpRequest, episode: MonitoringEpisode, help_: Help, on: date) -> dict[str, Any]:
    due = help_.plan_due_on
    household = episode.household
    may_add = access_of(request.user).can(Capability.EDIT_FACTS, episode.area)
    return {
        "household": household_link(household),
        "village": household.village.name,
        "kind": episode.get_kind_display(),
        "risks": risk_words(episode.risks),
        "gaps": list(_gaps(household.code, help_.gaps, may_add)),
        "due": due,
        "state": state_badge(
            LOOKS[colour_of(due, on)],
            " ".join(
                filter(None, ("措施不全" if help_.has_measures else "还没有措施", clock_words(due, on)))
            ),
        ),
    }


def _gaps(code: str, gaps: list[Gap], may_add: bool) -> Iterator[dict[str, str]]:
    for gap in gaps:
        query = {"household": code} | ({"measure_class": gap.classes[0]} if gap.classes else {})
        url = f"{reverse('admin:monitoring_measure_add')}?{urlencode(query)}" if may_add else ""
        yield {"text": gap.text, "url": url}


def _page_url(here: str, shown: str, number: int) -> str:
    return f"{here}?{urlencode({'show': shown, 'p': number} if shown else {'p': number})}"
