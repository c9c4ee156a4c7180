"""危房改造: what is recorded, and that a finished one brings the house's new grade into the register."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied

from households.access import Role
from households.models import Renovation
from monitoring.models import Inspection
from monitoring.services.refusals import Refused
from monitoring.services.renovations import RenovationInput, change_renovation, record_renovation
from tests.factories import VILLAGE, make_household, make_user

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
STARTED = RenovationInput(
    year=2026, kind="built", grade_before="D", approved_on=date(2026, 3, 1), started_on=date(2026, 4, 1),
    cost_yuan=Decimal(52000), subsidy_yuan=Decimal(24000), document="示建〔2026〕3号",
)  # fmt: skip
FINISHED = replace(STARTED, finished_on=date(2026, 9, 30), grade_after="A")


@pytest.fixture
def home():
    return make_household(housing_grade="D")


@pytest.fixture
def station():
    return make_user(Role.STATION)


def test_finishing_asks_for_the_grade_and_appraises(home, station):
    project = record_renovation(home, STARTED, by=station, on=TODAY, at=AT)
    assert not Inspection.objects.exists()
    with pytest.raises(Refused, match="改造后的住房等级"):
        change_renovation(
            project, replace(FINISHED, grade_after=""), by=station, on=TODAY, at=AT, reason="竣工"
        )
    changed = change_renovation(project, FINISHED, by=station, on=TODAY, at=AT, reason="竣工")
    assert changed == ["finished_on"]
    look = Inspection.objects.get()
    assert (look.occasion, look.grade, look.checked_on) == ("appraisal", "A", date(2026, 9, 30))
    assert look.evidence == "2026年新建竣工验收（示建〔2026〕3号）"
    home.refresh_from_db()
    assert home.housing_grade == "A"
    assert project.history.latest().history_change_reason == "竣工"
    again = replace(FINISHED, cost_yuan=Decimal(53000), grade_after="")
    assert change_renovation(project, again, by=station, on=TODAY, at=AT, reason="决算") == ["cost_yuan"]
    assert Inspection.objects.count() == 1, "it is finished once"


def test_an_old_project_does_not_overwrite_what_was_seen_later(home, station):
    record_renovation(home, replace(FINISHED, year=2015, finished_on=date(2015, 9, 1), approved_on=None,
                                    started_on=None), by=station, on=TODAY, at=AT)  # fmt: skip
    home.refresh_from_db()
    assert home.housing_grade == "A"
    record_renovation(home, FINISHED, by=station, on=TODAY, at=AT)
    record_renovation(home, replace(FINISHED, year=2016, finished_on=date(2016, 9, 1), approved_on=None,
                                    started_on=None, grade_after="B"), by=station, on=TODAY, at=AT)  # fmt: skip
    home.refresh_from_db()
    assert home.housing_grade == "A"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"year": 2007}, "year"),
        ({"year": 2028}, "year"),
        ({"kind": ""}, "kind"),
        ({"grade_before": "B"}, "grade_before"),
        ({"approved_on": date(2026, 11, 24)}, "approved_on"),
        ({"finished_on": date(2026, 3, 31)}, "finished_on"),
        ({"cost_yuan": Decimal(-1)}, "cost_yuan"),
        ({"grade_after": ""}, "grade_after"),
    ],
)
def test_what_cannot_be_is_refused(home, station, values, field):
    with pytest.raises(Refused) as caught:
        record_renovation(home, replace(FINISHED, **values), by=station, on=TODAY, at=AT)
    assert field in dict(caught.value.problems)
    assert not Renovation.objects.exists()


def test_one_project_a_year_and_by_the_station_alone(home, station):
    record_renovation(home, STARTED, by=station, on=TODAY, at=AT)
    with pytest.raises(Refused, match="已登记"):
        record_renovation(home, STARTED, by=station, on=TODAY, at=AT)
    with pytest.raises(PermissionDenied):
        record_renovation(
            home, replace(STARTED, year=2025), by=make_user(Role.CADRE, VILLAGE), on=TODAY, at=AT
        )
