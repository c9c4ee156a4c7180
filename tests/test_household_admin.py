"""The household list and the pages that change a household: columns, filters, rights, export, query budget."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from households.access import Role
from households.choices import HouseholdKind, MonitoredKind, Tier
from households.models import AccessLog, MonitorAssignment
from monitoring.models import TierAssignment, VisitTask
from tests.factories import (
    OTHER_TOWNSHIP,
    make_group,
    make_household,
    make_income,
    make_member,
    make_monitor,
    make_user,
    make_village,
)

pytestmark = pytest.mark.django_db
LIST = "/admin/households/household/"


@pytest.fixture
def station(client):
    user = make_user(Role.STATION)
    client.force_login(user)
    return user


def rows(client, **query):
    response = client.get(LIST, query)
    assert response.status_code == 200
    return list(response.context["cl"].result_list)


def make_task(household, **values):
    month = timezone.localdate().replace(day=1)
    end = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    defaults = {"area": household.area, "tier": household.tier, "period_start": month, "period_end": end,
                "planned_month": month, "due_on": end}  # fmt: skip
    return VisitTask.objects.create(household=household, **(defaults | values))


def test_row_says_what_matters(client, station):
    village = make_village()
    household = make_household(
        village, tier=Tier.KEY, phone="13811112222", group=make_group(village), kind=HouseholdKind.EX_POOR,
        last_visited_on=timezone.localdate() - timedelta(days=12),
    )  # fmt: skip
    TierAssignment.objects.filter(household=household).update(tags=["低保脱贫户"])
    make_member(household)
    make_monitor(household, name="监测甲")
    make_task(household, due_on=timezone.localdate() + timedelta(days=1))
    text = client.get(LIST).content.decode()
    for words in (
        "重点监测",
        "低保脱贫户",
        "脱贫户",
        "监测甲",
        "12 天前",
        "三日内到期",
        "138****2222",
        "1组",
    ):
        assert words in text, words
    assert "13811112222" not in text


def test_never_visited_come_first_when_sorted_by_last_visit(client, station):
    today = timezone.localdate()
    late, never, early = (
        make_household(last_visited_on=day) for day in (today, None, today - timedelta(days=90))
    )
    column = client.get(LIST).context["cl"].list_display.index("last_visited")
    assert rows(client, o=str(column)) == [never, early, late]


def test_filters_narrow_the_list(client, station):
    key = make_household(tier=Tier.KEY, kind=HouseholdKind.EX_POOR, monitored_kind=MonitoredKind.UNSTABLE)
    make_income(key, 2024, wage_yuan=Decimal(90000))
    make_income(key, 2025, wage_yuan=Decimal(8000))
    plain = make_household(last_visited_on=date(2026, 3, 1))
    make_income(plain, 2025, wage_yuan=Decimal(20000))
    make_monitor(plain)
    closed = make_household(closed_on=date(2026, 1, 1), closed_reason="并户")
    away = make_household(make_village("130722101002"), kind=HouseholdKind.EX_POOR, tier=Tier.STABLE)
    make_monitor(away)
    make_task(key)
    assert set(rows(client)) == {key, plain, away}
    for query, expected in (
        ({"tier": "key"}, {key}),
        ({"tier": "none"}, {plain}),
        ({"kind__exact": "ex_poor"}, {key, away}),
        ({"monitored_kind__exact": "unstable"}, {key}),
        ({"monitor": "none"}, {key}),
        ({"area": "130722101002"}, {away}),
        ({"last_visited_on__gte": "2026-02-01", "last_visited_on__lte": "2026-03-31"}, {plain}),
        ({"per_capita__lte": "8800"}, {key}),
        ({"per_capita__gte": "8000.01"}, {plain}),
        ({"visit": make_state(key)}, {key}),
        ({"closed": "1"}, {closed}),
        ({"closed": "all"}, {key, plain, away, closed}),
        ({"tier": "nonsense", "per_capita__gte": "x"}, {key, plain, away}),
    ):
        assert set(rows(client, **query)) == expected, query


def make_state(household):
    return VisitTask.objects.with_status(timezone.localdate()).get(household=household).status


def test_scope_of_the_list(client):
    ours, theirs = make_household(), make_household(make_village(f"{OTHER_TOWNSHIP}001"))
    client.force_login(make_user(Role.CADRE, ours.area))
    assert rows(client) == [ours]
    assert rows(client, area=theirs.area) == []
    for role in (Role.COUNTY, Role.AUDITOR, Role.ADMINISTRATOR):
        client.force_login(make_user(role))
        assert client.get(LIST).status_code == 403


def test_queries_do_not_grow_with_the_rows(client, station):
    def fill(count):
        for _ in range(count):
            household = make_household(tier=Tier.GENERAL)
            make_monitor(household)
            make_task(household)

    counts = []
    for more in (5, 40):
        fill(more)
        client.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 18


def export(client, **query):
    form = client.get(f"{LIST}export/", query).context["form"]
    columns = {
        name: "on" for name, field in form.fields.items() if getattr(field, "is_selectable_field", False)
    }
    response = client.post(f"{LIST}export/", {"format": "0", "resource": "0"} | columns, query_params=query)
    assert response.status_code == 200, response.status_code
    return [list(row) for row in openpyxl.load_workbook(BytesIO(response.content)).active.values]


def test_export_is_masked_filtered_and_recorded(client, station):
    household = make_household(tier=Tier.KEY, phone="13811112222")
    make_monitor(household, name="=监测甲")
    make_household()
    header, *lines = export(client, tier="key")
    line = dict(zip(header, lines[0], strict=True))
    assert len(lines) == 1
    assert (line["户主"], line["监测等级"], line["人口（人）"], line["监测员"], line["联系电话"]) == (
        household.head_name, "重点监测", 1, "'=监测甲", "138****2222",
    )  # fmt: skip
    assert line["最近走访"] is None
    log = AccessLog.objects.get(action=AccessLog.Action.EXPORT)
    assert (log.user, log.rows, log.detail["filter"], log.detail["masked"]) == (
        station,
        1,
        {"tier": "key"},
        True,
    )


def test_export_needs_its_right(client):
    household = make_household()
    client.force_login(make_monitor(household))
    assert client.get(f"{LIST}export/").status_code == 403


def test_people_are_listed_masked_and_open_at_their_household(client, station):
    household = make_household()
    member = make_member(household, name="试小明", initials="sxm", health=["chronic"])
    make_member(household, name="已走", left_on=date(2026, 1, 1), left_reason="死亡")
    make_member(make_household(make_village(f"{OTHER_TOWNSHIP}001")), name="试外人")
    response = client.get("/admin/households/member/")
    text = response.content.decode()
    assert "试小明" in text
    assert "长期慢性病" in text
    assert member.id_number not in text
    assert "已走" not in text
    assert "试外人" not in text
    assert client.get("/admin/households/member/?q=sxm").context["cl"].result_count == 1
    assert client.get(f"/admin/households/member/?q={member.id_number}").context["cl"].result_count == 0
    response = client.get(f"/admin/households/member/{member.pk}/change/")
    assert response.headers["Location"] == f"{LIST}{household.pk}/change/#members"


EDITS = ("edit", "close", "head", "add_member", "add_document")


@pytest.mark.parametrize("name", EDITS)
def test_pages_that_change_ask_for_the_right_and_the_scope(client, name):
    household = make_household()
    address = reverse(f"admin:household_{name}", args=[household.pk])
    for user, status in (
        (make_user(Role.STATION), 200),
        (make_user(Role.CADRE, household.area), 403),
        (make_user(Role.LEADER), 403),
        (make_user(Role.STATION, OTHER_TOWNSHIP), 404),
        (make_user(Role.ADMINISTRATOR), 404),
    ):
        client.force_login(user)
        assert client.get(address).status_code == status, (name, user)


def test_edit_page_saves_by_the_service_and_shows_what_was_refused(client, station):
    household = make_household()
    address = reverse("admin:household_edit", args=[household.pk])
    form = client.get(address).context["form"]
    values = {name: form[name].value() for name in form.fields}
    values = {name: value for name, value in values.items() if value is not None and value is not False}
    bad = client.post(address, values | {"phone": "12345", "reason": "核实"})
    assert "phone" in bad.context["form"].errors, bad.context["form"].errors
    assert client.post(address, values | {"water_is_safe": "False"}).context["form"].errors["reason"]
    good = client.post(
        address, values | {"water_is_safe": "False", "identified_month": "2026-08-15", "reason": "核实"}
    )
    assert good.status_code == 302, good.context["form"].errors
    household.refresh_from_db()
    assert (household.water_is_safe, household.identified_month) == (False, date(2026, 8, 1))
    assert (
        AccessLog.objects.filter(action=AccessLog.Action.REVEAL, target=f"农户 {household.code}").count() == 1
    )


def test_member_pages_add_change_and_let_go(client, station):
    household = make_household()
    form = {
        "name": "试小宝",
        "relation": "son",
        "id_kind": "resident",
        "is_registered": "on",
        "reason": "出生",
    }
    assert client.post(reverse("admin:household_add_member", args=[household.pk]), form).status_code == 302
    child = household.members.get(name="试小宝")
    address = reverse("admin:household_edit_member", args=[household.pk, child.pk])
    assert client.post(address, form | {"health": ["chronic"], "reason": "核实"}).status_code == 302
    address = reverse("admin:household_member_leaves", args=[household.pk, child.pk])
    leaving = {"on": timezone.localdate(), "kind": "户籍迁出", "words": "随母"}
    assert client.post(address, leaving).status_code == 302
    child.refresh_from_db()
    assert (child.health, child.left_reason) == (["chronic"], "户籍迁出（随母）")
    other = make_household()
    foreign = reverse("admin:household_edit_member", args=[other.pk, child.pk])
    assert client.get(foreign).status_code == 404


def test_head_is_changed_and_household_closed_by_page(client, station):
    household = make_household(tier=Tier.KEY)
    heir = make_member(household, name="王大花")
    task = make_task(household)
    values = {"head": heir.pk, "former_relation": "father", "reason": "户主变更"}
    assert client.post(reverse("admin:household_head", args=[household.pk]), values).status_code == 302
    household.refresh_from_db()
    assert household.head_name == "王大花"
    closing = {"on": timezone.localdate(), "kind": "整户迁出"}
    page = reverse("admin:household_close", args=[household.pk])
    # Whoever joins another household goes there with 合户; closed here he would be counted no more.
    assert client.post(page, {**closing, "kind": "并户"}).context["form"].errors["kind"]
    assert client.post(page, closing).status_code == 302
    task.refresh_from_db()
    assert task.void_reason == "农户已销户"


def test_tier_is_set_from_the_page_and_lowered_by_the_leader_alone(client, station):
    household = make_household(tier=Tier.KEY)
    address = reverse("admin:household_tier", args=[household.pk])
    values = {"tier": "general", "reason": "风险已消除"}
    assert "分管领导" in client.post(address, values, follow=True).content.decode()
    household.refresh_from_db()
    assert household.tier == Tier.KEY
    client.force_login(make_user(Role.LEADER))
    assert client.post(address, values).status_code == 302
    household.refresh_from_db()
    assert household.tier == Tier.GENERAL
    client.force_login(make_user(Role.CADRE, household.area))
    assert client.get(address).status_code == 403


def test_assignment_that_ended_leaves_the_household_without_monitor(client, station):
    household = make_household()
    make_monitor(household)
    assert rows(client, monitor="none") == []
    MonitorAssignment.objects.update(valid_to=timezone.localdate() - timedelta(days=1), history=False)
    assert rows(client, monitor="none") == [household]


@pytest.mark.parametrize(
    "page, choice", [("member_leaves", "kind"), ("close", "kind"), ("head", "former_relation")]
)
def test_nothing_grave_is_chosen_beforehand(client, station, page, choice):
    household = make_household()
    member = make_member(household)
    place = [household.pk, member.pk] if page == "member_leaves" else [household.pk]
    address = reverse(f"admin:household_{page}", args=place)
    form = client.get(address).context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    assert set(values.values()) == {""} and form.fields[choice].choices[0][0] == ""
    refused = client.post(address, values)
    assert refused.status_code == 200 and choice in refused.context["form"].errors
    household.refresh_from_db()
    assert household.closed_on is None and household.members.active().count() == 2


def test_months_are_asked_for_as_months(client, station):
    household = make_household(identified_month=date(2026, 3, 1))
    address = reverse("admin:household_edit", args=[household.pk])
    response = client.get(address)
    for name in ("identified_month", "eliminated_month", "low_income_month"):
        assert f'<input type="month" name="{name}"' in response.content.decode()
    assert 'value="2026-03"' in response.content.decode()
    form = response.context["form"]
    values = {name: form[name].value() for name in form.fields}
    values = {name: value for name, value in values.items() if value is not None and value is not False}
    bad = client.post(address, values | {"eliminated_month": "2026-13", "reason": "核实"})
    assert "2026年4月" in bad.context["form"].errors["eliminated_month"][0]
    backwards = client.post(address, values | {"eliminated_month": "2026-02", "reason": "核实"})
    assert "早于识别监测时间" in backwards.context["form"].errors["eliminated_month"][0]
    good = client.post(address, values | {"eliminated_month": "2026年5月", "identified_month": "2026-04",
                                          "reason": "核实"})  # fmt: skip
    assert good.status_code == 302, good.context["form"].errors
    household.refresh_from_db()
    assert (household.identified_month, household.eliminated_month) == (date(2026, 4, 1), date(2026, 5, 1))
