"""发起识别, 发起消除, 回退: the forms that begin something for a household, and the buttons that lead there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from households.access import Capability, access_of
from households.admin.form_page import household_or_404, page_address
from households.choices import ClueSource, Risk
from households.models import Household
from monitoring.admin.conflicts import conflicts_told
from monitoring.admin.forms import REASON_LENGTH
from monitoring.admin.procedures.acting import step_page
from monitoring.admin.procedures.conditions import Conditions, conditions_for
from monitoring.episode_sections import ELIMINATION, IDENTIFICATION, ROLLBACK, ways_open
from monitoring.models import MonitoringEpisode
from monitoring.services import elimination, episodes, identification
from monitoring.services.procedures import OPENING
from monitoring.services.refusals import Refused
from monitoring.services.register_mirror import latest_of
from township.base.workflow import TransitionRefused

REASON_ROWS = 3


def _reason(label: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": REASON_ROWS, "cols": 60}),
        help_text=help_text,
    )


class IdentificationForm(forms.Form):
    source = forms.ChoiceField(label="线索来源", choices=ClueSource.choices, initial=ClueSource.VISIT)
    reason = _reason("立案事由", "从哪里发现、有什么困难")
    risks = forms.MultipleChoiceField(
        label="可能的风险", required=False, choices=Risk.choices, widget=forms.CheckboxSelectMultiple
    )


class EliminationForm(forms.Form):
    mode = forms.ChoiceField(label="风险消除方式")
    reason = _reason("消除事由", "自然消除的写明死亡、迁出、婚嫁等情况")

    def __init__(self, *args: Any, ready: list[Conditions], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mode"].choices = [(one.mode.value, one.label) for one in ready]  # type: ignore[attr-defined]


class RollbackForm(forms.Form):
    reason = _reason("回退原因", "原认定有误，或原来的风险又出现；出现新的风险请重新识别")


@dataclass(frozen=True)
class Begin:
    """What is begun: its words, whoever may, and the page that asks for it."""

    title: str
    rights: tuple[Capability, ...]
    page: Callable[..., HttpResponse]


def begin(model_admin: Any, request: HttpRequest, pk: UUID, way: str) -> HttpResponse:
    """The page that begins something for a household: 404 outside the scope, 403 without the right.

    Where it is not possible now (monitored already, nothing to eliminate), the household's page says so.
    """
    wanted = BEGINNINGS.get(way)
    if wanted is None:
        raise Http404
    household = household_or_404(request, pk, Capability.SEE_HOUSEHOLDS)
    if access_of(request.user).capabilities(household.area).isdisjoint(wanted.rights):
        raise PermissionDenied(f"您没有{wanted.title}的权限，如需办理请联系镇防贫监测工作站。")
    if way not in ways_open(household):
        messages.warning(request, f"{household.head_name} 户现在不能{wanted.title}，请看下面的监测期和程序。")
        return redirect(page_address(household, "episodes"))
    return wanted.page(model_admin, request, household)


def _identify(model_admin: Any, request: HttpRequest, household: Household) -> HttpResponse:
    def run(form: forms.Form, on: date, at: Any) -> str:
        procedure = identification.open_case(household, **form.cleaned_data, by=request.user, on=on, at=at)
        return reverse("admin:monitoring_procedure_change", args=[procedure.pk])

    waiting = household.clues.waiting().count()
    note = f"这一户有 {waiting} 条线索待处理，从线索页立案可带入来源和风险。" if waiting else ""
    form = IdentificationForm(request.POST or None)
    return _answer(model_admin, request, household, form, run, title="发起识别", note=note)


def _eliminate(model_admin: Any, request: HttpRequest, household: Household) -> HttpResponse:
    episode = episodes.current(household)
    if episode is None:  # the register and the episodes differ for a moment: somebody was faster
        return redirect(page_address(household, "episodes"))

    def run(form: forms.Form, on: date, at: Any) -> str:
        procedure = elimination.open_case(episode, **form.cleaned_data, by=request.user, on=on, at=at)
        return reverse("admin:monitoring_procedure_change", args=[procedure.pk])

    conditions = conditions_for(episode, timezone.localdate())
    ready = [one for one in conditions if not one.unmet]
    form = EliminationForm(request.POST or None, ready=ready) if ready else None
    if form is None and request.method == "POST":
        messages.warning(request, "消除条件尚未满足，没有立案。")
    return _answer(model_admin, request, household, form, run, title="发起消除", conditions=conditions)


def _roll_back(model_admin: Any, request: HttpRequest, household: Household) -> HttpResponse:
    episode = latest_of(household)
    if episode is None:
        return redirect(page_address(household, "episodes"))

    def run(form: forms.Form, on: date, at: Any) -> str:
        episodes.roll_back(episode, reason=form.cleaned_data["reason"], on=on, by=request.user, at=at)
        return reverse("admin:monitoring_monitoringepisode_change", args=[episode.pk])

    note = "回退后重新监测，监测等级调为重点监测，并按重点监测安排走访。"
    form = RollbackForm(request.POST or None)
    return _answer(model_admin, request, household, form, run, title="回退", note=note, is_danger=True)


def _answer(
    model_admin: Any,
    request: HttpRequest,
    household: Household,
    form: forms.Form | None,
    run: Callable[[forms.Form, date, Any], str],
    *,
    title: str,
    **context: Any,
) -> HttpResponse:
    if form is not None and request.method == "POST" and form.is_valid():
        try:
            with conflicts_told():
                address = run(form, timezone.localdate(), timezone.now())
        except Refused as refused:
            for name, message in refused.problems:
                form.add_error(name if name in form.fields else None, message)
        except TransitionRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{household.head_name} 户：已{title}。")
            return redirect(address)
    return step_page(
        model_admin, request, form, title=title, back=page_address(household, "episodes"),
        about=f"{household.head_name} 户", **context,
    )  # fmt: skip


BEGINNINGS = {
    IDENTIFICATION: Begin("发起识别", OPENING, _identify),
    ELIMINATION: Begin("发起消除", OPENING, _eliminate),
    ROLLBACK: Begin("回退", (Capability.DECIDE_WARNING,), _roll_back),
}


def episode_buttons(episode: MonitoringEpisode, user: Any) -> list[dict[str, Any]]:
    """Return the buttons of an episode's page: what may be begun for its household now, and its card."""
    held = access_of(user).capabilities(episode.area)
    buttons = [
        {"label": one.title, "url": way_url(episode.household, way), "is_danger": way == ROLLBACK}
        for way, one in BEGINNINGS.items()
        if way != IDENTIFICATION and held.intersection(one.rights) and way in ways_open(episode.household)
    ]
    card = reverse("admin:monitoring_monitoringepisode_card", args=[episode.pk])
    return [*buttons, {"label": "帮扶明白卡", "url": card, "is_danger": False}]


def way_url(household: Household, way: str) -> str:
    """Return the address of the page that begins something for a household."""
    return reverse("admin:monitoring_procedure_begin", args=[household.pk, way])
