"""What the forms of the family pages are made of: people to choose, their relations, another household by its code."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from households.access import Capability, access_of
from households.admin.facts_forms import UNCHOSEN, DateInput
from households.choices import Relation
from households.models import Household, Member
from households.services.succession import relation_field

RELATIONS = [choice for choice in Relation.choices if choice[0] != Relation.HEAD]
INFERRED = ("", "按原关系推定")
SHORT_CODE = 4


def described(member: Member, on: date) -> str:
    """张某（配偶，54 岁）."""
    age = member.age(on)
    parts = [member.get_relation_display(), f"{age} 岁" if age is not None else ""]
    return f"{member.name}（{'，'.join(filter(None, parts))}）"


class PersonField(forms.ModelChoiceField):
    """One of the household's people."""

    def __init__(self, people: Any, **options: Any) -> None:
        super().__init__(queryset=people, empty_label="请选择", **options)

    def label_from_instance(self, obj: Any) -> str:
        return described(obj, timezone.localdate())


class PeopleField(forms.ModelMultipleChoiceField):
    """Some of the household's people, each to be ticked."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, people: Any, **options: Any) -> None:
        super().__init__(queryset=people, error_messages={"required": "请勾选人员。"}, **options)

    def label_from_instance(self, obj: Any) -> str:
        return described(obj, timezone.localdate())


class FamilyForm(forms.Form):
    """A form about one household; fields of `first` stand before those of `last`, relations of people at the end."""

    on = forms.DateField(label="发生日期", widget=DateInput())

    def __init__(self, *args: Any, household: Household, user: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.household, self.user = household, user
        self.people = household.members.active().for_page()
        self.related: list[Member] = []

    def add_relations(self, people: Iterable[Member], *, empty: tuple[str, str] = INFERRED) -> None:
        """Ask for the relation of each of the people; left empty it is for the service to infer or to refuse."""
        for member in people:
            self.related.append(member)
            self.fields[relation_field(member)] = forms.ChoiceField(
                label=described(member, timezone.localdate()), choices=[empty, *RELATIONS], required=False
            )

    def relations(self) -> dict[UUID, str]:
        """Return the relations that were chosen, by person."""
        chosen = ((member.pk, self.cleaned_data[relation_field(member)]) for member in self.related)
        return {pk: relation for pk, relation in chosen if relation}

    def groups(self) -> list[tuple[str | None, list[str]]]:
        """Return the fields under their headings."""
        relations = [relation_field(member) for member in self.related]
        plain = [name for name in self.fields if name not in relations]
        return [(None, plain), *([(self.heading_of_relations, relations)] if relations else [])]

    heading_of_relations = "与户主的关系"


class OtherHouseholdForm(FamilyForm):
    """Somebody goes into another household, named by its code. Nothing takes that back, and a wrong digit names some
    other family: so before anything is written the page says whose code it is, and the button is pressed once more.
    """

    checked = forms.CharField(label="核对过的户码", required=False, widget=forms.HiddenInput())

    def clean_target(self) -> Household | None:
        return household_of_code(self, self.cleaned_data["target"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        target = cleaned.get("target")
        if target is not None and cleaned.get("checked") != target.code:
            data: Any = self.data
            self.data = data.copy()  # what was sent cannot be changed
            self.data["checked"] = target.code  # type: ignore[index]
            self.add_error("target", self._whose(target))
        return cleaned

    def _whose(self, target: Household) -> str:
        count = target.members.active().count()
        place = f"{target.village.name} {target.group.name}" if target.group else target.village.name
        return (
            f"这是{place}{target.head_name}户（{target.code}，{count} 人）。核对无误，请再点一次下面的按钮。"
        )


def relation_choice(label: str, *, required: bool = True) -> forms.ChoiceField:
    """A relation to a head that nobody can infer."""
    return forms.ChoiceField(label=label, choices=[UNCHOSEN, *RELATIONS], required=required)


def reason_field(label: str = "原因", *, required: bool = True, help_text: str = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=60, required=required, help_text=help_text)


class HouseholdCodeField(forms.CharField):
    """Another household by its code; of the same village the last four digits are enough."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=16, help_text="填写户码；本村的户可以只填后 4 位。", **options)


def household_of_code(form: FamilyForm, code: str) -> Household | None:
    """Return the household that the code names, in the user's scope; None for an empty code. Raise ValidationError."""
    code = "".join(code.split())
    if not code:
        return None
    if len(code) <= SHORT_CODE:
        code = f"{form.household.area}{code.zfill(SHORT_CODE)}"
    found = (
        Household.objects.visible_to(form.user)
        .active()
        .select_related("village", "group")
        .filter(code=code)
        .first()
    )
    if found is None:
        raise ValidationError("找不到这个户码的在册农户，请核对户码。")
    if not access_of(form.user).can(Capability.EDIT_FACTS, found.area):
        raise ValidationError("您不能办理那一户的变动，请联系该户所在乡镇的工作站。")
    return found
