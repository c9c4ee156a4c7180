"""Reference rows at `migrate`: a database is never without its cycles, lines and standards."""

from __future__ import annotations

from typing import Any

from django.core.checks import Error

from township.base.crypto import UnreadableSecret
from township.base.key_check import check_keys, keep_key_check
from township.base.reference import load_reference


def load_after_migrate(using: str = "default", plan: list[Any] | None = None, **_: Any) -> None:
    """After `migrate` (also after the flush of a test database): the keys of a new database, the reference rows."""
    if using == "default":
        keep_key_check()
        load_reference()


def keys_belong_to_database(**_: Any) -> list[Error]:
    """The system check that stops `migrate` where the keys are missing or another database's."""
    try:
        check_keys()
    except UnreadableSecret as error:
        return [Error(str(error), id="township.E001")]
    return []
