"""The changes of a household's registered facts, read from the histories: what, from what to what, who, when, why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from households.choices import Health, Risk
from households.models import Household, Income, Member
from township.base.fields import BlindIndexField, EncryptedTextField
from township.base.masking import mask_id_number, mask_phone

RECORDS_READ = 400  # of each history; a register that is imported monthly makes some dozens a year
# Kept beside the facts and written by the program itself.
_SILENT = {"id", "area", "initials", "created_at", "updated_at", "last_visited_on"}
_MASKS = {"id_number": mask_id_number, "phone": mask_phone}
_LISTS: dict[str, dict[str, Any]] = {"health": dict(Health.choices), "risks": dict(Risk.choices)}
KINDS = {"+": "登记", "~": "变更", "-": "删除"}


@dataclass(frozen=True)
class Change:
    """One field that changed (`field` "" for a row that came or went); values as pages show them, masked."""

    at: datetime
    who: str
    reason: str
    about: str
    kind: str
    field: str = ""
    old: str = ""
    new: str = ""


def changes_of(household: Household, limit: int) -> list[Change]:
    """Return the newest changes of a household, its members and incomes, newest first; three queries."""
    records = [
        *_read(
            Household.history.filter(id=household.pk).select_related("village", "group"), lambda record: "户"
        ),
        *_read_members(household),
        *_read(Income.history.filter(household_id=household.pk), lambda record: f"{record.year}年收入"),
    ]
    records.sort(key=lambda change: change.at, reverse=True)
    return records[:limit]


def _read_members(household: Household) -> list[Change]:
    """Read what happened to people while they were here, with their coming from and going to another household."""
    ever_here = Member.history.filter(household_id=household.pk).order_by().values("id")
    history = Member.history.filter(id__in=ever_here).select_related("household")
    return _read(
        history, lambda record: f"成员 {record.name}", lambda record: record.household_id == household.pk
    )


def _read(history: Any, about: Any, concerns: Any = lambda record: True) -> list[Change]:
    """Compare each record with the one before it of the same row; of both one has to concern the household."""
    newer: dict[Any, Any] = {}
    changes: list[Change] = []
    records = history.select_related("history_user").order_by("-history_date", "-history_id")
    for record in records[:RECORDS_READ]:
        after = newer.get(record.id)
        if after is not None and after.history_type == "~" and (concerns(record) or concerns(after)):
            changes += _differences(record, after, about(after))
        if record.history_type != "~" and concerns(record):
            changes.append(_change(record, about(record)))
        newer[record.id] = record
    return changes


def _differences(before: Any, after: Any, about: str) -> list[Change]:
    found = []
    for field in after.tracked_fields:
        if field.name in _SILENT or isinstance(field, BlindIndexField):
            continue
        old, new = getattr(before, field.attname), getattr(after, field.attname)
        if old != new:
            label = str(field.verbose_name)
            words = shown(field, before), shown(field, after)
            if isinstance(field, EncryptedTextField) and words[0] == words[1]:
                words = words[0], f"{words[1]}（已更正）"
            found.append(_change(after, about, label, *words))
    return found


def _change(record: Any, about: str, field: str = "", old: str = "", new: str = "") -> Change:
    who = str(record.history_user) if record.history_user else "系统"
    return Change(
        record.history_date,
        who,
        record.history_change_reason or "",
        about,
        KINDS[record.history_type],
        field,
        old,
        new,
    )


def shown(field: models.Field, record: Any) -> str:
    """Return a field of a row or of its record as pages show it: in words, personal values masked, 空 for none."""
    value = getattr(record, field.attname)
    if value is None or value == "" or value == []:
        return "空"
    if isinstance(field, EncryptedTextField):
        return _MASKS.get(field.name, lambda text: "****")(value)
    if isinstance(field, models.BooleanField):
        return "是" if value else "否"
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if field.name == "household":
        return str(record.household.code)  # its head's name is not for everybody who sees this one
    if isinstance(field, models.ForeignKey):
        return str(getattr(record, field.name))
    if isinstance(value, list):
        labels = _LISTS.get(field.name, {})
        return "、".join(str(labels.get(item, item)) for item in value)
    return str(value)
