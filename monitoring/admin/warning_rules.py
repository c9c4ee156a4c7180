"""规则 of the warnings: departments, what they report and from which amount, and how long each step may take."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db import models

from monitoring.admin.badges import NOTHING
from monitoring.admin.rule_rows import RuleRowAdmin, RuleRowForm, WordsField
from monitoring.admin.warning_rule_resources import DeadlineResource, DepartmentResource, IndicatorResource
from monitoring.models import DeadlineSetting, Department, WarningIndicator


class DepartmentForm(RuleRowForm):
    other_names = WordsField(label="其他名称")


@admin.register(Department)
class DepartmentAdmin(RuleRowAdmin):
    form = DepartmentForm
    one_at_a_time = ("name",)
    resource_classes: ClassVar[list[type]] = [DepartmentResource]
    in_words: ClassVar[dict[str, str]] = {"other_names": "others"}
    list_display = ("name", "others", "valid_from", "valid_to", "state", "order", "document")
    fields = ("name", "other_names", "order", "valid_from", "valid_to", "document")
    ordering = ("order", "name")

    @admin.display(description="其他名称")
    def others(self, row: Any) -> str:
        return "、".join(row.other_names) or NOTHING


class IndicatorForm(RuleRowForm):
    words = WordsField(label="名单中的写法")


@admin.register(WarningIndicator)
class WarningIndicatorAdmin(RuleRowAdmin):
    form = IndicatorForm
    one_at_a_time = ("department", "code")
    resource_classes: ClassVar[list[type]] = [IndicatorResource]
    in_words: ClassVar[dict[str, str]] = {"words": "words_in_line"}
    list_display = (
        "name", "department", "limit", "push", "is_used", "valid_from", "state", "code", "document",
    )  # fmt: skip
    list_filter = ("department", "is_used")
    show_facets = admin.ShowFacets.NEVER
    fields = (
        "department", "code", "name", "words", "threshold_value", "base_yuan", "percent", "unit", "push", "is_used",
        "valid_from", "document",
    )  # fmt: skip
    ordering = ("department", "code", "-valid_from")

    def formfield_for_dbfield(self, db_field: models.Field, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name in HELP:
            field.help_text = HELP[db_field.name]
        return field

    @admin.display(description="阈值")
    def limit(self, row: WarningIndicator) -> str:
        value = row.threshold()
        if value is None:
            return "有即预警"
        words = f"{value:,.2f}".removesuffix(".00") + f" {row.unit}".rstrip()
        if row.base_yuan is None or row.percent is None:
            return words
        return f"{words}（{row.base_yuan:,.0f} 元的 {row.percent.normalize():f}%）"

    @admin.display(description="名单中的写法")
    def words_in_line(self, row: WarningIndicator) -> str:
        return "、".join(row.words) or NOTHING


HELP = {
    "department": "预警部门的简称；本系统自己的筛查填“系统筛查”",
    "code": "系统筛查按代码找到筛查规则，请勿另编",
    "threshold_value": "固定数额；按比例计算的不填，改填下面的基数和比例",
    "base_yuan": "如上年度全省农村居民人均可支配收入",
    "percent": "超过基数的百分之几即预警",
}


@admin.register(DeadlineSetting)
class DeadlineSettingAdmin(RuleRowAdmin):
    resource_classes: ClassVar[list[type]] = [DeadlineResource]
    list_display = (
        "valid_from", "state", "assign_workdays", "verify_workdays", "decide_workdays", "reply_workdays",
        "check_workdays", "publicity_days", "total_days", "plan_days", "steady_months", "document",
    )  # fmt: skip
    fields = (
        "assign_workdays", "verify_workdays", "decide_workdays", "reply_workdays", "check_workdays",
        "publicity_days", "total_days", "plan_days", "steady_months", "words_at_least", "valid_from", "document",
    )  # fmt: skip
