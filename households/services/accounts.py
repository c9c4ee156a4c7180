"""Accounts: opened with a one-time password, given postings, ended when a person leaves. Every change is recorded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from axes.utils import reset as forget_failures
from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from households.access import AREA_DIGITS, Capability, Role, access_of, area_range
from households.audit import named, record
from households.models import AccessLog, Account, Division, Household, MonitorAssignment, Posting, Village
from township.base.history import CHANGED, copy_to_history, save_changes
from township.base.passwords import one_time_password
from township.models import User

PERMISSION = AccessLog.Action.PERMISSION

# What a higher floor does in the same transaction after a person left: functions (user, his households, on).
after_leaving: list[Callable[[User, list[Household], date], None]] = []


class AccountRefused(Exception):
    """The change cannot be made; the message says why and what to do."""


@dataclass(frozen=True)
class Secret:
    """A one-time password and its slow hash, which is computed before a transaction holds others up."""

    text: str
    hashed: str


@dataclass(frozen=True)
class PostingInput:
    """A posting to be given: role in an area (2–12 digits), with the duty's title as the office words it."""

    role: str
    area: str
    duty: str = ""


@dataclass(frozen=True)
class EndOfService:
    """What ended with a person's service, and the households that now need another monitor."""

    postings: int
    households: list[Household]


def new_secret() -> Secret:
    """Return a fresh one-time password with its hash."""
    text = one_time_password()
    return Secret(text, make_password(text))


def create_account(
    *,
    username: str,
    name: str,
    secret: Secret,
    on: date,
    by: Any,
    by_name: str = "",
    phone: str = "",
    postings: Sequence[PostingInput] = (),
    must_change: bool = True,
) -> User:
    """Open an account with postings from the day `on`.

    by None is the command line. Raises PermissionDenied, AccountRefused for a user name that is taken.
    """
    _demand(by, Capability.MANAGE_ACCOUNTS)
    with transaction.atomic():
        if User.objects.filter(username=username).exists():
            raise AccountRefused(f"登录名 {username} 已被使用。请换一个，或在账号页给原账号增加任职。")
        user = User(
            username=username,
            name=name,
            phone=phone,
            password=secret.hashed,
            must_change_password=must_change,
        )
        save_changes(user, by=by, reason="建立账号")
        record(PERMISSION, by=by, by_name=by_name, target=named(user), change="建立账号")
        for posting in postings:
            add_posting(user, posting, on=on, by=by, by_name=by_name)
    return user


def add_posting(user: User, given: PostingInput, *, on: date, by: Any, by_name: str = "") -> Posting | None:
    """Give a person a posting from the day `on`; None when he holds just this one already.

    Raises AccountRefused for an area that nothing is registered in.
    """
    _demand(by, Capability.MANAGE_ACCOUNTS)
    with transaction.atomic():
        # A proxy is the same row, but a foreign key of history wants the user itself.
        posting = Posting(
            user_id=user.pk, role=Role(given.role), area=given.area, duty=given.duty, valid_from=on
        )
        posting.full_clean(exclude=["user"], validate_constraints=False)
        _refuse_unknown(posting.area)
        if Posting.objects.filter(
            user_id=user.pk, role=given.role, area=given.area, valid_to__isnull=True
        ).exists():
            return None
        save_changes(posting, by=by)
        _record_posting(posting, "增加任职", by, by_name)
    return posting


def end_posting(posting: Posting, *, last_day: date, by: Any, by_name: str = "") -> Posting:
    """Let a posting end with a day (valid through it). Raises AccountRefused for a day before it began."""
    _demand(by, Capability.MANAGE_ACCOUNTS)
    if last_day < posting.valid_from:
        raise AccountRefused(f"终止日期 {last_day} 早于起始日期 {posting.valid_from}。请改为其后的日期。")
    with transaction.atomic():
        if posting.role == Role.ADMINISTRATOR and not _other_administrators(posting.user_id).exists():
            raise AccountRefused(
                "这是最后一位系统管理员的任职，不能终止。请先给另一个账号增加系统管理员任职。"
            )
        posting.valid_to = last_day
        save_changes(posting, by=by, fields=["valid_to"])
        _record_posting(posting, "终止任职", by, by_name)
    return posting


def reset_password(user: User, *, by: Any, by_name: str = "") -> str:
    """Give the account a one-time password, end its sessions and its lockout; return the password, shown once.

    The station may do this for the monitors and cadres of its area only; others raise PermissionDenied.
    """
    if by is not None and not Account.objects.visible_to(by).filter(pk=user.pk).exists():
        raise PermissionDenied("您不能重置这个账号的密码，请联系系统管理员。")
    secret = new_secret()
    with transaction.atomic():
        changed = User.objects.select_for_update().get(pk=user.pk)
        if not changed.is_active:
            raise AccountRefused("这个账号已停用。如需恢复，请系统管理员先重新启用。")
        changed.password, changed.must_change_password = secret.hashed, True
        # The session hash follows the password, so every signed-in device is signed out.
        save_changes(changed, by=by, reason="重置密码", fields=["password", "must_change_password"])
        record(PERMISSION, by=by, by_name=by_name, target=named(user), change="重置密码")
    forget_failures(username=changed.username)
    return secret.text


def change_own_password(user: User, password: str) -> None:
    """Store the password that a person chose for himself (its rules are the form's) and let him in for good."""
    hashed = make_password(password)
    with transaction.atomic():
        user.password, user.must_change_password = hashed, False
        save_changes(user, by=user, reason="本人修改密码", fields=["password", "must_change_password"])
        record(PERMISSION, by=user, target=named(user), change="本人修改密码")


def end_service(user: User, *, on: date, by: Any, by_name: str = "") -> EndOfService:
    """A person leaves: the account is disabled, postings and monitor assignments end on the day.

    Returns the households left without a monitor, in walking order; hand them over next. Raises AccountRefused for
    oneself and for the last administrator.
    """
    _demand(by, Capability.MANAGE_ACCOUNTS)
    if by is not None and by.pk == user.pk:
        raise AccountRefused("不能停用自己的账号。请由另一位系统管理员办理。")
    with transaction.atomic():
        leaving = User.objects.select_for_update().get(pk=user.pk)
        held = list(Posting.objects.filter(user=leaving).exclude(valid_to__lte=on))
        if (
            any(posting.role == Role.ADMINISTRATOR for posting in held)
            and not _other_administrators(leaving.pk).exists()
        ):
            raise AccountRefused("这是最后一位系统管理员，不能停用。请先给另一个账号增加系统管理员任职。")
        leaving.is_active = False
        save_changes(leaving, by=by, reason="停用账号", fields=["is_active"])
        for posting in held:
            posting.valid_to = max(on, posting.valid_from)
            save_changes(posting, by=by, reason="停用账号", fields=["valid_to"])
        households = _end_assignments(leaving, on, by)
        for follow in after_leaving:
            follow(leaving, households, on)
        record(
            PERMISSION, by=by, by_name=by_name, target=named(user), rows=len(households), change="停用账号",
            postings=[f"{posting.role}:{posting.area}" for posting in held],
        )  # fmt: skip
    return EndOfService(len(held), households)


def enable(user: User, *, by: Any, by_name: str = "") -> None:
    """Open a disabled account again, without its former postings: they are given anew."""
    _demand(by, Capability.MANAGE_ACCOUNTS)
    with transaction.atomic():
        returning = User.objects.select_for_update().get(pk=user.pk)
        returning.is_active = True
        save_changes(returning, by=by, reason="重新启用账号", fields=["is_active"])
        record(PERMISSION, by=by, by_name=by_name, target=named(user), change="重新启用账号")


def rename(user: User, *, name: str, phone: str, by: Any, by_name: str = "") -> None:
    """Correct a person's name and phone; the user name stays."""
    _demand(by, Capability.MANAGE_ACCOUNTS)
    with transaction.atomic():
        changed = User.objects.select_for_update().get(pk=user.pk)
        changed.name, changed.phone = name, phone
        save_changes(changed, by=by, reason="更正账号", fields=["name", "phone", "phone_index"])
        record(PERMISSION, by=by, by_name=by_name, target=named(user), change="更正账号")


def _demand(by: Any, capability: Capability) -> None:
    if by is not None:
        access_of(by).demand(capability)


def _refuse_unknown(area: str) -> None:
    """A posting for a code that is no village or division reaches nothing, and nobody would notice."""
    low, high = area_range(area)
    known = Village.objects.filter(area__gte=low, area__lt=high).exists()
    if not known and len(area) < AREA_DIGITS:
        known = Division.objects.filter(area__gte=low, area__lt=high).exists()
    if not known:
        raise AccountRefused(f"区划代码 {area} 没有登记。请选择已登记的乡镇或行政村，或先登记这个村。")


def _other_administrators(user_id: Any) -> Any:
    today = timezone.localdate()
    postings = Posting.objects.valid_on(today).filter(role=Role.ADMINISTRATOR, user__is_active=True)
    return postings.exclude(user_id=user_id)


def _record_posting(posting: Posting, change: str, by: Any, by_name: str) -> None:
    record(
        PERMISSION, by=by, by_name=by_name, area=posting.area, target=named(posting.user), change=change,
        role=posting.role, valid_from=str(posting.valid_from), valid_to=str(posting.valid_to or ""),
    )  # fmt: skip


def _end_assignments(user: User, on: date, by: Any) -> list[Household]:
    """End the person's assignments the day before `on` and return the households, in walking order."""
    current = MonitorAssignment.objects.filter(monitor=user).exclude(valid_to__lt=on)
    ids = list(current.values_list("pk", flat=True))
    households = list(
        Household.objects.active()
        .filter(monitor_assignments__in=ids)
        .distinct()
        .select_related("village")
        .walking_order()
    )
    # One that has not begun yet was then valid on no day (see the constraint).
    for assignment in current.filter(valid_from__gt=on):
        assignment.valid_to = assignment.valid_from - timedelta(days=1)
        save_changes(assignment, by=by, reason="停用账号", fields=["valid_to"])
    begun = MonitorAssignment.objects.filter(pk__in=ids, valid_from__lte=on)
    begun.update(history=False, valid_to=on - timedelta(days=1))
    copy_to_history(begun, kind=CHANGED, by=by, at=timezone.now(), reason="停用账号")
    return households
