"""import_register FILE: a register goes in, its bad rows come back with place and reason."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from households.importing.marking import check_target, mark
from households.importing.register.pipeline import import_register
from households.importing.result import ImportRefused, ImportResult
from township.base.commands import TownshipCommand

LISTED = 20


class Command(TownshipCommand):
    help = "导入农户登记表（每人一行，户的信息逐行重复）；好行入库，坏行拒绝并说明原因。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="xlsx、xls 或 csv 文件")
        parser.add_argument("--create-villages", action="store_true", help="未登记的村按临时代码新建")
        parser.add_argument("--dry-run", action="store_true", help="只校验和比对，不写入")
        parser.add_argument("--marked", type=Path, metavar="OUT.xlsx", help="把原表标红批注后另存到这里")

    def run(self, **options: Any) -> dict[str, Any]:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"没有找到文件 {path}。请检查文件名和所在目录。")
        try:
            if options["marked"] is not None:
                check_target(path, options["marked"])
            outcome = import_register(
                path,
                on=timezone.localdate(),
                by=self.by,
                by_name=self.by_name,
                create_villages=options["create_villages"],
                dry_run=options["dry_run"],
                report=self.progress,
            )
            if options["marked"] is not None:
                mark(path, outcome.table, outcome.result.problems, options["marked"])
        except ImportRefused as refused:
            raise CommandError(refused.message) from refused
        result = outcome.result
        self._describe(result, dry_run=options["dry_run"], marked=options["marked"])
        if not result.people:
            if self.as_json:
                self.stdout.write(json.dumps(result.as_json(), ensure_ascii=False))
            raise CommandError(
                f"{result.rows} 行全部被拒绝，没有写入任何内容。请改正后再导入。{result.reasons()}"
            )
        return result.as_json()

    def _describe(self, result: ImportResult, *, dry_run: bool, marked: Path | None) -> None:
        for note in result.notes:
            self.say(note)
        self.say(f"工作表“{result.sheet}”，表头在第 {result.header_row} 行，数据 {result.rows} 行。")
        for title, unit, counts in (
            ("农户", "户", result.count("households")),
            ("成员", "人", result.count("members")),
        ):
            self.say(
                f"{title}：新增 {counts.new} {unit}，变更 {counts.changed} {unit}，未变 {counts.unchanged} {unit}，"
                f"本表未列 {counts.missing} {unit}（未改动）。"
            )
        self.say(f"拒绝 {result.refused} 行，提醒 {result.warned} 行。")
        problems = list(result.problems)
        for problem in problems[:LISTED]:
            self.say(f"  第 {problem.row} 行“{problem.column}”：{problem.message}")
        if len(problems) > LISTED:
            self.say(f"  …… 共 {len(problems)} 处，全部见 --marked 标注的表。")
        if marked is not None:
            self.say(f"标注后的表：{marked}")
        self.say("只作预览，没有写入。" if dry_run else f"批次号：{result.batch}")
