"""The list of visit tasks: one row a household, the derived status, actions that ask again, and a fixed cost."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from households.access import Role
from households.choices import Tier
from households.models import MonitorAssignment
from monitoring.models import VisitTask
from monitoring.reference import load_cycles
from tests.factories import (
    OTHER_TOWNSHIP,
    make_group,
    make_household,
    make_monitor,
    make_user,
    make_village,
    make_visit,
)
from tests.visit_pages import TASKS, TODAY, act, make_task, today, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
__all__ = ["today"]


@pytest.fixture
def station(client):
    user = make_user(Role.STATION)
    client.force_login(user)
    return user


def shown(client, query=""):
    response = client.get(f"{TASKS}?{query}")
    assert response.status_code == 200
    changelist = response.context["cl"]
    assert changelist.result_count == len(changelist.result_list)
    return changelist.result_list


def fulfil(task, day):
    visit = make_visit(task.household, day)
    VisitTask.objects.filter(pk=task.pk).update(fulfilled_by=visit, fulfilled_on=day)


def one_of_each():
    """A task in every state on TODAY (24 November)."""
    tasks = {
        "done": make_task(),
        "overdue": make_task(tier=Tier.LOW_INCOME, planned_month=date(2026, 10, 1)),
        "due_soon": make_task(),
        "due": make_task(due_on=TODAY + timedelta(days=6)),
        "planned": make_task(tier=Tier.LOW_INCOME, planned_month=date(2026, 12, 1)),
        "voided": make_task(voided_at=timezone.now(), void_reason="全家去世"),
        "missed": make_task(on=date(2026, 10, 5)),
        "superseded": make_task(make_household(tier=Tier.GENERAL), Tier.KEY),
    }
    fulfil(tasks["done"], date(2026, 11, 3))
    return tasks


def test_default_list_has_each_household_of_the_running_periods_once(client, station):
    tasks = one_of_each()
    rows = shown(client)
    assert {row.pk for row in rows} == {
        tasks[name].pk for name in ("done", "overdue", "due_soon", "due", "planned")
    }
    assert len({row.household_id for row in rows}) == len(rows)


def test_what_is_to_be_done_comes_first_and_most_urgent_first(client, station):
    one_of_each()
    assert [row.status for row in shown(client)] == ["overdue", "due_soon", "due", "planned", "done"]


@pytest.mark.parametrize("status", ["done", "overdue", "due_soon", "due", "planned", "voided"])
def test_status_filter_shows_exactly_that_status(client, station, status):
    tasks = one_of_each()
    rows = shown(client, f"status={status}")
    assert [row.pk for row in rows] == [tasks[status].pk]
    assert [row.status for row in rows] == [status]


def test_statuses_join_and_an_unknown_one_is_ignored(client, station):
    tasks = one_of_each()
    assert {row.pk for row in shown(client, "status=overdue,due_soon,due")} == {
        tasks[name].pk for name in ("overdue", "due_soon", "due")
    }
    assert len(shown(client, "status=nonsense")) == 5


def test_another_month_shows_the_tasks_whose_period_holds_it(client, station):
    tasks = one_of_each()
    assert {row.pk for row in shown(client, "month=2026-10&status=missed")} == {tasks["missed"].pk}
    assert tasks["overdue"].pk in {row.pk for row in shown(client, "month=2026-10")}
    assert len(shown(client, "month=2026-13")) == 5


def test_a_row_says_when_the_last_period_was_missed(client, station):
    household = make_household(tier=Tier.KEY)
    make_task(household, on=date(2026, 10, 5))
    make_task(household)
    page = client.get(TASKS).content.decode()
    assert '<span class="state state-missed">漏访</span>' in page


def test_filters_by_village_monitor_tier_and_nobody(client, station):
    one, other = make_household(tier=Tier.KEY), make_household(make_village("130722101002"), tier=Tier.STABLE)
    monitor = make_monitor(one)
    mine, theirs = make_task(one, monitor=monitor), make_task(other, Tier.STABLE)
    assert [row.pk for row in shown(client, "area=130722101002")] == [theirs.pk]
    assert [row.pk for row in shown(client, "tier__exact=key")] == [mine.pk]
    assert [row.pk for row in shown(client, f"monitor={monitor.pk}")] == [mine.pk]
    assert [row.pk for row in shown(client, "monitor=none")] == [theirs.pk]
    answer = client.get(f"{TASKS}options/monitor/?term={monitor.name}").json()["results"]
    assert [row["id"] for row in answer] == [str(monitor.pk)]


def test_search_finds_by_name_initials_and_household_number_but_takes_no_id_or_phone(client, station):
    household = make_household(tier=Tier.KEY, head_name="马小花", initials="mxh", phone="13800001234")
    task = make_task(household)
    make_task()
    for term in ("马小", "mxh", household.code, household.code[-4:]):
        assert [row.pk for row in shown(client, f"q={term}")] == [task.pk]
    for term in ("13800001234", household.members.get().id_number):
        response = client.get(f"{TASKS}?q={term}")
        assert response.context["cl"].result_count == 0
        assert "请输入到“查找”框" in told(response)


def test_other_townships_are_not_listed_opened_or_acted_on(client, station):
    foreign = make_task(make_household(make_village(f"{OTHER_TOWNSHIP}001"), tier=Tier.KEY))
    assert shown(client) == []
    assert client.get(f"{TASKS}{foreign.pk}/change/").status_code == 404
    assert client.post(f"{TASKS}{foreign.pk}/do/void/").status_code == 404
    act(client, TASKS, "void", foreign, reason="试")
    foreign.refresh_from_db()
    assert foreign.voided_at is None


def test_move_shows_what_it_touches_and_then_moves(client, station):
    load_cycles()
    task = make_task(tier=Tier.LOW_INCOME)
    done = make_task(tier=Tier.LOW_INCOME)
    fulfil(done, date(2026, 11, 3))
    page = act(client, TASKS, "move", task, done)
    assert (page.context["count"], page.context["not_offered"]) == (1, 1)
    assert "已经完成、漏访或作废" in page.content.decode()
    answer = act(client, TASKS, "move", task, done, month="2026-12")
    assert "已把 1 户的走访调整到 2026年12月" in told(answer)
    task.refresh_from_db()
    assert (task.planned_month, task.due_on) == (date(2026, 12, 1), date(2026, 12, 25))


def test_only_months_of_a_chosen_task_are_offered(client, station):
    load_cycles()
    yearly, monthly = make_task(tier=Tier.GENERAL), make_task(tier=Tier.KEY)
    ahead = make_task(tier=Tier.KEY, on=date(2027, 1, 5))

    def offered(*tasks, query=""):
        field = act(client, f"{TASKS}?{query}", "move", *tasks).context["form"].fields["month"]
        return [value for value, _ in field.choices]

    assert offered(monthly) == ["2026-11"]
    assert offered(yearly, monthly) == ["2026-11", "2026-12"]
    assert offered(ahead, query="month=2027-01") == ["2027-01"]


def test_a_month_outside_the_period_is_refused_on_the_page(client, station):
    load_cycles()
    task = make_task(tier=Tier.LOW_INCOME)
    page = act(client, TASKS, "move", task, month="2027-02")
    assert "不在所选任务的走访周期之内" in page.content.decode()
    assert VisitTask.objects.get(pk=task.pk).planned_month == date(2026, 11, 1)


def test_select_across_carries_the_filter_not_a_thousand_keys(client, station):
    load_cycles()
    tasks = [make_task(tier=Tier.LOW_INCOME) for _ in range(3)]
    other = make_task(tier=Tier.STABLE)
    answer = act(
        client, f"{TASKS}?tier__exact=low_income", "void", tasks[0], across=True, reason="重复建档，已合并"
    )
    assert "已作废 3 户" in told(answer)
    assert VisitTask.objects.get(pk=other.pk).voided_at is None


def test_void_needs_a_reason(client, station):
    task = make_task()
    page = act(client, TASKS, "void", task, reason="")
    assert page.context["form"].errors
    assert VisitTask.objects.get(pk=task.pk).voided_at is None


def test_reassign_gives_this_visit_and_assign_gives_the_household(client, station):
    household = make_household(tier=Tier.KEY)
    task = make_task(household)
    monitor = make_monitor(name="周海燕")
    act(client, TASKS, "reassign", task, monitor="周海燕")
    task.refresh_from_db()
    assert task.monitor == monitor
    assert not MonitorAssignment.objects.exists()
    act(client, TASKS, "assign", task, monitor="周海燕", reason="")
    assert MonitorAssignment.objects.get().monitor == monitor


def test_a_name_that_two_monitors_share_is_asked_about(client, station):
    task = make_task()
    for _ in range(2):
        make_monitor(name="周海燕")
    page = act(client, TASKS, "reassign", task, monitor="周海燕")
    assert "不止一人" in page.content.decode()


def test_cause_of_a_missed_visit_is_noted_on_its_page(client, station):
    task = make_task(on=date(2026, 10, 5))
    page = client.get(f"{TASKS}{task.pk}/change/").content.decode()
    assert f"{TASKS}{task.pk}/do/note-missed/" in page
    assert f"{TASKS}{task.pk}/do/void/" not in page
    client.post(f"{TASKS}{task.pk}/do/note-missed/", {"apply": "1", "cause": "全家外出务工"})
    assert VisitTask.objects.get(pk=task.pk).missed_cause == "全家外出务工"


@pytest.mark.parametrize("role", [Role.CADRE, Role.LEADER])
def test_who_may_only_look_gets_no_action_and_is_refused(client, role):
    task = make_task()
    client.force_login(make_user(role))
    assert client.get(TASKS).context["action_form"] is None
    assert client.get(f"{TASKS}{task.pk}/change/").context["buttons"] == []
    assert client.post(f"{TASKS}{task.pk}/do/void/", {"apply": "1", "reason": "试"}).status_code == 403
    assert VisitTask.objects.get(pk=task.pk).voided_at is None


def test_monitor_suggestions_are_for_who_hands_over(client):
    monitor = make_monitor(make_household())
    make_monitor(make_household(make_village(f"{OTHER_TOWNSHIP}001")))
    client.force_login(make_user(Role.STATION))
    answer = client.get(f"{TASKS}monitors/?term=").json()["results"]
    assert [row["id"] for row in answer] == [str(monitor.pk)]
    client.force_login(make_user(Role.CADRE))
    assert client.get(f"{TASKS}monitors/?term=").status_code == 403


def test_detail_page_tells_what_happened(client, station):
    task = make_task()
    fulfil(task, date(2026, 11, 3))
    page = client.get(f"{TASKS}{task.pk}/change/").content.decode()
    assert "2026-11-03 入户" in page
    assert client.post(f"{TASKS}{task.pk}/change/").status_code == 405


def queries(client, address, django_assert_max_num_queries):
    with django_assert_max_num_queries(60) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_number_of_queries_does_not_grow_with_the_rows(client, station, django_assert_max_num_queries):
    def add(count):
        for number in range(count):
            household = make_household(tier=Tier.KEY, group=make_group(name=f"{number}组"))
            make_task(household, monitor=make_monitor(household))

    add(5)
    client.get(TASKS)
    few = queries(client, TASKS, django_assert_max_num_queries)
    add(45)
    assert queries(client, TASKS, django_assert_max_num_queries) == few <= 20
