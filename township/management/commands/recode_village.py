"""manage.py recode_village: a provisional village code becomes the official one, everywhere."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import CommandError, CommandParser

from households.services.villages import VillageRefused, recode_village
from township.base.commands import TownshipCommand


class Command(TownshipCommand):
    help = "把行政村的临时代码改为正式代码：农户、户码、任职等一并改"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("old", metavar="OLD", help="现用 12 位代码")
        parser.add_argument("new", metavar="NEW", help="正式 12 位代码")

    def run(self, **options: Any) -> dict[str, Any]:
        try:
            changed = recode_village(options["old"], options["new"], by=self.by, by_name=self.by_name)
        except (VillageRefused, PermissionDenied) as error:
            raise CommandError(str(error)) from error
        for title, count in changed.items():
            self.say(f"{title}：{count} 条")
        self.say(f"行政村代码 {options['old']} 已改为 {options['new']}。")
        return {"old": options["old"], "new": options["new"], "changed": changed}
