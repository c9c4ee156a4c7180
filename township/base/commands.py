"""What the management commands share: --json, --by, a line per step, and one way to fail."""

from __future__ import annotations

import getpass
import json
from argparse import ArgumentTypeError
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from township.base.dates import parse_month
from township.base.failures import OUTSIDE, explain
from township.base.key_check import check_keys


class TownshipCommand(BaseCommand):
    """A command as contract.md says: lines for a person, or with --json one object on standard output, nothing else.

    Subclasses implement `run(**options) -> dict` (the JSON object) and call `say()` and `progress()`.
    """

    writes = True  # adds --by
    requires_migrations_checks = False

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.add_argument("--json", action="store_true", help="只在标准输出打印一个 JSON 对象")
        if self.writes:
            parser.add_argument(
                "--by", metavar="USER", help="操作人登录名（默认：当前系统用户，标注为命令行）"
            )
        return parser

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run with the keys of this database; what fails outside the program is a CommandError in Chinese."""
        try:
            check_keys()
            return super().execute(*args, **options)
        except BrokenPipeError:
            raise  # manage.py ends quietly
        except OUTSIDE as error:
            if message := explain(error):
                raise CommandError(message) from error
            raise

    def handle(self, *args: Any, **options: Any) -> None:
        self.as_json = options.pop("json")
        if self.writes:
            self.by, self.by_name = self._actor(options.pop("by"))
        result = self.run(**options)
        if self.as_json:
            self.stdout.write(json.dumps(result, ensure_ascii=False, default=_plain))

    def run(self, **options: Any) -> dict[str, Any]:
        """Do the work and return the JSON object."""
        raise NotImplementedError

    def say(self, text: str) -> None:
        """Print a line for the person at the terminal; with --json nothing."""
        if not self.as_json:
            self.stdout.write(text)

    def progress(self, done: int, total: int, text: str = "") -> None:
        """Draw the progress bar on a terminal; elsewhere nothing."""
        if self.as_json or not self.stderr.isatty() or not total:
            return
        filled = 30 * done // total
        self.stderr.write(f"\r{'█' * filled}{'░' * (30 - filled)} {done}/{total} {text}", ending="")
        if done >= total:
            self.stderr.write("")

    def _actor(self, username: str | None) -> tuple[Any, str]:
        if username is None:
            return None, f"{getpass.getuser()}（命令行）"
        user = get_user_model().objects.filter(username=username, is_active=True).first()
        if user is None:
            raise CommandError(f"没有登录名为 {username} 的启用账号，请检查 --by。")
        return user, f"{user.name}（{user.username}，命令行）"


def month_argument(text: str) -> date:
    """Parse --month YYYY-MM into its first day (argparse type)."""
    try:
        return parse_month(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error


def day_argument(text: str) -> date:
    """Parse --on YYYY-MM-DD (argparse type)."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"日期“{text}”不对，请写成 2026-11-23 这样的年-月-日。") from error


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Iterable):
        return list(value)
    return str(value)
