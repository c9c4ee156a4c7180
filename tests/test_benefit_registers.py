"""The registers of benefits and loans: recorded, corrected, ended, withdrawn, each with its history."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from households.access import Role
from households.benefit_inputs import LoanInput, QualificationInput, ReceiptInput
from households.models import BenefitReceipt, BenefitStandard, MicroLoan, Qualification
from households.services import entries
from households.services.benefits import (
    amount_doubt,
    change_receipt,
    end_qualification,
    record_qualification,
    record_receipt,
)
from households.services.facts import FactsRefused
from households.services.loans import change_loan, record_loan, repay_loan
from tests.factories import OTHER_TOWNSHIP, make_household, make_member, make_user, make_village

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 24)
CARE = ReceiptInput(
    kind="P04", started_on=date(2026, 1, 1), ended_on=date(2026, 6, 30), amount_yuan=Decimal("360")
)
LAND = ReceiptInput(
    kind="P15", started_on=date(2026, 1, 1), ended_on=date(2026, 12, 31), quantity=Decimal("6.5"),
    amount_yuan=Decimal("618.54"),
)  # fmt: skip
LOAN = LoanInput(
    amount_yuan=Decimal("50000"), lent_on=date(2025, 3, 1), due_on=date(2028, 2, 28), bank="示例信用社"
)


@pytest.fixture
def station():
    return make_user(Role.STATION)


@pytest.fixture
def home():
    return make_household()


def fields(refused) -> list[str]:
    return [name for name, _ in refused.value.problems]


def test_a_receipt_is_recorded_with_who_and_in_history(station, home):
    receipt = record_receipt(home, CARE, member=home.members.get(), by=station, on=ON)
    assert (receipt.area, receipt.recorded_by) == (home.area, station)
    record = receipt.history.get()
    assert (record.history_user, record.history_type) == (station, "+")


@pytest.mark.parametrize(("change", "field"), [
    ({"kind": "P99"}, "kind"),
    ({"variant": "full"}, "kind"),
    ({"started_on": date(2026, 11, 25), "ended_on": date(2026, 12, 1)}, "started_on"),
    ({"started_on": date(1979, 12, 31)}, "started_on"),
    ({"started_on": date(1950, 1, 1)}, "started_on"),
    ({"ended_on": date(2025, 12, 31)}, "ended_on"),
    ({"ended_on": date(2028, 1, 1)}, "ended_on"),
    ({"quantity": Decimal(0)}, "quantity"),
    ({"amount_yuan": Decimal("-1")}, "amount_yuan"),
    ({"amount_yuan": Decimal(10) ** 10}, "amount_yuan"),
    ({"note": "注" * 201}, "note"),
])  # fmt: skip
def test_what_cannot_be_is_refused_at_its_field(station, home, change, field):
    with pytest.raises(FactsRefused) as refused:
        record_receipt(home, replace(CARE, **change), member=home.members.get(), by=station, on=ON)
    assert set(fields(refused)) == {field}
    assert not BenefitReceipt.objects.exists()


def test_the_last_days_that_are_allowed(station, home):
    spanning = replace(CARE, started_on=ON, ended_on=date(2027, 12, 31))
    record_receipt(home, spanning, member=home.members.get(), by=station, on=ON)


def test_who_holds_a_benefit_is_asked(station, home):
    with pytest.raises(FactsRefused) as refused:
        record_receipt(home, CARE, member=None, by=station, on=ON)
    assert "按人发放" in str(refused.value)
    with pytest.raises(FactsRefused) as refused:
        record_receipt(home, LAND, member=home.members.get(), by=station, on=ON)
    assert "按户发放" in str(refused.value)
    stranger = make_member(make_household())
    with pytest.raises(FactsRefused) as refused:
        record_receipt(home, CARE, member=stranger, by=station, on=ON)
    assert fields(refused) == ["member"]


@pytest.mark.parametrize("data", [CARE, LAND])
def test_the_same_start_is_recorded_once(station, home, data):
    member = home.members.get() if data is CARE else None
    record_receipt(home, data, member=member, by=station, on=ON)
    with pytest.raises(FactsRefused) as refused:
        record_receipt(home, data, member=member, by=station, on=ON)
    assert "已登记" in str(refused.value)


def test_a_correction_needs_a_reason_and_keeps_what_was(station, home):
    receipt = record_receipt(home, LAND, member=None, by=station, on=ON)
    other = replace(LAND, amount_yuan=Decimal("600"))
    with pytest.raises(FactsRefused):
        change_receipt(receipt, other, by=station, on=ON, reason=" ")
    assert change_receipt(receipt, other, by=station, on=ON, reason="数错") == ["amount_yuan"]
    assert change_receipt(receipt, other, by=station, on=ON, reason="核对") == []
    assert [row.amount_yuan for row in receipt.history.order_by("history_id")] == [Decimal("618.54"), 600]
    assert receipt.history.latest().history_change_reason == "数错"


def test_what_was_recorded_by_mistake_is_withdrawn_and_stays_in_history(station, home):
    receipt = record_receipt(home, LAND, member=None, by=station, on=ON)
    with pytest.raises(FactsRefused):
        entries.withdraw(receipt, by=station, reason="")
    entries.withdraw(receipt, by=station, reason="登记到了别的户")
    assert not BenefitReceipt.objects.exists()
    last = BenefitReceipt.history.latest()
    assert (last.history_type, last.history_user, last.history_change_reason) == (
        "-", station, "登记到了别的户",
    )  # fmt: skip


def test_another_township_and_another_role_are_denied(station, home):
    foreign = make_household(make_village(f"{OTHER_TOWNSHIP}001"))
    with pytest.raises(PermissionDenied):
        record_receipt(foreign, LAND, member=None, by=station, on=ON)
    with pytest.raises(PermissionDenied):
        record_receipt(home, LAND, member=None, by=make_user(Role.CADRE), on=ON)


def test_a_closed_household_takes_nothing(station):
    closed = make_household(closed_on=date(2026, 1, 1), closed_reason="整户迁出")
    with pytest.raises(FactsRefused, match="销户"):
        record_receipt(closed, LAND, member=None, by=station, on=ON)


def test_a_sum_beside_the_standard_is_doubted_and_not_refused():
    BenefitStandard.objects.update_or_create(
        kind="P04", variant="", valid_from=date(2020, 1, 1),
        defaults={"amount_yuan": 60, "per": "month", "counted_by": "head", "document": "测试"},
    )  # fmt: skip
    assert amount_doubt(CARE) == ""
    assert "应为 360.00 元" in amount_doubt(replace(CARE, amount_yuan=Decimal("359.99")))
    assert amount_doubt(replace(CARE, amount_yuan=None)) == ""


def test_a_qualification_runs_once_and_may_come_again_after_its_end(station, home):
    member = home.members.get()
    data = QualificationInput(kind="car", started_on=date(2026, 1, 1))
    row = record_qualification(home, data, member=member, by=station, on=ON)
    with pytest.raises(FactsRefused, match="已登记"):
        record_qualification(home, data, member=member, by=station, on=ON)
    with pytest.raises(FactsRefused):
        end_qualification(row, date(2025, 12, 31), by=station, on=ON, reason="已卖")
    assert end_qualification(row, date(2026, 5, 1), by=station, on=ON, reason="已卖") == ["ended_on"]
    record_qualification(home, data, member=member, by=station, on=ON)
    assert Qualification.objects.valid_on(ON).count() == 1


@pytest.mark.parametrize(("change", "field"), [
    ({"amount_yuan": Decimal(0)}, "amount_yuan"),
    ({"lent_on": date(2026, 11, 25)}, "lent_on"),
    ({"due_on": date(2025, 2, 28)}, "due_on"),
    ({"due_on": date(2035, 3, 2)}, "due_on"),
    ({"repaid_on": date(2025, 2, 28)}, "repaid_on"),
    ({"repaid_on": date(2026, 11, 25)}, "repaid_on"),
    ({"bank": "行" * 61}, "bank"),
    ({"purpose": "用" * 101}, "purpose"),
])  # fmt: skip
def test_a_loan_that_cannot_be_is_refused_at_its_field(station, home, change, field):
    with pytest.raises(FactsRefused) as refused:
        record_loan(home, replace(LOAN, **change), by=station, on=ON)
    assert field in fields(refused)
    assert not MicroLoan.objects.exists()


def test_a_loan_is_lent_corrected_and_repaid(station, home):
    loan = record_loan(home, LOAN, by=station, on=ON)
    assert list(MicroLoan.objects.outstanding(ON)) == [loan]
    with pytest.raises(FactsRefused, match="还清日期"):
        repay_loan(loan, date(2026, 11, 25), by=station, on=ON, reason="还清")
    assert repay_loan(loan, ON, by=station, on=ON, reason="还清") == ["repaid_on"]
    assert not MicroLoan.objects.outstanding(ON).exists()
    again = replace(LOAN, repaid_on=ON, purpose="养羊")
    assert change_loan(loan, again, by=station, on=ON, reason="补用途") == ["purpose"]
