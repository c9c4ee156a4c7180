"""The editable tables of this floor: households, people, incomes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any

from django.db.models import QuerySet

from households.access import area_range
from households.choices import (
    ClueSource,
    EliminationMode,
    LowIncomeKind,
    PovertyCause,
    Relation,
    Risk,
    Sex,
    WorkRegion,
)
from households.fact_rules import household_problems, member_problems
from households.importing import clean, clean_dates
from households.importing.columns import Column, OneOf, SomeOf, shorter
from households.importing.edited.compare import changed_to, compare_edited
from households.importing.edited.tables import EditedTable, Record, Shown, kind_of
from households.importing.edited.write import Edit, write_rows
from households.importing.kinds import ListKind
from households.importing.places import TOWNSHIP_DIGITS
from households.importing.register.checks import contradicts
from households.importing.register.columns import COLUMNS
from households.importing.validate import Cleaned
from households.models import Household, Income, Member
from township.base.masking import mask_id_number, mask_phone
from township.base.pinyin import initials

_REGISTER = {column.field: column for column in COLUMNS}
HEADS = "户主的变动请在该户页面用“更换户主”办理。"
MOST_PEOPLE = 99


def _from_register(*names: str) -> tuple[Column, ...]:
    """The register's own columns, which are named and cleaned alike wherever they stand."""
    return tuple(_REGISTER[name] for name in names)


def _yes_no(name: str, label: str, group: str = "") -> Column:
    return Column(name, label, clean.yes_no, "", group=group)


HOUSEHOLD_COLUMNS = (
    *_from_register("national_code", "kind", "monitored_kind", "identified_month"),
    Column("risks", "致贫返贫风险", SomeOf(Risk), "household", group="monitoring"),
    Column("risk_note", "具体风险说明", clean.text, "household", group="monitoring"),
    Column("clue_source", "线索来源", OneOf(ClueSource), "household", group="monitoring"),
    Column("identified_income_yuan", "识别时人均纯收入（元）", clean.money, "household", group="monitoring"),
    *_from_register("is_eliminated", "eliminated_month"),
    Column("elimination_mode", "风险消除方式", OneOf(EliminationMode), "household", group="monitoring"),
    _yes_no("is_without_labour", "整户无劳动能力", "household"),
    *_from_register("ex_poor_year"),
    Column("poverty_cause", "原致贫原因", OneOf(PovertyCause), "household", group="household"),
    _yes_no("keeps_policies", "是否继续享受政策", "household"),
    Column("low_income_kind", "低收入类型", OneOf(LowIncomeKind), "household", group="household"),
    Column("low_income_month", "低收入认定时间", clean_dates.month, "household", group="household"),
    *_from_register("housing_grade", "water_is_safe"),
    Column("land_mu", "耕地面积（亩）", clean.decimal, "household", group="household"),
    _yes_no("is_away", "全家外出", "household"),
    Column("walk_order", "走访顺序", clean.integer, "household", group="household"),
    Column("note", "备注", clean.text, "household", group="household"),
)
MEMBER_COLUMNS = (
    *_from_register("name", "relation", "nation", "politics", "education", "schooling"),
    Column("school_name", "就读学校", shorter(clean.text, 100), "member", group="schooling"),
    Column("dropout_reason", "义务教育阶段未上学原因", shorter(clean.text, 60), "member", group="schooling"),
    *_from_register("health", "labour", "work_place"),
    Column("work_region", "务工地点", OneOf(WorkRegion), "member", group="work"),
    *_from_register("work_months", "post", "post_months"),
    *_from_register("has_resident_medical", "has_employee_medical", "has_resident_pension"),
    _yes_no("has_employee_pension", "是否参加城镇职工基本养老保险", "insurance"),
    *_from_register("dibao", "tekun"),
    _yes_no("has_chronic_card", "慢病证", "health"),
    _yes_no("has_doctor_contract", "家庭医生签约", "health"),
    _yes_no("is_registered", "户籍人口", "person"),
    _yes_no("is_co_living", "共同生活（常住）", "person"),
)
INCOME_COLUMNS = (
    Column(
        "people_count", "年度家庭人口数（人）", partial(clean.integer, minimum=1, maximum=MOST_PEOPLE), "income",
        group="income",
    ),
    *_from_register("wage_yuan", "business_yuan", "property_yuan", "transfer_yuan", "business_cost_yuan",
                    "compliant_self_pay_yuan"),
    Column("claims_yuan", "理赔收入", clean.money, "income", group="income"),
)  # fmt: skip


def _household_problems(
    row: Any, facts: Mapping[str, Any], on: date
) -> Iterator[tuple[tuple[str, ...], str]]:
    yield from household_problems(facts, on)
    if contradicts(facts["kind"], facts["monitored_kind"]):
        message = (
            "监测对象类别与户类型矛盾：脱贫不稳定户应为脱贫户，边缘易致贫户应为一般农户。请核对后改正其一。"
        )
        yield ("monitored_kind", "kind"), message


def _member_problems(row: Any, facts: Mapping[str, Any], on: date) -> Iterator[tuple[tuple[str, ...], str]]:
    yield from member_problems(facts, on)
    if facts["relation"] != row.relation and Relation.HEAD in (facts["relation"], row.relation):
        yield ("relation",), HEADS


def _no_problems(row: Any, facts: Mapping[str, Any], on: date) -> Iterator[tuple[tuple[str, ...], str]]:
    """An income's columns say all that can be said of it."""
    return iter(())


def _refuse_codes_twice(cleaned: Cleaned, edits: Mapping[Any, Edit]) -> None:
    """A 户编号 belongs to one household of its township, in the file and in the register."""
    wanted = changed_to(edits, "national_code")
    taken: dict[tuple[str, str], Any] = {}
    for township in {edits[key].row.area[:TOWNSHIP_DIGITS] for key in wanted}:
        low, high = area_range(township)
        rows = Household.objects.filter(area__gte=low, area__lt=high, national_code__isnull=False)
        for key, code in rows.values_list("pk", "national_code"):
            if key not in wanted:
                taken[township, code] = key
    for key, code in wanted.items():
        if code is None:
            continue
        place = edits[key].row.area[:TOWNSHIP_DIGITS], code
        if place in taken:
            message = "这个户编号已登记在另一户，或在本表中填了两次。请核对两户的户编号。"
            cleaned.refuse(edits[key].index, "national_code", "code_twice", message)
        taken.setdefault(place, key)


def _follow_name(row: Any, names: set[str]) -> set[str]:
    if "name" not in names:
        return set()
    row.initials = initials(row.name)
    return {"initials"}


def _name_heads(members: Iterable[Any], record: Record) -> None:
    """The household carries its head's name for every list."""
    heads = {member.household_id: member for member in members if member.relation == Relation.HEAD}
    households = [
        household
        for household in Household.objects.select_for_update().filter(pk__in=heads)
        if household.head_name != heads[household.pk].name
    ]
    for household in households:
        household.head_name, household.initials = heads[household.pk].name, heads[household.pk].initials
    if households:
        write_rows(Household, households, {"head_name", "initials"}, record)


def _open_households(rows: QuerySet) -> QuerySet:
    return rows.filter(closed_on__isnull=True)


def _people_of_open_households(rows: QuerySet) -> QuerySet:
    return rows.filter(left_on__isnull=True, household__closed_on__isnull=True)


def _incomes_of_open_households(rows: QuerySet) -> QuerySet:
    return rows.filter(household__closed_on__isnull=True)


def _place(household: Household) -> str:
    return f"{household.village.name} {household.head_name}户"


HOUSEHOLDS = EditedTable(
    name="edited_households",
    title="农户信息表（导出后修改）",
    model=Household,
    counted=("households", "农户", "户"),
    shown=(
        Shown("code", "户码", lambda row: row.code, is_anchor=True, width=19),
        Shown("shown_village", "行政村", lambda row: row.village.name, width=14),
        Shown("shown_group", "自然村/组", lambda row: row.group.name if row.group else ""),
        Shown("shown_head", "户主", lambda row: row.head_name, is_anchor=True),
        Shown("shown_phone", "联系电话（掩码）", lambda row: mask_phone(row.phone), width=16),
    ),
    columns=HOUSEHOLD_COLUMNS,
    related=("village", "group"),
    subject=_place,
    problems=_household_problems,
    editable=_open_households,
    check=_refuse_codes_twice,
    about="从农户列表导出、改好的户信息。",
)
MEMBERS = EditedTable(
    name="edited_members",
    title="家庭成员信息表（导出后修改）",
    model=Member,
    counted=("members", "成员", "人"),
    shown=(
        Shown("code", "户码", lambda row: row.household.code, is_anchor=True, width=19),
        Shown("shown_village", "行政村", lambda row: row.household.village.name, width=14),
        Shown("shown_head", "户主", lambda row: row.household.head_name),
        Shown(
            "shown_id",
            "证件号码（掩码）",
            lambda row: mask_id_number(row.id_number),
            is_anchor=True,
            width=22,
        ),
        Shown("shown_sex", "性别", lambda row: Sex(row.sex).label if row.sex else "", width=7),
    ),
    columns=MEMBER_COLUMNS,
    related=("household__village",),
    subject=lambda row: f"{row.household.village.name} {row.name}",
    problems=_member_problems,
    editable=_people_of_open_households,
    follow=_follow_name,
    after=_name_heads,
    about="从农户列表或成员列表导出、改好的成员信息。",
)
INCOMES = EditedTable(
    name="edited_incomes",
    title="家庭收入表（导出后修改）",
    model=Income,
    counted=("incomes", "家庭收入", "户"),
    shown=(
        Shown("code", "户码", lambda row: row.household.code, is_anchor=True, width=19),
        Shown("shown_year", "年度", lambda row: str(row.year), is_anchor=True, width=8),
        Shown("shown_village", "行政村", lambda row: row.household.village.name, width=14),
        Shown("shown_head", "户主", lambda row: row.household.head_name),
    ),
    columns=INCOME_COLUMNS,
    related=("household__village",),
    subject=lambda row: f"{_place(row.household)} {row.year}年",
    problems=_no_problems,
    editable=_incomes_of_open_households,
    about="从农户列表导出、改好的一个年度的家庭收入。",
)


def kind(table: EditedTable) -> ListKind:
    """Return the list kind of an editable table."""
    made: ListKind = kind_of(table, lambda edited, read, task: compare_edited(edited, made, read, task))
    return made


KINDS = tuple(map(kind, (HOUSEHOLDS, MEMBERS, INCOMES)))
