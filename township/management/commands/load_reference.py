"""manage.py load_reference: cycles, lines, standards and the other reference rows, where they are missing."""

from __future__ import annotations

from typing import Any

from households.services.setup import demand_administrator
from township.base.commands import TownshipCommand
from township.base.reference import load_reference


class Command(TownshipCommand):
    help = "补齐参考数据（走访周期、监测线、分级标准等）；改过的不覆盖"

    def run(self, **options: Any) -> dict[str, Any]:
        demand_administrator(self.by)
        new = load_reference()
        for title, count in new.items():
            self.say(f"{title}：新增 {count} 条")
        return {"new": new}
