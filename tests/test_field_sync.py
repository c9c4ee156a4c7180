"""/field/sync/ and /field/photos/: every item gets its own answer, nothing is taken twice, nothing is lost."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from households.access import Role
from households.models import MonitorAssignment
from monitoring.field import sync as field_sync
from monitoring.models import Clue, Visit, VisitPhoto, VisitTask
from tests.factories import TOWNSHIP, make_household, make_monitor, make_user
from tests.field_helpers import TINY_JPEG, days_ago, make_round, make_task, signed_in, sync, visit_item
from township.base.ids import uuid7

pytestmark = pytest.mark.django_db
DATA_ADDRESSES = [("get", "/field/data/"), ("post", "/field/sync/"), ("post", "/field/photos/")]


@pytest.fixture
def trip():
    monitor, households = make_round()
    return signed_in(monitor), households


def only(response):
    assert response.status_code == 200
    (result,) = response.json()["results"]
    return result


def send_photo(client, visit_id, photo_id=None, content=TINY_JPEG):
    photo = SimpleUploadedFile("photo.jpg", content, "image/jpeg")
    return client.post(
        "/field/photos/", {"id": str(photo_id or uuid7()), "visit": str(visit_id), "photo": photo}
    )


def test_visit_is_created_once_and_fulfils_its_task(trip):
    client, (household, *_) = trip
    item = visit_item(household)
    assert only(sync(client, item)) == {"id": item["id"], "status": "created", "message": ""}
    assert only(sync(client, item))["status"] == "duplicate"
    visit = Visit.objects.get()
    assert (str(visit.pk), visit.household, visit.met, visit.blocks) == (item["id"], household, "head", {})
    assert VisitTask.objects.get(household=household).fulfilled_by == visit


def test_same_id_twice_in_one_batch_is_one_visit(trip):
    client, (household, *_) = trip
    item = visit_item(household)
    results = sync(client, item, item).json()["results"]
    assert [result["status"] for result in results] == ["created", "duplicate"]
    assert Visit.objects.count() == 1


def test_id_of_another_visit_is_refused(trip):
    client, (first, second, _) = trip
    item = visit_item(first)
    sync(client, item)
    assert only(sync(client, visit_item(second) | {"id": item["id"]}))["status"] == "refused"


def test_bad_item_stops_no_other(trip):
    client, households = trip
    items = [visit_item(households[0]), {"id": 5}, "x", visit_item(households[1], mode="magic"),
             visit_item(households[2])]  # fmt: skip
    results = sync(client, *items).json()["results"]
    assert [result["status"] for result in results] == ["created", "refused", "refused", "refused", "created"]
    assert all(result["message"] for result in results if result["status"] == "refused")
    assert Visit.objects.count() == 2


def test_programming_error_stops_no_other_and_is_logged(trip, monkeypatch, caplog):
    client, households = trip

    def broken(household, *args, **kwargs):
        if household == households[0]:
            raise RuntimeError("broken")
        return log_visit(household, *args, **kwargs)

    log_visit = field_sync.log_visit
    monkeypatch.setattr(field_sync, "log_visit", broken)
    results = sync(client, visit_item(households[0]), visit_item(households[1])).json()["results"]
    assert [result["status"] for result in results] == ["refused", "created"]
    assert "could not be taken" in caplog.text


def test_full_visit_with_blocks_and_risk_makes_a_clue(trip):
    client, (household, *_) = trip
    member = household.members.get()
    blocks = {
        "medical": {"state": "problem", "note": "住院", "member": str(member.pk), "amount_yuan": "23500"}
    }
    item = visit_item(household, met="spouse", blocks=blocks, risk=True, risk_kinds=["illness"], needs="低保")
    assert only(sync(client, item))["status"] == "created"
    visit = Visit.objects.get()
    assert (visit.blocks, visit.met, visit.needs) == (blocks, "spouse", "低保")
    assert Clue.objects.get().visit == visit


@pytest.mark.parametrize(
    "data, word",
    [
        ({"visited_on": "2999-01-01"}, "晚于今天"),
        ({"visited_on": "23.11."}, "年-月-日"),
        ({"visited_on": None}, "年-月-日"),
        ({"visited_on": 20261123}, "格式"),
        ({"mode": None}, "走访方式"),
        ({"met": "dog"}, "见到谁"),
        ({"risk": "yes"}, "格式"),
        ({"risk": True}, "风险类型"),
        ({"risk_kinds": [1]}, "风险类型"),
        ({"blocks": {"food": "bad"}}, "变化"),
        ({"blocks": []}, "格式"),
        ({"blocks": {"weather": {"state": "problem"}}}, "weather"),
    ],
)
def test_visit_with_a_bad_value_is_refused_with_the_reason(trip, data, word):
    client, (household, *_) = trip
    result = only(sync(client, visit_item(household, **data)))
    assert result["status"] == "refused" and word in result["message"]
    assert not Visit.objects.exists()


def test_backdated_visit_needs_a_reason(trip):
    client, (household, *_) = trip
    late = {"visited_on": days_ago(8).isoformat()}
    assert "补录原因" in only(sync(client, visit_item(household, **late)))["message"]
    assert (
        only(sync(client, visit_item(household, **late, backdate_reason="没有信号")))["status"] == "created"
    )
    week = visit_item(household, visited_on=days_ago(7).isoformat())
    assert only(sync(client, week))["status"] == "created"


def test_nobody_met_is_kept_and_fulfils_nothing(trip):
    client, (household, *_) = trip
    assert only(sync(client, visit_item(household, met="nobody")))["status"] == "created"
    assert VisitTask.objects.get(household=household).fulfilled_by is None


def test_changed_base_is_no_conflict_for_a_visit(trip):
    client, (household, *_) = trip
    assert only(sync(client, visit_item(household) | {"base": "older"}))["status"] == "created"


@pytest.mark.parametrize("household", ["foreign", "unknown", None, "not-a-uuid"])
def test_household_of_another_monitor_is_refused_in_the_same_words(trip, household):
    client, _ = trip
    foreign = make_household(tier="key")
    make_monitor(foreign)
    pk = {"foreign": str(foreign.pk), "unknown": str(uuid7())}.get(household, household)
    result = only(sync(client, visit_item(None) | {"household": pk}))
    assert result["status"] == "refused" and result["message"].startswith("没有这户的走访权限")


def test_visit_made_before_a_handover_is_still_taken():
    household = make_household(tier="key")
    monitor = make_monitor(household)
    household.monitor_assignments.filter(monitor=monitor).update(valid_to=days_ago(1), history=False)
    client = signed_in(monitor)
    assert only(sync(client, visit_item(household)))["status"] == "refused"
    earlier = visit_item(household, visited_on=days_ago(2).isoformat())
    assert only(sync(client, earlier))["status"] == "created"


@pytest.mark.parametrize("kind", ["clue", "life_event", "help", "questionnaire"])
def test_other_kinds_say_that_they_cannot_be_sent_yet(trip, kind):
    client, (household, *_) = trip
    result = only(sync(client, visit_item(household) | {"kind": kind}))
    assert result["status"] == "refused" and "目前还不能上传" in result["message"]


@pytest.mark.parametrize("kind", ["party", None, ["visit"]])
def test_unknown_kind_is_refused(trip, kind):
    client, (household, *_) = trip
    assert "不认识" in only(sync(client, visit_item(household) | {"kind": kind}))["message"]


def test_more_than_fifty_items_are_refused_whole(trip):
    client, (household, *_) = trip
    response = sync(client, *[visit_item(household) for _ in range(51)])
    assert (response.status_code, response.json()["code"]) == (400, "too_many")
    assert not Visit.objects.exists()


def test_more_than_one_megabyte_is_refused(trip):
    client, (household, *_) = trip
    response = sync(client, visit_item(household, note="x" * 1024 * 1024))
    assert (response.status_code, response.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize("body", ["", "{", "[]", '"x"', "{}", '{"items": {}}', "[" * 5000, b"\xff\xfe"])
def test_what_is_not_the_agreed_json_is_400(trip, body):
    client, _ = trip
    response = client.post("/field/sync/", body, content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (400, "not_json")


@pytest.mark.parametrize("method, address", DATA_ADDRESSES)
def test_signed_out_is_401_json_also_without_a_token(method, address):
    response = getattr(Client(enforce_csrf_checks=True), method)(address)
    assert (response.status_code, response.json()["code"]) == (401, "signed_out")


@pytest.mark.parametrize("address", ["/field/sync/", "/field/photos/"])
def test_stale_token_is_403_csrf(trip, address):
    monitor = make_monitor(make_household())
    response = signed_in(monitor, enforce_csrf_checks=True).post(address, {})
    assert (response.status_code, response.json()["code"]) == (403, "csrf")


def test_fresh_token_in_the_header_is_accepted():
    monitor, (household, *_) = make_round()
    client = signed_in(monitor, enforce_csrf_checks=True)
    client.get("/field/households/")
    token = client.cookies["csrftoken"].value
    assert only(sync(client, visit_item(household), HTTP_X_CSRFTOKEN=token))["status"] == "created"


@pytest.mark.parametrize(
    "role", [Role.STATION, Role.LEADER, Role.COUNTY, Role.AUDITOR, Role.ADMINISTRATOR, None]
)
def test_roles_that_do_not_visit_get_403(role):
    client = signed_in(make_user(role))
    assert sync(client).status_code == client.get("/field/data/").status_code == 403


@pytest.mark.parametrize(
    "method, address", [("post", "/field/data/"), ("get", "/field/sync/"), ("get", "/field/photos/")]
)
def test_wrong_method_is_405(trip, method, address):
    client, _ = trip
    assert getattr(client, method)(address).status_code == 405


def test_photo_is_kept_once_and_served_to_who_may_see_the_household(trip):
    client, (household, *_) = trip
    item = visit_item(household)
    photo_id = uuid7()
    assert send_photo(client, item["id"], photo_id).status_code == 404
    sync(client, item)
    first, again = (send_photo(client, item["id"], photo_id).json() for _ in range(2))
    assert (first["status"], again["status"]) == ("created", "duplicate")
    assert VisitPhoto.objects.get().pk == photo_id
    response = client.get(f"/field/photos/{photo_id}/")
    assert b"".join(response.streaming_content) == TINY_JPEG
    assert (response["Content-Type"], response["Cache-Control"]) == ("image/jpeg", "no-store")
    station, leader = make_user(Role.STATION, TOWNSHIP), make_user(Role.LEADER, TOWNSHIP)
    assert all(
        signed_in(user).get(f"/field/photos/{photo_id}/").status_code == 200 for user in (station, leader)
    )
    for stranger in (make_monitor(make_household()), make_user(Role.COUNTY), make_user(Role.AUDITOR)):
        assert signed_in(stranger).get(f"/field/photos/{photo_id}/").status_code == 404


def test_bad_photos_are_refused_with_a_reason(trip):
    client, (household, *_) = trip
    item = visit_item(household)
    sync(client, item)
    assert send_photo(client, item["id"], content=b"GIF89a").status_code == 400
    assert send_photo(client, item["id"], content=TINY_JPEG + b"0" * 1024 * 1024).status_code == 413
    assert client.post("/field/photos/", {"id": "x"}).json()["code"] == "incomplete"
    assert not VisitPhoto.objects.exists()


def test_photos_follow_a_visit_that_arrives_after_a_hand_over():
    yesterday, household = days_ago(1), make_household(tier="key")
    monitor = make_monitor(household)
    MonitorAssignment.objects.update(history=False, valid_to=yesterday)
    make_task(household, yesterday, monitor=make_monitor(household, since=days_ago(0)))
    client = signed_in(monitor)
    item = visit_item(household, visited_on=yesterday.isoformat())
    assert only(sync(client, item))["status"] == "created"
    assert send_photo(client, item["id"]).json()["status"] == "created"


def test_photo_is_added_only_by_who_made_the_visit(trip):
    client, (household, *_) = trip
    item = visit_item(household)
    sync(client, item)
    cadre = signed_in(make_user(Role.CADRE, household.area))
    assert send_photo(cadre, item["id"]).status_code == 404


def test_item_ids_come_back_as_they_were_sent(trip):
    client, _ = trip
    body = json.dumps({"items": [{"id": "abc"}, {}, None]})
    results = client.post("/field/sync/", body, content_type="application/json").json()["results"]
    assert [result["id"] for result in results] == ["abc", None, None]


def test_task_of_a_closed_household_takes_no_visit(trip):
    client, (household, *_) = trip
    make_task(make_household(tier="key"))
    household.closed_on, household.closed_reason = days_ago(1), "迁出"
    household.save()
    assert only(sync(client, visit_item(household)))["status"] == "refused"
