"""确认人员: saying whom a case means, one by one, with what the department wrote before one's eyes."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from households.access import Capability
from households.models import Member
from monitoring.admin.forms import ScopedForm
from monitoring.admin.pages import RowAction
from monitoring.services.warnings import WarningRefused, candidates, confirm_person

NOBODY = "nobody"


class PersonForm(ScopedForm):
    """One of the proposed people, or nobody of the register."""

    person = forms.ChoiceField(label="是哪一位", widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        case = self.rows.first() if self.rows is not None else None
        proposed = candidates(case) if case is not None else ()
        self.fields["person"].choices = [  # type: ignore[attr-defined]
            *((found.member, f"{found.text}：{found.reason}") for found in proposed),
            (NOBODY, "都不是，这个人不在册"),
        ]


def _confirm(cases: Any, data: dict[str, Any], user: Any, on: date) -> str:
    case = cases.get()
    chosen = data["person"]
    member = None
    if chosen != NOBODY:
        member = Member.objects.visible_to(user).select_related("household").filter(pk=chosen).first()
        if member is None:
            raise WarningRefused("所选的人已不在您的范围内，请刷新页面。")
    confirm_person(case, member, by=user, on=on)
    return f"预警 {case.code} 已确认为 {member.name}。" if member else f"预警 {case.code} 已登记为不在册。"


def _open(cases: Any, on: date) -> Any:
    return cases.to_confirm()


CONFIRM_PERSON = RowAction(
    name="person", label="确认人员", capability=Capability.ASSIGN_WARNING, form=PersonForm, run=_confirm,
    unit="件预警", offered=_open, not_offered="已经有人员或不在册", refusals=(WarningRefused,), in_bulk=False,
)  # fmt: skip
