"""Pay lists, qualifications and loans: once in, compared, shown as changes, taken back."""

from datetime import date
from decimal import Decimal

import pytest

from households.access import Role
from households.choices import Relation
from households.importing.lists.loans import LOANS
from households.importing.lists.qualifications import QUALIFICATIONS
from households.importing.lists.receipts import RECEIPTS, first_month_in, kind_in, last_month_in
from households.importing.pipeline import reason_of
from households.importing.undo import undo
from households.models import BenefitReceipt, ImportBatch, Member, MicroLoan, Qualification
from households.services.transfers import transfer
from tests.factories import OTHER_TOWNSHIP, make_household, make_member, make_user, make_village
from tests.people_lists import ON, codes, load, look, write_list

pytestmark = pytest.mark.django_db
WHO = ("行政村", "姓名", "身份证号")


@pytest.fixture
def person():
    return make_member(make_household(make_village(name="东河沿村")), name="王小明")


@pytest.fixture
def file(tmp_path):
    def write(header, *rows, **options):
        return write_list(tmp_path / options.pop("name", "list.xlsx"), header, *rows, **options)

    return write


def pay_list(file, person, amount=360, **options):
    return file(
        (*WHO, "政策名称", "起始日期", "截止日期", "发放金额（元）"),
        ("东河沿村", person.name, person.id_number, "重度残疾人护理补贴", "2026-01", "2026年6月", amount),
        **options,
    )


def counts(result) -> tuple[int, int, int]:
    found = result.count("entries")
    return found.new, found.changed, found.unchanged


def test_a_pay_list_goes_in_once_with_its_batch(file, person):
    path = pay_list(file, person)
    result = load(path, RECEIPTS)
    assert (codes(result), counts(result)) == ([], (1, 0, 0))
    receipt = BenefitReceipt.objects.get()
    batch = ImportBatch.objects.get()
    assert (receipt.kind, receipt.member, receipt.household, receipt.area, receipt.batch) == (
        "P04", person, person.household, person.area, batch,
    )  # fmt: skip
    assert (receipt.started_on, receipt.ended_on) == (date(2026, 1, 1), date(2026, 6, 30))
    assert (receipt.amount_yuan, receipt.quantity) == (Decimal(360), 1)
    assert receipt.history.get().history_change_reason == reason_of(batch)
    assert counts(load(path, RECEIPTS)) == (0, 0, 1)
    assert (BenefitReceipt.objects.count(), receipt.history.count()) == (1, 1)


def test_another_amount_for_the_same_start_is_a_change(file, person):
    load(pay_list(file, person), RECEIPTS)
    path = pay_list(file, person, 366)
    (line,) = look(path, RECEIPTS).preview()
    assert (line.status, line.subject) == ("changed", "东河沿村 王小明")
    assert [(change.label, change.old, change.new) for change in line.changes] == [
        ("金额（元）", "360.00", "366.00")
    ]
    assert counts(load(path, RECEIPTS)) == (0, 1, 0)
    assert BenefitReceipt.objects.get().amount_yuan == 366


def test_a_blank_cell_changes_nothing(file, person):
    load(pay_list(file, person), RECEIPTS)
    assert counts(load(pay_list(file, person, None), RECEIPTS)) == (0, 0, 1)
    assert BenefitReceipt.objects.get().amount_yuan == 360


def test_the_benefit_and_the_month_may_be_answered(file, person):
    path = file((*WHO, "金额"), ("东河沿村", person.name, person.id_number, 60))
    assert codes(load(path, RECEIPTS)) == [(4, "refused", "empty")]
    assert codes(load(path, RECEIPTS, answers={"kind": "P04"})) == [(4, "refused", "empty")]
    result = load(path, RECEIPTS, answers={"kind": "P04", "month": "2026-02", "until": "2026-04"})
    assert codes(result) == []
    receipt = BenefitReceipt.objects.get()
    assert (receipt.started_on, receipt.ended_on) == (date(2026, 2, 1), date(2026, 4, 30))


def test_what_a_household_gets_stands_by_the_household(file, person):
    path = file(
        ("行政村", "户主姓名", "身份证号", "补贴面积（亩）", "金额"),
        ("东河沿村", person.name, person.id_number, 6.5, 618.54),
    )
    load(path, RECEIPTS, answers={"kind": "P15", "year": "2026"})
    receipt = BenefitReceipt.objects.get()
    assert (receipt.member, receipt.household, receipt.quantity) == (None, person.household, Decimal("6.50"))
    assert (receipt.started_on, receipt.ended_on) == (date(2026, 1, 1), date(2026, 12, 31))
    assert counts(load(path, RECEIPTS, answers={"kind": "P15", "year": "2026"})) == (0, 0, 1)


def test_the_variant_is_known_by_its_name_and_warned_of_where_it_is_not(file, person):
    header = (*WHO, "档次", "月份", "金额")
    path = file(header, ("东河沿村", person.name, person.id_number, "半失能护理", "2026-01", 300))
    load(path, RECEIPTS, answers={"kind": "P06"})
    assert BenefitReceipt.objects.get().variant == "half"
    path = file(header, ("东河沿村", person.name, person.id_number, "一般", "2026-02", 300))
    assert codes(load(path, RECEIPTS, answers={"kind": "P06"})) == [(4, "warned", "choice")]


def test_two_rows_of_one_payment_must_agree(file, person):
    row = ("东河沿村", person.name, person.id_number, "2026-01", 60)
    path = file((*WHO, "月份", "金额"), row, row, (*row[:4], 61))
    result = load(path, RECEIPTS, answers={"kind": "P04"})
    assert codes(result) == [(6, "refused", "duplicate")]
    assert BenefitReceipt.objects.get().amount_yuan == 60


def test_what_cannot_be_is_refused_at_its_row(file, person):
    rows = [("2030-01", 60), ("1969-01", 60)]
    path = file(
        (*WHO, "月份", "金额"),
        *(("东河沿村", person.name, person.id_number, month, sum_) for month, sum_ in rows),
    )
    result = load(path, RECEIPTS, answers={"kind": "P04"})
    assert {row for row, level, _code in codes(result) if level == "refused"} == {4, 5}
    assert not BenefitReceipt.objects.exists()


def test_who_died_keeps_what_he_got_with_a_doubt(file, person):
    Member.objects.filter(pk=person.pk).update(history=False, left_on=date(2026, 5, 1), left_reason="死亡")
    result = load(pay_list(file, person), RECEIPTS)
    assert codes(result) == [(4, "warned", "has_left")]
    assert BenefitReceipt.objects.get().member == person


def test_another_townships_people_are_not_found(file, person):
    station = make_user(Role.STATION, OTHER_TOWNSHIP)
    make_village(f"{OTHER_TOWNSHIP}001")
    result = load(pay_list(file, person), RECEIPTS, by=station)
    assert [code for _row, _level, code in codes(result)] == ["not_found"]


def test_an_import_is_undone_even_after_its_person_moved(file, person):
    load(pay_list(file, person), RECEIPTS)
    target = make_household(person.household.village)
    transfer(person, target, Relation.OTHER, by=None, on=ON, today=ON, reason="随子生活")
    assert BenefitReceipt.objects.get().household == target
    result = undo(ImportBatch.objects.get(), by=None, on=ON)
    assert (result.removed, result.kept) == (1, [])
    assert not BenefitReceipt.objects.exists()


def test_undoing_a_change_puts_the_amount_back_and_keeps_what_was_corrected_since(file, person):
    load(pay_list(file, person), RECEIPTS)
    load(pay_list(file, person, 366), RECEIPTS)
    first, second = ImportBatch.objects.order_by("at")
    assert undo(second, by=None, on=ON).restored == 1
    receipt = BenefitReceipt.objects.get()
    assert receipt.amount_yuan == 360
    receipt.amount_yuan = 300
    receipt.save()
    (kept,) = undo(first, by=None, on=ON).kept
    assert kept.what == "惠民待遇" and "王小明" in kept.subject


def test_qualifications_are_listed_once_and_ended(file, person):
    header = (*WHO, "比对类别", "比对信息")
    row = ("东河沿村", person.name, person.id_number, "家用车辆", "小型轿车")
    assert counts(load(file(header, row), QUALIFICATIONS)) == (1, 0, 0)
    assert counts(load(file(header, row), QUALIFICATIONS)) == (0, 0, 1)
    path = file((*header, "截止日期"), (*row, "2026-05-01"))
    assert counts(load(path, QUALIFICATIONS)) == (0, 1, 0)
    assert counts(load(file(header, row), QUALIFICATIONS)) == (1, 0, 0)
    assert Qualification.objects.filter(member=person).count() == 2


def test_a_qualification_without_its_kind_is_refused(file, person):
    path = file((*WHO, "说明"), ("东河沿村", person.name, person.id_number, "某证"))
    assert codes(load(path, QUALIFICATIONS)) == [(4, "refused", "empty")]
    assert codes(load(path, QUALIFICATIONS, answers={"kind": "veteran"})) == []


def test_loans_are_listed_once_and_repaid(file, person):
    header = ("行政村", "借款人", "身份证号", "贷款金额", "放款日期", "到期日期", "贷款银行", "结清日期")
    row = ("东河沿村", person.name, person.id_number, 50000, "2025-03-01", "2028-02-28", "示例信用社")
    assert counts(load(file(header, (*row, None)), LOANS)) == (1, 0, 0)
    loan = MicroLoan.objects.get()
    assert (loan.household, loan.repaid_on, loan.bank) == (person.household, None, "示例信用社")
    assert counts(load(file(header, (*row, None)), LOANS)) == (0, 0, 1)
    assert counts(load(file(header, (*row, "2026-10-01")), LOANS)) == (0, 1, 0)
    loan.refresh_from_db()
    assert loan.repaid_on == date(2026, 10, 1)
    late = file(header, (*row[:5], "2025-02-28", "示例银行", None))
    assert {code for _row, _level, code in codes(load(late, LOANS))} == {"impossible"}


@pytest.mark.parametrize(("title", "first", "last", "kind"), [
    ("2026年1-6月重度残疾人护理补贴发放花名册", "2026-01", "2026-06", "P04"),
    ("示例镇2026年3月残疾人生活补贴发放表", "2026-03", "", "P03"),
    ("2025年11月至2026年1月特困护理补贴", "2025-11", "2026-01", "P06"),
    ("2026年耕地地力保护补贴公示", "", "", "P15"),
    ("示例镇惠民资金明细", "", "", ""),
])  # fmt: skip
def test_titles_answer_what_is_asked(title, first, last, kind):
    assert (first_month_in(title), last_month_in(title), kind_in(title)) == (first, last, kind)
