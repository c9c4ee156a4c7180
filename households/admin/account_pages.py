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

TEMPLATES = "admin/households/account"


def reset_password(request: HttpRequest, object_id: UUID, model_admin: Any) -> HttpResponse:
    """POST gives a one-time password and shows it once."""

    def act(account: Account) -> HttpResponse:
        return show_password(model_admin, request, account, accounts.reset_password(account, by=request.user))

    return _confirmed(
        request, object_id, model_admin, Capability.RESET_PASSWORDS, act,
        title="重置密码", button="重置密码",
        text="将生成一个一次性密码，只显示一次；此人已登录的手机和电脑都要重新登录，登录后须改成自己的密码。",
    )  # fmt: skip


def end_service(request: HttpRequest, object_id: UUID, model_admin: Any) -> HttpResponse:
    """POST ends the person's service and lists the households left without a monitor."""

    def act(account: Account) -> HttpResponse:
        ended = accounts.end_service(account, on=timezone.localdate(), by=request.user)
        return _page(request, model_admin, account, "ended", title="已停用", ended=ended)

    return _confirmed(
        request, object_id, model_admin, Capability.MANAGE_ACCOUNTS, act,
        title="停用账号", button="停用",
        text="此人将不能登录，任职和包户从今天起终止；之后会列出需要另行指定监测员的农户。",
    )  # fmt: skip


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


def show_password(model_admin: Any, request: HttpRequest, account: Account, password: str) -> HttpResponse:
    """Answer with the page that shows the one-time password; it is stored nowhere, so it cannot be shown again."""
    return _page(request, model_admin, account, "password", title="一次性密码", password=password)


def _confirmed(
    request: HttpRequest,
    object_id: UUID,
    model_admin: Any,
    capability: Capability,
    act: Callable[[Account], HttpResponse],
    **context: Any,
) -> HttpResponse:
    account = get_object_or_404(Account.objects.visible_to(request.user), pk=object_id)
    access_of(request.user).demand(capability)
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
