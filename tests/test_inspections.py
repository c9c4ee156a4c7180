"""Looking at a guarantee: what is taken, what follows in the register, who may, and what is refused."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied

from households.access import Role
from households.guarantees import Guarantee
from households.models import Household
from monitoring.models import Clue, Inspection, RuleLimit, SampledHousehold, WaterSample
from monitoring.rules.water import WaterSeen
from monitoring.services.inspection_input import InspectionInput
from monitoring.services.inspections import correct, record
from monitoring.services.limits import limits_on
from monitoring.services.refusals import Refused
from monitoring.services.water_samples import draw_sample, townships_to_draw
from tests.factories import (
    OTHER_TOWNSHIP,
    TOWNSHIP,
    VILLAGE,
    make_household,
    make_monitor,
    make_user,
    make_village,
)
from township.base.ids import uuid7

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
HOUSE = InspectionInput(
    guarantee=Guarantee.HOUSING, occasion="monthly", checked_on=date(2026, 11, 20), grade="B"
)
GOOD_WATER = WaterSeen(litres=Decimal(60), quality_is_good=True, fetch_metres=0, short_days=3)
WATER = InspectionInput(
    guarantee=Guarantee.WATER, occasion="campaign", checked_on=date(2026, 11, 20), water=GOOD_WATER
)


@pytest.fixture
def home():
    return make_household(housing_grade="A")


def take(home, data, by=None, **more):
    return record(home, data, by=by, on=TODAY, at=AT, **more)


def refused(home, data, by=None):
    with pytest.raises(Refused) as caught:
        take(home, data, by)
    return dict(caught.value.problems)


def test_the_newest_look_brings_the_register_up_to_date_with_history(home):
    cadre = make_user(Role.CADRE, VILLAGE, name="村干部甲")
    done = take(home, HOUSE, cadre)
    home.refresh_from_db()
    assert (home.housing_grade, done.changed, done.inspection.checked_by) == (
        "B",
        ["housing_grade"],
        "村干部甲",
    )
    last = home.history.latest()
    assert (last.housing_grade, last.history_user, last.history_change_reason) == (
        "B", cadre, "2026-11-20 保障核查",
    )  # fmt: skip
    assert done.inspection.history.count() == 1


def test_an_older_look_changes_nothing_of_the_register(home):
    take(home, HOUSE)
    late = take(home, replace(HOUSE, checked_on=date(2026, 10, 3), grade="C", words="墙体开裂"))
    home.refresh_from_db()
    assert late.created and late.changed == [] and home.housing_grade == "B"


def test_water_is_judged_by_its_indicators_and_the_limits_of_the_day(home):
    assert take(home, WATER).inspection.is_met
    home.refresh_from_db()
    assert home.water_is_safe is True
    dry = replace(WATER, checked_on=TODAY, water=replace(GOOD_WATER, litres=Decimal(30)))
    found = take(home, dry).inspection
    assert (found.is_met, found.evidence) == (False, "水量 30 升/人·日，低于 35 升")
    home.refresh_from_db()
    assert home.water_is_safe is False


def test_limits_in_force_are_dated_rows(home):
    for start, value in ((date(2026, 1, 1), 35), (date(2026, 11, 1), 20), (date(2027, 1, 1), 50)):
        RuleLimit.objects.create(
            code="water_litres", title="水量", value=value, valid_from=start, document="测试"
        )
    assert limits_on(TODAY)["water_litres"] == 20
    assert limits_on(date(2019, 1, 1))["water_litres"] == 35  # the first value, before any row
    assert limits_on(TODAY)["water_short_days"] == 36
    assert take(home, replace(WATER, water=replace(GOOD_WATER, litres=Decimal(20)))).inspection.is_met


def test_a_problem_opens_one_clue(home):
    monitor = make_monitor(home)
    bad = replace(HOUSE, grade="D", words="山墙倾斜", opens_clue=True)
    clue = take(home, bad, monitor).clue
    assert (clue.risks, clue.source, clue.reported_by) == (["housing"], "B", monitor)
    assert "D级，山墙倾斜" in clue.text
    assert take(home, replace(bad, checked_on=TODAY), monitor).clue is None, "one is waiting already"
    assert Clue.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "field", "says"),
    [
        (replace(HOUSE, checked_on=date(2026, 11, 24)), "checked_on", "晚于今天"),
        (replace(HOUSE, checked_on=date(2011, 1, 1)), "checked_on", "早于 2014 年"),
        (replace(HOUSE, grade=""), "grade", "住房等级"),
        (replace(HOUSE, grade="C"), "words", "什么问题"),
        (replace(HOUSE, occasion="appraisal"), "words", "资料"),
        (replace(HOUSE, occasion="sample"), "occasion", "请从月排查"),
        (replace(HOUSE, opens_clue=True), "opens_clue", "存在问题时"),
        (replace(HOUSE, words="长" * 301), "words", "300 字"),
        (replace(WATER, water=WaterSeen(litres=Decimal(60))), "", "还缺：水质、取水方便程度、供水保证率"),
        (replace(WATER, water=replace(GOOD_WATER, short_days=367)), "short_days", "366"),
        (replace(WATER, occasion="sample"), "occasion", "不在2026年第4季度的抽查名单"),
        (
            InspectionInput(guarantee=Guarantee.MEDICAL, occasion="document", checked_on=TODAY, words="参保查询"),
            "is_met",
            "有保障或存在问题",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_is_written(home, data, field, says):
    assert says in refused(home, data)[field]
    assert not Inspection.objects.exists()


def test_the_same_look_twice_is_refused_and_the_same_report_is_one(home):
    key = uuid7()
    assert take(home, HOUSE, inspection_id=key).created
    again = take(home, HOUSE, inspection_id=key)
    assert not again.created and again.inspection.pk == key
    assert "已登记" in refused(home, HOUSE)[""]
    with pytest.raises(Refused, match="另一次核查"):
        take(make_household(), HOUSE, inspection_id=key)


def test_schooling_and_insurance_rest_on_documents(home):
    seen = InspectionInput(
        guarantee=Guarantee.EDUCATION, occasion="document", checked_on=TODAY, is_met=True, words="学籍系统核对"
    )  # fmt: skip
    found = take(home, seen)
    assert found.changed == [] and found.inspection.evidence == "学籍系统核对"


def test_who_may_inspect(home):
    next_door = make_household()
    monitor = make_monitor(home)
    take(home, HOUSE, monitor)
    take(home, WATER, make_user(Role.STATION))
    for by in (monitor, make_user(Role.CADRE, f"{TOWNSHIP}002"), make_user(Role.STATION, OTHER_TOWNSHIP)):
        with pytest.raises(PermissionDenied):
            take(next_door, HOUSE, by)
    with pytest.raises(PermissionDenied):
        take(home, HOUSE, make_user(Role.LEADER))


def test_a_correction_keeps_history_and_the_register_follows(home):
    station = make_user(Role.STATION)
    first = take(home, replace(HOUSE, checked_on=date(2026, 10, 8), grade="B")).inspection
    second = take(home, replace(HOUSE, grade="C", words="屋面漏雨")).inspection
    changed = correct(second, HOUSE, by=station, on=TODAY, reason="看错一户")
    home.refresh_from_db()
    assert {"grade", "is_met", "evidence"} <= set(changed) and home.housing_grade == "B"
    assert second.history.latest().history_change_reason == "看错一户"
    correct(
        first, replace(HOUSE, checked_on=date(2026, 10, 8), grade="A"), by=station, on=TODAY, reason="笔误"
    )
    home.refresh_from_db()
    assert home.housing_grade == "B", "an older look changes nothing"
    correct(second, replace(HOUSE, checked_on=date(2026, 9, 1)), by=station, on=TODAY, reason="日期写错")
    home.refresh_from_db()
    assert home.housing_grade == "A", "the other one is the newest now"
    with pytest.raises(Refused, match="更正原因"):
        correct(second, HOUSE, by=station, on=TODAY, reason=" ")


def make_villages(count, households=5):
    for number in range(1, count + 1):
        village = make_village(f"{TOWNSHIP}{number:03d}")
        for _ in range(households):
            make_household(village)


def test_a_year_of_draws_covers_every_village():
    make_villages(9)
    station, seen = make_user(Role.STATION), []
    for month in (2, 5, 8, 11):
        day = date(2026, month, 3)
        sample = draw_sample(TOWNSHIP, day, by=station, on=day, seed=31)
        villages = set(sample.households.values_list("area", flat=True))
        assert sample.households.count() == 4 * len(villages)
        seen += villages
    assert sorted(seen) == [f"{TOWNSHIP}{number:03d}" for number in range(1, 10)]
    assert set(WaterSample.objects.values_list("seed", flat=True)) == {31}


def test_a_quarter_is_drawn_once_by_the_station_and_while_it_runs():
    make_villages(2, households=2)
    station = make_user(Role.STATION)
    assert [str(one.area) for one in townships_to_draw(date(2026, 10, 1), station)] == [f"{TOWNSHIP}000"]
    draw_sample(TOWNSHIP, TODAY, by=station, on=TODAY)
    assert townships_to_draw(date(2026, 10, 1), station) == []
    with pytest.raises(Refused, match="不能重抽"):
        draw_sample(TOWNSHIP, TODAY, by=station, on=TODAY)
    with pytest.raises(Refused, match="只能抽当季的样"):
        draw_sample(TOWNSHIP, date(2026, 8, 1), by=station, on=TODAY)
    for role in (Role.CADRE, Role.MONITOR, Role.LEADER):
        with pytest.raises(PermissionDenied):
            draw_sample(TOWNSHIP, TODAY, by=make_user(role), on=TODAY)
    with pytest.raises(Refused, match="没有可以抽的农户"):
        make_village(f"{OTHER_TOWNSHIP}001")
        draw_sample(OTHER_TOWNSHIP, TODAY, by=None, on=TODAY)


def test_a_sampled_household_is_ticked_off_once():
    home = make_household()
    sample = draw_sample(TOWNSHIP, TODAY, by=None, on=TODAY)
    found = take(home, replace(WATER, occasion="sample"), make_user(Role.STATION)).inspection
    assert found.sample == sample
    assert SampledHousehold.objects.get(household=home).inspection == found
    again = replace(WATER, occasion="sample", checked_on=TODAY)
    assert "已经登记" in refused(home, again)["occasion"]
    assert Household.objects.get(pk=home.pk).water_is_safe is True


def test_two_corrections_at_once_both_stand(home):
    station = make_user(Role.STATION)
    inspection = take(home, HOUSE).inspection
    stale = Inspection.objects.get(pk=inspection.pk)
    correct(inspection, replace(HOUSE, grade="C", words="墙体开裂"), by=station, on=TODAY, reason="复核")
    changed = correct(stale, HOUSE, by=station, on=TODAY, reason="看错一户")
    assert {"grade", "is_met"} <= set(changed)
    home.refresh_from_db()
    assert home.housing_grade == HOUSE.grade
