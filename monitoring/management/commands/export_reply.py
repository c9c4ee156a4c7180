"""export_reply --department D --month YYYY-MM -o OUT.xlsx: a department's lists with the verdicts."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from monitoring.returning.reply import ReplyRefused, reply_workbook
from township.base.commands import TownshipCommand, month_argument
from township.base.output import OutputRefused, check_output, replacing


class Command(TownshipCommand):
    help = "导出一个部门一个月的预警核查反馈表（部门原表 + 认定结果，未办结的另列一表），默认脱敏"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--department", required=True, metavar="NAME", help="预警部门，如 医保局")
        parser.add_argument("--month", required=True, type=month_argument, metavar="YYYY-MM", help="预警月份")
        parser.add_argument("-o", "--output", required=True, type=Path, metavar="OUT.xlsx", help="输出文件")
        parser.add_argument("--full-id", action="store_true", help="完整证件号和电话，须同时给出 --reason")
        parser.add_argument("--reason", default="", help="导出完整证件号的事由")
        parser.add_argument("--mark-replied", action="store_true", help="同时把已认定的登记为已反馈县级")

    def run(self, **options: Any) -> dict[str, Any]:
        target: Path = options["output"]
        try:
            check_output(target, (".xlsx",))
            replied = reply_workbook(
                options["department"],
                month=options["month"],
                on=timezone.localdate(),
                at=timezone.now(),
                by=self.by,
                by_name=self.by_name,
                full_id=options["full_id"],
                reason=options["reason"],
                mark_replied=options["mark_replied"],
            )
            with replacing(target, private=options["full_id"]) as stream:
                stream.write(replied.content)
        except (ReplyRefused, OutputRefused) as error:
            raise CommandError(str(error)) from error
        self.say(
            f"已导出 {replied.lines} 人次到 {target}（正式文件名 {replied.file_name}）："
            f"已认定 {replied.decided}，未办结 {replied.open}，本次登记反馈 {replied.marked}"
        )
        if replied.refused:
            self.say(
                f"这些名单另有 {replied.refused} 行导入时被拒绝，还在待处理里，没有反馈。请改正后再导出一次。"
            )
        return {
            "file": str(target),
            "name": replied.file_name,
            "lines": replied.lines,
            "decided": replied.decided,
            "open": replied.open,
            "marked": replied.marked,
            "refused": replied.refused,
            "full_id": options["full_id"],
        }
