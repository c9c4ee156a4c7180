"""The forms of the register: they parse, the service checks and writes."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from households.choices import ClueSource, Health, Relation, Risk
from households.importing import clean_dates
from households.importing.clean import BadCell
from households.models import Household, Member

KINDS_OF_LEAVING = ("死亡", "婚出", "户籍迁出", "分户", "服刑", "参军", "录入有误", "其他")
# Not 并户: people who join another household go there by 合户, here they would be counted no more.
KINDS_OF_CLOSING = ("整户迁出", "全户死亡", "录入有误", "其他")
# Nothing is chosen beforehand: one careless click would register a death or close a household.
UNCHOSEN = ("", "请选择")

HOUSEHOLD_GROUPS = (
    ("基本信息", ("group", "national_code", "kind", "phone", "address", "is_away", "walk_order")),
    ("监测", (
        "monitored_kind", "identified_month", "risks", "risk_note", "clue_source", "identified_income_yuan",
        "is_eliminated", "eliminated_month", "elimination_mode",
    )),
    ("脱贫与低收入", ("ex_poor_year", "poverty_cause", "keeps_policies", "low_income_kind", "low_income_month")),
    ("住房、饮水与劳动力", ("housing_grade", "water_is_safe", "is_without_labour", "land_mu", "note")),
)  # fmt: skip
MEMBER_GROUPS = (
    ("基本信息", ("name", "relation", "id_kind", "id_number", "phone", "nation", "politics")),
    ("教育", ("education", "schooling", "dropout_reason")),
    ("健康与劳动力", ("health", "labour")),
    ("务工与公益岗位", ("work_place", "work_region", "work_months", "post", "post_months")),
    ("保险与兜底", (
        "has_resident_medical", "has_employee_medical", "has_resident_pension", "has_employee_pension",
        "dibao", "tekun",
    )),
    ("人口", ("is_registered", "is_co_living")),
)  # fmt: skip
REASON = ("变更原因", ("reason",))


class DateInput(forms.DateInput):
    """The browser's own calendar, which wants the ISO form."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class MonthInput(forms.DateInput):
    """The browser's own month picker; a browser without one shows a text field with the form to write."""

    input_type = "month"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m", attrs={"placeholder": "2026-04"})


class MonthField(forms.DateField):
    """A month, as its first day; a whole date is taken as its month."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": "请选择年月，或写成 2026-04、202604、2026年4月。"
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=MonthInput(), required=False, **options)

    def to_python(self, value: Any) -> date | None:
        """Return the first day of the month in any form that an imported list may have; raise ValidationError."""
        if value in self.empty_values:
            return None
        try:
            return clean_dates.month(value)
        except BadCell as bad:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from bad


def _field(db_field: models.Field, **options: Any) -> forms.Field | None:
    """Form fields as these forms want them: three answers for an open yes-no question, the browser's calendar."""
    if isinstance(db_field, models.BooleanField) and db_field.null:
        return forms.TypedChoiceField(
            label=db_field.verbose_name,
            choices=[("", "未登记"), ("True", "是"), ("False", "否")],
            coerce=lambda text: text == "True",
            empty_value=None,
            required=False,
        )
    if db_field.name.endswith("_month"):
        return MonthField(label=db_field.verbose_name)
    if isinstance(db_field, models.DateField):
        return db_field.formfield(widget=DateInput(), **options)
    if isinstance(db_field, models.TextField) and db_field.name in ("id_number", "phone", "address"):
        return db_field.formfield(
            widget=forms.TextInput(attrs={"autocomplete": "off", "class": "vTextField"})
        )
    return db_field.formfield(**options)


def _several(label: str, choices: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple
    )


class FactsForm(forms.ModelForm):
    """A form whose instance is never saved: `changes()` goes to the service, which checks and writes."""

    reason = forms.CharField(
        label="变更原因", max_length=200, help_text="例如：入户核实、户口簿更正、本人来电"
    )

    def _post_clean(self) -> None:
        """The model's own checks belong to the service; here each field was parsed by itself."""

    def changes(self) -> dict[str, Any]:
        """Return the parsed value of every field that was changed on the page."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name != "reason"}


class HouseholdForm(FactsForm):
    risks = _several("致贫返贫风险", Risk.choices)
    clue_source = forms.ChoiceField(
        label="线索来源", required=False, choices=[("", "---------"), *ClueSource.choices]
    )

    class Meta:
        model = Household
        fields = [name for _, names in HOUSEHOLD_GROUPS for name in names]
        formfield_callback = _field

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["group"].queryset = self.instance.village.groups.order_by("order", "name")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["national_code"] = cleaned.get("national_code") or None
        return cleaned


class MemberForm(FactsForm):
    health = _several("健康状况", Health.choices)

    class Meta:
        model = Member
        fields = [name for _, names in MEMBER_GROUPS for name in names]
        formfield_callback = _field


class DayAndReasonForm(forms.Form):
    """A day, a kind and words: somebody leaves, a household is closed."""

    on = forms.DateField(label="日期", widget=DateInput())
    kind = forms.ChoiceField(label="原因")
    words = forms.CharField(label="说明", max_length=20, required=False)

    def __init__(self, *args: Any, kinds: tuple[str, ...], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].choices = [UNCHOSEN, *((kind, kind) for kind in kinds)]  # type: ignore[attr-defined]

    def reason(self) -> str:
        """Return the kind, with the words that were added to it."""
        words = self.cleaned_data["words"].strip()
        return f"{self.cleaned_data['kind']}（{words}）" if words else self.cleaned_data["kind"]


class HeadForm(forms.Form):
    """Who becomes head, and what the former head is to him."""

    head: forms.ModelChoiceField = forms.ModelChoiceField(label="新户主", queryset=None, empty_label="请选择")
    former_relation = forms.ChoiceField(
        label="原户主与新户主的关系",
        choices=[UNCHOSEN, *(choice for choice in Relation.choices if choice[0] != Relation.HEAD)],
    )
    reason = forms.CharField(label="变更原因", max_length=200)

    def __init__(self, *args: Any, household: Household, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["head"].queryset = household.members.active().exclude(relation=Relation.HEAD)  # type: ignore[attr-defined]
