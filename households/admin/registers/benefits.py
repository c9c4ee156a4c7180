"""惠民待遇 and 身份和比对信息 in the console."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.urls import reverse

from households.admin.filters import DateRangeFilter, NumberRangeFilter, VillageFilter
from households.admin.registers.filters import PresentFilter, YearFilter
from households.admin.registers.forms import EntryForm, day_field, money_field, text_field
from households.admin.registers.page import NOTHING, RegisterAdmin, span, yuan
from households.admin.registers.resources import QualificationResource, ReceiptResource
from households.benefit_inputs import NOTE_LENGTH, QualificationInput, ReceiptInput
from households.benefit_kinds import DEFINITIONS, Holder, QualificationKind, variant_label
from households.models import BenefitReceipt, Qualification
from households.services import entries
from households.services.benefits import (
    FROM_SOLAR,
    amount_doubt,
    change_qualification,
    change_receipt,
    end_qualification,
    overlapping_receipt,
    record_qualification,
    record_receipt,
    solar_batch_of,
    withdraw_receipt,
)
from township.base.masking import mask_people


class AmountFilter(NumberRangeFilter):
    unit = "元"


def benefit_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the benefits that are paid, with their variants ("P06:full"), those of people and of households apart."""
    groups = []
    for holder in Holder:
        held = [one for one in DEFINITIONS.values() if one.holder == holder and one.is_paid]
        options = [
            (f"{one.kind.value}:{variant}", f"{one.kind.label}{f'（{label}）' if label else ''}")
            for one in held
            for variant, label in (one.variants or (("", ""),))
        ]
        groups.append((f"按{holder.label}发放", options))
    return groups


class ReceiptForm(EntryForm):
    may_be_all = True
    names = ("started_on", "ended_on", "quantity", "amount_yuan", "note")
    benefit = forms.ChoiceField(label="政策", choices=lambda: [("", "请选择"), *benefit_choices()])
    started_on = day_field("起日", help_text="发放的第一天，按月发的填当月 1 日")
    ended_on = day_field("止日", help_text="发放的最后一天，按月发的填末月最后一日")
    quantity = forms.DecimalField(
        label="数量", initial=1, max_digits=12, decimal_places=2,
        help_text="人数填 1；耕地、种草填亩数；医疗救助填合规自付金额",
    )  # fmt: skip
    amount_yuan = money_field("金额（元）", help_text="整个起止期间的合计；只给资格、不发钱的不填")
    note = text_field("备注", NOTE_LENGTH)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        asked = DEFINITIONS.get(self.initial.get("kind", ""))
        if asked is not None and not asked.variants:  # which variant it is nobody can say before
            self.initial["benefit"] = f"{asked.kind.value}:"
        stored = self.initial.get("benefit")
        known = {value for _, options in benefit_choices() for value, _ in options}
        if (
            asked is None and stored and stored not in known
        ):  # of a list, without the variant or not offered here
            definition = DEFINITIONS.get(stored.partition(":")[0])
            blank = "（档次未填）" if definition is not None and definition.variants else ""
            self.fields["benefit"].choices = [  # type: ignore[attr-defined]
                (stored, f"{definition.kind.label}{blank}") if definition is not None else ("", "请选择"),
                *benefit_choices(),
            ]

    def values(self) -> Mapping[str, Any]:
        kind, _, variant = self.cleaned_data["benefit"].partition(":")
        return {**super().values(), "kind": kind, "variant": variant}

    @classmethod
    def initial_of(cls, row: Any) -> dict[str, Any]:
        return {**super().initial_of(row), "benefit": f"{row.kind}:{row.variant}"}


class QualificationForm(EntryForm):
    may_be_all = True
    names = ("kind", "started_on", "ended_on", "note")
    kind = forms.ChoiceField(label="类别", choices=[("", "请选择"), *QualificationKind.choices])
    started_on = day_field("起日", required=False, help_text="不清楚的不填")
    ended_on = day_field("止日", required=False, help_text="还有效的不填")
    note = text_field("说明", NOTE_LENGTH)


@admin.register(BenefitReceipt)
class BenefitReceiptAdmin(RegisterAdmin):
    form_class = ReceiptForm
    noun = "惠民待遇"
    empty_text = "发放花名册在“导入”中导入，也可以在农户页的“惠民待遇与就业”中逐条登记。"
    resource_classes: ClassVar[list[type]] = [ReceiptResource]
    list_display = ("who", "benefit", "amount", "days", "quantity", "head", "village", "note_masked")
    list_filter = (
        ("area", VillageFilter),
        ("kind", admin.ChoicesFieldListFilter),
        YearFilter,
        ("started_on", DateRangeFilter),
        ("amount_yuan", AmountFilter),
    )
    ordering = ("-started_on", "area", "pk")

    def record(self, household: Any, member: Any, values: Any, *, by: Any, on: date) -> BenefitReceipt:
        return record_receipt(household, ReceiptInput(**values), member=member, by=by, on=on)

    def correct(self, row: Any, values: Any, *, by: Any, on: date, reason: str) -> list[str]:
        return change_receipt(row, ReceiptInput(**values), by=by, on=on, reason=reason)

    def withdraw(self, row: Any, *, by: Any, on: date, reason: str) -> None:
        withdraw_receipt(row, by=by, reason=reason)

    def known(self, household: Any, row: Any, values: Any, member: Any) -> BenefitReceipt | None:
        data = ReceiptInput(**values)
        mine = row or BenefitReceipt(household=household, member=member)
        return overlapping_receipt(mine, data)

    def elsewhere(self, row: Any) -> tuple[str, str] | None:
        batch = solar_batch_of(row)
        if batch is None:
            return None
        return FROM_SOLAR.format(title=batch.title), reverse(
            "admin:households_solarbatch_change", args=[batch.pk]
        )

    def doubt(self, row: Any) -> str:
        return amount_doubt(
            ReceiptInput(**{name: getattr(row, name) for name in ReceiptInput.__dataclass_fields__})
        )

    def facts(self, row: Any) -> list[tuple[str, Any]]:
        return [
            ("享受人", self.who(row)),
            ("政策", self.benefit(row)),
            ("起止", span(row.started_on, row.ended_on)),
            ("数量", row.quantity),
            ("金额", f"{yuan(row.amount_yuan)} 元"),
            ("备注", mask_people(row.note) or NOTHING),
            ("登记", recorded(row)),
        ]

    @admin.display(description="政策", ordering="kind")
    def benefit(self, row: Any) -> str:
        label = variant_label(row.kind, row.variant)
        return f"{row.get_kind_display()}{f'（{label}）' if label else ''}"

    @admin.display(description="金额（元）", ordering="amount_yuan")
    def amount(self, row: Any) -> str:
        return yuan(row.amount_yuan)


@admin.register(Qualification)
class QualificationAdmin(RegisterAdmin):
    form_class = QualificationForm
    noun = "身份和比对信息"
    end_label = "止日"
    end_button = "失效"
    empty_text = "独生子女证、优抚、车辆、商品房等身份和比对信息，可导入名单，也可以在农户页逐条登记。"
    present_words = ("有效", "已失效")
    resource_classes: ClassVar[list[type]] = [QualificationResource]
    list_display = ("who", "kind", "days", "head", "village", "note_masked")
    list_filter = (
        ("area", VillageFilter),
        ("kind", admin.ChoicesFieldListFilter),
        PresentFilter,
        YearFilter,
    )
    ordering = ("area", "household", "kind", "pk")

    @staticmethod
    def present(rows: Any, on: date) -> Any:
        return rows.valid_on(on)

    def record(self, household: Any, member: Any, values: Any, *, by: Any, on: date) -> Qualification:
        return record_qualification(household, QualificationInput(**values), member=member, by=by, on=on)

    def correct(self, row: Any, values: Any, *, by: Any, on: date, reason: str) -> list[str]:
        return change_qualification(row, QualificationInput(**values), by=by, on=on, reason=reason)

    def end(self, row: Any, day: date, *, by: Any, on: date, reason: str) -> list[str]:
        return end_qualification(row, day, by=by, on=on, reason=reason)

    def withdraw(self, row: Any, *, by: Any, on: date, reason: str) -> None:
        entries.withdraw(row, by=by, reason=reason)

    def facts(self, row: Any) -> list[tuple[str, Any]]:
        return [
            ("成员", self.who(row)),
            ("类别", row.get_kind_display()),
            ("起止", span(row.started_on, row.ended_on)),
            ("说明", mask_people(row.note) or NOTHING),
            ("登记", recorded(row)),
        ]


def recorded(row: Any) -> str:
    """Who recorded a row and when."""
    by = row.recorded_by.name if row.recorded_by else "导入或系统"
    return f"{by}，{row.recorded_at:%Y-%m-%d}"
