"""Writes ledgers as workbooks: the frame of the office, masked by default, and recorded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from itertools import islice
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from households import audit
from households.access import Capability, access_of
from households.choices import Tier
from households.models import AccessLog
from ledgers.cases import listed_cases
from ledgers.columns import Ledger
from ledgers.definitions import FIVE, LEDGERS, ROSTER, SUMMARY
from ledgers.paging import people_count
from ledgers.periods import LedgerMonth
from ledgers.rows import VisitState, listed_households
from ledgers.scope import LedgerScope, UnknownVillage, scope_of
from ledgers.totals import Totals
from township.base.dates import PeriodKind
from township.base.sheets.spec import SheetSpec, Value
from township.base.sheets.writer import write_workbook

ALL = "all"
BATCH = 200
ALL_TITLE = "五本台账"
CODES = (*LEDGERS, ALL)


class ExportRefused(Exception):
    """The export may not or cannot be made; the message says why and what to do."""


@dataclass(frozen=True)
class Exported:
    """The workbook, its official file name, and the rows of each sheet by its ledger's code."""

    file_name: str
    content: bytes
    rows: dict[str, int] = field(default_factory=dict)

    @property
    def row_count(self) -> int:
        return sum(self.rows.values())


@dataclass(frozen=True)
class _Order:
    """What was asked for, checked."""

    title: str
    ledgers: tuple[Ledger, ...]
    scope: LedgerScope
    month: LedgerMonth
    state: VisitState | None
    full: bool
    who: str
    at: datetime

    @property
    def file_name(self) -> str:
        # On a desk full of files the complete one must not pass for the masked one.
        content = "_含完整证件号" if self.full else ""
        return f"{self.scope.place}_{self.title}_{self.month.month:%Y%m}{content}.xlsx"

    @property
    def filter_text(self) -> str:
        parts = [f"{self.month.month:%Y-%m}", self.scope.place]
        parts += [f"状态：{self.state.label}"] if self.state else []
        return "，".join([*parts, "完整证件号" if self.full else "脱敏"])


def export(
    code: str,
    *,
    month: date,
    on: date,
    village: str = "",
    state: VisitState | None = None,
    full_id: bool = False,
    reason: str = "",
    with_members: bool = False,
    by: Any = None,
    by_name: str = "",
    at: datetime | None = None,
    request: HttpRequest | None = None,
) -> Exported:
    """Return the workbook of one ledger (or "all": the five and the summary) and record the export.

    month is its first day, on today, village a 12-digit code ("" for all that the user may export). IDs and phones are
    masked unless full_id, which needs a reason and the capability FULL_EXPORT. `with_members` adds the member sheet
    behind ledger 1. Without `by` (command line) everything is in scope. Raises ExportRefused.
    """
    order = _checked(code, month, on, village, state, full_id, reason, by, by_name, at or timezone.now())
    rows: dict[str, int] = {}
    content = BytesIO()
    # The properties go into the file before its rows are read, so those are counted first.
    expected = sum(_count(ledger, order, with_members) for ledger in order.ledgers)
    write_workbook(
        content, _sheets(order, with_members, rows), properties=_properties(order, reason, expected)
    )
    audit.record(
        AccessLog.Action.EXPORT,
        by=by,
        by_name=by_name,
        area=order.scope.area,
        target=f"{order.title} {order.month.month:%Y-%m}",
        rows=sum(rows.values()),
        request=request,
        filter=order.filter_text,
        full_id=full_id,
        reason=reason.strip(),
        file=order.file_name,
    )
    return Exported(order.file_name, content.getvalue(), rows)


def _checked(
    code: str,
    month: date,
    on: date,
    village: str,
    state: VisitState | None,
    full_id: bool,
    reason: str,
    by: Any,
    by_name: str,
    at: datetime,
) -> _Order:
    if code not in CODES:
        raise ExportRefused(f"没有名为 {code} 的台账。可用：{'、'.join(CODES)}。")
    if full_id and not reason.strip():
        raise ExportRefused("导出完整证件号须填写事由。请写明用途后重试，或导出脱敏台账。")
    capability = Capability.FULL_EXPORT if full_id else Capability.EXPORT
    if by is not None and not access_of(by).can(capability):
        what = "完整证件号" if full_id else "台账"
        raise ExportRefused(f"您没有导出{what}的权限，如需办理请联系镇防贫监测工作站。")
    try:
        scope, seen = scope_of(by, capability, village), LedgerMonth(month, on)
    except (UnknownVillage, ValueError) as error:
        raise ExportRefused(str(error)) from error
    ledgers = (*FIVE, SUMMARY) if code == ALL else (LEDGERS[code],)
    title = ALL_TITLE if code == ALL else LEDGERS[code].title
    who = by_name or (f"{by.name}（{by.username}）" if by is not None else audit.COMMAND_LINE)
    return _Order(title, ledgers, scope, seen, state, full_id, who, at)


def _count(ledger: Ledger, order: _Order, with_members: bool) -> int:
    if ledger.tier:
        households = listed_households(order.scope, order.month, ledger.tier, order.state)
        has_members = with_members and ledger.code == "key"
        return households.count() + (people_count(households) if has_members else 0)
    return (
        order.scope.villages.count() if ledger is SUMMARY else listed_cases(order.scope, order.month).count()
    )


def _sheets(order: _Order, with_members: bool, rows: dict[str, int]) -> Iterator[SheetSpec]:
    for ledger in order.ledgers:
        yield _sheet(ledger, order, rows, ledger.tier)
        if with_members and ledger.code == "key":
            yield _sheet(ROSTER, order, rows, ledger.tier)


def _sheet(ledger: Ledger, order: _Order, rows: dict[str, int], tier: str) -> SheetSpec:
    scope, month, totals = order.scope, order.month, Totals(ledger.columns)
    source: tuple[Any, ...] = (scope, month)
    has_key = bool(tier)
    if tier:
        source = (*source, listed_households(scope, month, tier, order.state))
    getters = ledger.getters(full=order.full)

    def values() -> Iterator[list[Value]]:
        source_rows = ledger.rows(*source)
        # By the batch: reading, deriving and writing in turn, row by row, is a sixth slower.
        while batch := list(islice(source_rows, BATCH)):
            ready = [[get(row) for get in getters] for row in batch]
            for row, cells in zip(batch, ready, strict=True):
                totals.add(cells)
                if has_key:
                    cells.append(row.key)
            yield from ready
        rows[ledger.code] = totals.rows
        spec.footer += f"，共 {totals.rows} 行"  # read when the page is set up, after the last row

    spec = SheetSpec(
        name=ledger.title,
        title=sheet_title(ledger, scope, month),
        columns=[column.sheet_column for column in ledger.columns],
        rows=values(),
        unit_line=(f"填报单位（盖章）：{scope.place}", f"填报日期：{_day(month.as_of)}", ledger.unit),
        total_row=totals.row,
        notes=[*statistics(ledger, scope, month), *(f"注：{note}" for note in notes(ledger, month))],
        frozen_columns=ledger.frozen_columns,
        paper=ledger.paper,
        footer=f"{order.who} {timezone.localtime(order.at):%Y-%m-%d %H:%M} 导出　{order.filter_text}",
        hidden_key=has_key,
        fit_rows=tier != Tier.GENERAL,  # thousands of rows of short texts
    )
    return spec


def sheet_title(ledger: Ledger, scope: LedgerScope, month: LedgerMonth) -> str:
    """Return the printed title: 示例镇2026年第4季度低收入群体台账."""
    name = "防返贫监测村级汇总表" if ledger is SUMMARY else ledger.title
    return f"{scope.place}{month.period(ledger.cycle).label}{name}"


def statistics(ledger: Ledger, scope: LedgerScope, month: LedgerMonth) -> list[str]:
    """Return the ledger's own sentences of figures, which stand above its notes."""
    return ledger.statistics(scope, month) if ledger.statistics else []


def notes(ledger: Ledger, month: LedgerMonth) -> list[str]:
    """Return the notes below the table: the day of the data, and for an earlier month which facts are younger."""
    month_label = month.period(PeriodKind.MONTH).label
    if month.is_over:
        time = (
            f"监测等级、走访任务和走访为{month_label}末（{month.as_of}）的情况；户、人登记信息为 {month.on} 的数据，"
            "与当时可能不同。"
        )
    else:
        time = f"数据截至 {month.as_of}。"
    return [time, *ledger.notes]


def _properties(order: _Order, reason: str, rows: int) -> dict[str, Any]:
    made = timezone.localtime(order.at).replace(tzinfo=None, microsecond=0)
    custom: dict[str, Any] = {
        "导出人": order.who,
        "导出时间": f"{made:%Y-%m-%d %H:%M:%S}",
        "筛选": order.filter_text,
        "导出行数": rows,
    }
    if order.full:
        custom["事由"] = reason.strip()
    return {
        "title": f"{order.scope.place}{order.title}",
        "subject": f"{order.month.month:%Y-%m}",
        "author": order.who,
        "created": made,
        "comments": f"{order.who} {made:%Y-%m-%d %H:%M} 导出，{order.filter_text}，共 {rows} 行",
        "custom": custom,
    }


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
