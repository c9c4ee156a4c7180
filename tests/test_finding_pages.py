"""疑点清单: who sees which findings, what the page of one offers, and what its buttons do."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from households.access import Role
from households.choices import Risk
from monitoring.admin.findings.fixing import fix_links
from monitoring.choices import MeasureClass
from monitoring.models import Clue, Finding, Measure
from monitoring.rule_words import Family, Fixer, Level
from monitoring.rules.findings import RULES
from monitoring.rules.findings.base import Rule
from monitoring.services.findings import run_rules
from tests.factories import (
    OTHER_TOWNSHIP,
    TOWNSHIP,
    VILLAGE,
    make_household,
    make_township,
    make_user,
    make_village,
)
from tests.visit_pages import TODAY, act, today, told  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
LIST = "/admin/monitoring/finding/"
UNSAFE = Rule(
    code="T01", title="饮水不安全", family=Family.HOUSING_WATER, level=Level.ALERT, source="测试依据",
    fixer=Fixer.VILLAGE, of_home=lambda home, day: "饮水登记为不安全" if home.water_is_safe is False else "",
    question="家里吃的水安全吗？", risk=Risk.WATER, measure=MeasureClass.WATER,
)  # fmt: skip


@pytest.fixture(autouse=True)
def one_rule(monkeypatch):
    for code in list(RULES):
        monkeypatch.delitem(RULES, code)
    monkeypatch.setitem(RULES, UNSAFE.code, UNSAFE)


@pytest.fixture
def finding():
    make_township()
    make_household(water_is_safe=False)
    run_rules(TOWNSHIP[:9], on=TODAY, by=None)
    return Finding.objects.get()


def signed_in(role: str, area: str = TOWNSHIP) -> Client:
    client = Client()
    client.force_login(make_user(role, area), backend="django.contrib.auth.backends.ModelBackend")
    return client


def page_of(finding: Finding) -> str:
    return f"{LIST}{finding.pk}/change/"


def text_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_the_list_says_what_is_wrong_and_where(finding):
    page = text_of(signed_in(Role.STATION).get(LIST))
    for word in ("T01 饮水不安全", "饮水登记为不安全", finding.household.head_name, "村干部", "2026-11-24"):
        assert word in page


def test_findings_of_other_townships_are_not_there(finding):
    stranger = signed_in(Role.STATION, OTHER_TOWNSHIP)
    assert "饮水登记为不安全" not in text_of(stranger.get(LIST))
    assert stranger.get(page_of(finding)).status_code == 404


@pytest.mark.parametrize(
    ("query", "is_shown"),
    [
        ("", True), ("?state=fixed", False), ("?state=exempted", False), ("?state=all", True),
        ("?level=alert", True), ("?level=error", False), ("?family=housing_water", True), ("?family=income", False),
        ("?fixer=village", True), ("?fixer=station", False), ("?need=need", True), ("?rule=T01", True),
        ("?rule=nonsense", True), (f"?area={VILLAGE}", True),
    ],
)  # fmt: skip
def test_filters(finding, query, is_shown):
    assert ("饮水登记为不安全" in text_of(signed_in(Role.STATION).get(f"{LIST}{query}"))) is is_shown


def test_the_page_leads_to_where_it_is_put_right(finding):
    page = text_of(signed_in(Role.STATION).get(page_of(finding)))
    for word in ("重新核对", "转为线索", "登记帮扶措施", "豁免", "测试依据", "家里吃的水安全吗？"):
        assert word in page
    assert f"/admin/households/household/{finding.household_id}/edit/" in page


def test_a_cadre_may_look_again_and_report_but_not_excuse(finding):
    page = text_of(signed_in(Role.CADRE, VILLAGE).get(page_of(finding)))
    assert "重新核对" in page and "转为线索" in page
    assert "豁免" not in page and "登记帮扶措施" not in page


def test_many_are_looked_at_again_in_one_go(finding):
    other = make_household(make_village("130722101007"), water_is_safe=False)
    run_rules(TOWNSHIP[:9], on=TODAY, by=None)
    type(other).objects.filter(pk=other.pk).update(history=False, water_is_safe=True)
    answer = act(signed_in(Role.STATION), LIST, "recheck", *Finding.objects.all(), apply="1")
    assert "已解决 1 条，仍存在 1 条" in "".join(told(answer))


def test_one_click_makes_a_clue_and_a_measure(finding):
    station = signed_in(Role.STATION)
    act(station, LIST, "clue", finding, apply="1")
    act(station, LIST, "measure", finding, apply="1")
    assert (Clue.objects.count(), Measure.objects.count()) == (1, 1)
    page = text_of(station.get(page_of(finding)))
    assert "查看线索" in page and "查看措施" in page
    assert "转为线索" not in page


def test_an_excuse_asks_for_reason_and_end(finding):
    station = signed_in(Role.STATION)
    until = TODAY + timedelta(days=20)
    act(station, LIST, "exempt", finding, until=str(until), reason="水源改造，已安排送水")
    finding.refresh_from_db()
    assert (finding.exempt_until, finding.exempt_reason) == (until, "水源改造，已安排送水")
    assert "豁免至 2026-12-14" in text_of(station.get(page_of(finding)))
    act(station, f"{LIST}?state=exempted", "end_exemption", finding, apply="1")
    finding.refresh_from_db()
    assert finding.exempt_until is None


def test_the_list_asks_no_more_of_many(finding, django_assert_max_num_queries):
    for _ in range(20):
        make_household(water_is_safe=False)
    run_rules(TOWNSHIP[:9], on=TODAY, by=None)
    station = signed_in(Role.STATION)
    station.get(LIST)
    with django_assert_max_num_queries(20):
        assert text_of(station.get(LIST)).count('class="field-words"') == 21


def test_the_household_page_tells_its_findings(finding):
    page = text_of(signed_in(Role.STATION).get(f"/admin/households/household/{finding.household_id}/change/"))
    assert f"{LIST}{finding.pk}/change/" in page and "饮水登记为不安全" in page


def test_a_missing_benefit_is_recorded_for_its_person_and_leads_back(finding):
    rule = replace(UNSAFE, code="P04-F", family=Family.DOUBTFUL)
    user = make_user(Role.STATION)
    links = {link["label"]: link["url"] for link in fix_links(finding, rule, user)}
    address = links["登记惠民待遇"]
    assert f"household={finding.household.code}" in address and "kind=P04" in address
    assert f"next=%2Fadmin%2Fmonitoring%2Ffinding%2F{finding.pk}%2Fchange%2F" in address
    unpaid = fix_links(finding, replace(rule, code="P29"), user)
    assert not any("kind=" in link["url"] for link in unpaid)
