"""The steps of a warning as actions of the pages: one table for the bulk bar, the buttons and their forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.html import format_html

from households.access import Capability
from monitoring.admin.filters import NO_MONITOR
from monitoring.admin.pages import RowAction
from monitoring.admin.warnings.board import cases_url
from monitoring.admin.warnings.bulk import told_of_left
from monitoring.admin.warnings.forms import (
    AS_PROPOSED,
    AssignForm,
    DecideAllForm,
    DecideForm,
    FinishForm,
    FollowUpForm,
    ReassignForm,
    ReplyForm,
    SendBackForm,
    WhyForm,
)
from monitoring.admin.warnings.person import CONFIRM_PERSON
from monitoring.choices import WarningResult
from monitoring.models import WarningCase
from monitoring.people import monitor_label
from monitoring.services.refusals import Refused
from monitoring.services.warning_assign import assign, reassign, release
from monitoring.services.warning_decide import (
    decide,
    decide_all,
    finish,
    follow_up,
    reply,
    send_back,
    withdraw,
)
from monitoring.warning_hands import not_verified_by
from monitoring.workflows import warning as steps
from monitoring.workflows.warning import WARNING
from township.base.workflow import TransitionRefused

Run = Callable[[Any, dict[str, Any], Any, date], str]
# Whoever agrees with many proposals has read them: as many as a page of the list holds.
PROPOSALS_SHOWN = 100
VERIFIED_BY_HIMSELF = "由您核查或代录，须由其他人认定"


@dataclass(frozen=True, kw_only=True)
class StepAction(RowAction):
    """An action that takes steps of the workflow; it is offered where one of them is."""

    steps: frozenset[str]


def _step(name: str, label: str, *taken: str, form: type[forms.Form], run: Run, **more: Any) -> StepAction:
    sources = frozenset().union(*(WARNING.by_action[step].sources for step in taken))

    def offered(rows: models.QuerySet, on: date) -> models.QuerySet:
        return rows.filter(status__in=sources)

    return StepAction(
        name=name, label=label, capability=Capability(WARNING.by_action[taken[0]].capability), form=form, run=run,
        unit="件预警", offered=offered, not_offered="不在这一步", refusals=(Refused, TransitionRefused),
        steps=frozenset(taken), **more,
    )  # fmt: skip


def _assign(cases: Any, data: dict[str, Any], user: Any, on: date) -> str:
    done = assign(cases, by=user, on=on, at=timezone.now(), monitor=data["monitor"], due_on=data["due_on"])
    told = f"已派发 {done.assigned} 件预警。"
    if not done.without_monitor:
        return told
    # A link to those that nobody could be sent to.
    return format_html(
        '{}另有 {} 件所在的户没有监测员或不在册，仍然待派发：<a href="{}">查看这些预警</a>，指定一人派发或代录核查。',
        told, done.without_monitor, cases_url(state=WarningCase.Status.RECEIVED.value, monitor=NO_MONITOR),
    )  # fmt: skip


def _reassign(cases: Any, data: dict[str, Any], user: Any, on: date) -> str:
    count = reassign(cases, monitor=data["monitor"], by=user, on=on, at=timezone.now(), reason=data["reason"])
    return f"已把 {count} 件预警改派给 {monitor_label(data['monitor'])}，核查时限不变。"


def _release(cases: Any, data: dict[str, Any], user: Any, on: date) -> str:
    return f"已收回 {release(cases, by=user, on=on, at=timezone.now(), reason=data['reason'])} 件预警，待重新派发。"


def _send_back(cases: Any, data: dict[str, Any], user: Any, on: date) -> str:
    case = cases.get()
    send_back(case, by=user, on=on, at=timezone.now(), **data)
    return f"预警 {case.code} 已退回补核，由 {case.monitor.name} 在 {case.due_on:%Y-%m-%d} 前核查。"


def _decide(cases: Any, data: dict[str, Any], user: Any, on: date) -> str:
    case = cases.get()
    decide(case, by=user, on=on, at=timezone.now(), **data)
    follows = f"，{case.follow_on:%Y-%m-%d} 跟踪" if case.follow_on else ""
    return f"预警 {case.code} 已认定：{WarningResult(case.result).label}{follows}。"


def _decide_all(cases: Any, data: dict[str, Any], user: Any, on: date) -> str:
    result = "" if data["result"] == AS_PROPOSED else data["result"]
    done = decide_all(
        cases, result=result, reason=data["reason"], words=data["words"], by=user, on=on, at=timezone.now()
    )
    waiting = WarningCase.Status.VERIFIED
    left = told_of_left(cases.filter(status=waiting), result, user, cases_url(state=waiting.value))
    return format_html("已认定 {} 件预警。{}", done.decided, left)


def _withdraw(cases: Any, data: dict[str, Any], user: Any, on: date) -> str:
    case = cases.get()
    withdraw(case, reason=data["reason"], by=user, on=on, at=timezone.now())
    return f"预警 {case.code} 的认定已撤回，待重新研判。"


def _follow_up(cases: Any, data: dict[str, Any], user: Any, on: date) -> str:
    case = cases.get()
    follow_up(case, note=data["note"], follow_on=data["follow_on"], by=user, on=on, at=timezone.now())
    return f"已登记预警 {case.code} 的跟踪情况，{case.follow_on:%Y-%m-%d} 再跟踪。"


def _finish(cases: Any, data: dict[str, Any], user: Any, on: date) -> str:
    case = cases.get()
    finish(case, note=data["note"], by=user, on=on, at=timezone.now())
    return f"预警 {case.code} 已结束跟踪，{case.get_status_display()}。"


def _reply(cases: Any, data: dict[str, Any], user: Any, on: date) -> str:
    return f"已登记 {reply(cases, by=user, on=on, at=timezone.now())} 件预警反馈县级，日期 {on}。"


DECIDE = _step(
    "decide", "研判认定", steps.DECIDE, steps.DECIDE_FOLLOW, form=DecideForm, run=_decide, in_bulk=False,
    permitted=not_verified_by, not_permitted=VERIFIED_BY_HIMSELF,
)  # fmt: skip
DECIDE_ALL = _step(
    "decide-all", "批量认定", steps.DECIDE, form=DecideAllForm, run=_decide_all, rows_named=PROPOSALS_SHOWN,
    permitted=not_verified_by, not_permitted=VERIFIED_BY_HIMSELF,
)  # fmt: skip
# In the order of the work.
CASE_ACTIONS: tuple[RowAction, ...] = (
    CONFIRM_PERSON,
    _step("assign", "派发核查", steps.ASSIGN, form=AssignForm, run=_assign),
    DECIDE,
    _step(
        "send-back", "退回补核", steps.SEND_BACK, form=SendBackForm, run=_send_back, in_bulk=False, is_aside=True
    ),
    DECIDE_ALL,
    _step("follow-up", "登记跟踪", steps.FOLLOW_UP, form=FollowUpForm, run=_follow_up, in_bulk=False),
    _step("finish", "结束跟踪", steps.FINISH, steps.FINISH_REPLIED, form=FinishForm, run=_finish, in_bulk=False),
    _step("reply", "反馈县级", steps.REPLY, steps.REPLY_FOLLOWING, form=ReplyForm, run=_reply),
    _step("reassign", "改派", steps.REASSIGN, form=ReassignForm, run=_reassign, is_aside=True),
    _step("release", "收回待派发", steps.RELEASE, form=WhyForm, run=_release, is_aside=True),
    _step("withdraw", "撤回认定", steps.WITHDRAW, form=WhyForm, run=_withdraw, in_bulk=False, is_danger=True),
)  # fmt: skip
