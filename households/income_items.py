"""The lines of the detailed income table (domain.md §2.5), and the sum of the register that each belongs to. Pure."""

from __future__ import annotations

from typing import Final

from django.db import models

from households.choices import Labelled


class IncomeGroup(models.TextChoices):
    """A–E of the table; the values are the columns of `Income` without _yuan."""

    WAGE = "wage", "工资性收入"
    BUSINESS = "business", "生产经营性收入"
    PROPERTY = "property", "财产性收入"
    TRANSFER = "transfer", "转移性收入"
    BUSINESS_COST = "business_cost", "生产经营性支出"
    CLAIMS = "claims", "理赔收入"
    SELF_PAY = "compliant_self_pay", "合规自付支出"


class IncomeItem(Labelled):
    """A line of the table; the letter is its group."""

    WORK = "A1", "务工收入"
    POST_DEPARTMENT = "A2", "行业部门公益岗"
    POST_TOWNSHIP = "A3", "乡镇公益岗"
    POST_VILLAGE = "A4", "村级公益岗"
    PICKING = "A5", "自主采摘"
    PLANTING = "B1", "种植业"
    BREEDING = "B2", "养殖业"
    ORCHARD = "B3", "林果业"
    BUSINESS_OTHER = "B9", "其他经营"
    DIVIDEND = "C1", "资产收益扶贫分红"
    LAND_RENT = "C2", "土地流转"
    LOAN_PROJECT = "C3", "金融贷款项目"
    ENTRUSTED = "C4", "代种代养"
    PROPERTY_OTHER = "C9", "其他财产性收入"
    BIRTH_PLANNING = "D01", "计划生育金"
    DIBAO = "D02", "低保金"
    TEKUN = "D03", "特困供养金"
    PENSION = "D04", "养老保险金"
    RETURN_TO_FOREST = "D05", "退耕还林补偿"
    PUBLIC_FOREST = "D06", "公益林补偿"
    GRASSLAND = "D07", "草原生态奖补"
    RESETTLEMENT = "D08", "移民补助"
    ECOLOGY_OTHER = "D09", "其他生态补偿"
    CROP_SUBSIDY = "D10", "玉米大豆种植补贴"
    LAND_SUBSIDY = "D11", "地力补贴"
    FIELD_INSURANCE = "D12", "大田保险补助"
    OLD_AGE = "D13", "高龄补贴"
    VETERAN = "D14", "优抚金"
    DISABILITY = "D15", "残疾补贴"
    EDUCATION = "D16", "教育扶持"
    DISASTER = "D17", "救灾款"
    CARE_OF_AGED = "D18", "失能老人补贴"
    SUPPORT = "D19", "赡养费"
    HEATING = "D20", "取暖费补贴"
    PRICE = "D21", "物价补贴"
    SOCIAL_RELIEF = "D22", "社会救济和补助"
    POVERTY_INSURANCE = "D23", "防贫保险"
    DONATION = "D24", "经常性捐赠和赔偿"
    TRANSFER_OTHER = "D99", "其他转移性收入"
    PLANTING_COST = "E1", "种植业支出"
    BREEDING_COST = "E2", "养殖业支出"
    ORCHARD_COST = "E3", "林果业支出"
    COST_OTHER = "E9", "其他经营支出"
    CLAIMS = "F1", "理赔收入"
    SELF_PAY_MEDICAL = "G1", "医疗合规自付"
    SELF_PAY_SCHOOL = "G2", "教育合规自付"
    SELF_PAY_DISASTER = "G3", "灾害事故合规自付"
    SELF_PAY_REHABILITATION = "G4", "残疾康复合规自付"

    @property
    def group(self) -> IncomeGroup:
        """The sum that the line is a part of."""
        return _GROUPS[self.value[0]]


_GROUPS: Final = dict(zip("ABCDEFG", IncomeGroup, strict=True))
