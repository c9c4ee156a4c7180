"""The list of warned people as a kind of list."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from households.access import Capability
from households.importing.comparison import Task
from households.importing.kinds import HELP_SECTION, ListKind, NextStep, Question
from households.importing.table import Table
from households.importing.titles import month_in
from households.importing.validate import clean_table
from households.models import ImportBatch
from monitoring.importing.departments import named_in
from monitoring.importing.warnings.cases import Answers, WarningComparison
from monitoring.importing.warnings.columns import COLUMNS, columns_in
from monitoring.importing.warnings.compare import sort_lines
from monitoring.models import WarningCase
from monitoring.warning_answers import is_answer


def compare_warnings(table: Table, task: Task) -> WarningComparison:
    """Find out what a department's list would bring."""
    answers = Answers.of(task.choices.answers, task.on)
    kind = replace(WARNINGS, columns=columns_in(answers.month))
    return sort_lines(clean_table(table, kind), answers, task)


def send_out(batch: ImportBatch, user: Any) -> NextStep | None:
    """Return the button that sends a list's warnings to their monitors; None where the user has none to send."""
    mine = WarningCase.objects.within(user, Capability.ASSIGN_WARNING)
    waiting = mine.filter(batch__import_batch=batch, status=WarningCase.Status.RECEIVED).count()
    if not waiting:
        return None
    address = f"{reverse('admin:monitoring_warningcase_lists')}?{urlencode({'batch': batch.pk})}"
    return NextStep(f"派发给各户监测员（{waiting} 件）", address)


WARNINGS = ListKind(
    "warnings",
    "部门预警名单",
    COLUMNS,
    compare_warnings,
    section=HELP_SECTION,
    order=10,
    signs=("预警", "返贫风险", "疑似"),
    decisive=("预警",),
    questions=(
        Question(
            key="department",
            label="预警部门",
            help_text="哪个部门推送的，如医保局、卫健局、教育局、住建局、水务局。",
            suggest=named_in,
        ),
        Question(key="month", label="预警月份", answer="month", suggest=month_in),
    ),
    counted=(
        ("cases", "预警", "件"),
        ("matched_by_id", "其中按证件号匹配", "件"),
        ("confirmed", "其中人工确认", "件"),
        ("to_confirm", "其中待确认人员", "件"),
        ("not_found", "其中不在册", "件"),
        ("repeats", "其中其他月份已登记，随本月反馈", "条"),
    ),
    is_answer=is_answer,
    next_step=send_out,
    either=(frozenset({"id_number", "name"}), frozenset({"indicator", "words", "self_pay_yuan", "value"})),
    about=(
        "县级各部门每月推送的预警名单，每人次一行。先按证件号码找人，找不到的按姓名和村列出可能的人待确认，"
        "仍没有的登记为不在册。同一条预警再次导入不会重复登记；以前月份推送过的，随本月的反馈表一并答复。"
    ),
)


def answers(department: str, month: date) -> dict[str, str]:
    """Return the answers to the kind's questions for a department and a month (its first day)."""
    return {"department": department, "month": f"{month:%Y-%m}"}
