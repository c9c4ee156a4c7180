"""The hand-over page: whose, to whom, all or some, with the loads before it is done."""

from datetime import date, timedelta

import pytest

from households.access import Role
from households.choices import Tier
from households.models import MonitorAssignment
from monitoring.loads import Load, loads
from tests.factories import OTHER_TOWNSHIP, make_group, make_household, make_monitor, make_user, make_village
from tests.visit_pages import TODAY, make_task, today, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
__all__ = ["today"]
PAGE = "/admin/monitoring/visittask/handover/"


@pytest.fixture
def station(client):
    user = make_user(Role.STATION)
    client.force_login(user)
    return user


@pytest.fixture
def monitors():
    households = [
        make_household(tier=Tier.KEY, group=make_group(name=name)) for name in ("1组", "1组", "2组")
    ]
    leaving = make_monitor(*households, name="周海燕")
    for household in households:
        make_task(household, monitor=leaving)
    return leaving, make_monitor(name="吴大勇"), households


def terms(**values):
    return {"to": "吴大勇", "what": "whole", "start": str(TODAY), "until": "", "reason": "住院"} | values


def holders(on=TODAY):
    return dict(MonitorAssignment.objects.valid_on(on).values_list("household", "monitor__name"))


def test_step_one_finds_the_monitor(client, station, monitors):
    answer = client.post(PAGE, {"monitor": "周海燕"})
    assert answer.url == f"{PAGE}?from={monitors[0].pk}"
    assert "没有监测员" in client.post(PAGE, {"monitor": "没有这人"}).content.decode()


def test_preview_shows_both_loads_and_changes_nothing(client, station, monitors):
    leaving, _, _ = monitors
    page = client.post(f"{PAGE}?from={leaving.pk}", terms(preview="1"))
    assert [(load, after) for _, load, after in page.context["before_and_after"]] == [
        (Load(3, 3), 0), (Load(0, 0), 3),
    ]  # fmt: skip
    assert set(holders().values()) == {"周海燕"}


def test_whole_hand_over(client, station, monitors):
    leaving, taking, households = monitors
    answer = client.post(f"{PAGE}?from={leaving.pk}", terms(confirm="1"), follow=True)
    assert "名下 3 户" in told(answer)
    assert holders() == {household.pk: "吴大勇" for household in households}
    assert loads([taking.pk], TODAY)[taking.pk] == Load(3, 3)


def test_some_groups_and_households(client, station, monitors):
    leaving, _, (one, other, third) = monitors
    data = terms(confirm="1", what="some", group=[str(third.group_id)], household=[str(one.pk)])
    client.post(f"{PAGE}?from={leaving.pk}", data)
    assert holders() == {one.pk: "吴大勇", third.pk: "吴大勇", other.pk: "周海燕"}


def test_leave_ends_by_itself(client, station, monitors):
    leaving, _, _ = monitors
    until = TODAY + timedelta(days=10)
    client.post(f"{PAGE}?from={leaving.pk}", terms(confirm="1", until=str(until)))
    assert set(holders(until).values()) == {"吴大勇"}
    assert set(holders(until + timedelta(days=1)).values()) == {"周海燕"}


@pytest.mark.parametrize(("values", "words"), [
    ({"what": "some"}, "没有选中农户"),
    ({"to": "周海燕"}, "接手的就是原监测员"),
    ({"start": str(date(2026, 11, 23))}, "不能早于今天"),
    ({"until": str(date(2026, 11, 20))}, "早于起始日期"),
    ({"reason": ""}, "请填写“原因”。"),
])  # fmt: skip
def test_what_cannot_be_is_said(client, station, monitors, values, words):
    page = client.post(f"{PAGE}?from={monitors[0].pk}", terms(confirm="1", **values))
    assert words in page.content.decode()
    assert set(holders().values()) == {"周海燕"}


def test_monitors_of_another_township_do_not_exist(client, station):
    foreign = make_monitor(make_household(make_village(f"{OTHER_TOWNSHIP}001")))
    assert client.get(f"{PAGE}?from={foreign.pk}").status_code == 404
    assert client.get(f"{PAGE}?from=nobody").status_code == 404
