"""manage.py setup_township: the first run with own data."""

from __future__ import annotations

import getpass
import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from households.services.setup import SetupRefused, TownshipInput, set_up_township
from township.base.commands import TownshipCommand, day_argument
from township.models import User


class Command(TownshipCommand):
    help = "首次启用：建立乡镇、参考数据和第一个系统管理员"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--code", required=True, help="9 位乡镇代码，如 130722101")
        parser.add_argument("--name", required=True, help="乡镇名称")
        parser.add_argument("--county", required=True, help="县（市、区）名称")
        parser.add_argument(
            "--start", required=True, type=day_argument, metavar="YYYY-MM-DD", help="启用日期，此前不欠走访"
        )
        parser.add_argument("--admin", required=True, metavar="USER", help="系统管理员登录名")
        parser.add_argument("--admin-name", default="系统管理员", help="系统管理员姓名")
        parser.add_argument("--password", help="管理员密码；不给则询问，不在终端时生成一次性密码")

    def run(self, **options: Any) -> dict[str, Any]:
        given = TownshipInput(
            code=options["code"], name=options["name"], county=options["county"], start_on=options["start"],
            administrator=options["admin"], administrator_name=options["admin_name"],
            password=self._password(options["password"], options["admin"], options["admin_name"]),
        )  # fmt: skip
        try:
            done = set_up_township(given, on=timezone.localdate(), by=self.by, by_name=self.by_name)
        except SetupRefused as error:
            raise CommandError(error.message) from error
        self.say(f"已启用 {given.county}{given.name}（{given.code}），启用日期 {given.start_on}。")
        if done.adopted:
            moved = "、".join(f"{title} {count} 条" for title, count in done.adopted.items())
            self.say(
                f"启用前导入的数据已归到本乡镇：{moved}。各村仍是临时代码，请用 recode_village 改为正式代码。"
            )
        self.say(f"参考数据：{'、'.join(f'{title} {count} 条' for title, count in done.reference.items())}。")
        self.say(f"系统管理员登录名：{done.administrator.username}")
        if done.one_time_password:
            self.say(f"一次性密码（只显示这一次，首次登录须修改）：{done.one_time_password}")
        return {
            "township": done.township.area,
            "administrator": done.administrator.username,
            "one_time_password": done.one_time_password or None,
            "reference": done.reference,
            "adopted": done.adopted,
        }

    def _password(self, given: str | None, username: str, name: str) -> str:
        """Return the chosen password, checked; "" where a one-time password is to be made or the account exists."""
        if User.objects.filter(username=username).exists():
            return ""
        if given is None and sys.stdin.isatty() and not self.as_json:
            given = getpass.getpass("管理员密码（直接回车则生成一次性密码）：")
            if given and getpass.getpass("再输一遍：") != given:
                raise CommandError("两次输入的密码不一样，没有建立任何数据。请重新运行。")
        if not given:
            return ""
        try:
            validate_password(given, User(username=username, name=name))
        except ValidationError as error:
            raise CommandError(f"密码不符合要求：{''.join(error.messages)}请换一个。") from error
        return given
