"""The 32 benefits of the township (P01–P32), and the words around them: who holds one, for how long it is paid.

Source: domain.md §7.1. The kinds are the trade's; their amounts are dated rows (`BenefitStandard`). Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import models

from households.choices import Labelled


class BenefitKind(Labelled):
    """惠民政策, by the code of its rules."""

    DIBAO = "P01", "农村低保"
    PRICE_SUBSIDY = "P02", "物价补贴"
    DISABILITY_LIVING = "P03", "困难残疾人生活补贴"
    DISABILITY_CARE = "P04", "重度残疾人护理补贴"
    TEKUN = "P05", "特困供养"
    TEKUN_CARE = "P06", "特困护理补贴"
    PENSION = "P07", "城乡居民养老保险待遇"
    PENSION_PREMIUM = "P08", "城乡居民养老保险缴费"
    TWO_DAUGHTERS = "P09", "农村双女户奖励扶助"
    ONLY_CHILD = "P10", "独生子女父母奖励"
    ONLY_CHILD_60 = "P11", "独生子女父母60岁奖励"
    LOST_ONLY_CHILD = "P12", "计生特扶（独生子女死亡）"
    DISABLED_ONLY_CHILD = "P13", "计生特扶（独生子女伤残）"
    SURGERY_AFTEREFFECT = "P14", "计划生育手术并发症扶助"
    LAND_SUBSIDY = "P15", "耕地地力保护补贴"
    FALLOW_GRASS = "P16", "休耕种草补贴"
    YULU = "P17", "雨露计划"
    SCHOOL_GRANT = "P18", "教育资助"
    MEDICAL_PREMIUM = "P19", "基本医保参保资助"
    MEDICAL_RELIEF = "P20", "医疗救助"
    CHRONIC_CARD = "P21", "慢病证"
    DOCTOR_CONTRACT = "P22", "家庭医生签约"
    POVERTY_INSURANCE = "P23", "防贫保险"
    TEMPORARY_RELIEF = "P24", "临时救助"
    RENOVATION = "P25", "危房改造"
    PUBLIC_POST = "P26", "公益岗位"
    SOLAR_RELIEF = "P27", "光伏特困救助"
    TRAVEL_SUBSIDY = "P28", "外出务工交通补贴"
    MICRO_CREDIT = "P29", "扶贫小额信贷"
    HOME_FOR_AGED = "P30", "互助幸福院"
    TRAINING = "P31", "技能培训"
    VILLAGE_INCOME = "P32", "租金、分红等收入"

    @classmethod
    def synonyms(cls) -> dict[str, str]:
        return {
            "低保": "P01", "低保金": "P01", "最低生活保障": "P01", "残疾人生活补贴": "P03", "生活补贴": "P03",
            "残疾人护理补贴": "P04", "护理补贴": "P04", "分散特困供养": "P05", "特困": "P05", "养老金": "P07",
            "城乡居民养老金": "P07", "双女户": "P09", "独生子女费": "P10", "地力补贴": "P15", "种草补贴": "P16",
            "雨露": "P17", "光伏救助": "P27", "交通补贴": "P28", "交通费补助": "P28", "小额信贷": "P29",
        }  # fmt: skip


class Holder(models.TextChoices):
    """To whom a benefit belongs."""

    PERSON = "person", "个人"
    HOUSEHOLD = "household", "户"


class PaidPer(models.TextChoices):
    """For which span the standard amount is paid."""

    MONTH = "month", "每月"
    TERM = "term", "每学期"
    YEAR = "year", "每年"
    ONCE = "once", "一次"


class CountedBy(models.TextChoices):
    """What the amount of a standard is multiplied with: the receipt's quantity, in this unit."""

    HEAD = "head", "人（户）"
    MU = "mu", "亩"
    YUAN_ABOVE = "yuan_above", "起付线以上的元"


@dataclass(frozen=True)
class BenefitDefinition:
    """How a benefit is held. `is_received`: it is paid or granted through a receipt (`BenefitReceipt`).

    The others stand elsewhere: in the register (低保, 医保, 签约 …), or in one of their own (posts, loans, renovations,
    trainings); what is paid for them may still be recorded as receipts, to be checked against the standard.
    """

    kind: BenefitKind
    holder: Holder
    is_received: bool = True
    variants: tuple[tuple[str, str], ...] = ()

    @property
    def is_paid(self) -> bool:
        """Whether money of it is recorded as receipts, though who holds it may stand in the register."""
        return self.is_received or self.kind in PAID_FROM_REGISTER


PAID_FROM_REGISTER: Final = (
    BenefitKind.DIBAO, BenefitKind.TEKUN, BenefitKind.PENSION, BenefitKind.MEDICAL_PREMIUM,
)  # fmt: skip
# Paid for an event each: the days of one may lie within those of another.
SINGLE_PAYMENTS: Final = (
    BenefitKind.MEDICAL_RELIEF, BenefitKind.POVERTY_INSURANCE, BenefitKind.TEMPORARY_RELIEF,
)  # fmt: skip


_PERSON, _HOUSEHOLD = Holder.PERSON, Holder.HOUSEHOLD
SELF_CARE = (("full", "全自理"), ("half", "半失能"), ("none", "全失能"))
SCHOOL_STAGES = (
    ("preschool", "学前资助"), ("compulsory", "两免一补"), ("meals", "营养餐"), ("senior", "三免一助"),
    ("university", "大学新生资助"),
)  # fmt: skip
_K = BenefitKind
DEFINITIONS: Final[dict[str, BenefitDefinition]] = {
    definition.kind.value: definition
    for definition in (
        BenefitDefinition(_K.DIBAO, _PERSON, False, (("A", "A类"), ("B", "B类"))),
        BenefitDefinition(_K.PRICE_SUBSIDY, _PERSON),
        BenefitDefinition(_K.DISABILITY_LIVING, _PERSON),
        BenefitDefinition(_K.DISABILITY_CARE, _PERSON),
        BenefitDefinition(_K.TEKUN, _PERSON, False),
        BenefitDefinition(_K.TEKUN_CARE, _PERSON, True, SELF_CARE),
        BenefitDefinition(_K.PENSION, _PERSON, False),
        BenefitDefinition(_K.PENSION_PREMIUM, _PERSON, False),
        BenefitDefinition(_K.TWO_DAUGHTERS, _PERSON),
        BenefitDefinition(_K.ONLY_CHILD, _PERSON),
        BenefitDefinition(_K.ONLY_CHILD_60, _PERSON),
        BenefitDefinition(_K.LOST_ONLY_CHILD, _PERSON),
        BenefitDefinition(_K.DISABLED_ONLY_CHILD, _PERSON),
        BenefitDefinition(_K.SURGERY_AFTEREFFECT, _PERSON),
        BenefitDefinition(_K.LAND_SUBSIDY, _HOUSEHOLD),
        BenefitDefinition(_K.FALLOW_GRASS, _HOUSEHOLD),
        BenefitDefinition(_K.YULU, _PERSON),
        BenefitDefinition(_K.SCHOOL_GRANT, _PERSON, True, SCHOOL_STAGES),
        BenefitDefinition(_K.MEDICAL_PREMIUM, _PERSON, False),
        BenefitDefinition(_K.MEDICAL_RELIEF, _PERSON),
        BenefitDefinition(_K.CHRONIC_CARD, _PERSON, False),
        BenefitDefinition(_K.DOCTOR_CONTRACT, _PERSON, False),
        BenefitDefinition(_K.POVERTY_INSURANCE, _HOUSEHOLD),
        BenefitDefinition(_K.TEMPORARY_RELIEF, _PERSON),
        BenefitDefinition(_K.RENOVATION, _HOUSEHOLD, False),
        BenefitDefinition(_K.PUBLIC_POST, _PERSON, False),
        BenefitDefinition(_K.SOLAR_RELIEF, _HOUSEHOLD),
        BenefitDefinition(_K.TRAVEL_SUBSIDY, _PERSON),
        BenefitDefinition(_K.MICRO_CREDIT, _HOUSEHOLD, False),
        BenefitDefinition(_K.HOME_FOR_AGED, _PERSON),
        BenefitDefinition(_K.TRAINING, _PERSON, False),
        BenefitDefinition(_K.VILLAGE_INCOME, _HOUSEHOLD, False),
    )
}


def variant_label(kind: str, variant: str) -> str:
    """Return how a variant of a benefit is called, the variant itself where the trade has no name for it."""
    definition = DEFINITIONS.get(kind)
    return dict(definition.variants).get(variant, variant) if definition else variant


class QualificationKind(Labelled):
    """身份和比对信息: what makes a person or household eligible for a benefit, or speaks against it."""

    TWO_DAUGHTERS = "two_daughters", "双女户父母"
    ONLY_CHILD = "only_child", "独生子女证（子女）"
    ONLY_CHILD_PARENT = "only_child_parent", "独生子女父母"
    LOST_ONLY_CHILD = "lost_only_child", "独生子女死亡家庭父母"
    DISABLED_ONLY_CHILD = "disabled_only_child", "独生子女伤残家庭父母"
    SURGERY_AFTEREFFECT = "surgery_aftereffect", "计划生育手术并发症"
    ORPHAN = "orphan", "孤儿或事实无人抚养儿童"
    WORK_INJURY_CARE = "work_injury_care", "享受工伤护理费"
    VETERAN = "veteran", "优抚对象"
    PUBLIC_PAYROLL = "public_payroll", "财政供养人员"
    VILLAGE_CADRE = "village_cadre", "在任村干部"
    TOWN_HOUSE = "town_house", "城镇商品房"
    CAR = "car", "家用车辆"
    MACHINE = "machine", "大型农机或工程机械"
    COMPANY = "company", "工商登记企业"


# What the county's comparison of data finds; it speaks against 低保 (domain.md §7.1 P01).
COMPARISON_KINDS = (
    QualificationKind.PUBLIC_PAYROLL, QualificationKind.TOWN_HOUSE, QualificationKind.CAR,
    QualificationKind.MACHINE, QualificationKind.COMPANY,
)  # fmt: skip


class PostKind(Labelled):
    """公益岗位 as the report counts them."""

    FOREST_RANGER = "forest_ranger", "护林员"
    RIVER_PATROL = "river_patrol", "巡河员"
    CLEANER = "cleaner", "保洁员"
    AGENT = "agent", "代办员"
    SUPERVISOR = "supervisor", "监督巡逻员"
    OTHER = "other", "其他公益岗"

    @classmethod
    def synonyms(cls) -> dict[str, str]:
        return {"生态护林员": "forest_ranger", "巡河": "river_patrol", "河道巡查员": "river_patrol",
                "保洁": "cleaner", "环卫工": "cleaner", "监督员": "supervisor", "巡逻员": "supervisor"}  # fmt: skip


class PostLevel(Labelled):
    """Who pays a post; each is a line of the income table (domain.md §2.5)."""

    DEPARTMENT = "department", "行业部门公益岗"
    TOWNSHIP = "township", "乡镇公益岗"
    VILLAGE = "village", "村级公益岗"


class RenovationKind(Labelled):
    """危房改造: D is built anew, C repaired (domain.md §2.6)."""

    BUILT = "built", "新建"
    REPAIRED = "repaired", "维修"


class SolarPurpose(Labelled):
    """What the solar income of a village is spent on."""

    POSTS = "posts", "公益岗位"
    RELIEF = "relief", "特困救助"
    WORKS = "works", "公益事业"
    OTHER = "other", "其他"


class ProjectKind(Labelled):
    PARK = "park", "产业园区"
    WORKSHOP = "workshop", "帮扶车间"
    BREEDING = "breeding", "养殖场"
    PLANTING = "planting", "种植基地"
    OTHER = "other", "其他项目资产"


class ProjectPay(Labelled):
    """What a project brings a household."""

    RENT = "rent", "土地租金"
    DIVIDEND = "dividend", "分红"
    WAGE = "wage", "务工工资"
