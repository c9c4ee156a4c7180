"""screen_warnings --month YYYY-MM: the township's own rules raise warnings, each event once."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone

from households.access import Capability, access_of
from households.audit import record
from households.models import AccessLog, Division
from monitoring.rules.screening import RULES
from monitoring.services.refusals import Refused
from monitoring.services.screening import Screened, screen
from township.base.commands import TownshipCommand, month_argument


class Command(TownshipCommand):
    help = "用系统筛查规则筛查本乡镇数据，发现的登记为预警（来源：系统筛查）；同一件事只登记一次"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--month", type=month_argument, required=True, metavar="YYYY-MM", help="月份")
        parser.add_argument(
            "--rule",
            action="append",
            default=[],
            metavar="CODE",
            help=f"只用这条规则，可重复：{'、'.join(RULES)}",
        )
        parser.add_argument("--dry-run", action="store_true", help="只计数，不登记预警")

    def run(self, **options: Any) -> dict[str, Any]:
        total, month, dry_run = Screened(), options["month"], options["dry_run"]
        try:
            with transaction.atomic():
                for area in self._areas():
                    total.add(
                        screen(
                            area[:9], month, by=self.by, on=timezone.localdate(), at=timezone.now(),
                            only=options["rule"], dry_run=dry_run,
                        )
                    )  # fmt: skip
                record(
                    AccessLog.Action.COMMAND,
                    by=self.by,
                    by_name=self.by_name,
                    target=f"screen_warnings {month:%Y-%m}{' --dry-run' if dry_run else ''}",
                    rows=total.new,
                )
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self._tell(total, dry_run)
        return total.as_json()

    def _areas(self) -> list[str]:
        """All townships, or those in which the named person may assign warnings; refuse where there is none."""
        townships = Division.objects.filter(level=Division.Level.TOWNSHIP).order_by("area")
        if self.by is not None:
            access_of(self.by).demand(Capability.ASSIGN_WARNING)
            townships = townships.within(self.by, Capability.ASSIGN_WARNING)
        areas = list(townships.values_list("area", flat=True))
        if not areas:
            raise CommandError("没有可以筛查的乡镇：请先运行 setup_township 启用乡镇。")
        return areas

    def _tell(self, total: Screened, dry_run: bool) -> None:
        verb = "可登记" if dry_run else "新登记"
        self.say(f"{verb}预警 {total.new} 件，已登记过或正在办理的 {total.existing} 件。")
        for code, counts in total.by_rule.items():
            self.say(f"  {code}：{verb} {counts.new} 件，已有 {counts.existing} 件")
        if total.unused:
            self.say(f"未启用的规则：{'、'.join(total.unused)}（“系统筛查”的预警指标里没有启用的）。")
