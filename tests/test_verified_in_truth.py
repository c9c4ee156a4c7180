"""A verification says nothing that cannot be: nobody at home and somebody met, a result that the register rules out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.utils import timezone

from households.access import Role
from households.models import Household
from monitoring.models import Visit, VisitTask, WarningCase
from monitoring.services.refusals import Refused
from monitoring.services.visits import VisitInput
from monitoring.services.warning_verify import Finding, Verification, verify, verify_household
from tests.factories import make_household, make_member, make_monitor, make_user
from tests.field_helpers import make_round, signed_in, text_of
from tests.test_field_warnings import GOOD_WORDS, address, answer, filled, sent
from tests.test_warning_decide import eliminated
from tests.warned import assigned, make_case, monitored
from township.base.ids import uuid7

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 24)
AWAY, DECLINED = Finding("V7"), Finding("V2", "paid", "费用已按规定报销，家庭能够承担")


@pytest.fixture
def home() -> Household:
    return make_household()


def trip_of(home: Household, findings: list[tuple[WarningCase, Finding]], by: Any, **how: Any) -> Visit:
    data = VisitInput(visited_on=ON, **({"mode": "home"} | how))
    found = Verification(verified_on=ON, mode=data.mode)
    of_cases = {case.pk: finding for case, finding in findings}
    logged = verify_household(
        home, data, found, of_cases, by=by, on=ON, at=timezone.now(), visit_id=uuid7()
    )  # fmt: skip
    return logged.visit


def sent_to(home: Household, monitor: Any, **values: Any) -> WarningCase:
    return make_case(home.members.first(), **assigned(ON, ON, monitor), **values)


# V7 and whom one met


@pytest.mark.parametrize("how", [{}, {"mode": "outdoor"}, {"met": "spouse"}])
def test_nobody_at_home_and_somebody_met_is_refused(home: Household, how: dict[str, str]) -> None:
    monitor = make_monitor(home)
    case = sent_to(home, monitor)
    with pytest.raises(Refused) as refused:
        trip_of(home, [(case, AWAY)], monitor, **how)
    assert refused.value.problems == [("met", "见到了人请选其他结果；没有见到人的，见到谁请选“未见到人”。")]
    assert not Visit.objects.exists()


@pytest.mark.parametrize("how", [{"met": "nobody"}, {"mode": "phone"}])
def test_a_closed_door_and_a_telephone_call_are_taken(home: Household, how: dict[str, str]) -> None:
    monitor = make_monitor(home)
    assert trip_of(home, [(sent_to(home, monitor), AWAY)], monitor, **how).met == how.get("met", "head")


def test_one_of_two_warnings_may_wait_though_somebody_was_met(home: Household) -> None:
    monitor = make_monitor(home)
    cases = [sent_to(home, monitor), sent_to(home, monitor)]
    assert trip_of(home, [(cases[0], AWAY), (cases[1], DECLINED)], monitor).met == "head"


@pytest.mark.parametrize("desk", [False, True])
def test_a_form_that_says_nothing_but_away_says_that_nobody_was_met(desk: bool) -> None:
    monitor, (household, *_) = make_round(1)
    case = sent(monitor, household.members.get())
    client = signed_in(make_user(Role.STATION) if desk else monitor)
    where = f"/admin/monitoring/warningcase/{case.pk}/verify/" if desk else address(household)
    again = timezone.localdate().isoformat()
    values = filled(client, where, **answer(case, result="V7", due_on=again))
    assert values["met"] == "head"
    page = client.post(where, values, follow=True).content.decode()
    assert Visit.objects.get().met == "nobody" and "未见到人" in page
    assert VisitTask.objects.get(household=household).fulfilled_by is None


def test_whom_somebody_chose_himself_is_not_changed_for_him() -> None:
    monitor, (household, *_) = make_round(1)
    case, client = sent(monitor, household.members.get()), signed_in(monitor)
    again = timezone.localdate().isoformat()
    values = filled(client, address(household), **answer(case, result="V7", due_on=again), met="spouse")
    assert "见到了人请选其他结果" in text_of(client, address(household), **values)
    assert not Visit.objects.exists()


# What the register rules out


def test_a_stranger_is_not_proposed_as_a_household() -> None:
    monitor = make_monitor()
    case = make_case(None, **assigned(ON, ON, monitor), area=make_household().area)
    station = make_user(Role.STATION)
    found = Verification(verified_on=ON, mode="phone")
    for result in ("V1", "V3", "V4"):
        with pytest.raises(Refused, match="查无此人或非本镇") as refused:
            verify(
                case, found, Finding(result), by=station, on=ON, at=timezone.now(),
                verifier_name="甲", for_others=True,
            )  # fmt: skip
        assert [name for name, _ in refused.value.problems] == ["result"]


@pytest.mark.parametrize(
    ("result", "words"),
    [("V3", "不在监测中"), ("V4", "没有已消除风险的监测期"), ("V8", "没有另一件可以重复的预警")],
)
def test_what_could_never_be_decided_is_refused_where_it_is_proposed(
    home: Household, result: str, words: str
) -> None:
    monitor = make_monitor(home)
    with pytest.raises(Refused, match=words):
        trip_of(home, [(sent_to(home, monitor), Finding(result))], monitor)


def test_what_the_register_bears_out_is_taken(home: Household) -> None:
    monitor = make_monitor(home)
    case, other = sent_to(home, monitor), sent_to(home, monitor)
    trip_of(home, [(case, Finding("V8"))], monitor)
    monitored(home)
    with pytest.raises(Refused, match="正在监测中"):
        trip_of(home, [(other, Finding("V1"))], monitor)
    trip_of(home, [(other, Finding("V3"))], monitor)


def test_a_risk_that_came_back_needs_one_that_was_over(home: Household) -> None:
    monitor = make_monitor(home)
    eliminated(home)
    trip_of(home, [(sent_to(home, monitor), Finding("V4"))], monitor)


def test_the_phone_offers_only_what_can_be() -> None:
    monitor, (household, *_) = make_round(1)
    case, client = sent(monitor, household.members.get()), signed_in(monitor)
    page = text_of(client, address(household))
    for result, is_offered in (("V1", True), ("V2", True), ("V3", False), ("V4", False), ("V8", False)):
        assert (f'name="case-{case.pk}-result" id="' in page) and (f'value="{result}"' in page) is is_offered
    values = filled(client, address(household), **answer(case, result="V3"))  # a page from before
    assert "不能认定为“已是监测对象”" in text_of(client, address(household), **values)


# What is said afterwards, and what is wrong


def test_a_call_that_does_not_count_is_not_said_to_count() -> None:
    monitor, (household, *_) = make_round(1)
    case, client = sent(monitor, household.members.get()), signed_in(monitor)
    assert "同时算作本期走访</p>" not in text_of(client, address(household))
    found = answer(case, result="V2", decline="paid", words=GOOD_WORDS)
    values = filled(client, address(household), mode="phone", **found)
    page = unescape(client.post(address(household), values, follow=True).content.decode())
    assert "电话核查不算本期走访，本期仍要入户" in page and household.head_name in page
    second = sent(monitor, household.members.get())
    station, desk = signed_in(make_user(Role.STATION)), f"/admin/monitoring/warningcase/{second.pk}/verify/"
    found = answer(second, result="V2", decline="paid", words=GOOD_WORDS)
    page = station.post(desk, filled(station, desk, mode="phone", **found), follow=True).content.decode()
    assert "电话核查不算本期走访，本期仍要入户" in page


def test_all_that_is_wrong_is_said_at_once_with_whose_it_is() -> None:
    monitor, (household, *_) = make_round(1)
    wife = make_member(household, name="乔玉梅")
    cases = [sent(monitor, household.members.first()), sent(monitor, wife), sent(monitor, wife)]
    wrong = answer(cases[0], result="V2", decline="paid", words="短") | answer(cases[1], result="V3")
    money = {"per_capita_yuan": "-1", "self_pay_yuan": "12345678901.123"}
    client = signed_in(monitor)
    values = filled(client, address(household), **wrong, **money)
    page = text_of(client, address(household), **values)
    assert "乔玉梅 自付费用超标 核查结果：请选择核查结果。" in page
    assert f"{household.head_name} 核查说明：不纳入要写明情况" in page
    assert "不能认定为“已是监测对象”" in page and "不能小于 0，请检查。" in page
    assert not any(words in page for words in ("确保", "确认", "必填项", "有效的选项"))


# 自付支出


def test_the_amount_of_a_single_medical_warning_stands_there_already() -> None:
    monitor, (household, *_) = make_round(1)
    case = sent(monitor, household.members.get(), indicator_code="MED_SELF", amount_yuan="42600")
    client = signed_in(monitor)
    values = filled(client, address(household), **answer(case, result="V2", decline="paid", words=GOOD_WORDS))
    assert values["self_pay_yuan"] == Decimal("42600")
    said = {"medical-state": "problem", "medical-note": "又住院一次", "medical-amount": "9000"}
    client.post(address(household), values | said)
    case.refresh_from_db()
    assert case.self_pay_yuan == 9000  # what he was told in the visit, not what the list said


def test_what_was_paid_for_illness_is_no_fact_of_a_school(home: Household) -> None:
    monitor = make_monitor(home)
    ill, school = sent_to(home, monitor), sent_to(home, monitor, indicator_code="EDU_DROP")
    found = Verification(verified_on=ON, mode="home", self_pay_yuan=Decimal(12000), situation="两人务工")
    verify_household(
        home, VisitInput(visited_on=ON, mode="home"), found, {ill.pk: DECLINED, school.pk: replace(DECLINED)},
        by=monitor, on=ON, at=timezone.now(), visit_id=uuid7(),
    )  # fmt: skip
    for case in (ill, school):
        case.refresh_from_db()
    assert (ill.self_pay_yuan, school.self_pay_yuan, school.situation) == (12000, None, "两人务工")


def test_a_school_s_warning_alone_does_not_ask_for_it() -> None:
    monitor, (household, *_) = make_round(1)
    sent(monitor, household.members.get(), indicator_code="EDU_DROP", amount_yuan="9000")
    assert "自付支出" not in text_of(signed_in(monitor), address(household))
