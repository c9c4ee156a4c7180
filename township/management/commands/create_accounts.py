"""manage.py create_accounts: accounts from a list, and the paper with their one-time passwords."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from households.services.account_lists import Slip, create_accounts, township_for
from households.services.account_rows import ListRefused
from households.services.slips import write_slips
from township.base.commands import TownshipCommand
from township.base.failures import in_words
from township.base.output import OutputRefused, check_output


class Command(TownshipCommand):
    help = "按名单（姓名、手机号、角色、村、职务）建立账号，并生成可打印的一次性密码单"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="名单，xlsx、xls 或 csv")
        parser.add_argument(
            "-o", "--output", required=True, metavar="SLIPS", type=Path, help="密码单（.html，A4 打印）"
        )
        parser.add_argument("--township", metavar="CODE", help="9 位乡镇代码（库里不止一个乡镇时）")

    def run(self, **options: Any) -> dict[str, Any]:
        slips: Path = options["output"]
        try:
            check_output(slips, (".html", ".htm"))
            township = township_for(options["township"])
            result = create_accounts(
                options["file"], township, on=timezone.localdate(), by=self.by, by_name=self.by_name,
                report=self.progress, keep=lambda made: self._keep(slips, made, township.name),
            )  # fmt: skip
        except (ListRefused, OutputRefused, PermissionDenied) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(
                f"密码单写不进 {slips}：{in_words(error)}。没有建立账号，请换个位置。"
            ) from error
        for problem in result.problems:
            self.say(str(problem))
        refused = len(result.problems)
        self.say(
            f"名单 {result.rows} 行：新建账号 {result.created} 个，增加任职 {result.posted} 行，"
            f"未变 {result.unchanged} 行，拒绝 {refused} 行。"
        )
        if result.slips:
            self.say(f"密码单已写入 {slips}，打印后请删除。")
        if refused and refused == result.rows:
            raise CommandError("没有一行可用，没有建立账号。" + "".join(map(str, result.problems[:5])))
        return {
            "rows": result.rows, "created": result.created, "posted": result.posted,
            "unchanged": result.unchanged, "refused": refused,
            "problems": [asdict(problem) for problem in result.problems],
            "slips": str(slips) if result.slips else None,
        }  # fmt: skip

    def _keep(self, path: Path, made: list[Slip], township: str) -> None:
        # An older sheet may hold passwords that nobody has been given yet, and they cannot be made again.
        if path.exists() and path.stat().st_size:
            raise CommandError(f"{path} 已存在，里面可能有还没发出的密码。没有建立账号，请换一个文件名。")
        write_slips(path, made, township)
