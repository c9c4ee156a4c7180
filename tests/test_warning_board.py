"""The month's pipeline: every number equals the list behind it, at a fixed cost, and nobody is reminded of too much."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from households.access import Role
from households.models import Account
from monitoring.models import WarningCase
from monitoring.people import monitor_label
from tests.factories import (
    OTHER_TOWNSHIP,
    TOWNSHIP,
    make_household,
    make_member,
    make_monitor,
    make_user,
    make_village,
)
from tests.visit_pages import TODAY, today, told
from tests.warning_pages import BOARD, DAY, REMINDERS, Status, make_batch, make_case, make_stray

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
__all__ = ["today"]


@pytest.fixture
def station(client):
    user = make_user(Role.STATION)
    client.force_login(user)
    return user


def scatter(per_village: int = 1) -> None:
    """Cases at every step, late and in time, from two departments, in two villages and nowhere."""
    health, school = make_batch(), make_batch("教育局")
    old = make_batch("民政局", received_on=TODAY - 20 * DAY)
    for code in ("001", "002"):
        village = make_village(f"{TOWNSHIP}{code}")
        for _ in range(per_village):
            home = make_household(village)
            for status in Status:
                make_case(home, status, batch=health)
            make_case(home, batch=school)
            make_case(home, Status.ASSIGNED, batch=school, due_on=TODAY - 2 * DAY)
            make_case(home, Status.ASSIGNED, batch=school, due_on=TODAY - 9 * DAY)
            make_case(home, batch=old)
    make_stray(batch=old)
    make_case(batch=make_batch(month=date(2026, 10, 1)))


def cells(row):
    for cell in [*row["cells"], row["total"]]:
        yield cell["count"], cell["url"]
        yield cell["late"], cell["late_url"]


def test_every_number_equals_the_list_behind_it(client, station):
    scatter()
    context = client.get(f"{BOARD}?month=2026-11").context
    rows = [*(row for table in context["tables"] for row in table["rows"]), context["sum"]]
    late = 0
    for row in rows:
        for number, url in cells(row):
            assert client.get(url).context["cl"].result_count == number, url
        late += row["total"]["late"]
    assert context["sum"]["total"]["count"] == 21 == len(WarningCase.objects.of_month(date(2026, 11, 1)))
    assert late == 3 * context["sum"]["total"]["late"] == 21
    for step in context["steps"]:
        assert client.get(step["cell"]["url"]).context["cl"].result_count == step["cell"]["count"]
    assert client.get(context["late_url"]).context["cl"].result_count == 7


def test_people_and_households_are_counted_once(client, station):
    home = make_household()
    head, child = home.members.get(), make_member(home)
    batch = make_batch()
    for member, status in ((head, Status.RECEIVED), (head, Status.RECEIVED), (child, Status.VERIFIED)):
        make_case(home, status, batch=batch, member=member)
    make_stray(batch=batch)
    context = client.get(BOARD).context
    assert (context["total"].cases, context["total_distinct"].people, context["total_distinct"].households) == (
        4, 3, 1,
    )  # fmt: skip
    received = context["steps"][0]["distinct"]
    assert (received.people, received.households) == (2, 1)


def test_the_cost_does_not_grow_with_lines_and_villages(client, station):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(BOARD).status_code == 200
        return len(captured)

    make_case()
    few = queries()
    scatter(per_village=3)
    assert queries() <= few


def test_a_month_without_warnings_leads_to_the_last_that_has_some(client, station):
    make_case(batch=make_batch(month=date(2026, 9, 1)))
    page = client.get(BOARD)
    assert "2026年11月没有部门预警" in page.content.decode()
    assert page.context["latest"]["url"].endswith("?month=2026-09")
    assert client.get(page.context["latest"]["url"]).context["total"].cases == 1
    assert "现在显示的是本月" in told(client.get(f"{BOARD}?month=2026-13"))


def test_each_sees_the_board_of_his_own(client):
    near, far = make_household(make_village()), make_household(make_village(f"{TOWNSHIP}002"))
    foreign = make_household(make_village(f"{OTHER_TOWNSHIP}001"))
    batch = make_batch()
    for home in (near, far, foreign):
        make_case(home, batch=batch)
    sees = {
        make_user(Role.STATION): 2,
        make_user(Role.LEADER): 2,
        make_user(Role.CADRE, near.area): 1,
        make_monitor(near): 1,
        make_monitor(make_household()): 0,
    }
    for user, number in sees.items():
        client.force_login(user)
        assert client.get(BOARD).context["total"].cases == number


def test_reminders_name_who_has_to_do_what_most_urgent_first(client, station):
    lazy, quick = make_monitor(name="赵慢"), make_monitor(name="钱快")
    batch = make_batch(received_on=TODAY)
    make_case(status=Status.ASSIGNED, monitor=quick, batch=batch, due_on=TODAY)
    make_case(status=Status.ASSIGNED, monitor=quick, batch=batch, due_on=TODAY + DAY)
    far = make_case(status=Status.ASSIGNED, monitor=lazy, batch=batch, due_on=TODAY - 6 * DAY)
    make_case(status=Status.ASSIGNED, monitor=lazy, batch=batch, due_on=TODAY - 5 * DAY)
    make_case(status=Status.VERIFIED, batch=batch, reported_on=TODAY - 30 * DAY)
    context = client.get(REMINDERS).context
    shown = [(one.name[:2], one.red, one.late, one.today) for one in context["people"]]
    assert shown == [("赵慢", 1, 1, 0), ("钱快", 0, 0, 1), ("镇防", 1, 0, 0)]
    lazy_lines = next(one for one in context["people"] if one.name.startswith("赵慢")).lines
    assert lazy_lines[0]["case"] == far and "超期 6 天" in lazy_lines[0]["state"]
    assert (context["red"], context["late"], context["today"]) == (2, 1, 1)


def test_who_is_reminded_has_a_masked_telephone_that_the_station_may_open(client, station):
    monitor = make_monitor(make_household(), name="赵慢", phone="13800005678")
    case = make_case(status=Status.ASSIGNED, monitor=monitor, due_on=TODAY)
    text = client.get(REMINDERS).content.decode()
    assert "138****5678" in text and "13800005678" not in text and "尾号" not in text
    address = f"/admin/reveal/?model=account&field=phone&pk={monitor.pk}"
    assert address.replace("&", "&amp;") in text
    assert client.post(address).json() == {"value": "13800005678"}
    client.force_login(make_user(Role.CADRE, case.area))
    text = client.get(REMINDERS).content.decode()
    assert "138****5678" in text and "/admin/reveal/" not in text


@pytest.mark.parametrize(("login", "label"), [("13800005678", "赵慢（尾号5678）"), ("monitor", "赵慢")])
def test_a_login_that_is_no_number_tells_nothing_of_a_monitor(login, label):
    assert monitor_label(Account(name="赵慢", username=login)) == label


def test_nobody_to_remind(client, station):
    make_case()
    assert "今天没有要催办的预警" in client.get(REMINDERS).content.decode()


def test_reminders_cost_the_same_for_many(client, station):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(REMINDERS).context["people"]
        return len(captured)

    make_case(status=Status.ASSIGNED, due_on=TODAY)
    few = queries()
    for _ in range(6):
        make_case(status=Status.ASSIGNED, due_on=TODAY - DAY)
    assert queries() <= few
