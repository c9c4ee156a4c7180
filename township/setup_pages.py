"""The first-run page: an office starts with its own data. It exists only until there is a township or an account."""

from __future__ import annotations

import secrets
from ipaddress import ip_address
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.generic import FormView

from households.models import Division
from households.services.adoption import SeveralTownships, county_of, provisional_township
from households.services.setup import SetupRefused, TownshipInput, is_first_run, set_up_township
from township import env
from township.models import User

TOKEN_FILE = "setup_token"  # noqa: S105 - the name of the file


class SetupForm(forms.Form):
    """What `setup_township` asks for, with the password chosen here."""

    code = forms.CharField(label="乡镇代码", help_text="9 位数字：县6 乡3，如 130722101。")
    name = forms.CharField(label="乡镇名称", max_length=60)
    county = forms.CharField(label="县（市、区）名称", max_length=60)
    start_on = forms.DateField(
        label="启用日期",
        help_text="从这一天起安排走访，此前不欠走访。",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    administrator = forms.CharField(label="管理员登录名", max_length=60, help_text="建议用本人手机号。")
    administrator_name = forms.CharField(label="管理员姓名", max_length=60)
    password1 = forms.CharField(
        label="管理员密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=" ".join(password_validators_help_texts()),
    )
    password2 = forms.CharField(
        label="再输一遍密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    token = forms.CharField(label="启用口令")

    def __init__(self, *args: Any, asks_token: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_token:
            del self.fields["token"]

    def clean_token(self) -> str:
        given = self.cleaned_data["token"].strip()
        if not secrets.compare_digest(given.encode(), setup_token().encode()):
            raise ValidationError("启用口令不对。请打开服务器上的口令文件，整行复制后重填。")
        return given

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, second = data.get("password1"), data.get("password2")
        if first and second and first != second:
            self.add_error("password2", "两次输入的密码不一样。请重新输入。")
        elif first:
            user = User(username=data.get("administrator", ""), name=data.get("administrator_name", ""))
            try:
                validate_password(first, user)
            except ValidationError as error:
                self.add_error("password1", error)
        return data


@method_decorator(login_not_required, name="dispatch")
class SetupView(FormView):
    """Township, county, start day, administrator: the same service as the command. 404 once it has been used.

    Whoever came first would own the system, so the page takes orders only from the machine itself, or with the
    token that only who can read the server's files knows.
    """

    template_name = "registration/setup.html"
    form_class = SetupForm
    success_url = reverse_lazy("login")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not is_first_run():
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        given: dict[str, Any] = {"start_on": timezone.localdate()}
        if (township := self._imported()) is not None:
            county = county_of(township)
            given |= {"name": township.name, "county": county.name if county else ""}
        return given

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "asks_token": not is_local(self.request)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asks = not is_local(self.request)
        if asks:
            setup_token()  # made now, so that the file is there when the person goes to look for it
        return {
            **super().get_context_data(**kwargs),
            "asks_token": asks,
            "token_file": f"keys/{TOKEN_FILE}",
            "imported": self._imported(),
        }

    def _imported(self) -> Division | None:
        """The provisional township of a register that was imported before; None also where there are several."""
        try:
            return provisional_township()
        except SeveralTownships:
            return None

    def form_valid(self, form: SetupForm) -> HttpResponse:
        data = form.cleaned_data
        given = TownshipInput(
            code=data["code"], name=data["name"], county=data["county"], start_on=data["start_on"],
            administrator=data["administrator"], administrator_name=data["administrator_name"],
            password=data["password1"],
        )  # fmt: skip
        try:
            set_up_township(given, on=timezone.localdate(), by_name="首次启用页")
        except SetupRefused as refused:
            form.add_error(refused.field, refused.message)
            return self.form_invalid(form)
        (settings.TOWNSHIP_KEYS / TOKEN_FILE).unlink(missing_ok=True)
        messages.success(self.request, f"{given.county}{given.name}已启用，请用刚才的管理员账号登录。")
        return super().form_valid(form)


def setup_token() -> str:
    """Return the token that opens the page from another machine; its file is made at the first call."""
    return env.secret(settings.TOWNSHIP_KEYS, TOKEN_FILE, 12).hex()


def is_local(request: HttpRequest) -> bool:
    """Say whether the request comes from this machine itself and through no proxy."""
    if "HTTP_X_FORWARDED_FOR" in request.META or "HTTP_FORWARDED" in request.META:
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:  # a Unix socket has no address
        return False
