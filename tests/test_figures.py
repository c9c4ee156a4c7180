"""Figures are counted in the area and on the day that is asked for, each household once."""

from datetime import date
from operator import attrgetter

import pytest

from households.access import Role
from households.choices import Tier
from monitoring.figures import PROGRESS_DEFINITION, VisitProgress, added_up, visit_progress
from monitoring.models import TierAssignment, VisitTask
from tests.factories import OTHER_TOWNSHIP, make_household, make_member, make_user, make_village, make_visit
from township.base.registry import figures

pytestmark = pytest.mark.django_db

ON = date(2026, 11, 24)
VILLAGE, SECOND = "130722101001", "130722101002"
TIERS = [
    f"{tier}_{unit}"
    for tier in ("key", "low_income", "stable", "general")
    for unit in ("households", "people")
]


def value(key: str, area: str = "", on: date = ON) -> int:
    return figures[key].value(area, on)


def make_task(household, start=date(2026, 11, 1), end=date(2026, 11, 30), due=date(2026, 11, 25), **values):
    defaults = {"area": household.area, "tier": household.tier, "planned_month": due.replace(day=1)}
    return VisitTask.objects.create(
        household=household, period_start=start, period_end=end, due_on=due, **(defaults | values)
    )


def visited(task, on):
    visit = make_visit(task.household, on)
    VisitTask.objects.filter(pk=task.pk).update(fulfilled_by=visit, fulfilled_on=on)


def test_every_figure_says_its_unit_and_definition():
    keys = {figure.key for figure in figures}
    assert {"villages", "households", "people", "monitors", "marginal_people", "unstable_households"} <= keys
    assert {"not_eliminated_households", "not_eliminated_people", *TIERS} <= keys
    assert all(figure.unit and figure.definition for figure in figures)
    assert all(isinstance(figure.value("", ON), int) for figure in figures if figure.key in TIERS)


def test_scale_counts_what_existed_on_the_day():
    household = make_household(closed_on=date(2026, 11, 24), closed_reason="迁出")
    make_member(household)
    stays = make_household(make_village(SECOND))
    make_member(stays, left_on=date(2026, 11, 24), left_reason="去世")
    make_household(make_village(f"{OTHER_TOWNSHIP}001"))
    make_user(Role.MONITOR, SECOND)
    make_user(Role.CADRE, SECOND)
    assert (value("villages"), value("villages", "130722101")) == (3, 2)
    assert [value("households", "130722101", day) for day in (date(2026, 11, 23), ON)] == [2, 1]
    assert [value("people", "130722101", day) for day in (date(2026, 11, 23), ON)] == [4, 1]
    assert value("monitors", "130722101") == 1 and value("monitors", OTHER_TOWNSHIP) == 0


def test_tiers_are_those_of_the_day():
    household = make_household(tier=Tier.STABLE, since=date(2026, 10, 1), kind="ex_poor")
    make_member(household)
    TierAssignment.objects.filter(household=household).update(valid_from=date(2026, 10, 1))
    TierAssignment.objects.create(
        area=household.area, household=household, tier=Tier.KEY, valid_from=date(2026, 1, 1),
        valid_to=date(2026, 9, 30), reason="测试", by_name="测试",
    )  # fmt: skip
    days = (date(2025, 12, 31), date(2026, 9, 30), date(2026, 10, 1))
    assert [value("key_households", on=day) for day in days] == [0, 1, 0]
    assert [value("key_people", on=day) for day in days] == [0, 2, 0]
    assert [value("stable_households", on=day) for day in days] == [0, 0, 1]


def test_kinds_and_what_is_not_eliminated():
    make_household(kind="ex_poor", monitored_kind="unstable", is_eliminated=True)
    make_member(make_household(monitored_kind="marginal", is_eliminated=False))
    make_household(monitored_kind="marginal")
    make_household(is_eliminated=False)
    assert value("unstable_households") == 1 and value("marginal_people") == 3
    assert value("not_eliminated_households") == 2 and value("not_eliminated_people") == 3


def test_progress_counts_each_household_once_in_its_state(django_assert_num_queries):
    one, two, three, four = (make_household(tier=Tier.KEY) for _ in range(4))
    visited(make_task(one), date(2026, 11, 3))
    make_task(two, due=date(2026, 11, 23))
    make_task(three)
    make_task(four, voided_at="2026-11-01T00:00Z", void_reason="重复")
    make_task(one, date(2026, 10, 1), date(2026, 10, 31), date(2026, 10, 25))
    year = make_household(make_village(SECOND), tier=Tier.GENERAL)
    make_task(year, date(2026, 1, 1), date(2026, 12, 31), date(2026, 12, 25))
    with django_assert_num_queries(1):
        rows = visit_progress("130722101", ON)
    assert rows == [
        VisitProgress(VILLAGE, Tier.KEY, due_soon=1, overdue=1, done=1),
        VisitProgress(SECOND, Tier.GENERAL, planned=1),
    ]
    assert rows[0].total == 3 and rows[0].completion == pytest.approx(1 / 3) and rows[0].late == 1
    assert visit_progress(VisitTask.objects.filter(area=SECOND), ON) == rows[1:]
    everything = added_up(rows, by=lambda row: "")[""]
    assert (everything.total, everything.area, everything.tier) == (4, "", "")
    assert added_up(rows, by=attrgetter("area"))[VILLAGE] == rows[0]
    assert "户" in PROGRESS_DEFINITION and VisitProgress("", "").completion is None


def test_what_an_ended_period_still_owed_is_missed_once_the_day_is_over():
    household = make_household(tier=Tier.KEY)
    make_task(household)
    last = date(2026, 11, 30)
    assert visit_progress("", last) == [VisitProgress(VILLAGE, Tier.KEY, overdue=1)]
    assert visit_progress("", last, over=True) == [VisitProgress(VILLAGE, Tier.KEY, missed=1)]
    # A period that goes on owes nothing yet.
    assert visit_progress("", ON, over=True) == [VisitProgress(VILLAGE, Tier.KEY, due_soon=1)]
