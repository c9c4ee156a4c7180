"""The county's list comes after the family has changed: nobody is put back, doubled or moved by it."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest

from households.balance import balance
from households.choices import Relation
from households.importing.register.pipeline import import_register
from households.models import Household, LifeEvent, Member, Village
from households.services import marriages, merging, moving, splitting
from tests.register_files import make_rows, write_register

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 24)
HOW: dict[str, Any] = {"by": None, "on": ON, "today": ON}


@pytest.fixture
def load(tmp_path):
    def run(rows):
        path = write_register(tmp_path / "register.xlsx", rows)
        return import_register(path, on=ON, create_villages=True).result

    return run


def families(at_least=2):
    """Households of at least so many people, by code."""
    sizes = Counter(Member.objects.values_list("household", flat=True))
    return [home for home in Household.objects.order_by("code") if sizes[home.pk] >= at_least]


def state():
    return {
        member.pk: (member.household_id, member.area, member.relation, member.left_on)
        for member in Member.objects.all()
    }


def codes(result):
    return Counter(problem.code for problem in result.problems)


def split_off(home):
    one = home.members.exclude(relation=Relation.HEAD).first()
    return one, splitting.split(home, [one], one, {}, **HOW, reason="成家").household


def test_who_split_off_or_married_is_refused_as_moved_and_stays_where_he_is(load):
    rows = make_rows(12)
    load(rows)
    first, second, third = families()[:3]
    split_off(first)
    bride = second.members.exclude(relation=Relation.HEAD).first()
    marriages.marry_into(bride, third, "other", **HOW)
    before = state()
    result = load(rows)
    assert result.counts()["moved"] == 2
    assert state() == before and Household.objects.count() == 13


def test_household_that_split_off_takes_the_number_that_the_county_gives_it(load):
    rows = make_rows(12)
    load(rows)
    one, new = split_off(families()[0])
    line = next(row for row in rows if row["证件号码"] == one.id_number)
    result = load([{**line, "户编号": "新户001", "与户主关系": "户主", "户主姓名": one.name}])
    assert result.counts()["moved"] == 0
    new.refresh_from_db()
    assert new.national_code == "新户001" and Household.objects.count() == 13
    assert new.members.get() == one


def test_list_that_still_knows_a_merged_household_brings_it_not_back(load):
    rows = make_rows(12)
    load(rows)
    source, target = families()[:2]
    people = source.members.count()
    merging.merge(
        source, target, {member.pk: "other" for member in source.members.all()}, **HOW, reason="合户"
    )
    before = state()
    result = load(rows)
    source.refresh_from_db()
    assert source.closed_on == ON and state() == before and Household.objects.count() == 12
    assert codes(result) == {"household_closed": people}


def test_list_with_the_old_village_of_a_household_that_moved_changes_no_place(load):
    rows = make_rows(12, villages=2)
    load(rows)
    home = Household.objects.order_by("code").first()
    village = Village.objects.exclude(pk=home.village_id).get()
    moving.move_household(home, village, **HOW, reason="搬迁")
    before = state()
    load(rows)
    home.refresh_from_db()
    assert home.village == village and state() == before and Household.objects.count() == 12


def test_people_of_a_list_stand_in_the_month_as_registered(load):
    load(make_rows(12))
    areas = list(Village.objects.values_list("area", flat=True))
    month = balance(areas, Member.history.first().history_date.date())
    assert (month.households_before, month.people_before) == (0, 0)
    assert (month.households_after, month.people_after) == (12, Member.objects.count())
    assert not LifeEvent.objects.exists()
