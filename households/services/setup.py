"""The first run of an office: its township, the reference rows, the first administrator."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction

from households.access import Role
from households.audit import record
from households.models import AccessLog, Division
from households.services.accounts import (
    AccountRefused,
    PostingInput,
    Secret,
    add_posting,
    create_account,
    new_secret,
)
from township.base.history import save_changes
from township.base.reference import load_reference
from township.models import User


class SetupRefused(Exception):
    """The township cannot be set up; `field` (code, name, county, administrator) says where, the message what to do."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.message = field, message


@dataclass(frozen=True)
class TownshipInput:
    """What the office tells: nine-digit code, names, the day from which visits are owed, the administrator."""

    code: str
    name: str
    county: str
    start_on: date
    administrator: str
    administrator_name: str = "系统管理员"
    password: str = ""


@dataclass(frozen=True)
class NewTownship:
    """What was set up. `one_time_password` is "" where the office chose one; `reference` counts new rows by title."""

    township: Division
    administrator: User
    one_time_password: str
    reference: dict[str, int]


def is_first_run() -> bool:
    """True while nobody can sign in and no township is set up."""
    return not (Division.objects.filter(level=Division.Level.TOWNSHIP).exists() or User.objects.exists())


def set_up_township(given: TownshipInput, *, on: date, by_name: str) -> NewTownship:
    """Write the township with its county, the reference rows and the administrator with his posting, or nothing.

    Without a password the administrator gets a one-time password. A user name that exists gets the posting and keeps
    its password. Raises SetupRefused when the code is wrong or the township is there already.
    """
    code = given.code.strip()
    if not re.fullmatch(r"\d{9}", code, re.ASCII):
        raise SetupRefused("code", f"乡镇代码 {code} 应为 9 位数字（县6 乡3），如 130722101。请核对后重填。")
    for field, value in (
        ("name", given.name),
        ("county", given.county),
        ("administrator", given.administrator),
    ):
        if not value.strip():
            raise SetupRefused(field, "此项没有填写。请填写后重试。")
    secret = Secret(given.password, make_password(given.password)) if given.password else new_secret()
    with transaction.atomic():
        if Division.objects.filter(area=f"{code}000").exists():
            raise SetupRefused(
                "code", f"代码为 {code} 的乡镇已经启用，没有改动。名称和启用日期请由管理员在“设置”里修改。"
            )
        _write_county(code[:6], given.county.strip())
        township = Division(
            level=Division.Level.TOWNSHIP, area=f"{code}000", name=given.name.strip(), start_on=given.start_on
        )
        save_changes(township, by=None, reason="首次启用")
        reference = load_reference()
        administrator, is_new = _administrator(given, code, secret, on, by_name)
        record(AccessLog.Action.COMMAND, by_name=by_name, area=code, target=code, change="启用乡镇")
    return NewTownship(
        township, administrator, "" if given.password or not is_new else secret.text, reference
    )


def _write_county(code: str, name: str) -> None:
    if not Division.objects.filter(area=f"{code}000000").exists():
        county = Division(level=Division.Level.COUNTY, area=f"{code}000000", name=name)
        save_changes(county, by=None, reason="首次启用")


def _administrator(
    given: TownshipInput, code: str, secret: Secret, on: date, by_name: str
) -> tuple[User, bool]:
    """Return the administrator with his posting, and whether the account is new."""
    posting = PostingInput(Role.ADMINISTRATOR, code)
    username = given.administrator.strip()
    existing = User.objects.filter(username=username, is_active=True).first()
    if existing is not None:
        add_posting(existing, posting, on=on, by=None, by_name=by_name)
        return existing, False
    try:
        User._meta.get_field("username").clean(username, None)
        user = create_account(
            username=username, name=given.administrator_name.strip() or "系统管理员", secret=secret, on=on, by=None,
            by_name=by_name, postings=[posting], must_change=not given.password,
        )  # fmt: skip
    except ValidationError as error:
        raise SetupRefused("administrator", "；".join(error.messages)) from error
    except AccountRefused as error:
        raise SetupRefused("administrator", str(error)) from error
    return user, True
