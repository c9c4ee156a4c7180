"""The workbooks of the housing check and the water sample: the form to fill in and the result, in one layout."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

from django.http import FileResponse, HttpRequest

from households import audit
from households.access import Capability, access_of
from households.models import AccessLog
from monitoring.housing_month import HouseOfMonth
from monitoring.models import SampledHousehold
from township.base.masking import mask_people
from township.base.sheets.spec import SheetColumn, SheetSpec, Value
from township.base.sheets.writer import write_workbook

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HOUSING_COLUMNS = (
    SheetColumn("序号", width=6, kind="int"),
    SheetColumn("自然村/组", width=12),
    SheetColumn("户主", width=10),
    SheetColumn("户码", width=19),
    SheetColumn("上次等级", group="上次", width=9),
    SheetColumn("上次排查", group="上次", width=12, kind="date"),
    SheetColumn("住房等级", group="本月", width=9),
    SheetColumn("情况", group="本月", width=30),
    SheetColumn("排查日期", group="本月", width=12, kind="date"),
    SheetColumn("排查人", group="本月", width=12),
)
WATER_COLUMNS = (
    SheetColumn("序号", width=6, kind="int"),
    SheetColumn("行政村", width=12),
    SheetColumn("自然村/组", width=12),
    SheetColumn("户主", width=10),
    SheetColumn("户码", width=19),
    SheetColumn("升/人·日", group="水量", width=9),
    SheetColumn("合格", group="水质", width=8),
    SheetColumn("往返（分钟）", group="取水方便程度", width=9, kind="int"),
    SheetColumn("水平（米）", group="取水方便程度", width=9, kind="int"),
    SheetColumn("垂直（米）", group="取水方便程度", width=9, kind="int"),
    SheetColumn("缺水（天/年）", group="供水保证率", width=10, kind="int"),
    SheetColumn("结果", width=10),
    SheetColumn("问题", width=26),
    SheetColumn("抽查日期", width=12, kind="date"),
    SheetColumn("抽查人", width=12),
)
VERDICTS = {True: "达标", False: "存在问题"}
QUALITY = {True: "合格", False: "不合格", None: ""}


def housing_sheet(houses: Sequence[HouseOfMonth], *, title: str, place: str, on: date) -> SheetSpec:
    """Return the sheet of a village's month; what was not inspected yet is left to be written in."""
    return SheetSpec(
        name="住房月排查",
        title=title,
        columns=HOUSING_COLUMNS,
        rows=(_house(number, house) for number, house in enumerate(houses, start=1)),
        unit_line=(f"单位：{place}", f"{on}", f"共 {len(houses)} 户"),
        notes=["A、B 级为住房安全，C 级局部危险，D 级整体危险；C、D 级写明情况。"],
        fit_rows=True,
    )


def _house(number: int, house: HouseOfMonth) -> list[Value]:
    household, latest = house.household, house.latest
    known: list[Value] = [
        number,
        household.group.name if household.group else "",
        household.head_name,
        household.code,
    ]
    if house.is_checked and latest:
        return [
            *known,
            "",
            None,
            latest.grade,
            mask_people(latest.evidence),
            latest.checked_on,
            latest.checked_by,
        ]
    return [*known, house.grade, latest.checked_on if latest else None, "", "", None, ""]


def water_sheet(rows: Iterable[SampledHousehold], *, title: str, place: str, note: str) -> SheetSpec:
    """Return the sheet of a quarter's draw; what was not inspected yet is left to be written in."""
    return SheetSpec(
        name="饮水季度抽查",
        title=title,
        columns=WATER_COLUMNS,
        rows=(_water(number, row) for number, row in enumerate(rows, start=1)),
        unit_line=(f"单位：{place}", "", "单位：户"),
        notes=[note],
        fit_rows=True,
    )


def _water(number: int, row: SampledHousehold) -> list[Value]:
    household, seen = row.household, row.inspection
    known: list[Value] = [
        number,
        household.village.name,
        household.group.name if household.group else "",
        household.head_name,
        household.code,
    ]
    if seen is None:
        return [*known, *[None] * (len(WATER_COLUMNS) - len(known))]
    return [
        *known,
        "" if seen.litres is None else f"{seen.litres.normalize():f}",
        QUALITY[seen.quality_is_good],
        seen.fetch_minutes,
        seen.fetch_metres,
        seen.climb_metres,
        seen.short_days,
        VERDICTS[seen.is_met],
        mask_people(seen.evidence),
        seen.checked_on,
        seen.checked_by,
    ]


def download(
    request: HttpRequest, spec: SheetSpec, *, area: str, name: str, rows: int, on: date
) -> FileResponse:  # fmt: skip
    """Answer the workbook to a holder of EXPORT in the area ("": anywhere), and record who took it."""
    by: Any = request.user
    access_of(by).demand(Capability.EXPORT, area or None)
    content = BytesIO()
    signed = replace(spec, footer=f"导出人 {by.name}　{on}")
    write_workbook(content, [signed], properties={"title": spec.title, "author": by.name})
    audit.record(AccessLog.Action.EXPORT, by=by, area=area, target=name, rows=rows, request=request)
    content.seek(0)
    return FileResponse(content, as_attachment=True, filename=f"{name}.xlsx", content_type=WORKBOOK)
