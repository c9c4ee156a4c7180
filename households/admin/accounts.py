"""Accounts and postings: kept by the administrator; the station resets its field workers' passwords."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from import_export import fields, resources

from households.access import Capability, Role, access_of
from households.admin import account_pages
from households.admin.account_resource import AccountCorrections
from households.admin.base import ScopedAdmin
from households.admin.history import HistoryPages
from households.admin.posting_inlines import HeldPostings, NewPostings, save_postings
from households.admin.posting_places import with_place_names
from households.admin.setting_import import SettingImport
from households.models import Account, Division, Posting, Village
from households.services import accounts
from township.base.masking import MOBILE, mask_phone


def describe_postings(rows: list[Account], user: Any) -> None:
    """Give each account of a page its `posting_text`: roles with the places' names, valid today first."""
    places = dict(Division.objects.visible_to(user).values_list("area", "name"))
    names = dict(Village.objects.visible_to(user).values_list("area", "name"))
    today = timezone.localdate()
    for account in rows:
        held = [p for p in account.postings.all() if p.valid_from <= today <= (p.valid_to or today)]
        account.posting_text = "；".join(  # type: ignore[attr-defined]
            f"{p.duty or p.get_role_display()}（{names.get(p.area) or places.get(p.area.ljust(12, '0'), p.area)}）"
            for p in held
        )


def shown_username(username: str) -> str:
    """A login name that is a phone number is masked in a list as the phone beside it is."""
    return mask_phone(username) if MOBILE.fullmatch(username) else username


class AccountChangeList(ChangeList):
    """A page of accounts with their postings in words."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        describe_postings(self.result_list, request.user)


class RoleFilter(admin.SimpleListFilter):
    title = "角色"
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        if access_of(request.user).can(Capability.MANAGE_ACCOUNTS):
            return [(role.value, str(role.label)) for role in Role]
        return [(role.value, str(role.label)) for role in (Role.MONITOR, Role.CADRE)]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        role = self.value()
        return queryset.in_role(role, timezone.localdate()) if role in Role.values else queryset  # type: ignore[attr-defined]


class AccountResource(resources.ModelResource):
    username = fields.Field(column_name="登录名")
    name = fields.Field(attribute="name", column_name="姓名")
    phone = fields.Field(column_name="手机号")
    postings = fields.Field(column_name="任职")
    is_active = fields.Field(attribute="is_active", column_name="启用")

    class Meta:
        model = Account
        fields = ("username", "name", "phone", "postings", "is_active")

    def __init__(self, by: Any = None, **options: Any) -> None:
        super().__init__(**options)
        self.by = by
        self.texts: dict[Any, str] = {}

    def before_export(self, queryset: QuerySet, **options: Any) -> None:
        rows = list(queryset)
        describe_postings(rows, self.by)
        self.texts = {row.pk: row.posting_text for row in rows}

    def dehydrate_username(self, account: Account) -> str:
        return shown_username(account.username)

    def dehydrate_phone(self, account: Account) -> str:
        return mask_phone(account.phone)

    def dehydrate_postings(self, account: Account) -> str:
        return self.texts.get(account.pk, "")

    def dehydrate_is_active(self, account: Account) -> str:
        return "是" if account.is_active else "否"


class AccountForm(forms.ModelForm):
    """Name and phone; the phone on file is not shown, and stays unless a new one is typed."""

    new_phone = forms.RegexField(
        label="手机号", regex=r"^1\d{10}$", required=False, help_text="填写新号码；留空则不变。",
        error_messages={"invalid": "不是 11 位手机号。请核对后重填。"},
    )  # fmt: skip

    class Meta:
        model = Account
        fields = ("username", "name")


@admin.register(Account)
class AccountAdmin(HistoryPages, SettingImport, ScopedAdmin):
    see = Capability.RESET_PASSWORDS  # which accounts, AccountQuerySet.visible_to says
    add = change = export_capability = import_capability = Capability.MANAGE_ACCOUNTS
    form = AccountForm
    resource_classes: ClassVar[list[type]] = [AccountResource]
    change_form_template = "admin/households/account/change_form.html"
    list_display = ("name", "login_name", "masked_phone", "posting_text", "is_active", "first_login")
    list_filter = ("is_active", RoleFilter)
    search_fields = ("name", "username")
    search_help_text = "姓名或登录名"
    ordering = ("username",)
    inlines: ClassVar[Any] = [HeldPostings, NewPostings]

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[ChangeList]:
        return AccountChangeList

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("postings")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None:
            return ("username", "name", "new_phone")
        shown = ("username", "name", "masked_phone", "is_active", "must_change_password", "last_login")
        return (*shown[:3], "new_phone", *shown[3:]) if self.has_change_permission(request, obj) else shown

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        fixed = ("masked_phone", "is_active", "must_change_password", "last_login")
        return ("username", *fixed) if obj else ()

    def get_urls(self) -> list[Any]:
        pages = {
            "reset": account_pages.reset_password, "password": account_pages.password,
            "end": account_pages.end_service, "ended": account_pages.ended, "enable": account_pages.enable,
        }  # fmt: skip
        own = [
            path(
                f"<uuid:object_id>/{name}/",
                self.admin_site.admin_view(page),
                {"model_admin": self},
                name=f"households_account_{name}",
            )
            for name, page in pages.items()
        ]
        return own + super().get_urls()

    def get_import_resource_classes(self, request: HttpRequest) -> list[type]:
        return [AccountCorrections]

    def get_export_resource_kwargs(self, request: HttpRequest, **options: Any) -> dict[str, Any]:
        return {**super().get_export_resource_kwargs(request, **options), "by": request.user}

    def save_model(self, request: HttpRequest, obj: Account, form: AccountForm, change: bool) -> None:
        phone = form.cleaned_data.get("new_phone") or ""
        if change:
            accounts.rename(obj, name=obj.name, phone=phone or obj.phone, by=request.user)
            return
        secret = accounts.new_secret()
        user = accounts.create_account(
            username=obj.username, name=obj.name, phone=phone, secret=secret, on=timezone.localdate(),
            by=request.user,
        )  # fmt: skip
        obj.pk, obj._state.adding = user.pk, False
        request.one_time_password = secret.text  # type: ignore[attr-defined]

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for refusal in save_postings(formset, on=timezone.localdate(), by=request.user):
            messages.error(request, refusal)

    def response_add(
        self, request: HttpRequest, obj: Account, post_url_continue: str | None = None
    ) -> HttpResponse:
        return account_pages.show_password(request, obj, request.one_time_password)  # type: ignore[attr-defined]

    @admin.display(description="首次登录须改密码", ordering="must_change_password")
    def first_login(self, account: Any) -> str:
        # A word, because the red cross of a plain "no" reads as something wrong.
        return "是" if account.must_change_password else "否"

    @admin.display(description="登录名", ordering="username")
    def login_name(self, account: Account) -> str:
        return shown_username(account.username)

    @admin.display(description="手机号")
    def masked_phone(self, account: Account) -> str:
        return mask_phone(account.phone)

    @admin.display(description="任职")
    def posting_text(self, account: Any) -> str:
        return account.posting_text


@admin.register(Posting)
class PostingAdmin(HistoryPages, ScopedAdmin):
    """All postings, past ones too, to look at; they are given and ended on the account's page."""

    see = Capability.MANAGE_ACCOUNTS
    list_display = ("user", "role", "place", "duty", "valid_from", "valid_to")
    list_filter = ("role",)
    list_select_related = ("user",)
    search_fields = ("user__name", "user__username", "area__startswith")
    search_help_text = "姓名、登录名或区划代码"
    fields = ("user", "role", "place", "duty", "valid_from", "valid_to")
    readonly_fields = ("place",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return with_place_names(super().get_queryset(request), request.user)

    @admin.display(description="管辖区划", ordering="area")
    def place(self, posting: Any) -> str:
        return posting.place_name
