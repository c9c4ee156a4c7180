"""What the commands that import one list share: the file, --dry-run, --marked, the report, the ways to fail."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from households.importing.comparison import Choices, Task
from households.importing.kinds import ListKind
from households.importing.marking import check_target, mark
from households.importing.pipeline import import_file, sha256_of
from households.importing.result import ImportRefused, ImportResult
from households.models import ImportBatch
from households.services.known_files import first_imported_at, same_files
from households.services.waiting import take_over
from township.base.commands import TownshipCommand

LISTED = 20


class ImportCommand(TownshipCommand):
    """A command that imports one file as one kind of list."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="xlsx、xls 或 csv 文件")
        parser.add_argument("--dry-run", action="store_true", help="只校验和比对，不写入")
        parser.add_argument("--marked", type=Path, metavar="OUT.xlsx", help="把原表标红批注后另存到这里")

    def import_list(
        self,
        kind: ListKind,
        choices: Choices,
        *,
        file: Path,
        dry_run: bool,
        marked: Path | None,
        also: Callable[[ImportBatch], None] = lambda batch: None,
    ) -> dict[str, Any]:
        """Import the file, describe what came of it and return the JSON object; CommandError where nothing went in.

        `also` does in the same transaction what stands or falls with the batch.
        """
        if not file.is_file():
            raise CommandError(f"没有找到文件 {file}。请检查文件名和所在目录。")
        files = same_files(file, sha256_of(file))
        task = Task(
            on=timezone.localdate(), by=self.by, by_name=self.by_name, choices=choices, report=self.progress,
            first_imported_at=first_imported_at(files, kind.name, self.by),
        )  # fmt: skip
        try:
            if marked is not None:
                check_target(file, marked)

            def with_batch(batch: ImportBatch) -> None:
                take_over(batch, files=files, by=self.by)
                also(batch)

            outcome = import_file(file, kind, task, dry_run=dry_run, also=with_batch)
            if marked is not None:
                mark(file, outcome.table, outcome.result.problems, marked)
        except ImportRefused as refused:
            raise CommandError(refused.message) from refused
        result = outcome.result
        self._describe(result, kind, dry_run=dry_run, marked=marked)
        if not result.people:
            if self.as_json:
                self.stdout.write(json.dumps(self.answer(result), ensure_ascii=False))
            raise CommandError(
                f"{result.rows} 行全部被拒绝，没有写入任何内容。请改正后再导入。{result.reasons()}"
            )
        return self.answer(result)

    def answer(self, result: ImportResult) -> dict[str, Any]:
        """Return the JSON object; a command whose object is another one says so here."""
        return result.as_json()

    def _describe(self, result: ImportResult, kind: ListKind, *, dry_run: bool, marked: Path | None) -> None:
        for note in result.notes:
            self.say(note)
        self.say(f"工作表“{result.sheet}”，表头在第 {result.header_row} 行，数据 {result.rows} 行。")
        self.tell_counts(result, kind)
        self.say(f"拒绝 {result.refused} 行，提醒 {result.warned} 行。")
        problems = list(result.problems)
        for problem in problems[:LISTED]:
            self.say(f"  第 {problem.row} 行“{problem.column}”：{problem.message}")
        if len(problems) > LISTED:
            self.say(f"  …… 共 {len(problems)} 处，全部见 --marked 标注的表。")
        if marked is not None:
            self.say(f"标注后的表：{marked}")
        self.say("只作预览，没有写入。" if dry_run else f"批次号：{result.batch}")

    def tell_counts(self, result: ImportResult, kind: ListKind) -> None:
        """Say how many of each thing are new, changed, unchanged and missing."""
        for key, title, unit in kind.counted:
            counts = result.count(key)
            self.say(
                f"{title}：新增 {counts.new} {unit}，变更 {counts.changed} {unit}，未变 {counts.unchanged} {unit}，"
                f"本表未列 {counts.missing} {unit}（未改动）。"
            )
