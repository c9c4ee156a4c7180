"""Lists of household incomes: found by number, head or any member; new, changed, kept; each household and year once."""

from datetime import date
from decimal import Decimal

import pytest

from households.importing.lists.incomes import INCOMES_KIND
from households.importing.pipeline import reason_of
from households.models import ImportBatch, Income
from tests.factories import (
    OTHER_TOWNSHIP,
    TOWNSHIP,
    make_household,
    make_income,
    make_member,
    make_user,
    make_village,
)
from tests.people_lists import codes, load, look, state, write_list

pytestmark = pytest.mark.django_db
HEADER = ("行政村", "户编号", "户主姓名", "户主身份证号", "工资性收入", "转移性收入", "生产经营性支出")


@pytest.fixture
def household():
    household = make_household(make_village(name="东河沿村"), head_name="陆林军", national_code="1307001")
    make_member(household)
    return household


@pytest.fixture
def file(tmp_path):
    def write(*rows, header=HEADER, **options):
        return write_list(tmp_path / "incomes.xlsx", header, *rows, **options)

    return write


def row(household, wage=12000, *, code=None, number=None, name="陆林军"):
    return ("东河沿村", code, name, number, wage, "￥1,200.50", None)


def test_an_income_is_new_once_and_counts_the_people_of_the_household(file, household):
    path = file(row(household, code="1307001"))
    result = load(path, INCOMES_KIND)
    counts = result.count("households")
    assert (codes(result), counts.new, counts.changed) == ([], 1, 0)
    income = Income.objects.get()
    assert (income.household, income.year, income.people_count) == (household, 2026, 2)
    assert (income.wage_yuan, income.transfer_yuan, income.property_yuan) == (12000, Decimal("1200.50"), 0)
    assert income.history.get().history_change_reason == reason_of(ImportBatch.objects.get())
    before = state()
    again = load(path, INCOMES_KIND)
    assert (again.count("households").new, again.count("households").unchanged, state()) == (0, 1, before)


def test_only_what_differs_changes(file, household):
    income = make_income(household, 2026, wage_yuan=9000, property_yuan=70, transfer_yuan=Decimal("1200.50"))
    path = file(row(household, code=household.code))
    comparison = look(path, INCOMES_KIND)
    (line,) = comparison.preview()
    assert (line.what, line.status, line.subject) == ("households", "changed", "东河沿村 陆林军户")
    assert [(c.label, c.old, c.new) for c in line.changes] == [("工资性收入", "9,000.00", "12,000.00")]
    load(path, INCOMES_KIND)
    income.refresh_from_db()
    assert (income.wage_yuan, income.property_yuan) == (12000, 70)


def test_the_household_is_found_by_its_head_or_by_any_of_its_people(file, household):
    head, member = household.members.order_by("id")
    for person in (head, member):
        assert load(file(row(household, number=person.id_number, name=None)), INCOMES_KIND).refused == 0
    assert Income.objects.count() == 1


def test_a_head_without_number_is_proposed(file, household):
    comparison = look(file(row(household)), INCOMES_KIND)
    (doubt,) = comparison.preview_doubts()
    assert doubt.candidates[0].reason == "同名同村，名单中没有证件号码"
    assert codes(comparison.result) == [(4, "refused", "in_doubt")]


def test_number_and_person_must_be_of_one_household(file, household):
    other = make_household(household.village)
    cells = row(household, code="1307001", number=other.members.get().id_number, name=other.head_name)
    assert codes(load(file(cells), INCOMES_KIND)) == [(4, "refused", "household_differs")]


def test_the_year_is_the_rows_else_the_answer(file, household):
    header = (*HEADER, "年度")
    rows = [(*row(household, code="1307001"), 2024), (*row(household, 5, code="1307001"), None)]
    load(file(*rows, header=header), INCOMES_KIND, answers={"year": "2025"})
    assert dict(Income.objects.values_list("year", "wage_yuan")) == {2024: 12000, 2025: 5}


def test_a_household_twice_counts_once_and_must_not_contradict_itself(file, household):
    rows = [row(household, wage, code="1307001") for wage in (12000, 12000, 13000)]
    result = load(file(*rows), INCOMES_KIND)
    assert codes(result) == [(6, "refused", "duplicate")] and "第 4 行" in next(iter(result.problems)).message
    assert Income.objects.get().wage_yuan == 12000


def test_a_negative_sum_refuses_its_row_alone(file, household):
    other = make_household(household.village)
    rows = [row(household, -5, code="1307001"), row(other, code=other.code, name=other.head_name)]
    assert codes(load(file(*rows), INCOMES_KIND)) == [(4, "refused", "negative")]
    assert Income.objects.get().household == other


def test_where_the_township_wins_what_it_has_stays(file, household):
    make_income(household, 2026, wage_yuan=9000)
    load(file(row(household, code="1307001")), INCOMES_KIND, wins={"income": "township"})
    income = Income.objects.get()
    assert (income.wage_yuan, income.transfer_yuan) == (9000, Decimal("1200.50"))


def test_what_the_township_changed_after_the_export_stays(file, household):
    make_income(household, 2026, wage_yuan=9000, transfer_yuan=Decimal("1200.50"))
    path = file(row(household, code="1307001"), exported="导出时间：2026-10-01")
    Income.history.update(history_date=date(2026, 10, 5).strftime("%Y-%m-%d 08:00+08:00"))
    assert codes(load(path, INCOMES_KIND)) == [(4, "warned", "kept_local")]
    assert Income.objects.get().wage_yuan == 9000


def test_households_of_another_township_are_not_found(file, household):
    far = make_household(make_village(f"{OTHER_TOWNSHIP}001"), national_code="99")
    rows = [row(far, code="99", name=far.head_name), row(household, code="1307001")]
    result = load(file(*rows), INCOMES_KIND, by=make_user("station", TOWNSHIP))
    assert codes(result) == [(4, "refused", "not_found")]
    assert Income.objects.get().household == household
