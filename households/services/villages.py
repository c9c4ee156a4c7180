"""Villages, groups and divisions: kept by the administrator; a provisional code becomes the official one everywhere."""

from __future__ import annotations

import re
from typing import Any

from django.db import IntegrityError, transaction

from households.access import AREA_DIGITS, Capability, access_of
from households.audit import record
from households.models import AccessLog, Division, Group, Village
from households.services.recoding import first_user_of, move_area
from township.base.history import save_changes
from township.base.pinyin import initials


class VillageRefused(Exception):
    """The change cannot be made; the message says why and what to do."""


def save_village(village: Village, *, by: Any) -> None:
    """Store a village, new or edited, with its pinyin initials. An existing village keeps its code (recode_village)."""
    _demand(by, village.area)
    village.initials = initials(village.name)
    save_changes(village, by=by)


def save_group(group: Group, *, by: Any) -> None:
    """Store a natural village or group; it lies where its village lies."""
    group.area = group.village.area
    _demand(by, group.area)
    save_changes(group, by=by)


def save_division(division: Division, *, by: Any) -> None:
    """Store a county or township row (name, start day, duty phone)."""
    _demand(by, division.area)
    save_changes(division, by=by)


def recode_village(old: str, new: str, *, by: Any, by_name: str = "") -> dict[str, int]:
    """Give a village its official code: every row of its area, its household codes, the postings to it.

    One transaction; tracked rows get history, the access log stays as written. Returns the number of rows changed by
    Chinese name of the model, those without any left out. Raises VillageRefused when `old` is unknown or `new` is
    wrong, taken, or in a township that is not registered.
    """
    _demand(by, old)
    _check_codes(old, new)
    reason = f"行政村代码 {old} 改为 {new}"
    try:
        with transaction.atomic():
            changed = move_area(old, new, by=by, reason=reason, is_provisional=False)
            _drop_empty_provisional_township(old, by)
            record(AccessLog.Action.PERMISSION, by=by, by_name=by_name, area=new, target=new, change=reason)
    except IntegrityError as error:
        raise VillageRefused(
            f"代码 {new} 下已有相同的户编号或户码，没有改动任何数据。请先核对两村的农户。"
        ) from error
    return changed


def _check_codes(old: str, new: str) -> None:
    if old == new:
        raise VillageRefused(f"新旧代码相同（{old}），没有改动。请核对新代码。")
    if not Village.objects.filter(area=old).exists():
        raise VillageRefused(f"没有代码为 {old} 的行政村。请在“设置 › 行政村”核对现用代码。")
    if re.fullmatch(rf"\d{{{AREA_DIGITS}}}", new, re.ASCII) is None or new.endswith("000"):
        raise VillageRefused(f"新代码 {new} 不是行政村代码：应为 12 位数字（县6 乡3 村3），末三位不是 000。")
    if not Division.objects.filter(level=Division.Level.TOWNSHIP, area=f"{new[:9]}000").exists():
        raise VillageRefused(f"没有代码为 {new[:9]} 的乡镇。请先运行 setup_township，或核对新代码前九位。")
    if (user := first_user_of(new)) is not None:
        raise VillageRefused(f"代码 {new} 已被{user}使用，没有改动任何数据。请核对新代码。")


def _drop_empty_provisional_township(village: str, by: Any) -> None:
    """An import into an empty database made up a township; with its last village recoded it stands for nothing."""
    prefix = village[:9]
    for township in Division.objects.filter(area=f"{prefix}000", is_provisional=True):
        if not Village.objects.in_area(prefix).exists():
            township._history_user = by
            township.delete()


def _demand(by: Any, area: str) -> None:
    if by is not None:
        access_of(by).demand(Capability.MANAGE_SETTINGS, area)
