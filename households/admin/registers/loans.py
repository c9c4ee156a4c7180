"""小额信贷 in the console."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.contrib import admin
from django.utils import timezone

from households.admin.filters import DateRangeFilter, VillageFilter
from households.admin.registers.benefits import AmountFilter, recorded
from households.admin.registers.filters import PresentFilter, YearFilter
from households.admin.registers.forms import EntryForm, day_field, money_field, text_field
from households.admin.registers.page import NOTHING, RegisterAdmin, yuan
from households.admin.registers.resources import LoanResource
from households.benefit_inputs import BANK_LENGTH, PURPOSE_LENGTH, LoanInput
from households.models import MicroLoan
from households.services import entries
from households.services.loans import (
    change_loan,
    is_overdue,
    record_loan,
    repay_loan,
)


class LoanForm(EntryForm):
    has_member = False
    names = ("amount_yuan", "lent_on", "due_on", "repaid_on", "bank", "purpose")
    amount_yuan = money_field("贷款金额（元）", required=True)
    lent_on = day_field("放款日期")
    due_on = day_field("到期日期")
    repaid_on = day_field("还清日期", required=False, help_text="还没还清的不填")
    bank = text_field("贷款银行", BANK_LENGTH)
    purpose = text_field("用途", PURPOSE_LENGTH)


@admin.register(MicroLoan)
class MicroLoanAdmin(RegisterAdmin):
    form_class = LoanForm
    noun = "小额信贷"
    end_label = "还清日期"
    end_field = "repaid_on"
    end_button = "还清"
    year_field = "lent_on"
    empty_text = "小额信贷名单在“导入”中导入，也可以在农户页的“惠民待遇与就业”中逐笔登记。"
    present_words = ("未还清", "已还清")
    resource_classes: ClassVar[list[type]] = [LoanResource]
    list_display = ("head", "amount", "state", "due_on", "lent_on", "bank", "village", "purpose")
    list_select_related = ("household__village",)
    list_filter = (
        ("area", VillageFilter),
        PresentFilter,
        YearFilter,
        ("due_on", DateRangeFilter),
        ("amount_yuan", AmountFilter),
    )
    ordering = ("due_on", "area", "pk")

    @staticmethod
    def present(rows: Any, on: date) -> Any:
        return rows.outstanding(on)

    def record(self, household: Any, member: Any, values: Any, *, by: Any, on: date) -> MicroLoan:
        return record_loan(household, LoanInput(**values), by=by, on=on)

    def correct(self, row: Any, values: Any, *, by: Any, on: date, reason: str) -> list[str]:
        return change_loan(row, LoanInput(**values), by=by, on=on, reason=reason)

    def end(self, row: Any, day: date, *, by: Any, on: date, reason: str) -> list[str]:
        return repay_loan(row, day, by=by, on=on, reason=reason)

    def withdraw(self, row: Any, *, by: Any, on: date, reason: str) -> None:
        entries.withdraw(row, by=by, reason=reason)

    def facts(self, row: Any) -> list[tuple[str, Any]]:
        return [
            ("贷款金额", f"{yuan(row.amount_yuan)} 元"),
            ("放款", f"{row.lent_on:%Y-%m-%d}"),
            ("到期", f"{row.due_on:%Y-%m-%d}"),
            ("还清", f"{row.repaid_on:%Y-%m-%d}" if row.repaid_on else "未还清"),
            ("贷款银行", row.bank or NOTHING),
            ("用途", row.purpose or NOTHING),
            ("登记", recorded(row)),
        ]

    @admin.display(description="贷款金额（元）", ordering="amount_yuan")
    def amount(self, row: Any) -> str:
        return yuan(row.amount_yuan)

    @admin.display(description="状态", ordering="repaid_on")
    def state(self, row: Any) -> str:
        if row.repaid_on is not None:
            return f"{row.repaid_on:%Y-%m-%d} 还清"
        return "逾期未还" if is_overdue(row, timezone.localdate()) else "未到期"
