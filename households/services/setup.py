"""The first run of an office: its township, the reference rows, the first administrator."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction

from households.access import Capability, Role, access_of
from households.audit import record
from households.models import AccessLog, Division, Posting
from households.services.accounts import (
    AccountRefused,
    PostingInput,
    Secret,
    add_posting,
    create_account,
    new_secret,
)
from households.services.adoption import SeveralTownships, adopt_township, provisional_township
from households.services.recoding import first_user_of
from township.base.dates import add_months
from township.base.history import save_changes
from township.base.reference import load_reference
from township.models import User

FIELD_NAMES = {"name": "乡镇名称", "county": "县（市、区）名称", "administrator": "管理员登录名"}
# An office may enter the day it took up the work, not a slip of the pen.
YEARS_BACK = 10


class SetupRefused(Exception):
    """The township cannot be set up; `field` of TownshipInput says where, the message what to do."""

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
    """What was set up. `one_time_password` is "" where the office chose one; `reference` counts new rows by title.

    `adopted` counts by title the rows of a register that had been imported before, empty without one.
    """

    township: Division
    administrator: User
    one_time_password: str
    reference: dict[str, int]
    adopted: dict[str, int]


def is_first_run() -> bool:
    """True while nobody can sign in and no township is set up; what an import made up in its place is none."""
    townships = Division.objects.filter(level=Division.Level.TOWNSHIP, is_provisional=False)
    return not (townships.exists() or User.objects.exists())


def set_up_township(given: TownshipInput, *, on: date, by_name: str, by: Any = None) -> NewTownship:
    """Write the township with its county, the reference rows and the administrator with his posting, or nothing.

    A register that was imported before stands in a provisional township: that one becomes this township.
    Without a password the administrator gets a one-time password. A user name that exists gets the posting and keeps
    its password. A named person (`by`) needs the rights of an administrator, unless nobody has any right yet.
    Raises SetupRefused when a value is wrong, the township is there already or one of several provisional ones would
    have to be chosen; PermissionDenied.
    """
    demand_administrator(by)
    code = given.code.strip()
    if not re.fullmatch(r"\d{9}", code, re.ASCII):
        raise SetupRefused("code", f"乡镇代码 {code} 应为 9 位数字（县6 乡3），如 130722101。请核对后重填。")
    for field, value in (
        ("name", given.name),
        ("county", given.county),
        ("administrator", given.administrator),
    ):
        if not value.strip():
            raise SetupRefused(field, f"{FIELD_NAMES[field]}没有填写。请填写后重试。")
    first, last = add_months(on, -12 * YEARS_BACK), add_months(on, 12)
    if not first <= given.start_on <= last:
        raise SetupRefused(
            "start_on", f"启用日期 {given.start_on} 不合理，请填写 {first} 至 {last} 之间的日期。"
        )
    secret = Secret(given.password, make_password(given.password)) if given.password else new_secret()
    with transaction.atomic():
        if Division.objects.filter(area=f"{code}000").exists():
            raise SetupRefused(
                "code", f"代码为 {code} 的乡镇已经启用，没有改动。名称和启用日期请由管理员在“设置”里修改。"
            )
        township, adopted = _write_township(given, code)
        reference = load_reference()
        administrator, is_new = _administrator(given, code, secret, on, by_name)
        record(AccessLog.Action.COMMAND, by=by, by_name=by_name, area=code, target=code, change="启用乡镇")
    one_time = "" if given.password or not is_new else secret.text
    return NewTownship(township, administrator, one_time, reference, adopted)


def _write_township(given: TownshipInput, code: str) -> tuple[Division, dict[str, int]]:
    """Return the township, new or adopted, and what was adopted with it."""
    try:
        township = provisional_township()
    except SeveralTownships as error:
        raise SetupRefused("code", str(error)) from error
    reason, moved = "首次启用", {}
    if township is None:
        township = Division(level=Division.Level.TOWNSHIP, area=f"{code}000")
    elif (user := first_user_of(code)) is not None:
        raise SetupRefused(
            "code", f"代码 {code} 下已有{user}，不能把临时乡镇改为这个代码，没有改动。请核对乡镇代码。"
        )
    else:
        reason = f"首次启用，临时代码 {township.area[:9]} 改为 {code}"
        moved = adopt_township(township, code, county_name=given.county.strip(), by=None, reason=reason)
    _write_county(code[:6], given.county.strip())
    township.name, township.start_on, township.is_provisional = given.name.strip(), given.start_on, False
    save_changes(township, by=None, reason=reason)
    return township, moved


def demand_administrator(by: Any) -> None:
    """Raise PermissionDenied unless `by` keeps settings and accounts; None is who holds the machine itself.

    While nobody has a posting nobody could have the right.
    """
    if by is not None and Posting.objects.exists():
        access_of(by).demand(Capability.MANAGE_SETTINGS)
        access_of(by).demand(Capability.MANAGE_ACCOUNTS)


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
