"""疑点清单 as a workbook: by rule, by family for one village, or what one department has to look at; recorded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.utils import timezone

from households import audit
from households.access import Capability, access_of
from households.models import AccessLog, Division, Village
from monitoring.finding_choice import FindingChoice
from monitoring.finding_sheets import Frame, family_sheet, in_order, rule_sheet, summary_sheet
from monitoring.models import Finding
from monitoring.models.findings import FindingQuerySet
from monitoring.rule_words import Family, Fixer
from monitoring.rules.findings import RULES
from township.base.sheets.spec import SheetSpec
from township.base.sheets.writer import write_workbook

TITLE = "疑点清单"
EVERYTHING = FindingChoice()
TOWNSHIP_DIGITS = 9
RETIRED = "已停用的规则"


class BookRefused(Exception):
    """The workbook may not or cannot be made; the message says why and what to do."""


@dataclass(frozen=True)
class FindingBook:
    """The workbook, its official name, the findings (条) in it, and of how many rules."""

    file_name: str
    content: bytes
    findings: int
    rules: int


@dataclass(frozen=True)
class _Order:
    """What was asked for, checked."""

    findings: FindingQuerySet
    villages: dict[str, str]
    village: str
    area: str
    place: str
    choice: FindingChoice
    counts: dict[tuple[str, str], int]
    who: str
    on: date
    made: datetime

    @property
    def title(self) -> str:
        fixer = f"（{Fixer(self.choice.fixer).label}）" if self.choice.fixer else ""
        return f"{self.place}{TITLE}{fixer}"

    @property
    def file_name(self) -> str:
        narrow = [self.choice.rule, Fixer(self.choice.fixer).label if self.choice.fixer else ""]
        parts = [self.place, TITLE, *filter(None, map(str, narrow)), f"{self.on:%Y%m%d}"]
        return f"{'_'.join(parts)}.xlsx"

    @property
    def filter_text(self) -> str:
        return "，".join(filter(None, [self.place, self.choice.label, "待核实", "脱敏"]))

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def footer(self) -> str:
        return f"{self.who} {self.made:%Y-%m-%d %H:%M} 导出　{self.filter_text}，共 {self.total} 行"


def finding_workbook(
    *,
    by: Any,
    on: date,
    at: datetime,
    village: str = "",
    choice: FindingChoice = EVERYTHING,
    by_name: str = "",
    request: HttpRequest | None = None,
) -> FindingBook:
    """Return the workbook of what is open on a day and record the export; IDs are masked.

    A first sheet counts rules × villages. Then one sheet a rule; for one `village` (12 digits) without a rule one sheet
    a family. `choice` narrows to rules, or to what one department has to look at. Without `by` (command line)
    everything is in scope. Raises BookRefused.
    """
    order = _checked(by, by_name, village, choice, on, at)
    out = BytesIO()
    made, filter_text = order.made, order.filter_text
    custom = {
        "导出人": order.who, "导出时间": f"{made:%Y-%m-%d %H:%M:%S}", "筛选": filter_text, "导出行数": order.total,
    }  # fmt: skip
    write_workbook(
        out, _sheets(order),
        properties={
            "title": order.title, "subject": f"{on:%Y-%m-%d}", "author": order.who, "created": made,
            "comments": order.footer, "custom": custom,
        },
    )  # fmt: skip
    audit.record(
        AccessLog.Action.EXPORT, by=by, by_name=by_name, area=order.area, target=order.title, rows=order.total,
        request=request, filter=filter_text, masked=True, file=order.file_name,
    )  # fmt: skip
    return FindingBook(order.file_name, out.getvalue(), order.total, len({rule for rule, _ in order.counts}))


def _checked(by: Any, by_name: str, village: str, choice: FindingChoice, on: date, at: datetime) -> _Order:
    findings, villages = Finding.objects.open(on), Village.objects.all()
    if by is not None:
        if not access_of(by).can(Capability.EXPORT):
            raise BookRefused("您没有导出疑点清单的权限，如需办理请联系镇防贫监测工作站。")
        findings = findings.within(by, Capability.EXPORT)
        villages = villages.within(by, Capability.EXPORT)
    known = dict(villages.order_by("area").values_list("area", "name"))
    if village and village not in known:
        raise BookRefused(f"没有代码为 {village} 的行政村，或不在您的管辖范围内。请核对 12 位行政村代码。")
    if village:
        findings = findings.in_area(village)
    rules = choice.rules()
    if rules is not None:
        findings = findings.filter(rule__in=rules)
    counted = findings.order_by().values_list("rule", "area").annotate(Count("pk"))
    area, place = _place(known, village)
    return _Order(
        findings=findings, villages=known, village=village, area=area, place=place, choice=choice,
        counts={(rule, area): count for rule, area, count in counted},
        who=by_name or (f"{by.name}（{by.username}）" if by is not None else audit.COMMAND_LINE), on=on,
        made=timezone.localtime(at).replace(tzinfo=None, microsecond=0),
    )  # fmt: skip


def _place(villages: dict[str, str], village: str) -> tuple[str, str]:
    """Return (area prefix, name) of the village, else of the one village or township that all of them are in."""
    if not village and len(villages) == 1:
        (village,) = villages
    townships = {area[:TOWNSHIP_DIGITS] for area in ([village] if village else villages)}
    if len(townships) != 1:
        return "", "各乡镇"
    (prefix,) = townships
    names = Division.objects.filter(area=f"{prefix}000").values_list("name", flat=True)
    township = names.first() or prefix
    return (village, f"{township}{villages[village]}") if village else (prefix, township)


def _sheets(order: _Order) -> Iterator[SheetSpec]:
    frame = Frame(order.place, order.on, order.footer)
    note = (
        f"截至 {order.on} 待核实的疑点共 {order.total} 条。"
        if order.counts
        else f"截至 {order.on} 没有待核实的疑点。"
    )
    yield summary_sheet(order.counts, order.villages, frame, f"{note}已豁免的不在内。")
    codes = in_order({rule for rule, _ in order.counts})
    if not order.village or order.choice.rule:
        for code in codes:
            yield rule_sheet(code, order.findings.filter(rule=code), frame)
        return
    families: dict[str, list[str]] = defaultdict(list)
    for code in codes:
        families[str(Family(RULES[code].family).label) if code in RULES else RETIRED].append(code)
    for title, some in families.items():
        yield family_sheet(title, order.findings.filter(rule__in=some), frame)
