"""What can be done to a solar batch: filling it while it is drafted, and the steps of its workflow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from households.access import Capability, access_of
from households.models import SolarBatch
from households.services import solar
from households.services.fact_writes import FactsRefused
from households.services.solar_shares import ShareInput, add_post_lines, add_relief_lines, add_share
from households.workflows.solar import APPROVE, DECIDE, RECORD, REVIEW, SEND_BACK, SOLAR, TAKE_BACK
from monitoring.admin.pages import RowAction
from monitoring.admin.village_income.forms import (
    ChangedBatchForm,
    DayForm,
    PostsForm,
    RecordForm,
    ReliefForm,
    SendBackForm,
    ShareForm,
    TakeBackForm,
)
from monitoring.admin.village_income.given import given
from township.base.workflow import TransitionRefused

FORWARD, BACKWARD = (DECIDE, REVIEW, APPROVE, RECORD), (TAKE_BACK, SEND_BACK)
DONE = {DECIDE: "村委会议定", REVIEW: "村级评议", APPROVE: "乡镇审核", RECORD: "县级备案"}
OTHERS = {
    DECIDE: "待村里登记村委会议定", REVIEW: "待村里登记村级评议", APPROVE: "待乡镇工作站审核",
    RECORD: "待县级备案登记",
}  # fmt: skip
OWN_STEP = "本批次的村级步骤由您登记，待其他工作站人员审核。"
REFUSALS = (FactsRefused, TransitionRefused)
Run = Callable[[SolarBatch, dict[str, Any], dict[str, Any]], str]


def next_step(batch: SolarBatch) -> str:
    """Return the action that leads the batch forward; "" once it is recorded."""
    return next((action for action in FORWARD if batch.status in SOLAR.by_action[action].sources), "")


def waiting_told(batch: SolarBatch, user: Any) -> str:
    """Return for whom the batch waits where the next step is not this user's; "" where it is, or none is left."""
    action = next_step(batch)
    if not action or action in {step.action for step in solar.available(batch, user)}:
        return ""
    holds = Capability(SOLAR.by_action[action].capability) in access_of(user).capabilities(batch.area)
    return OWN_STEP if holds else f"下一步{OTHERS[action]}。"


def _told(action: str, batch: SolarBatch, user: Any) -> str:
    """Say which step is done and what is next, and for whom it waits."""
    batch.refresh_from_db()
    following = next_step(batch)
    waiting = waiting_told(batch, user) or f"下一步：{SOLAR.by_action[following].label}。"
    return f"{DONE[action]}已登记。{waiting}"


def _drafted(batches: Any, on: date) -> Any:
    return batches.filter(status=SolarBatch.Status.DRAFTED)


def _change(batches: Any, data: dict[str, Any], user: Any, on: date) -> str:
    wanted = given(solar.BatchInput, data)
    solar.change_batch(batches.get(), wanted, by=user, on=on, reason=data["reason"])
    return "批次已更正。"


def _share(batches: Any, data: dict[str, Any], user: Any, on: date) -> str:
    share = add_share(batches.get(), given(ShareInput, data), by=user)
    return f"已登记 {share.get_purpose_display()} {share.amount_yuan:,.2f} 元。"


def _relief(batches: Any, data: dict[str, Any], user: Any, on: date) -> str:
    found = add_relief_lines(batches.get(), data["amount_yuan"], by=user, on=on)
    return f"已生成 {found.made} 户救助明细" + (
        f"，{found.already} 户原有明细不变。" if found.already else "。"
    )


def _posts(batches: Any, data: dict[str, Any], user: Any, on: date) -> str:
    found = add_post_lines(batches.get(), data["months"], by=user, on=on)
    parts = [f"已生成 {found.made} 个岗位的工资明细"]
    if found.already:
        parts.append(f"{found.already} 个岗位的人员原有明细不变")
    if found.without_pay:
        parts.append(f"{found.without_pay} 个岗位没有登记月工资，未生成")
    return "，".join(parts) + "。"


def _recorded(batch: SolarBatch, data: dict[str, Any], who: dict[str, Any]) -> str:
    found = solar.record(batch, recorded_on=data["day"], document=data["document"], **who)
    told = f"县级备案已登记，本批次办理完毕，{found.written + found.added} 户的光伏特困救助已记入惠民待遇"
    return told + (f"，{found.already} 户此前已登记，没有重复记入。" if found.already else "。")


def _done(action: str, call: Callable[..., None], field: str) -> Run:
    """A step whose service takes the day of the form."""

    def run(batch: SolarBatch, data: dict[str, Any], who: dict[str, Any]) -> str:
        call(batch, **{field: data["day"]}, **who)
        return _told(action, batch, who["by"])

    return run


def _returned(call: Callable[..., None]) -> Run:
    """A step back, with its reason."""

    def run(batch: SolarBatch, data: dict[str, Any], who: dict[str, Any]) -> str:
        call(batch, data["reason"], by=who["by"], at=who["at"])
        return "已退回拟定，明细可以修改。改好后下一步：登记村委会议定。"

    return run


STEPS: dict[str, tuple[type[forms.Form], Run]] = {
    DECIDE: (DayForm, _done(DECIDE, solar.decide, "decided_on")),
    REVIEW: (DayForm, _done(REVIEW, solar.review, "reviewed_on")),
    APPROVE: (DayForm, _done(APPROVE, solar.approve, "approved_on")),
    RECORD: (RecordForm, _recorded),
    TAKE_BACK: (TakeBackForm, _returned(solar.take_back)),
    SEND_BACK: (SendBackForm, _returned(solar.send_back)),
}


def _step(action: str) -> RowAction:
    step, (form, run) = SOLAR.by_action[action], STEPS[action]

    def take(batches: Any, data: dict[str, Any], user: Any, on: date) -> str:
        return run(batches.get(), data, {"by": user, "on": on, "at": timezone.now()})

    def offered(batches: Any, on: date) -> Any:
        return batches.filter(status__in=step.sources)

    def by_others(batches: Any, user: Any) -> Any:
        return batches.filter(pk__in=[one.pk for one in batches if not solar.took_village_step(one, user)])

    return RowAction(
        name=action.replace("_", "-"),
        label=step.label,
        capability=Capability(step.capability),
        form=form,
        run=take,
        unit="个批次",
        offered=offered,
        not_offered="本批次现在不在这一步，可能已由他人办理",
        permitted=by_others if action == APPROVE else None,
        not_permitted="本批次的村级步骤由您登记，须由工作站的其他人员审核",
        refusals=REFUSALS,
        is_aside=action in (TAKE_BACK, SEND_BACK),
        in_bulk=False,
    )


def _filling(name: str, label: str, form: type[forms.Form], run: Any, *, is_aside: bool = False) -> RowAction:
    return RowAction(
        name=name, label=label, capability=Capability.RECORD_PROCEDURE, form=form, run=run, unit="个批次",
        offered=_drafted, not_offered="本批次已经议定，明细已固定，要修改请先撤回",
        refusals=REFUSALS, is_aside=is_aside, in_bulk=False,
    )  # fmt: skip


ACTIONS = (
    *(_step(action) for action in FORWARD),
    _filling("share", "登记明细", ShareForm, _share),
    _filling("relief", "按无劳动能力户生成救助明细", ReliefForm, _relief),
    _filling("posts", "按公益岗位生成", PostsForm, _posts),
    _filling("edit", "更正批次", ChangedBatchForm, _change, is_aside=True),
    *(_step(action) for action in BACKWARD),
)
