"""What the forms of the registers are made of: whose row it is, why it changes, on which day it ends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from households.access import Capability
from households.admin.choosing import HouseholdField
from households.admin.facts_forms import DateInput
from households.admin.family.fields import described
from households.models import Household
from households.services.fact_writes import REASON_LENGTH

WHOLE_HOUSEHOLD = "全户"


class WhichForm(forms.Form):
    """The household that a new row is of."""

    def __init__(self, *args: Any, user: Any, on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        field = HouseholdField(label="农户", capability=Capability.EDIT_FACTS)
        field.user, field.on = user, on
        self.fields["household"] = field


class MemberField(forms.ModelChoiceField):
    """One of the household's people; who left is offered too, for what he got before."""

    def __init__(self, household: Household, *, may_be_all: bool) -> None:
        super().__init__(
            household.members.for_page(),
            label="享受人" if may_be_all else "成员",
            required=not may_be_all,
            empty_label=WHOLE_HOUSEHOLD if may_be_all else "请选择",
        )

    def label_from_instance(self, obj: Any) -> str:
        words = described(obj, obj.left_on or timezone.localdate())
        return f"{words}{f'，{obj.left_on} 已减少' if obj.left_on else ''}"


class EntryForm(forms.Form):
    """The fields of a register's input; a new row also asks for its person, a correction for the reason.

    `has_member`: the row is of a person; `may_be_all`: or of the household as a whole. `names` are the fields of the
    service's input in their order.
    """

    has_member: ClassVar[bool] = True
    may_be_all: ClassVar[bool] = False
    names: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, household: Household, is_new: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if is_new and self.has_member:
            self.fields["member"] = MemberField(household, may_be_all=self.may_be_all)
            self.order_fields(["member"])
        if not is_new:
            self.fields["reason"] = forms.CharField(label="变更原因", max_length=REASON_LENGTH)

    def values(self) -> Mapping[str, Any]:
        """Return what was filled in, by field of the input."""
        return {name: self.cleaned_data[name] for name in self.names}

    @classmethod
    def initial_of(cls, row: Any) -> dict[str, Any]:
        """Return what the form shows of a row before it is corrected."""
        return {name: getattr(row, name) for name in cls.names}


class ReasonForm(forms.Form):
    """Why a row is taken back."""

    reason = forms.CharField(label="原因", max_length=REASON_LENGTH)


class EndForm(ReasonForm):
    """The last day of something, and why it ended."""

    day = forms.DateField(label="结束日期", widget=DateInput())
    field_order = ("day", "reason")

    def __init__(self, *args: Any, label: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["day"].label = label


def day_field(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    """Return a field with the browser's calendar."""
    return forms.DateField(label=label, required=required, help_text=help_text, widget=DateInput())


def money_field(
    label: str, *, required: bool = False, digits: int = 12, help_text: str = ""
) -> forms.DecimalField:
    """Return a field for a sum in 元, to the fen."""
    return forms.DecimalField(
        label=label, required=required, min_value=0, max_digits=digits, decimal_places=2, help_text=help_text
    )


def text_field(label: str, length: int, *, required: bool = False, help_text: str = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=length, required=required, help_text=help_text)
