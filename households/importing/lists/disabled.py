"""持证残疾人名单: the number of the certificate is the ID with kind and level behind it (domain.md §2.7).

The person's registered ID stays as it is; kind and level of the number count before the columns.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from households.choices import DisabilityKind, Health
from households.identity import DISABILITY_LEVELS, InvalidId, parse
from households.importing import clean
from households.importing.columns import Column, OneOf
from households.importing.lists.columns import identifying
from households.importing.lists.engine import Facts, fact_kind
from households.importing.lists.fields import Adds
from households.importing.lists.rows import Rows
from households.importing.register.plan import Changes
from households.importing.validate import Cleaned

LEVEL = clean.choice(
    {label: level for level, label in DISABILITY_LEVELS.items()}
    | {f"{n}{ending}": n for n in range(1, 5) for ending in ("", "级")}
    | {words: n for n, several in enumerate(("一壹Ⅰ", "二贰Ⅱ", "三叁Ⅲ", "四肆Ⅳ"), 1) for words in several}
    | {f"{words}级": n for n, several in enumerate(("壹Ⅰ", "贰Ⅱ", "叁Ⅲ", "肆Ⅳ"), 1) for words in several}
)

COLUMNS = (
    Column(
        "certificate", "残疾人证号", clean.id_number, "member",
        ("残疾证号", "残疾人证号码", "残疾证号码", "残疾人证件号", "残疾人证", "残疾证", "残疾人证编号", "证号"),
        personal="id",
    ),
    Column(
        "disability_kind", "残疾类别", OneOf(DisabilityKind), "member", ("残疾类型", "残疾种类", "残别"),
        only_warned=True, group="health",
    ),
    Column(
        "disability_level", "残疾等级", LEVEL, "member", ("残疾级别", "残级", "残疾程度"), only_warned=True,
        group="health",
    ),
)  # fmt: skip


def disabled_facts(rows: Rows) -> dict[int, Changes]:
    """Everybody listed holds a certificate: kind and level by its number, else by the columns."""
    return {index: _facts(rows, index) for index in rows.good}


def number_by_certificate(cleaned: Cleaned) -> None:
    """Where the list gives no ID by itself, the certificate's number begins with it."""
    numbers = cleaned.values["id_number"]
    for index, certificate in enumerate(cleaned.values["certificate"]):
        if numbers[index] is None:
            numbers[index] = certificate


def _facts(rows: Rows, index: int) -> Changes:
    by_number = _by_number(rows, index)
    facts: Changes = {"health": Adds(Health.DISABLED.value)}
    for name, number_says in zip(("disability_kind", "disability_level"), by_number, strict=True):
        written = rows.value(index, name)
        if written is not None and number_says not in (None, written):
            message = "与残疾人证号第 19、20 位不符，已按残疾人证号登记。请对照残疾人证核对。"
            rows.warn(index, name, "disability_differs", message)
        facts[name] = written if number_says is None else number_says
    return facts


def _by_number(rows: Rows, index: int) -> tuple[Any, Any]:
    """Kind and level that the number says; a number of 18 characters, or an unreadable end, says nothing."""
    name = "certificate" if rows.value(index, "certificate") is not None else "id_number"
    number = rows.value(index, name)
    if number is None:
        return None, None
    try:
        parsed = parse(number, on=date.max)
    except InvalidId as invalid:
        rows.warn(index, name, invalid.code, f"{invalid.message}残疾类别和等级未按号码登记。")
        return None, None
    return parsed.disability_type and str(parsed.disability_type), parsed.disability_level


DISABLED = fact_kind(
    "disabled",
    "持证残疾人名单",
    COLUMNS,
    Facts(of=disabled_facts, prepare=number_by_certificate),
    who=identifying(name_synonyms=("残疾人姓名", "残疾人")),
    either=(frozenset({"certificate", "disability_kind", "disability_level"}),),
    order=30,
    signs=("残疾", "残联"),
    about="每人一行。残疾人证号的前 18 位用来找人，第 19、20 位就是残疾类别和等级；系统中登记的身份证号不变。",
)
