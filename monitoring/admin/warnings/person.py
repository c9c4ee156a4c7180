"""确认人员: saying whom a case means, one by one, with what the department wrote before one's eyes."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from django.urls import reverse

from households.access import Capability, access_of
from households.admin.choosing import SuggestedInput
from households.models import Member
from households.models.members import MemberQuerySet, first_18
from monitoring.admin.forms import ScopedForm
from monitoring.admin.pages import RowAction
from monitoring.models import WarningCase
from monitoring.models.warnings import TOWNSHIP_DIGITS
from monitoring.services.warnings import WarningRefused, candidates, confirm_person

NOBODY = "nobody"
OPTIONS_SHOWN = 12
TERM_LENGTH = 60
_LABEL = re.compile(r"^(?P<name>.+)（\S+ (?P<code>\d{16}) 户主[^）]*）$")
_WHOLE_NUMBER = re.compile(r"^(?:\d{15}|\d{17}[\dXx]\d{0,4})$")
_LAST_FOUR = re.compile(r"^\d{3}[\dXx]$")
_INITIALS = re.compile(r"^[A-Za-z]+$")


def people_for(user: Any, case: WarningCase) -> MemberQuerySet:
    """Return whom this user may say that a case means: people registered in its township, of households that exist."""
    people = Member.objects.visible_to(user).within(user, Capability.ASSIGN_WARNING).active()
    of_township = people.in_area(case.area[:TOWNSHIP_DIGITS]).filter(household__closed_on__isnull=True)
    return of_township.select_related("household__village").order_by("name", "household__code", "pk")


def people_named(people: MemberQuerySet, text: str) -> MemberQuerySet:
    """Narrow to those whom a text may mean: a suggestion, a name, initials, an ID number or its last four."""
    if label := _LABEL.match(text.strip()):
        return people.filter(name=label["name"], household__code=label["code"])
    term = re.sub(r"\s+", "", text)
    if _WHOLE_NUMBER.match(term):
        index = Member._meta.get_field("id_index").index_of(first_18(term))
        return people.filter(id_index=index)
    if _LAST_FOUR.match(term):
        return people.filter(id_last4_index=Member._meta.get_field("id_last4_index").index_of(term.upper()))
    if _INITIALS.match(term):
        return people.filter(initials__startswith=term.lower())
    return people.filter(name__startswith=term) if term else people.none()


def person_label(member: Member) -> str:
    """Return how a suggestion names a person: name, village, household number, head."""
    household = member.household
    return f"{member.name}（{household.village.name} {household.code} 户主{household.head_name}）"


def person_options(cases: Any, request: HttpRequest, object_id: Any) -> JsonResponse:
    """Answer the people whom a case may be said to mean for ?term=, a name or initials; none for what has digits."""
    case = cases.row_in_scope(request, object_id)
    access_of(request.user).demand(Capability.ASSIGN_WARNING, case.area)
    term = request.GET.get("term", "")[:TERM_LENGTH]
    people = people_for(request.user, case)
    found = people.none() if re.search(r"\d", term) else people_named(people, term)[:OPTIONS_SHOWN]
    return JsonResponse({"results": [{"id": str(one.pk), "text": person_label(one)} for one in found]})


class PersonField(forms.CharField):
    """One of `people`, typed or taken from the suggestions; cleans to the member, None where nothing is typed."""

    people: MemberQuerySet

    def clean(self, value: Any) -> Member | None:
        text = super().clean(value)
        if not text:
            return None
        found = list(people_named(self.people, text)[:6])
        exact = [member for member in found if member.name == text]
        if len(found) != 1 and len(exact) == 1:
            found = exact
        if not found:
            raise ValidationError(
                "您有权办理的范围内，本乡镇没有登记这个人。请核对姓名或证件号码；还没有登记的，先到他的户里登记。"
            )
        if len(found) > 1:
            labels = "、".join(person_label(member) for member in found)
            raise ValidationError(f"不止一人（{labels}），请从提示中选择，或填写完整的证件号码。")
        return found[0]


class PersonForm(ScopedForm):
    """One of the proposed people, somebody else of the township, or nobody of the register."""

    person = forms.ChoiceField(label="是哪一位", widget=forms.RadioSelect, required=False)
    other = PersonField(
        label="登记的是另一位", required=False, max_length=TERM_LENGTH,
        help_text="输入姓名、拼音首字母后从提示中选择，或输入证件号码",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        case = self.rows.first() if self.rows is not None else None
        if case is None:  # somebody was faster; the page shows no form
            return
        choices = [(found.member, f"{found.text}：{found.reason}") for found in candidates(case)]
        if case.match == WarningCase.Match.TO_CONFIRM:
            choices.append((NOBODY, "都不是，这个人不在册"))
        other: Any = self.fields["other"]
        other.people = people_for(self.user, case)
        other.widget = SuggestedInput(
            reverse("admin:monitoring_warningcase_people", args=[case.pk]), words_only=True
        )
        if choices:
            self.fields["person"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["person"]
            other.label, other.required = "登记的是哪一位", True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        if bool(data.get("person")) == bool(data.get("other")):
            raise ValidationError("请在列出的人中选一位，或者填写另一位，只能选一位。")
        return data


def _confirm(cases: Any, data: dict[str, Any], user: Any, on: date) -> str:
    case = cases.get()
    chosen, member = data.get("person"), data["other"]
    if member is None and chosen != NOBODY:
        member = people_for(user, case).filter(pk=chosen).first()
        if member is None:
            raise WarningRefused("所选的人已不在您的范围内，请刷新页面。")
    confirm_person(case, member, by=user, on=on)
    return f"预警 {case.code} 已确认为 {member.name}。" if member else f"预警 {case.code} 已登记为不在册。"


def _open(cases: Any, on: date) -> Any:
    return cases.nameable()


CONFIRM_PERSON = RowAction(
    name="person", label="确认人员", capability=Capability.ASSIGN_WARNING, form=PersonForm, run=_confirm,
    unit="件预警", offered=_open, not_offered="已经有人员，或者已认定", refusals=(WarningRefused,), in_bulk=False,
)  # fmt: skip
