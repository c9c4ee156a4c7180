"""今日: every number has its unit and 口径 and equals the list it links to; the queries do not grow with the place."""

from datetime import date, timedelta
from html import unescape
from re import findall

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from households.access import Role
from households.choices import Tier
from monitoring.models import Clue, Procedure, TierProposal, VisitCycle, VisitTask
from monitoring.reference import load_cycles
from tests.factories import (
    OTHER_TOWNSHIP,
    make_household,
    make_member,
    make_monitor,
    make_user,
    make_village,
    make_visit,
)
from tests.warned import assigned, decided, make_batch, make_case, replied, verified

pytestmark = pytest.mark.django_db


TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """A day on which a yearly task can be overdue."""
    monkeypatch.setattr(timezone, "localdate", lambda *_: TODAY)


@pytest.fixture
def station(client):
    user = make_user(Role.STATION)
    client.force_login(user)
    return user


def make_task(household, due_in: int, **values):
    due = TODAY + timedelta(days=due_in)
    defaults = {"area": household.area, "tier": household.tier, "period_start": date(2026, 1, 1),
                "period_end": date(2026, 12, 31), "planned_month": date(2026, 11, 1), "due_on": due}  # fmt: skip
    return VisitTask.objects.create(household=household, **(defaults | values))


def make_place(villages=("130722101001", "130722101002"), households=3):
    """Households in several states in each village, one closed, and one in another township."""
    for code in villages:
        village = make_village(code)
        for number in range(households):
            household = make_household(village, tier=Tier.GENERAL)
            make_task(household, (-5, 2, 40)[number % 3])
            make_monitor(household)
        make_household(village)  # neither tier nor monitor
        key = make_household(village, tier=Tier.KEY)
        make_member(key)
        make_task(key, -9)
        TierProposal.objects.create(household=key, area=code, tier=Tier.GENERAL, proposed_on=TODAY)
        Clue.objects.create(household=key, area=code, source="B", found_on=TODAY, risks=["illness"])
        voided = make_household(village, tier=Tier.GENERAL)
        make_monitor(voided)
        make_task(voided, -5, voided_at=timezone.now(), void_reason="重复")
        gone = make_household(village, tier=Tier.GENERAL, closed_on=TODAY, closed_reason="并户")
        visit = make_visit(gone, TODAY)  # what it had still to be visited for was voided when it closed
        make_task(gone, -5, fulfilled_by=visit, fulfilled_on=TODAY)
    foreign = make_household(make_village(f"{OTHER_TOWNSHIP}001"), tier=Tier.KEY)
    make_task(foreign, -5)


def dashboard(client, **query):
    response = client.get("/admin/", query, follow=True)
    assert response.status_code == 200
    return response


def count_at(client, url):
    response = client.get(url, follow=True)
    assert response.status_code == 200, url
    return response.context["cl"].result_count


def tiles(response):
    return {tile["name"]: tile for tile in response.context["todo"]}


def follow_all(client, response):
    """Compare every number of the page with the list it leads to."""
    for tile in response.context["todo"]:
        assert tile["url"], tile["name"]
        assert count_at(client, tile["url"]) == tile["count"], tile["name"]
        assert tile["unit"]
        assert tile["definition"]
    for row in response.context["tiers"]["rows"]:
        assert count_at(client, row["url"]) == row["households"], row
    for row in response.context["overdue_by_village"]:
        assert count_at(client, row["url"]) == row["overdue"], row
    bars = findall(r'<a href="([^"]+)"><g class="chart-row [^>]*aria-label="\S+(?: \S+)? (\d+)/(\d+)', str(
        response.context["visits_by_tier"]
    ))  # fmt: skip
    assert len(bars) == len(Tier)
    for url, done, total in bars:
        url = unescape(url)
        assert count_at(client, url) == int(total)
        assert count_at(client, url.replace("visit=owed", "visit=done")) == int(done)
    cells = findall(
        r'<a href="([^"]+)"><g [^>]*aria-label="[^"]*走访清单 (\d+) 户"',
        str(response.context["villages_chart"]),
    )
    assert cells
    for url, to_do in cells:
        assert count_at(client, unescape(url)) == int(to_do)


def test_every_number_equals_the_list_it_links_to(client, station):
    make_place()
    response = dashboard(client)
    found = {name: tile["count"] for name, tile in tiles(response).items()}
    assert list(found.values()) == [4, 2, 4, 2, 2, 2, 0, 0, 0, 0, 0], found
    follow_all(client, response)


def make_warnings():
    """A case at every step, one of them of last month's list, and one whose village nobody knows."""
    head = make_household(make_village("130722101002"), tier=Tier.GENERAL).members.get()
    other = make_household(make_village("130722101001"), tier=Tier.GENERAL).members.get()
    batch = make_batch()
    sent = assigned(date(2026, 11, 3), date(2026, 11, 10))
    for more in (
        {}, sent, sent | verified(TODAY), sent | decided(date(2026, 11, 19)), sent | replied(date(2026, 11, 12)),
        sent | decided(date(2026, 11, 9), "V9", status="following", follow_on=date(2026, 12, 20), replied_on=TODAY),
    ):  # fmt: skip
        make_case(head, batch, **more)
    make_case(other, make_batch(date(2026, 10, 1)), **(sent | verified(date(2026, 11, 9))))
    make_case(None, batch)
    Procedure.objects.create(
        area=head.area, household=head.household, kind="identification", opened_on=date(2026, 11, 2)
    )


def test_warnings_and_identifications_that_wait_equal_their_lists(client, station):
    make_warnings()
    response = dashboard(client)
    found = {name: tile["count"] for name, tile in list(tiles(response).items())[7:]}
    assert found == {"预警待派": 2, "预警超期": 5, "预警待研判": 2, "识别超期": 1}
    follow_all(client, response)


def month_steps(client, response):
    """Return 收到, 核查, 认定, 办结 of the chart, each compared with its list."""
    row = r'<a href="([^"]+)"><g class="chart-row [^>]*aria-label="(\S+) (\d+)/'
    bars = findall(row, response.context["warnings_chart"])
    for url, name, count in bars:
        assert count_at(client, unescape(url)) == int(count), name
    return {name: int(count) for _, name, count in bars}


def test_the_month_of_the_warnings_is_that_of_list_ledger_and_summary(client, station):
    assert dashboard(client).context["warnings_chart"] == ""
    make_warnings()
    response = dashboard(client)
    assert month_steps(client, response) == {"收到": 7, "核查": 4, "认定": 3, "办结": 1}
    ledger = client.get("/admin/ledgers/warnings/", {"month": "2026-11"})
    assert ledger.context["count"] == "7 人次" and "已核查 4 人次" in ledger.context["statistics"][0]
    narrowed = dashboard(client, village="130722101001")
    assert month_steps(client, narrowed) == {} and tiles(narrowed)["预警待研判"]["count"] == 1


def test_village_switch_narrows_every_number(client, station):
    make_place()
    whole = dashboard(client).context["tiers"]["households"]
    response = dashboard(client, village="130722101001")
    assert response.context["tiers"]["households"] * 2 == whole
    assert tiles(response)["线索待处理"]["count"] == 1
    follow_all(client, response)


def test_cadre_sees_the_numbers_of_his_village(client):
    make_place()
    client.force_login(make_user(Role.CADRE, "130722101002"))
    response = dashboard(client)
    assert tiles(response)["无等级"]["count"] == 1
    follow_all(client, response)


def test_people_are_counted_beside_households(client, station):
    household = make_household(tier=Tier.KEY)
    make_member(household)
    make_member(household, left_on=date(2026, 1, 1), left_reason="死亡")
    rows = {row["tier"]: row for row in dashboard(client).context["tiers"]["rows"]}
    assert (rows["key"]["households"], rows["key"]["people"]) == (1, 2)
    assert rows["general"]["households"] == 0


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR, Role.COUNTY])
def test_role_without_households_gets_its_pages_and_no_number(client, role):
    make_place()
    client.force_login(make_user(role))
    response = dashboard(client)
    text = response.content.decode()
    assert "您的角色不查看农户信息" in text
    assert "超期走访" not in text
    assert "todo" not in response.context


def test_page_says_unit_and_definition_of_every_number(client, station):
    make_place()
    text = dashboard(client).content.decode()
    for words in (
        "口径",
        "本期，已走访 / 应走访，户",
        "超期走访（户）",
        "线索待处理（条）",
        "每户计一次",
        "村级态势",
    ):
        assert words in text, words


def test_empty_place_has_a_calm_page(client, station):
    make_village()
    text = dashboard(client).content.decode()
    assert "没有超期的走访" in text


def test_queries_do_not_grow_with_villages_and_households(client, station):
    counts = []
    for villages in (("130722101001", "130722101002"), [f"1307221010{n:02d}" for n in range(11, 31)]):
        make_place(villages)
        dashboard(client)
        with CaptureQueriesContext(connection) as queries:
            dashboard(client)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 25


def test_first_entry_is_open_only_on_its_own_page(client, station):
    make_household()

    def active(address):
        return [item["title"] for item in client.get(address).context["navigation"] if item["active"]]

    assert active("/admin/") == ["今日"]
    assert active("/admin/households/household/") == ["农户"]


def test_bars_name_the_cycle_by_which_the_tasks_are_planned(client, station):
    """A new cycle waits for the next period of both, however it was dated."""
    load_cycles()
    VisitCycle.objects.create(
        tier=Tier.LOW_INCOME, months=1, phone_counts="never", valid_from=date(2026, 11, 1), document="x"
    )
    assert "低收入 季度" in str(dashboard(client).context["visits_by_tier"])
