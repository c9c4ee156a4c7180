"""/field/data/: small, masked, the user's own households alone, with the statuses of every other list."""

import gzip
import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from households.access import Role
from households.models import AccessLog
from monitoring.models import VisitTask
from tests.factories import VILLAGE, make_household, make_member, make_monitor, make_user
from tests.field_helpers import days_ago, make_round, make_task, signed_in, sync, visit_item
from township.base.dates import month_start

pytestmark = pytest.mark.django_db
QUERIES = 15


def get(client, **extra):
    response = client.get("/field/data/", **extra)
    assert response.status_code == 200
    return response.json()


def test_shape_of_the_contract():
    monitor, (household, *_) = make_round()
    content = get(signed_in(monitor))
    assert {"version", "now", "households", "tasks", "warnings"} == set(content)
    row = next(row for row in content["households"] if row["id"] == str(household.pk))
    assert row["version"] and row["name"] == household.head_name and row["group"] == "1组"
    assert set(row["guarantees"]) == {"education", "medical", "housing", "water"}
    assert content["tasks"][0]["status"] in ("due", "due_soon")


def test_households_of_others_are_absent():
    monitor, households = make_round()
    foreign = make_household(tier="key", head_name="别人家")
    make_task(foreign)
    make_monitor(foreign)
    content = get(signed_in(monitor))
    assert {row["id"] for row in content["households"]} == {str(one.pk) for one in households}
    assert "别人家" not in json.dumps(content, ensure_ascii=False)
    assert str(foreign.pk) not in json.dumps(content)


def test_ids_are_masked_birth_dates_absent_phones_of_own_households_full():
    monitor, (household, *_) = make_round()
    member = make_member(household)
    text = signed_in(monitor).get("/field/data/").content.decode()
    assert member.id_number not in text and f"{member.id_number[:6]}**********" in text
    assert member.birth_on.isoformat() not in text
    assert household.phone in text


def test_cadre_gets_his_village_with_masked_phones():
    make_round()
    content = get(signed_in(make_user(Role.CADRE, VILLAGE)))
    assert len(content["households"]) == 3
    assert {row["phone"] for row in content["households"]} == {"138****0000", "138****0001", "138****0002"}


def test_statuses_are_those_of_the_one_definition():
    today = timezone.localdate()
    households = [make_household(tier="general") for _ in range(6)]
    monitor = make_monitor(*households)
    year = {"period_start": today.replace(month=1, day=1), "period_end": today.replace(month=12, day=31)}
    first = month_start(today)
    plans = [
        {"due_on": days_ago(1)},
        {"due_on": today},
        {"due_on": today + timedelta(days=3)},
        {"due_on": today + timedelta(days=4)},
        {"due_on": days_ago(1), "voided_at": timezone.now(), "void_reason": "试"},
    ]
    for household, plan in zip(households, plans, strict=False):
        make_task(household, planned_month=first, **(year | plan))
    sync(signed_in(monitor), visit_item(households[1]))
    shown = {task["id"]: task["status"] for task in get(signed_in(monitor))["tasks"]}
    derived = VisitTask.objects.containing(today).with_status(today)
    assert shown == {str(task.pk): task.status for task in derived}
    assert sorted(shown.values()) == ["done", "due", "due_soon", "overdue", "voided"]


def test_not_modified_until_something_changes():
    monitor, (household, *_) = make_round()
    client = signed_in(monitor)
    first = client.get("/field/data/")
    assert client.get("/field/data/", HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 304
    weak = f"W/{first['ETag']}"  # what compression makes of it
    assert client.get("/field/data/", HTTP_IF_NONE_MATCH=weak).status_code == 304
    versions = {row["id"]: row["version"] for row in first.json()["households"]}
    sync(client, visit_item(household))
    after = client.get("/field/data/", HTTP_IF_NONE_MATCH=first["ETag"])
    assert after.status_code == 200
    changed = {row["id"] for row in after.json()["households"] if row["version"] != versions[row["id"]]}
    assert changed == {str(household.pk)}


def test_handing_out_phone_numbers_is_recorded():
    monitor, _ = make_round()
    get(signed_in(monitor))
    entry = AccessLog.objects.get(action=AccessLog.Action.REVEAL)
    assert (entry.user, entry.target, entry.rows) == (monitor, "field/data", 3)


def test_four_hundred_households_fit_in_150_kb_and_a_fixed_number_of_queries():
    monitor, households = make_round(count=400)
    for household in households:
        for _ in range(2):
            make_member(household)
    client = signed_in(monitor)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get("/field/data/", HTTP_ACCEPT_ENCODING="gzip")
    assert response["Content-Encoding"] == "gzip"
    assert len(json.loads(gzip.decompress(response.content))["households"]) == 400
    assert len(response.content) <= 150 * 1024
    assert len(queries) <= QUERIES, [query["sql"][:80] for query in queries]
