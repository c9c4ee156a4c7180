"""Benefit standards and limits of rules as tables to export and import, beside those of rule_resources."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.exceptions import ValidationError

from households.admin.setting_resource import SettingResource, setting_field
from households.benefit_kinds import DEFINITIONS, BenefitKind, CountedBy, PaidPer
from households.importing import clean
from households.importing.columns import Column, OneOf
from households.models import BenefitStandard
from monitoring.admin.rule_resources import DOCUMENT, VALID_FROM, RuleResource
from monitoring.models import RuleLimit
from monitoring.rules.findings import LIMITS
from monitoring.services.rule_rows import RuleRefused, name_limit

VARIANTS = {"": "不分档次"} | {
    value: label for definition in DEFINITIONS.values() for value, label in definition.variants
}
PER = {value: str(label) for value, label in PaidPer.choices}
COUNTED_BY = {value: str(label) for value, label in CountedBy.choices}
TITLES = {code: limit.title for code, limit in LIMITS.items()}


def _value_of(words: dict[str, str]) -> Any:
    return clean.choice({label: value for value, label in words.items()})


class VariantCell:
    """The cleaner of a variant; a blank cell is a benefit without, for the variant tells which row is meant."""

    labels = tuple(VARIANTS.values())

    def __init__(self) -> None:
        self._clean = _value_of(VARIANTS)

    def __call__(self, value: object) -> str:
        return self._clean(value) or ""


class StandardResource(RuleResource):
    kind = setting_field(Column("kind", "政策", OneOf(BenefitKind), "rule"))
    variant = setting_field(
        Column("variant", "档次", VariantCell(), "rule", help_text="不分档次的可以不填。"), VARIANTS
    )
    amount_yuan = setting_field(Column("amount_yuan", "标准（元）", clean.money, "rule"))
    most_yuan = setting_field(
        Column("most_yuan", "最高（元）", clean.money, "rule", help_text="只有一个数额的不填。")
    )
    percent = setting_field(
        Column("percent", "比例（%）", partial(clean.decimal, places=2), "rule", help_text="如 30。")
    )
    per = setting_field(Column("per", "发放周期", _value_of(PER), "rule"), PER)
    counted_by = setting_field(Column("counted_by", "计算单位", _value_of(COUNTED_BY), "rule"), COUNTED_BY)
    valid_from = setting_field(VALID_FROM)
    document = setting_field(DOCUMENT)

    class Meta(SettingResource.Meta):
        model = BenefitStandard
        fields = (
            "kind", "variant", "amount_yuan", "most_yuan", "percent", "per", "counted_by", "valid_from", "document",
        )  # fmt: skip
        import_id_fields = ("kind", "variant", "valid_from")


class LimitResource(RuleResource):
    """The title says which limit is meant; its unit is the rules' own."""

    code = setting_field(Column("code", "名称", _value_of(TITLES), "rule"), TITLES)
    value = setting_field(Column("value", "阈值", clean.decimal, "rule"))
    valid_from = setting_field(VALID_FROM)
    document = setting_field(DOCUMENT)

    class Meta(SettingResource.Meta):
        model = RuleLimit
        fields = ("code", "value", "valid_from", "document")
        import_id_fields = ("code", "valid_from")

    def import_instance(self, instance: RuleLimit, row: Any, **options: Any) -> None:
        super().import_instance(instance, row, **options)
        try:
            name_limit(instance)
        except RuleRefused as refused:
            raise ValidationError({refused.field: str(refused)}) from refused
