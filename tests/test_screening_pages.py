"""系统筛查 and 按名单派发 in the console: what is previewed, raised and sent, and by whom."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from households.access import Role
from households.models import Household, ImportBatch
from monitoring.models import WarningBatch, WarningCase, WarningIndicator
from monitoring.models.warnings import SCREENING
from tests.factories import OTHER_TOWNSHIP, make_household, make_monitor, make_user, make_village
from tests.screened import write_indicators
from tests.warning_lists import line, of, take
from township.base.dates import add_months, month_start

pytestmark = pytest.mark.django_db

SCREEN, LISTS = "/admin/monitoring/warningcase/screening/", "/admin/monitoring/warningcase/lists/"


@pytest.fixture
def home() -> Household:
    write_indicators()
    return make_household(make_village(name="东河沿村"), housing_grade="D", water_is_safe=False)


@pytest.fixture
def station(client: Client) -> Client:
    client.force_login(make_user(Role.STATION))
    return client


def rows_of(page: Any) -> dict[str, Any]:
    return {row["code"]: row for row in page.context["rows"]}


def test_the_preview_counts_by_rule_with_the_threshold_in_force_and_writes_nothing(station, home):
    page = station.get(SCREEN)
    rows = rows_of(page)
    assert rows["HOUSE_CD"]["count"].new == rows["WATER"]["count"].new == 1
    assert rows["MED_SELF"]["limits"] == [
        "指标MED_SELF：9,000 元（18,000 元的 50%）", "指标MED_SELF_OTHER：18,000 元（18,000 元的 100%）"
    ]  # fmt: skip
    assert rows["INCOME"]["limits"] == ["监测线 8,800 元"]
    assert "测试" in page.text and not WarningBatch.objects.exists()


def test_the_chosen_rules_raise_and_the_list_shows_them(station, home):
    response = station.post(SCREEN, {"rule": ["WATER"]}, follow=True)
    assert response.redirect_chain[0][0].startswith("/admin/monitoring/warningcase/?month=")
    assert "新登记预警 1 件" in response.text
    assert list(WarningCase.objects.values_list("indicator_code", flat=True)) == ["WATER"]
    assert rows_of(station.get(SCREEN))["WATER"]["count"].existing == 1


def test_without_a_rule_nothing_is_raised(station, home):
    assert "请至少选择一条规则" in station.post(SCREEN, {"rule": ["NONE"]}).text
    assert not WarningCase.objects.exists()


def test_a_rule_out_of_use_is_shown_as_such(station, home):
    WarningIndicator.objects.filter(code="WATER").delete()
    page = station.get(SCREEN)
    assert not rows_of(page)["WATER"]["is_used"] and "未启用" in page.text


def test_a_month_to_come_is_refused_and_an_earlier_one_screened(station, home):
    later = add_months(timezone.localdate(), 1)
    assert "还没有到" in station.get(SCREEN, {"month": f"{later:%Y-%m}"}).text
    assert "月份" in station.get(SCREEN, {"month": "x"}).text
    earlier = add_months(month_start(timezone.localdate()), -1)
    station.post(SCREEN, {"rule": ["WATER"], "month": f"{earlier:%Y-%m}"})
    assert WarningBatch.objects.get().month == earlier


def test_only_the_own_township_is_screened(station, home):
    make_household(make_village(f"{OTHER_TOWNSHIP}001"), water_is_safe=False)
    assert rows_of(station.get(SCREEN))["WATER"]["count"].new == 1
    station.post(SCREEN, {"rule": ["WATER"]})
    assert WarningCase.objects.get().household == home


@pytest.mark.parametrize("role", [Role.CADRE, Role.LEADER])
@pytest.mark.parametrize("address", [SCREEN, LISTS])
def test_others_may_neither_screen_nor_send(client, home, role, address):
    client.force_login(make_user(role))
    assert client.post(address, {"rule": ["WATER"]}).status_code == 403
    assert not WarningCase.objects.exists()


def test_the_board_leads_there_for_who_may_screen(station, client, home):
    address = "/admin/monitoring/warningcase/board/"
    assert SCREEN in station.get(address).text
    client.force_login(make_user(Role.LEADER))
    assert SCREEN not in client.get(address).text


# 按名单派发


def test_a_list_is_sent_to_the_monitors_until_a_day(station, home, tmp_path):
    monitor = make_monitor(home)
    take(tmp_path, of(home.members.get()), line(姓名="无此人"))
    batch = WarningBatch.objects.get()
    page = station.get(LISTS, {"batch": str(ImportBatch.objects.get().pk)})
    shown = page.context["batches"][0]
    assert (shown["batch"], shown["is_chosen"], shown["batch"].waiting, shown["batch"].nobody) == (
        batch,
        True,
        2,
        1,
    )
    due = timezone.localdate() + timedelta(days=4)
    answer = station.post(LISTS, {"batch": str(batch.pk), "due_on": f"{due:%Y-%m-%d}"}, follow=True)
    assert "已派发 1 件" in answer.text and "1 件没有监测员可派" in answer.text
    case = WarningCase.objects.to_verify().get()
    assert (case.monitor, case.due_on) == (monitor, due)


def test_what_screening_raised_is_sent_the_same_way(station, home):
    make_monitor(home)
    station.post(SCREEN, {"rule": ["WATER", "HOUSE_CD"]})
    batch = WarningBatch.objects.get(department=SCREENING)
    station.post(LISTS, {"batch": str(batch.pk)})
    assert WarningCase.objects.to_verify().count() == 2
    assert "没有待派发的名单" in station.get(LISTS).text


@pytest.mark.parametrize(("day", "told"), [("2020-01-01", "早于派发日期"), ("x", "不是有效日期")])
def test_a_wrong_day_sends_nothing(station, home, tmp_path, day, told):
    make_monitor(home)
    take(tmp_path, of(home.members.get()))
    sent = {"batch": str(WarningBatch.objects.get().pk), "due_on": day}
    assert told in station.post(LISTS, sent, follow=True).text
    assert not WarningCase.objects.to_verify().exists()


@pytest.mark.parametrize("key", ["x", "01a20da3-a1e4-7d1b-b00f-417cb1adceb0"])
def test_a_list_that_is_not_there_is_not_found(station, home, key):
    assert station.post(LISTS, {"batch": key}).status_code == 404
