"""import_list KIND FILE: a list about registered people (低保, 残疾人 …) goes in, its bad rows come back."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import CommandError

from households.importing.comparison import Choices
from households.importing.kinds import ListKind, list_kinds
from households.management.import_command import ImportCommand


class Command(ImportCommand):
    help = "导入一种名单（低保、残疾人、学生、参保、务工、收入等）；按证件号码找人，好行入库，坏行拒绝并说明原因。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        listed = "、".join(f"{kind.name}（{kind.title}）" for kind in list_kinds)
        parser.add_argument("kind", help=f"名单的种类：{listed}")
        super().add_arguments(parser)
        parser.add_argument(
            "--answer",
            type=_answer,
            action="append",
            default=[],
            metavar="KEY=VALUE",
            help="名单自己没有写明的，如 year=2026",
        )

    def run(self, **options: Any) -> dict[str, Any]:
        kind = _kind(options["kind"])
        answers = dict(options["answer"])
        _check(kind, answers)
        return self.import_list(
            kind,
            Choices(answers=answers),
            file=options["file"],
            dry_run=options["dry_run"],
            marked=options["marked"],
        )


def _answer(text: str) -> tuple[str, str]:
    key, is_there, value = text.partition("=")
    if not (key and is_there):
        raise ArgumentTypeError(f"“{text}”应写成 KEY=VALUE，如 year=2026。")
    return key.strip(), value.strip()


def _kind(name: str) -> ListKind:
    kinds: dict[str, ListKind] = {kind.name: kind for kind in list_kinds}
    if name not in kinds:
        raise CommandError(f"没有“{name}”这种名单。可以是：{'、'.join(kinds)}。")
    return kinds[name]


def _check(kind: ListKind, answers: dict[str, str]) -> None:
    """Raise CommandError where an answer belongs to no question of the kind, or a required one is missing."""
    asked = {question.key: question for question in kind.questions}
    for key in answers:
        if key not in asked:
            listed = "、".join(f"{question.key}（{question.label}）" for question in asked.values()) or "没有"
            raise CommandError(f"{kind.title}没有“{key}”这一问。可以回答的：{listed}。")
    for question in asked.values():
        if question.required and not answers.get(question.key):
            raise CommandError(f"请用 --answer {question.key}=… 写明{question.label}。")
