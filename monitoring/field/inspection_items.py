"""A look at a house or at water that comes from the phone; the id of the item is that of the inspection."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from households.guarantees import Guarantee
from monitoring.field.items import CREATED, DUPLICATE, ItemRefused, day_of, household_of, typed, uuid_of
from monitoring.models import Inspection
from monitoring.rules.water import FETCHING, WaterSeen
from monitoring.services.inspection_input import InspectionInput
from monitoring.services.inspections import record

GUARANTEES = {"housing_check": Guarantee.HOUSING, "water_check": Guarantee.WATER}
OCCASIONS = {
    Guarantee.HOUSING: Inspection.Occasion.MONTHLY,
    Guarantee.WATER: Inspection.Occasion.SAMPLE,
}
LABELS = {"fetch_minutes": "取水往返时间", "fetch_metres": "取水水平距离", "climb_metres": "取水垂直距离"}


def take_inspection(
    item_id: UUID, kind: str, household: Any, data: dict[str, Any], user: Any, on: date, at: datetime
) -> tuple[str, str]:
    """Return what became of a housing_check or water_check, and a message; raise ItemRefused or Refused.

    `checked_on` is needed. A house has its `grade`; water `litres`, `quality_is_good`, `short_days` and one or more of
    `fetch_minutes`, `fetch_metres`, `climb_metres`. Optional: `words`, `clue`, `occasion` (a house's month, water's
    sample of the quarter unless told).
    """
    guarantee = GUARANTEES[kind]
    checked_on = day_of(data, "checked_on", "核查日期")
    if checked_on is None:
        raise ItemRefused("请填写核查日期。")
    place = household_of(uuid_of(household), user, checked_on)
    report = InspectionInput(
        guarantee=guarantee,
        occasion=typed(data, "occasion", str, OCCASIONS[guarantee].value),
        checked_on=checked_on,
        grade=typed(data, "grade", str, "") if guarantee is Guarantee.HOUSING else "",
        water=water_seen(data) if guarantee is Guarantee.WATER else None,
        words=typed(data, "words", str, ""),
        opens_clue=typed(data, "clue", bool, False),
    )
    done = record(place, report, by=user, on=on, at=at, inspection_id=item_id)
    return (CREATED if done.created else DUPLICATE), ""


def water_seen(data: dict[str, Any]) -> WaterSeen:
    """Return the indicators of an item; raise ItemRefused for what is no number."""
    fetched = {name: _whole(data, name, LABELS[name]) for name, _, _, _ in FETCHING}
    return WaterSeen(
        litres=_litres(data),
        quality_is_good=typed(data, "quality_is_good", bool, None),
        short_days=_whole(data, "short_days", "全年缺水天数"),
        **fetched,
    )


def _whole(data: dict[str, Any], key: str, label: str) -> int | None:
    value = data.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise ItemRefused(f"{label}：应为整数。")
    return value


def _litres(data: dict[str, Any]) -> Decimal | None:
    """Litres a person and day, a number or its text, to one decimal place as they are kept."""
    value = data.get("litres")
    if value is None:
        return None
    try:
        litres = Decimal(str(value)) if isinstance(value, str | int | float) else Decimal("NaN")
    except InvalidOperation:
        litres = Decimal("NaN")
    if isinstance(value, bool) or not litres.is_finite() or abs(litres) >= 10**6:
        raise ItemRefused("水量：应为每人每日的升数，例如 60。")
    return round(litres, 1)
