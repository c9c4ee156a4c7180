"""`load_demo`: the reference township with invented people (contract.md)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from households import audit
from households.models import AccessLog
from township.base.commands import TownshipCommand, day_argument
from township.demo.accounts import PASSWORD
from township.demo.demo import TOWNSHIP
from township.demo.figures import FULL_SIZE
from township.demo.load import DemoRefused, load_demo


class Command(TownshipCommand):
    help = "装入示范乡镇：人物全部虚构，同一种子、同一天得到同一个乡镇；再次运行不改动任何数据"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--households", type=int, default=FULL_SIZE, metavar="N", help="农户数")
        parser.add_argument("--random-seed", type=int, default=1, metavar="N", help="随机种子")
        parser.add_argument("--on", type=day_argument, metavar="YYYY-MM-DD", help="数据日期（默认今天）")

    def run(self, **options: Any) -> dict[str, Any]:
        if not settings.DEBUG:
            raise CommandError(
                f"示范账号的密码（{PASSWORD}）人人皆知，正式环境不能装入示范乡镇。"
                "试用请设 TOWNSHIP_DEBUG=1 或运行 make demo。"
            )
        try:
            loaded = load_demo(
                households=options["households"],
                seed=options["random_seed"],
                on=options["on"] or timezone.localdate(),
                tell=self.say,
            )
        except (DemoRefused, ValueError) as refused:
            raise CommandError(str(refused)) from refused
        if loaded.created:
            audit.record(
                AccessLog.Action.COMMAND,
                by=self.by,
                by_name=self.by_name,
                area=TOWNSHIP,
                target="load_demo",
                rows=loaded.households,
            )
            self.say(f"示范乡镇已装入：{loaded.households} 户，数据日期 {loaded.on}。")
        else:
            self.say(f"示范乡镇已在库中：{loaded.households} 户，数据日期 {loaded.on}，未作改动。")
        return {"created": loaded.created, "households": loaded.households, "on": loaded.on.isoformat()}
