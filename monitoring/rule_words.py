"""The words around rules and findings: how grave, of which family, who can fix it, what a monitor answers. Pure."""

from __future__ import annotations

from django.db import models


class Level(models.TextChoices):
    """How grave a finding is, gravest first."""

    BLOCK = "block", "阻断"
    ERROR = "error", "错误"
    ALERT = "alert", "预警"
    WARN = "warn", "提示"


class Family(models.TextChoices):
    """What a rule is about; pages and workbooks are ordered by it."""

    IDENTITY = "identity", "证件与身份"
    RELATIONS = "relations", "家庭关系"
    SCHOOLING = "schooling", "教育"
    LABOUR = "labour", "劳动力与务工"
    MEDICAL = "medical", "医疗"
    HOUSING_WATER = "housing_water", "住房与饮水"
    INCOME = "income", "收入"
    MONITORED = "monitored", "监测对象"
    HELP = "help", "风险与措施"
    ELIMINATION = "elimination", "风险消除"
    MISSING = "missing", "应享未享"
    DOUBTFUL = "doubtful", "疑似不符"
    AMOUNT = "amount", "金额核对"
    POSTS = "posts", "公益岗位"
    CONFLICTS = "conflicts", "政策冲突"


class Fixer(models.TextChoices):
    """Who can put it right."""

    MONITOR = "monitor", "监测员入户核实"
    VILLAGE = "village", "村干部"
    STATION = "station", "镇工作站"
    CIVIL_AFFAIRS = "civil_affairs", "民政"
    DISABLED_FEDERATION = "disabled_federation", "残联"
    MEDICAL_INSURANCE = "medical_insurance", "医保"
    HEALTH = "health", "卫健"
    EDUCATION = "education", "教育"
    HOUSING = "housing", "住建"
    WATER = "water", "水务"
    HUMAN_RESOURCES = "human_resources", "人社"
    FINANCE = "finance", "财政、农业农村"


class Answer(models.TextChoices):
    """What a monitor finds out about a finding when he visits."""

    TRUE = "true", "确有问题"
    SOLVED = "solved", "已解决"
    FALSE = "false", "没有问题"
