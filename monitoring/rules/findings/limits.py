"""The numbers that the rules compare with, and their first values; the values in force are rows of `RuleLimit`. Pure.

Source: domain.md §2.3 (areas), §2.5 (incomes), §2.6 (water), §2.8 (ages), §7.1 (benefits). Each family adds its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Limit:
    """A limit's name in the rules, its Chinese title, its first value and unit (岁 元 亩 天 月 % 户 村 …)."""

    code: str
    title: str
    value: Decimal
    unit: str


LIMITS: dict[str, Limit] = {}


# The most that a limit can sensibly be, by its unit: beyond it days and ages leave the calendar.
MOST_OF = {"天": Decimal(3660), "月": Decimal(240), "岁": Decimal(150), "%": Decimal(100)}
MOST = Decimal(10) ** 8


def most_of(code: str) -> Decimal:
    """Return the most that a limit may be set to."""
    return MOST_OF.get(LIMITS[code].unit, MOST)


def limit(code: str, title: str, value: str, unit: str) -> None:
    """Name a limit; a code is named once."""
    if code in LIMITS:
        raise ValueError(f"{code} is named twice")
    LIMITS[code] = Limit(code, title, Decimal(value), unit)


limit("receipt_grace_days", "发放名单可以晚到的天数", "62", "天")
limit("water_litres", "饮水水量下限", "35", "升/人·日")
limit("water_fetch_minutes", "取水往返时间上限", "20", "分钟")
limit("water_fetch_metres", "取水水平距离上限", "800", "米")
limit("water_climb_metres", "取水垂直距离上限", "80", "米")
limit("water_short_days", "全年缺水天数上限", "36", "天")
limit("water_sample_villages", "饮水抽查每季度村数", "8", "村")
limit("water_sample_households", "饮水抽查每村户数", "4", "户")
limit("solar_township_percent", "光伏收益乡镇统筹比例", "40", "%")
