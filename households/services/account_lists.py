"""Accounts from a list: who is new gets an account and a one-time password, who is known may get more postings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction

from households.access import Capability, access_of
from households.models import Division, Village
from households.services.account_rows import AccountRow, ListRefused, Problem, read_accounts
from households.services.accounts import (
    AccountRefused,
    PostingInput,
    Secret,
    add_posting,
    create_account,
    new_secret,
)
from township.models import User


@dataclass(frozen=True)
class Slip:
    """What is handed to one person on paper."""

    name: str
    username: str
    password: str
    role: str
    places: str


@dataclass
class ListResult:
    """What came of a list: rows with content, new accounts, rows that add a posting, rows that change nothing."""

    rows: int = 0
    created: int = 0
    posted: int = 0
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)
    slips: list[Slip] = field(default_factory=list)


def create_accounts(
    path: str | Path,
    township: Division,
    *,
    on: date,
    by: Any,
    by_name: str = "",
    report: Callable[[int, int, str], None] = lambda done, total, text: None,
    keep: Callable[[list[Slip]], None] = lambda slips: None,
) -> ListResult:
    """Bring the accounts of a list in; good rows go in, bad rows are in `problems`, a second run changes nothing.

    `keep(slips)` stores the one-time passwords inside the transaction, so that no account exists whose password
    nobody has. Raises ListRefused for a file that is no list, PermissionDenied.
    """
    if by is not None:
        access_of(by).demand(Capability.MANAGE_ACCOUNTS)
    found = read_accounts(path, township)
    result = ListResult(rows=found.count, problems=found.problems)
    holders = dict(
        User.objects.filter(username__in={row.phone for row in found.rows}).values_list("username", "name")
    )
    people = _by_phone(found.rows, holders, result.problems)
    fresh = [phone for phone in people if phone not in holders]
    secrets: dict[str, Secret] = {}
    for done, phone in enumerate(fresh, start=1):
        # Slow on purpose, so before the transaction.
        secrets[phone] = new_secret()
        report(done, len(fresh), "生成一次性密码")
    names = dict(Village.objects.in_area(township.area[:9]).values_list("area", "name"))
    names |= {township.area[:9]: township.name, township.area[:6]: "全县"}
    try:
        with transaction.atomic():
            for phone, rows in people.items():
                if phone in secrets:
                    result.slips.append(_open(phone, rows, secrets[phone], names, on, by, by_name))
                    _count_new(rows, result)
                else:
                    _add_to_known(phone, rows, result, on, by, by_name)
            result.problems.sort(key=lambda problem: (problem.sheet, problem.row))
            if result.slips:
                keep(result.slips)
    except (AccountRefused, IntegrityError) as error:
        raise ListRefused("另一个程序刚才建立了名单中的账号，这次没有建立任何账号。请重新运行。") from error
    return result


def _by_phone(
    rows: list[AccountRow], holders: dict[str, str], problems: list[Problem]
) -> dict[str, list[AccountRow]]:
    """Group the rows of one person; a phone under another name than its holder's or the first row's is refused."""
    people: dict[str, list[AccountRow]] = {}
    for row in rows:
        if (holder := holders.get(row.phone, row.name)) != row.name:
            problems.append(_of_other(row, f"这个手机号已是{holder}的登录名。"))
            continue
        first = people.setdefault(row.phone, [row])[0]
        if first.name != row.name:
            problems.append(_of_other(row, f"这个手机号在第 {first.number} 行属于{first.name}。"))
        elif first is not row:
            people[row.phone].append(row)
    return people


def _count_new(rows: list[AccountRow], result: ListResult) -> None:
    """Count the rows of a new person: one opens the account, others add to it or say the same again."""
    result.created += 1
    given = {(rows[0].role, area) for area in rows[0].areas}
    for row in rows[1:]:
        postings = {(row.role, area) for area in row.areas}
        result.unchanged += postings <= given
        result.posted += not postings <= given
        given |= postings


def _open(
    phone: str,
    rows: list[AccountRow],
    secret: Secret,
    names: dict[str, str],
    on: date,
    by: Any,
    by_name: str,
) -> Slip:
    postings = _postings(rows)
    create_account(
        username=phone, name=rows[0].name, phone=phone, secret=secret, on=on, by=by, by_name=by_name,
        postings=postings,
    )  # fmt: skip
    roles = dict.fromkeys(posting.duty or str(rows[0].role.label) for posting in postings)
    places = dict.fromkeys(names[posting.area] for posting in postings)
    return Slip(rows[0].name, phone, secret.text, "、".join(roles), "、".join(places))


def _add_to_known(
    phone: str, rows: list[AccountRow], result: ListResult, on: date, by: Any, by_name: str
) -> None:
    user = User.objects.get(username=phone)
    for row in rows:
        if not user.is_active:
            result.problems.append(
                Problem(
                    row.sheet,
                    row.number,
                    "手机号",
                    phone,
                    "这个账号已停用。",
                    "如需恢复，请先在账号页重新启用。",
                )
            )
        else:
            added = [
                add_posting(user, posting, on=on, by=by, by_name=by_name) for posting in _postings([row])
            ]
            if any(added):
                result.posted += 1
            else:
                result.unchanged += 1


def _postings(rows: list[AccountRow]) -> list[PostingInput]:
    given = {(row.role, area): row.duty for row in reversed(rows) for area in row.areas}
    return [PostingInput(role, area, duty) for (role, area), duty in sorted(given.items())]


def _of_other(row: AccountRow, message: str) -> Problem:
    return Problem(
        row.sheet, row.number, "手机号", row.phone, message, "一个手机号只能是一个人的，请核对姓名和号码。"
    )


def township_for(code: str | None) -> Division:
    """Return the one township, or the one with this nine-digit code. Raises ListRefused."""
    townships = list(Division.objects.filter(level=Division.Level.TOWNSHIP))
    chosen = [row for row in townships if row.area == f"{code}000"] if code else townships
    if len(chosen) == 1:
        return chosen[0]
    if not townships:
        raise ListRefused("还没有启用乡镇。请先运行 setup_township。")
    names = "、".join(f"{row.area[:9]} {row.name}" for row in townships)
    raise ListRefused(f"没有说明是哪个乡镇，或代码不对。请用 --township 指明，现有：{names}。")
