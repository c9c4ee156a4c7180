"""A code of a village or township becomes another one in every row below it."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Value
from django.db.models.functions import Concat, Substr
from django.utils import timezone

from households.access import area_range
from households.models import AccessLog, Household, Village
from township.base.history import CHANGED, TrackedQuerySet, copy_to_history


def first_user_of(code: str) -> str | None:
    """Return the Chinese name of the first table with a row under the code, or None: such a code is not free."""
    low, high = area_range(code)
    for model in _models_with_area():
        if model._default_manager.filter(area__gte=low, area__lt=high).exists():
            return str(model._meta.verbose_name)
    return None


def move_area(old: str, new: str, *, by: Any, reason: str, is_provisional: bool) -> dict[str, int]:
    """Put every row under the code `old` under `new`, which is as long and free, and the household codes with them.

    Belongs into the caller's transaction. Tracked rows get history, the access log stays as written; the villages
    become provisional or not. Returns the number of rows changed by Chinese name of the model, none left out.
    """
    changed: dict[str, int] = {}
    for model in _models_with_area():
        if count := _move(model, old, new, by=by, reason=reason, is_provisional=is_provisional):
            changed[str(model._meta.verbose_name)] = count
    return changed


def _models_with_area() -> list[type[models.Model]]:
    """Every table of present rows that carries an area: not history, and not the log, which is never rewritten."""
    return [
        model
        for model in apps.get_models()
        if "area" in (names := {field.name for field in model._meta.concrete_fields})
        and "history_id" not in names
        and not model._meta.proxy
        and model is not AccessLog
    ]


def _move(
    model: type[models.Model], old: str, new: str, *, by: Any, reason: str, is_provisional: bool
) -> int:
    low, high = area_range(old)
    rows: Any = model._default_manager.filter(area__gte=low, area__lt=high)
    values: dict[str, Any] = {"area": _with_prefix("area", old, new)}
    if model is Household:
        # A code that does not begin with the village (an old one) says nothing of it, and stays.
        rows.exclude(code__startswith=old).update(history=False, **values)
        values["code"] = _with_prefix("code", old, new)
    if model is Village:
        values["is_provisional"] = is_provisional
    if not isinstance(rows, TrackedQuerySet):
        return int(rows.update(**values))
    rows.update(history=False, **values)
    # Nothing had the new code before, so what has it now is what changed.
    low, high = area_range(new)
    return copy_to_history(
        model._default_manager.filter(area__gte=low, area__lt=high),
        kind=CHANGED, by=by, at=timezone.now(), reason=reason,
    )  # fmt: skip


def _with_prefix(field: str, old: str, new: str) -> Concat:
    return Concat(Value(new), Substr(field, len(old) + 1))
