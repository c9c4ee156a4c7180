"""Giving households to a monitor: from the list, by group, one from its page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from households.access import Role
from households.choices import Tier
from households.models import MonitorAssignment, Posting
from monitoring.loads import Load
from tests.factories import (
    LONG_AGO,
    OTHER_TOWNSHIP,
    VILLAGE,
    make_group,
    make_household,
    make_monitor,
    make_user,
    make_village,
)
from tests.visit_pages import TODAY, make_task, today, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
__all__ = ["today"]
LIST = "/admin/households/household/"
GROUPS = "/admin/monitoring/visittask/assign/"
THERE = "130722101002"
TERMS = {"start": str(TODAY), "reason": "", "which": "without"}


@pytest.fixture
def station(client):
    user = make_user(Role.STATION)
    client.force_login(user)
    return user


@pytest.fixture
def monitor():
    return make_monitor(name="吴大勇")


def holders(on=TODAY):
    return dict(MonitorAssignment.objects.valid_on(on).values_list("household", "monitor__name"))


def assign(client, *rows, query="", across=False, **data):
    """Take the action for ticked rows; data with `preview` or `confirm` goes a step further."""
    chosen = {
        "action": "assign", "index": "0", "select_across": "1" if across else "0",
        "_selected_action": [str(row.pk) for row in rows],
    }  # fmt: skip
    if data:
        chosen |= {"monitor": "吴大勇", "start": str(TODAY), "reason": "", **data}
    return client.post(f"{LIST}?{query}", chosen, follow=True)


def listed(client, query):
    return set(client.get(f"{LIST}?{query}").context["cl"].result_list)


# The list's filters and its action


def test_village_group_and_without_monitor_combine(client, station):
    village, other = make_village(), make_village(THERE)
    wanted = make_household(group=make_group(village, "2组"))
    elsewhere = make_household(other, group=make_group(other, "2组"))
    neighbour, alone = make_household(group=make_group(village, "1组")), make_household()
    make_monitor(make_household(group=make_group(village, "2组")))
    assert listed(client, "group=2组&monitor=none") == {wanted, elsewhere}
    assert listed(client, f"area={VILLAGE}&group=2组&monitor=none") == {wanted}
    assert listed(client, f"area={VILLAGE}&group=none") == {alone}
    assert listed(client, "group=1") == {neighbour}  # typed without script
    assert listed(client, "group=9组") == set()


def test_group_filter_offers_the_groups_of_the_chosen_village_in_walking_order(client, station):
    for order, name in enumerate(("后沟自然村", "10组", "2组")):
        make_group(name=name, order=order)
    make_group(make_village(THERE), "2组", order=2)
    make_group(make_village(THERE), "前庄", order=9)
    make_group(make_village(f"{OTHER_TOWNSHIP}001"), "外镇组")

    def offered(query=""):
        answer = client.get(f"{LIST}options/group/?{query}").json()["results"]
        return [row["text"] for row in answer]

    assert offered() == ["后沟自然村", "10组", "2组", "前庄", "未分组"]
    assert offered(f"area={THERE}") == ["2组", "前庄", "未分组"]
    assert offered("term=庄") == ["前庄"]
    assert f"options/group/?area={THERE}" in client.get(f"{LIST}?area={THERE}").content.decode()
    client.get(f"{LIST}?village={VILLAGE}")
    assert offered() == ["后沟自然村", "10组", "2组", "未分组"]


def test_ticked_households_are_counted_previewed_and_given(client, station, monitor):
    bare, held, left = make_household(), make_household(), make_household()
    make_monitor(held, name="周海燕")
    page = assign(client, bare, held)
    assert (page.context["count"], page.context["without"], page.context["with_monitor"]) == (2, 1, 1)
    page = assign(client, bare, held, which="all", preview="1")
    changes = [(one.label[:3], one.before, one.households_after) for one in page.context["changes"]]
    assert changes == [("吴大勇", Load(0, 0), 2), ("周海燕", Load(1, 0), 0)]
    assert holders() == {held.pk: "周海燕"}
    page = assign(client, bare, held, which="all", confirm="1", count="2")
    assert "2 户" in told(page)
    assert holders() == {bare.pk: "吴大勇", held.pk: "吴大勇"}
    assert left.pk not in holders()


def test_those_with_a_monitor_keep_him_where_asked(client, station, monitor):
    bare, held = make_household(), make_household()
    make_monitor(held, name="周海燕")
    assign(client, bare, held, which="without", confirm="1", count="1")
    assert holders() == {bare.pk: "吴大勇", held.pk: "周海燕"}


def test_all_rows_that_match_the_filter(client, station, monitor):
    village = make_village()
    group = make_group(village, "2组")
    wanted = [make_household(group=group) for _ in range(60)]
    make_household(group=make_group(village, "1组"))
    query = f"area={VILLAGE}&group=2组&monitor=none"
    assert assign(client, wanted[0], query=query, across=True).context["count"] == 60
    page = assign(client, wanted[0], query=query, across=True, confirm="1", count="60")
    assert page.context["cl"].result_count == 0  # back on the list, where nobody is left
    assert set(holders()) == {home.pk for home in wanted}


def test_tasks_follow_the_monitor(client, station, monitor):
    household = make_household(tier=Tier.KEY)
    task = make_task(household)
    assign(client, household, confirm="1", count="1")
    task.refresh_from_db()
    assert task.monitor_id == monitor.pk


def test_from_a_later_day_on(client, station, monitor):
    household = make_household()
    tomorrow = TODAY + timedelta(days=1)
    assign(client, household, confirm="1", count="1", start=str(tomorrow))
    assert holders() == {}
    assert holders(tomorrow) == {household.pk: "吴大勇"}


@pytest.mark.parametrize(("values", "words"), [
    ({"monitor": "没有这人"}, "没有监测员“没有这人”"),
    ({"start": str(TODAY - timedelta(days=1))}, "不能早于今天"),
    ({"monitor": "邻村人"}, "邻村人不是 示例001村 的在岗监测员"),
])  # fmt: skip
def test_what_cannot_be_is_said_before_the_confirmation(client, station, monitor, values, words):
    household = make_household()
    make_monitor(make_household(make_village(THERE)), name="邻村人")
    page = assign(client, household, preview="1", **values)
    assert words in page.content.decode()
    assert household.pk not in holders()


def test_a_selection_that_changed_since_the_preview_is_shown_again(client, station, monitor):
    ticked, _ = make_household(), make_household()
    page = assign(client, ticked, across=True, confirm="1", count="1")
    assert "现在是 2 户" in page.content.decode()
    assert holders() == {}


def test_back_to_the_form_keeps_what_was_typed(client, station, monitor):
    page = assign(client, make_household(), edit="1", reason="分村")
    assert 'value="分村"' in page.content.decode()
    assert holders() == {}


def test_foreign_and_closed_households_in_the_selection_stay_as_they_are(client, station, monitor):
    ours, foreign = make_household(), make_household(make_village(f"{OTHER_TOWNSHIP}001"))
    gone = make_household(closed_on=TODAY, closed_reason="并户")
    assert assign(client, ours, foreign, gone, query="closed=all").context["left_out"] == 1
    assign(client, ours, foreign, gone, query="closed=all", confirm="1", count="1")
    assert set(holders()) == {ours.pk}


def test_a_right_held_elsewhere_gives_nothing_out_here(client, station, monitor):
    Posting.objects.create(user=station, role=Role.CADRE, area=f"{OTHER_TOWNSHIP}001", valid_from=LONG_AGO)
    seen = make_household(make_village(f"{OTHER_TOWNSHIP}001"))
    page = assign(client, seen, confirm="1", count="1")
    assert (page.context["count"], page.context["left_out"]) == (0, 1)
    assert client.get(f"{LIST}{seen.pk}/monitor/").status_code == 403
    assert holders() == {}


def test_who_gives_out_no_households_has_no_such_action(client, station, monitor):
    household = make_household()
    assert "指派监测员" in client.get(LIST).content.decode()
    for role in (Role.LEADER, Role.CADRE):
        client.force_login(make_user(role, VILLAGE))
        assert "指派监测员" not in client.get(LIST).content.decode()
        assign(client, household, confirm="1", count="1")
    assert holders() == {}


def test_tile_without_monitor_leads_to_the_list_with_the_action(client, station):
    household = make_household()
    tile = next(tile for tile in client.get("/admin/").context["todo"] if tile["name"] == "无监测员")
    page = client.get(tile["url"])
    assert set(page.context["cl"].result_list) == {household}
    assert '<option value="assign">指派监测员</option>' in page.content.decode()


# One household


def test_one_household_from_its_page(client, station, monitor):
    household = make_household()
    address = f"{LIST}{household.pk}/monitor/"
    assert address in client.get(f"{LIST}{household.pk}/change/").content.decode()
    assert "无监测员" in client.get(address).content.decode()
    client.post(address, {"monitor": "吴大勇", "start": str(TODAY)})
    assert holders() == {household.pk: "吴大勇"}
    assert "现在：吴大勇" in client.get(address).content.decode()
    answer = client.post(address, {"monitor": "吴大勇", "start": "2026-11-01"})
    assert "不能早于今天" in answer.content.decode()


def test_household_out_of_scope_is_not_found(client, station):
    foreign = make_household(make_village(f"{OTHER_TOWNSHIP}001"))
    assert client.get(f"{LIST}{foreign.pk}/monitor/").status_code == 404


# By group


def table(page):
    return [
        (row.name, row.households, row.without, row.held) for row, _field, _address in page.context["rows"]
    ]


def test_villages_then_groups_with_their_monitors(client, station):
    one = make_group(name="1组", order=1)
    held = [make_household(group=one) for _ in range(3)]
    make_monitor(*held[:2], name="周海燕")
    make_household(group=make_group(name="2组", order=2)), make_household()
    make_household(make_village(THERE))
    make_household(make_village(f"{OTHER_TOWNSHIP}001"))
    make_household(closed_on=TODAY, closed_reason="并户")
    page = client.get(GROUPS)
    assert [(row.area, row.households, row.without) for row in page.context["village_rows"]] == [
        (VILLAGE, 5, 3), (THERE, 1, 1),
    ]  # fmt: skip
    page = client.get(f"{GROUPS}?area={VILLAGE}")
    assert table(page) == [
        ("1组", 3, 1, (("周海燕", 2),)), ("2组", 1, 1, ()), ("未分组", 1, 1, ()),
    ]  # fmt: skip


def test_each_group_gets_its_monitor_at_once(client, station, monitor):
    first, second = make_group(name="1组"), make_group(name="2组")
    held, bare = make_household(group=first), make_household(group=first)
    other, loose, kept = make_household(group=second), make_household(), make_household(make_village(THERE))
    zhou = make_monitor(held, name="周海燕")
    li = make_monitor(name="李秀英")
    chosen = {str(first.pk): str(monitor.pk), str(second.pk): str(li.pk), "none": str(li.pk)}
    page = client.post(f"{GROUPS}?area={VILLAGE}", TERMS | chosen, follow=True)
    assert "3 户" in told(page)
    expected = {held.pk: "周海燕", bare.pk: "吴大勇", other.pk: "李秀英", loose.pk: "李秀英"}
    assert holders() == expected
    client.post(f"{GROUPS}?area={VILLAGE}", TERMS | {"which": "all", str(first.pk): str(monitor.pk)})
    assert holders() == expected | {held.pk: "吴大勇"}
    assert zhou.name not in holders().values()
    assert kept.pk not in holders()


def test_all_or_none(client, station, monitor):
    """A monitor whose posting ends before the first day is refused, and the other group stays as it was too."""
    first, second = make_group(name="1组"), make_group(name="2组")
    make_household(group=first), make_household(group=second)
    leaving = make_monitor(name="李秀英")
    Posting.objects.filter(user=leaving).update(history=False, valid_to=TODAY)
    later = {"start": str(TODAY + timedelta(days=9))}
    chosen = {str(first.pk): str(monitor.pk), str(second.pk): str(leaving.pk)}
    page = client.post(f"{GROUPS}?area={VILLAGE}", TERMS | later | chosen)
    assert "李秀英不是 示例001村 的在岗监测员" in page.content.decode()
    assert not MonitorAssignment.objects.exists()


def test_whole_village_where_there_is_one_monitor(client, station, monitor):
    homes = [make_household(group=make_group(name=name)) for name in ("1组", "2组")] + [make_household()]
    page = client.get(f"{GROUPS}?area={VILLAGE}").content.decode()
    assert "全村指派给 吴大勇" in page
    client.post(f"{GROUPS}?area={VILLAGE}", TERMS | {"whole": "1"})
    assert holders() == {home.pk: "吴大勇" for home in homes}


def test_whole_village_is_not_offered_where_there_are_two(client, station, monitor):
    home = make_household()
    make_monitor(name="李秀英")
    assert "全村指派给" not in client.get(f"{GROUPS}?area={VILLAGE}").content.decode()
    page = client.post(f"{GROUPS}?area={VILLAGE}", TERMS | {"whole": "1"})
    assert "没有选监测员" in page.content.decode()
    assert home.pk not in holders()


def test_monitors_of_other_villages_are_no_choice_those_of_the_township_are(client, station):
    group = make_group()
    home = make_household(group=group)
    near = make_monitor(make_household(make_village(THERE)), name="邻村人")
    wide = make_user(Role.MONITOR, "130722101", name="全镇人")
    page = client.get(f"{GROUPS}?area={VILLAGE}")
    assert [one for one, _label in page.context["monitors"]] == [wide]
    client.post(f"{GROUPS}?area={VILLAGE}", TERMS | {str(group.pk): str(near.pk)})
    assert home.pk not in holders()


def test_nothing_to_change_is_said(client, station, monitor):
    group = make_group()
    make_monitor(make_household(group=group), name="周海燕")
    page = client.post(f"{GROUPS}?area={VILLAGE}", TERMS | {str(group.pk): str(monitor.pk)}, follow=True)
    assert "组内全部农户" in told(page)
    assert set(holders().values()) == {"周海燕"}


def test_a_village_without_monitors_says_who_makes_them(client, station):
    make_household()
    assert "还没有在岗的监测员" in client.get(f"{GROUPS}?area={VILLAGE}").content.decode()


def test_the_only_village_and_that_of_the_header_open_at_once(client, station):
    make_household()
    assert client.get(GROUPS).context["village"].area == VILLAGE
    make_household(make_village(THERE))
    assert "village_rows" in client.get(GROUPS).context
    client.get(f"{GROUPS}?village={THERE}")
    assert client.get(GROUPS).context["village"].area == THERE


def test_village_out_of_scope_is_not_found(client, station):
    make_village(f"{OTHER_TOWNSHIP}001")
    assert client.get(f"{GROUPS}?area={OTHER_TOWNSHIP}001").status_code == 404
    assert client.get(f"{GROUPS}?area=no").status_code == 404


# What the pages cost


def cost(ask):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert ask().status_code == 200
    return len(queries)


def test_queries_do_not_grow_with_households_groups_or_monitors(client, station, monitor):
    def fill(count):
        for number in range(count):
            place = make_village(f"1307221011{number:02d}")
            make_monitor(make_household(group=make_group(name=f"{number}组")), name=f"监测员{number}")
            make_household(place)
            make_household(group=make_group(name=f"{number}组"))

    ticked = make_household()

    def costs():
        across = {"across": True, "query": f"area={VILLAGE}"}
        return [
            cost(lambda: client.get(GROUPS)),
            cost(lambda: client.get(f"{GROUPS}?area={VILLAGE}")),
            cost(lambda: client.get(f"{LIST}?area={VILLAGE}&group=1组&monitor=none")),
            cost(lambda: assign(client, ticked, **across)),
            cost(lambda: assign(client, ticked, **across, preview="1")),
        ]

    fill(3)
    costs()  # what is read once and kept
    few = costs()
    fill(12)
    assert costs() == few
    assert max(few) <= 32
