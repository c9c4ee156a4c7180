"""undo_import BATCH: the rows of an import return to what they were; what was changed since is listed and stays."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.management.base import CommandError
from django.utils import timezone

from households.importing.result import ImportRefused
from households.importing.undo import KeptRow, undo
from households.models import ImportBatch
from township.base.commands import TownshipCommand

# Of a word that is no number of a batch: longer than any number, shorter than a screen.
SHOWN = 60


class Command(TownshipCommand):
    help = "撤销一次导入：该批的行恢复原值，之后又改过的保留并列出。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("batch", help="批次号（导入时显示）")
        parser.add_argument("--reason", default="", help="撤销的原因，记入变更记录")

    def run(self, **options: Any) -> dict[str, Any]:
        batch = _batch(options["batch"])
        try:
            result = undo(
                batch,
                by=self.by,
                by_name=self.by_name,
                on=timezone.localdate(),
                reason=options["reason"],
                report=self.progress,
            )
        except ImportRefused as refused:
            raise CommandError(refused.message) from refused
        except PermissionDenied as denied:
            raise CommandError(str(denied)) from denied
        self.say(f"批次“{batch.file_name}”已撤销：恢复 {result.restored} 行，删除 {result.removed} 行。")
        if result.kept:
            self.say(f"保留 {len(result.kept)} 行：")
        for row in result.kept:
            for line in _lines(row):
                self.say(line)
        return {**result.counts(), "kept_rows": [asdict(row) for row in result.kept]}


def _batch(text: str) -> ImportBatch:
    try:
        return ImportBatch.objects.get(pk=UUID(text))
    except (ValueError, ImportBatch.DoesNotExist) as error:
        raise CommandError(
            f"没有批次号为 {text[:SHOWN]} 的导入。批次号在导入结束时显示，也在导入记录里。"
        ) from error


def _lines(row: KeptRow) -> list[str]:
    values = [f"    {kept.label}：导入时 {kept.imported}，现在 {kept.now}" for kept in row.fields]
    return [f"  {row.what} {row.subject}：{row.reason}", *values]
