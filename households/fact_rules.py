"""What cannot be true of a household or a person, whoever writes it.  Pure: values go in, the day is passed in.

Each rule names the fields it looks at, the one to correct first, so that a correction elsewhere is not held up by
an old value of the register.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from households.identity import EARLIEST_BIRTH_YEAR, InvalidId, parse

# 建档立卡 began in 2014 with the households of the end of 2013; nobody was lifted out of it before.
FIRST_EX_POOR_YEAR = 2013
# Older months of the register are slips of the key: rural 低保 began after 2000, monitoring in 2020.
FIRST_MONTH = date(2000, 1, 1)
LAST_PLACE_IN_WALK = 9999
MONTHS_OF_A_YEAR = 12

_MONTHS = {
    "identified_month": "识别监测时间", "eliminated_month": "风险消除时间", "low_income_month": "低收入认定时间",
}  # fmt: skip
_WORK = {"work_months": "务工时间", "post_months": "公益性岗位月数"}
# Their numbers say when a person was born; a passport does not.
_RESIDENT_PAPERS = {"resident", "disability", "household_book"}


class Implausible(NamedTuple):
    """A value that cannot be: the fields it follows from (the one to correct first) and what to do, in Chinese."""

    fields: tuple[str, ...]
    message: str


def household_problems(facts: Mapping[str, Any], on: date) -> Iterator[Implausible]:
    """Yield what cannot be true of a household on a day; `facts`: its values by field name (亩, months as days)."""
    land, year, place = facts["land_mu"], facts["ex_poor_year"], facts["walk_order"]
    if land is not None and land < 0:
        yield Implausible(("land_mu",), "耕地面积不能是负数，没有耕地的填 0。")
    if year is not None and not FIRST_EX_POOR_YEAR <= year <= on.year:
        yield Implausible(("ex_poor_year",), f"脱贫年度应在 {FIRST_EX_POOR_YEAR}—{on.year} 年之间。请核对。")
    if place is None or not 0 <= place <= LAST_PLACE_IN_WALK:
        yield Implausible(("walk_order",), f"走访顺序应为 0—{LAST_PLACE_IN_WALK} 的整数。")
    for name, label in _MONTHS.items():
        month = facts[name]
        if month is None:
            continue
        if month > on:
            message = f"{label} {month:%Y-%m} 晚于本月（{on:%Y-%m}）。请填写实际年月。"
            yield Implausible((name,), message)
        elif month < FIRST_MONTH:
            yield Implausible((name,), f"{label} {month:%Y-%m} 早于 {FIRST_MONTH.year} 年。请核对年份。")
    if eliminated_too_early(facts["identified_month"], facts["eliminated_month"]):
        message = f"风险消除时间早于识别监测时间（{facts['identified_month']:%Y-%m}）。请核对这两项。"
        yield Implausible(("eliminated_month", "identified_month"), message)
    if facts["eliminated_month"] is not None and facts["is_eliminated"] is False:
        message = "风险未消除的，不填风险消除时间；已消除的，请把“风险是否已消除”改为“是”。"
        yield Implausible(("eliminated_month", "is_eliminated"), message)


def eliminated_too_early(identified: date | None, eliminated: date | None) -> bool:
    """True when a risk was eliminated before it was identified; unknown months contradict nothing."""
    return identified is not None and eliminated is not None and eliminated < identified


def member_problems(facts: Mapping[str, Any], on: date) -> Iterator[Implausible]:
    """Yield what cannot be true of a person on a day; `facts` holds the values by field name (months 0 to 12)."""
    for name, label in _WORK.items():
        months = facts[name]
        if months is not None and not 0 <= months <= MONTHS_OF_A_YEAR:
            yield Implausible((name,), f"{label}应为 0—{MONTHS_OF_A_YEAR} 个月。")
    level, born = facts["disability_level"], facts["birth_on"]
    if level is not None and not 1 <= level <= 4:
        yield Implausible(("disability_level",), "残疾等级应为 1—4。")
    if born is not None and not date(EARLIEST_BIRTH_YEAR, 1, 1) <= born <= on:
        message = f"出生日期 {born} 不在 {EARLIEST_BIRTH_YEAR} 年至今天（{on}）之间。请核对。"
        yield Implausible(("birth_on",), message)
    if facts["id_number"] and facts["id_kind"] in _RESIDENT_PAPERS:
        yield from _problems_with_id(facts, on)


def _problems_with_id(facts: Mapping[str, Any], on: date) -> Iterator[Implausible]:
    try:
        number = parse(facts["id_number"], on=on)
    except InvalidId as invalid:
        # Also when only the kind of paper was changed, as from a passport to an identity card.
        yield Implausible(("id_number", "id_kind"), invalid.message)
        return
    if facts["birth_on"] not in (None, number.birth_date):
        message = f"出生日期与证件号码不符，证件号码中是 {number.birth_date}。请核对这两项。"
        yield Implausible(("birth_on", "id_number"), message)
    if facts["sex"] not in ("", number.sex):
        yield Implausible(("sex", "id_number"), "性别与证件号码第 17 位不符。请核对这两项。")
