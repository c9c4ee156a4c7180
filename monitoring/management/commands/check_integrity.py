"""manage.py check_integrity: recomputes what is stored twice and reports drift; 0 on a sound database, else 1."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError

from monitoring.services.integrity import Integrity, check_integrity
from township.base.commands import TownshipCommand

TITLES = {
    "head_name": "户主姓名",
    "last_visit": "最近走访日期",
    "tier": "监测等级",
    "task_visit": "任务与走访",
    "episode": "监测期与登记",
}
# What to look at, and what to do about it.
WARNINGS = {
    "two_spouses": ("一户有两名以上配偶", "请核对与户主关系。"),
    "without_month": ("登记为监测对象而没有识别时间", "请补登识别时间。"),
}


class Command(TownshipCommand):
    help = "核对重复存放的数据（户主姓名、最近走访、监测等级、任务与走访、监测期），有出入时列出并以 1 退出"
    writes = False

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if not self.found.is_sound:
            raise CommandError("数据有出入，请联系系统管理员按上列户码核对。")

    def run(self, **options: Any) -> dict[str, Any]:
        self.found: Integrity = check_integrity()
        result = self.found.as_json()
        self.say(f"已核对 {self.found.households} 户。")
        for key, count in result["drift"].items():
            self.say(f"{TITLES[key]}：{count} 处出入{self._codes(key, count)}")
        for key, count in result["warnings"].items():
            if count:
                what, todo = WARNINGS[key]
                self.say(f"提醒，{what}：{count} 户{self._codes(key, count)}。{todo}")
        return result

    def _codes(self, key: str, count: int) -> str:
        examples = self.found.examples.get(key)
        return f"：{'、'.join(examples)}" if count and examples else ""
