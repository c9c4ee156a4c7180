"""The columns of a list, declared: which field a column fills, how it is named, how its cells are cleaned.

A list is found and read by these names alone, never by the letter of a column: exports let the user choose columns.
Source of the names: the 监测对象信息 export of the national system (domain reference, 2.2 to 2.5).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from households.choices import (
    Dibao,
    Education,
    Health,
    HouseholdKind,
    HousingGrade,
    IdKind,
    Labelled,
    Labour,
    MonitoredKind,
    Politics,
    Relation,
    Risk,
    Schooling,
    Sex,
    Tekun,
)
from households.importing import clean, clean_dates
from households.importing.clean import BadCell

Cleaner = Callable[[object], Any]
Subject = Literal["place", "household", "member", "income"]


@dataclass(frozen=True)
class Column:
    """One column of a list.

    `field` is the name under which its values travel; `label` and `synonyms` are its headings, the preferred first;
    `about` says whose fact it is. `required`: the list must have the column and each row a value. `only_warned`:
    a bad cell is left out with a warning instead of refusing the row. `personal` masks its values in messages.
    """

    field: str
    label: str
    clean: Cleaner
    about: Subject
    synonyms: tuple[str, ...] = ()
    required: bool = False
    only_warned: bool = False
    personal: Literal["", "id", "phone"] = ""

    @property
    def labels(self) -> tuple[str, ...]:
        return (self.label, *self.synonyms)


@dataclass(frozen=True)
class ListKind:
    """A kind of list: its name in the batch, how people call it, and its columns in the order of messages."""

    name: str
    title: str
    columns: tuple[Column, ...]

    @property
    def required(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.required)

    def by_field(self) -> dict[str, Column]:
        return {column.field: column for column in self.columns}


def shorter(cleaner: Cleaner, longest: int) -> Cleaner:
    """Return the cleaner with a bound: a text that the database column cannot hold is a bad cell."""

    def bounded(value: object) -> Any:
        found = cleaner(value)
        if found is not None and len(found) > longest:
            raise BadCell("too_long", f"内容有 {len(found)} 个字，最多 {longest} 个字。请缩短。")
        return found

    return bounded


def one_of(kind: type[Labelled]) -> Cleaner:
    """Return the cleaner of a choice: its labels and synonyms to the stored value."""
    return clean.choice(_labels(kind))


def some_of(kind: type[Labelled]) -> Cleaner:
    """Return the cleaner of several choices in one cell: a list, as the database gives it back."""
    cleaner = clean.multi_choice(_labels(kind))

    def cleaned(value: object) -> list[str] | None:
        found = cleaner(value)
        return list(found) if found else None

    return cleaned


def _labels(kind: type[Labelled]) -> dict[str, str]:
    return {str(member.label): str(member.value) for member in kind} | kind.synonyms()


name = shorter(clean.name, 60)
month_count = partial(clean.integer, maximum=12)

PLACES = (
    Column("province", "省", name, "place", ("省份", "省（自治区、直辖市）")),
    Column("city", "市", name, "place", ("地市", "市（地、州、盟）")),
    Column("county", "县", name, "place", ("县（市、区、旗）", "县区", "区县")),
    Column("township", "乡", name, "place", ("乡镇", "乡（镇）", "乡（镇、街道）", "乡镇（街道）", "镇")),
    Column("village", "村", name, "place", ("行政村", "村（社区）", "村名", "所在村"), required=True),
    Column("group", "村民小组", name, "household", ("自然村", "组", "自然村/组", "村组", "小组")),
)
HOUSEHOLDS = (
    Column("national_code", "户编号", shorter(clean.plain_text, 40), "household", ("家庭编号", "户编码")),
    Column("kind", "户类型", one_of(HouseholdKind), "household", ("农户类型",)),
    Column("monitored_kind", "监测对象类别", one_of(MonitoredKind), "household", ("监测类别", "监测对象类型")),
    Column("head_name", "户主姓名", name, "household", ("户主",)),
    Column(
        "phone", "户联系电话", clean.phone, "household", ("联系电话", "户主联系电话", "户主电话"),
        only_warned=True, personal="phone",
    ),
)  # fmt: skip
PEOPLE = (
    Column("name", "姓名", name, "member", ("家庭成员姓名", "成员姓名"), required=True),
    Column("sex", "性别", one_of(Sex), "member", only_warned=True),
    Column("id_kind", "证件类型", one_of(IdKind), "member", ("证件类别",)),
    Column(
        "id_number", "证件号码", clean.id_number, "member",
        ("身份证号", "身份证号码", "公民身份号码", "居民身份证号", "证件号", "身份证件号码"),
        required=True, personal="id",
    ),
    Column("relation", "与户主关系", one_of(Relation), "member", ("与户主的关系", "家庭关系"), required=True),
    Column("nation", "民族", shorter(clean.text, 20), "member"),
    Column("politics", "政治面貌", one_of(Politics), "member"),
    Column("education", "文化程度", one_of(Education), "member"),
    Column("schooling", "在校生状况", one_of(Schooling), "member", ("在校状况",)),
    Column("health", "健康状况", some_of(Health), "member", ("身体状况",)),
    Column("labour", "劳动技能", one_of(Labour), "member", ("劳动能力",)),
    Column("work_place", "务工所在地", shorter(clean.text, 100), "member", ("务工地点", "务工所在县")),
    Column("work_months", "务工时间（月）", month_count, "member", ("务工时间", "务工月数")),
    Column("post", "公益性岗位", shorter(clean.text, 60), "member", ("公益岗位",)),
    Column("post_months", "公益性岗位（月数）", month_count, "member", ("公益岗位月数",)),
    Column("has_resident_medical", "是否参加城乡居民基本医疗保险", clean.yes_no, "member"),
    Column("has_employee_medical", "是否参加城镇职工基本医疗保险", clean.yes_no, "member"),
    Column("has_resident_pension", "是否参加城乡居民基本养老保险", clean.yes_no, "member"),
    Column("dibao", "享受低保政策情况", one_of(Dibao), "member", ("是否享受低保",)),
    Column("tekun", "享受特困供养政策情况", one_of(Tekun), "member", ("是否享受特困供养",)),
)  # fmt: skip
MONITORING = (
    Column("identified_month", "识别监测时间", clean_dates.month, "household", ("风险识别时间", "监测识别时间")),
    *(
        Column(
            f"risk_{number}", f"致贫返贫风险{number}", some_of(Risk), "household",
            (f"致贫/返贫风险{number}", f"返贫致贫风险{number}", f"返贫风险{number}"),
        )
        for number in range(1, 6)
    ),
    Column("is_eliminated", "风险是否已消除", clean.yes_no, "household", ("风险是否已消除0", "风险是否消除")),
    Column("eliminated_month", "风险消除时间", clean_dates.month, "household", ("消除监测时间",)),
    Column("housing_grade", "住房等级", one_of(HousingGrade), "household", ("住房安全等级", "危房等级")),
    Column("water_is_safe", "饮水是否安全", clean.yes_no, "household", ("是否解决安全饮用水",)),
)  # fmt: skip
INCOMES = (
    Column("wage_yuan", "工资性收入", clean.money, "income"),
    Column("business_yuan", "生产经营性收入", clean.money, "income"),
    Column("property_yuan", "财产性收入", clean.money, "income"),
    Column("transfer_yuan", "转移性收入", clean.money, "income"),
    Column("business_cost_yuan", "生产经营性支出", clean.money, "income"),
    Column("compliant_self_pay_yuan", "合规自付支出", clean.money, "income", ("合规自付费用",)),
)
POVERTY = (Column("ex_poor_year", "脱贫年度", clean_dates.year, "household", ("脱贫年份",)),)

REGISTER = ListKind(
    "register", "监测对象（农户）信息表", PLACES + HOUSEHOLDS + PEOPLE + MONITORING + INCOMES + POVERTY
)
RISKS = tuple(column.field for column in REGISTER.columns if column.field.startswith("risk_"))
