"""监测期 in the console: who is monitored, how it ended, what no measure answers; on the household page too."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from households.access import Role
from monitoring.models import MonitoringEpisode
from monitoring.services.episodes import roll_back
from tests.factories import make_monitor, make_user
from tests.procedures import HOW, IDENTIFICATION, ON, Status, episode_of, make_procedure, monitored_household

pytestmark = pytest.mark.django_db
LIST = "/admin/monitoring/monitoringepisode/"
SEPTEMBER = date(2026, 9, 1)
ELIMINATED = {"is_eliminated": True, "eliminated_month": SEPTEMBER, "elimination_mode": "helped"}


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)


@pytest.fixture
def station(client: Client) -> Client:
    client.force_login(make_user(Role.STATION))
    return client


def shown(client: Client, query: str = "") -> set[MonitoringEpisode]:
    return set(client.get(f"{LIST}?{query}").context["cl"].result_list)


def page(client: Client, episode: MonitoringEpisode) -> str:
    answer = client.get(f"{LIST}{episode.pk}/change/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_filters_and_how_many_of_the_eliminated_are_wholly_without_labour(station):
    going_on = episode_of(monitored_household())
    helped = episode_of(monitored_household(**ELIMINATED))
    without = episode_of(monitored_household(is_without_labour=True, **ELIMINATED))
    sudden = episode_of(monitored_household(monitored_kind="sudden"))
    assert shown(station) == {going_on, sudden}
    assert shown(station, "kind__exact=sudden") == {sudden}
    assert shown(station, "standing=eliminated") == {helped, without}
    assert shown(station, "standing=eliminated&labour=none") == {without}
    assert shown(station, "eliminated=2026-09") == {helped, without}
    assert shown(station, "eliminated=2026-08") == set()
    assert shown(station, "standing=all&labour=some") == {going_on, helped, sudden}


def test_the_page_tells_risks_help_and_what_is_missing(station):
    household = monitored_household(risk_note="长期住院")
    household.measures.filter(measure_class="health").delete()
    text = page(station, episode_of(household))
    for words in (
        "因病",
        "长期住院",
        "6,000",
        "没有对应措施",
        "就业帮扶",
        "帮扶计划时限",
        "未安排",
        "登记措施",
    ):
        assert words.replace(",", "") in text.replace(",", "")


def test_a_roll_back_stands_in_the_history_with_the_elimination_that_was_wrong(station):
    household = monitored_household(**ELIMINATED)
    episode = episode_of(household)
    roll_back(episode, reason="收入核算有误", by=make_user(Role.STATION), **HOW)
    text = page(station, episode)
    assert "监测中（回退）" in text and "回退：收入核算有误" in text
    assert "风险消除（2026-09，帮扶消除）" in text and "纳入监测" in text
    assert shown(station, "standing=rolled_back") == {episode}


def test_procedures_of_the_episode_are_linked(station):
    household = monitored_household()
    procedure = make_procedure("elimination", Status.CHECKED, household)
    assert f"/procedure/{procedure.pk}/change/" in page(station, episode_of(household))


def test_the_household_page_shows_what_is_open(station):
    household = monitored_household()
    procedure = make_procedure("elimination", Status.CHECKED, household)
    home = station.get(f"/admin/households/household/{household.pk}/change/").content.decode()
    assert (
        f"/procedure/{procedure.pk}/change/" in home
        and f"/monitoringepisode/{episode_of(household).pk}/" in home
    )
    plain = make_procedure(IDENTIFICATION, Status.OPENED).household
    home = station.get(f"/admin/households/household/{plain.pk}/change/").content.decode()
    assert "没有被识别为监测对象" in home


def test_who_may_begin_what_is_offered_at_the_household(station):
    household = monitored_household(**ELIMINATED)
    own = f"/admin/households/household/{household.pk}/change/"
    offered = station.get(own).content.decode()
    assert "发起识别" in offered and ">回退<" in offered and "发起消除" not in offered
    monitor = Client()
    monitor.force_login(make_monitor(household))
    seen = monitor.get(own).content.decode()
    assert "发起识别" not in seen and ">回退<" not in seen and "登记线索" not in seen


def test_the_number_of_queries_does_not_grow_with_the_rows(station, django_assert_max_num_queries):
    def queries() -> int:
        with django_assert_max_num_queries(40) as captured:
            station.get(LIST)
        return len(captured)

    monitored_household()
    station.get(LIST)
    few = queries()
    for _ in range(6):
        monitored_household()
    assert queries() == few
