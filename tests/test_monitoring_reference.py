"""First rows of the dated tables: complete, written once, never over what an office entered."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from households.choices import Risk
from households.models import BenefitStandard
from households.reference_benefits import FIRST_STANDARDS
from monitoring.choices import Need
from monitoring.models import (
    CalendarDay,
    DeadlineSetting,
    Department,
    ExclusionItem,
    MeasureClass,
    RiskAnswer,
    RuleLimit,
    WarningIndicator,
)
from monitoring.reference import ROWS
from monitoring.reference.warnings import SCREENING
from monitoring.rules.findings import LIMITS
from monitoring.services.limits import limits_on
from monitoring.services.rule_facts import standards
from township.base.reference import load_reference

pytestmark = pytest.mark.django_db
MODELS = (
    CalendarDay, Department, WarningIndicator, DeadlineSetting, ExclusionItem, RiskAnswer, BenefitStandard, RuleLimit,
)  # fmt: skip


@pytest.fixture
def empty():
    for model in MODELS:
        model.objects.all().delete()


def state():
    return {model: list(model.objects.order_by("pk").values()) for model in MODELS}


def free(year):
    return set(CalendarDay.objects.filter(day__year=year, is_working=False).values_list("day", flat=True))


def worked(year):
    return set(CalendarDay.objects.filter(day__year=year, is_working=True).values_list("day", flat=True))


def span(*ends):
    first, last = (date(*end) for end in ends)
    return {first + timedelta(days=n) for n in range((last - first).days + 1)}


def test_a_database_is_never_without_them(empty):
    new = load_reference()
    assert all(new[rows.title] for rows in ROWS[3:])
    before = state()
    assert not any(load_reference().values())
    assert state() == before


def test_every_row_has_its_history(empty):
    load_reference()
    for model in MODELS:
        keys = set(model.objects.values_list("pk", flat=True))
        assert keys and keys <= set(model.history.filter(history_type="+").values_list("id", flat=True))


def test_what_an_office_changed_stays_as_it_is():
    Department.objects.filter(name="残联").update(other_names=["县残联"], history=False)
    WarningIndicator.objects.filter(code="EDU_COST").update(is_used=False, history=False)
    CalendarDay.objects.filter(day=date(2027, 2, 5)).update(is_working=True, history=False)
    CalendarDay.objects.filter(day=date(2027, 5, 1)).delete()
    ExclusionItem.objects.filter(code="5").update(valid_to=date(2026, 1, 1), history=False)
    ExclusionItem.objects.filter(code="6").delete()
    RiskAnswer.objects.filter(risk=Risk.WATER).update(measure_classes=["social"], history=False)
    BenefitStandard.objects.filter(kind="P04").update(amount_yuan=80, history=False)
    BenefitStandard.objects.filter(kind="P01", variant="A").update(valid_from=date(2026, 1, 1), history=False)
    RuleLimit.objects.filter(code="dibao_line_yuan").update(value=5400, history=False)
    before = state()
    load_reference()
    assert state() == before


def test_spring_festival_2026_is_nine_days_and_two_saturdays_are_worked():
    assert free(2026) & span((2026, 2, 1), (2026, 2, 28)) == span((2026, 2, 15), (2026, 2, 23))
    february = span((2026, 2, 1), (2026, 2, 28))
    assert worked(2026) & february == {date(2026, 2, 14), date(2026, 2, 28)}


def test_2025_as_published():
    assert free(2025) == (
        {date(2025, 1, 1)} | span((2025, 1, 28), (2025, 2, 4)) | span((2025, 4, 4), (2025, 4, 6))
        | span((2025, 5, 1), (2025, 5, 5)) | span((2025, 5, 31), (2025, 6, 2)) | span((2025, 10, 1), (2025, 10, 8))
    )  # fmt: skip
    days = ((1, 26), (2, 8), (4, 27), (9, 28), (10, 11))
    assert worked(2025) == {date(2025, month, day) for month, day in days}


def test_2026_as_published():
    assert free(2026) == (
        span((2026, 1, 1), (2026, 1, 3)) | span((2026, 2, 15), (2026, 2, 23)) | span((2026, 4, 4), (2026, 4, 6))
        | span((2026, 5, 1), (2026, 5, 5)) | span((2026, 6, 19), (2026, 6, 21)) | span((2026, 9, 25), (2026, 9, 27))
        | span((2026, 10, 1), (2026, 10, 7))
    )  # fmt: skip
    days = ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10))
    assert worked(2026) == {date(2026, month, day) for month, day in days}


def test_2027_has_the_thirteen_days_of_the_law_and_says_that_they_are_not_announced():
    days = (
        (1, 1),
        (2, 5),
        (2, 6),
        (2, 7),
        (2, 8),
        (4, 5),
        (5, 1),
        (5, 2),
        (6, 9),
        (9, 15),
        (10, 1),
        (10, 2),
        (10, 3),
    )
    assert free(2027) == {date(2027, month, day) for month, day in days}
    assert not worked(2027)
    rows = CalendarDay.objects.filter(day__year=2027)
    assert not rows.filter(is_announced=True).exists()
    assert all("待国务院公布" in row.document for row in rows)
    assert not CalendarDay.objects.exclude(day__year=2027).filter(is_announced=False).exists()


@pytest.mark.parametrize("year", [2025, 2026])
def test_only_weekend_days_are_worked_for_holidays(year):
    assert {day.isoweekday() for day in worked(year)} <= {6, 7}


def test_thirteen_departments_and_the_indicators_of_the_screening():
    assert Department.objects.count() == 13
    assert not Department.objects.filter(name=SCREENING).exists()
    of_screening = WarningIndicator.objects.filter(department=SCREENING)
    assert set(of_screening.values_list("code", flat=True)) == {
        "MED_SELF", "MED_SELF_OTHER", "INCOME", "EDU_DROP", "HOUSE_CD", "WATER", "MED_NOINS", "DISABLED",
        "JOB_LOSS", "DISASTER",
    }  # fmt: skip
    reporting = set(WarningIndicator.objects.values_list("department", flat=True)) - {SCREENING}
    assert reporting == set(Department.objects.values_list("name", flat=True))


@pytest.mark.parametrize(
    ("code", "on", "threshold"),
    [
        ("MED_SELF", date(2021, 12, 31), Decimal("8233.50")),
        ("MED_SELF", date(2022, 1, 1), Decimal("9089.50")),
        ("MED_SELF_OTHER", date(2026, 11, 24), Decimal("18179.00")),
    ],
)
def test_self_pay_counts_by_the_last_years_income_per_head(code, on, threshold):
    for department in ("医保局", SCREENING):
        row = WarningIndicator.objects.valid_on(on).filter(department=department, code=code).first()
        assert row.threshold() == threshold


def test_limits_exclusions_and_answers():
    limits = DeadlineSetting.objects.get()
    assert (limits.assign_workdays, limits.verify_workdays, limits.plan_days) == (1, 5, 10)
    assert sorted(ExclusionItem.objects.values_list("code", flat=True), key=int) == [
        str(n) for n in range(1, 11)
    ]
    answers = dict(RiskAnswer.objects.values_list("risk", "measure_classes"))
    assert set(answers) == {*Risk.values, *Need.values} - {Risk.OTHER}
    assert all(set(classes) <= set(MeasureClass.values) and classes for classes in answers.values())
    assert answers[Risk.HOUSING] == ["housing", "relocation"]
    assert (answers[Need.OUT_OF_SCHOOL], answers[Need.UNINSURED]) == (
        ["compulsory_school"],
        ["health", "social"],
    )
    later = dict(RiskAnswer.objects.exclude(after_elimination=[]).values_list("risk", "after_elimination"))
    assert later == {Risk.ILLNESS: ["security"]}


def test_the_first_standards_and_limits_are_those_of_the_report_and_the_rules():
    assert sorted(standards(), key=repr) == sorted(FIRST_STANDARDS, key=repr)
    assert set(BenefitStandard.objects.values_list("document", flat=True)) == {
        "2021 年汇报，待按本省本县文件核实"
    }
    assert limits_on(date(2026, 6, 15)) == {code: limit.value for code, limit in LIMITS.items()}
    assert RuleLimit.objects.get(code="dibao_line_yuan").value == 4644


def test_a_new_limit_or_variant_is_added_beside_what_an_office_has():
    BenefitStandard.objects.filter(kind="P01").exclude(variant="A").delete()
    RuleLimit.objects.filter(code="pension_age").delete()
    before = RuleLimit.objects.count(), BenefitStandard.objects.count()
    load_reference()
    assert (RuleLimit.objects.count(), BenefitStandard.objects.count()) == (before[0] + 1, before[1] + 1)
    assert BenefitStandard.objects.get(kind="P01", variant="B").amount_yuan == 270
