"""Which line of the income table a benefit is, and which are no income and why (domain.md §2.5, §7.1). Pure."""

from __future__ import annotations

from typing import Final

from households.benefit_kinds import BenefitKind as K
from households.benefit_kinds import PostLevel, ProjectPay
from households.income_items import IncomeItem

ITEM_OF_BENEFIT: Final[dict[str, IncomeItem]] = {
    K.DIBAO: IncomeItem.DIBAO,
    K.PRICE_SUBSIDY: IncomeItem.PRICE,
    K.DISABILITY_LIVING: IncomeItem.DISABILITY,
    K.DISABILITY_CARE: IncomeItem.DISABILITY,
    K.TEKUN: IncomeItem.TEKUN,
    K.TEKUN_CARE: IncomeItem.TEKUN,
    K.PENSION: IncomeItem.PENSION,
    K.TWO_DAUGHTERS: IncomeItem.BIRTH_PLANNING,
    K.ONLY_CHILD: IncomeItem.BIRTH_PLANNING,
    K.ONLY_CHILD_60: IncomeItem.BIRTH_PLANNING,
    K.LOST_ONLY_CHILD: IncomeItem.BIRTH_PLANNING,
    K.DISABLED_ONLY_CHILD: IncomeItem.BIRTH_PLANNING,
    K.SURGERY_AFTEREFFECT: IncomeItem.BIRTH_PLANNING,
    K.LAND_SUBSIDY: IncomeItem.LAND_SUBSIDY,
    K.FALLOW_GRASS: IncomeItem.ECOLOGY_OTHER,
    K.YULU: IncomeItem.EDUCATION,
    K.POVERTY_INSURANCE: IncomeItem.POVERTY_INSURANCE,
    K.SOLAR_RELIEF: IncomeItem.SOCIAL_RELIEF,
    K.TRAVEL_SUBSIDY: IncomeItem.TRANSFER_OTHER,
}
PREMIUM = "代缴的保费交给经办机构，不计收入"
IN_KIND = "服务、证件和实物，不计收入"
NOT_INCOME: Final[dict[str, str]] = {
    K.PENSION_PREMIUM: PREMIUM,
    K.MEDICAL_PREMIUM: PREMIUM,
    K.SCHOOL_GRANT: "教育资助拨付学校或减免费用，不计收入",
    K.MEDICAL_RELIEF: "医疗报销和救助，不计收入",
    K.TEMPORARY_RELIEF: "一次性临时救助，不计收入",
    K.RENOVATION: "一次性建房补助，不计收入",
    K.MICRO_CREDIT: "贷款要归还，不计收入",
    K.CHRONIC_CARD: IN_KIND,
    K.DOCTOR_CONTRACT: IN_KIND,
    K.HOME_FOR_AGED: IN_KIND,
    K.TRAINING: IN_KIND,
    K.PUBLIC_POST: "工资按公益岗位登记计入，不重复计算",
    K.VILLAGE_INCOME: "按产业项目的带动收入计入，不重复计算",
}
LOAN_IS_NO_INCOME = NOT_INCOME[K.MICRO_CREDIT]
SOLAR_WAGE = "岗位工资按公益岗位登记计入，不重复计算"

ITEM_OF_POST: Final[dict[str, IncomeItem]] = {
    PostLevel.DEPARTMENT: IncomeItem.POST_DEPARTMENT,
    PostLevel.TOWNSHIP: IncomeItem.POST_TOWNSHIP,
    PostLevel.VILLAGE: IncomeItem.POST_VILLAGE,
}
ITEM_OF_PAY: Final[dict[str, IncomeItem]] = {
    ProjectPay.DIVIDEND: IncomeItem.DIVIDEND,
    ProjectPay.RENT: IncomeItem.LAND_RENT,
    ProjectPay.WAGE: IncomeItem.WORK,
}
