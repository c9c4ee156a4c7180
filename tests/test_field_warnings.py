"""Verifying warnings on the phone: one trip, one form, one visit; who may; what is wrong stands at its question."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from households.access import Role
from households.models import AccessLog
from monitoring.models import Visit, VisitTask, WarningCase
from tests.factories import VILLAGE, make_household, make_income, make_member, make_monitor, make_user
from tests.field_helpers import make_round, signed_in, text_of
from tests.warned import assigned, make_batch, make_case, monitored
from township.base.dates import month_start
from township.base.ids import uuid7

pytestmark = pytest.mark.django_db
GOOD_WORDS = "住院费用已经报销，两人务工收入稳定"


def address(household: Any) -> str:
    return f"/field/households/{household.pk}/warnings/"


def sent(monitor: Any, member: Any = None, *, days: int = 5, batch: Any = None, **values: Any) -> WarningCase:
    """Return a case of this month that the monitor is to verify in some days."""
    on = timezone.localdate()
    batch = batch or make_batch(month=month_start(on), received_on=on)
    return make_case(member, batch, **assigned(on, on + timedelta(days=days), monitor), **values)


def filled(client: Any, where: str, *cases: WarningCase, **changes: Any) -> dict[str, Any]:
    """Return a fresh form as a browser sends it, each case with V3."""
    form = client.get(where).context["form"]
    values = {name: form[name].value() for name in form.fields if name != "photo"}
    values = {name: value for name, value in values.items() if value not in (None, False, [])}
    return values | {f"case-{case.pk}-result": "V3" for case in cases} | changes


def answer(case: WarningCase, **values: Any) -> dict[str, Any]:
    return {f"case-{case.pk}-{name}": value for name, value in values.items()}


@pytest.fixture
def trip():
    """A monitor with a task in each of three households, and two warnings in the first."""
    monitor, households = make_round()
    head = households[0].members.get()
    monitored(households[0])
    cases = [sent(monitor, head), sent(monitor, make_member(households[0]), days=-7)]
    return monitor, households, cases


# 今日 and the household


def test_today_shows_warnings_beside_the_household_and_filters_by_them(trip):
    monitor, households, _ = trip
    client = signed_in(monitor)
    page = text_of(client, "/field/")
    assert "预警 2 · 超期 7 天" in page and "预警 <b>1</b>" in page
    only = text_of(client, "/field/?state=warning")
    assert households[0].head_name in only and households[1].head_name not in only


def test_household_without_a_due_visit_and_person_without_a_household_appear(trip):
    monitor, households, _ = trip
    VisitTask.objects.filter(household=households[2]).delete()
    sent(monitor, households[2].members.get())
    stray = sent(monitor, person_name="外村老汉", village_name="没有的村")
    client = signed_in(monitor)
    page = text_of(client, "/field/")
    assert "要核查的预警" in page and households[2].head_name in page
    assert "外村老汉" in page and f"/field/warnings/{stray.pk}/" in page
    assert "全部 <b>4</b>" in page and "预警 <b>3</b>" in page


def test_only_a_warning_is_no_empty_day():
    home = make_household(tier="key")
    monitor = make_monitor(home)
    sent(monitor, home.members.get())
    assert "今天没有" not in text_of(signed_in(monitor), "/field/")


def test_household_page_says_what_the_department_says(trip):
    monitor, (household, *_), (case, _) = trip
    WarningCase.objects.filter(pk=case.pk).update(amount_yuan="23500")
    page = text_of(signed_in(monitor), f"/field/households/{household.pk}/")
    assert "自付费用超标" in page and "23,500 元" in page and "医保局" in page
    WarningCase.objects.filter(pk=case.pk).update(amount_yuan="42600")  # which the department's own words say
    page = text_of(signed_in(monitor), f"/field/households/{household.pk}/")
    assert page.count("42,600 元") == 2, "once for each warning, in its words"
    assert f'href="{address(household)}"' in page
    assert case.id_number not in page


def test_warning_of_another_monitor_is_shown_without_the_button(trip):
    monitor, (_, household, _), _ = trip
    sent(make_user(Role.MONITOR, VILLAGE, name="代班人"), household.members.get())
    page = text_of(signed_in(monitor), f"/field/households/{household.pk}/")
    assert "由 代班人 核查" in page and address(household) not in page


# The form of a household


def test_one_form_verifies_all_warnings_and_is_the_periods_visit(trip):
    monitor, (household, *_), cases = trip
    client = signed_in(monitor)
    values = filled(
        client, address(household), *cases, situation="两人务工", self_pay_yuan="12000", village_opinion="不纳入",
        **answer(cases[0], result="V2", decline="paid", words=GOOD_WORDS),
    )  # fmt: skip
    response = client.post(address(household), values, follow=True)
    assert "已保存" in response.content.decode()
    visit = Visit.objects.get()
    assert (visit.kind, str(visit.pk)) == (Visit.Kind.WARNING, str(values["id"]))
    assert VisitTask.objects.get(household=household).fulfilled_by == visit
    first, second = (WarningCase.objects.get(pk=case.pk) for case in cases)
    assert (first.status, first.proposed_result, first.proposed_reason) == ("verified", "V2", "paid")
    assert (second.proposed_result, second.visit, second.situation) == ("V3", visit, "两人务工")
    assert first.verified_by == monitor and first.typed_by is None


def test_what_was_saved_leads_to_the_next_warning_before_it_says_that_all_is_done(trip):
    monitor, (household, other, _), cases = trip
    VisitTask.objects.all().delete()
    left = sent(monitor, other.members.get())
    client = signed_in(monitor)
    response = client.post(address(household), filled(client, address(household), *cases), follow=True)
    saved = response.content.decode()
    assert "下一户" in saved and other.head_name in saved and "都完成了" not in saved
    left.delete()
    assert "今天的走访和核查都完成了" in text_of(client, response.redirect_chain[-1][0])


def test_the_next_household_after_a_visit_says_that_it_has_a_warning_too(trip):
    monitor, (household, other, third), cases = trip
    VisitTask.objects.filter(household=third).delete()
    client = signed_in(monitor)
    response = client.post(address(household), filled(client, address(household), *cases), follow=True)
    saved = response.redirect_chain[-1][0]
    assert other.head_name in text_of(client, saved) and "预警 1" not in text_of(client, saved)
    sent(make_user(Role.MONITOR, VILLAGE), other.members.get())
    assert "预警 1" not in text_of(client, saved), "that one is somebody else's to verify"
    sent(monitor, other.members.get(), days=-2)
    assert "预警 1 · 超期 2 天" in text_of(client, saved)


def test_the_same_post_twice_is_one_verification(trip):
    monitor, (household, *_), cases = trip
    client = signed_in(monitor)
    values = filled(client, address(household), *cases)
    first, again = (client.post(address(household), values) for _ in range(2))
    assert first["Location"] == again["Location"]
    assert Visit.objects.count() == 1 and WarningCase.objects.get(pk=cases[0].pk).steps.count() == 1


def test_what_the_visits_questions_said_is_not_typed_again(trip):
    monitor, (household, *_), cases = trip
    client = signed_in(monitor)
    medical = {"medical-state": "problem", "medical-note": "住院三周", "medical-amount": "23500"}
    client.post(address(household), filled(client, address(household), *cases, **medical))
    case = WarningCase.objects.get(pk=cases[0].pk)
    assert case.self_pay_yuan == 23500 and "住院三周" in case.situation


def test_income_is_prefilled_from_the_latest_year_that_is_known(trip):
    monitor, (household, *_), _ = trip
    make_income(household, 2024, wage_yuan=9000)
    make_income(household, 2025, wage_yuan=12345, people_count=2)
    page = text_of(signed_in(monitor), address(household))
    assert 'value="6172.50"' in page and "2025 年" in page


def test_away_asks_for_a_day_and_keeps_the_warning(trip):
    monitor, (household, *_), (case, other) = trip
    client = signed_in(monitor)
    values = filled(client, address(household), case, other, **answer(case, result="V7"))
    assert "哪一天" in text_of(client, address(household), **values)
    again = (timezone.localdate() + timedelta(days=9)).isoformat()
    response = client.post(address(household), values | answer(case, result="V7", due_on=again), follow=True)
    assert "再去核查" in response.content.decode()
    case.refresh_from_db()
    assert (case.status, case.due_on.isoformat()) == ("assigned", again)
    assert WarningCase.objects.get(pk=other.pk).status == "verified"


@pytest.mark.parametrize(
    "given, word",
    [
        ({"result": ""}, "请选择核查结果"),
        ({"result": "V2", "words": GOOD_WORDS}, "请选择原因"),
        ({"result": "V2", "decline": "paid", "words": "短"}, "至少"),
        ({"result": "V5"}, "查无此人"),
    ],
)
def test_what_is_missing_is_said_at_the_question_and_nothing_is_saved(trip, given, word):
    monitor, (household, *_), (case, other) = trip
    client = signed_in(monitor)
    page = client.post(
        address(household), filled(client, address(household), case, other, **answer(case, **given))
    )
    errors = {name: " ".join(texts) for name, texts in page.context["form"].errors.items()}
    (name,) = errors
    assert name.startswith(f"case-{case.pk}-") and word in errors[name]
    assert f"#{page.context['form'][name].auto_id}" in page.content.decode()
    assert not Visit.objects.exists() and WarningCase.objects.get(pk=other.pk).status == "assigned"


def test_case_taken_by_somebody_else_is_told_and_the_rest_is_saved_on_request(trip):
    monitor, (household, *_), (case, other) = trip
    client = signed_in(monitor)
    values = filled(client, address(household), case, other)
    WarningCase.objects.filter(pk=case.pk).update(monitor=make_user(Role.MONITOR, VILLAGE))
    page = client.post(address(household), values)
    assert "已由他人核查或改派" in page.content.decode() and not Visit.objects.exists()
    rest = {name: value for name, value in values.items() if str(case.pk) not in name}
    client.post(address(household), rest)
    assert WarningCase.objects.get(pk=case.pk).status == "assigned"
    assert WarningCase.objects.get(pk=other.pk).status == "verified" and Visit.objects.count() == 1


def test_without_open_warnings_the_visit_is_offered(trip):
    monitor, (_, household, _), _ = trip
    response = signed_in(monitor).get(address(household))
    assert response["Location"] == f"/field/households/{household.pk}/visit/"


# Somebody who is in no household


def test_unregistered_person_is_verified_without_a_visit(trip):
    monitor, *_ = trip
    case = sent(monitor, phone="13900001111", village_name="没有的村")
    client, where = signed_in(monitor), f"/field/warnings/{case.pk}/"
    assert "tel:13900001111" in text_of(client, where)
    assert AccessLog.objects.filter(action=AccessLog.Action.REVEAL, target=case.code).exists()
    values = filled(client, where, case, **answer(case, result="V5", absence="elsewhere"))
    page = client.post(where, values, follow=True).content.decode()
    assert "error-summary" not in page, page[page.find("error-summary") :][:300]
    case.refresh_from_db()
    assert (case.status, case.proposed_reason, case.verify_mode) == ("verified", "elsewhere", "phone")
    assert "待研判" in page and not Visit.objects.exists()


def put_off(case: WarningCase, **values: Any) -> dict[str, Any]:
    again = timezone.localdate() + timedelta(days=3)
    return answer(case, result="V7", due_on=again.isoformat()) | values


def test_unregistered_person_who_was_away_is_put_off_once(trip):
    monitor, *_ = trip
    case = sent(monitor)
    client, where = signed_in(monitor), f"/field/warnings/{case.pk}/"
    values = filled(client, where, case, **put_off(case))
    for _ in range(2):
        assert client.post(where, values)["Location"] == where
    assert case.steps.count() == 1
    # Opened anew it is another attempt.
    client.post(where, filled(client, where, case, **put_off(case)))
    assert case.steps.count() == 2


def test_form_of_one_unregistered_person_is_refused_for_another(trip):
    monitor, *_ = trip
    case, other = sent(monitor), sent(monitor)
    client, where = signed_in(monitor), f"/field/warnings/{case.pk}/"
    values = filled(client, where, case, **put_off(case))
    client.post(where, values)
    page = text_of(client, f"/field/warnings/{other.pk}/", **(values | put_off(other)))
    assert "已用于另一件预警" in page and not other.steps.exists()


def test_warning_of_a_household_leads_to_all_of_them(trip):
    monitor, (household, *_), (case, _) = trip
    assert signed_in(monitor).get(f"/field/warnings/{case.pk}/")["Location"] == address(household)


def test_unregistered_case_of_another_monitor_is_not_found(trip):
    case = sent(make_user(Role.MONITOR, VILLAGE))
    monitor, *_ = trip
    assert signed_in(monitor).get(f"/field/warnings/{case.pk}/").status_code == 404


def test_queries_do_not_grow_with_warnings(trip):
    monitor, (household, *_), _ = trip
    client = signed_in(monitor)
    client.get("/field/")  # the session itself is written once
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(address(household))
            client.get("/field/")
            client.get("/field/data/")
        counts.append(len(queries))
        batch = make_batch(month=month_start(timezone.localdate()))
        for _ in range(15):
            sent(monitor, household.members.first(), batch=batch)
            sent(monitor, batch=batch, id_number=str(uuid7())[:18])
    assert counts[0] == counts[1]
