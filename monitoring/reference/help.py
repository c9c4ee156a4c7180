"""The first rows of the exclusion list and of the measures that answer a risk.

Sources: exclusion items from domain.md §1.5 (usual items; the province's own list was not found), answers from §1.8.
"""

from __future__ import annotations

from households.choices import Risk
from monitoring.choices import Need
from monitoring.models import ExclusionItem, MeasureClass, RiskAnswer
from monitoring.reference.writing import FROM_THE_START, TO_BE_CHECKED, write_first

EXCLUSIONS = (
    "家庭成员中有财政供养人员，或有全额领取报酬的村主要干部",
    "在城镇拥有商品房，或近期自建、豪华装修住房",
    "拥有家用轿车、面包车、大型农机具或工程机械（残疾人代步等除外）",
    "有实际经营的工商登记企业、店铺，或为企业股东、法定代表人",
    "长期雇用他人从事生产经营",
    "子女自费出国留学，或自费就读高收费学校",
    "近年内获得大额土地、房屋征收补偿",
    "户籍在村但长期外迁、无法联系（人户分离、空挂户）",
    "有赌博、吸毒行为，或有劳动能力而拒绝劳动",
    "拒绝签署承诺授权书，或隐瞒家庭财产",
)
SOCIAL, SECURITY = MeasureClass.SOCIAL, MeasureClass.SECURITY
# 其他 has no row: any measure answers it.
ANSWERS: dict[Risk | Need, tuple[MeasureClass, ...]] = {
    Risk.ILLNESS: (MeasureClass.HEALTH, SOCIAL),
    Risk.SCHOOLING: (MeasureClass.COMPULSORY_SCHOOL, MeasureClass.EDUCATION, SOCIAL),
    Risk.DISABILITY: (SECURITY, SOCIAL),
    Risk.DISASTER: (SOCIAL, SECURITY, MeasureClass.CONDITIONS),
    Risk.ACCIDENT: (SOCIAL, SECURITY, MeasureClass.CONDITIONS),
    Risk.BUSINESS: (MeasureClass.INDUSTRY, MeasureClass.FINANCE),
    Risk.EMPLOYMENT: (MeasureClass.EMPLOYMENT, MeasureClass.POST),
    Risk.LABOUR: (SECURITY, SOCIAL),
    Risk.HOUSING: (MeasureClass.HOUSING, MeasureClass.RELOCATION),
    Risk.WATER: (MeasureClass.WATER,),
    Need.OUT_OF_SCHOOL: (MeasureClass.COMPULSORY_SCHOOL,),
    Need.UNINSURED: (MeasureClass.HEALTH, SOCIAL),
}
AFTER_ELIMINATION: dict[Risk | Need, tuple[MeasureClass, ...]] = {Risk.ILLNESS: (SECURITY,)}


def load_exclusions() -> int:
    """Write the ten usual items where there is no list at all; return how many were new."""
    if ExclusionItem.objects.exists():
        return 0
    return write_first(
        ExclusionItem,
        (
            ExclusionItem(code=str(number), text=text, valid_from=FROM_THE_START, document=TO_BE_CHECKED)
            for number, text in enumerate(EXCLUSIONS, start=1)
        ),
    )


def load_answers() -> int:
    """Write the answers of each risk and need that has none; return how many were new."""
    known = set(RiskAnswer.objects.order_by().values_list("risk", flat=True))
    return write_first(
        RiskAnswer,
        (
            RiskAnswer(
                risk=risk,
                measure_classes=[*classes],
                after_elimination=[*AFTER_ELIMINATION.get(risk, ())],
                valid_from=FROM_THE_START,
                document=TO_BE_CHECKED,
            )
            for risk, classes in ANSWERS.items()
            if risk not in known
        ),
    )
