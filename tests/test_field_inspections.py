"""housing_check and water_check of /field/sync/: taken once, by the rules of the console, refused with the reason."""

import pytest
from django.utils import timezone

from households.access import Role
from monitoring.models import Clue, Inspection, SampledHousehold
from monitoring.services.water_samples import draw_sample
from tests.factories import TOWNSHIP, make_household, make_user
from tests.field_helpers import days_ago, make_round, signed_in, sync
from township.base.ids import uuid7

pytestmark = pytest.mark.django_db
HOUSE = {"grade": "C", "words": "墙体开裂", "clue": True}
WATER = {"litres": 60, "quality_is_good": True, "fetch_metres": 0, "short_days": 5}


@pytest.fixture
def trip():
    monitor, households = make_round()
    return signed_in(monitor), monitor, households


def item(kind, household, data, **more):
    checked_on = timezone.localdate().isoformat()
    return {
        "id": str(uuid7()), "kind": kind, "household": str(household.pk), "base": None,
        "data": {"checked_on": checked_on} | data | more,
    }  # fmt: skip


def only(response):
    assert response.status_code == 200
    (result,) = response.json()["results"]
    return result


def test_a_house_is_taken_once_and_the_register_follows(trip):
    client, monitor, (home, *_) = trip
    sent = item("housing_check", home, HOUSE)
    assert only(sync(client, sent))["status"] == "created"
    assert only(sync(client, sent))["status"] == "duplicate"
    look = Inspection.objects.get()
    assert (str(look.pk), look.recorded_by, look.occasion, look.is_met) == (
        sent["id"], monitor, "monthly", False,
    )  # fmt: skip
    home.refresh_from_db()
    assert home.housing_grade == "C" and Clue.objects.get().household == home


def test_water_ticks_off_the_sampled_household(trip):
    client, _, (home, *_) = trip
    draw_sample(TOWNSHIP, timezone.localdate(), by=None, on=timezone.localdate())
    drawn = SampledHousehold.objects.get(household=home)
    assert only(sync(client, item("water_check", home, WATER)))["status"] == "created"
    drawn.refresh_from_db()
    assert drawn.inspection.is_met
    campaign = item("water_check", home, WATER, occasion="campaign", checked_on=days_ago(1).isoformat())
    assert only(sync(client, campaign))["status"] == "created"


@pytest.mark.parametrize(
    ("kind", "data", "says"),
    [
        ("housing_check", {"grade": "E"}, "住房等级"),
        ("housing_check", {"grade": 1}, "grade"),
        ("housing_check", {"grade": "D"}, "什么问题"),
        ("housing_check", {"grade": "A", "checked_on": None}, "核查日期"),
        ("housing_check", {"grade": "A", "checked_on": "昨天"}, "核查日期"),
        ("water_check", WATER | {"litres": "很多"}, "水量"),
        ("water_check", WATER | {"litres": True}, "水量"),
        ("water_check", WATER | {"short_days": "5"}, "全年缺水天数"),
        ("water_check", WATER | {"quality_is_good": None, "occasion": "campaign"}, "还缺：水质"),
        ("water_check", WATER, "抽查名单"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(trip, kind, data, says):
    client, _, (home, *_) = trip
    result = only(sync(client, item(kind, home, data)))
    assert result["status"] == "refused" and says in result["message"]
    assert not Inspection.objects.exists()


def test_nobody_reports_about_a_strangers_household(trip):
    client, _, (home, *_) = trip
    stranger = make_household()
    result = only(sync(client, item("housing_check", stranger, {"grade": "A"})))
    assert result["status"] == "refused" and "没有这户" in result["message"]
    sent = item("housing_check", home, {"grade": "A"})
    assert only(sync(client, sent))["status"] == "created"
    cadre = signed_in(make_user(Role.CADRE, home.area))
    result = only(sync(cadre, sent))
    assert result["status"] == "refused" and "另一次核查" in result["message"]
