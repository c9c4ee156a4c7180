"""export_findings [--rule CODE] [--village CODE] [--fixer X] -o OUT.xlsx: what somebody has to look at."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from monitoring.finding_book import BookRefused, finding_workbook
from monitoring.finding_choice import FindingChoice
from monitoring.rule_words import Fixer
from monitoring.rules.findings import RULES
from township.base.commands import TownshipCommand
from township.base.output import OutputRefused, check_output, replacing


class Command(TownshipCommand):
    help = "导出疑点清单：汇总表，再按规则一表（一个村按类别一表）；证件号脱敏，核实结果和处理意见留空待填"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rule", default="", metavar="CODE", help="只导出一条规则，如 P04")
        parser.add_argument("--village", default="", metavar="CODE", help="只导出一个行政村（12 位代码）")
        fixers = "、".join(f"{fixer.value}（{fixer.label}）" for fixer in Fixer)
        parser.add_argument(
            "--fixer", default="", metavar="X", help=f"只导出由一个部门核实的，可写代号或名称：{fixers}"
        )
        parser.add_argument("-o", "--output", required=True, type=Path, metavar="OUT.xlsx", help="输出文件")

    def run(self, **options: Any) -> dict[str, Any]:
        target: Path = options["output"]
        try:
            check_output(target, (".xlsx",))
            book = finding_workbook(
                by=self.by,
                by_name=self.by_name,
                on=timezone.localdate(),
                at=timezone.now(),
                village=options["village"],
                choice=FindingChoice(fixer=_fixer(options["fixer"]), rule=_rule(options["rule"])),
            )
            with replacing(target) as stream:
                stream.write(book.content)
        except (BookRefused, OutputRefused) as error:
            raise CommandError(str(error)) from error
        self.say(
            f"已导出 {book.rules} 条规则的 {book.findings} 条疑点到 {target}（正式文件名 {book.file_name}）"
        )
        return {
            "file": str(target),
            "name": book.file_name,
            "rules": book.rules,
            "findings": book.findings,
        }


def _rule(code: str) -> str:
    if code and code not in RULES:
        raise CommandError(f"没有代码为 {code} 的规则。全部规则见 manage.py list_rules。")
    return code


def _fixer(text: str) -> str:
    for fixer in Fixer:
        if text in ("", fixer.value, fixer.label):
            return fixer.value if text else ""
    names = "、".join(str(fixer.label) for fixer in Fixer)
    raise CommandError(f"没有名为 {text} 的核实部门。可用：{names}。")
