"""饮水安全 by its four indicators: quantity, quality, convenience, reliability (domain.md §2.6). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

# What fetching water costs: field, limit, words before the number, unit.
FETCHING = (
    ("fetch_minutes", "water_fetch_minutes", "往返", "分钟"),
    ("fetch_metres", "water_fetch_metres", "水平", "米"),
    ("climb_metres", "water_climb_metres", "垂直", "米"),
)
LIMITS_USED = ("water_litres", "water_short_days", *(limit for _, limit, _, _ in FETCHING))


@dataclass(frozen=True, kw_only=True)
class WaterSeen:
    """What was seen of a household's water; None: not asked.

    Litres a person and day; minutes there and back; metres level and in height (0 where it is piped in); days a year
    without water.
    """

    litres: Decimal | None = None
    quality_is_good: bool | None = None
    fetch_minutes: int | None = None
    fetch_metres: int | None = None
    climb_metres: int | None = None
    short_days: int | None = None


def missing_indicators(seen: WaterSeen) -> list[str]:
    """Return which of the four indicators nobody asked; any one measure of fetching tells how convenient it is."""
    fetched = [getattr(seen, name) for name, _, _, _ in FETCHING]
    known = {
        "水量": seen.litres is not None,
        "水质": seen.quality_is_good is not None,
        "取水方便程度": any(value is not None for value in fetched),
        "供水保证率": seen.short_days is not None,
    }
    return [name for name, is_known in known.items() if not is_known]


def water_problems(seen: WaterSeen, limits: Mapping[str, Decimal]) -> list[str]:
    """Return what is wrong by the limits in force, a sentence for each indicator that fails; empty: safe.

    A value that equals its limit is good. Fetching is convenient by any one of its measures. An indicator that was
    not asked is not wrong.
    """
    return list(_problems(seen, limits))


def _problems(seen: WaterSeen, limits: Mapping[str, Decimal]) -> Iterator[str]:
    if seen.litres is not None and seen.litres < limits["water_litres"]:
        yield f"水量 {seen.litres.normalize():f} 升/人·日，低于 {_plain(limits['water_litres'])} 升"
    if seen.quality_is_good is False:
        yield "水质不合格"
    costs = [(getattr(seen, name), limits[limit], *words) for name, limit, *words in FETCHING]
    told = [cost for cost in costs if cost[0] is not None]
    if told and all(value > most for value, most, _, _ in told):
        words = "、".join(
            f"{what} {value} {unit}（超过 {_plain(most)} {unit}）" for value, most, what, unit in told
        )
        yield f"取水不便：{words}"
    if seen.short_days is not None and seen.short_days > limits["water_short_days"]:
        yield f"全年缺水 {seen.short_days} 天，超过 {_plain(limits['water_short_days'])} 天"


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
