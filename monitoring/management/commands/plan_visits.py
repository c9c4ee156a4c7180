"""manage.py plan_visits: makes the visit tasks of every cycle whose period contains the month."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone

from households.access import Capability, access_of
from households.audit import record
from households.choices import Tier
from households.models import AccessLog, Division
from monitoring.services.planning import PlanRefused, PlanResult, plan_month
from township.base.commands import TownshipCommand, month_argument


class Command(TownshipCommand):
    help = "按走访周期生成某月所在各周期的走访任务；重复运行不会重复生成"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--month", type=month_argument, required=True, metavar="YYYY-MM", help="月份")
        parser.add_argument(
            "--include-started", action="store_true", help="启用日期之前已开始的周期也计划，摊到剩余月份"
        )

    def run(self, **options: Any) -> dict[str, Any]:
        total = PlanResult()
        try:
            with transaction.atomic():
                for area in self._areas():
                    total.add(
                        plan_month(
                            options["month"],
                            area=area,
                            on=timezone.localdate(),
                            include_started=options["include_started"],
                            by=self.by,
                        )
                    )
                record(
                    AccessLog.Action.COMMAND,
                    by=self.by,
                    by_name=self.by_name,
                    target=f"plan_visits {options['month']:%Y-%m}",
                    rows=total.created,
                )
        except PlanRefused as refused:
            raise CommandError(str(refused)) from refused
        self._tell(total)
        return total.as_json()

    def _areas(self) -> list[str]:
        """All townships, or those in which the named person may plan; refuse where there is none."""
        townships = Division.objects.filter(level=Division.Level.TOWNSHIP).order_by("area")
        if self.by is not None:
            access_of(self.by).demand(Capability.PLAN_VISITS)
            townships = townships.within(self.by, Capability.PLAN_VISITS)
        areas = list(townships.values_list("area", flat=True))
        if not areas:
            raise CommandError("没有可以制定走访计划的乡镇：请先运行 setup_township 启用乡镇。")
        return areas

    def _tell(self, total: PlanResult) -> None:
        self.say(f"新建任务 {total.created} 项，已有 {total.existing} 项，作废（销户）{total.voided} 项。")
        for tier, count in total.by_tier.items():
            self.say(f"  {Tier(tier).label}：{count} 户")
        if total.without_monitor:
            self.say(f"其中 {total.without_monitor} 户没有监测员，请先安排包户。")
