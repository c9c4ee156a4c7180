"""manage.py check_integrity: recomputes what is stored twice and reports drift; 0 on a sound database, else 1."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError

from monitoring.services.integrity import Integrity, check_integrity
from township.base.commands import TownshipCommand

TITLES = {"last_visit": "最近走访日期", "tier": "监测等级", "task_visit": "任务与走访"}


class Command(TownshipCommand):
    help = "核对重复存放的数据（最近走访、监测等级、任务与走访），有出入时列出并以 1 退出"
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
            codes = f"：{'、'.join(result['examples'][key])}" if count else ""
            self.say(f"{TITLES[key]}：{count} 处出入{codes}")
        return result
