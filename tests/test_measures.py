"""Measures of help: recorded by the station, corrected with a reason that the history keeps."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from households.access import Role
from monitoring.models import Measure
from monitoring.services.measures import MeasureInput, MeasureRefused, change_measure, record_measure
from tests.factories import OTHER_TOWNSHIP, make_household, make_user, make_village

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 24)
SHEEP = MeasureInput(
    measure_class="industry", title="发放羊羔5只", started_on=date(2026, 5, 1), amount_yuan=Decimal("6000")
)
LIST = "/admin/monitoring/measure/"


@pytest.fixture
def station(client):
    user = make_user(Role.STATION)
    client.force_login(user)
    return user


def test_recorded_with_who_and_in_history(station):
    measure = record_measure(make_household(), SHEEP, by=station, on=ON)
    assert measure.recorded_by == station
    record = measure.history.get()
    assert (record.history_user, record.history_type) == (station, "+")


@pytest.mark.parametrize(("change", "field"), [
    ({"title": " "}, "title"),
    ({"measure_class": "magic"}, "measure_class"),
    ({"started_on": date(2028, 11, 25)}, "started_on"),
    ({"started_on": ON + timedelta(days=1), "result": "好"}, "result"),
    ({"ended_on": date(2026, 4, 30)}, "ended_on"),
    ({"amount_yuan": Decimal("-1")}, "amount_yuan"),
    ({"result": "好" * 201}, "result"),
])  # fmt: skip
def test_what_cannot_be_is_refused_at_its_field(station, change, field):
    with pytest.raises(MeasureRefused) as refused:
        record_measure(make_household(), replace(SHEEP, **change), by=station, on=ON)
    assert [name for name, _ in refused.value.problems] == [field]
    assert not Measure.objects.exists()


def test_begun_and_ended_today_is_allowed(station):
    record_measure(make_household(), replace(SHEEP, started_on=ON, ended_on=ON), by=station, on=ON)


def test_a_correction_needs_a_reason_and_keeps_what_was(station):
    measure = record_measure(make_household(), SHEEP, by=station, on=ON)
    with pytest.raises(MeasureRefused):
        change_measure(measure, replace(SHEEP, title="发放羊羔6只"), by=station, on=ON, reason=" ")
    changed = change_measure(measure, replace(SHEEP, title="发放羊羔6只"), by=station, on=ON, reason="数错")
    assert changed == ["title"]
    assert [row.title for row in measure.history.order_by("history_id")] == ["发放羊羔5只", "发放羊羔6只"]
    assert measure.history.latest().history_change_reason == "数错"


def test_nothing_changed_writes_nothing(station):
    measure = record_measure(make_household(), SHEEP, by=station, on=ON)
    assert change_measure(measure, SHEEP, by=station, on=ON, reason="核对") == []
    assert measure.history.count() == 1


def test_another_township_and_another_role_are_denied(station):
    foreign = make_household(make_village(f"{OTHER_TOWNSHIP}001"))
    with pytest.raises(PermissionDenied):
        record_measure(foreign, SHEEP, by=station, on=ON)
    with pytest.raises(PermissionDenied):
        record_measure(make_household(), SHEEP, by=make_user(Role.CADRE), on=ON)


def test_page_records_for_the_household_typed_by_its_number(client, station):
    household = make_household()
    data = {
        "household": household.code, "measure_class": "industry", "title": "发放羊羔5只",
        "started_on": "2026-05-01", "amount_yuan": "6000",
    }  # fmt: skip
    assert client.post(f"{LIST}add/", data).status_code == 302
    assert Measure.objects.get().household == household
    page = client.get(LIST).content.decode()
    assert "6,000.00" in page and "实施中" in page


def test_page_shows_refusals_at_the_fields(client, station):
    far = timezone.localdate() + timedelta(days=900)
    data = {"household": "9999", "measure_class": "industry", "title": "x", "started_on": str(far)}
    page = client.post(f"{LIST}add/", data)
    assert "您有权办理的农户中没有" in page.content.decode()
    data["household"] = make_household().code
    assert "在两年以后" in client.post(f"{LIST}add/", data).content.decode()


def test_who_may_only_see_reads_the_measure_without_a_form(client, station):
    measure = record_measure(make_household(), SHEEP, by=station, on=ON)
    client.force_login(make_user(Role.LEADER))
    page = client.get(f"{LIST}{measure.pk}/change/")
    assert page.status_code == 200
    assert page.context["form"] is None
    assert client.post(f"{LIST}{measure.pk}/change/", {}).status_code == 403


def test_history_page_shows_what_was(client, station):
    measure = record_measure(make_household(), SHEEP, by=station, on=ON)
    change_measure(measure, replace(SHEEP, title="发放羊羔6只"), by=station, on=ON, reason="数错")
    page = client.get(f"{LIST}{measure.pk}/history/").content.decode()
    assert "发放羊羔5只" in page and "数错" in page
