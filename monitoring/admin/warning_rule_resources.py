"""The dated rules of warnings and help as tables to export and import, beside those of rule_resources."""

from __future__ import annotations

from functools import partial

from households.admin.setting_resource import SettingResource, setting_field
from households.choices import Risk
from households.importing import clean, clean_dates
from households.importing.columns import Cleaner, Column, SomeOf, shorter
from monitoring.admin.rule_resources import DOCUMENT, VALID_FROM, RuleResource
from monitoring.choices import Need
from monitoring.models import (
    DeadlineSetting,
    Department,
    ExclusionItem,
    MeasureClass,
    RiskAnswer,
    WarningIndicator,
)

VALID_TO = Column("valid_to", "停用日期", clean_dates.day, "rule", help_text="一直用的不填。")


def _text(field: str, label: str, longest: int, help_text: str = "") -> Column:
    return Column(field, label, shorter(clean.text, longest), "rule", help_text=help_text)


def _words(value: object) -> list[str] | None:
    found = clean.multi(value)
    return list(found) if found else None


def _several(field: str, label: str) -> Column:
    return Column(field, label, _words, "rule", help_text="多个之间用“、”隔开。")


class DepartmentResource(RuleResource):
    name = setting_field(_text("name", "简称", 40))
    other_names = setting_field(_several("other_names", "其他名称"))
    order = setting_field(Column("order", "顺序", partial(clean.integer, maximum=32767), "rule"))
    valid_from = setting_field(VALID_FROM)
    valid_to = setting_field(VALID_TO)
    document = setting_field(DOCUMENT)

    class Meta(SettingResource.Meta):
        model = Department
        fields = ("name", "other_names", "order", "valid_from", "valid_to", "document")
        import_id_fields = ("name",)


class IndicatorResource(RuleResource):
    department = setting_field(_text("department", "预警部门", 40))
    code = setting_field(_text("code", "代码", 20))
    name = setting_field(_text("name", "指标", 60))
    words = setting_field(_several("words", "名单中的写法"))
    threshold_value = setting_field(Column("threshold_value", "阈值", clean.decimal, "rule"))
    base_yuan = setting_field(Column("base_yuan", "基数（元）", clean.money, "rule"))
    percent = setting_field(Column("percent", "比例（%）", clean.decimal, "rule", help_text="如 50。"))
    unit = setting_field(_text("unit", "单位", 10))
    push = setting_field(_text("push", "推送周期", 40))
    is_used = setting_field(Column("is_used", "启用", clean.yes_no, "rule"))
    valid_from = setting_field(VALID_FROM)
    document = setting_field(DOCUMENT)

    class Meta(SettingResource.Meta):
        model = WarningIndicator
        fields = (
            "department", "code", "name", "words", "threshold_value", "base_yuan", "percent", "unit", "push",
            "is_used", "valid_from", "document",
        )  # fmt: skip
        import_id_fields = ("department", "code", "valid_from")


LIMIT_LABELS = {field.name: str(field.verbose_name) for field in DeadlineSetting._meta.concrete_fields}


def _limit(name: str) -> Column:
    days: Cleaner = partial(clean.integer, minimum=1, maximum=999)
    return Column(name, LIMIT_LABELS[name], days, "rule")


class DeadlineResource(RuleResource):
    assign_workdays = setting_field(_limit("assign_workdays"))
    verify_workdays = setting_field(_limit("verify_workdays"))
    decide_workdays = setting_field(_limit("decide_workdays"))
    reply_workdays = setting_field(_limit("reply_workdays"))
    check_workdays = setting_field(_limit("check_workdays"))
    publicity_days = setting_field(_limit("publicity_days"))
    total_days = setting_field(_limit("total_days"))
    plan_days = setting_field(_limit("plan_days"))
    steady_months = setting_field(_limit("steady_months"))
    words_at_least = setting_field(_limit("words_at_least"))
    valid_from = setting_field(VALID_FROM)
    document = setting_field(DOCUMENT)

    class Meta(SettingResource.Meta):
        model = DeadlineSetting
        fields = (
            "assign_workdays", "verify_workdays", "decide_workdays", "reply_workdays", "check_workdays",
            "publicity_days", "total_days", "plan_days", "steady_months", "words_at_least", "valid_from", "document",
        )  # fmt: skip
        import_id_fields = ("valid_from",)


class ExclusionResource(RuleResource):
    code = setting_field(_text("code", "序号", 8))
    text = setting_field(_text("text", "情形", 200))
    valid_from = setting_field(VALID_FROM)
    valid_to = setting_field(VALID_TO)
    document = setting_field(DOCUMENT)

    class Meta(SettingResource.Meta):
        model = ExclusionItem
        fields = ("code", "text", "valid_from", "valid_to", "document")
        import_id_fields = ("code", "valid_from")


ANSWERED = {str(member.label): str(member.value) for kind in (Risk, Need) for member in kind}


class AnswerResource(RuleResource):
    risk = setting_field(
        Column("risk", "致贫返贫风险", clean.choice(ANSWERED | Risk.synonyms()), "rule"),
        words={value: label for label, value in ANSWERED.items()},
    )
    measure_classes = setting_field(
        Column("measure_classes", "对应措施类别（至少一类）", SomeOf(MeasureClass), "rule")
    )
    after_elimination = setting_field(
        Column("after_elimination", "消除后也算对应的类别", SomeOf(MeasureClass), "rule")
    )
    valid_from = setting_field(VALID_FROM)
    document = setting_field(DOCUMENT)

    class Meta(SettingResource.Meta):
        model = RiskAnswer
        fields = ("risk", "measure_classes", "after_elimination", "valid_from", "document")
        import_id_fields = ("risk", "valid_from")
