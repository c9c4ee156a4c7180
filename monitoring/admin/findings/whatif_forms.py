"""What is tried on the page of 政策试算: another line, standard or limit, each a form that makes a change of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.urls import reverse

from households.benefit_amounts import YUAN_ABOVE, Standard, StandardBook
from households.benefit_kinds import BenefitKind, variant_label
from monitoring.rules.findings import LIMITS
from monitoring.rules.findings.limits import most_of
from monitoring.services.limits import limits_on
from monitoring.services.rule_facts import standards
from monitoring.services.whatif import Change, LimitChange, LineChange, StandardChange, line_on

MOST = Decimal(10) ** 8
SEPARATOR = "|"


def money(label: str, **more: Any) -> forms.DecimalField:
    """Return a field for an amount in 元."""
    return forms.DecimalField(
        label=label, min_value=0, max_value=MOST, max_digits=10, decimal_places=2, **more
    )


def standard_key(kind: str, variant: str) -> str:
    """Return the choice of a benefit and variant: one standard."""
    return f"{kind}{SEPARATOR}{variant}"


class TrialForm(forms.Form):
    """A change that is tried on a day; a subclass says what is in force and where the row would be added."""

    add_page: str

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        self.on = on
        super().__init__(*args, **kwargs)

    def change(self) -> Change:
        """Return what the valid form asks for."""
        raise NotImplementedError

    def told(self) -> str:
        """Say what is tried against what is in force: 监测线 8,600 元（现行 8,300 元）."""
        raise NotImplementedError

    def row(self) -> dict[str, Any]:
        """Return the fields of the dated row that would bring it into force."""
        raise NotImplementedError

    def add_url(self) -> str:
        """Return the page that adds the row, filled in."""
        fields = {name: value for name, value in self.row().items() if value not in (None, "")}
        return f"{reverse(f'admin:{self.add_page}')}?{urlencode(fields)}"


class LineForm(TrialForm):
    add_page = "monitoring_monitoringline_add"
    amount = money("新的监测线（元/人·年）")

    def change(self) -> LineChange:
        return LineChange(self.cleaned_data["amount"])

    def told(self) -> str:
        return f"监测线 {self.cleaned_data['amount']:,.2f} 元（{in_force(line_on(self.on), '元')}）"

    def row(self) -> dict[str, Any]:
        return {"amount_yuan": self.cleaned_data["amount"]}


class StandardForm(TrialForm):
    add_page = "households_benefitstandard_add"
    standard = forms.ChoiceField(label="政策（档次）")
    amount = money("新的标准（元；医疗救助为起付线）")
    most = money("最高（元，标准是区间的填写）", required=False)
    percent = forms.DecimalField(
        label="比例（%，医疗救助填写）",
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = sorted(standards(), key=lambda row: (row.kind, row.variant))
        book = StandardBook(rows)
        self.present = {
            standard_key(row.kind, row.variant): present
            for row in rows
            if (present := book.on(row.kind, row.variant, self.on)) is not None
        }
        self.fields["standard"].choices = [  # type: ignore[attr-defined]
            ("", "请选择"),
            *((key, f"{named(row)}　现行 {row.amount:,.2f} 元") for key, row in self.present.items()),
        ]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        present = self.present.get(data.get("standard", ""))
        if present is None or "amount" not in data:
            return data
        most, percent = data.get("most"), data.get("percent")
        if most is not None and most < data["amount"]:
            self.add_error("most", "最高额不能小于标准额，请核对。")
        if (percent is None) == (present.counted_by == YUAN_ABOVE):
            advice = "请填写比例（0—100）。" if percent is None else "这项政策不按比例计算，请不填。"
            self.add_error("percent", advice)
        return data

    @property
    def chosen(self) -> Standard:
        return self.present[self.cleaned_data["standard"]]

    def change(self) -> StandardChange:
        data, present = self.cleaned_data, self.chosen
        _, _, variant = data["standard"].partition(SEPARATOR)
        return StandardChange(
            Standard(
                present.kind, variant, data["amount"], data.get("most"), data.get("percent"), present.per,
                present.counted_by, self.on,
            )
        )  # fmt: skip

    def told(self) -> str:
        present = self.chosen
        return f"{named(present)} {self.cleaned_data['amount']:,.2f} 元（{in_force(present.amount, '元')}）"

    def row(self) -> dict[str, Any]:
        tried = self.change().standard
        return {
            "kind": tried.kind, "variant": tried.variant, "amount_yuan": tried.amount, "most_yuan": tried.most,
            "percent": tried.percent, "per": tried.per, "counted_by": tried.counted_by,
        }  # fmt: skip


class LimitForm(TrialForm):
    add_page = "monitoring_rulelimit_add"
    code = forms.ChoiceField(
        label="阈值",
        choices=[("", "请选择"), *((code, f"{one.title}（{one.unit}）") for code, one in LIMITS.items())],
    )
    value = forms.DecimalField(label="新的阈值", min_value=0, max_value=MOST, max_digits=12, decimal_places=2)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        code, value = data.get("code"), data.get("value")
        if code and value is not None and value > (most := most_of(code)):
            self.add_error("value", f"{LIMITS[code].title}最多 {most:f} {LIMITS[code].unit}，请核对。")
        return data

    def change(self) -> LimitChange:
        return LimitChange(self.cleaned_data["code"], self.cleaned_data["value"])

    def told(self) -> str:
        code, value = self.cleaned_data["code"], self.cleaned_data["value"]
        unit = LIMITS[code].unit
        return f"{LIMITS[code].title} {value:f} {unit}（{in_force(limits_on(self.on)[code], unit)}）"

    def row(self) -> dict[str, Any]:
        return {"code": self.cleaned_data["code"], "value": self.cleaned_data["value"]}


def named(standard: Standard) -> str:
    """Return a standard's benefit with its variant in words."""
    words = variant_label(standard.kind, standard.variant)
    label = BenefitKind(standard.kind).label
    return f"{standard.kind} {label}（{words}）" if words else f"{standard.kind} {label}"


def in_force(value: Decimal | None, unit: str) -> str:
    """Say what is in force."""
    return "现行没有" if value is None else f"现行 {value:,f} {unit}"


FORMS: dict[str, tuple[str, type[TrialForm]]] = {
    "line": ("监测线", LineForm),
    "standard": ("惠民政策标准", StandardForm),
    "limit": ("规则阈值", LimitForm),
}
