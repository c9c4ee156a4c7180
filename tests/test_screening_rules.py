"""系统筛查: what each rule finds and what it leaves, at its limits; a second run finds nothing new."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from households.choices import HouseholdKind, Risk, Schooling
from households.models import Household
from monitoring.models import MonitoringLine, WarningCase
from monitoring.models.warnings import SCREENING
from tests.factories import (
    TOWNSHIP,
    VILLAGE,
    make_household,
    make_income,
    make_member,
    make_visit,
)
from tests.screened import (
    AT,
    NOVEMBER,
    OCTOBER,
    ON,
    change,
    found,
    make_home,
    run,
    settle,
    since,
    write_indicators,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def indicators() -> None:
    write_indicators()


@pytest.fixture
def home() -> Household:
    return make_home()


@pytest.mark.parametrize(
    ("facts", "paid", "expected"),
    [
        ({"kind": HouseholdKind.EX_POOR}, "9000.01", 1),
        ({"kind": HouseholdKind.EX_POOR}, "9000", 0),
        ({"monitored_kind": "marginal", "is_eliminated": False}, "9000.01", 1),
        ({"monitored_kind": "marginal", "is_eliminated": True}, "9000.01", 0),
        ({}, "18000.01", 1),
        ({}, "18000", 0),
    ],
)
def test_self_pay_above_the_share_of_its_kind(facts, paid, expected):
    home = make_household(**facts)
    make_income(home, 2026, compliant_self_pay_yuan=Decimal(paid))
    assert found("MED_SELF") == expected


def test_only_the_latest_year_counts_and_none_to_come(home):
    make_income(home, 2025, compliant_self_pay_yuan=90000, wage_yuan=1)
    make_income(home, 2026, compliant_self_pay_yuan=1, wage_yuan=9000)
    make_income(home, 2027, compliant_self_pay_yuan=90000, wage_yuan=1)
    assert (found("MED_SELF"), found("INCOME")) == (0, 0)


def test_a_warning_carries_the_numbers_and_names_the_head(home):
    make_income(home, 2026, compliant_self_pay_yuan=Decimal("42600.50"))
    run(only=["MED_SELF"])
    case, head = WarningCase.objects.get(), home.members.get()
    assert case.content == "2026年合规自付支出 42,600.50 元，超过其他农户预警线 18,000 元（18,000 元的 100%）"
    assert (case.code, case.amount_yuan, case.raw) == ("202611-系统筛查-0001", Decimal("42600.50"), "[]")
    assert (case.member, case.household, case.area) == (head, home, VILLAGE)
    assert (case.indicator, case.indicator_code, case.match) == (
        "指标MED_SELF_OTHER",
        "MED_SELF_OTHER",
        "by_id",
    )
    assert (case.person_name, case.id_number, case.village_name) == (head.name, head.id_number, "东河沿村")
    batch = case.batch
    assert (batch.department, batch.area, batch.month, batch.received_on) == (
        SCREENING,
        TOWNSHIP,
        NOVEMBER,
        ON,
    )


@pytest.mark.parametrize(
    ("wage", "people", "expected"),
    [(8799.99, 1, 1), (8800, 1, 0), (26400, 3, 0), (26399.97, 3, 1), (0, 0, 0)],
)
def test_income_below_the_line_of_the_day(home, wage, people, expected):
    make_income(home, 2026, wage_yuan=Decimal(str(wage)), people_count=people)
    assert found("INCOME") == expected


def test_income_without_a_line_finds_nothing(home):
    make_income(home, 2026, wage_yuan=1)
    MonitoringLine.objects.all().delete()
    assert found("INCOME") == 0


def test_a_new_line_counts_from_its_day(home):
    make_income(home, 2026, wage_yuan=8900)
    MonitoringLine.objects.create(amount_yuan=9000, valid_from=ON, document="测试")
    assert run(on=ON - timedelta(days=1)).by_rule["INCOME"].new == 0
    assert found("INCOME") == 1


@pytest.mark.parametrize(
    ("born", "facts", "expected"),
    [
        (date(2020, 11, 24), {}, 1),  # six today
        (date(2020, 11, 25), {}, 0),
        (date(2010, 11, 25), {}, 1),  # fifteen for one day more
        (date(2010, 11, 24), {}, 0),
        (date(2015, 5, 6), {"schooling": Schooling.PRIMARY}, 0),
        (date(2015, 5, 6), {"schooling": Schooling.PRIMARY, "dropout_reason": "因病休学"}, 1),
        (date(2020, 11, 24), {"schooling": Schooling.KINDERGARTEN}, 0),
        (date(2015, 5, 6), {"left_on": date(2026, 1, 1), "left_reason": "迁出"}, 0),
    ],
)
def test_a_child_of_school_age_out_of_school(home, born, facts, expected):
    child = make_member(home, birth_on=born, **facts)
    assert found("EDU_DROP") == expected
    assert set(WarningCase.objects.values_list("member", flat=True)) == ({child.pk} if expected else set())


def test_a_child_still_out_of_school_in_the_next_school_year_is_another_event(home):
    make_member(home, birth_on=date(2015, 5, 6))
    run(only=["EDU_DROP"])
    WarningCase.objects.all().delete()
    assert found("EDU_DROP") == 1
    settle()
    assert run(on=date(2027, 8, 31), month=date(2027, 8, 1)).by_rule["EDU_DROP"].new == 0
    assert run(on=date(2027, 9, 1), month=date(2027, 9, 1)).by_rule["EDU_DROP"].new == 1


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"housing_grade": "C"}, 1), ({"housing_grade": "D"}, 1), ({"housing_grade": "B"}, 0), ({}, 0),
        ({"housing_grade": "D", "is_away": True}, 0),
        ({"housing_grade": "D", "closed_on": ON, "closed_reason": "死亡"}, 0),
    ],
)  # fmt: skip
def test_a_dangerous_house_that_is_lived_in(facts, expected):
    make_household(**facts)
    assert found("HOUSE_CD") == expected


@pytest.mark.parametrize(("is_safe", "expected"), [(False, 1), (True, 0), (None, 0)])
def test_unsafe_water(is_safe, expected):
    make_household(water_is_safe=is_safe)
    assert found("WATER") == expected


@pytest.mark.parametrize(
    ("resident", "employee", "expected"),
    [
        (False, False, 1),
        (False, None, 0),
        (None, False, 0),
        (None, None, 0),
        (True, False, 0),
        (False, True, 0),
    ],
)
def test_uninsured_is_who_is_registered_as_neither(home, resident, employee, expected):
    make_member(home, has_resident_medical=resident, has_employee_medical=employee)
    assert found("MED_NOINS") == expected


def test_a_disability_that_is_new_or_worse_in_the_month(home):
    new, worse, lighter, known, born_with = (make_member(home, name=f"成员{n}") for n in range(5))
    worse.disability_level, lighter.disability_level, known.disability_level = 3, 2, 2
    for person in (new, worse, lighter, known):
        person.save()
        since(person)
    change(new, disability_level=1, disability_kind="4")
    change(worse, disability_level=2)
    change(lighter, disability_level=3)
    change(known, phone="13800000000")
    change(born_with, disability_level=1)
    since(born_with, AT)
    born_with.history.filter(history_type="+").delete()
    assert found("DISABLED") == 2
    contents = WarningCase.objects.order_by("content").values_list("member", "content")
    assert dict(contents) == {
        new.pk: "2026-11 登记肢体残疾 1 级（原无残疾等级）", worse.pk: "2026-11 登记残疾 2 级（原为 3 级）",
    }  # fmt: skip


def test_a_disability_of_another_month_is_found_in_that_month_alone(home):
    person = make_member(home)
    since(person, OCTOBER - timedelta(days=60))
    change(person, disability_level=1)
    person.history.filter(history_type="~").update(history_date=OCTOBER)
    assert found("DISABLED") == 0
    assert found("DISABLED", month=date(2026, 10, 1)) == 1


def test_work_that_is_gone(home):
    lost, post, still, pupil, never = (make_member(home, name=f"成员{n}") for n in range(5))
    before = {"work_region": "other_province", "work_place": "北京", "work_months": 10}
    for person, facts in (
        (lost, before),
        (post, {"post": "护林员"}),
        (still, before),
        (pupil, before),
        (never, {}),
    ):
        change(person, **facts)
        since(person)
    gone = {"work_region": "", "work_place": "", "work_months": 0}
    change(lost, **gone)
    change(post, post="")
    change(still, work_months=11)
    change(pupil, **gone, schooling=Schooling.VOCATIONAL_1)
    change(never, phone="13800000000")
    assert found("JOB_LOSS") == 2
    contents = dict(WarningCase.objects.values_list("member", "content"))
    assert contents == {
        lost.pk: "2026-11 登记不再务工或上岗（原：务工 北京 10 个月）",
        post.pk: "2026-11 登记不再务工或上岗（原：护林员）",
    }


@pytest.mark.parametrize(
    ("visit", "expected"),
    [
        ({"blocks": {"employment": {"state": "problem", "note": "工地停工"}}}, 1),
        ({"has_risk": True, "risk_kinds": [Risk.EMPLOYMENT]}, 1),
        ({"blocks": {"employment": {"state": "changed"}}}, 0),
        ({"has_risk": True, "risk_kinds": [Risk.ILLNESS]}, 0),
    ],
)
def test_work_that_a_visit_reports_as_gone(home, visit, expected):
    make_visit(home, date(2026, 11, 12), **visit)
    assert found("JOB_LOSS") == expected


def test_the_person_whom_a_visit_names_is_warned_of(home):
    worker = make_member(home)
    said = {"state": "problem", "note": "工地停工", "member": str(worker.pk)}
    make_visit(home, date(2026, 11, 12), blocks={"employment": said})
    run(only=["JOB_LOSS"])
    case = WarningCase.objects.get()
    assert (case.member, case.occurred_from) == (worker, date(2026, 11, 12))
    assert case.content == "2026-11-12 走访发现就业有问题：工地停工"


@pytest.mark.parametrize(
    ("day", "risks", "voided", "expected"),
    [
        (date(2026, 11, 1), [Risk.DISASTER], False, 1),
        (date(2026, 11, 30), [Risk.ILLNESS, Risk.ACCIDENT], False, 1),
        (date(2026, 10, 31), [Risk.DISASTER], False, 0),
        (date(2026, 12, 1), [Risk.DISASTER], False, 0),
        (date(2026, 11, 12), [Risk.ILLNESS], False, 0),
        (date(2026, 11, 12), [Risk.DISASTER], True, 0),
    ],
)
def test_a_disaster_or_accident_that_a_visit_of_the_month_reports(home, day, risks, voided, expected):
    gone = {"voided_at": AT, "void_reason": "录错"} if voided else {}
    make_visit(home, day, has_risk=True, risk_kinds=risks, **gone)
    assert found("DISASTER") == expected
