"""The record of looking, revealing, exporting and importing: one function, used by pages and commands alike."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from households.models import AccessLog, Household, Member

COMMAND_LINE = "命令行"


def record(
    action: str,
    *,
    by: Any = None,
    by_name: str = "",
    area: str = "",
    target: str = "",
    rows: int | None = None,
    request: HttpRequest | None = None,
    **detail: Any,
) -> AccessLog:
    """Append one entry to the access log.

    by is the user (None for a command run by the operating system's user, then by_name says who); target names the
    object by its number, never by name or ID; detail is JSON without personal data (filter, reason, file).
    """
    user = by if getattr(by, "pk", None) else None
    return AccessLog.objects.create(
        user=user,
        user_name=by_name or (f"{user.name}（{user.username}）" if user else COMMAND_LINE),
        action=action,
        area=area,
        target=target[:120],
        rows=rows,
        detail=detail,
        address=request.META.get("REMOTE_ADDR") if request is not None else None,
    )


def named(row: Any) -> str:
    """Return a row as the log names it, so that an auditor knows whose it was without name or ID of a resident.

    A household by its 户码, a person by his place in it (in the order of registration) and what he is to the head,
    an account by name and user name.
    """
    if isinstance(row, Household):
        return f"农户 {row.code}"
    if isinstance(row, Member):
        place = Member.objects.filter(household=row.household_id, pk__lte=row.pk).count()
        return f"农户 {row.household.code} 第 {place} 位成员（{row.get_relation_display()}）"
    return f"账号 {row.name}（{row.username}）"


def viewed_since(by: Any, target: str, since: datetime) -> bool:
    """Whether this user's look at the target (an object's number) stands in the log since a moment."""
    return AccessLog.objects.filter(
        user=by, action=AccessLog.Action.VIEW, target=target, at__gte=since
    ).exists()
