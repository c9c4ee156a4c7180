"""What the steps of a warning ask for. Fields that belong to some results only say so in `data-for`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q

from households.models import Household, MonitorAssignment
from monitoring.admin.forms import REASON_LENGTH, MonitorField, ScopedForm, day_input
from monitoring.admin.warnings.columns import person_name
from monitoring.choices import FINAL_RESULTS, FOLLOWED_RESULTS, Absence, DeclineReason, WarningResult
from monitoring.models import WarningCase
from monitoring.services.warning_decide import BULK_RESULTS
from monitoring.services.warning_verdicts import WAYS
from township.base.masking import mask_people

R = WarningResult
AS_PROPOSED = "proposed"
REASONS = [
    ("", "请选择"),
    (f"{R.DECLINE.value} {R.DECLINE.label}", DeclineReason.choices),
    (f"{R.NOT_OURS.value} {R.NOT_OURS.label}", Absence.choices),
]


def _coded(results: Any) -> list[tuple[str, str]]:
    return [(result.value, f"{result.value} {result.label}") for result in results]


def _words(label: str, *, rows: int = 3, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows, "cols": 60}), **options)


def _only_for(field: forms.Field, *results: WarningResult) -> None:
    """Mark a field as one of some results; the page's script hides it with the others."""
    field.widget.attrs["data-for"] = " ".join(result.value for result in results)


class AssignForm(ScopedForm):
    monitor = MonitorField(
        label="核查责任人", required=False, help_text="不填：派给各户自己的监测员；填写姓名：全部派给这一位"
    )  # fmt: skip
    due_on = forms.DateField(
        label="核查时限",
        required=False,
        widget=day_input(),
        help_text="不填：按办理时限计算，且不晚于反馈截止日期",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        without = self._without_monitor()
        if without:
            self.fields[
                "monitor"
            ].help_text += f"。其中 {without} 件所在的户没有监测员或不在册，不填就仍然待派发"

    def _without_monitor(self) -> int:
        if self.rows is None:
            return 0
        ours = MonitorAssignment.objects.visible_to(self.user)
        homes = Household.objects.visible_to(self.user).without_monitor(self.on, ours)
        return self.rows.filter(Q(household__isnull=True) | Q(household__in=homes.values("pk"))).count()


class ReassignForm(ScopedForm):
    monitor = MonitorField(label="改派给")
    reason = forms.CharField(
        label="原因", max_length=REASON_LENGTH, widget=forms.TextInput(attrs={"size": 50}),
        help_text="例如：请假、生病、不熟悉情况",
    )  # fmt: skip


class SendBackForm(ScopedForm):
    reason = forms.CharField(
        label="退回原因", max_length=REASON_LENGTH, widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
        help_text="写明要补核什么",
    )  # fmt: skip
    monitor = MonitorField(label="由谁补核", required=False, help_text="不填：该户的监测员，没有则为原核查人")
    due_on = forms.DateField(
        label="补核时限", required=False, widget=day_input(), help_text="不填：按办理时限计算"
    )


class DecideForm(ScopedForm):
    """The verdict on one case; what the verifier proposes stands in it."""

    result = forms.ChoiceField(label="认定结果", choices=_coded(FINAL_RESULTS), widget=forms.RadioSelect)
    reason = forms.ChoiceField(label="原因", choices=REASONS, required=False, help_text="V2、V5 必选")
    way = forms.ChoiceField(
        label="办理方式",
        choices=list(WAYS.items()),
        widget=forms.RadioSelect,
        required=False,
    )
    duplicate_of: Any = forms.ModelChoiceField(
        label="重复于", queryset=None, required=False, empty_label="请选择",
        help_text="同一个人的另一件预警",
    )  # fmt: skip
    follow_on = forms.DateField(
        label="下次跟踪日期",
        required=False,
        widget=day_input(),
        help_text="V9 必填；V1、V4 不填则为识别全程时限",
    )
    words = _words("认定说明", required=False, help_text="V2 必填，写明核实到的情况")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _only_for(self.fields["reason"], R.DECLINE, R.NOT_OURS)
        _only_for(self.fields["way"], R.RETURNING)
        _only_for(self.fields["duplicate_of"], R.REPEATED)
        _only_for(self.fields["follow_on"], *FOLLOWED_RESULTS)
        case = self.rows.select_related("member").first() if self.rows is not None else None
        if case is None:
            return
        self.initial = {
            "result": case.proposed_result, "reason": case.proposed_reason, "words": mask_people(case.proposed_words),
        }  # fmt: skip
        repeats: Any = self.fields["duplicate_of"]
        repeats.queryset = self._of_same_person(case)
        repeats.label_from_instance = _other_case

    def _of_same_person(self, case: WarningCase) -> Any:
        cases = WarningCase.objects.visible_to(self.user).exclude(pk=case.pk).exclude(result=R.REPEATED)
        same = Q(pk__in=[])
        if case.member_id:
            same |= Q(member=case.member_id)
        if case.id_index:
            same |= Q(id_index=case.id_index)
        return cases.filter(same).select_related("batch").defer("raw", "id_number", "phone")


def _other_case(case: WarningCase) -> str:
    indicator = mask_people(case.indicator)
    return (
        f"{case.code} {person_name(case)} {indicator}（{case.batch.month:%Y-%m} {case.get_status_display()}）"
    )


class DecideAllForm(ScopedForm):
    """One verdict on many; only of what begins nothing."""

    result = forms.ChoiceField(
        label="认定结果",
        choices=[(AS_PROPOSED, "同意各件的核查建议（仅限以下四种）"), *_coded(BULK_RESULTS)],
        widget=forms.RadioSelect,
    )
    reason = forms.ChoiceField(label="原因", choices=REASONS, required=False, help_text="V2、V5 必选")
    words = _words("认定说明", required=False, help_text="V2 必填；写入所选的每一件")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _only_for(self.fields["reason"], R.DECLINE, R.NOT_OURS)
        _only_for(self.fields["words"], *BULK_RESULTS)


class WhyForm(ScopedForm):
    reason = forms.CharField(
        label="原因", max_length=REASON_LENGTH, widget=forms.Textarea(attrs={"rows": 3, "cols": 60})
    )


class FollowUpForm(ScopedForm):
    note = _words("跟踪情况", help_text="落实了什么、还差什么")
    follow_on = forms.DateField(label="下次跟踪日期", widget=day_input())


class FinishForm(ScopedForm):
    note = _words("跟踪结果", help_text="写明最后落实的情况")


class ReplyForm(ScopedForm):
    """Nothing is asked: the day is today's."""
