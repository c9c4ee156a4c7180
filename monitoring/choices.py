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
