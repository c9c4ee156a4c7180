"""The dated rules as tables to export and import: a new row is a new rule, one in force stays as it is."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.exceptions import ValidationError

from households.admin.setting_resource import SettingResource, setting_field
from households.choices import LowIncomeKind, Tier
from households.importing import clean, clean_dates
from households.importing.columns import Column, OneOf, SomeOf, shorter
from monitoring.models import MonitoringLine, TierSetting, VisitCycle
from monitoring.models.settings import PhoneCounts
from monitoring.services.rule_rows import RuleRefused, add_rule_row, change_rule_row

MONTHS = dict(VisitCycle._meta.get_field("months").flatchoices)
PHONE = {value: str(label) for value, label in PhoneCounts.choices}
DOCUMENT = Column("document", "依据文号", shorter(clean.text, 120), "rule")
VALID_FROM = Column("valid_from", "起用日期", clean_dates.day, "rule", help_text="不早于今天。")


def _value_of(words: dict[Any, str]) -> Any:
    return clean.choice({label: value for value, label in words.items()})


class RuleResource(SettingResource):
    """Rows come into force by the service, which refuses a day in the past and a change of what holds already."""

    def save(self, instance: Any, *, is_new: bool) -> None:
        try:
            if is_new:
                add_rule_row(instance, by=self.by, on=self.on)
            else:
                change_rule_row(instance, by=self.by, on=self.on)
        except RuleRefused as refused:
            raise ValidationError({refused.field or "valid_from": str(refused)}) from refused


class CycleResource(RuleResource):
    tier = setting_field(Column("tier", "监测等级", OneOf(Tier), "rule"))
    months = setting_field(Column("months", "周期（月）", _value_of(MONTHS), "rule", ("周期",)), MONTHS)
    due_day = setting_field(
        Column(
            "due_day",
            "每月截止日",
            partial(clean.integer, minimum=1, maximum=28),
            "rule",
            help_text="1—28 之间。",
        )
    )
    phone_counts = setting_field(Column("phone_counts", "电话走访", _value_of(PHONE), "rule"), PHONE)
    valid_from = setting_field(VALID_FROM)
    document = setting_field(DOCUMENT)

    class Meta(SettingResource.Meta):
        model = VisitCycle
        fields = ("tier", "months", "due_day", "phone_counts", "valid_from", "document")
        import_id_fields = ("tier", "valid_from")


class LineResource(RuleResource):
    amount_yuan = setting_field(Column("amount_yuan", "监测线（元/人·年）", clean.money, "rule", ("监测线",)))
    valid_from = setting_field(VALID_FROM)
    document = setting_field(DOCUMENT)

    class Meta(SettingResource.Meta):
        model = MonitoringLine
        fields = ("amount_yuan", "valid_from", "document")
        import_id_fields = ("valid_from",)


class TierSettingResource(RuleResource):
    near_line_ratio = setting_field(
        Column("near_line_ratio", "接近监测线倍数", clean.decimal, "rule", help_text="不小于 1，如 1.50。")
    )
    low_income_takes_ex_poor = setting_field(
        Column("low_income_takes_ex_poor", "脱贫户可列入低收入", clean.yes_no, "rule")
    )
    low_income_kinds = setting_field(
        Column("low_income_kinds", "列入低收入的类型", SomeOf(LowIncomeKind), "rule")
    )
    valid_from = setting_field(VALID_FROM)
    document = setting_field(DOCUMENT)

    class Meta(SettingResource.Meta):
        model = TierSetting
        fields = ("near_line_ratio", "low_income_takes_ex_poor", "low_income_kinds", "valid_from", "document")
        import_id_fields = ("valid_from",)
