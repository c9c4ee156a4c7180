"""The forms of a look at one guarantee: each asks only for what this guarantee is judged by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from households.access import Capability
from households.admin.choosing import HouseholdField
from households.choices import HousingGrade
from households.guarantees import Guarantee
from monitoring.admin.forms import REASON_LENGTH, ScopedForm, day_input
from monitoring.models import Inspection
from monitoring.rules.water import WaterSeen
from monitoring.services.inspection_input import NAME_LENGTH, OCCASIONS, WORDS_LENGTH, InspectionInput

INDICATORS = tuple(WaterSeen.__dataclass_fields__)


def chosen_yes(value: Any) -> bool | None:
    return {"True": True, "False": False}.get(str(value))


class InspectionForm(ScopedForm):
    """What every guarantee is asked; a new one also for its household and how it was looked at."""

    guarantee: ClassVar[Guarantee]
    field_order: Any = ("household", "occasion", "checked_on")

    household = HouseholdField(label="农户", capability=Capability.INSPECT)
    occasion = forms.ChoiceField(label="核查方式")
    checked_on = forms.DateField(label="核查日期", widget=day_input())
    words = forms.CharField(
        label="依据（问题）",
        required=False,
        max_length=WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="资料的名称、文号；存在问题的写明情况",
    )
    checked_by = forms.CharField(
        label="核查人", required=False, max_length=NAME_LENGTH, help_text="不填为登记人本人"
    )
    opens_clue = forms.BooleanField(
        label="同时登记线索", required=False, help_text="存在问题的，交镇防贫监测工作站处理"
    )
    reason = forms.CharField(label="更正原因", max_length=REASON_LENGTH)

    def __init__(self, *args: Any, corrects: Inspection | None = None, **kwargs: Any) -> None:
        self.corrects = corrects
        super().__init__(*args, **kwargs)
        occasion: Any = self.fields["occasion"]
        occasion.choices = [(one.value, one.label) for one in OCCASIONS[self.guarantee]]
        unused = ("household", "occasion", "opens_clue") if corrects else ("reason",)
        for name in unused:
            del self.fields[name]

    def as_input(self) -> InspectionInput:
        """Return what was filled in, as the services take it."""
        data = self.cleaned_data
        return InspectionInput(
            guarantee=self.guarantee,
            occasion=self.corrects.occasion if self.corrects else data["occasion"],
            checked_on=data["checked_on"],
            words=data["words"],
            checked_by=data["checked_by"],
            opens_clue=data.get("opens_clue", False),
            **self.seen(),
        )

    def seen(self) -> dict[str, Any]:
        """Return the values by which this guarantee is judged."""
        return {"is_met": self.cleaned_data["is_met"]}


def _verdict(**more: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label="结果",
        choices=(("", "请选择"), (True, "有保障"), (False, "存在问题")),
        coerce=chosen_yes,
        empty_value=None,
        **more,
    )


class HousingForm(InspectionForm):
    guarantee = Guarantee.HOUSING
    field_order = ("household", "occasion", "checked_on", "grade")
    grade = forms.ChoiceField(label="住房等级", choices=[("", "请选择"), *HousingGrade.choices])

    def seen(self) -> dict[str, Any]:
        return {"grade": self.cleaned_data["grade"]}


class WaterForm(InspectionForm):
    guarantee = Guarantee.WATER
    field_order = ("household", "occasion", "checked_on", *INDICATORS, "is_met")

    litres = forms.DecimalField(label="水量（升/人·日）", required=False, min_value=0, decimal_places=1)
    quality_is_good = forms.TypedChoiceField(
        label="水质合格",
        required=False,
        choices=(("", "请选择"), (True, "合格"), (False, "不合格")),
        coerce=chosen_yes,
        empty_value=None,
        help_text="检测报告，或望闻问尝",
    )
    fetch_minutes = forms.IntegerField(label="取水往返（分钟）", required=False, min_value=0)
    fetch_metres = forms.IntegerField(
        label="取水水平距离（米）", required=False, min_value=0, help_text="自来水入户填 0"
    )
    climb_metres = forms.IntegerField(label="取水垂直距离（米）", required=False, min_value=0)
    short_days = forms.IntegerField(label="全年缺水天数", required=False, min_value=0)
    is_met = _verdict(required=False, help_text="只在没有四项指标的资料核对、检测时填；其余由四项指标得出")

    def seen(self) -> dict[str, Any]:
        values = {name: self.cleaned_data[name] for name in INDICATORS}
        told = any(value is not None for value in values.values())
        return {"water": WaterSeen(**values) if told else None, "is_met": self.cleaned_data["is_met"]}


class EducationForm(InspectionForm):
    guarantee = Guarantee.EDUCATION
    field_order = ("household", "occasion", "checked_on", "is_met")
    is_met = _verdict()


class MedicalForm(EducationForm):
    guarantee = Guarantee.MEDICAL


FORMS: Mapping[Guarantee, type[InspectionForm]] = {
    form.guarantee: form for form in (HousingForm, WaterForm, EducationForm, MedicalForm)
}


def values_of(inspection: Inspection) -> dict[str, Any]:
    """Return what a correction begins with. The sentences of the indicators are made again, so they are left out."""
    names = ("checked_on", "grade", "is_met", "checked_by", *INDICATORS)
    values = {name: getattr(inspection, name) for name in names}
    by_indicators = inspection.litres is not None
    return values | (
        {"is_met": None, "words": ""} if by_indicators else {"words": inspection.evidence}
    )  # fmt: skip


class MonthForm(ScopedForm):
    """What holds for all households of a month's check."""

    checked_on = forms.DateField(label="排查日期", widget=day_input())
    checked_by = forms.CharField(
        label="排查人", required=False, max_length=NAME_LENGTH, help_text="不填为登记人本人"
    )


class ConfirmedMonthForm(MonthForm):
    """The same on the page that says how many are registered by one press."""

    with_never_seen = forms.BooleanField(
        label="以前没有排查记录的也已实地查看",
        required=False,
        help_text="不勾选的，以前没有排查记录的农户不登记",
    )


class ChangeForm(forms.Form):
    """One household whose house is not as it was; its prefix is the household's id."""

    grade = forms.ChoiceField(label="住房等级", choices=[("", "请选择"), *HousingGrade.choices])
    words = forms.CharField(label="情况", required=False, max_length=WORDS_LENGTH)
    opens_clue = forms.BooleanField(label="登记线索", required=False)
