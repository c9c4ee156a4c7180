"""疑点看板: every number equals the list behind it, in the reader's scope, at a fixed cost; asking for a run."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from households.access import Role
from households.models import Household
from monitoring.finding_board import RUNS_SHOWN
from monitoring.jobs import enqueue_due
from monitoring.models import Finding
from monitoring.rule_words import Family, Fixer, Level
from monitoring.rules.findings import RULES
from monitoring.rules.findings.base import Rule
from monitoring.services.findings import run_rules
from monitoring.services.rule_runs import RULE_RUN, ask_for_run, run_state
from tests.factories import (
    OTHER_TOWNSHIP,
    TOWNSHIP,
    VILLAGE,
    make_household,
    make_monitor,
    make_township,
    make_user,
    make_village,
)
from tests.visit_pages import TODAY, today, told
from township.models import Job

__all__ = ["today"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
BOARD = "/admin/monitoring/finding/board/"
NEXT, FOREIGN = f"{TOWNSHIP}002", f"{OTHER_TOWNSHIP}001"
DAY = timedelta(days=1)
UNSAFE = Rule(
    code="T01", title="饮水不安全", family=Family.HOUSING_WATER, level=Level.ALERT, source="测试依据",
    fixer=Fixer.VILLAGE, of_home=lambda home, day: "饮水不安全" if home.water_is_safe is False else "",
)  # fmt: skip
AWAY = Rule(
    code="T02", title="举家外出", family=Family.MONITORED, level=Level.ERROR, source="测试依据",
    fixer=Fixer.CIVIL_AFFAIRS, of_home=lambda home, day: "举家外出" if home.is_away else "",
)  # fmt: skip


@pytest.fixture(autouse=True)
def two_rules(monkeypatch):
    for code in list(RULES):
        monkeypatch.delitem(RULES, code)
    for rule in (UNSAFE, AWAY):
        monkeypatch.setitem(RULES, rule.code, rule)


def scatter(each: int = 1) -> None:
    """Findings of both rules in two villages of the township and one of another."""
    for area in (VILLAGE, NEXT, FOREIGN):
        for _ in range(each):
            make_household(make_village(area), water_is_safe=False)
            make_household(make_village(area), water_is_safe=False, is_away=True)


def run(on=TODAY) -> None:
    for township in (TOWNSHIP, OTHER_TOWNSHIP):
        run_rules(township, on=on, by=None)


def signed_in(role: str = Role.STATION, area: str = TOWNSHIP) -> Client:
    return client_of(make_user(role, area))


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def count_of(client: Client, url: str) -> int:
    return client.get(url).context["cl"].result_count


def test_every_number_equals_the_list_behind_it():
    scatter()
    run()
    client = signed_in()
    context = client.get(BOARD).context
    rules = {row["code"]: row for family in context["families"] for row in family["rows"]}
    assert {code: row["numbers"].open for code, row in rules.items()} == {"T01": 4, "T02": 2}
    for row in rules.values():
        assert count_of(client, row["url"]) == row["numbers"].open == row["numbers"].new
        assert count_of(client, row["new_url"]) == row["numbers"].new
    for row in [*context["villages"], context["sum"]]:
        assert count_of(client, row["url"]) == row["open"]
        for cell in row["cells"]:
            assert count_of(client, cell["url"]) == cell["count"]
    assert [row["open"] for row in context["villages"]] == [3, 3]
    assert context["sum"]["open"] == 6 == count_of(client, context["list_url"])


def test_what_changed_since_the_last_run():
    scatter()
    run(TODAY - DAY)
    solved = Household.objects.filter(area=VILLAGE, is_away=True).get()
    Household.objects.filter(pk=solved.pk).update(history=False, is_away=False)
    make_household(make_village(VILLAGE), water_is_safe=False)
    run()
    context = signed_in().get(BOARD).context
    rules = {row["code"]: row["numbers"] for family in context["families"] for row in family["rows"]}
    assert (rules["T01"].open, rules["T01"].new, rules["T01"].fixed) == (5, 1, 0)
    assert (rules["T02"].open, rules["T02"].new, rules["T02"].fixed) == (1, 0, 1)
    assert (context["changed"].new, context["changed"].fixed) == (1, 1)


def test_the_trend_is_that_of_the_last_runs():
    scatter()
    for days in range(RUNS_SHOWN + 2, -1, -1):
        if days == 1:
            make_household(make_village(VILLAGE), water_is_safe=False)
        run(TODAY - days * DAY)
    page = signed_in().get(BOARD)
    board = page.context["board"]
    assert board.runs == [TODAY - days * DAY for days in range(RUNS_SHOWN - 1, -1, -1)]
    assert {row.area: row.trend[-3:] for row in board.villages} == {VILLAGE: [3, 4, 4], NEXT: [3, 3, 3]}
    assert board.sum.trend[-3:] == [6, 7, 7]
    assert "示例001村待核实疑点：" in page.content.decode() and "chart-spark" in page.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("family=housing_water", {"T01"}), ("level=error", {"T02"}), ("fixer=civil_affairs", {"T02"}),
        ("level=error&fixer=village", set()), ("level=nonsense", {"T01", "T02"}),
    ],
)  # fmt: skip
def test_filters_go_on_into_the_lists(query, found):
    scatter()
    run()
    client = signed_in()
    context = client.get(f"{BOARD}?{query}").context
    assert set(context["board"].rules) == found
    assert count_of(client, context["list_url"]) == context["sum"]["open"]


def test_each_sees_his_own_and_a_monitor_no_other_households_trend():
    scatter()
    mine = Household.objects.filter(area=VILLAGE, is_away=True).get()
    run(TODAY - DAY), run()
    monitor = client_of(make_monitor(mine)).get(BOARD).context
    assert (monitor["sum"]["open"], monitor["has_trend"]) == (2, False)
    cadre = signed_in(Role.CADRE, VILLAGE).get(BOARD).context
    assert ([row["name"] for row in cadre["villages"]], cadre["has_trend"]) == (["示例001村"], True)
    assert signed_in(area=OTHER_TOWNSHIP).get(BOARD).context["sum"]["open"] == 3
    station = signed_in()
    station.get(f"{BOARD}?village={NEXT}")
    assert station.get(BOARD).context["board"].sum.trend == [3, 3]


def test_the_cost_does_not_grow_with_findings():
    client = signed_in()

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(BOARD).status_code == 200
        return len(captured)

    scatter()
    run(TODAY - DAY), run()
    few = queries()
    scatter(4)
    run()
    assert queries() <= few <= 40


def test_before_the_first_run_the_page_says_how_findings_get_there():
    assert "还没有核查过" in signed_in().get(BOARD).content.decode()


def test_a_run_is_asked_for_once_and_done_by_the_worker():
    make_township(), make_township(OTHER_TOWNSHIP, name="他镇")
    make_household(water_is_safe=False)
    client = signed_in()
    for _ in range(2):
        assert "已安排核查" in told(client.post(f"{BOARD}run/", follow=True))
    assert Job.objects.filter(kind=RULE_RUN).count() == 1
    assert "已排队" in client.get(BOARD).content.decode()
    call_command("run_jobs", "--once", "--json")
    assert Finding.objects.get().rule == "T01"
    state = run_state([TOWNSHIP])
    assert (state.waiting, state.running, state.has_failed) == (0, 0, False) and state.ended_at
    assert f"上次核查 {state.ended_at:%Y-%m-%d %H:%M}" in client.get(BOARD).content.decode()
    client.post(f"{BOARD}run/")
    assert Job.objects.filter(kind=RULE_RUN, status=Job.Status.WAITING).count() == 1


def test_who_does_not_keep_the_facts_asks_for_no_run():
    make_township()
    assert signed_in(Role.LEADER).post(f"{BOARD}run/").status_code == 403
    assert "立即核查" not in signed_in(Role.LEADER).get(BOARD).content.decode()
    with pytest.raises(PermissionDenied):
        ask_for_run(TOWNSHIP, by=make_user(Role.STATION, OTHER_TOWNSHIP))
    assert not Job.objects.filter(kind=RULE_RUN).exists()


def test_a_run_in_progress_is_followed_by_another():
    make_township()
    first = ask_for_run(TOWNSHIP, by=None)
    Job.objects.filter(pk=first.pk).update(status=Job.Status.RUNNING)
    second = ask_for_run(TOWNSHIP, by=None)
    assert second.pk != first.pk and ask_for_run(TOWNSHIP, by=None).pk == second.pk


def test_every_night_each_township_in_use_is_run_once():
    make_township(), make_township(OTHER_TOWNSHIP, name="他镇", start_on=None)
    night = datetime(2026, 11, 25, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
    for _ in range(2):
        enqueue_due(night)
    assert [job.payload for job in Job.objects.filter(kind=RULE_RUN)] == [{"township": TOWNSHIP}]
    enqueue_due(night + DAY)
    assert Job.objects.filter(kind=RULE_RUN).count() == 2
