"""What the steps of a procedure ask for, filled in with what is known already.

The forms parse; what is missing or does not fit is said by the services, all of it at once. Only days are asked for
here, because without them nothing could be compared.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from households.access import Capability
from households.choices import EliminationMode, MonitoredKind, Risk
from monitoring.admin.forms import REASON_LENGTH, ScopedForm, day_input
from monitoring.models import Procedure
from monitoring.models.episodes import RISKS_AT_MOST
from monitoring.people import holders
from monitoring.services import elimination, identification
from monitoring.services import procedure_inputs as inputs
from monitoring.services.help import exclusions_on
from monitoring.services.refusals import Refused

TEXT_LENGTH = 2000
YES, NO = "yes", "no"
YES_NO = ((NO, "无"), (YES, "有"))
ANSWERS = {True: YES, False: NO}


def _day(label: str, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=day_input(), **options)


def _text(label: str, *, rows: int = 3, length: int = TEXT_LENGTH, **options: Any) -> forms.CharField:
    options.setdefault("required", False)
    return forms.CharField(
        label=label, max_length=length, widget=forms.Textarea(attrs={"rows": rows, "cols": 60}), **options
    )


def _line(label: str, *, length: int = 80, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=length, required=False, widget=forms.TextInput(attrs={"size": 40}), **options
    )


def _yuan(label: str, **options: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, required=False, max_digits=12, decimal_places=2, **options)


def _votes(label: str) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0)


class StepForm(ScopedForm):
    """The form of a step; it knows the procedure that takes it. `input` is what its service takes."""

    input: ClassVar[type] = dict

    def __init__(self, *args: Any, procedure: Procedure, **kwargs: Any) -> None:
        self.procedure = procedure
        super().__init__(*args, **kwargs)

    def as_input(self) -> Any:
        """Return the fields as the input of the step's service; a reason or a day is taken as it is."""
        return self.input(**self.cleaned_data)

    def show(self, refused: Refused) -> None:
        """Put what a service refused at the fields; what belongs to none stands at the top."""
        for name, message in refused.problems:
            self.add_error(name if name in self.fields else None, message)


class HomeCheckForm(StepForm):
    """入户核查, as far as identification and elimination ask it alike."""

    checked_on = _day("入户核查日期")
    checker = forms.ChoiceField(label="核查人", help_text="纸质表由他人代录时，选实际入户的人")
    companion = _line("同行核查人", help_text="入户核查须有两人以上")
    per_capita_yuan = _yuan("核定人均纯收入（元）")
    self_pay_yuan = _yuan("合规自付支出（元）", min_value=0)
    situation = _text("家庭实际情况", rows=4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = holders(self.procedure.area, self.on, Capability.RECORD_PROCEDURE, Capability.VERIFY_WARNING)
        self.checkers = {str(one.pk): one for one in people}
        own = str(self.user.pk)
        first = [(own, f"{self.user.name}（本人）")] if own in self.checkers else [("", "请选择")]
        others = [(key, one.name) for key, one in self.checkers.items() if key != own]
        self.fields["checker"].choices = [*first, *others]  # type: ignore[attr-defined]

    def clean_checker(self) -> Any:
        return self.checkers.get(self.cleaned_data["checker"])

    def home_check(self) -> dict[str, Any]:
        """Return the values of services.procedure_inputs.HomeCheck."""
        names = ("checked_on", "checker", "companion", "per_capita_yuan", "self_pay_yuan", "situation")
        return {name: self.cleaned_data[name] for name in names}


class IdentificationCheckForm(HomeCheckForm):
    authorised_on = _day("承诺授权书签署日期", required=False)
    monitored_kind = forms.ChoiceField(
        label="拟定类别", required=False, choices=[("", "请选择"), *MonitoredKind.choices]
    )
    risks = forms.MultipleChoiceField(
        label="主要风险",
        required=False,
        choices=Risk.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=f"最多 {RISKS_AT_MOST} 项",
    )
    risk_note = _text("具体风险说明", rows=2)
    kind_reason = _text(
        "类别与收入不一致的理由", rows=2, help_text="收入与所选类别相符的不填；综合研判仍属这一类的写明"
    )
    field_order: Any = (
        "checked_on", "checker", "companion", "authorised_on", "per_capita_yuan", "self_pay_yuan",
        "monitored_kind", "kind_reason", "risks", "risk_note", "situation",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = exclusions_on(self.on)
        before = self.procedure.exclusions
        for item in self.items:
            known = before.get(item.code, {})
            self.fields[f"exclusion_{item.code}"] = forms.ChoiceField(
                label=f"{item.code} {item.text}",
                required=False,
                choices=YES_NO,
                widget=forms.RadioSelect,
                initial=ANSWERS.get(known.get("applies")),
            )
            self.fields[f"exclusion_reason_{item.code}"] = reason = _line(
                "仍拟纳入的理由", length=REASON_LENGTH, initial=known.get("reason", "")
            )
            reason.widget.attrs["placeholder"] = "有的，写明仍拟纳入的理由"

    def checklist(self) -> list[tuple[Any, Any]]:
        """Return the pairs of fields of the 负面清单: whether an item applies, and why it may be overridden."""
        names = ((f"exclusion_{item.code}", f"exclusion_reason_{item.code}") for item in self.items)
        return [(self[applies], self[reason]) for applies, reason in names]

    def visible_fields(self) -> list[Any]:
        """Without the checklist, which is a table of its own."""
        own = {field.name for pair in self.checklist() for field in pair}
        return [field for field in super().visible_fields() if field.name not in own]

    def as_input(self) -> identification.CheckInput:
        data = self.cleaned_data
        answered = (item.code for item in self.items if data[f"exclusion_{item.code}"])
        return identification.CheckInput(
            **self.home_check(),
            **{
                name: data[name]
                for name in ("authorised_on", "monitored_kind", "risks", "risk_note", "kind_reason")
            },
            exclusions={
                code: identification.ExclusionAnswer(
                    data[f"exclusion_{code}"] == YES, data[f"exclusion_reason_{code}"]
                )
                for code in answered
            },
        )


class EliminationCheckForm(HomeCheckForm):
    elimination_mode = forms.ChoiceField(label="风险消除方式", choices=EliminationMode.choices)
    spending_is_controlled = forms.BooleanField(
        label="刚性支出可控", required=False, help_text="医疗、教育等大额刚性支出已经稳定、家庭能够承担"
    )
    field_order: Any = (
        "checked_on", "checker", "companion", "elimination_mode", "per_capita_yuan", "self_pay_yuan",
        "spending_is_controlled", "situation",
    )  # fmt: skip

    def as_input(self) -> elimination.CheckInput:
        names = ("elimination_mode", "spending_is_controlled")
        return elimination.CheckInput(
            **self.home_check(), **{name: self.cleaned_data[name] for name in names}
        )


class IdentificationAgainForm(IdentificationCheckForm):
    """补充后再报: what was completed, and the home verification as it is now right."""

    note = _text("补充了什么", rows=2)
    field_order = ("note", *IdentificationCheckForm.field_order)


class EliminationAgainForm(EliminationCheckForm):
    note = _text("补充了什么", rows=2)
    field_order = ("note", *EliminationCheckForm.field_order)


class ReviewForm(StepForm):
    reviewed_on = _day("评议日期")
    agree_count = _votes("同意（票）")
    disagree_count = _votes("不同意（票）")
    review_note = _text("评议意见")
    input = inputs.ReviewInput


class PublicityForm(StepForm):
    publicity_from = _day("公示起始日")
    publicity_to = _day("公示截止日", help_text="张贴当日不计入公示天数")
    input = inputs.PublicityInput


class SubmitForm(StepForm):
    objections = _text("公示异议及处理", rows=2, help_text="没有异议的写“无异议”")
    compared_on = _day("信息比对日期", required=False, help_text="县级还没有反馈的不填")
    comparison_note = _text("信息比对结果", rows=2)
    input = inputs.SubmitInput


class ApproveForm(StepForm):
    approved_on = _day("乡镇审核日期")
    opinion = _text("乡镇审核意见")
    input = inputs.ApproveInput


class CountyForm(StepForm):
    decided_on = _day("县级审定日期")
    document = _line("县级审定文号", length=120)
    input = inputs.CountyInput


class EnterForm(StepForm):
    entered_on = _day("录入系统日期")


class ReturnForm(StepForm):
    return_reason = _text("退回原因", help_text="写明要补充什么，村里会看到")


class EndForm(StepForm):
    end_reason = _text("原因", help_text="写进办理记录，应能向农户说明")
