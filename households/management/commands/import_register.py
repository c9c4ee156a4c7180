"""import_register FILE: a register goes in, its bad rows come back with place and reason."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from households.importing.comparison import Choices
from households.importing.register.pipeline import REGISTER
from households.management.import_command import ImportCommand


class Command(ImportCommand):
    help = "导入农户登记表（每人一行，户的信息逐行重复）；好行入库，坏行拒绝并说明原因。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--create-villages", action="store_true", help="未登记的村按临时代码新建")

    def run(self, **options: Any) -> dict[str, Any]:
        return self.import_list(
            REGISTER,
            Choices(create_villages=options["create_villages"]),
            file=options["file"],
            dry_run=options["dry_run"],
            marked=options["marked"],
        )
