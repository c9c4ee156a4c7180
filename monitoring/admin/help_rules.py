"""规则 of identification and help: what keeps a household out, and which measures answer which risk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models.functions import Length

from monitoring.admin.rule_rows import RuleRowAdmin, RuleRowForm
from monitoring.admin.warning_rule_resources import AnswerResource, ExclusionResource
from monitoring.models import ExclusionItem, MeasureClass, RiskAnswer


@admin.register(ExclusionItem)
class ExclusionItemAdmin(RuleRowAdmin):
    one_at_a_time = ("code",)
    resource_classes: ClassVar[list[type]] = [ExclusionResource]
    list_display = ("code", "text", "valid_from", "valid_to", "state", "document")
    fields = ("code", "text", "valid_from", "valid_to", "document")
    ordering = (Length("code"), "code", "-valid_from")  # 10 after 9


class AnswerForm(RuleRowForm):
    measure_classes = forms.MultipleChoiceField(
        label="对应措施类别（至少一类）", choices=MeasureClass.choices, widget=forms.CheckboxSelectMultiple
    )
    after_elimination = forms.MultipleChoiceField(
        label="消除后也算对应的类别",
        choices=MeasureClass.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


@admin.register(RiskAnswer)
class RiskAnswerAdmin(RuleRowAdmin):
    form = AnswerForm
    one_at_a_time = ("risk",)
    resource_classes: ClassVar[list[type]] = [AnswerResource]
    in_words: ClassVar[dict[str, str]] = {"measure_classes": "classes", "after_elimination": "later_classes"}
    list_display = ("risk", "classes", "later_classes", "valid_from", "state", "document")
    fields = ("risk", "measure_classes", "after_elimination", "valid_from", "document")
    ordering = ("risk", "-valid_from")

    @admin.display(description="对应措施类别（至少一类）")
    def classes(self, row: Any) -> str:
        return _named(row.measure_classes)

    @admin.display(description="消除后也算对应的类别")
    def later_classes(self, row: Any) -> str:
        return _named(row.after_elimination)


def _named(classes: Iterable[str]) -> str:
    return "、".join(str(MeasureClass(one).label) for one in classes if one in MeasureClass.values)
