"""Figures of the register about people and their households: schooling, insurance, dibao, disability, work.

What is registered of a person carries no date, so an earlier day counts those who belonged to the register on it by
what is registered of them now; ages are those of the day.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from households.choices import WORKING_LABOUR, Dibao, HouseholdKind, Schooling, Tekun, WorkRegion
from households.figures import of_age, out_of_school, people_on
from households.guarantees import COMPULSORY_AGES, latest_birth
from households.models import Household, Member
from township.base.registry import read_together

WORK_AGES = (16, 60)  # full years, both included
PENSION_AGE = 60
INSURED, HUNDREDTH = "ex_poor_insured_people", Decimal("0.01")

IN_DIBAO = Q(dibao__in=(Dibao.RURAL, Dibao.URBAN))
EX_POOR = Q(household__kind=HouseholdKind.EX_POOR)
IN_SCHOOL = ~Q(schooling__in=("", Schooling.BEFORE_SCHOOL))
_SUPPORTED = Q(tekun__in=(Tekun.RURAL, Tekun.URBAN))
_IS_INSURED = Q(has_resident_medical=True) | Q(has_employee_medical=True)


def people_figures(area: str, on: date, keys: Collection[str]) -> dict[str, Any]:
    """Return the wanted figures of people (one query); a share of nobody is None."""
    conditions = _conditions(on)
    asked = set(keys) & conditions.keys()
    if "ex_poor_insured_percent" in keys:
        asked |= {INSURED, "ex_poor_people"}
    found = people_on(area, on).aggregate(**{key: Count("pk", filter=conditions[key]) for key in asked})
    if "ex_poor_insured_percent" in keys:
        found["ex_poor_insured_percent"] = _percent(found[INSURED], found["ex_poor_people"])
    return {key: found[key] for key in keys}


def household_figures(area: str, on: date, keys: Collection[str]) -> dict[str, Any]:
    """Return the wanted figures of households (one query)."""
    ex_poor = Q(kind=HouseholdKind.EX_POOR)
    in_dibao = Member.objects.filter(IN_DIBAO, _present(on), household=OuterRef("pk"))
    conditions = {
        "ex_poor_households": ex_poor,
        "dibao_registered_households": ex_poor & Q(Exists(in_dibao)),
        "without_labour_households": Q(is_without_labour=True),
    }
    counts = {key: Count("pk", filter=conditions[key]) for key in keys}
    return Household.objects.in_area(area).existing(on).aggregate(**counts)


def _conditions(on: date) -> dict[str, Q]:
    is_old = Q(birth_on__lte=latest_birth(PENSION_AGE, on))
    employed = EX_POOR & Q(labour__in=WORKING_LABOUR) & of_age(*WORK_AGES, on)
    return {
        "school_age_people": of_age(*COMPULSORY_AGES, on),
        "dropouts": out_of_school(on),
        "registered_students": EX_POOR & IN_SCHOOL,
        "ex_poor_people": EX_POOR,
        INSURED: EX_POOR & _IS_INSURED,
        "dibao_people": IN_DIBAO,
        "doctor_contract_people": Q(has_doctor_contract=True),
        "chronic_card_people": Q(has_chronic_card=True),
        "chronic_card_ex_poor_people": EX_POOR & Q(has_chronic_card=True),
        "pension_paying_people": Q(has_resident_pension=True) & ~is_old,
        "pension_receiving_people": Q(has_resident_pension=True) & is_old,
        "dibao_registered_people": EX_POOR & IN_DIBAO,
        "tekun_people": _SUPPORTED,
        "employed_total": employed & ~Q(work_region=""),
        **{f"disabled_level_{level}": Q(disability_level=level) for level in range(1, 5)},
        **{f"employed_{_REGION_KEYS[region]}": employed & Q(work_region=region) for region in WorkRegion},
    }


def _present(on: date) -> Q:
    return Q(left_on__isnull=True) | Q(left_on__gt=on)


def _percent(part: int, whole: int) -> Decimal | None:
    """Per cent to two places; never rounded up to the whole."""
    if not whole:
        return None
    share = Decimal(part * 100) / whole
    return min(share.quantize(HUNDREDTH), Decimal(100) if part == whole else Decimal("99.99"))


_REGION_KEYS = {
    WorkRegion.COUNTY: "in_county", WorkRegion.CITY: "in_city", WorkRegion.OTHER_CITY: "other_city",
    WorkRegion.OTHER_PROVINCE: "other_province", WorkRegion.ABROAD: "abroad",
}  # fmt: skip
_PEOPLE = "当日在册人口（不含已减少人员）中"
_EMPLOYED = f"{_PEOPLE}，脱贫户 16—60 周岁（含）的普通、技能劳动力，务工地点为"

FIGURES = (
    *read_together(
        people_figures,
        ("school_age_people", "person", f"{_PEOPLE}，当日 6—15 周岁（含）的适龄人口"),
        ("dropouts", "person", f"{_PEOPLE}，6—15 周岁未在校的：填写了未上学原因，或满 7 周岁仍未入小学，"
         "或在校状况空白且未达初中文化程度"),
        ("registered_students", "person", f"{_PEOPLE}，脱贫户（建档立卡）的在校生，含学前教育，不含学龄前儿童"),
        ("ex_poor_people", "person", f"{_PEOPLE}，脱贫户的人口"),
        ("ex_poor_insured_percent", "percent", f"{_PEOPLE}，脱贫人口参加城乡居民或城镇职工基本医保的比例，"
         "未登记参保情况的按未参保计；没有脱贫人口的不计算"),
        ("dibao_people", "person", f"{_PEOPLE}，登记享受农村或城市低保的"),
        ("doctor_contract_people", "person", f"{_PEOPLE}，登记已签约家庭医生的"),
        ("chronic_card_people", "person", f"{_PEOPLE}，登记有慢病证的"),
        ("chronic_card_ex_poor_people", "person", f"{_PEOPLE}，脱贫户中登记有慢病证的"),
        ("pension_paying_people", "person", f"{_PEOPLE}，参加城乡居民养老保险、未满 60 周岁（缴费）的"),
        ("pension_receiving_people", "person", f"{_PEOPLE}，参加城乡居民养老保险、满 60 周岁（领取）的"),
        ("dibao_registered_people", "person", f"{_PEOPLE}，脱贫户（建档立卡）中享受低保的"),
        *(
            (f"disabled_level_{level}", "person", f"{_PEOPLE}，持残疾人证、残疾等级为 {level} 级的")
            for level in range(1, 5)
        ),
        ("tekun_people", "person", f"{_PEOPLE}，登记享受特困供养的"),
        ("employed_total", "person", f"{_EMPLOYED}县内、市内、跨市、跨省、国外之一的"),
        *((f"employed_{_REGION_KEYS[region]}", "person", f"{_EMPLOYED}“{region.label}”的") for region in WorkRegion),
    ),
    *read_together(
        household_figures,
        ("ex_poor_households", "household", "当日在册的脱贫户"),
        ("dibao_registered_households", "household", "当日在册的脱贫户（建档立卡）中，至少一名成员享受低保的户"),
        ("without_labour_households", "household", "当日在册农户中，登记为整户无劳动能力的户"),
    ),
)  # fmt: skip
