"""身份和比对信息名单: certificates, and what the county's comparison of data found (domain.md §7.1)."""

from __future__ import annotations

from typing import Any

from households.benefit_inputs import NOTE_LENGTH, QualificationInput, qualification_problems
from households.benefit_kinds import QualificationKind
from households.importing import clean, clean_dates
from households.importing.columns import Column, OneOf, shorter
from households.importing.comparison import Task
from households.importing.kinds import ListKind, Question
from households.importing.lists.columns import NAMING, identifying
from households.importing.lists.entries import COUNTED, EntriesComparison, Register, compare_entries
from households.importing.lists.rows import Rows
from households.importing.register.plan import Changes
from households.importing.table import Table
from households.models import Qualification

NO_KIND = "没有写是哪一类身份或比对信息。请在“类别”里选定这份名单的类别，或在表中补一列“身份类别”。"
COLUMNS = (
    Column(
        "kind", "身份类别", OneOf(QualificationKind), "list",
        ("比对类别", "比对项目", "信息类别", "证件类别", "对象类别", "比对信息类别", "人员身份"),
    ),
    Column(
        "started_on", "起始日期", clean_dates.first_day, "list",
        ("发证日期", "登记日期", "购买日期", "认定日期", "起始时间"),
    ),
    Column("ended_on", "截止日期", clean_dates.last_day, "list", ("失效日期", "注销日期", "截止时间")),
    Column(
        "note", "说明", shorter(clean.text, NOTE_LENGTH), "list",
        ("比对结果", "比对信息", "车牌及车型", "房产信息", "企业信息", "证书编号"), only_warned=True,
    ),
)  # fmt: skip
WORDS = {column.field: column for column in COLUMNS}
DEFAULTS: Changes = {"started_on": None, "ended_on": None, "note": ""}


def qualification_of(rows: Rows, index: int) -> Changes | None:
    """What one row says of somebody; refuses the row without a kind, or with days that cannot be."""
    kind = rows.value(index, "kind") or rows.answers.get("kind", "")
    if kind not in QualificationKind.values:
        rows.cleaned.refuse(index, "kind", "empty", NO_KIND)
        return None
    values: Changes = {"kind": kind}
    values |= {name: value for name in DEFAULTS if (value := rows.value(index, name)) is not None}
    problems = list(
        qualification_problems(QualificationInput(**{**DEFAULTS, **values}), rows.person(index), rows.on)
    )
    for name, message in problems:
        rows.cleaned.refuse(index, name, "impossible", message)
    return None if problems else values


def _same(old: Changes, new: Changes) -> bool:
    """One that runs is the same whatever its first day; one that ended only where the list names that very one."""
    if old["kind"] != new["kind"]:
        return False
    if old["ended_on"] is None:
        return True
    return bool(old["ended_on"] == new.get("ended_on") and old["started_on"] == new.get("started_on"))


REGISTER = Register(
    model=Qualification,
    of=qualification_of,
    is_household=lambda values: False,
    same=_same,
    identity=lambda values: (values["kind"], values.get("ended_on")),
    words=WORDS,
    defaults=DEFAULTS,
)


def compare_qualifications(table: Table, task: Task) -> EntriesComparison:
    """Find out what a list of qualifications would change."""
    return compare_entries(table, task, QUALIFICATIONS, REGISTER)


def _kinds(user: Any) -> list[tuple[str, str]]:
    return [("", "按表中的类别"), *((str(kind.value), str(kind.label)) for kind in QualificationKind)]


QUALIFICATIONS = ListKind(
    "qualifications",
    "身份和比对信息名单",
    (*identifying(), *COLUMNS),
    compare_qualifications,
    order=130,
    signs=("比对", "独生子女", "双女户", "优抚", "财政供养", "商品房", "车辆"),
    decisive=("比对信息", "比对结果", "身份信息"),
    either=(NAMING, frozenset({"kind", "note"})),
    questions=(
        Question(
            key="kind", label="类别", answer="choice", required=False, options=_kinds,
            help_text="整份名单是哪一类的；表里有“身份类别”一列的不用选。",
        ),
    ),
    counted=((COUNTED, "身份和比对信息", "条"),),
    about="每人每类一行。已登记而仍有效的同一类信息不会重复登记；填了截止日期的，登记为到那一天为止。",
)  # fmt: skip
