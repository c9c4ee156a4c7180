"""Pages that change the register, for the station: one form each, one service call each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from households import audit
from households.access import Capability
from households.admin.facts_forms import (
    HOUSEHOLD_GROUPS,
    KINDS_OF_CLOSING,
    KINDS_OF_LEAVING,
    MEMBER_GROUPS,
    REASON,
    DayAndReasonForm,
    HeadForm,
    HouseholdForm,
    MemberForm,
)
from households.admin.form_page import form_page, household_or_404, page_address, show_refusal
from households.models import AccessLog, Household, Member
from households.services import facts

PERSONAL = "证件号码、电话和住址在此页以完整内容显示，仅供更正登记使用。"


def edit(model_admin: Any, request: HttpRequest, object_id: UUID) -> HttpResponse:
    """Change the registered facts of a household."""
    household = household_or_404(request, object_id, Capability.EDIT_FACTS)
    _record_reveal(request, household, household)
    form = HouseholdForm(request.POST or None, instance=household)

    def save() -> str:
        changed = facts.change_facts(
            household, form.changes(), by=request.user, reason=form.cleaned_data["reason"],
            on=timezone.localdate(),
        )  # fmt: skip
        return f"已保存 {len(changed)} 项变更。" if changed else "没有变更。"

    return _page(model_admin, request, household, form, save, title="编辑户信息", groups=(*HOUSEHOLD_GROUPS, REASON),
                 note=PERSONAL)  # fmt: skip


def edit_member(model_admin: Any, request: HttpRequest, object_id: UUID, member_id: UUID) -> HttpResponse:
    """Change the registered facts of a person."""
    household = household_or_404(request, object_id, Capability.EDIT_FACTS)
    member = _member_or_404(request, household, member_id)
    _record_reveal(request, household, member)
    form = MemberForm(request.POST or None, instance=member)

    def save() -> str:
        changed = facts.change_facts(
            member,
            form.changes(),
            by=request.user,
            reason=form.cleaned_data["reason"],
            on=timezone.localdate(),
        )
        return f"已保存{member.name}的 {len(changed)} 项变更。" if changed else "没有变更。"

    return _page(model_admin, request, household, form, save, title=f"编辑成员 {member.name}",
                 groups=(*MEMBER_GROUPS, REASON), note=PERSONAL, section="members")  # fmt: skip


def add_member(model_admin: Any, request: HttpRequest, object_id: UUID) -> HttpResponse:
    """Register a person who came."""
    household = household_or_404(request, object_id, Capability.EDIT_FACTS)
    form = MemberForm(request.POST or None, instance=Member(household=household, area=household.area))

    def save() -> str:
        cleaned = form.cleaned_data
        values = {name: value for name, value in cleaned.items() if name != "reason"}
        member = facts.add_member(
            household, values, by=request.user, reason=cleaned["reason"], on=timezone.localdate()
        )
        return f"已增加成员{member.name}。"

    return _page(model_admin, request, household, form, save, title="增加成员", groups=(*MEMBER_GROUPS, REASON),
                 section="members")  # fmt: skip


def member_leaves(model_admin: Any, request: HttpRequest, object_id: UUID, member_id: UUID) -> HttpResponse:
    """Register that a person left."""
    household = household_or_404(request, object_id, Capability.EDIT_FACTS)
    member = _member_or_404(request, household, member_id)
    today = timezone.localdate()
    form = DayAndReasonForm(request.POST or None, kinds=KINDS_OF_LEAVING)

    def save() -> str:
        facts.leave(member, form.cleaned_data["on"], form.reason(), by=request.user, today=today)
        return f"已登记{member.name}减少。"

    return _page(model_admin, request, household, form, save, title=f"登记减少 {member.name}", section="members",
                 note="减少的成员保留在本户的历史中，不会删除。")  # fmt: skip


def change_head(model_admin: Any, request: HttpRequest, object_id: UUID) -> HttpResponse:
    """Make another member head of the household."""
    household = household_or_404(request, object_id, Capability.EDIT_FACTS)
    form = HeadForm(request.POST or None, household=household)

    def save() -> str:
        cleaned = form.cleaned_data
        facts.change_head(
            household, cleaned["head"], cleaned["former_relation"], by=request.user, reason=cleaned["reason"],
            on=timezone.localdate(),
        )  # fmt: skip
        return f"户主已更换为{cleaned['head'].name}。"

    return _page(model_admin, request, household, form, save, title="更换户主", section="members",
                 note="其他成员与新户主的关系，能推定的一并改好，其余的请随后核对、修改。")  # fmt: skip


def close(model_admin: Any, request: HttpRequest, object_id: UUID) -> HttpResponse:
    """Close a household that no longer exists."""
    household = household_or_404(request, object_id, Capability.EDIT_FACTS)
    today = timezone.localdate()
    form = DayAndReasonForm(request.POST or None, kinds=KINDS_OF_CLOSING)

    def save() -> str:
        facts.close(household, form.cleaned_data["on"], form.reason(), by=request.user, today=today)
        return "已销户。"

    return _page(model_admin, request, household, form, save, title="销户",
                 note="销户后不再安排走访，历史记录全部保留。并入另一户的，请办理合户。")  # fmt: skip


def _record_reveal(request: HttpRequest, household: Household, row: Household | Member) -> None:
    """A form to correct a number shows it in full, which is recorded as every other look at it."""
    if request.method == "GET":
        audit.record(
            AccessLog.Action.REVEAL, by=request.user, area=household.area, target=audit.named(row), request=request,
            field="编辑登记信息",
        )  # fmt: skip


def _member_or_404(request: HttpRequest, household: Household, pk: UUID) -> Member:
    member = Member.objects.visible_to(request.user).filter(pk=pk, household=household).first()
    if member is None:
        raise Http404
    return member


def _page(
    model_admin: Any,
    request: HttpRequest,
    household: Household,
    form: BaseForm,
    save: Callable[[], str],
    *,
    section: str = "",
    **page: Any,
) -> HttpResponse:
    """Save a valid form by its service and go back to the household; else show the form with what was refused."""
    if request.method == "POST" and form.is_valid():
        try:
            message = save()
        except facts.FactsRefused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, message)
            return redirect(page_address(household, section))
    return form_page(model_admin, request, household, form, **page)
