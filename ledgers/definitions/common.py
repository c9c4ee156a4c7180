"""Columns and words that several ledgers share."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from households.choices import HouseholdKind, Labelled, Risk
from ledgers.columns import Column
from ledgers.rows import HouseholdRow

BASIC, GUARANTEES = "基本信息", "三保障及饮水"
REGISTER_NOTE = "家庭人口为在册登记人口，不含已减少人员（去世、迁出等）；空白表示尚未登记。"


@cache
def labels(choices: type[Labelled]) -> dict[str, str]:
    return {member.value: str(member.label) for member in choices}


def label_of(choices: type[Labelled], value: str) -> str:
    """Chinese word of a stored value; a value that is no choice any more is shown as it is."""
    return labels(choices).get(value, value)


def risk_labels(risks: Iterable[str]) -> list[str]:
    return [label_of(Risk, risk) for risk in risks]


def kind_label(row: HouseholdRow) -> str:
    return label_of(HouseholdKind, row.household.kind)


def household_number(row: HouseholdRow) -> str:
    """户编号 of the national system, else our own code: ordinary households have no national one."""
    return row.household.national_code or row.household.code


def basic_columns(*, with_number: bool) -> list[Column]:
    """序号 and the first columns of 基本信息, up to 联系电话; with or without 户编号."""
    number = [Column("户编号", household_number, BASIC, 19)] if with_number else []
    return [
        Column("序号", "number", width=5, kind="int"),
        Column("行政村", "household.village", BASIC, 10, sort="village"),
        Column("自然村/组", "household.group", BASIC, 9),
        *number,
        Column(
            "户主姓名", "household.head_name", BASIC, 8, total="households", sort="name", link="household"
        ),
        Column("户主身份证号", "household.head_id_number", BASIC, 20, masked="id"),
        Column("联系电话", "household.phone", BASIC, 13, masked="phone"),
    ]


def guarantee_columns() -> list[Column]:
    """The four columns of 三保障及饮水, derived as on the household page."""
    return [
        Column("义务教育", "education", GUARANTEES, 8, total="each"),
        Column("基本医疗", "medical", GUARANTEES, 8, total="each"),
        Column("住房安全", "household.housing_grade", GUARANTEES, 6, total="each"),
        Column("饮水安全", "water", GUARANTEES, 8, total="each"),
    ]
