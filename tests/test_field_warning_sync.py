"""Verifications and warnings between phone and server: the answers of /field/sync/, and what /field/data/ hands out."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from households.access import Role
from households.models import MonitorAssignment
from monitoring.field import warning_items
from monitoring.models import Visit, VisitTask, WarningCase, WarningStep
from tests.factories import VILLAGE, make_household, make_id_number, make_member, make_monitor, make_user
from tests.field_helpers import days_ago, make_round, signed_in, sync, visit_item
from tests.test_field_data import QUERIES
from tests.test_field_warnings import GOOD_WORDS, sent
from tests.warned import make_batch, monitored
from township.base.dates import month_start
from township.base.ids import uuid7
from township.base.workflow import TransitionRefused

pytestmark = pytest.mark.django_db


def check(case: Any, result: str = "V3", **values: Any) -> dict[str, Any]:
    return {"warning": str(getattr(case, "pk", case)), "result": result} | values


def check_item(household: Any, *checks: dict[str, Any], **data: Any) -> dict[str, Any]:
    return visit_item(household, checks=list(checks), **data) | {"kind": "warning_check"}


def only(response: Any) -> tuple[str, str]:
    (result,) = response.json()["results"]
    return result["status"], result["message"]


def now(case: WarningCase) -> WarningCase:
    return WarningCase.objects.get(pk=case.pk)


@pytest.fixture
def trip():
    """A signed-in monitor, his household with two warnings, and the warnings."""
    monitor, (household, *_) = make_round()
    monitored(household)
    cases = [sent(monitor, household.members.get()), sent(monitor, make_member(household))]
    return signed_in(monitor), monitor, household, cases


# /field/sync/


def test_several_warnings_of_one_trip_are_created_once(trip):
    client, monitor, household, (first, second) = trip
    item = check_item(
        household, check(first, "V2", reason="paid", words=GOOD_WORDS), check(second, "V6", words="住院花费不对"),
        situation="两人务工", per_capita_yuan=15300.5, self_pay_yuan="12000", village_opinion="不纳入",
    )  # fmt: skip
    assert only(sync(client, item)) == ("created", "")
    assert only(sync(client, item)) == ("duplicate", "")
    visit = Visit.objects.get()
    assert (str(visit.pk), visit.kind) == (item["id"], "warning")
    assert VisitTask.objects.get(household=household).fulfilled_by == visit
    assert {now(case).visit for case in (first, second)} == {visit}
    first = now(first)
    assert (first.status, first.proposed_result, first.proposed_reason) == ("verified", "V2", "paid")
    assert (first.per_capita_yuan, first.self_pay_yuan, first.verified_by) == (15300.5, 12000, monitor)
    assert WarningStep.objects.count() == 2


def test_away_stays_with_the_monitor_until_the_new_day(trip):
    client, _, household, (case, _) = trip
    again = timezone.localdate() + timedelta(days=9)
    item = check_item(household, check(case, "V7", due_on=again.isoformat()), mode="phone")
    assert [only(sync(client, item))[0] for _ in range(2)] == ["created", "duplicate"]
    assert (now(case).status, now(case).due_on) == ("assigned", again)


@pytest.mark.parametrize("moved", ["verified", "reassigned", "received"])
def test_somebody_was_faster_is_a_conflict_and_the_rest_counts(trip, moved):
    client, _, household, (case, other) = trip
    changes: dict[str, Any] = {
        "verified": {
            "status": "verified", "verified_on": timezone.localdate(), "verifier_name": "别人",
            "reported_on": timezone.localdate(), "verify_mode": "home", "proposed_result": "V1",
        },
        "reassigned": {"monitor": make_user(Role.MONITOR, VILLAGE)},
        "received": {"status": "received", "monitor": None},
    }[moved]  # fmt: skip
    WarningCase.objects.filter(pk=case.pk).update(**changes)
    item = check_item(household, check(case, "V3"), check(other, "V6", words="金额不对"))
    for _ in range(2):  # the answer may be lost on the way, and is the same then
        status, message = only(sync(client, item))
        assert status == "conflict" and case.code in message and other.code not in message
    assert now(case).proposed_result == ("V1" if moved == "verified" else "")
    assert now(other).proposed_result == "V6"
    assert VisitTask.objects.get(household=household).fulfilled_by == Visit.objects.get()


def test_visit_counts_even_where_nothing_is_left_to_verify(trip):
    client, _, household, (case, _) = trip
    WarningCase.objects.filter(pk=case.pk).update(monitor=make_user(Role.MONITOR, VILLAGE))
    assert only(sync(client, check_item(household, check(case))))[0] == "conflict"
    assert Visit.objects.get().kind == "warning"


def test_overtaken_in_the_very_moment_is_a_conflict(trip, monkeypatch):
    client, _, household, (case, other) = trip
    take, sort = warning_items.verify_household, warning_items.sort

    def too_late(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.setattr(warning_items, "verify_household", take)
        monkeypatch.setattr(warning_items, "sort", after_the_other)
        raise TransitionRefused("状态已被他人更改，请刷新页面后再操作。")

    def after_the_other(*args: Any) -> Any:
        WarningCase.objects.filter(pk=case.pk).update(monitor=make_user(Role.MONITOR, VILLAGE))
        return sort(*args)

    monkeypatch.setattr(warning_items, "verify_household", too_late)
    assert only(sync(client, check_item(household, check(case), check(other))))[0] == "conflict"
    assert now(other).status == "verified" and Visit.objects.count() == 1


def test_after_a_hand_over_the_visit_counts_and_the_warnings_are_the_new_monitors(trip):
    client, monitor, household, (case, _) = trip
    new = make_monitor(make_household(), name="新监测员")
    MonitorAssignment.objects.filter(household=household).update(history=False, valid_to=days_ago(1))
    VisitTask.objects.filter(household=household).update(monitor=new)
    WarningCase.objects.filter(household=household).update(monitor=new)
    item = check_item(household, check(case), visited_on=days_ago(1).isoformat())
    assert only(sync(client, item))[0] == "conflict"
    assert Visit.objects.get().visitor == monitor and now(case).status == "assigned"


def test_warning_that_is_not_his_is_refused_and_nothing_is_saved(trip):
    client, _, household, _ = trip
    foreign = make_household()
    strange = sent(make_monitor(foreign), foreign.members.get())
    for warning in (strange, uuid7()):
        status, message = only(sync(client, check_item(household, check(warning))))
        assert status == "refused" and "不由您核查" in message
    assert only(sync(client, check_item(foreign, check(strange))))[0] == "refused"
    assert not Visit.objects.exists() and now(strange).status == "assigned"


@pytest.mark.parametrize(
    "change, word",
    [
        ({"checks": []}, "1 至"),
        ({"checks": None}, "1 至"),
        ({"checks": "x"}, "格式"),
        ({"checks": ["x"]}, "编号"),
        ({"per_capita_yuan": "很多"}, "人均纯收入"),
        ({"per_capita_yuan": True}, "人均纯收入"),
        ({"self_pay_yuan": -1}, "自付支出"),
        ({"self_pay_yuan": 1e30}, "自付支出"),
        ({"situation": 5}, "格式"),
        ({"visited_on": "2999-01-01"}, "晚于今天"),
        ({"mode": "magic"}, "方式"),
    ],
)
def test_bad_value_is_refused_with_the_reason(trip, change, word):
    client, _, household, (case, _) = trip
    status, message = only(sync(client, check_item(household, check(case)) | {"data": {
        **visit_item(household)["data"], "checks": [check(case)], **change,
    }}))  # fmt: skip
    assert status == "refused" and word in message
    assert not Visit.objects.exists()


@pytest.mark.parametrize(
    "values, word",
    [
        ({"result": "V10"}, "核查结果"),
        ({"result": "V2", "words": GOOD_WORDS}, "原因"),
        ({"result": "V2", "reason": "paid"}, "至少"),
        ({"result": "V5", "reason": "paid"}, "查无此人"),
        ({"result": "V7", "due_on": "明天"}, "年-月-日"),
    ],
)
def test_bad_finding_is_refused_with_the_reason(trip, values, word):
    client, _, household, (case, other) = trip
    item = check_item(household, check(other), {"warning": str(case.pk)} | values)
    status, message = only(sync(client, item))
    assert status == "refused" and word in message
    assert not Visit.objects.exists() and now(other).status == "assigned"


def test_id_of_another_visit_is_refused(trip):
    client, _, household, (case, _) = trip
    other = Visit.objects.create(
        household=household,
        area=household.area,
        visited_on=timezone.localdate(),
        mode="home",
        visitor_name="别人",
    )
    assert only(sync(client, check_item(household, check(case)) | {"id": str(other.pk)}))[0] == "refused"


def test_person_without_a_household_is_verified_without_a_visit_once(trip):
    client, monitor, *_ = trip
    case = sent(monitor)
    item = check_item(None, check(case, "V5", reason="elsewhere"), mode="phone")
    assert [only(sync(client, item)) for _ in range(2)] == [("created", ""), ("duplicate", "")]
    assert (now(case).status, now(case).visit) == ("verified", None)
    assert str(now(case).steps.get().pk) == item["id"]
    status, message = only(sync(client, item | {"id": str(uuid7())}))
    assert status == "conflict" and case.code in message


def test_person_without_a_household_who_was_away_is_put_off_once(trip):
    client, monitor, *_ = trip
    case = sent(monitor)
    again = (timezone.localdate() + timedelta(days=3)).isoformat()
    item = check_item(None, check(case, "V7", due_on=again), mode="phone")
    assert [only(sync(client, item))[0] for _ in range(2)] == ["created", "duplicate"]
    assert now(case).due_on.isoformat() == again and now(case).steps.count() == 1


def test_id_of_another_warning_is_refused_in_words(trip):
    client, monitor, *_ = trip
    case, other = sent(monitor), sent(monitor)
    item = check_item(None, check(case, "V6"), mode="phone")
    again = check_item(None, check(other, "V6"), mode="phone") | {"id": item["id"]}
    assert only(sync(client, item))[0] == "created"
    status, message = only(sync(client, again))
    assert status == "refused" and "已用于另一件预警" in message and not other.steps.exists()


def test_person_without_a_household_of_another_monitor_is_refused(trip):
    client, *_, (case, _) = trip
    strange = sent(make_user(Role.MONITOR, VILLAGE))
    assert only(sync(client, check_item(None, check(strange), mode="phone")))[0] == "refused"
    # A case of a household is verified with its visit.
    assert only(sync(client, check_item(None, check(case), mode="phone")))[0] == "refused"


# /field/data/


def warnings_of(client: Any) -> list[dict[str, Any]]:
    return client.get("/field/data/").json()["warnings"]


def test_phone_takes_the_warnings_along_masked(trip):
    client, monitor, household, (case, other) = trip
    text = "本人 13800001234，证件 " + case.id_number + "，住院" * 40
    WarningCase.objects.filter(pk=case.pk).update(content=text, amount_yuan="23500.5", due_on=days_ago(6))
    WarningCase.objects.filter(pk=other.pk).update(status="received", monitor=None)
    stray = sent(monitor, person_name="外村老汉", id_number=make_id_number(), village_name="没有的村")
    first, second = warnings_of(client)
    assert first | {
        "id": str(case.pk), "household": str(household.pk), "code": case.code, "department": "医保局",
        "indicator": "自付费用超标", "amount": "23500.50", "colour": "red",
    } == first  # fmt: skip
    assert first["person"] == household.head_name and first["due_on"] == days_ago(6).isoformat()
    assert case.id_number not in json.dumps(first) and "13800001234" not in json.dumps(first)
    assert len(first["content"]) <= 80
    assert (second["id"], second["household"], second["village"]) == (str(stray.pk), None, "没有的村")
    assert stray.id_number not in json.dumps(second)


def test_version_changes_with_a_warning(trip):
    client, *_, (case, _) = trip
    tag = client.get("/field/data/")["ETag"]
    assert client.get("/field/data/", HTTP_IF_NONE_MATCH=tag).status_code == 304
    WarningCase.objects.filter(pk=case.pk).update(due_on=days_ago(1))
    assert client.get("/field/data/", HTTP_IF_NONE_MATCH=tag).status_code == 200


def test_verified_warning_leaves_the_phone(trip):
    client, _, household, (case, other) = trip
    sync(client, check_item(household, check(case)))
    assert [row["id"] for row in warnings_of(client)] == [str(other.pk)]


def test_cadre_takes_the_warnings_of_his_village(trip):
    *_, cases = trip
    assert {row["id"] for row in warnings_of(signed_in(make_user(Role.CADRE, VILLAGE)))} == {
        str(case.pk) for case in cases
    }


def test_four_hundred_households_with_warnings_fit_in_150_kb():
    monitor, households = make_round(count=400)
    batch = make_batch(month=month_start(timezone.localdate()))
    for household in households:
        member = make_member(household)
        if household.walk_order % 4 == 0:
            sent(
                monitor,
                member,
                batch=batch,
                content="在县医院住院三次，总费用较高，自付部分超过标准，请核实家庭情况",
            )
    client = signed_in(monitor)
    with CaptureQueriesContext(connection) as queries:
        response = client.get("/field/data/", HTTP_ACCEPT_ENCODING="gzip")
    assert len(json.loads(gzip.decompress(response.content))["warnings"]) == 100
    assert len(response.content) <= 150 * 1024
    assert len(queries) <= QUERIES
