"""The values of what a phone sends: each of the right type, or the item is refused with the reason."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from households.models import Household
from households.people import household_then_of
from monitoring.models import Met
from monitoring.services.visits import VisitInput

CREATED, DUPLICATE, CONFLICT, REFUSED = "created", "duplicate", "conflict", "refused"
UNREADABLE = re.compile("[\x00\ud800-\udfff]")
NOT_YOURS = "没有这户的走访权限。如果这户应由您走访，请联系镇防贫监测工作站。"


class ItemRefused(Exception):
    """An item that cannot be taken; the message tells the monitor why and what to do."""


def household_of(pk: UUID | None, user: Any, visited_on: date) -> Household:
    """Return the household if it is the user's, or was on that day; else ItemRefused, whether it exists or not."""
    household = None
    if pk:
        household = Household.objects.visible_to(user).filter(pk=pk).first()
        household = household or household_then_of(user, pk, visited_on)
    if household is None:
        raise ItemRefused(NOT_YOURS)
    return household


def visit_input(data: dict[str, Any]) -> VisitInput:
    """Turn the JSON of a visit into the service's values; raise ItemRefused where a value has the wrong shape."""
    try:
        visited_on = date.fromisoformat(typed(data, "visited_on", str, ""))
    except ValueError:
        raise ItemRefused("走访日期应写成 2026-11-23 这样的年-月-日。") from None
    risk_kinds = typed(data, "risk_kinds", list, [])
    blocks = typed(data, "blocks", dict, {})
    if not all(isinstance(kind, str) for kind in risk_kinds):
        raise ItemRefused("risk_kinds：应为风险类型代码的列表。")
    if not all(isinstance(answer, dict) for answer in blocks.values()):
        raise ItemRefused("blocks：每一项应写明变化的内容。")
    answers = typed(data, "answers", dict, {})
    if not all(isinstance(answer, str) for answer in answers.values()):
        raise ItemRefused("answers：每条疑点应写明核实结果。")
    return VisitInput(
        visited_on=visited_on,
        answers=answers,
        mode=typed(data, "mode", str, ""),
        met=typed(data, "met", str, Met.HEAD.value),
        is_away=typed(data, "is_away", bool, None),
        blocks=blocks,
        has_risk=typed(data, "risk", bool, False),
        risk_kinds=risk_kinds,
        needs=typed(data, "needs", str, ""),
        note=typed(data, "note", str, ""),
        backdate_reason=typed(data, "backdate_reason", str, ""),
    )


def typed(data: dict[str, Any], key: str, kind: type, default: Any) -> Any:
    """Return a value of the item, the default when it is absent or null; raise ItemRefused for another type."""
    value = data.get(key)
    if value is None:
        return default
    if not isinstance(value, kind):
        raise ItemRefused(f"{key}：内容的格式不对，请更新走访页面后重试。")
    return value


def demand_text(item: Any) -> None:
    """Raise ItemRefused where a text or a name anywhere in an item holds what no database takes: the character NUL, or
    half of a pair of characters."""
    rest = [item]
    while rest:
        value = rest.pop()
        if isinstance(value, dict):
            rest += [*value, *value.values()]
        elif isinstance(value, list):
            rest += value
        elif isinstance(value, str) and UNREADABLE.search(value):
            raise ItemRefused("这一条里有不能保存的字符（多为粘贴带入），请删去粘贴的文字，重新填写后上传。")


def uuid_of(value: Any) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def day_of(data: dict[str, Any], key: str, label: str) -> date | None:
    """Return a day of the item, None when it is absent."""
    text = typed(data, key, str, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ItemRefused(f"{label}应写成 2026-11-23 这样的年-月-日。") from None


def money_of(data: dict[str, Any], key: str, label: str) -> Decimal | None:
    """Return an amount (元, a number or its text) of the item, None when it is absent."""
    value = data.get(key)
    if value in (None, ""):
        return None
    try:
        amount = Decimal(str(value)) if isinstance(value, str | int | float) else Decimal("NaN")
    except InvalidOperation:
        amount = Decimal("NaN")
    if isinstance(value, bool) or not amount.is_finite() or not 0 <= amount < 10**8:
        raise ItemRefused(f"{label}：应为不小于 0 的金额（元），例如 23500.5。")
    return round(amount, 2)
