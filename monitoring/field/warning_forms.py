"""The form of a verification: the visit's questions once, then what was found about each warning of the household."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS

from households.models import Account, Household
from monitoring.answers import changes_of
from monitoring.choices import Absence, DeclineReason, VisitBlock, WarningResult
from monitoring.field.form_words import put_into_words
from monitoring.field.forms import OnBehalfForm, VisitForm
from monitoring.field.warnings import person_of
from monitoring.models import Met, Visit, VisitMode, WarningCase
from monitoring.services.visit_input import problems_of
from monitoring.services.visits import VisitInput
from monitoring.services.warning_findings import ON_THE_SPOT, is_medical_cost, met_problems, takes_self_pay
from monitoring.services.warning_verdicts import impossible
from monitoring.services.warning_verify import Finding, Verification, finding_problems
from township.base.ids import uuid7
from township.base.masking import mask_people

TEXT_LENGTH, WORDS_LENGTH = 1000, 500
BESIDE_THE_VISIT = (
    NON_FIELD_ERRORS, "situation", "per_capita_yuan", "self_pay_yuan", "village_opinion", "visitor",
)  # fmt: skip
# What is asked about each case.
ASKED = ("result", "decline", "absence", "due_on", "words")
# What the codes mean to somebody who stands in the yard; the office's words are WarningResult.
PLAIN_WORDS = {
    WarningResult.INCLUDE: "符合条件，建议纳入监测",
    WarningResult.DECLINE: "不符合条件，不纳入",
    WarningResult.MONITORED: "已经是监测对象",
    WarningResult.RETURNING: "消除风险后又有返贫致贫风险",
    WarningResult.NOT_OURS: "查无此人、不是本镇的、已迁出或去世",
    WarningResult.WRONG: "预警信息有错（金额、身份等）",
    WarningResult.AWAY: "人在外面没能入户，改天再去",
    WarningResult.REPEATED: "和另一件预警重复",
    WarningResult.SINGLE_HELP: "给予单项救助就能解决，不纳入",
}
MONEY: dict[str, Any] = {"min_value": 0, "max_digits": 10, "decimal_places": 2, "required": False}


def _text(label: str, limit: int, rows: int = 2, help_text: str = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=limit, required=False, widget=widget, help_text=help_text)


def _day(label: str, required: bool = True) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, required=required)


@dataclass(frozen=True)
class CaseQuestions:
    """What is asked about one warning, as the template draws it."""

    case: WarningCase
    result: forms.BoundField
    decline: forms.BoundField
    absence: forms.BoundField
    due_on: forms.BoundField
    words: forms.BoundField
    ruled_out: Collection[str]

    @property
    def follow_ups(self) -> dict[str, forms.BoundField]:
        """What a result asks for besides words."""
        return {
            WarningResult.DECLINE: self.decline,
            WarningResult.NOT_OURS: self.absence,
            WarningResult.AWAY: self.due_on,
        }

    @property
    def options(self) -> Iterator[tuple[Any, forms.BoundField | None]]:
        """Each result's radio button with the question that it opens; one that cannot be is offered no more."""
        for option in self.result:
            value = str(option.data["value"])
            if value in self.ruled_out and not option.data["selected"]:
                continue
            yield option, self.follow_ups.get(value)


class FindingsForm(OnBehalfForm):
    """What was found: about the household once, and about each case its code, reason and words."""

    visitor_label = "核查人"

    situation = _text("家庭实际情况", TEXT_LENGTH, 3)
    per_capita_yuan = forms.DecimalField(label="人均纯收入（元）", **MONEY)
    self_pay_yuan = forms.DecimalField(label="自付支出（元）", **MONEY)
    village_opinion = _text("村级意见", TEXT_LENGTH)

    def add_cases(self, cases: Iterable[WarningCase], optional: Iterable[UUID] = ()) -> None:
        """Ask about each case; about one in `optional` an answer may be left out."""
        self.cases = list(cases)
        self.optional = set(optional)
        self.ruled_out = impossible(self.cases)
        if not any(takes_self_pay(case) for case in self.cases):
            del self.fields["self_pay_yuan"]
        elif len(self.cases) == 1 and is_medical_cost(self.cases[0]):
            self.fields["self_pay_yuan"].initial = self.cases[0].amount_yuan
        for case, name in zip(self.cases, self._names(), strict=True):
            is_optional = case.pk in self.optional
            results = [(result.value, words) for result, words in PLAIN_WORDS.items()]
            self._add(case, "result", forms.ChoiceField(
                label=f"{name}核查结果", widget=forms.RadioSelect, required=not is_optional,
                choices=[("", "这次没有核查"), *results] if is_optional else results,
            ))  # fmt: skip
            self._add(case, "decline", forms.ChoiceField(
                label=f"{name}不纳入原因", choices=[("", "请选择"), *DeclineReason.choices], required=False,
            ))  # fmt: skip
            self._add(case, "absence", forms.ChoiceField(
                label=f"{name}是哪种情况", choices=[("", "请选择"), *Absence.choices], required=False,
            ))  # fmt: skip
            self._add(case, "due_on", _day(f"{name}哪天前再去", required=False))
            self._add(case, "words", _text(f"{name}核查说明", WORDS_LENGTH))

        put_into_words(self.fields.values())
        for case in self.cases:
            self.fields[f"case-{case.pk}-result"].error_messages["required"] = "请选择核查结果。"

    def _names(self) -> Iterator[str]:
        """Yield for each of several cases whom it is about, with the indicator where that does not tell them apart."""
        people = Counter(map(person_of, self.cases))
        for case in self.cases:
            person = person_of(case)
            if len(self.cases) == 1:
                yield ""
            elif people[person] == 1:
                yield f"{person} "
            else:
                yield f"{person} {mask_people(case.indicator)} "

    def _add(self, case: WarningCase, name: str, field: forms.Field) -> None:
        self.fields[f"case-{case.pk}-{name}"] = field

    @property
    def case_questions(self) -> Iterator[CaseQuestions]:
        for case in self.cases:
            own = {name: self[f"case-{case.pk}-{name}"] for name in ASKED}
            yield CaseQuestions(case, **own, ruled_out=self.ruled_out[case.pk])

    @property
    def stale_cases(self) -> set[str]:
        """The keys of cases that were answered and are not to be verified any more: somebody was faster."""
        asked = {str(case.pk) for case in self.cases}
        sent = {
            name.removeprefix("case-").removesuffix("-result")
            for name, value in self.data.items()
            if name.startswith("case-") and name.endswith("-result") and value
        }
        return sent - asked

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for case in self.cases:
            result = data.get(f"case-{case.pk}-result")
            for wanted, name, message in (
                (WarningResult.DECLINE, "decline", "选择“不纳入”时请选择原因。"),
                (WarningResult.NOT_OURS, "absence", "请选择是查无此人、非本镇、已迁出还是已去世。"),
                (WarningResult.AWAY, "due_on", "请填写改在哪一天前再去核查。"),
            ):
                field = f"case-{case.pk}-{name}"
                if result == wanted and not data.get(field) and not self.has_error(field):
                    self.add_error(field, message)
        return data

    def findings(self) -> dict[UUID, Finding]:
        """Return what was found about each case that was answered, without those whose answers cannot be read; a closed
        follow-up counts for nothing."""
        data = self.cleaned_data
        found = {}
        for case in self.cases:
            if any(self.has_error(f"case-{case.pk}-{name}") for name in ASKED):
                continue
            own = {name: data[f"case-{case.pk}-{name}"] for name in ASKED}
            if own["result"]:
                reasons = {WarningResult.DECLINE: own["decline"], WarningResult.NOT_OURS: own["absence"]}
                found[case.pk] = Finding(
                    result=own["result"],
                    reason=reasons.get(own["result"], ""),
                    words=own["words"].strip(),
                    due_on=own["due_on"] if own["result"] == WarningResult.AWAY else None,
                )
        return found

    def verification(self) -> Verification:
        """Return what holds for all cases of the form."""
        data = self.cleaned_data
        return Verification(
            verified_on=data["visited_on"],
            mode=data["mode"],
            situation=data["situation"].strip(),
            per_capita_yuan=data["per_capita_yuan"],
            self_pay_yuan=data.get("self_pay_yuan"),
            village_opinion=data["village_opinion"].strip(),
        )

    def add_refusals(self, on: date) -> None:
        """Say of a form that is wrong already what the service would say next, so that it is corrected once."""
        findings = self.findings()
        answered = [case for case in self.cases if case.pk in findings]
        for pk, problems in finding_problems(answered, findings, on).items():
            self.add_problems((f"case-{pk}-{name}", message) for name, message in problems)

    def add_problems(self, problems: Iterable[tuple[str, str]]) -> None:
        """Put the service's problems beside the questions they speak of, the rest on top."""
        for name, message in problems:
            self.add_error(self._field_of(name), message)

    def _field_of(self, name: str) -> str | None:
        """Return the field of a problem: of the household, or `case-<id>-reason`, of the only case also `reason`."""
        known = {
            "verified_on": "visited_on", "verifier": "visitor", "has_risk": "risk", "needs": f"{VisitBlock.NEEDS}-note",
        }.get(name, name)  # fmt: skip
        if known in self.fields:
            return known
        if not known.startswith("case-") and len(self.cases) == 1:
            known = f"case-{self.cases[0].pk}-{known}"
        case, _, question = known.rpartition("-")
        if question == "reason":
            result = self.cleaned_data.get(f"{case}-result")
            known = f"{case}-{'absence' if result == WarningResult.NOT_OURS else 'decline'}"
        return known if known in self.fields else None


class WarningVisitForm(FindingsForm, VisitForm):
    """One trip to a household: the visit, and what was found about all its warnings."""

    def __init__(
        self, *args: Any, cases: Iterable[WarningCase], optional: Iterable[UUID] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.add_cases(cases, optional)

    def clean(self) -> dict[str, Any]:
        """Where all that was found is that nobody was there, nobody was met: unless somebody said otherwise."""
        data = super().clean()
        results = {data.get(f"case-{case.pk}-result") for case in self.cases} - {"", None}
        is_untouched = data.get("met") == self.get_initial_for_field(self.fields["met"], "met")
        if results == {WarningResult.AWAY} and data.get("mode") in ON_THE_SPOT and is_untouched:
            data["met"] = Met.NOBODY
        return data

    def add_refusals(self, on: date) -> None:
        super().add_refusals(on)
        if any(not name.startswith("case-") and name not in BESIDE_THE_VISIT for name in self.errors):
            return  # the answers about the visit cannot be read
        visit = self.visit_input()
        met = met_problems(visit.mode, visit.met, self.findings().values())
        self.add_problems([*problems_of(visit, self.household, on), *met])

    def visit_input(self) -> VisitInput:
        return replace(super().visit_input(), kind=Visit.Kind.WARNING)

    def verification(self) -> Verification:
        """What the visit's questions have said already is taken from there, and typed once."""
        found = super().verification()
        data = self.cleaned_data
        # What the department wrote stands there until somebody says what it really was, here or in the visit.
        is_untouched = "self_pay_yuan" not in self.changed_data
        amount: Decimal | None = data.get(f"{VisitBlock.MEDICAL}-amount") if data["medical-state"] else None
        return replace(
            found,
            situation=found.situation or self._changes_in_words(),
            self_pay_yuan=amount if is_untouched and amount is not None else found.self_pay_yuan,
        )

    def _changes_in_words(self) -> str:
        names = {key: name for key, name in self.members if key}
        changes = changes_of(self.visit_input().blocks, names)
        return "；".join(change.in_words for change in changes)[:TEXT_LENGTH]


class UnregisteredForm(FindingsForm):
    """A case of somebody who is in no household of the register: the same without the visit."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    visited_on = _day("核查日期")
    mode = forms.ChoiceField(label="方式", choices=VisitMode.choices, widget=forms.RadioSelect)

    def __init__(
        self,
        *args: Any,
        case: WarningCase,
        visitors: Iterable[Account] | None,
        is_visitor: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.add_visitors(visitors, is_visitor, self.visitor_label)
        self.add_cases([case])


def first_findings(household: Household) -> tuple[dict[str, Any], int | None]:
    """Return what the questions about the household start with, and the year of the income it knows last (or None)."""
    latest = household.incomes.order_by("-year").first()
    if latest is None or latest.per_capita_net_yuan is None:
        return {}, None
    return {"per_capita_yuan": latest.per_capita_net_yuan}, latest.year


def first_unregistered(on: date) -> dict[str, Any]:
    """Return what the form of an unregistered person starts with: a fresh id, today, a telephone call."""
    return {"id": uuid7(), "visited_on": on, "mode": VisitMode.PHONE}
