"""The visit board: every cell equals the list it links to, by village and by monitor; planning from the page."""

from datetime import date
from random import Random

import pytest

from households.access import Role
from households.choices import Tier
from monitoring.board import BY_MONITOR, visit_board
from monitoring.figures import added_up, visit_progress
from monitoring.models import VisitTask
from monitoring.reference import load_cycles
from tests.factories import OTHER_TOWNSHIP, make_household, make_monitor, make_user, make_village, make_visit
from tests.visit_pages import TASKS, TODAY, make_task, today, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
__all__ = ["today"]
BOARD = "/admin/monitoring/visittask/board/"


@pytest.fixture
def station(client):
    user = make_user(Role.STATION)
    client.force_login(user)
    return user


def scatter(count=24, seed=1):
    """Tasks of all tiers and states in three villages, some without a monitor, some superseded."""
    random = Random(seed)
    villages = [make_village(f"13072210100{number}") for number in (1, 2, 3)]
    monitors = [make_monitor() for _ in range(2)]
    for _ in range(count):
        tier = random.choice(Tier.values)
        household = make_household(random.choice(villages), tier=tier)
        task = make_task(
            household,
            random.choice([tier, tier, tier, Tier.KEY]),
            monitor=random.choice([*monitors, None]),
            on=random.choice([TODAY, TODAY, date(2026, 10, 5)]),
        )
        if random.random() < 0.4:
            day = max(task.period_start, date(2026, 10, 9))
            visit = make_visit(household, day)
            VisitTask.objects.filter(pk=task.pk).update(fulfilled_by=visit, fulfilled_on=day)


def links(row):
    """Every (number, address) that a row of the board shows."""
    for cell in [*row["cells"], row["total"]]:
        if cell["total"]:
            yield cell["total"], cell["url"]
            yield cell["done"], cell["done_url"]
            yield from ((mark["count"], mark["url"]) for mark in cell["marks"])
    yield row["this_month"], row["this_month_url"]
    yield row["open"], row["open_url"]


@pytest.mark.parametrize("query", ["", "by=monitor", "month=2026-10"])
def test_every_number_equals_the_list_behind_it(client, station, query):
    scatter()
    context = client.get(f"{BOARD}?{query}").context
    rows = [*context["rows"], context["without"], context["sum"]]
    seen = 0
    for row in rows:
        for number, url in links(row):
            assert client.get(url).context["cl"].result_count == number, url
            seen += number > 0
    assert seen > 20


def test_the_current_month_says_what_the_ledgers_say(station):
    scatter()
    tasks = VisitTask.objects.visible_to(station)
    ours = visit_board(tasks, month=date(2026, 11, 1), on=TODAY).sum.total
    theirs = added_up(visit_progress(tasks, TODAY), lambda row: "all")["all"]
    assert (ours.total, ours.done, ours.overdue, ours.missed, ours.due) == (
        theirs.total, theirs.done, theirs.overdue, theirs.missed, theirs.due + theirs.due_soon,
    )  # fmt: skip


def test_households_without_a_monitor_are_a_row_of_their_own(station):
    make_task(monitor=make_monitor())
    make_task()
    board = visit_board(
        VisitTask.objects.visible_to(station), month=date(2026, 11, 1), on=TODAY, by=BY_MONITOR
    )
    assert board.without_monitor.total.total == 1
    assert board.sum.total.total == 2


def test_board_is_one_query_whatever_the_number_of_tasks(station, django_assert_num_queries):
    scatter()
    tasks = VisitTask.objects.visible_to(station)
    with django_assert_num_queries(1):
        visit_board(tasks, month=date(2026, 11, 1), on=TODAY)


def test_other_townships_are_not_on_the_board(client, station):
    make_task(make_household(make_village(f"{OTHER_TOWNSHIP}001"), tier=Tier.KEY))
    assert client.get(BOARD).context["rows"] == []
    assert "还没有走访任务" in client.get(BOARD).content.decode()


def test_plan_button_plans_and_tells(client, station):
    load_cycles()
    make_household(tier=Tier.KEY)
    answer = client.post(f"{BOARD}plan/", {"month": "2026-11"}, follow=True)
    assert "共应走访 1 户（重点监测 1）：本次新增走访任务 1 户，此前已有 0 户" in told(answer)
    assert "无监测员的 1 户" in told(answer)
    assert VisitTask.objects.count() == 1
    make_household(tier=Tier.GENERAL)
    again = client.post(f"{BOARD}plan/", {"month": "2026-11"}, follow=True)
    assert "共应走访 2 户（重点监测 1，一般农户 1）：本次新增走访任务 1 户，此前已有 1 户" in told(again)


def test_no_month_is_planned_long_before_it_comes(client, station):
    load_cycles()
    make_household(tier=Tier.KEY)
    assert "board/plan/" in client.get(f"{BOARD}?month=2027-01").content.decode()
    far = client.get(f"{BOARD}?month=2027-02").content.decode()
    assert "board/plan/" not in far and "最多提前 2 个月" in far
    answer = client.post(f"{BOARD}plan/", {"month": "2027-02"}, follow=True)
    assert "最多提前到 2027-01" in told(answer)
    assert not VisitTask.objects.exists()
    client.post(f"{BOARD}plan/", {"month": "2027-01"})
    assert VisitTask.objects.get().planned_month == date(2027, 1, 1)


def test_a_wrong_month_is_told_and_plans_nothing(client, station):
    answer = client.post(f"{BOARD}plan/", {"month": "十一月"}, follow=True)
    assert "请写成 2026-11" in told(answer)
    assert client.get(f"{BOARD}?month=2026-99").status_code == 200


def test_who_may_not_plan_sees_no_button(client):
    client.force_login(make_user(Role.LEADER))
    assert "board/plan/" not in client.get(BOARD).content.decode()
    assert client.post(f"{BOARD}plan/", {"month": "2026-11"}).status_code == 403


@pytest.mark.parametrize("address", [BOARD, TASKS])
@pytest.mark.parametrize("month", ["0001-01", "9999-12", "2013-12", "2028-12", "2026-13", "now"])
def test_month_out_of_reach_shows_the_present_one_and_says_so(client, station, address, month):
    make_task()
    page = client.get(f"{address}?month={month}")
    assert page.status_code == 200
    assert "2026年11月" in page.content.decode()
    assert "现在显示的是本月" in told(page)


@pytest.mark.parametrize("month, link", [("2014-01", "earlier"), ("2028-11", "later")])
def test_board_ends_where_months_end(client, station, month, link):
    page = client.get(f"{BOARD}?month={month}")
    assert not page.context[link]
    assert told(page) == ""
    assert {"earlier", "later"} - {link} == {name for name in ("earlier", "later") if page.context[name]}
