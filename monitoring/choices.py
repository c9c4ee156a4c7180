"""The words of the work: the blocks of a visit, results and reasons of warnings, classes of measures."""

from __future__ import annotations

from households.choices import Labelled


class VisitBlock(Labelled):
    """What a visit looks at, in the order of the form; a block that is absent from a visit was 无变化."""

    FOOD = "food", "吃穿"
    EDUCATION = "education", "义务教育"
    MEDICAL = "medical", "基本医疗"
    HOUSING = "housing", "住房"
    WATER = "water", "饮水"
    INCOME = "income", "收入"
    EMPLOYMENT = "employment", "就业"
    HEALTH = "health", "健康"
    NEEDS = "needs", "诉求"


class BlockState(Labelled):
    """What was found in a block; 无变化 is accepted and not stored."""

    UNCHANGED = "unchanged", "无变化"
    CHANGED = "changed", "有变化"
    INCREASE = "increase", "增加"
    DECREASE = "decrease", "减少"
    PROBLEM = "problem", "有问题"


class WarningResult(Labelled):
    """核查结果 (domain.md §4.4): what the verifier proposes and the station decides."""

    INCLUDE = "V1", "符合条件，拟纳入监测"
    DECLINE = "V2", "不符合，不纳入"
    MONITORED = "V3", "已是监测对象"
    RETURNING = "V4", "已消除风险，需回退或新增风险"
    NOT_OURS = "V5", "查无此人或非本镇"
    WRONG = "V6", "信息有误"
    AWAY = "V7", "外出无法入户，待补入户"
    REPEATED = "V8", "重复预警"
    SINGLE_HELP = "V9", "单项救助解决，不纳入"


# A verification that ends; V7 leaves the case with its monitor until somebody has been there.
FINAL_RESULTS = tuple(result for result in WarningResult if result is not WarningResult.AWAY)
# What the station goes on with after its decision, each with a day on which it is looked at again.
FOLLOWED_RESULTS = (WarningResult.INCLUDE, WarningResult.RETURNING, WarningResult.SINGLE_HELP)


class DeclineReason(Labelled):
    """不纳入原因 (domain.md §4.4)."""

    INCOME = "income", "收入稳定超过监测线"
    PAID = "paid", "费用已报销或有能力承担"
    LABOUR = "labour", "家庭有稳定劳动力就业"
    EXCLUDED = "excluded", "负面清单情形"
    SOLVED = "solved", "风险已化解"
    UNWILLING = "unwilling", "农户不愿申请"
    OTHER = "other", "其他"


class Absence(Labelled):
    """Why a person cannot be verified here (V5)."""

    NOBODY = "nobody", "查无此人"
    ELSEWHERE = "elsewhere", "非本镇户籍"
    MOVED = "moved", "户籍已迁出"
    DEAD = "dead", "已死亡"


class Need(Labelled):
    """What is no registered risk and asks for help all the same: the household's members show it (domain.md §1.8)."""

    OUT_OF_SCHOOL = "out_of_school", "义务教育失学辍学"
    UNINSURED = "uninsured", "未参加基本医疗保险"


class MeasureClass(Labelled):
    """The 14 classes of 帮扶措施."""

    INDUSTRY = "industry", "产业帮扶"
    EMPLOYMENT = "employment", "就业帮扶"
    FINANCE = "finance", "金融帮扶"
    POST = "post", "公益岗位帮扶"
    HOUSING = "housing", "住房安全保障"
    WATER = "water", "饮水安全保障"
    HEALTH = "health", "健康帮扶"
    COMPULSORY_SCHOOL = "compulsory_school", "义务教育保障"
    EDUCATION = "education", "教育帮扶"
    SECURITY = "security", "综合保障"
    SOCIAL = "social", "社会帮扶"
    RELOCATION = "relocation", "搬迁"
    CONDITIONS = "conditions", "生产生活条件改善"
    INFRASTRUCTURE = "infrastructure", "基础设施建设"

    @classmethod
    def synonyms(cls) -> dict[str, str]:
        return {
            "产业": "industry", "产业扶持": "industry", "产业发展": "industry", "就业": "employment",
            "务工就业": "employment", "就业扶持": "employment", "金融": "finance", "小额信贷": "finance",
            "金融扶持": "finance", "公益岗位": "post", "公益性岗位": "post", "公益性岗位帮扶": "post",
            "住房": "housing", "住房安全": "housing", "住房保障": "housing", "危房改造": "housing",
            "饮水": "water", "饮水安全": "water", "安全饮水": "water", "饮水保障": "water", "健康": "health",
            "医疗": "health", "医疗帮扶": "health", "医疗保障": "health", "健康扶贫": "health",
            "义务教育": "compulsory_school", "控辍保学": "compulsory_school", "教育": "education",
            "雨露计划": "education", "教育扶持": "education", "综合": "security", "兜底保障": "security",
            "社会保障": "security", "综合性保障": "security", "社会": "social", "社会救助": "social",
            "社会力量帮扶": "social", "易地搬迁": "relocation", "易地扶贫搬迁": "relocation",
            "搬迁安置": "relocation", "生产生活条件": "conditions", "基础设施": "infrastructure",
        }  # fmt: skip
