"""Figures of posts, loans, solar income, renovations and inspections: whom each counts on which day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from households.models import Household, MicroLoan, Post, Renovation, SolarBatch, SolarShare
from monitoring.models import Inspection
from tests.factories import make_household, make_member, make_village
from township.base.registry import figures

pytestmark = pytest.mark.django_db

ON = date(2026, 11, 24)
YESTERDAY, TOMORROW, LAST_YEAR = date(2026, 11, 23), date(2026, 11, 25), date(2025, 12, 31)
TOWNSHIP, EMPTY = "130722101", "130722101002"


def value(key: str, area: str = TOWNSHIP, on: date = ON) -> Any:
    return figures[key].value(area, on)


def values(*keys: str, area: str = TOWNSHIP, on: date = ON) -> list[Any]:
    return [value(key, area, on) for key in keys]


def make_post(kind: str, started_on: date, ended_on: date | None = None, member: Any = None) -> Post:
    who = member or make_member(make_household())
    return Post.objects.create(
        household=who.household,
        member=who,
        area=who.area,
        kind=kind,
        started_on=started_on,
        ended_on=ended_on,
    )


@pytest.mark.parametrize("kind", ["forest_ranger", "river_patrol", "cleaner", "agent", "supervisor", "other"])
def test_posts_that_run_on_the_day(kind):
    make_village(EMPTY)
    other = "cleaner" if kind == "agent" else "agent"
    post = make_post(kind, ON)
    make_post(kind, date(2025, 1, 1), ON)
    make_post(kind, date(2025, 1, 1), YESTERDAY)
    make_post(kind, TOMORROW)
    make_post(other, date(2025, 1, 1), member=post.member)
    assert values(f"posts_{kind}", f"posts_{other}", "posts_total") == [2, 1, 2]
    assert values(f"posts_{kind}", "posts_total", area=EMPTY) == [0, 0]


def test_loans_that_are_not_repaid():
    make_village(EMPTY)
    keys = ("microcredit_households", "microcredit_yuan")
    home = make_household()

    def lend(home: Household, lent_on: date, repaid_on: date | None = None) -> None:
        MicroLoan.objects.create(
            household=home, area=home.area, amount_yuan=30_000, lent_on=lent_on, repaid_on=repaid_on,
            due_on=date(2028, 1, 1),
        )  # fmt: skip

    lend(home, ON)
    lend(home, date(2025, 3, 1))
    lend(make_household(), date(2025, 3, 1), TOMORROW)
    lend(make_household(), date(2025, 3, 1), ON)
    lend(make_household(), TOMORROW)
    assert (values(*keys), values(*keys, area=EMPTY)) == ([2, 90_000], [0, 0])
    assert values(*keys, on=YESTERDAY) == [3, 90_000]


def make_batch(status: str, day: date | None, title: str) -> None:
    home = make_household()
    man = make_member(home)
    steps = {f"{step}_on": day for step in ("decided", "reviewed", "approved", "recorded")}
    batch = SolarBatch.objects.create(
        village=home.village, area=home.area, title=title, received_on=date(2025, 12, 1), income_yuan=20_000,
        township_percent=40, status=status, document="示例〔2026〕1号", **steps,
    )  # fmt: skip
    for purpose, receiver in (
        ("posts", {"household": home, "member": man}), ("relief", {"household": home}), ("works", {}), ("other", {}),
    ):  # fmt: skip
        SolarShare.objects.create(batch=batch, area=home.area, purpose=purpose, amount_yuan=1000, **receiver)


def test_solar_income_counts_once_its_batch_is_recorded():
    make_village(EMPTY)
    keys = [f"solar_{purpose}_yuan" for purpose in ("posts", "relief", "works", "other")]
    keys += ["solar_posts_people", "solar_relief_households"]
    assert values(*keys) == [0] * 6
    make_batch("recorded", ON, "第一批")
    make_batch("approved", ON, "第二批")
    make_batch("recorded", LAST_YEAR, "第三批")
    make_batch("drafted", None, "第四批")
    assert values(*keys) == [1000] * 4 + [1, 1]
    assert (values(*keys, area=EMPTY), values(*keys, on=YESTERDAY)) == ([0] * 6, [0] * 6)
    assert values(*keys, on=LAST_YEAR) == [1000] * 4 + [1, 1]


RENOVATIONS = (
    "renovation_total", "renovation_new_built", "renovation_repaired", "renovation_this_year",
    "renovation_this_year_built", "renovation_this_year_repaired", "renovation_this_year_finished",
)  # fmt: skip


def renovate(year: int, kind: str, **days: date) -> None:
    home = make_household()
    Renovation.objects.create(household=home, area=home.area, year=year, kind=kind, **days)


def test_renovations_of_the_year_and_since_2013():
    make_village(EMPTY)
    assert values(*RENOVATIONS) == [0] * 7
    renovate(2012, "built")
    renovate(2013, "built")
    renovate(2020, "repaired")
    renovate(2026, "built", approved_on=ON, finished_on=ON)
    renovate(2026, "repaired", started_on=ON)
    renovate(2026, "built", approved_on=TOMORROW)
    renovate(2026, "repaired", started_on=TOMORROW)
    renovate(2027, "built")
    assert values(*RENOVATIONS) == [4, 2, 2, 2, 1, 1, 1]
    assert values(*RENOVATIONS, on=YESTERDAY) == [2, 1, 1, 0, 0, 0, 0]
    assert values(*RENOVATIONS, area=EMPTY) == [0] * 7


def inspect(home: Household, guarantee: str, day: date, is_met: bool = True) -> None:
    grade = "" if guarantee == "water" else "A" if is_met else "C"
    Inspection.objects.create(
        household=home, area=home.area, guarantee=guarantee, occasion="monthly", checked_on=day, is_met=is_met,
        grade=grade, evidence="" if is_met else "有问题",
    )  # fmt: skip


@pytest.mark.parametrize(("guarantee", "other"), [("housing", "water"), ("water", "housing")])
def test_households_inspected_in_the_year(guarantee, other):
    make_village(EMPTY)
    key = f"{guarantee}_checked_households"
    home = make_household()
    inspect(home, guarantee, date(2026, 1, 1))
    inspect(home, guarantee, ON, is_met=False)
    inspect(make_household(), guarantee, ON)
    inspect(make_household(), guarantee, TOMORROW)
    inspect(make_household(), guarantee, LAST_YEAR)
    inspect(make_household(), other, ON)
    assert (value(key), value(key, EMPTY), value(key, on=YESTERDAY), value(key, on=LAST_YEAR)) == (2, 0, 1, 1)


def test_a_problem_of_water_that_was_put_right_is_none():
    make_village(EMPTY)
    put_right, still, anew, of_house = (make_household() for _ in range(4))
    for home in (put_right, still):
        inspect(home, "water", date(2026, 3, 1), is_met=False)
    inspect(put_right, "water", ON)
    inspect(anew, "water", date(2026, 3, 1))
    inspect(anew, "water", ON, is_met=False)
    inspect(of_house, "housing", ON, is_met=False)
    inspect(make_household(), "water", LAST_YEAR, is_met=False)
    assert (value("water_problems"), value("water_problems", EMPTY)) == (2, 0)
    # On the day before neither the repair nor the new problem was known.
    assert value("water_problems", on=YESTERDAY) == 2
    assert value("water_problems", on=date(2026, 2, 28)) == 0
