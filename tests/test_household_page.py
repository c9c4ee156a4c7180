"""The household page: what it shows, to whom, at a fixed number of queries, recorded once an hour."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from households.access import Role
from households.choices import Relation, Tier
from households.models import AccessLog
from monitoring.models import Clue, Measure, TierAssignment, TierProposal, VisitTask
from tests.factories import (
    OTHER_TOWNSHIP,
    make_household,
    make_income,
    make_member,
    make_monitor,
    make_user,
    make_village,
    make_visit,
)
from township.base.history import save_changes

pytestmark = pytest.mark.django_db


def address(household):
    return reverse("admin:households_household_change", args=[household.pk])


@pytest.fixture
def station(client):
    user = make_user(Role.STATION)
    client.force_login(user)
    return user


def page(client, household, **query):
    response = client.get(address(household), query)
    assert response.status_code == 200
    return response.content.decode()


def test_page_answers_everything_about_a_household(client, station):
    household = make_household(tier=Tier.KEY, phone="13811112222", housing_grade="C", water_is_safe=True)
    child = make_member(household, name="试小明", relation=Relation.SON, birth_on=date(2020, 1, 5))
    make_income(household, 2025, wage_yuan=Decimal(6000))
    make_income(household, 2024, wage_yuan=Decimal(20000))
    visit = make_visit(
        household,
        timezone.localdate(),
        blocks={"medical": {"state": "problem", "note": "住院", "amount_yuan": "900"}},
    )
    Clue.objects.create(
        household=household, area=household.area, source="B", found_on=visit.visited_on, risks=["illness"]
    )
    Measure.objects.create(
        household=household,
        area=household.area,
        measure_class="health",
        title="签约服务",
        started_on=visit.visited_on,
    )
    make_monitor(household, name="监测甲")
    text = page(client, household)
    for words in (
        household.head_name, "重点监测", child.name, "住房安全 存在问题", "饮水安全 有保障", "基本医疗：", "住院",
        "900 元", "因病", "签约服务", "监测甲", "2025年", "8,800",
    ):  # fmt: skip
        assert words in text, words


def test_personal_numbers_are_masked_and_offered_by_click(client, station):
    household = make_household(phone="13811112222")
    head = household.members.get()
    text = page(client, household)
    assert "13811112222" not in text
    assert head.id_number not in text
    assert "138****2222" in text
    assert f"model=member&amp;field=id_number&amp;pk={head.pk}" in text
    assert f"{head.birth_on}" not in text


def test_why_shows_the_reasons_the_tier_was_confirmed_by(client, station):
    household = make_household(tier=Tier.KEY)
    proposal = TierProposal.objects.create(
        household=household, area=household.area, tier=Tier.KEY,
        reasons=[{"code": "kind", "text": "登记为边缘易致贫户"}],
        proposed_on=date(2026, 1, 2), status=TierProposal.Status.CONFIRMED,
    )  # fmt: skip
    TierAssignment.objects.filter(household=household).update(proposal=proposal, tags=["低保脱贫户"])
    text = page(client, household)
    assert "登记为边缘易致贫户" in text
    assert "低保脱贫户" in text


def test_visits_show_state_of_tasks_and_who_was_not_met(client, station):
    household = make_household(tier=Tier.KEY)
    today = timezone.localdate()
    VisitTask.objects.create(
        household=household, area=household.area, tier=Tier.KEY, period_start=today.replace(day=1),
        period_end=(today.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1),
        planned_month=today.replace(day=1), due_on=today + timedelta(days=2),
    )  # fmt: skip
    make_visit(household, today, met="nobody")
    text = page(client, household)
    assert "三日内到期" in text
    assert "未见到人（不计完成）" in text


def test_change_history_says_what_who_and_why_with_secrets_masked(client, station):
    household = make_household(phone="13811112222")
    household.phone, household.water_is_safe = "13911113333", False
    save_changes(household, by=station, reason="入户核实")
    text = page(client, household)
    assert "138****2222</del>" in text
    assert "139****3333</ins>" in text
    assert "入户核实" in text
    assert "饮水是否安全" in text
    assert "13911113333" not in text


def test_looking_is_recorded_once_an_hour_for_each_person_and_household(client, station):
    household = make_household()
    for _ in range(3):
        page(client, household)
    looks = AccessLog.objects.filter(action=AccessLog.Action.VIEW, target=household.code)
    assert [look.user for look in looks] == [station]
    looks.update(at=timezone.now() - timedelta(minutes=61))
    page(client, household)
    assert looks.count() == 2


@pytest.mark.parametrize("role", [Role.COUNTY, Role.AUDITOR, Role.ADMINISTRATOR])
def test_roles_that_see_no_household_are_refused(client, role):
    household = make_household()
    client.force_login(make_user(role))
    assert client.get(address(household)).status_code in (403, 404)


def test_household_of_another_place_does_not_exist(client, station):
    foreign = make_household(make_village(f"{OTHER_TOWNSHIP}001"))
    assert client.get(address(foreign)).status_code == 404
    assert client.get("/admin/households/household/not-an-id/change/").status_code == 404


def test_cadre_reads_his_village_and_gets_no_edit_buttons(client):
    household, neighbour = make_household(), make_household(make_village("130722101002"))
    client.force_login(make_user(Role.CADRE, household.area))
    text = page(client, household)
    assert reverse("admin:household_edit", args=[household.pk]) not in text
    assert "登记走访（代录）" not in text
    assert client.get(address(neighbour)).status_code == 404


def fill(household, people: int, visits: int):
    for number in range(people):
        make_member(household, name=f"甲{number}")
    for number in range(visits):
        make_visit(household, timezone.localdate() - timedelta(days=number))
    for year in range(2020, 2026):
        make_income(household, year)


def test_number_of_queries_does_not_grow(client, station):
    small, large = make_household(tier=Tier.GENERAL), make_household(tier=Tier.GENERAL)
    fill(small, 2, 2)
    fill(large, 25, 60)
    counts = []
    for household in (small, large):
        page(client, household)  # the first look is also recorded
        with CaptureQueriesContext(connection) as queries:
            page(client, household)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 55


def test_long_lists_end_with_more_and_open_in_full(client, station):
    household = make_household()
    fill(household, 0, 15)
    assert "?all=visits#visits" in page(client, household)
    assert page(client, household, all="visits").count("各项无变化") == 15


def test_closed_household_says_so_and_offers_no_change(client, station):
    household = make_household(closed_on=date(2026, 1, 1), closed_reason="整户迁出")
    text = page(client, household)
    assert "已销户 2026-01-01（整户迁出）" in text
    assert reverse("admin:household_edit", args=[household.pk]) not in text


@pytest.mark.parametrize("kind", ["household", "member"])
def test_address_of_a_history_leads_to_the_history_on_the_page(client, kind):
    household = make_household()
    row = household if kind == "household" else household.members.get()
    client.force_login(make_user(Role.STATION))
    answer = client.get(f"/admin/households/{kind}/{row.pk}/history/")
    assert answer.headers["Location"] == f"/admin/households/household/{household.pk}/change/#history"
    client.force_login(make_user(Role.STATION, OTHER_TOWNSHIP))
    assert client.get(f"/admin/households/{kind}/{row.pk}/history/").status_code == 404
