"""Names and phones of accounts, corrected as a table. Accounts are opened where their first password is shown."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from households.admin.setting_resource import SettingResource, setting_field
from households.importing import clean
from households.importing.columns import Column, shorter
from households.models import Account
from households.services import accounts

NOT_FOUND = (
    "没有这个登录名的账号。导出的表里，手机号登录名是掩码，请填写完整的登录名；"
    "新账号请在“账号”页增加，或用账号名单批量建立。"
)


def _phone(value: object) -> str | None:
    """A phone as it is typed; one that is masked, as exported, changes nothing."""
    return None if "*" in str(value) else clean.phone(value)


class AccountCorrections(SettingResource):
    """Corrections of accounts that are there, found by login name; no posting and no password comes in here."""

    username = setting_field(Column("username", "登录名", clean.plain_text, "account"))
    name = setting_field(Column("name", "姓名", shorter(clean.name, 60), "account"))
    phone = setting_field(
        Column(
            "phone", "手机号", _phone, "account", personal="phone", help_text="填写新号码；空白或掩码不改动。"
        )
    )

    class Meta(SettingResource.Meta):
        model = Account
        fields = ("username", "name", "phone")
        import_id_fields = ("username",)

    def get_queryset(self) -> QuerySet:
        return Account.objects.visible_to(self.by)

    def after_init_instance(self, instance: Account, new: bool, row: Any, **options: Any) -> None:
        if new:
            raise ValidationError({"username": NOT_FOUND})

    def save(self, instance: Account, *, is_new: bool) -> None:
        accounts.rename(instance, name=instance.name, phone=instance.phone, by=self.by)
