"""Rows of the registers of benefits and work: recorded, corrected, ended and withdrawn, one transaction each.

What each register asks and checks stands beside it (benefits, work, loans); the right, the lock, the constraints and
the history are the same for all and stand here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError

from households.entry_checks import Problem
from households.models import Household
from households.services.fact_writes import FactsRefused, Problems, locked, stated
from township.base.history import save_changes

Row = TypeVar("Row", bound=Any)


def add(row: Row, problems: Iterable[Problem], *, by: Any, reason: str) -> Row:
    """Write a new row of a household, inside the caller's transaction or its own, and return it.

    Raise FactsRefused for the problems, for a person of another household and for what a constraint forbids,
    PermissionDenied without EDIT_FACTS in the village (`by` None is the system itself).
    """
    with transaction.atomic():
        household = locked(row.household, by)
        _refuse([*_stranger(row, household), *problems])
        row.household, row.area, row.recorded_by = household, household.area, by
        _demand_valid(row)
        save_changes(row, by=by, reason=reason)
    return row


def alter(
    row: Any, values: dict[str, Any], problems: Iterable[Problem], *, by: Any, reason: str
) -> list[str]:
    """Write new values of a row with the reason, and return the names of the fields that changed; nothing is no write.

    Raise FactsRefused and PermissionDenied as `add` does.
    """
    with transaction.atomic():
        locked(row.household, by)
        present = type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)
        _refuse(problems)
        reason = stated(reason)
        changed = [name for name, value in values.items() if getattr(present, name) != value]
        for name in changed:
            setattr(present, name, values[name])
            setattr(row, name, values[name])
        if changed:
            _demand_valid(present)
            save_changes(present, by=by, reason=reason, fields=changed)
    return changed


def withdraw(row: Any, *, by: Any, reason: str, problems: Iterable[Problem] = ()) -> None:
    """Take back a row that should never have been recorded (the wrong person, typed twice); its history keeps it.

    What ended is ended, not withdrawn. Raise FactsRefused for the problems and where something else refers to it,
    PermissionDenied.
    """
    with transaction.atomic():
        locked(row.household, by)
        _refuse(problems)
        row._history_user, row._change_reason = by, stated(reason)
        try:
            type(row)._default_manager.get(pk=row.pk)
            row.delete()
        except ProtectedError as error:
            raise FactsRefused(
                [("", "这一条已被其他登记引用（如光伏收益分配），请先处理那一条。")]
            ) from error


def _stranger(row: Any, household: Household) -> Iterator[Problem]:
    member = getattr(row, "member", None)
    if member is not None and not household.members.filter(pk=member.pk).exists():
        yield "member", "这个人不在本户，请重新选择。"


def _refuse(problems: Iterable[Problem]) -> None:
    found: Problems = list(problems)
    if found:
        raise FactsRefused(found)


def _demand_valid(row: Any) -> None:
    """A constraint that is broken is said in Chinese, at its field where it has one."""
    try:
        row.full_clean()
    except ValidationError as error:
        raise FactsRefused([
            ("" if name == "__all__" else name, message)
            for name, messages in error.message_dict.items()
            for message in messages
        ]) from error  # fmt: skip
