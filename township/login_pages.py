"""The way in and out: login, logout, change of one's own password, each with its entry in the access log."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model, views
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, UsernameField
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator

from households.audit import record
from households.models import AccessLog
from households.services.accounts import change_own_password
from households.services.setup import is_first_run
from township.base.passwords import DEMO_PASSWORD

Action = AccessLog.Action


class LoginForm(AuthenticationForm):
    """One message for everything that is wrong, so that nobody learns which accounts exist."""

    username = UsernameField(label="登录名", widget=forms.TextInput(attrs={"autofocus": True}))
    error_messages = {
        "invalid_login": "登录名或密码不对，或账号已停用。请核对后重试；忘记密码请联系镇防贫监测工作站重置。",
        "inactive": "登录名或密码不对，或账号已停用。请核对后重试；忘记密码请联系镇防贫监测工作站重置。",
    }

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not settings.DEBUG and self.cleaned_data.get("password") == DEMO_PASSWORD:
            raise ValidationError("演示账号的密码是公开的，不能用于正式环境。请联系系统管理员重置密码。")
        return data


@method_decorator(login_not_required, name="dispatch")
class LoginView(views.LoginView):
    """Sign in; five failures of an account from an address lock both for 30 minutes (django-axes)."""

    authentication_form = LoginForm
    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if is_first_run():
            return redirect("setup")
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        record(Action.LOGIN, by=form.get_user(), request=self.request)
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        username = form.cleaned_data.get("username", "")
        account = get_user_model()._default_manager.filter(username=username).first()
        record(
            Action.LOGIN_FAILED,
            by_name="未登录",
            # What is no account may be a password typed into the wrong line.
            target=account.username if account else "",
            request=self.request,
            known_account=account is not None,
            locked=bool(getattr(self.request, "axes_locked_out", False)),
        )
        return super().form_invalid(form)


class LogoutView(views.LogoutView):
    """Sign out, by POST."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            record(Action.LOGOUT, by=request.user, request=request)
        return super().post(request, *args, **kwargs)


class OwnPasswordForm(PasswordChangeForm):
    """Django's form; a one-time password cannot be kept as the new one."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("new_password1") and data.get("new_password1") == data.get("old_password"):
            raise ValidationError("新密码不能与现在的密码相同。请换一个。")
        return data

    def save(self, commit: bool = True) -> Any:
        change_own_password(self.user, self.cleaned_data["new_password1"])
        return self.user


class PasswordChangeView(views.PasswordChangeView):
    """Change one's own password; at the first sign-in nothing else opens before (middleware.first_steps)."""

    form_class = OwnPasswordForm
    success_url = reverse_lazy("password_change_done")


@login_not_required
def to_login(request: HttpRequest) -> HttpResponse:
    """The console has no login of its own: its address leads to the one of everybody, and back."""
    return redirect_to_login(request.GET.get("next") or reverse("admin:index"))
