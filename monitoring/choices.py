"""The words of a visit: its blocks, and what may be said of each."""

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
