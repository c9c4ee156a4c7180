"""Runs of the rules: findings keep their identity, go, come back, are excused, and are counted by village."""

from __future__ import annotations

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.utils import timezone

from households.access import Role
from households.choices import Risk
from households.models import Household, Member
from monitoring.choices import MeasureClass
from monitoring.models import Clue, Finding, FindingCount, Measure
from monitoring.rule_words import Family, Fixer, Level
from monitoring.rules.findings import RULES
from monitoring.rules.findings.base import Rule
from monitoring.services import finding_verbs
from monitoring.services.findings import run_rules
from monitoring.services.refusals import Refused
from tests.factories import (
    TOWNSHIP,
    VILLAGE,
    make_household,
    make_township,
    make_user,
    make_village,
)

pytestmark = pytest.mark.django_db
ON = date(2026, 6, 15)
AREA = TOWNSHIP[:9]
UNSAFE = Rule(
    code="T01", title="饮水不安全", family=Family.HOUSING_WATER, level=Level.ALERT, source="test", fixer=Fixer.VILLAGE,
    of_home=lambda home, day: "饮水登记为不安全" if home.water_is_safe is False else "", question="家里吃的水安全吗？",
    risk=Risk.WATER, measure=MeasureClass.WATER,
)  # fmt: skip
POORLY = Rule(
    code="T02", title="有大病", family=Family.MEDICAL, level=Level.WARN, source="test", fixer=Fixer.MONITOR,
    of_person=lambda person, home, day: f"{person.age}岁患大病" if "serious" in person.health else "",
)  # fmt: skip


@pytest.fixture(autouse=True)
def two_rules(monkeypatch):
    for code in list(RULES):
        monkeypatch.delitem(RULES, code)
    for rule in (UNSAFE, POORLY):
        monkeypatch.setitem(RULES, rule.code, rule)


@pytest.fixture
def household():
    make_township()
    household = make_household(water_is_safe=False)
    household.members.update(history=False, birth_on=date(1980, 3, 1), health=["serious"])
    return household


@pytest.fixture
def station():
    return make_user(Role.STATION)


def run(on: date = ON, **more):
    return run_rules(AREA, on=on, by=None, **more)


def test_a_run_finds_each_thing_once(household):
    first = run()
    assert (first.rules, first.households, first.people) == (2, 1, 1)
    assert (first.new, first.closed, first.open["alert"], first.open["warn"]) == (2, 0, 1, 1)
    again = run(ON + timedelta(days=30))
    assert (again.new, again.reopened, again.closed) == (0, 0, 0)
    assert again.open == first.open
    finding = Finding.objects.get(rule="T02")
    assert (finding.member, finding.household, finding.area) == (
        Member.objects.get(),
        household,
        household.area,
    )
    assert finding.text == "46岁患大病"
    assert (finding.first_found_on, finding.found_on, finding.fixed_on) == (ON, ON, None)


def test_what_is_put_right_closes_and_what_comes_back_opens_the_same_finding(household):
    run()
    finding = Finding.objects.get(rule="T01")
    Household.objects.update(history=False, water_is_safe=True)
    later = run(ON + timedelta(days=10))
    finding.refresh_from_db()
    assert (later.closed, finding.fixed_on) == (1, ON + timedelta(days=10))
    Household.objects.update(history=False, water_is_safe=False)
    last = run(ON + timedelta(days=20))
    finding.refresh_from_db()
    assert (last.new, last.reopened, last.as_json()["new"]) == (0, 1, 1)
    assert (finding.fixed_on, finding.reopened_count) == (None, 1)
    assert (finding.first_found_on, finding.found_on) == (ON, ON + timedelta(days=20))


def test_the_words_follow_the_facts(household):
    run()
    Member.objects.update(history=False, birth_on=date(1970, 3, 1))
    run()
    assert Finding.objects.get(rule="T02").text == "56岁患大病"


def test_who_is_closed_has_no_findings(household):
    run()
    Household.objects.update(history=False, closed_on=ON, closed_reason="迁出")
    assert run().closed == 2


def test_a_clock_set_back_breaks_nothing(household):
    run()
    Household.objects.update(history=False, water_is_safe=True)
    assert run(ON - timedelta(days=5)).closed == 1
    assert Finding.objects.get(rule="T01").fixed_on == ON


def test_a_rule_that_is_no_more_takes_its_findings_along(household, monkeypatch):
    run()
    monkeypatch.delitem(RULES, "T02")
    assert run().closed == 1


def test_villages_are_counted_day_by_day(household):
    make_household(make_village("130722101007"), water_is_safe=False)
    run()
    run()
    rows = FindingCount.objects.filter(counted_on=ON, rule="T01").order_by("area")
    assert [(row.area, row.open_count, row.new_count) for row in rows] == [
        (VILLAGE, 1, 1),
        ("130722101007", 1, 1),
    ]
    Household.objects.filter(area=VILLAGE).update(history=False, water_is_safe=True)
    run(ON + timedelta(days=1))
    counts = FindingCount.objects.filter(counted_on=ON + timedelta(days=1), rule="T01")
    assert list(counts.order_by("area").values_list("open_count", "fixed_count")) == [(0, 1), (1, 0)]


def test_a_run_of_one_township_leaves_the_others_alone(household):
    make_township("130722102", name="邻镇")
    other = make_household(make_village("130722102001"), water_is_safe=False)
    run_rules("130722102", on=ON, by=None)
    run()
    assert Finding.objects.filter(household=other, fixed_on=None).count() == 1


def test_one_finding_is_asked_again_at_once(household, station):
    run()
    unsafe, ill = Finding.objects.order_by("rule")
    assert finding_verbs.recheck(unsafe, by=station, on=ON).fixed_on is None
    Household.objects.update(history=False, water_is_safe=True)
    assert finding_verbs.recheck(unsafe, by=station, on=ON).fixed_on == ON
    ill.refresh_from_db()
    assert ill.fixed_on is None


def test_an_excuse_lasts_to_its_day(household, station):
    run()
    finding = Finding.objects.get(rule="T01")
    finding_verbs.exempt(finding, until=ON + timedelta(days=30), reason="正在打井", by=station, on=ON)
    result = run()
    assert (result.exempted, result.open["alert"]) == (1, 0)
    assert not Finding.objects.open(ON + timedelta(days=30)).filter(rule="T01").exists()
    assert Finding.objects.open(ON + timedelta(days=31)).filter(rule="T01").exists()
    finding_verbs.end_exemption(finding, by=station)
    assert run().open["alert"] == 1


@pytest.mark.parametrize(
    ("until", "reason", "field"),
    [
        (ON - timedelta(days=1), "正在打井", "until"),
        (ON + timedelta(days=400), "正在打井", "until"),
        (ON, " ", "reason"),
    ],
)
def test_an_excuse_without_reason_or_end_is_refused(household, station, until, reason, field):
    run()
    with pytest.raises(Refused) as refused:
        finding_verbs.exempt(Finding.objects.get(rule="T01"), until=until, reason=reason, by=station, on=ON)
    assert [name for name, _ in refused.value.problems] == [field]


def test_a_cadre_cannot_excuse(household):
    run()
    cadre = make_user(Role.CADRE, VILLAGE)
    with pytest.raises(PermissionDenied):
        finding_verbs.exempt(Finding.objects.get(rule="T01"), until=ON, reason="正在打井", by=cadre, on=ON)


def test_need_becomes_a_clue_once(household, station):
    run()
    finding = Finding.objects.get(rule="T01")
    clue = finding_verbs.open_clue(finding, by=station, on=ON, at=timezone.now())
    assert (clue.source, clue.risks, clue.household) == ("F", ["water"], household)
    assert "饮水登记为不安全" in clue.text
    with pytest.raises(Refused, match="已经转为线索"):
        finding_verbs.open_clue(finding, by=station, on=ON, at=timezone.now())
    assert Clue.objects.count() == 1


def test_need_becomes_a_measure_once(household, station):
    run()
    finding = Finding.objects.get(rule="T01")
    measure = finding_verbs.open_measure(finding, by=station, on=ON)
    assert (measure.measure_class, measure.started_on) == ("water", ON)
    with pytest.raises(Refused, match="已经登记了措施"):
        finding_verbs.open_measure(finding, by=station, on=ON)
    assert Measure.objects.count() == 1


def test_wrong_data_is_no_need(household, station):
    run()
    finding = Finding.objects.get(rule="T02")
    with pytest.raises(Refused, match="不作为线索"):
        finding_verbs.open_clue(finding, by=station, on=ON, at=timezone.now())
    with pytest.raises(Refused, match="没有对应的帮扶措施"):
        finding_verbs.open_measure(finding, by=station, on=ON)


def test_what_is_fixed_opens_nothing(household, station):
    run()
    Household.objects.update(history=False, water_is_safe=True)
    run()
    with pytest.raises(Refused, match="解决"):
        finding_verbs.open_clue(Finding.objects.get(rule="T01"), by=station, on=ON, at=timezone.now())


def test_a_run_asks_no_more_of_many_than_of_few(household, django_assert_max_num_queries):
    for _ in range(30):
        make_household(water_is_safe=False)
    with django_assert_max_num_queries(45):
        assert run().households == 31


def test_the_command_prints_the_object_of_the_contract(household):
    out = StringIO()
    call_command("run_rules", "--json", stdout=out)
    said = json.loads(out.getvalue())
    assert list(said) == ["rules", "households", "people", "findings", "new", "closed", "exempted"]
    assert said["findings"] == {"block": 0, "error": 0, "alert": 1, "warn": 1}
    assert (said["rules"], said["households"], said["people"], said["new"]) == (2, 1, 1, 2)


def test_the_command_says_where_there_is_nothing_to_ask():
    with pytest.raises(Exception, match="setup_township"):
        call_command("run_rules")
