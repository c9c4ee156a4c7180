"""Births, deaths, marriages, moves and absences of people: their rows, their relations, and the record of each."""

from __future__ import annotations

from datetime import date

import pytest

from households.access import Role
from households.choices import Relation, Tier
from households.family import child_relation, relation_to_new_head
from households.models import LifeEvent, Member
from households.services import absences, births, departures, facts, marriages
from households.services.transfers import transfer
from monitoring.reference import load_cycles
from monitoring.services.planning import plan_month
from tests.factories import (
    TOWNSHIP,
    make_household,
    make_id_number,
    make_member,
    make_user,
    make_village,
)
from tests.families import (
    DAY,
    NEXT_VILLAGE,
    TODAY,
    events_of,
    make_family,
    refused,
    relations_of,
)

pytestmark = pytest.mark.django_db
Kind = LifeEvent.Kind


@pytest.fixture(autouse=True)
def cycles(db):
    load_cycles()


@pytest.fixture
def station():
    return make_user(Role.STATION)


# 出生, 死亡


def born(household, parent, by, **values):
    values = {"name": "试小宝", "sex": "F", "birth_on": DAY} | values
    return births.birth(household, values, parent=parent, by=by, on=TODAY)


def test_child_gets_its_relation_from_its_parent(station):
    household, people = make_family()
    assert born(household, people["wife"], station).people == 1
    assert born(household, people["son"], station, name="试小孙", sex="M").people == 1
    assert relations_of(household) | {"试小宝": "daughter", "试小孙": "grandson"} == relations_of(household)
    event = household.life_events.order_by("id").first()
    assert (event.kind, event.on, event.names, event.people) == (Kind.BIRTH, DAY, "试小宝", 1)


def test_impossible_births_are_refused_at_their_field(station):
    household, people = make_family()
    assert "birth_on" in refused(born, household, people["wife"], station, birth_on=date(2026, 11, 24))
    assert "birth_on" in refused(born, household, people["wife"], station, birth_on=date(1972, 1, 2))
    assert "birth_on" in refused(born, household, people["wife"], station, birth_on=None)
    assert "sex" in refused(born, household, people["wife"], station, sex="")
    assert "parent" in refused(born, household, make_household().members.get(), station)
    child = make_member(household, relation=Relation.DAUGHTER, name="试姐姐", birth_on=date(2014, 11, 21))
    assert "试姐姐只有 11 岁" in refused(born, household, child, station)["parent"]
    assert born(household, child, station, birth_on=date(2026, 11, 21), name="试早子").people == 1
    born(household, people["wife"], station)
    assert "不必重复登记" in refused(born, household, people["wife"], station)["name"]
    number = make_id_number(DAY, male=True)
    born(household, people["wife"], station, name="试小弟", sex="", birth_on=None, id_number=number)
    assert relations_of(household)["试小弟"] == "son"


def test_death_of_the_head_with_the_next_one_in_the_same_step(station):
    household, people = make_family()
    die = {"by": station, "on": DAY, "today": TODAY}
    assert "successor" in refused(departures.death, people["head"], **die)
    change = departures.death(people["head"], **die, successor=people["wife"], reason="因病")
    assert (change.households, change.people) == (0, -1)
    people["head"].refresh_from_db(), household.refresh_from_db()
    assert (people["head"].left_on, people["head"].left_reason) == (DAY, "死亡（因病）")
    assert household.head_name == people["wife"].name
    assert relations_of(household) == {
        people["wife"].name: "head", people["son"].name: "son", people["daughter"].name: "daughter",
    }  # fmt: skip
    assert "已于" in refused(departures.death, people["head"], **die)[""]


def test_last_death_closes_the_household(station):
    household = make_household(tier=Tier.KEY)
    plan_month(TODAY, area=TOWNSHIP, on=TODAY)
    change = departures.death(household.members.get(), by=station, on=DAY, today=TODAY)
    household.refresh_from_db()
    assert (change.households, change.people) == (-1, -1)
    assert (household.closed_on, household.closed_reason) == (DAY, "全户死亡")
    assert household.visit_tasks.get().voided_at
    assert events_of(household) == [(Kind.DEATH, -1, 0), (Kind.CLOSED, 0, -1)]


@pytest.mark.parametrize("on", [date(2026, 11, 24), date(1969, 12, 31)])
def test_nobody_dies_tomorrow_or_before_birth(station, on):
    member = make_member(make_household())
    assert "on" in refused(departures.death, member, by=station, on=on, today=TODAY)


# 婚入, 婚出, 迁移


def test_marriage_in_of_somebody_new(station):
    household, _ = make_family()
    values = {
        "name": "新某",
        "relation": "daughter_in_law",
        "id_number": make_id_number(date(1996, 1, 1), male=False),
    }
    change = marriages.marry_in(household, values, by=station, on=DAY, today=TODAY)
    assert (change.people, events_of(household)) == (1, [(Kind.MARRIED_IN, 1, 0)])
    assert "relation" in refused(
        marriages.marry_in, household, values | {"relation": "head"}, by=station, on=DAY, today=TODAY
    )


def test_marriage_within_the_township_leaves_one_person_and_history_on_both_sides(station):
    there, people = make_family(village=make_village(NEXT_VILLAGE))
    here, _ = make_family()
    bride = people["daughter"]
    marry = {"by": station, "on": DAY, "today": TODAY}
    change = marriages.marry_into(bride, here, "daughter_in_law", **marry)
    bride.refresh_from_db()
    assert (change.households, change.people) == (0, 0)
    assert (bride.household, bride.area, bride.relation) == (here, here.area, "daughter_in_law")
    assert events_of(there) == [(Kind.MARRIED_OUT, -1, 0)] and events_of(here) == [(Kind.MARRIED_IN, 1, 0)]
    assert there.life_events.get().other_household == here
    assert Member.history.filter(id=bride.pk).latest().household_id == here.pk


def test_person_alone_who_marries_closes_the_household_behind(station):
    alone, here = make_household(tier=Tier.KEY), make_household()
    change = marriages.marry_into(alone.members.get(), here, "spouse", by=station, on=DAY, today=TODAY)
    alone.refresh_from_db()
    assert (change.households, change.people, alone.closed_on) == (-1, 0, DAY)


def test_head_who_marries_into_another_household_is_followed(station):
    there, people = make_family()
    here = make_household()
    move = {"by": station, "on": DAY, "today": TODAY, "reason": "随子女"}
    assert "successor" in refused(transfer, people["head"], here, "father", **move)
    transfer(people["head"], here, "father", **move, successor=people["son"])
    there.refresh_from_db()
    assert there.head_name == people["son"].name
    assert relations_of(there)[people["wife"].name] == "mother"


def test_marriage_out_of_the_township(station):
    household, people = make_family()
    change = departures.marry_out(people["daughter"], by=station, on=DAY, today=TODAY)
    assert (change.people, events_of(household)) == (-1, [(Kind.MARRIED_OUT, -1, 0)])


# 长期外出


def test_absence_and_return_change_no_total(station):
    household, people = make_family()
    day = {"by": station, "on": DAY, "today": TODAY}
    some = [people["son"], people["daughter"]]
    absences.go_away(household, some, **day, reason="务工", until=date(2027, 1, 31))
    household.refresh_from_db()
    assert not household.is_away and household.members.filter(is_co_living=False).count() == 2
    event = household.life_events.get()
    assert (event.kind, event.until, event.people) == (Kind.WENT_AWAY, date(2027, 1, 31), 0)
    assert "members" in refused(absences.go_away, household, some, **day, reason="务工")
    absences.go_away(household, people.values(), **day, reason="务工")
    household.refresh_from_db()
    assert household.is_away
    absences.come_back(household, [people["wife"]], **day)
    household.refresh_from_db()
    assert not household.is_away and household.members.filter(is_co_living=True).get() == people["wife"]
    assert "until" in refused(absences.go_away, household, some, **day, reason="务工", until=date(2026, 1, 1))


# The pages of a member go on, and are recorded too.


def test_plain_changes_of_the_register_are_events_too(station):
    household, people = make_family()
    facts.leave(people["daughter"], DAY, "婚出", by=station, today=TODAY)
    facts.leave(people["son"], DAY, "参军", by=station, today=TODAY)
    facts.change_head(household, people["wife"], "spouse", by=station, reason="更正", on=TODAY)
    facts.add_member(household, {"name": "甲", "relation": "other"}, by=station, reason="返乡", on=TODAY)
    facts.close(household, DAY, "整户迁出", by=station, today=TODAY)
    assert events_of(household) == [
        (Kind.MARRIED_OUT, -1, 0), (Kind.LEFT, -1, 0), (Kind.HEAD_CHANGED, 0, 0), (Kind.JOINED, 1, 0),
        (Kind.CLOSED, -3, -1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "parent, sex, relation",
    [("head", "M", "son"), ("spouse", "F", "daughter"), ("son", "F", "granddaughter"), ("uncle", "M", ""),
     ("daughter", "M", "daughters_son"), ("head", "", "")],
)  # fmt: skip
def test_relation_of_a_child(parent, sex, relation):
    assert child_relation(parent, sex) == relation


@pytest.mark.parametrize(
    "person, new_head, sex, former_sex, new_sex, relation",
    [
        ("head", "spouse", "M", "M", "F", "spouse"),
        ("father", "spouse", "M", "M", "F", "husbands_father"),
        ("wifes_mother", "spouse", "F", "M", "F", "mother"),
        ("son", "spouse", "M", "M", "F", "son"),
        ("spouse", "son", "F", "M", "M", "mother"),
        ("mother", "daughter", "F", "F", "F", "mothers_mother"),
        ("daughter_in_law", "son", "F", "M", "M", ""),  # his wife, or his brother's
        ("head", "father", "F", "F", "M", "daughter"),
        ("spouse", "mother", "F", "M", "F", "daughter_in_law"),
        ("son", "father", "M", "F", "M", "daughters_son"),
        ("sibling", "sibling", "M", "M", "F", "sibling"),
        ("other", "spouse", "M", "M", "F", ""),
    ],
)
def test_relation_to_a_new_head(person, new_head, sex, former_sex, new_sex, relation):
    assert relation_to_new_head(person, new_head, sex=sex, former_sex=former_sex, new_sex=new_sex) == relation
