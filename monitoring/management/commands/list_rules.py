"""list_rules: the catalogue of all rules, as a table for a terminal or a page in Markdown."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from monitoring.rule_words import Family
from monitoring.rules.findings import RULES
from monitoring.rules.findings.base import Rule
from township.base.commands import TownshipCommand


class Command(TownshipCommand):
    help = "列出全部规则：编号、名称、级别、由谁核实、依据；--markdown 输出规则目录页"
    writes = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--markdown", action="store_true", help="输出 Markdown 规则目录")

    def run(self, **options: Any) -> dict[str, Any]:
        rules = list(RULES.values())
        lines = catalogue(rules) if options["markdown"] else [_line(rule) for rule in rules]
        self.say("\n".join(lines))
        return {"rules": [_as_json(rule) for rule in rules]}


def catalogue(rules: list[Rule]) -> list[str]:
    """Return the catalogue page in Markdown: one table a family, one line a rule."""
    lines = ["# 规则目录", "", f"共 {len(rules)} 条规则。由 `manage.py list_rules --markdown` 生成。"]
    for family in Family:
        of_family = [rule for rule in rules if rule.family == family]
        if of_family:
            lines += ["", f"## {family.label}（{len(of_family)} 条）", ""]
            lines += [
                "| 编号 | 名称 | 级别 | 由谁核实 | 入户询问 | 依据 |",
                "| --- | --- | --- | --- | --- | --- |",
            ]
            lines += [
                f"| {rule.code} | {rule.title} | {rule.level.label} | {rule.fixer.label} | {rule.question} "
                f"| {rule.basis} |"
                for rule in of_family
            ]
    return lines


def _line(rule: Rule) -> str:
    return f"{rule.code}\t{rule.title}\t{rule.level.label}\t{rule.fixer.label}"


def _as_json(rule: Rule) -> dict[str, Any]:
    return {
        "code": rule.code, "title": rule.title, "family": rule.family.value, "level": rule.level.value,
        "fixer": rule.fixer.value, "source": rule.source, "question": rule.question,
        "risk": rule.risk or "", "measure": rule.measure or "", "uses": sorted(rule.uses),
    }  # fmt: skip
