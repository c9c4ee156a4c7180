"""import_warnings FILE: a department's list of warned people goes in, each line once."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from households.importing.comparison import Choices
from households.importing.kinds import ListKind
from households.importing.result import ImportResult
from households.management.import_command import ImportCommand
from monitoring.importing.warnings.kind import WARNINGS, answers
from township.base.commands import month_argument

MATCHES = ("matched_by_id", "to_confirm", "not_found")


class Command(ImportCommand):
    help = "导入部门预警名单（每人次一行）；同一条预警只登记一次，坏行拒绝并说明原因。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--department", required=True, help="推送名单的部门，如 医保局")
        parser.add_argument("--month", required=True, type=month_argument, help="预警月份，如 2026-11")

    def run(self, **options: Any) -> dict[str, Any]:
        path: Path = options["file"]
        month: date = options["month"]
        choices = Choices(answers=answers(options["department"], month))
        return self.import_list(
            WARNINGS, choices, file=path, dry_run=options["dry_run"], marked=options["marked"]
        )

    def tell_counts(self, result: ImportResult, kind: ListKind) -> None:
        """A warning is new or known; nothing changes, and what another list does not name is not missing."""
        cases = result.count("cases")
        by_id, doubt, unknown = (result.count(key).new for key in MATCHES)
        self.say(f"预警：新增 {cases.new} 件，已登记过 {cases.unchanged} 件。")
        self.say(f"新增的：按证件号匹配 {by_id} 件，待确认人员 {doubt} 件，不在册 {unknown} 件。")

    def answer(self, result: ImportResult) -> dict[str, Any]:
        """The object of contract.md: rows are new, duplicate or refused; the new ones by how their person was found."""
        whole, cases = result.as_json(), result.count("cases")
        return {
            "batch": whole["batch"],
            "rows": result.rows,
            "new": cases.new,
            "duplicate": cases.unchanged,
            **{key: result.count(key).new for key in MATCHES},
            "problems": whole["problems"],
        }
