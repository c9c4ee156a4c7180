"""惠民待遇发放花名册: who got what of one benefit, or of several, for which months (domain.md §7.1, any of P01–P32)."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any
from unicodedata import normalize

from households.benefit_inputs import NOTE_LENGTH, ReceiptInput, overlaps, receipt_problems
from households.benefit_kinds import DEFINITIONS, BenefitKind, Holder, variant_label
from households.importing import clean, clean_dates
from households.importing.columns import Column, OneOf, shorter
from households.importing.comparison import Task
from households.importing.kinds import ListKind, Question
from households.importing.lists.columns import NAMING, identifying
from households.importing.lists.entries import COUNTED, EntriesComparison, Register, compare_entries
from households.importing.lists.rows import Rows
from households.importing.register.plan import Changes
from households.importing.table import Table
from households.importing.titles import month_in, year_in
from households.models import BenefitReceipt
from township.base.dates import month_end, month_start, parse_month

# 2026年1-6月 · 2026年1月至2026年6月
MONTHS = re.compile(r"(20\d{2})年(1[0-2]|0?[1-9])月?(?:份)?[-—–~～至到]+(?:(20\d{2})年)?(1[0-2]|0?[1-9])月")
NO_KIND = "没有写是哪一项政策。请在“政策”里选定这份名单的政策，或在表中补一列政策名称。"
OVERLAP = "与已登记的一笔起止重叠（{first}—{last}），请核对是否重复发放；登记有误的，更正原来的那一笔。"
NO_DAYS = "没有写发放的月份或起止日期。请在“发放月份”或“发放年度”里选定，或在表中补上起止日期两列。"


def first_month_in(text: str) -> str:
    """Return the first month that a list is of, as 2026-01: that of 2026年1-6月, else the only one named."""
    found = MONTHS.search(_plain(text))
    return f"{found[1]}-{int(found[2]):02d}" if found else month_in(text)


def last_month_in(text: str) -> str:
    """Return the last month of a list that names a span of months, as 2026-06; "" for none."""
    found = MONTHS.search(_plain(text))
    return f"{found[3] or found[1]}-{int(found[4]):02d}" if found else ""


def kind_in(text: str) -> str:
    """Return the benefit that a title names, by its longest name; "" for none or several."""
    plain = _plain(text)
    names = sorted(
        ((str(name), str(value)) for name, value in _names().items() if str(name) in plain),
        key=lambda pair: -len(pair[0]),
    )
    rest = plain
    found = set()
    for name, value in names:
        if name in rest:
            found.add(value)
            rest = rest.replace(name, " ")
    return found.pop() if len(found) == 1 else ""


def _names() -> dict[str, str]:
    return {str(kind.label): str(kind.value) for kind in BenefitKind} | BenefitKind.synonyms()


def _plain(text: str) -> str:
    return "".join(normalize("NFKC", text).split())


COLUMNS = (
    Column(
        "kind", "政策名称", OneOf(BenefitKind), "list",
        ("政策", "惠民政策", "补贴项目", "项目名称", "补贴名称", "资金项目", "待遇名称", "补贴类型", "补贴种类"),
    ),
    Column(
        "variant", "档次", clean.text, "list",
        ("等级", "护理等级", "补贴档次", "保障类别", "低保类别", "类别", "资助学段", "自理能力"),
    ),
    Column("month", "发放月份", clean_dates.month, "list", ("月份", "补贴月份", "发放时间", "所属月份", "所属期")),
    Column(
        "started_on", "起始日期", clean_dates.first_day, "list",
        ("开始月份", "起始月份", "补贴开始时间", "起始时间", "享受开始时间"),
    ),
    Column(
        "ended_on", "截止日期", clean_dates.last_day, "list",
        ("结束月份", "截止月份", "补贴结束时间", "截止时间", "享受结束时间"),
    ),
    Column("year", "发放年度", clean_dates.year, "list", ("年度", "补贴年度", "年份")),
    Column(
        "quantity", "数量", partial(clean.decimal, places=2), "list",
        ("亩数", "面积（亩）", "补贴面积", "补贴面积（亩）", "耕地面积（亩）", "种草面积（亩）", "合规自付金额"),
    ),
    Column(
        "amount_yuan", "发放金额", clean.money, "list",
        ("金额", "金额（元）", "补贴金额", "补贴金额（元）", "发放金额（元）", "实发金额", "应发金额", "救助金额",
         "补助金额", "资助金额", "奖励金额", "扶助金额", "合计金额", "发放标准合计"),
    ),
    Column("note", "备注", shorter(clean.text, NOTE_LENGTH), "list", only_warned=True, is_common=True),
)  # fmt: skip
WORDS = {
    column.field: column
    for column in (
        Column("kind", "政策", OneOf(BenefitKind), "list"),
        Column("variant", "档次", clean.text, "list"),
        Column("started_on", "起日", clean_dates.first_day, "list"),
        Column("ended_on", "止日", clean_dates.last_day, "list"),
        Column("quantity", "数量", clean.decimal, "list"),
        Column("amount_yuan", "金额（元）", clean.money, "list"),
        Column("note", "备注", clean.text, "list"),
    )
}
DEFAULTS: Changes = {"variant": "", "quantity": Decimal(1), "amount_yuan": None, "note": ""}
# Where a problem of a field stands in the list.
PLACES = {"started_on": "started_on", "ended_on": "ended_on", "member": "kind"}


def receipt_of(rows: Rows, index: int) -> Changes | None:
    """What one row says of a payment; refuses the row that lacks the benefit or its days, or says what cannot be."""
    kind = rows.value(index, "kind") or rows.answers.get("kind", "")
    if kind not in DEFINITIONS:
        rows.cleaned.refuse(index, "kind", "empty", NO_KIND)
        return None
    days = _days(rows, index)
    if days is None:
        rows.cleaned.refuse(index, "month", "empty", NO_DAYS)
        return None
    values: Changes = {
        "kind": kind,
        "variant": _variant(rows, index, kind),
        "started_on": days[0],
        "ended_on": days[1],
    }
    values |= {
        name: value
        for name in ("quantity", "amount_yuan", "note")
        if (value := rows.value(index, name)) is not None
    }
    is_household = DEFINITIONS[kind].holder == Holder.HOUSEHOLD
    person = None if is_household else rows.person(index)
    problems = list(receipt_problems(ReceiptInput(**{**DEFAULTS, **values}), person, rows.on))
    for name, message in problems:
        rows.cleaned.refuse(index, PLACES.get(name, name), "impossible", message)
    return None if problems else values


def _days(rows: Rows, index: int) -> tuple[date, date] | None:
    """The days that a row is of: its month, its two days, its year; else the months or the year that were answered."""
    month, year = rows.value(index, "month"), rows.value(index, "year")
    started, ended = rows.value(index, "started_on"), rows.value(index, "ended_on")
    if month is not None:
        return month_start(month), month_end(month)
    if started is not None and ended is not None:
        return started, ended
    if year is not None:
        return date(year, 1, 1), date(year, 12, 31)
    first, last = _month(rows, "month"), _month(rows, "until")
    if first is not None:
        return first, month_end(last or first)
    answer = rows.answers.get("year", "")
    if answer.isascii() and answer.isdigit() and len(answer) == 4:
        return date(int(answer), 1, 1), date(int(answer), 12, 31)
    return None


def _month(rows: Rows, key: str) -> date | None:
    try:
        return parse_month(rows.answers.get(key, ""))
    except ValueError:
        return None


def _variant(rows: Rows, index: int, kind: str) -> str:
    """The code of the variant that the row names; one that nobody knows is left out with a warning."""
    written = rows.value(index, "variant")
    variants = DEFINITIONS[kind].variants
    if written is None or not variants:
        return ""
    plain = _plain(written)
    for code, label in variants:
        if plain in (code, label) or label in plain or plain == label.removesuffix("类"):
            return code
    words = "、".join(label for _code, label in variants)
    rows.cleaned.warn(index, "variant", "choice", f"不认识这个档次，可写：{words}。该值未登记。")
    return ""


def _shown(values: Changes) -> Changes:
    if "variant" not in values:
        return dict(values)
    return {**values, "variant": variant_label(values.get("kind", ""), values["variant"])}


def _collide(old: Changes, new: Changes) -> str:
    """What is to be said of a payment beside another of the same holder; "" where they are for days of their own."""
    of = [(one["started_on"], one["ended_on"]) for one in (old, new)]
    if (old["kind"], old["variant"]) != (new["kind"], new["variant"]) or not overlaps(new["kind"], *of):
        return ""
    return OVERLAP.format(first=old["started_on"], last=old["ended_on"])


REGISTER = Register(
    model=BenefitReceipt,
    of=receipt_of,
    is_household=lambda values: DEFINITIONS[values["kind"]].holder == Holder.HOUSEHOLD,
    same=lambda old, new: all(old[name] == new[name] for name in ("kind", "variant", "started_on")),
    identity=lambda values: (values["kind"], values["variant"], values["started_on"]),
    words=WORDS,
    defaults=DEFAULTS,
    shown=_shown,
    collide=_collide,
    takes_gone=True,
    has_batch=True,
)


def compare_receipts(table: Table, task: Task) -> EntriesComparison:
    """Find out what a pay list would change."""
    return compare_entries(table, task, RECEIPTS, REGISTER)


def _benefits(user: Any) -> list[tuple[str, str]]:
    return [("", "按表中的政策名称"), *((str(kind.value), str(kind.label)) for kind in BenefitKind)]


RECEIPTS = ListKind(
    "receipts",
    "惠民待遇发放花名册",
    (*identifying(name_synonyms=("享受人", "享受人姓名", "领取人", "领款人", "补贴对象", "受益人")), *COLUMNS),
    compare_receipts,
    order=120,
    signs=("发放", "花名册", "发放表", "补贴", "明细表"),
    decisive=("发放花名册", "发放明细", "资金发放", "补贴发放"),
    either=(NAMING, frozenset({"amount_yuan", "quantity"})),
    questions=(
        Question(
            key="kind", label="政策", answer="choice", required=False, options=_benefits, suggest=kind_in,
            help_text="整份名单是哪一项政策的；表里有“政策名称”一列的不用选。",
        ),
        Question(
            key="month", label="发放月份（或起始月份）", answer="month", required=False, suggest=first_month_in,
            help_text="表里写了月份或起止日期的不用填。",
        ),
        Question(
            key="until", label="截止月份", answer="month", required=False, suggest=last_month_in,
            help_text="一次发几个月的填；不填则只发起始月份一个月。",
        ),
        Question(
            key="year", label="发放年度", answer="year", required=False, suggest=year_in,
            help_text="按年发放、没有月份的填，如耕地地力保护补贴。",
        ),
    ),
    counted=((COUNTED, "发放", "条"),),
    about="每人（或每户）每项政策每段时间一行，金额是这段时间的合计，单位是元。按户发放的政策（如耕地地力保护补贴）"
    "按户主找到农户。同一名单再导入一次不会重复登记；同一个人、同一起日而金额不同的，预览中列为变更。",
)  # fmt: skip
