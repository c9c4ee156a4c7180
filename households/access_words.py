"""The access log's details in words: what the entries say in keys and codes, as an auditor reads it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from households.access import Role

_KEYS = {
    "field": "内容", "page": "页面", "reason": "原因", "filter": "筛选", "masked": "已遮盖", "full_id": "含完整证件号",
    "file": "文件", "counts": "结果", "change": "变更", "role": "角色", "valid_from": "起始", "valid_to": "终止",
    "postings": "任职", "known_account": "账号存在", "locked": "已锁定",
}  # fmt: skip
_VALUES = {
    "idle": "久未操作，自动退出", "field": "走访端", "phone": "电话", "member.id_number": "成员证件号码",
    "member.phone": "成员电话", "household.phone": "户电话", "account.phone": "账号手机号",
    "warningcase.id_number": "预警名单上的证件号码", "warningcase.phone": "预警名单上的电话",
    **{role.value: str(role.label) for role in Role},
}  # fmt: skip


def detail_in_words(detail: dict[str, Any]) -> str:
    """Return 内容：成员证件号码；原因：… for the detail of an entry; an empty detail gives an empty text."""
    return "；".join(f"{_KEYS.get(key, key)}：{_in_words(value)}" for key, value in in_order(detail, _KEYS))


def in_order(values: dict[str, Any], words: Iterable[str]) -> list[tuple[str, Any]]:
    """Return the items in the order of words, unknown keys last: PostgreSQL keeps no order in JSON."""
    places = {word: at for at, word in enumerate(words)}
    return sorted(values.items(), key=lambda item: (places.get(item[0], len(places)), item[0]))


def _in_words(value: Any) -> str:
    if value is None or value == "" or value == [] or value == {}:
        return "无"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict):
        return "，".join(f"{key}={_in_words(one)}" for key, one in in_order(value, _KEYS))
    if isinstance(value, list):
        return "，".join(_in_words(one) for one in value)
    role, _, area = str(value).partition(":")
    if area and role in Role.values:
        return f"{_VALUES[role]} {area}"
    return _VALUES.get(str(value), str(value))
