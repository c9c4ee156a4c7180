"""政策试算: another line, standard or limit, and who would enter and leave, before it is saved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from households.access import Capability, access_of
from households.benefit_kinds import PaidPer
from households.choices import Tier
from households.models import Division, Household, Member, Village
from households.village_switch import current_village
from monitoring.admin.badges import household_link
from monitoring.admin.findings.looks import level_badge
from monitoring.admin.findings.whatif_forms import FORMS, TrialForm
from monitoring.rules.findings import RULES
from monitoring.services.whatif import Crossing, Move, Trial, what_if

LISTED = 200
TOWNSHIP_DIGITS = 9
HOLDERS = (Capability.EDIT_FACTS, Capability.MANAGE_SETTINGS)


def may_try(user: Any) -> bool:
    """Whether a person may try other rules: who keeps the facts, and who keeps the settings."""
    return any(access_of(user).can(capability) for capability in HOLDERS)


def whatif_page(admin: Any, request: HttpRequest) -> HttpResponse:
    """The form of ?what= (line, standard, limit); with ?try= also what would come of it. Nothing is written."""
    access, on = access_of(request.user), timezone.localdate()
    if not may_try(request.user):
        access.demand(Capability.EDIT_FACTS)
    what = request.GET.get("what", "")
    what = what if what in FORMS else "line"
    is_tried = "try" in request.GET
    form = FORMS[what][1](request.GET if is_tried else None, initial=dict(request.GET.items()), on=on)
    townships, village = _townships(request), current_village(request)
    chosen = request.GET.get("township", "")
    township = chosen if chosen in dict(townships) else next(iter(dict(townships)), "")
    area = village or township[:TOWNSHIP_DIGITS]
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.model._meta,
        "title": "政策试算",
        "on": on,
        "tabs": [(label, f"?{urlencode({'what': key})}", key == what) for key, (label, _) in FORMS.items()],
        "what": what,
        "form": form,
        "townships": townships if len(townships) > 1 and not village else [],
        "township": township,
    }
    if is_tried and area and form.is_valid():
        context |= _result(request, what, form, what_if(area, form.change(), on=on))
    return TemplateResponse(request, "admin/monitoring/finding/whatif.html", context)


def _townships(request: HttpRequest) -> list[tuple[str, str]]:
    access = access_of(request.user)
    rows = Division.objects.visible_to(request.user).filter(level=Division.Level.TOWNSHIP)
    return [
        (area, name)
        for area, name in rows.order_by("area").values_list("area", "name")
        if any(access.can(capability, area) for capability in HOLDERS)
    ]


def _result(request: HttpRequest, what: str, form: TrialForm, trial: Trial) -> dict[str, Any]:
    access = access_of(request.user)
    sees = access.can(Capability.SEE_HOUSEHOLDS)
    homes, people = _named(request, trial) if sees else ({}, {})
    return {
        "trial": trial,
        "told": form.told(),
        "by_rule": _by_rule(trial),
        "by_village": _by_village(request, trial, what),
        "sees": sees,
        "listed": LISTED,
        "moves": [
            _list("新出现的疑点", trial.enters, lambda move: _move(move, homes, people)),
            _list("不再出现的疑点", trial.leaves, lambda move: _move(move, homes, people)),
        ],
        "crossings": [
            _list("新低于监测线的农户", trial.below, lambda one: _crossing(one, homes)),
            _list("不再低于监测线的农户", trial.above, lambda one: _crossing(one, homes)),
        ],
        "tiers": [
            (Tier(now).label, Tier(then).label, count)
            for (now, then), count in sorted((trial.tiers or {}).items())
        ],
        "per": PaidPer(trial.cost.per).label if trial.cost else "",
        "add_url": form.add_url() if access.can(Capability.MANAGE_SETTINGS) else "",
    }


def _list(title: str, rows: list[Any], shown: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    first = [shown(row) for row in rows[:LISTED]]
    return {"title": title, "count": len(rows), "rows": first, "more": len(rows) - len(first)}


def _by_rule(trial: Trial) -> list[dict[str, Any]]:
    return [
        {
            "rule": rule,
            "level": level_badge(rule.level),
            "enters": _counts(move for move in trial.enters if move.rule == rule.code),
            "leaves": _counts(move for move in trial.leaves if move.rule == rule.code),
        }
        for rule in trial.rules
    ]


def _counts(moves: Iterable[Move]) -> dict[str, int]:
    """条, and the 户 and 人 (where a finding is about a person) behind them."""
    rows = list(moves)
    return {
        "findings": len(rows),
        "households": len({row.household for row in rows}),
        "people": len({row.member for row in rows if row.member is not None}),
    }


def _by_village(request: HttpRequest, trial: Trial, what: str) -> list[dict[str, Any]]:
    columns = ("enters", "leaves", "below", "above") if what == "line" else ("enters", "leaves")
    found: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(columns, 0))
    for name in columns:
        for row in getattr(trial, name):
            found[row.area][name] += 1
    names = dict(Village.objects.visible_to(request.user).values_list("area", "name"))
    return [
        {"name": names.get(area, area), "cells": [found[area][name] for name in columns]}
        for area in sorted(found)
    ]


def _named(request: HttpRequest, trial: Trial) -> tuple[dict[Any, Household], dict[Any, str]]:
    """The households and names behind what is listed, in two queries."""
    moves = [*trial.enters[:LISTED], *trial.leaves[:LISTED]]
    crossings = [*trial.below[:LISTED], *trial.above[:LISTED]]
    keys = {row.household for row in moves} | {row.household for row in crossings}
    households = Household.objects.visible_to(request.user).filter(pk__in=keys).select_related("village")
    members = Member.objects.visible_to(request.user).filter(
        pk__in={row.member for row in moves if row.member}
    )
    return {home.pk: home for home in households}, dict(members.values_list("pk", "name"))


def _place(household: Household | None) -> dict[str, Any]:
    if household is None:
        return {"village": "", "household": ""}
    return {"village": household.village.name, "household": household_link(household)}


def _move(move: Move, homes: dict[Any, Household], people: dict[Any, str]) -> dict[str, Any]:
    rule = RULES[move.rule]
    return {
        **_place(homes.get(move.household)), "person": people.get(move.member, ""),
        "rule": f"{rule.code} {rule.title}", "text": move.text,
    }  # fmt: skip


def _crossing(one: Crossing, homes: dict[Any, Household]) -> dict[str, Any]:
    return {**_place(homes.get(one.household)), "income": one.income_yuan}


def trial_url(what: str, **given: Any) -> str:
    """Return the address of the page with a form filled in, not yet tried."""
    fields = {name: value for name, value in given.items() if value not in (None, "")}
    return f"{reverse('admin:monitoring_finding_whatif')}?{urlencode({'what': what, **fields})}"
