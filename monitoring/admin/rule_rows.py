"""规则: visit cycles, monitoring lines, tier thresholds. Everybody reads them; the administrator adds dated rows."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

from households.access import Capability, access_of
from households.admin.base import ScopedAdmin
from households.admin.history import HistoryPages
from households.admin.setting_import import SettingImport
from households.choices import LowIncomeKind
from households.importing.clean import multi
from monitoring.admin.badges import state_badge, tier_badge
from monitoring.admin.rule_resources import CycleResource, LineResource, TierSettingResource
from monitoring.admin.trial_link import TrialLink
from monitoring.models import MonitoringLine, TierSetting, VisitCycle
from monitoring.services.rule_rows import (
    RuleRefused,
    add_rule_row,
    change_rule_row,
    changed_in_force,
    demand_change,
    demand_start,
)


class RuleRowForm(forms.ModelForm):
    """Says at the day what keeps a row from coming into force on it, or from ending on it."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # Django's own hook after the instance is filled, unknown to stubs
        if self.errors:
            return
        demand = demand_start if self.instance._state.adding else demand_change
        try:
            demand(self.instance, on=timezone.localdate())
        except RuleRefused as refused:
            places = (refused.field, "valid_from", "valid_to")
            self.add_error(next((name for name in places if name in self.fields), None), str(refused))


class WordsField(forms.CharField):
    """Several words in one line, parted by 、; cleans to a list."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"size": 60}))
        super().__init__(required=False, help_text="多个之间用“、”隔开", **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "、".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        return list(multi(super().clean(value)) or ())


class RuleRowAdmin(HistoryPages, SettingImport, ScopedAdmin):
    """Dated rows: a row in force is read only but for what ends it, its replacement is a new row."""

    form = RuleRowForm
    see = Capability.SEE_HOUSEHOLDS
    add = Capability.MANAGE_SETTINGS
    change = Capability.MANAGE_SETTINGS
    one_at_a_time: ClassVar[tuple[str, ...]] = ()  # among rows equal in these, the newest holds
    in_words: ClassVar[
        dict[str, str]
    ] = {}  # a field that holds a list, and the column that shows it where it is read

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return bool(access_of(request.user).grants)  # rules are public to whoever works here

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        held = super().has_change_permission(request, obj)
        return held and (obj is None or not self._is_in_force(obj) or bool(self._changeable(obj)))

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        """The fields of the form; a list that is only read is shown in words."""
        read = self.get_readonly_fields(request, obj)
        return [self.in_words.get(name, name) if name in read else name for name in self._names]

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        if obj is None or (not self._is_in_force(obj) and self.has_change_permission(request, obj)):
            return ()
        changed = self._changeable(obj) if self.has_change_permission(request, obj) else ()
        return [
            shown
            for name in self._names
            if name not in changed
            for shown in {name, self.in_words.get(name, name)}
        ]

    @property
    def _names(self) -> list[str]:
        return [str(name) for name in self.fields or ()]

    @staticmethod
    def _is_in_force(row: Any) -> bool:
        return bool(row.valid_from <= timezone.localdate())

    @staticmethod
    def _changeable(row: Any) -> tuple[str, ...]:
        return changed_in_force(row, on=timezone.localdate())

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            change_rule_row(obj, by=request.user, on=timezone.localdate())
        else:
            add_rule_row(obj, by=request.user, on=timezone.localdate())

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        newer = self.model.objects.visible_to(request.user).valid_on(timezone.localdate())
        same = {name: OuterRef(name) for name in self.one_at_a_time}
        replaced = newer.filter(valid_from__gt=OuterRef("valid_from"), **same)
        return super().get_queryset(request).annotate(is_replaced=Exists(replaced.order_by()))

    @admin.display(description="状态")
    def state(self, row: Any) -> SafeString:
        if row.valid_from > timezone.localdate():
            return state_badge("planned", "尚未起用")
        if getattr(row, "valid_to", None) is not None and row.valid_to < timezone.localdate():
            return state_badge("voided", "已停用")
        return state_badge("voided", "已被取代") if row.is_replaced else state_badge("done", "现行")


@admin.register(VisitCycle)
class VisitCycleAdmin(RuleRowAdmin):
    one_at_a_time = ("tier",)
    resource_classes: ClassVar[list[type]] = [CycleResource]
    list_display = ("tier_name", "months", "due_day", "phone_counts", "valid_from", "state", "document")
    fields = ("tier", "months", "due_day", "phone_counts", "valid_from", "document")
    ordering = ("tier", "-valid_from")

    @admin.display(description="监测等级", ordering="tier")
    def tier_name(self, row: Any) -> SafeString | str:
        return tier_badge(row.tier)


@admin.register(MonitoringLine)
class MonitoringLineAdmin(TrialLink, RuleRowAdmin):
    trial = "line"
    resource_classes: ClassVar[list[type]] = [LineResource]
    list_display = ("amount_yuan", "valid_from", "state", "document")
    fields = ("amount_yuan", "valid_from", "document")

    def trial_fields(self, row: MonitoringLine) -> dict[str, Any]:
        return {"amount": row.amount_yuan}


class TierSettingForm(RuleRowForm):
    low_income_kinds = forms.MultipleChoiceField(
        label="列入低收入的类型",
        choices=LowIncomeKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = TierSetting
        fields = ("near_line_ratio", "low_income_takes_ex_poor", "low_income_kinds", "valid_from", "document")


@admin.register(TierSetting)
class TierSettingAdmin(RuleRowAdmin):
    form = TierSettingForm
    fields = ("near_line_ratio", "low_income_takes_ex_poor", "low_income_kinds", "valid_from", "document")
    in_words: ClassVar[dict[str, str]] = {"low_income_kinds": "kinds"}
    resource_classes: ClassVar[list[type]] = [TierSettingResource]
    list_display = ("valid_from", "state", "near_line_ratio", "low_income_takes_ex_poor", "kinds", "document")

    @admin.display(description="列入低收入的类型")
    def kinds(self, row: Any) -> str:
        names = dict(LowIncomeKind.choices)
        return "、".join(str(names.get(kind, kind)) for kind in row.low_income_kinds)
