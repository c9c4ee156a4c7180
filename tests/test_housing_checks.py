"""住房月排查: a village's month in one statement, again only the missing, changes followed in the register."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from households.access import Role
from households.models import Household
from monitoring.housing_month import houses_of, progress_of_year
from monitoring.models import Clue, Inspection
from monitoring.services.housing_checks import HouseChange, check_month
from monitoring.services.refusals import Refused
from tests.factories import TOWNSHIP, VILLAGE, make_household, make_monitor, make_user, make_village

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
MONTH = date(2026, 11, 1)


def check(by=None, month=MONTH, checked_on=date(2026, 11, 20), changes=None, **more):
    more.setdefault("with_never_seen", True)
    return check_month(
        make_village(), month, checked_on=checked_on, changes=changes or {}, by=by, on=TODAY, at=AT, **more
    )


def problems(**values):
    with pytest.raises(Refused) as caught:
        check(**values)
    assert not Inspection.objects.exists()
    return caught.value.problems


def test_everybody_is_as_before_and_again_adds_nobody():
    homes = [make_household(housing_grade=grade) for grade in "ABCD"]
    cadre = make_user(Role.CADRE, VILLAGE, name="村干部甲")
    done = check(cadre)
    assert (done.written, done.changed, done.already, done.without_grade) == (4, 0, 0, 0)
    rows = Inspection.objects.order_by("grade")
    assert [(row.grade, row.is_met, row.evidence) for row in rows] == [
        ("A", True, ""), ("B", True, ""), ("C", False, "仍为C级，没有变化"), ("D", False, "仍为D级，没有变化"),
    ]  # fmt: skip
    assert {row.checked_by for row in rows} == {"村干部甲"}
    assert Inspection.history.filter(history_user=cadre, history_change_reason="住房月排查").count() == 4
    make_household(housing_grade="A")
    again = check(cadre, checked_on=TODAY)
    assert (again.written, again.already) == (1, 4)
    assert Inspection.objects.count() == len(homes) + 1


def test_the_few_changes_are_followed_in_the_register():
    worse, better, unknown, same = (make_household(housing_grade=grade) for grade in ("A", "C", "", ""))
    changes = {
        worse.pk: HouseChange("D", "后墙倒塌", opens_clue=True),
        better.pk: HouseChange("A", "已改造"),
        unknown.pk: HouseChange("B"),
    }
    done = check(changes=changes, checked_by="甲、乙")
    assert (done.written, done.changed, done.without_grade, done.clues) == (3, 3, 1, 1)
    grades = dict(Household.objects.values_list("pk", "housing_grade"))
    assert [grades[home.pk] for home in (worse, better, unknown, same)] == ["D", "A", "B", ""]
    assert worse.history.latest().history_change_reason == "2026-11-20 保障核查"
    assert Clue.objects.get().household == worse
    assert Inspection.objects.get(household=worse).checked_by == "甲、乙"


def test_a_month_made_up_for_later_keeps_what_was_known_then():
    home = make_household(housing_grade="A")
    check(month=date(2026, 8, 1), checked_on=date(2026, 8, 5))
    check(changes={home.pk: HouseChange("C", "漏雨")})
    check(month=date(2026, 9, 1), checked_on=date(2026, 9, 30))
    assert list(Inspection.objects.order_by("checked_on").values_list("grade", flat=True)) == ["A", "A", "C"]
    home.refresh_from_db()
    assert home.housing_grade == "C"


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"checked_on": date(2026, 10, 31)}, "应在 2026-11-01 至 2026-11-30"),
        ({"checked_on": date(2026, 11, 24)}, "晚于今天"),
        ({"month": date(2013, 12, 1), "checked_on": date(2013, 12, 5)}, "早于 2014"),
        ({"checked_by": "长" * 61}, "60 字"),
    ],
)
def test_a_wrong_day_is_refused_and_nothing_is_written(values, says):
    make_household(housing_grade="A")
    assert any(says in text for _, text in problems(**values))


@pytest.mark.parametrize(
    ("change", "says"),
    [(HouseChange("C"), "写明情况"), (HouseChange(""), "住房等级"), (HouseChange("A", opens_clue=True), "线索"),
     (HouseChange("A", "长" * 301), "300 字")],
)  # fmt: skip
def test_a_wrong_change_is_named_at_its_household(change, says):
    home = make_household(housing_grade="A")
    ((key, text),) = problems(changes={home.pk: change})
    assert key == str(home.pk) and says in text and home.head_name in text


def test_a_change_of_a_stranger_or_of_one_checked_already_is_refused():
    other = make_household(make_village(f"{TOWNSHIP}002"), housing_grade="A")
    assert "不在本村" in problems(changes={other.pk: HouseChange("B")})[0][1]
    home = make_household(housing_grade="A")
    check()
    with pytest.raises(Refused, match="已于 2026-11-20 排查"):
        check(changes={home.pk: HouseChange("B")})


def test_a_monitor_checks_his_households_and_others_nothing():
    his, other = make_household(housing_grade="A"), make_household(housing_grade="A")
    assert check(make_monitor(his)).written == 1
    assert Inspection.objects.get().household == his
    for by in (make_user(Role.LEADER), make_user(Role.CADRE, f"{TOWNSHIP}002")):
        with pytest.raises(PermissionDenied):
            check(by)
    assert check(make_user(Role.STATION)).written == 1
    assert Inspection.objects.filter(household=other).exists()


def test_a_large_village_costs_as_many_queries_as_a_small_one():
    make_household(housing_grade="A")
    station = make_user(Role.STATION)
    with CaptureQueriesContext(
        connection,
    ) as small:
        check(station)
    for _ in range(40):
        make_household(housing_grade="B")
    with CaptureQueriesContext(connection) as large:
        assert check(station, checked_on=TODAY).written == 40
    assert len(large) == len(small) <= 14
    assert (
        sum("INSERT INTO" in query["sql"] and "monitoring_inspection" in query["sql"] for query in large) == 2
    )


def test_progress_counts_each_household_of_the_month_once():
    village = make_village(f"{TOWNSHIP}002")
    make_household(village)
    first, second, gone = (make_household(housing_grade="A") for _ in range(3))
    check(checked_on=date(2026, 11, 2))
    check(month=date(2026, 10, 1), checked_on=date(2026, 10, 2))
    Inspection.objects.create(
        area=first.area, household=first, guarantee="housing", occasion="appraisal", checked_on=date(2026, 11, 9),
        grade="A", is_met=True, evidence="鉴定",
    )  # fmt: skip
    gone.closed_on, gone.closed_reason = date(2026, 11, 10), "测试"
    gone.save()
    station = make_user(Role.STATION)
    found = progress_of_year(
        Household.objects.visible_to(station), Inspection.objects.visible_to(station), 2026, TODAY
    )
    assert list(found[VILLAGE]) == list(range(1, 12)), "months that have not begun are left out"
    assert (found[VILLAGE][11].checked, found[VILLAGE][11].total) == (2, 2)
    assert (found[VILLAGE][10].checked, found[VILLAGE][10].total) == (3, 3)
    assert not found[village.area][11].is_complete
    assert [house.is_checked for house in houses_of(Household.objects.filter(pk=second.pk), MONTH)] == [True]


def test_who_was_never_looked_at_is_left_out_unless_told_that_he_was():
    seen, told, never = (make_household(housing_grade="A") for _ in range(3))
    Inspection.objects.create(
        area=seen.area, household=seen, guarantee="housing", occasion="monthly", checked_on=date(2026, 10, 2),
        grade="A", is_met=True,
    )  # fmt: skip
    done = check(changes={told.pk: HouseChange("B")}, with_never_seen=False)
    assert (done.written, done.never_seen) == (2, 1)
    assert not Inspection.objects.filter(household=never).exists()
    assert check(checked_on=TODAY).written == 1
