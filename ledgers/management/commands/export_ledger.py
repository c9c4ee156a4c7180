"""export_ledger CODE --month YYYY-MM -o OUT.xlsx (contract.md)."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from households.models import Division
from ledgers.export import CODES, ExportRefused, export
from township.base.commands import TownshipCommand, month_argument
from township.base.output import OutputRefused, check_output, replacing


class Command(TownshipCommand):
    help = "导出一本台账（或 all：五本台账和汇总表）为 Excel 工作簿，证件号和电话默认脱敏"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", metavar="CODE", choices=CODES, help="、".join(CODES))
        parser.add_argument("--month", required=True, type=month_argument, metavar="YYYY-MM", help="期别")
        parser.add_argument("--village", default="", metavar="CODE", help="只导出一个行政村（12 位代码）")
        parser.add_argument("--full-id", action="store_true", help="完整证件号和电话，须同时给出 --reason")
        parser.add_argument("--reason", default="", help="导出完整证件号的事由")
        parser.add_argument("--members", action="store_true", help="重点监测对象台账附家庭成员花名册")
        parser.add_argument("-o", "--output", required=True, type=Path, metavar="OUT.xlsx", help="输出文件")

    def run(self, **options: Any) -> dict[str, Any]:
        target: Path = options["output"]
        try:
            check_output(target, (".xlsx",))
            if not Division.objects.filter(level=Division.Level.TOWNSHIP).exists():
                raise ExportRefused("还没有启用乡镇，没有台账可以导出。请先运行 setup_township。")
            exported = export(
                options["code"],
                month=options["month"],
                on=_today(),
                village=options["village"],
                full_id=options["full_id"],
                reason=options["reason"],
                with_members=options["members"],
                by=self.by,
                by_name=self.by_name,
            )
            with replacing(target, private=options["full_id"]) as stream:
                stream.write(exported.content)
        except (ExportRefused, OutputRefused) as error:
            raise CommandError(str(error)) from error
        self.say(f"已导出 {exported.row_count} 行到 {target}（正式文件名 {exported.file_name}）")
        return {
            "file": str(target),
            "name": exported.file_name,
            "rows": exported.row_count,
            "sheets": exported.rows,
            "full_id": options["full_id"],
        }


def _today() -> date:
    """Today, or the data day of a demo that speaks of a later one."""
    data_days = Division.objects.filter(data_on__isnull=False).values_list("data_on", flat=True)
    return max(timezone.localdate(), *data_days) if data_days else timezone.localdate()
