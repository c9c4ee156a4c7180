"""家庭成员花名册, the second sheet of ledger 1: one person per row, 20 columns (domain.md §3.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import Case, Value, When

from households.choices import (
    Dibao,
    DisabilityKind,
    Education,
    Health,
    Labour,
    Relation,
    Schooling,
    Sex,
    Tekun,
    WorkRegion,
)
from households.models import Member
from households.models.households import HouseholdQuerySet
from ledgers.columns import BLANK, Column, Ledger
from ledgers.definitions.common import label_of
from ledgers.periods import LedgerMonth
from ledgers.scope import LedgerScope
from township.base.dates import PeriodKind, age_on

LEVELS = {1: "一级", 2: "二级", 3: "三级", 4: "四级"}


class MemberFacts(NamedTuple):
    household__code: str
    household__village__name: str
    household__head_name: str
    name: str
    relation: str
    id_number: str
    sex: str
    birth_on: date | None
    health: list[str]
    labour: str
    schooling: str
    education: str
    has_resident_medical: bool | None
    has_employee_medical: bool | None
    has_resident_pension: bool | None
    has_employee_pension: bool | None
    dibao: str
    tekun: str
    disability_kind: str
    disability_level: int | None
    work_place: str
    work_region: str
    work_months: int | None
    post: str


@dataclass(slots=True)
class PersonRow:
    number: int
    member: MemberFacts
    on: date

    @property
    def key(self) -> str:
        return self.member.household__code

    @property
    def age(self) -> int | None:
        """Full years; the birth date itself is not shown."""
        born = self.member.birth_on
        return age_on(born, self.on) if born else None


def person_rows(scope: LedgerScope, month: LedgerMonth, households: HouseholdQuerySet) -> Iterator[PersonRow]:
    """Yield the members of the households who have not left: in walking order, the head first."""
    head_first = Case(When(relation=Relation.HEAD, then=Value(0)), default=Value(1))
    members = Member.objects.filter(
        household__in=households.order_by().values("pk"), left_on__isnull=True
    ).order_by(
        "area", "household__group__order", "household__group__name", "household__walk_order", "household__code",
        head_first, "birth_on", "pk",
    )  # fmt: skip
    rows = members.values_list(*MemberFacts._fields).iterator(chunk_size=2000)
    for number, row in enumerate(rows, start=1):
        yield PersonRow(number, MemberFacts._make(row), month.as_of)


def study(row: PersonRow) -> str:
    """在校状况 of who is at school, else 文化程度."""
    member = row.member
    return label_of(Schooling, member.schooling) or label_of(Education, member.education)


def insurance(resident: bool | None, employee: bool | None) -> str:
    """城乡居民 / 城镇职工; 未参加 where the register says so, blank where it says nothing."""
    kinds = [name for name, has in (("城乡居民", resident), ("城镇职工", employee)) if has]
    if kinds:
        return "、".join(kinds)
    return "" if resident is None and employee is None else "未参加"


def relief(row: PersonRow) -> list[str]:
    dibao, tekun = row.member.dibao, row.member.tekun
    found = [label_of(Dibao, dibao)] if dibao not in ("", Dibao.NONE) else []
    return [*found, label_of(Tekun, tekun)] if tekun not in ("", Tekun.NONE) else found


def disability(row: PersonRow) -> str:
    member = row.member
    return label_of(DisabilityKind, member.disability_kind) + LEVELS.get(member.disability_level or 0, "")


LEDGER = Ledger(
    code="roster",
    title="家庭成员花名册",
    cycle=PeriodKind.MONTH,
    rows=person_rows,
    unit="单位：人、月",
    frozen_title="姓名",
    notes=("登记人口，不含已减少人员（去世、迁出等）；年龄为截至数据日期的周岁；空白表示尚未登记。",),
    columns=(
        Column("序号", "number", width=5, kind="int"),
        Column("村", "member.household__village__name", width=10),
        Column("户主", "member.household__head_name", width=8),
        Column("姓名", "member.name", width=8),
        Column("与户主关系", lambda row: label_of(Relation, row.member.relation), width=9),
        Column("身份证号", "member.id_number", width=19, masked="id"),
        Column("性别", lambda row: label_of(Sex, row.member.sex), width=5),
        Column("年龄", "age", width=5, kind="int"),
        Column("健康状况", lambda row: [label_of(Health, value) for value in row.member.health], width=12),
        Column("劳动能力", lambda row: label_of(Labour, row.member.labour), width=12),
        Column("在校状况/文化程度", study, width=12),
        Column(
            "医保",
            lambda row: insurance(row.member.has_resident_medical, row.member.has_employee_medical),
            width=9,
        ),
        Column(
            "养老保险",
            lambda row: insurance(row.member.has_resident_pension, row.member.has_employee_pension),
            width=9,
        ),
        Column("低保/特困", relief, width=10),
        Column("残疾类别等级", disability, width=9),
        Column(
            "务工地点",
            lambda row: row.member.work_place or label_of(WorkRegion, row.member.work_region),
            width=12,
        ),
        Column("务工月数", "member.work_months", width=6, kind="int"),
        # Monthly wages stand in the migrant-work table of the county, which is not registered yet.
        Column("月收入", BLANK, width=10, kind="money"),
        Column("公益岗位", "member.post", width=10),
        # Remarks are kept for households, not for single members.
        Column("备注", BLANK, width=12),
    ),
)
