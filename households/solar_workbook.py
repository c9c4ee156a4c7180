"""A batch as the workbook that is signed and filed: who gets what for which purpose, the totals, the signature line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from households import audit
from households.access import Capability, access_of
from households.benefit_kinds import SolarPurpose
from households.models import AccessLog, SolarBatch, SolarShare
from households.services.solar import totals_of
from township.base.sheets.spec import SheetColumn, SheetSpec, Value
from township.base.sheets.writer import write_workbook

COLUMNS = (
    SheetColumn("序号", width=7, kind="int"),
    SheetColumn("用途", width=14),
    SheetColumn("户主", width=14),
    SheetColumn("户码", width=24),
    SheetColumn("领取人", width=14),
    SheetColumn("金额（元）", width=16, kind="money", total="sum"),
    SheetColumn("说明", width=28),
    SheetColumn("签字", width=18),
)
TOTALS = (
    SheetColumn("用途", width=30),
    SheetColumn("笔数", width=18, kind="int", total="sum"),
    SheetColumn("户", width=18, kind="int"),
    SheetColumn("人", width=18, kind="int"),
    SheetColumn("金额（元）", width=26, kind="money", total="sum"),
)
SIGNATURE = "村委会：____________　　监督委员会：____________　　乡镇审核：____________　　日期：____________"


@dataclass(frozen=True)
class BatchWorkbook:
    """The file, its name, and how many lines it holds."""

    file_name: str
    content: bytes
    rows: int


def batch_workbook(
    batch: SolarBatch, *, by: Any, on: date, at: datetime, request: HttpRequest | None = None
) -> BatchWorkbook:
    """Return the workbook of a batch and record the export; PermissionDenied without EXPORT in the village.

    `by` None is the system itself. Names and household numbers only: no ID and no telephone number stands in it.
    """
    if by is not None:
        access_of(by).demand(Capability.EXPORT, batch.area)
    title = f"{batch.village.name}光伏收益分配表（{batch.title_in_village}）"
    shares = list(
        SolarShare.objects.filter(batch=batch)
        .select_related("household", "member")
        .order_by("household__code", "pk")
    )
    order = list(SolarPurpose.values)
    shares.sort(key=lambda share: order.index(share.purpose))
    out = BytesIO()
    who = f"{by.name}（{by.username}）" if by is not None else audit.COMMAND_LINE
    made = timezone.localtime(at).replace(tzinfo=None, microsecond=0)
    footer = f"{who} {made:%Y-%m-%d %H:%M} 导出，共 {len(shares)} 行"
    write_workbook(
        out,
        (_lines_sheet(batch, shares, title, on, footer), _totals_sheet(batch, title, on, footer)),
        properties={"title": title, "author": who, "created": made, "comments": footer},
    )
    file_name = f"{batch.village.name}_光伏收益分配_{batch.title_in_village}.xlsx"
    audit.record(
        AccessLog.Action.EXPORT, by=by, area=batch.area, target=f"光伏收益分配 {batch.title}", rows=len(shares),
        request=request, masked=True, file=file_name,
    )  # fmt: skip
    return BatchWorkbook(file_name, out.getvalue(), len(shares))


def _lines_sheet(batch: SolarBatch, shares: list[SolarShare], title: str, on: date, footer: str) -> SheetSpec:
    def rows() -> Iterator[list[Value]]:
        for number, share in enumerate(shares, start=1):
            home = share.household
            yield [
                number, share.get_purpose_display(), home.head_name if home else None, home.code if home else None,
                share.receiver_name or None, share.amount_yuan, share.note or None, None,
            ]  # fmt: skip

    return SheetSpec(
        name="分配明细", title=title, columns=COLUMNS, rows=rows(), unit_line=_unit_line(batch, on),
        notes=_notes(batch), signature=SIGNATURE, footer=footer, fit_rows=True, is_padded=True,
    )  # fmt: skip


def _totals_sheet(batch: SolarBatch, title: str, on: date, footer: str) -> SheetSpec:
    rows: list[list[Value]] = [
        [
            str(total.purpose.label),
            total.lines,
            total.households or None,
            total.people or None,
            total.amount_yuan,
        ]
        for total in totals_of(batch)
    ]
    return SheetSpec(
        name="用途合计", title=title, columns=TOTALS, rows=rows, unit_line=_unit_line(batch, on),
        notes=_notes(batch), signature=SIGNATURE, footer=footer, is_padded=True,
    )  # fmt: skip


def _unit_line(batch: SolarBatch, on: date) -> tuple[str, str, str]:
    return f"行政村：{batch.village.name}", f"制表日期：{on.year}年{on.month}月{on.day}日", "单位：元"


def _notes(batch: SolarBatch) -> list[str]:
    split = (
        f"收益总额 {batch.income_yuan:,.2f} 元（{batch.received_on} 到账），其中乡镇统筹 {batch.township_percent:f}% "
        f"{batch.township_yuan:,.2f} 元，村级分配 {batch.village_yuan:,.2f} 元。"
    )
    steps = (
        ("村委会议定", batch.decided_on), ("村级评议", batch.reviewed_on), ("乡镇审核", batch.approved_on),
        ("县级备案", batch.recorded_on),
    )  # fmt: skip
    told = "，".join(f"{label} {day}" for label, day in steps if day)
    state = f"{batch.get_status_display()}。" + (f"{told}。" if told else "")
    return [split, state + (f"备案文号：{batch.document}。" if batch.document else "")]
