"""What is done to one account by a button: new password, end of service, opening it again. Each asks once more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from households.access import Capability, access_of
from households.models import Account
from households.services import accounts
from township.base.crypto import ring

TEMPLATES = "admin/households/account"
# What a finished action has to say, by its key in the session.
PASSWORD, ENDED = "account.one_time_password", "account.end_of_service"


def reset_password(request: HttpRequest, object_id: UUID, model_admin: Any) -> HttpResponse:
    """POST gives a one-time password and shows it once."""

    def act(account: Account) -> HttpResponse:
        if account.pk == request.user.pk:
            # The new password would end this very session before it is shown.
            raise accounts.AccountRefused("自己的密码请用右上角的“修改密码”更改。")
        return show_password(request, account, accounts.reset_password(account, by=request.user))

    return _confirmed(
        request, object_id, model_admin, Capability.RESET_PASSWORDS, act,
        title="重置密码", button="重置密码",
        text="将生成一个一次性密码，只显示一次；此人已登录的手机和电脑都要重新登录，登录后须改成自己的密码。",
    )  # fmt: skip


def end_service(request: HttpRequest, object_id: UUID, model_admin: Any) -> HttpResponse:
    """POST ends the person's service and lists the households left without a monitor."""

    def act(account: Account) -> HttpResponse:
        end = accounts.end_service(account, on=timezone.localdate(), by=request.user)
        households = [{"code": row.code, "village": row.village.name} for row in end.households]
        _keep(request, ENDED, account, {"postings": end.postings, "households": households})
        return redirect("admin:households_account_ended", account.pk)

    return _confirmed(
        request, object_id, model_admin, Capability.MANAGE_ACCOUNTS, act,
        title="停用账号", button="停用",
        text="此人将不能登录，任职和包户从今天起终止；之后会列出需要另行指定监测员的农户。",
    )  # fmt: skip


def ended(request: HttpRequest, object_id: UUID, model_admin: Any) -> HttpResponse:
    """Show what ended with a person's service; the list stays until this person ends another one's."""
    account = _account_or_404(request, object_id, Capability.MANAGE_ACCOUNTS)
    kept = _kept(request, ENDED, account)
    if kept is None:
        messages.info(request, "停用的结果已不在本次登录中。没有监测员的农户请到农户列表按“无监测员”筛选。")
        return redirect("admin:households_account_change", account.pk)
    return _page(request, model_admin, account, "ended", title="已停用", ended=kept)


def enable(request: HttpRequest, object_id: UUID, model_admin: Any) -> HttpResponse:
    """POST opens a disabled account again."""

    def act(account: Account) -> HttpResponse:
        accounts.enable(account, by=request.user)
        messages.success(request, f"{account.name}的账号已重新启用，请增加任职。")
        return redirect("admin:households_account_change", account.pk)

    return _confirmed(
        request, object_id, model_admin, Capability.MANAGE_ACCOUNTS, act,
        title="重新启用", button="重新启用", text="此人可以重新登录；原来的任职不会恢复，需要重新增加。",
    )  # fmt: skip


def show_password(request: HttpRequest, account: Account, password: str) -> HttpResponse:
    """Send to the page that shows the one-time password; until then it waits, encrypted, in the user's session."""
    _keep(request, PASSWORD, account, ring().encrypt(password, PASSWORD))
    return redirect("admin:households_account_password", account.pk)


def password(request: HttpRequest, object_id: UUID, model_admin: Any) -> HttpResponse:
    """Show the one-time password of an account once; a second look says how to get another one."""
    account = _account_or_404(request, object_id, Capability.RESET_PASSWORDS)
    kept = _kept(request, PASSWORD, account)
    if kept is None:
        messages.info(request, "一次性密码只显示一次，已不能再看。没有记下的，请重置密码。")
        return redirect("admin:households_account_change", account.pk)
    del request.session[PASSWORD]
    shown = ring().decrypt(kept, PASSWORD)
    return _page(request, model_admin, account, "password", title="一次性密码", password=shown)


def _keep(request: HttpRequest, name: str, account: Account, value: Any) -> None:
    """A page that answers a POST would post again when it is reloaded, so what it says waits for the next one."""
    request.session[name] = {"account": str(account.pk), "value": value}


def _kept(request: HttpRequest, name: str, account: Account) -> Any:
    kept = request.session.get(name)
    return kept["value"] if kept is not None and kept["account"] == str(account.pk) else None


def _account_or_404(request: HttpRequest, pk: UUID, capability: Capability) -> Account:
    account = get_object_or_404(Account.objects.visible_to(request.user), pk=pk)
    access_of(request.user).demand(capability)
    return account


def _confirmed(
    request: HttpRequest,
    object_id: UUID,
    model_admin: Any,
    capability: Capability,
    act: Callable[[Account], HttpResponse],
    **context: Any,
) -> HttpResponse:
    account = _account_or_404(request, object_id, capability)
    if request.method != "POST":
        return _page(request, model_admin, account, "confirm", **context)
    try:
        return act(account)
    except accounts.AccountRefused as refused:
        messages.error(request, str(refused))
        return redirect("admin:households_account_change", account.pk)


def _page(
    request: HttpRequest, model_admin: Any, account: Account, template: str, **context: Any
) -> HttpResponse:
    return TemplateResponse(
        request,
        f"{TEMPLATES}/{template}.html",
        {
            **model_admin.admin_site.each_context(request),
            "opts": Account._meta,
            "account": account,
            **context,
        },
    )
