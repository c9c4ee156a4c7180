"""系统筛查: each event once, not what somebody deals with already, by whom it may be done."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from households.access import Role
from households.choices import Risk
from households.models import Household, Member
from monitoring.models import MonitoringEpisode, WarningBatch, WarningCase, WarningIndicator
from monitoring.models.warnings import SCREENING
from monitoring.services.refusals import Refused
from monitoring.services.screening import RuleCount
from tests.factories import (
    OTHER_TOWNSHIP,
    TOWNSHIP,
    make_household,
    make_income,
    make_member,
    make_user,
    make_village,
)
from tests.screened import (
    ON,
    found,
    make_home,
    run,
    settle,
    write_indicators,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def indicators() -> None:
    write_indicators()


@pytest.fixture
def home() -> Household:
    return make_home()


@pytest.fixture
def poor(home: Household) -> Household:
    make_income(home, 2026, wage_yuan=5000, compliant_self_pay_yuan=30000)
    return home


def test_a_verdict_on_an_event_stays_and_a_new_year_is_a_new_event(poor):
    assert found("INCOME") == 1
    settle()
    assert run(only=["INCOME"]).by_rule["INCOME"] == RuleCount(new=0, existing=1)
    make_income(poor, 2027, wage_yuan=5000)
    later = run(only=["INCOME"], on=date(2027, 12, 1), month=date(2027, 12, 1))
    assert later.new == 1 and WarningCase.objects.count() == 2


def test_an_open_warning_of_the_same_indicator_answers_it_whoever_sent_it(poor):
    _department_warns(poor.members.get(), "INCOME")
    assert run(only=["INCOME"]).by_rule["INCOME"] == RuleCount(0, 1)
    assert run(only=["MED_SELF"]).new == 1  # another indicator


@pytest.mark.parametrize("code", ["MED_SELF", "MED_SELF_OTHER"])
def test_either_self_pay_warning_of_the_insurance_answers_ours(poor, code):
    _department_warns(poor.members.get(), code)
    assert run(only=["MED_SELF"]).new == 0


def test_asettled_warning_of_a_department_answers_nothing(poor):
    _department_warns(poor.members.get(), "INCOME")
    settle()
    assert run(only=["INCOME"]).new == 1


def test_a_warning_about_one_child_does_not_answer_for_another(home):
    first, second = (make_member(home, birth_on=date(2015, 5, day)) for day in (6, 7))
    _department_warns(first, "EDU_DROP")
    run(only=["EDU_DROP"])
    assert WarningCase.objects.get(code__startswith="202611").member == second


@pytest.mark.parametrize(
    ("risks", "ended", "expected"),
    [
        ([Risk.ILLNESS], {}, {"MED_SELF": 0, "INCOME": 0, "MED_NOINS": 1}),
        ([Risk.HOUSING], {}, {"MED_SELF": 1, "INCOME": 0, "MED_NOINS": 1}),
        (
            [Risk.ILLNESS],
            {"ended_on": ON, "ended_reason": "销户"},
            {"MED_SELF": 1, "INCOME": 1, "MED_NOINS": 1},
        ),
    ],
)
def test_an_open_episode_answers_its_own_risks_and_any_low_income(poor, risks, ended, expected):
    Member.objects.update(history=False, has_resident_medical=False, has_employee_medical=False)
    MonitoringEpisode.objects.create(
        area=poor.area, household=poor, kind="marginal", source="register", identified_month=date(2026, 1, 1),
        risks=risks, **ended,
    )  # fmt: skip
    result = run()
    assert {code: result.by_rule[code].new for code in expected} == expected


def _department_warns(person: Member, code: str) -> None:
    batch = WarningBatch.objects.create(
        department=SCREENING, area="1307", month=date(2026, 9, 1), received_on=ON
    )
    WarningCase.objects.create(
        area=person.area, batch=batch, code=f"x{person.pk}", household=person.household, member=person,
        person_name=person.name, indicator="x", indicator_code=code, row=1, raw="[]", line_key="x", match="by_id",
    )  # fmt: skip


# The run


def test_what_two_runs_of_a_month_find_is_one_batch_with_numbers_that_go_on(poor):
    run(only=["INCOME"])
    run(only=["MED_SELF"])
    assert WarningBatch.objects.get().cases.count() == 2
    assert set(WarningCase.objects.values_list("code", "row")) == {
        ("202611-系统筛查-0001", 1), ("202611-系统筛查-0002", 2)
    }  # fmt: skip


def test_a_dry_run_counts_and_writes_nothing(poor):
    assert run(dry_run=True).new == 2
    assert not WarningBatch.objects.exists()


def test_nothing_found_makes_no_batch():
    make_village()
    assert run().new == 0 and not WarningBatch.objects.exists()


def test_an_indicator_out_of_use_switches_its_rule_off(poor):
    WarningIndicator.objects.create(
        department=SCREENING, code="INCOME", name="收入", valid_from=ON, document="测试", is_used=False
    )
    result = run()
    assert result.unused == ["INCOME"] and "INCOME" not in result.by_rule


def test_other_townships_and_villages_are_left_alone(poor):
    other = make_household(make_village(f"{OTHER_TOWNSHIP}001"))
    beside = make_household(make_village(f"{TOWNSHIP}002"))
    for household in (other, beside):
        make_income(household, 2026, wage_yuan=1)
    assert run(area=f"{TOWNSHIP}002", only=["INCOME"]).new == 1
    assert run(only=["INCOME"]).new == 1
    assert run(area=OTHER_TOWNSHIP, only=["INCOME"]).new == 1
    assert WarningBatch.objects.count() == 2 and WarningCase.objects.filter(household=other).count() == 1


def test_a_household_without_anybody_is_not_warned_of(poor):
    poor.members.all().delete()
    assert run().new == 0


def test_a_household_without_a_head_is_named_by_whoever_is_there(poor):
    other = make_member(poor)
    poor.members.exclude(pk=other.pk).delete()
    run(only=["INCOME"])
    assert WarningCase.objects.get().member == other


@pytest.mark.parametrize("role", [Role.CADRE, Role.LEADER, Role.MONITOR, Role.COUNTY])
def test_only_the_station_screens(poor, role):
    with pytest.raises(PermissionDenied):
        run(by=make_user(role))
    assert not WarningBatch.objects.exists()


def test_the_station_screens_its_township(poor):
    assert run(by=make_user(Role.STATION)).new == 2


def test_a_month_to_come_and_an_unknown_rule_are_refused(home):
    with pytest.raises(Refused, match="还没有到"):
        run(month=date(2026, 12, 1))
    with pytest.raises(Refused, match="没有筛查规则 NONE"):
        run(only=["NONE"])
    with pytest.raises(Refused, match="请指定乡镇"):
        run(area="130722")


def test_queries_do_not_grow_with_the_households(django_assert_max_num_queries):
    def grown(count: int) -> None:
        for _ in range(count):
            household = make_household(housing_grade="D", water_is_safe=False)
            make_income(household, 2026, wage_yuan=1, compliant_self_pay_yuan=30000)
            make_member(
                household, birth_on=date(2015, 5, 6), has_resident_medical=False, has_employee_medical=False
            )

    grown(1)
    with django_assert_max_num_queries(45) as few:
        run()
    grown(12)
    with django_assert_max_num_queries(len(few)):
        assert run().new == 12 * 6
