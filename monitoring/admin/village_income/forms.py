"""The forms of solar batches, projects and income lines: they parse, the services check."""

from __future__ import annotations

from typing import Any

from django import forms

from households.access import Capability
from households.admin.choosing import HouseholdField
from households.benefit_kinds import ProjectKind, ProjectPay, SolarPurpose
from households.income_items import IncomeGroup, IncomeItem
from households.models import Household, Member, Village
from households.services.projects import ProjectInput
from households.services.solar import BatchInput
from monitoring.admin.forms import REASON_LENGTH, ReasonForm, ScopedForm, day_input

LINE = forms.TextInput(attrs={"size": 50})


def yuan(label: str, **options: Any) -> forms.DecimalField:
    """Return a field for an amount of money."""
    return forms.DecimalField(label=f"{label}（元）", max_digits=12, decimal_places=2, **options)


def reason_field() -> forms.CharField:
    """Return the field for why something is corrected."""
    return forms.CharField(label="变更原因", max_length=REASON_LENGTH, widget=LINE)


class VillageField(forms.ModelChoiceField):
    """A village in which the user holds the capability."""

    def offer(self, user: Any, capability: Capability) -> None:
        self.queryset = Village.objects.visible_to(user).within(user, capability).order_by("area")

    def label_from_instance(self, village: Any) -> str:
        return str(village.name)


class OfRowForm(ScopedForm):
    """A form of an action on one row, which it may begin with."""

    @property
    def row(self) -> Any:
        """The row that the action is about; a page with nothing to do shows no form."""
        return self.rows.first() if self.rows is not None else None


class MemberByName:
    """Mixin of a form with a household and the name of one of its people: cleans `member_name` to `member`."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}  # type: ignore[misc]
        cleaned["member"] = None
        name, household = cleaned.get("member_name", ""), self.household_of(cleaned)
        if name and household is not None:
            cleaned["member"] = self._named(household, name)
        elif name:
            self.add_error("member_name", "请先选择农户，再填写成员姓名。")  # type: ignore[attr-defined]
        return cleaned

    def household_of(self, cleaned: dict[str, Any]) -> Household | None:
        return cleaned.get("household")

    def _named(self, household: Household, name: str) -> Member | None:
        user = self.user  # type: ignore[attr-defined]
        people = Member.objects.visible_to(user).active().filter(household=household, name=name)
        if len(found := list(people[:2])) == 1:
            return found[0]
        many = "不止一位" if found else "没有"
        self.add_error("member_name", f"{household.head_name}户{many}在册成员“{name}”，请核对姓名。")  # type: ignore[attr-defined]
        return None


class BatchForm(ScopedForm):
    """The fields of `BatchInput`."""

    title = forms.CharField(label="批次", max_length=60, help_text="例如：2026年第三季度", widget=LINE)
    received_on = forms.DateField(label="到账日期", widget=day_input())
    income_yuan = yuan("收益总额")


class NewBatchForm(BatchForm):
    village = VillageField(label="行政村", queryset=None)
    field_order = ("village",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["village"].offer(self.user, Capability.RECORD_PROCEDURE)  # type: ignore[attr-defined]


class ChangedBatchForm(OfRowForm, BatchForm):
    reason = reason_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.row is not None:
            self.initial = {
                **self.initial,
                **{name: getattr(self.row, name) for name in BatchInput.__dataclass_fields__},
            }


class DayForm(OfRowForm):
    """The day of a step."""

    day = forms.DateField(label="日期", widget=day_input())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("day", self.on)


class RecordForm(DayForm):
    document = forms.CharField(label="备案文号", max_length=120, widget=LINE)


class TakeBackForm(ReasonForm):
    """Why the village takes its batch back."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = (
            "由村里撤回：乡镇审核以前发现明细有误时用。批次回到“拟定中”，明细保留、可以修改，"
            "已登记的议定、评议日期清空，改好后要重新议定、评议。"
        )


class SendBackForm(ReasonForm):
    """Why the township sends a batch back."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = (
            "由乡镇退回：审核或县级备案没有通过时用。批次回到“拟定中”，明细保留、由村里修改，"
            "议定、评议、审核日期清空，改好后要从议定重新办理；原因显示在批次页面上。"
        )


class ShareForm(MemberByName, OfRowForm):
    """The fields of `ShareInput`."""

    purpose = forms.ChoiceField(label="用途", choices=SolarPurpose.choices)
    household = HouseholdField(
        label="农户", capability=Capability.SEE_HOUSEHOLDS, required=False,
        help_text="公益岗位和特困救助要选；输入户主姓名、拼音首字母或户码，从提示中选择",
    )  # fmt: skip
    member_name = forms.CharField(label="成员姓名", max_length=60, required=False, help_text="公益岗位要填")
    amount_yuan = yuan("金额")
    note = forms.CharField(label="说明", max_length=200, required=False, widget=LINE)


class ReliefForm(OfRowForm):
    amount_yuan = yuan("每户金额")


class PostsForm(OfRowForm):
    months = forms.IntegerField(label="发放月数", min_value=1, max_value=12)


class ProjectForm(ScopedForm):
    """The fields of `ProjectInput`."""

    name = forms.CharField(label="名称", max_length=100, widget=LINE)
    kind = forms.ChoiceField(label="类别", choices=ProjectKind.choices)
    owner = forms.CharField(label="经营主体", max_length=100, required=False, widget=LINE)
    land_mu = forms.DecimalField(
        label="占地（亩）", max_digits=10, decimal_places=2, min_value=0, required=False
    )
    invested_yuan = yuan("投资", min_value=0, required=False)
    started_on = forms.DateField(label="投产日期", required=False, widget=day_input())
    ended_on = forms.DateField(
        label="停产日期", required=False, help_text="还在经营的不填", widget=day_input()
    )
    note = forms.CharField(label="说明", max_length=200, required=False, widget=LINE)


class NewProjectForm(ProjectForm):
    village = VillageField(label="行政村", queryset=None)
    field_order = ("village",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["village"].offer(self.user, Capability.EDIT_FACTS)  # type: ignore[attr-defined]


class ChangedProjectForm(OfRowForm, ProjectForm):
    reason = reason_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.row is not None:
            self.initial = {
                **self.initial,
                **{name: getattr(self.row, name) for name in ProjectInput.__dataclass_fields__},
            }


class ProjectIncomeForm(MemberByName, OfRowForm):
    """The fields of `ProjectIncomeInput`."""

    pay = forms.ChoiceField(label="收入类别", choices=ProjectPay.choices)
    household = HouseholdField(label="农户", capability=Capability.EDIT_FACTS)
    member_name = forms.CharField(
        label="成员姓名", max_length=60, required=False, help_text="务工工资要填；租金、分红付给全户的不填"
    )
    started_on = forms.DateField(label="起日", widget=day_input())
    ended_on = forms.DateField(label="止日", widget=day_input())
    amount_yuan = yuan("金额")


def grouped_items() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the lines of the income table under their groups."""
    return [
        (
            group.label,
            [(item.value, f"{item.value} {item.label}") for item in IncomeItem if item.group is group],
        )
        for group in IncomeGroup
    ]


class IncomeLineForm(MemberByName, ScopedForm):
    """The fields of `IncomeLineInput`."""

    item = forms.ChoiceField(label="收入项目", choices=grouped_items)
    started_on = forms.DateField(label="起日", widget=day_input())
    ended_on = forms.DateField(
        label="止日",
        help_text="金额平均摊到起止日之间的各月，全年的填 1 月 1 日到 12 月 31 日",
        widget=day_input(),
    )
    amount_yuan = yuan("金额", help_text="支出也填正数")
    member_name = forms.CharField(label="成员姓名", max_length=60, required=False, help_text="全户的收入不填")
    note = forms.CharField(label="备注", max_length=200, required=False, widget=LINE)


class NewIncomeLineForm(IncomeLineForm):
    household = HouseholdField(label="农户", capability=Capability.EDIT_FACTS)
    field_order = ("household",)


class ChangedIncomeLineForm(OfRowForm, IncomeLineForm):
    reason = reason_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        line = self.row
        if line is not None:
            names = ("item", "started_on", "ended_on", "amount_yuan", "note")
            self.initial = {**self.initial, **{name: getattr(line, name) for name in names}}
            self.initial["member_name"] = line.member.name if line.member else ""

    def household_of(self, cleaned: dict[str, Any]) -> Household | None:
        return self.row.household if self.row is not None else None
