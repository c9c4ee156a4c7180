"""Verifying at the desk: the station types a paper for whoever was there, a cadre enters his own; the paper itself."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from households.access import Role
from monitoring.models import Visit, VisitTask, WarningCase
from tests.factories import OTHER_TOWNSHIP, VILLAGE, make_income, make_member, make_user
from tests.field_helpers import make_round, signed_in
from tests.test_field_warnings import GOOD_WORDS, answer, sent
from tests.warned import make_batch, make_case, monitored
from township.base.dates import month_start

pytestmark = pytest.mark.django_db


def page_of(case: WarningCase, name: str = "verify") -> str:
    return reverse(f"admin:monitoring_warningcase_{name}", args=[case.pk])


def text_of(client: Any, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return unescape(response.content.decode())


def filled(client: Any, case: WarningCase, **changes: Any) -> dict[str, Any]:
    form = client.get(page_of(case)).context["form"]
    values = {name: form[name].value() for name in form.fields if name != "photo"}
    return {name: value for name, value in values.items() if value not in (None, False, [])} | changes


@pytest.fixture
def office():
    """The station's clerk, a monitor, his household, and two warnings of it that were sent to him."""
    monitor, (household, *_) = make_round(1)
    monitored(household)
    cases = [sent(monitor, household.members.get()), sent(monitor, make_member(household))]
    return signed_in(make_user(Role.STATION, name="录入员")), monitor, household, cases


def test_station_types_for_who_was_there_and_both_are_recorded(office):
    client, monitor, household, (case, other) = office
    found = answer(case, result="V2", decline="paid", words=GOOD_WORDS) | {"situation": "两人务工"}
    response = client.post(page_of(case), filled(client, case, **found), follow=True)
    assert "核查结果已保存" in response.content.decode()
    case.refresh_from_db()
    assert (case.status, case.proposed_result, case.situation) == ("verified", "V2", "两人务工")
    assert (case.verified_by, case.verifier_name, case.typed_by.name) == (monitor, monitor.name, "录入员")
    visit = Visit.objects.get()
    assert (visit.visitor, visit.recorded_by.name, case.visit) == (monitor, "录入员", visit)
    assert VisitTask.objects.get(household=household).fulfilled_by == visit
    # The other warning of the household was offered and left out.
    assert WarningCase.objects.get(pk=other.pk).status == "assigned"


def test_list_ledger_and_phone_show_it_at_once(office):
    client, monitor, _, (case, other) = office
    found = answer(case, result="V2", decline="paid", words=GOOD_WORDS) | {"situation": "两人在县城务工"}
    client.post(page_of(case), filled(client, case, **found))
    assert "待研判" in text_of(client, f"/admin/monitoring/warningcase/?q={case.code}")
    assert "两人在县城务工" in text_of(client, f"/admin/ledgers/warnings/?month={timezone.localdate():%Y-%m}")
    left = signed_in(monitor).get("/field/data/").json()["warnings"]
    assert [row["id"] for row in left] == [str(other.pk)]


def test_the_other_warnings_of_the_trip_go_with_it(office):
    client, _, _, (case, other) = office
    found = answer(case, result="V3") | answer(other, result="V6", words="金额有误")
    client.post(page_of(case), filled(client, case, **found))
    assert {WarningCase.objects.get(pk=one.pk).status for one in (case, other)} == {"verified"}
    assert Visit.objects.count() == 1


def test_the_same_form_twice_is_one_verification(office):
    client, _, _, (case, _) = office
    values = filled(client, case, **answer(case, result="V3"))
    for _ in range(2):
        assert client.post(page_of(case), values)["Location"] == page_of(case, "change")
    assert Visit.objects.count() == 1 and case.steps.count() == 1


def test_who_was_there_must_be_said_and_is_of_the_village(office):
    client, _, _, (case, _) = office
    stranger = make_user(Role.MONITOR, f"{OTHER_TOWNSHIP}001")
    for visitor in ("", str(stranger.pk)):
        values = filled(client, case, **answer(case, result="V3"), visitor=visitor)
        assert "visitor" in client.post(page_of(case), values).context["form"].errors
    assert not Visit.objects.exists()


def test_station_types_a_case_that_nobody_was_sent_for(office):
    client, monitor, *_ = office
    batch = make_batch(month=month_start(timezone.localdate()))
    stray = make_case(None, batch)
    found = answer(stray, result="V5", absence="nobody") | {"visitor": str(monitor.pk)}
    client.post(page_of(stray), filled(client, stray, **found))
    stray.refresh_from_db()
    assert (stray.status, stray.verified_by, stray.visit) == ("verified", monitor, None)


@pytest.mark.parametrize("result", ["V7", "V5"])
def test_a_stray_s_form_twice_is_saved_once(office, result):
    client, monitor, *_ = office
    stray = sent(monitor)
    found = answer(stray, result=result, absence="nobody", due_on=timezone.localdate().isoformat())
    values = filled(client, stray, **found)
    for _ in range(2):
        page = client.post(page_of(stray), values, follow=True).content.decode()
        assert "的核查结果已保存" in page and "不能核查" not in page
    assert stray.steps.count() == 1


def test_cadre_enters_his_own_in_his_village_alone(office):
    _, _, _, (case, _) = office
    cadre = make_user(Role.CADRE, VILLAGE, name="村支书")
    client = signed_in(cadre)
    values = filled(client, case, **answer(case, result="V3"))
    assert "visitor" not in values
    client.post(page_of(case), values)
    case.refresh_from_db()
    assert (case.status, case.verified_by, case.typed_by) == ("verified", cadre, None)
    elsewhere = signed_in(make_user(Role.CADRE, f"{VILLAGE[:-3]}002"))
    assert elsewhere.get(page_of(case)).status_code == 404


def test_leader_may_not_and_monitor_is_led_to_his_phone_page(office):
    _, monitor, _, (case, _) = office
    assert signed_in(make_user(Role.LEADER)).get(page_of(case)).status_code == 403
    assert signed_in(monitor).get(page_of(case))["Location"] == f"/field/warnings/{case.pk}/"


def test_verified_case_is_not_verified_again(office):
    client, _, _, (case, _) = office
    values = filled(client, case, **answer(case, result="V3"))
    client.post(page_of(case), values)
    response = client.get(page_of(case), follow=True)
    assert "不能核查" in response.content.decode()


def test_paper_is_prefilled_and_masked(office):
    client, monitor, household, (case, other) = office
    make_income(household, 2025, wage_yuan=12345)
    page = text_of(client, page_of(case, "form"))
    for word in (
        household.head_name,
        monitor.name,
        case.code,
        other.code,
        "2025 年：12345.00",
        "V2 不符合条件",
    ):
        assert word in page
    assert case.id_number not in page and f"{case.id_number[:6]}**********" in page


def test_paper_of_an_unregistered_person(office):
    client, *_ = office
    stray = make_case(None, person_name="外村老汉", village_name="没有的村")
    page = text_of(client, page_of(stray, "form"))
    assert "外村老汉" in page and "没有的村" in page and "不在册" in page


def test_household_of_another_township_is_not_found(office):
    _, _, _, (case, _) = office
    client = signed_in(make_user(Role.STATION, OTHER_TOWNSHIP))
    assert {client.get(page_of(case, name)).status_code for name in ("verify", "form")} == {404}
