"""The register as the national export writes it: one row per person, the household's facts repeated on each.

Only the tests write it: what goes out and comes back must be the same. IDs and phones stand in full.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from django.db.models import QuerySet
from django.utils import timezone

from households.importing.columns import Column
from households.importing.places import COUNTY_DIGITS, TOWNSHIP_DIGITS
from households.importing.register.columns import COLUMNS, RISKS
from households.importing.register.heads import HEAD_UNNAMED
from households.importing.work_places import province_of
from households.models import Division, Household, Income, Member
from township.base.batches import batches

SHEET, TITLE = "监测对象信息", "（自定义）监测对象信息"
BLOCK = 500
HEADER_ROW = 2  # the third, counted from 0 as the writer does
# Provinces are known by their short names; these are no 省.
FULL_NAMES = {
    "北京": "北京市", "天津": "天津市", "上海": "上海市", "重庆": "重庆市", "内蒙古": "内蒙古自治区",
    "广西": "广西壮族自治区", "西藏": "西藏自治区", "宁夏": "宁夏回族自治区", "新疆": "新疆维吾尔自治区",
    "香港": "香港特别行政区", "澳门": "澳门特别行政区",
}  # fmt: skip
Cell = str | int | Decimal


def register_rows(households: QuerySet, *, year: int) -> Iterator[dict[str, Cell]]:
    """Yield a row for each person who belongs to one of the households today, by heading, in the columns' order.

    Households that were closed and people who left are not among them; the head comes first. Months are written
    202503, yes and no as 是 and 否, choices by their labels, money (元) of `year` and counts as numbers, all else as
    text, "" for what is not known. Read in blocks: memory does not grow with the register.
    """
    names = {division.area: division.name for division in Division.objects.all()}
    ordered = households.filter(closed_on__isnull=True).select_related("village", "group")
    for block in batches(ordered.order_by("area", "code").iterator(chunk_size=BLOCK), BLOCK):
        keys = [household.pk for household in block]
        people: dict[Any, list[Member]] = defaultdict(list)
        for member in Member.objects.filter(household__in=keys, left_on__isnull=True).for_page():
            people[member.household_id].append(member)
        earned = Income.objects.filter(household__in=keys, year=year)
        incomes = {income.household_id: income for income in earned}
        for household in block:
            places = _places(household, names)
            for member in people[household.pk]:
                yield {
                    column.label: _cell(column, household, member, incomes.get(household.pk), places)
                    for column in COLUMNS
                }


def write_register(
    path: Path, households: QuerySet, *, exported_at: datetime, year: int, by_name: str
) -> int:
    """Write these households as a workbook like the national export's and return its number of people.

    Title, 导出时间, and the header in the third row; `by_name` stands in the workbook's properties. Only numbers are
    written as numbers, and no text as a formula.
    """
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        book.set_properties({"title": TITLE, "author": by_name})
        page = book.add_worksheet(SHEET)
        page.write_string(0, 0, TITLE)
        page.write_string(1, 0, f"导出时间：{timezone.localtime(exported_at):%Y-%m-%d %H:%M}")
        for place, column in enumerate(COLUMNS):
            page.write_string(HEADER_ROW, place, column.label)
        row = HEADER_ROW
        for row, cells in enumerate(register_rows(households, year=year), start=HEADER_ROW + 1):
            for place, cell in enumerate(cells.values()):
                if isinstance(cell, str):
                    if cell:
                        page.write_string(row, place, cell)
                else:
                    page.write_number(row, place, cell)
    return row - HEADER_ROW


def _places(household: Household, names: dict[str, str]) -> dict[str, str]:
    """What the household's place is called. The city is not registered: it stays blank."""
    area = household.area
    province = province_of(area) or ""
    return {
        "province": FULL_NAMES.get(province, f"{province}省" if province else ""),
        "county": names.get(f"{area[:COUNTY_DIGITS]:0<12}", ""),
        "township": names.get(f"{area[:TOWNSHIP_DIGITS]:0<12}", ""),
        "village": household.village.name,
        "group": household.group.name if household.group is not None else "",
    }


def _cell(
    column: Column, household: Household, member: Member, income: Income | None, places: dict[str, str]
) -> Cell:
    name = column.field
    if name in places or column.about == "place":
        return places.get(name, "")
    if name in RISKS:
        return _risk(column, household.risks, RISKS.index(name))
    if name == "head_name" and household.head_name == HEAD_UNNAMED:
        return ""
    owner = {"household": household, "member": member, "income": income}[column.about]
    return _written(column, getattr(owner, name, None))


def _risk(column: Column, risks: Iterable[str], place: int) -> str:
    """One risk in each column; the last one takes all that are left."""
    found = list(risks)[place : place + 1 if place < len(RISKS) - 1 else None]
    return column.in_words(found)


def _written(column: Column, value: Any) -> Cell:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return f"{value:%Y%m}"  # the register's dates are months
    if isinstance(value, int | Decimal):
        return value
    # Words of choices; a personal number in full.
    return value or "" if column.personal else column.in_words(value)
