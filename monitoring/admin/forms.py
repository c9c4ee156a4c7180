"""What the actions ask for: a month, a monitor chosen by typing, a reason, a tier."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse_lazy

from households.access import Capability
from households.admin.choosing import HouseholdField, SuggestedInput
from households.choices import Tier
from monitoring.people import monitor_label, monitors_for, monitors_named
from township.base.dates import add_months, month_start, months_between, parse_month

REASON_LENGTH = 200


def day_input() -> forms.DateInput:
    """Return the browser's own field for a day."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ScopedForm(forms.Form):
    """A form that knows who fills it in, on which day, and (that of an action) for which rows."""

    def __init__(
        self, *args: Any, user: Any, on: date, rows: models.QuerySet | None = None, **kwargs: Any
    ) -> None:
        self.user, self.on, self.rows = user, on, rows
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if field.label:
                verb = "选择" if isinstance(field, forms.ChoiceField) else "填写"
                field.error_messages["required"] = f"请{verb}“{field.label}”。"
            if isinstance(field, MonitorField | HouseholdField):
                field.user, field.on = user, on


class MonitorField(forms.CharField):
    """A monitor of the user's area, typed as a name or taken from the suggestions; cleans to the account."""

    user: Any = None
    on: date

    def __init__(self, *, capability: Capability = Capability.HAND_OVER, **kwargs: Any) -> None:
        self.capability = capability
        kwargs.setdefault("widget", SuggestedInput(reverse_lazy("admin:monitoring_monitors")))
        kwargs.setdefault("help_text", "输入姓名，从提示中选择")
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = list(monitors_named(monitors_for(self.user, self.on, self.capability), text)[:6])
        exact = [monitor for monitor in found if monitor.name == text]
        if len(found) != 1 and len(exact) == 1:
            found = exact
        if not found:
            raise ValidationError(f"您的范围内没有监测员“{text}”。请输入姓名后从提示中选择。")
        if len(found) > 1:
            names = "、".join(monitor_label(monitor) for monitor in found)
            raise ValidationError(f"“{text}”不止一人（{names}），请写明是哪一位。")
        return found[0]


class MonthField(forms.ChoiceField):
    """A month as a choice; cleans to its first day."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid_choice": "这个月份不在所选任务的走访周期之内，或已经过去，请从列表中选择。"
    }

    def offer(self, months: Iterable[date]) -> None:
        """Offer the months, given by their first days."""
        self.choices = [(f"{month:%Y-%m}", f"{month.year}年{month.month}月") for month in months]

    def clean(self, value: Any) -> date:
        return parse_month(super().clean(value))


class FromDayForm(ScopedForm):
    """From which day on, today or later, and why."""

    start = forms.DateField(label="起始日期", widget=day_input())
    reason = forms.CharField(
        label="原因", max_length=REASON_LENGTH, required=False, widget=forms.TextInput(attrs={"size": 50})
    )

    def clean_start(self) -> date:
        start: date = self.cleaned_data["start"]
        if start < self.on:
            raise ValidationError(f"起始日期不能早于今天（{self.on}）。")
        return start


class MonthForm(ScopedForm):
    month = MonthField(label="计划月份", help_text="只能调整到任务所在周期之内的月份")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["month"].offer(self._months())  # type: ignore[attr-defined]

    def _months(self) -> list[date]:
        """Return the months from the present one on that lie in the period of one of the tasks at least."""
        if self.rows is None:
            return []
        periods = self.rows.order_by().values_list("period_start", "period_end").distinct()
        first = month_start(self.on)
        return sorted(
            {
                month
                for start, end in periods
                for month in (add_months(start, step) for step in range(months_between(start, end) + 1))
                if month >= first
            }
        )


class MonitorForm(ScopedForm):
    monitor = MonitorField(label="监测员")
    reason = forms.CharField(label="原因", max_length=REASON_LENGTH, required=False)


class TaskMonitorForm(ScopedForm):
    monitor = MonitorField(label="监测员")


class ReasonForm(ScopedForm):
    reason = forms.CharField(label="原因", max_length=REASON_LENGTH, widget=forms.Textarea(attrs={"rows": 3}))


class CauseForm(ScopedForm):
    cause = forms.CharField(
        label="漏访原因", max_length=REASON_LENGTH, widget=forms.Textarea(attrs={"rows": 3})
    )


class NoteForm(ScopedForm):
    note = forms.CharField(
        label="意见", max_length=REASON_LENGTH, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class NeededNoteForm(ScopedForm):
    note = forms.CharField(label="意见", max_length=REASON_LENGTH, widget=forms.Textarea(attrs={"rows": 3}))


class TierForm(ScopedForm):
    tier = forms.ChoiceField(label="监测等级", choices=Tier.choices)
    reason = forms.CharField(label="理由", max_length=REASON_LENGTH, widget=forms.Textarea(attrs={"rows": 3}))


class LowerTierForm(TierForm):
    tier = forms.ChoiceField(
        label="调低为", choices=[(tier.value, tier.label) for tier in Tier if tier is not Tier.KEY]
    )


class ProposalForm(ScopedForm):
    household = HouseholdField(label="农户", capability=Capability.PROPOSE_TIER)
    tier = forms.ChoiceField(label="建议等级", choices=Tier.choices)
    reason = forms.CharField(label="理由", max_length=REASON_LENGTH, widget=forms.Textarea(attrs={"rows": 3}))
