"""The visit form: one question a line, 无变化 preselected; it parses what was typed and decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms

from households.choices import Risk
from households.models import Account, Household
from monitoring.answers import ANSWERS, OF_A_PERSON, WITH_AMOUNT, unchanged_word
from monitoring.choices import VisitBlock
from monitoring.models import Met, Visit, VisitMode
from monitoring.photos import MAX_BYTES, PhotoRefused, clean_jpeg
from monitoring.questions import Asked
from monitoring.rule_words import Answer
from monitoring.services.visits import VisitInput
from township.base.ids import uuid7

PHOTOS_PER_VISIT = 6

UNCHANGED = ""  # a browser sends it for the preselected answer, and nothing is stored


class SeveralFiles(forms.FileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Up to PHOTOS_PER_VISIT JPEG files; the value is a list of their bytes."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[bytes]:
        files = [one for one in data or [] if one]
        if len(files) > PHOTOS_PER_VISIT:
            raise forms.ValidationError(
                f"一次走访最多 {PHOTOS_PER_VISIT} 张照片，请去掉 {len(files) - PHOTOS_PER_VISIT} 张。"
            )
        photos = []
        for number, file in enumerate(files, start=1):
            try:
                # One byte too many is enough to be refused; a huge file is not read to its end.
                photos.append(clean_jpeg(file.read(MAX_BYTES + 1)))
            except PhotoRefused as refused:
                raise forms.ValidationError(f"第 {number} 张：{refused}") from refused
        return photos


@dataclass(frozen=True)
class Question:
    """One block as the template draws it."""

    block: VisitBlock
    state: forms.BoundField
    note: forms.BoundField
    member: forms.BoundField | None
    amount: forms.BoundField | None

    @property
    def is_wide(self) -> bool:
        return len(ANSWERS[self.block]) > 1

    @property
    def has_errors(self) -> bool:
        return any(field.errors for field in (self.state, self.note, self.member, self.amount) if field)


class OnBehalfForm(forms.Form):
    """A report that may be typed for whoever was there (代录): `visitor` is that person."""

    visitors: dict[str, Account] | None = None

    def add_visitors(self, visitors: Iterable[Account] | None, is_visitor: bool, label: str) -> None:
        """visitors: for whom the user may type, None if for nobody; is_visitor: he may have gone himself."""
        if visitors is None:
            return
        self.visitors = {str(person.pk): person for person in visitors}
        names = [(key, person.name) for key, person in self.visitors.items()]
        first = ("", "本人" if is_visitor else f"请选择{label}")
        self.fields["visitor"] = forms.ChoiceField(
            label=label, choices=[first, *names], required=not is_visitor
        )

    @property
    def visitor(self) -> Account | None:
        """Who was there where another types it, else None (the user himself)."""
        return self.visitors.get(self.cleaned_data.get("visitor", "")) if self.visitors is not None else None


class VisitForm(OnBehalfForm):
    """Typed values of a visit to one household; `visit_input()` hands them to the service."""

    visitor_label = "走访人"

    error_css_class = "has-error"

    id = forms.UUIDField(widget=forms.HiddenInput)
    again = forms.BooleanField(label="再记一次", required=False)
    mode = forms.ChoiceField(label="方式", choices=VisitMode.choices, widget=forms.RadioSelect)
    met = forms.ChoiceField(label="见到", choices=Met.choices, widget=forms.RadioSelect)
    is_away = forms.BooleanField(label="全家外出", required=False)
    risk = forms.ChoiceField(
        label="返贫致贫风险", choices=[("", "无"), ("yes", "有")], required=False, widget=forms.RadioSelect
    )
    risk_kinds = forms.MultipleChoiceField(
        label="风险类型", choices=Risk.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    photo = PhotosField(label="照片", required=False)
    visited_on = forms.DateField(
        label="走访日期", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    backdate_reason = forms.CharField(
        label="补录原因", max_length=200, required=False, help_text="走访日期距今超过 7 天时填写"
    )
    note = forms.CharField(
        label="备注", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(
        self,
        *args: Any,
        household: Household,
        visitors: Iterable[Account] | None,
        is_visitor: bool,
        asked: Iterable[Asked] = (),
        **kwargs: Any,
    ) -> None:
        """visitors: for whom the user may type (代录), None if for nobody; is_visitor: he may have gone himself.

        asked: what the household's findings ask; whatever is not answered was not asked.
        """
        super().__init__(*args, **kwargs)
        self.question_again = ""
        self.household = household
        self.members = [("", "全家"), *((str(m.pk), m.name) for m in household.members.active().for_page())]
        for block in VisitBlock:
            choices = [(UNCHANGED, unchanged_word(block)), *ANSWERS[block]]
            self.fields[f"{block}-state"] = forms.ChoiceField(
                label=block.label, choices=choices, required=False, widget=forms.RadioSelect
            )
            self.fields[f"{block}-note"] = forms.CharField(
                label="什么诉求" if block == VisitBlock.NEEDS else "什么情况",
                max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}),
            )  # fmt: skip
            if block in OF_A_PERSON:
                self.fields[f"{block}-member"] = forms.ChoiceField(
                    label="谁", choices=self.members, required=False
                )
            if block in WITH_AMOUNT:
                self.fields[f"{block}-amount"] = forms.DecimalField(
                    label="金额（元）", min_value=0, max_digits=10, decimal_places=2, required=False
                )
        self.asked = list(asked)
        for one in self.asked:
            self.fields[f"finding-{one.finding}"] = forms.ChoiceField(
                label=one.question,
                choices=[("", "未问到"), *Answer.choices],
                required=False,
                widget=forms.RadioSelect,
            )
        self.add_visitors(visitors, is_visitor, self.visitor_label)

    @property
    def finding_questions(self) -> Iterator[tuple[Asked, forms.BoundField]]:
        """What the household's findings ask, each with its field."""
        return ((one, self[f"finding-{one.finding}"]) for one in self.asked)

    @property
    def questions(self) -> Iterator[Question]:
        """The blocks in the order of the form."""

        def bound(name: str) -> forms.BoundField | None:
            return self[name] if name in self.fields else None

        for block in VisitBlock:
            yield Question(
                block,
                self[f"{block}-state"],
                self[f"{block}-note"],
                bound(f"{block}-member"),
                bound(f"{block}-amount"),
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for block in VisitBlock:
            if (
                data.get(f"{block}-state")
                and not data.get(f"{block}-note")
                and not self.has_error(f"{block}-note")
            ):
                self.add_error(
                    f"{block}-note", f"{block.label}有变化，请写明是什么情况；没有变化请选“无变化”。"
                )
        return data

    def visit_input(self) -> VisitInput:
        """Return the cleaned values as the service takes them; what was typed into a closed block is left out."""
        data = self.cleaned_data
        has_risk = data["risk"] == "yes"
        blocks = {str(block): self._answer(block) for block in VisitBlock if data[f"{block}-state"]}
        needs = blocks[VisitBlock.NEEDS]["note"] if VisitBlock.NEEDS in blocks else ""
        return VisitInput(
            visited_on=data["visited_on"],
            mode=data["mode"],
            met=data["met"],
            is_away=data["is_away"],
            blocks=blocks,
            has_risk=has_risk,
            risk_kinds=data["risk_kinds"] if has_risk else [],
            needs=needs,
            note=data["note"],
            backdate_reason=data["backdate_reason"],
            answers={
                str(one.finding): answer
                for one in self.asked
                if (answer := data.get(f"finding-{one.finding}"))
            },
        )

    def _answer(self, block: VisitBlock) -> dict[str, str]:
        data = self.cleaned_data
        answer = {"state": data[f"{block}-state"], "note": data[f"{block}-note"]}
        if member := data.get(f"{block}-member"):
            answer["member"] = member
        if (amount := data.get(f"{block}-amount")) is not None:
            answer["amount_yuan"] = str(amount)
        return answer

    def ask_again(self, visited_on: date, on: date) -> None:
        """Ask whether one more visit of that day is meant; a form that was sent without the tick is not saved."""
        day = "今天" if visited_on == on else f"{visited_on.month}月{visited_on.day}日"
        self.question_again = f"{day}已登记过这户的走访，是否再记一次？"
        if self.is_bound and not self.cleaned_data.get("again"):
            self.add_error("again", f"{self.question_again}要再记，请勾选后再点“完成”；不必再记，请返回。")

    def add_refusal(self, problems: list[tuple[str, str]]) -> None:
        """Put the service's problems beside the questions they speak of, the rest on top."""
        for name, message in problems:
            known = {"has_risk": "risk", "needs": f"{VisitBlock.NEEDS}-note"}.get(name, name)
            self.add_error(known if known in self.fields else None, message)


def first_values(household: Household, last: Visit | None, on: date) -> dict[str, Any]:
    """Return what a new form starts with: a fresh visit id, today, and mode and person as at the last contact."""
    return {
        "id": uuid7(),
        "visited_on": on,
        "mode": last.mode if last else VisitMode.HOME,
        "met": last.met if last else Met.HEAD,
        "is_away": household.is_away,
    }
