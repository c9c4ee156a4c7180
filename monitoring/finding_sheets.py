"""The sheets of a 疑点清单: findings counted by rule and village, and one by one for a rule or a family."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from households.choices import Relation
from households.models import Member, MonitorAssignment
from monitoring.models import Finding
from monitoring.models.findings import FindingQuerySet
from monitoring.rule_words import Family, Level
from monitoring.rules.findings import RULES
from township.base.batches import batches
from township.base.dates import age_on
from township.base.masking import mask_id_number, mask_people
from township.base.sheets.spec import SheetColumn, SheetSpec, Value

BATCH = 1000
SUMMARY = "汇总"
COLUMNS = (
    SheetColumn("序号", width=6, kind="int"),
    SheetColumn("村", width=11),
    SheetColumn("组", width=7),
    SheetColumn("户码", width=19),
    SheetColumn("户主", width=9),
    SheetColumn("成员", width=9),
    SheetColumn("与户主关系", width=9),
    SheetColumn("证件号码", width=20),
    SheetColumn("年龄", width=6, kind="int"),
    SheetColumn("等级", width=7),
    SheetColumn("监测员", width=9),
    SheetColumn("情况", width=44),
    SheetColumn("由谁核实", width=14),
    SheetColumn("首次发现", width=11, kind="date"),
    SheetColumn("核实结果", width=14),
    SheetColumn("处理意见", width=14),
)
RULE_COLUMN = SheetColumn("规则", width=26)
SIGNATURE = "填表人：____________　　核实人：____________　　审核人：____________　　日期：____________"


@dataclass(frozen=True)
class Frame:
    """What stands around every sheet: the place in its title, the day, and who exported what."""

    place: str
    on: date
    footer: str

    @property
    def unit_line(self) -> tuple[str, str, str]:
        day = f"{self.on.year}年{self.on.month}月{self.on.day}日"
        return f"填报单位（盖章）：{self.place}", f"填报日期：{day}", "单位：条"


def summary_sheet(
    counts: dict[tuple[str, str], int], villages: dict[str, str], frame: Frame, note: str
) -> SheetSpec:
    """Return the sheet of rules × villages; `counts` by rule and village, `villages` their names by code."""
    shown = sorted({area for _, area in counts})
    columns = [
        SheetColumn("规则", width=9), SheetColumn("名称", width=30), SheetColumn("类别", width=12),
        SheetColumn("级别", width=7), SheetColumn("由谁核实", width=14),
        *(SheetColumn(villages.get(area, area), width=9, kind="int", total="sum") for area in shown),
        SheetColumn("合计", width=8, kind="int", total="sum"),
    ]  # fmt: skip

    def rows() -> Iterator[list[Value]]:
        for code in in_order({code for code, _ in counts}):
            rule = RULES.get(code)
            about = (rule.title, rule.family.label, rule.level.label, rule.fixer.label) if rule else ("",) * 4
            found = [counts.get((code, area), 0) for area in shown]
            yield [code, *map(str, about), *(count or None for count in found), sum(found)]

    return SheetSpec(
        name=SUMMARY, title=f"{frame.place}疑点汇总表", columns=columns, rows=rows(), unit_line=frame.unit_line,
        notes=[note], frozen_columns=2, paper="A3", footer=frame.footer,
        signature=SIGNATURE, fit_rows=True,
    )  # fmt: skip


def in_order(codes: set[str]) -> list[str]:
    """Return the codes of rules by family and code; those no longer used last."""
    families = list(Family)
    return sorted(
        codes, key=lambda code: (families.index(RULES[code].family) if code in RULES else len(families), code)
    )


def rule_sheet(code: str, findings: FindingQuerySet, frame: Frame) -> SheetSpec:
    """Return the sheet of one rule's findings (already narrowed to it)."""
    rule = RULES.get(code)
    title = f"{code} {rule.title}" if rule else f"{code}（规则已停用）"
    asked = f"入户询问：{rule.question}" if rule and rule.question else ""
    notes = [f"{rule.level.label}，由{rule.fixer.label}核实。{asked}"] if rule else []
    return _sheet(title, findings, frame, notes, with_rule=False)


def family_sheet(title: str, findings: FindingQuerySet, frame: Frame) -> SheetSpec:
    """Return the sheet of the findings of a family's rules (already narrowed to them), each with its rule."""
    return _sheet(title, findings, frame, [], with_rule=True)


def _sheet(
    name: str, findings: FindingQuerySet, frame: Frame, notes: list[str], *, with_rule: bool
) -> SheetSpec:
    columns = [COLUMNS[0], RULE_COLUMN, *COLUMNS[1:]] if with_rule else list(COLUMNS)

    def rows() -> Iterator[list[Value]]:
        for number, (finding, cells) in enumerate(_lines(findings, frame.on), start=1):
            yield [number, *([_rule_name(finding.rule)] if with_rule else []), *cells]

    return SheetSpec(
        name=name, title=f"{frame.place}疑点清单（{name}）", columns=columns, rows=rows(), unit_line=frame.unit_line,
        notes=[*notes, "针对全户的疑点，成员一栏列户主。证件号码已脱敏，完整号码在系统内查看。"],
        frozen_columns=6 if with_rule else 5, paper="A3", footer=frame.footer, signature=SIGNATURE, fit_rows=True,
    )  # fmt: skip


def _lines(findings: FindingQuerySet, on: date) -> Iterator[tuple[Finding, list[Value]]]:
    """Yield findings by village and household with their cells; four queries for some thousand."""
    rows = findings.select_related("household__village", "household__group", "member")
    ordered = rows.order_by("area", "household__code", "rule", "pk").iterator(chunk_size=BATCH)
    for some in batches(ordered, BATCH):
        homes = {finding.household_id for finding in some}
        monitors, heads = _monitors(homes, on), _heads(homes)
        for finding in some:
            person = finding.member or heads.get(finding.household_id)
            yield finding, _cells(finding, person, monitors[finding.household_id], on)


def _cells(finding: Finding, person: Member | None, monitors: list[str], on: date) -> list[Value]:
    home, rule = finding.household, RULES.get(finding.rule)
    return [
        home.village.name, home.group.name if home.group else None, home.code, home.head_name,
        person.name if person else None, str(person.get_relation_display()) if person else None,
        mask_id_number(person.id_number) if person else None,
        age_on(person.birth_on, on) if person and person.birth_on else None,
        str(home.get_tier_display()) or None, monitors or None, mask_people(finding.text),
        str(rule.fixer.label) if rule else None, finding.first_found_on, None, None,
    ]  # fmt: skip


def _monitors(homes: set[UUID], on: date) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    rows = MonitorAssignment.objects.valid_on(on).filter(household__in=homes).order_by("valid_from")
    for household, name in rows.values_list("household_id", "monitor__name"):
        found[household].append(name)
    return found


def _heads(homes: set[UUID]) -> dict[UUID, Member]:
    rows: Any = Member.objects.active().filter(household__in=homes, relation=Relation.HEAD)
    return {member.household_id: member for member in rows}


def _rule_name(code: str) -> str:
    rule = RULES.get(code)
    return f"{code} {rule.title}（{Level(rule.level).label}）" if rule else code
