"""The forms of the verbs: they parse what happened, the services check and write it."""

from __future__ import annotations

from typing import Any

from django import forms

from households.admin.facts_forms import UNCHOSEN, DateInput
from households.admin.family.fields import (
    FamilyForm,
    HouseholdCodeField,
    OtherHouseholdForm,
    PeopleField,
    PersonField,
    reason_field,
    relation_choice,
)
from households.choices import Relation, Sex
from households.importing.places import TOWNSHIP_DIGITS
from households.models import Group, Village

SUCCESSOR = "新户主（户主离开时选）"


class SplitForm(FamilyForm):
    field_order = ("members", "new_head", "successor", "group", "keeps_monitoring", "on", "reason")
    heading_of_relations = "与户主的关系（户主变了的人，能推定的可不选）"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["members"] = PeopleField(self.people, label="分出去的人")
        self.fields["new_head"] = PersonField(self.people, label="新户的户主")
        self.fields["successor"] = PersonField(
            self.people,
            label="原户的新户主",
            required=False,
            help_text="原户主也分出去时选，从留下的人中选。",
        )
        groups = self.household.village.groups.order_by("order", "name")
        self.fields["group"] = forms.ModelChoiceField(
            groups, label="新户所在自然村/组", required=False, empty_label="与原户相同"
        )
        if self.household.monitored_kind:
            kind = self.household.get_monitored_kind_display()
            self.fields["keeps_monitoring"] = forms.BooleanField(
                label=f"新户也列为{kind}", required=False, help_text="风险随分出去的人走的才勾选。"
            )
        self.fields["reason"] = reason_field(help_text="例如：儿子成家另过")
        self.order_fields(self.field_order)
        self.add_relations(self.people)


class MergeForm(OtherHouseholdForm):
    field_order = ("target", "on", "reason", "checked")
    heading_of_relations = "与并入户户主的关系"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["target"] = HouseholdCodeField(label="并入哪一户")
        self.fields["reason"] = reason_field(help_text="例如：父母随儿子生活")
        self.order_fields(self.field_order)
        self.add_relations(self.people, empty=UNCHOSEN)


class PersonForm(FamilyForm):
    """Somebody new to the register: name, and the number or what it would say."""

    name = forms.CharField(label="姓名", max_length=60)
    id_number = forms.CharField(
        label="证件号码", max_length=22, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    sex = forms.ChoiceField(label="性别", choices=[UNCHOSEN, *Sex.choices], required=False)
    birth_on = forms.DateField(label="出生日期", widget=DateInput(), required=False)

    def values(self) -> dict[str, Any]:
        """Return what was filled in, by field of the member."""
        names = ("name", "id_number", "sex", "birth_on")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data[name]}


class BirthForm(PersonForm):
    field_order = ("name", "sex", "birth_on", "id_number", "parent", "reason")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["on"]  # the day of birth is the day of the event
        self.fields["id_number"].help_text = "还没有证件号码的可不填；填了就不必填性别和出生日期。"
        self.fields["parent"] = PersonField(
            self.people, label="父亲或母亲", help_text="与户主的关系由此得出。"
        )
        self.fields["reason"] = reason_field("说明", required=False)
        self.order_fields(self.field_order)


class MarryInForm(PersonForm):
    field_order = ("is_registered_here", "name", "id_number", "sex", "birth_on", "relation", "on", "reason")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["is_registered_here"] = forms.BooleanField(
            label="从本乡镇另一户转入", required=False,
            help_text="此人已登记在另一户时勾选：按证件号码找到此人，姓名、性别、出生日期可不填。",
        )  # fmt: skip
        self.fields["name"].required = False
        self.fields["relation"] = relation_choice("与户主关系")
        self.fields["reason"] = reason_field("说明", required=False)
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("is_registered_here"):
            if not cleaned.get("id_number"):
                self.add_error("id_number", "请填写此人的证件号码，以便在另一户中找到。")
        elif not cleaned.get("name"):
            self.add_error("name", "请填写姓名。")
        return cleaned


class DeathForm(FamilyForm):
    field_order: tuple[str, ...] = ("member", "on", "reason", "successor")
    heading_of_relations = "其他人与新户主的关系（户主离开时，能推定的可不选）"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["member"] = PersonField(self.people, label="人员")
        self.fields["reason"] = reason_field("说明", required=False)
        self.fields["successor"] = PersonField(self.people, label=SUCCESSOR, required=False)
        self.order_fields(self.field_order)
        if len(self.people) > 1:
            self.add_relations(member for member in self.people if member.relation != Relation.HEAD)


class GoForm(OtherHouseholdForm, DeathForm):
    """Somebody goes out of the township, or with a code to another household of it."""

    field_order = ("member", "on", "target", "relation", "reason", "successor", "checked")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["target"] = HouseholdCodeField(label="转入本乡镇哪一户", required=False)
        self.fields[
            "target"
        ].help_text = "去了本乡镇的另一户才填户码（本村的可只填后 4 位）；离开本乡镇的不填。"
        self.fields["relation"] = relation_choice("与那一户户主的关系", required=False)
        self.order_fields(self.field_order)


class MoveForm(FamilyForm):
    field_order = ("place", "on", "reason")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["place"] = forms.ChoiceField(label="迁往", choices=[UNCHOSEN, *self._places()])
        self.fields["reason"] = reason_field(help_text="例如：易地搬迁、投亲")
        self.order_fields(self.field_order)

    def _places(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Every other village of the township, each with its groups."""
        villages = Village.objects.visible_to(self.user).in_area(self.household.area[:TOWNSHIP_DIGITS])
        others = villages.exclude(pk=self.household.village_id).order_by("area").prefetch_related("groups")
        return [
            (village.name, [
                (f"village:{village.pk}", f"{village.name}（不分组）"),
                *((f"group:{group.pk}", f"{village.name} {group.name}") for group in village.groups.all()),
            ])
            for village in others
        ]  # fmt: skip

    def village_and_group(self) -> tuple[Village, Group | None]:
        """Return where the household goes."""
        kind, key = self.cleaned_data["place"].split(":")
        if kind == "village":
            return Village.objects.visible_to(self.user).get(pk=key), None
        group = Group.objects.visible_to(self.user).select_related("village").get(pk=key)
        return group.village, group


class AwayForm(FamilyForm):
    field_order = ("members", "on", "until", "reason")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["members"] = PeopleField(
            self.people, label="外出的人", help_text="全部勾选即为全家外出。外出的人仍计入户籍人口。"
        )
        self.fields["on"].label = "外出日期"
        self.fields["until"] = forms.DateField(label="预计返回", widget=DateInput(), required=False)
        self.fields["reason"] = reason_field("去向和原因", help_text="例如：在保定务工")
        self.order_fields(self.field_order)


class BackForm(FamilyForm):
    field_order = ("members", "on", "reason")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        away = self.people if self.household.is_away else self.people.filter(is_co_living=False)
        nobody = "" if away else "本户没有登记外出的人，不必办理返回。"
        self.fields["members"] = PeopleField(away, label="返回的人", help_text=nobody)
        self.fields["on"].label = "返回日期"
        self.fields["reason"] = reason_field("说明", required=False)
        self.order_fields(self.field_order)
