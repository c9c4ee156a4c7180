"""import_warnings FILE: a department's list of warned people goes in, each line once, and is sent out where asked."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import asdict
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from households.importing.comparison import Choices
from households.importing.kinds import ListKind
from households.importing.result import ImportResult
from households.management.import_command import ImportCommand
from households.models import ImportBatch
from monitoring.importing.warnings.kind import WARNINGS, answers
from monitoring.services.refusals import Refused
from monitoring.services.warning_assign import Assigned
from monitoring.services.warning_lists import assign_list
from township.base.commands import day_argument, month_argument

MATCHES = ("matched_by_id", "to_confirm", "not_found")


class Command(ImportCommand):
    help = "导入部门预警名单（每人次一行）；同一条预警只登记一次，坏行拒绝并说明原因。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--department", required=True, help="推送名单的部门，如 医保局")
        parser.add_argument("--month", required=True, type=month_argument, help="预警月份，如 2026-11")
        parser.add_argument("--assign", action="store_true", help="导入后派发给各户监测员")
        parser.add_argument(
            "--due", type=day_argument, metavar="YYYY-MM-DD", help="核查时限（默认按办理时限）"
        )

    def run(self, **options: Any) -> dict[str, Any]:
        path: Path = options["file"]
        month: date = options["month"]
        choices = Choices(answers=answers(options["department"], month))
        if options["due"] and not options["assign"]:
            raise CommandError("--due 要和 --assign 一起用。")
        self.assigned: Assigned | None = None
        try:
            return self.import_list(
                WARNINGS, choices, file=path, dry_run=options["dry_run"], marked=options["marked"],
                also=partial(self._assign, due_on=options["due"]) if options["assign"] else lambda batch: None,
            )  # fmt: skip
        except Refused as refused:
            raise CommandError(f"{refused}名单没有导入。") from refused

    def _assign(self, batch: ImportBatch, due_on: date | None) -> None:
        """Send what the list brought to its households' monitors, at its own moment: an undoing takes that along."""
        self.assigned = assign_list(batch, by=self.by, on=timezone.localdate(), at=batch.at, due_on=due_on)

    def tell_counts(self, result: ImportResult, kind: ListKind) -> None:
        """A warning is new or known; nothing changes, and what another list does not name is not missing."""
        cases = result.count("cases")
        by_id, doubt, unknown = (result.count(key).new for key in MATCHES)
        self.say(f"预警：新增 {cases.new} 件，已登记过 {cases.unchanged} 件。")
        if again := result.count("repeats").new:
            self.say(f"已登记过的：其他月份推送过的 {again} 件，随本月的反馈表一并答复。")
        self.say(f"新增的：按证件号匹配 {by_id} 件，待确认人员 {doubt} 件，不在册 {unknown} 件。")
        if self.assigned is not None:
            self.say(
                f"已派发 {self.assigned.assigned} 件，没有监测员可派的 {self.assigned.without_monitor} 件。"
            )

    def answer(self, result: ImportResult) -> dict[str, Any]:
        """The object of contract.md: rows are new, duplicate or refused; the new ones by how their person was found."""
        whole, cases = result.as_json(), result.count("cases")
        return {
            "batch": whole["batch"],
            "rows": result.rows,
            "new": cases.new,
            "duplicate": cases.unchanged,
            **{key: result.count(key).new for key in MATCHES},
            **({} if self.assigned is None else asdict(self.assigned)),
            "problems": whole["problems"],
        }
