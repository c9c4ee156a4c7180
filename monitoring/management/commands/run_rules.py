"""run_rules: ask all rules about every household; findings keep their identity from run to run."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from households.access import Capability, access_of
from households.audit import record
from households.models import AccessLog, Division, Household
from monitoring.rule_words import Level
from monitoring.services.findings import RunResult, run_rules
from township.base.commands import TownshipCommand


class Command(TownshipCommand):
    help = "用全部规则核查在册农户，登记疑点（新增、仍在、解决、重新出现）；同样的数据再运行不会新增"

    def run(self, **options: Any) -> dict[str, Any]:
        total, on = RunResult(), timezone.localdate()
        areas = self._areas()
        households = Household.objects.active()
        count = sum(households.in_area(area).count() for area in areas)
        for area in areas:
            tell = partial(self._show, total.households, count)
            total.add(run_rules(area, on=on, by=self.by, tell=tell))
        record(
            AccessLog.Action.COMMAND, by=self.by, by_name=self.by_name, target="run_rules",
            rows=sum(total.open.values()),
        )  # fmt: skip
        self._tell(total)
        return total.as_json()

    def _show(self, before: int, count: int, some: int) -> None:
        self.progress(before + some, count)

    def _areas(self) -> list[str]:
        """The prefixes (9 digits) of all townships, or of those whose facts the named person may edit."""
        townships = Division.objects.filter(level=Division.Level.TOWNSHIP).order_by("area")
        if self.by is not None:
            access_of(self.by).demand(Capability.EDIT_FACTS)
            townships = townships.within(self.by, Capability.EDIT_FACTS)
        areas = [area[:9] for area in townships.values_list("area", flat=True)]
        if not areas:
            raise CommandError("没有可以核查的乡镇：请先运行 setup_township 启用乡镇。")
        return areas

    def _tell(self, total: RunResult) -> None:
        self.say(f"{total.rules} 条规则，核查 {total.households} 户 {total.people} 人。")
        levels = "，".join(f"{Level(level).label} {count}" for level, count in total.open.items())
        self.say(f"待核实疑点 {sum(total.open.values())} 条（{levels}），豁免 {total.exempted} 条。")
        self.say(f"本次新增 {total.new} 条，重新出现 {total.reopened} 条，解决 {total.closed} 条。")
