"""report_figures [--on YYYY-MM-DD]: every figure with its unit and definition (contract.md)."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.utils import timezone

from households.models import Division
from township.base.commands import TownshipCommand, day_argument
from township.base.registry import figures, values_of

UNITS = {
    "village": "个村", "household": "户", "person": "人", "person_times": "人次", "yuan": "元", "percent": "%",
    "mu": "亩", "file": "份", "ledger": "本", "item": "项", "category": "类",
}  # fmt: skip


class Command(TownshipCommand):
    help = "列出全部指标：数值、单位、口径"
    writes = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--on", type=day_argument, metavar="YYYY-MM-DD", help="统计日期（默认：数据日期，没有则为今天）"
        )

    def run(self, on: date | None = None, **options: Any) -> dict[str, Any]:
        day = on or data_day()
        self.say(f"统计日期 {day}")
        found: dict[str, Any] = {}
        values = values_of(figures, "", day)
        for figure in figures:
            value = values[figure.key]
            found[figure.key] = {"value": value, "unit": figure.unit, "definition": figure.definition}
            said = "—" if value is None else f"{value} {UNITS.get(figure.unit, figure.unit)}"
            self.say(f"{figure.key}\t{said}\t{figure.definition}")
        return found


def data_day() -> date:
    """Return the day the data speak of, where one is set for a township, else today."""
    days = Division.objects.filter(data_on__isnull=False).order_by("-data_on")
    latest = days.values_list("data_on", flat=True).first()
    return latest or timezone.localdate()
