"""Splitting, merging, births, deaths, marriages, moves and absences: history, tasks and totals follow each of them."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from households.access import Role
from households.choices import Relation, Tier
from households.family import child_relation, relation_to_new_head
from households.models import HelperAssignment, Household, LifeEvent, Member
from households.services import absences, births, departures, facts, marriages, merging, moving, splitting
from households.services.fact_writes import FactsRefused
from households.services.succession import relation_field
from households.services.transfers import transfer
from monitoring.models import Clue, TierProposal, VisitTask
from monitoring.reference import load_cycles
from monitoring.services import fulfilment
from monitoring.services.integrity import check_integrity
from monitoring.services.planning import plan_month
from tests.factories import (
    OTHER_TOWNSHIP,
    TOWNSHIP,
    make_group,
    make_household,
    make_id_number,
    make_income,
    make_member,
    make_monitor,
    make_user,
    make_village,
    make_visit,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
DAY = date(2026, 11, 20)
NEXT_VILLAGE = f"{TOWNSHIP}002"
Kind = LifeEvent.Kind


@pytest.fixture(autouse=True)
def cycles(db):
    load_cycles()


@pytest.fixture
def station():
    return make_user(Role.STATION)


def make_family(**values):
    """A man, his wife, their grown son and a daughter."""
    household = make_household(**values)
    people = {"head": household.members.get()}
    for name, relation, sex, born in (
        ("wife", Relation.SPOUSE, "F", date(1972, 1, 2)),
        ("son", Relation.SON, "M", date(1995, 3, 4)),
        ("daughter", Relation.DAUGHTER, "F", date(2001, 5, 6)),
    ):
        people[name] = make_member(household, relation=relation, sex=sex, birth_on=born)
    return household, people


def visited(household, on):
    make_visit(household, on)
    fulfilment.refresh([household.pk])


def refused(action, *args, **options):
    with pytest.raises(FactsRefused) as caught:
        action(*args, **options)
    return dict(caught.value.problems)


def split(household, members, new_head, by, relations=None, **options):
    return splitting.split(
        household,
        members,
        new_head,
        relations or {},
        by=by,
        on=DAY,
        today=TODAY,
        reason="儿子成家",
        **options,
    )


def relations_of(household):
    return {member.name: member.relation for member in household.members.active()}


def events_of(household):
    return [(event.kind, event.people, event.households) for event in household.life_events.order_by("id")]


# 分户


def test_split_takes_people_kind_tier_monitor_and_helper_along_and_plans_at_once(station):
    household, people = make_family(
        tier=Tier.KEY, kind="ex_poor", ex_poor_year=2018, monitored_kind="unstable"
    )
    monitor = make_monitor(household)
    HelperAssignment.objects.create(
        household=household, area=household.area, name="帮某", valid_from=date(2025, 1, 1)
    )
    make_income(household, 2025, people_count=4)
    visited(household, DAY)
    plan_month(TODAY, area=TOWNSHIP, on=TODAY)
    change = split(household, [people["son"]], people["son"], station)
    new = change.household
    assert (change.households, change.people) == (1, 0)
    assert (new.kind, new.ex_poor_year, new.monitored_kind) == ("ex_poor", 2018, "")
    assert (new.village, new.tier, new.tier_since) == (household.village, Tier.KEY, TODAY)
    assert new.code != household.code and new.code.startswith(household.area)
    assert new.head_name == people["son"].name
    son = new.members.get()
    assert (son.pk, son.relation) == (people["son"].pk, Relation.HEAD)
    assert "分户自" in Member.history.filter(id=son.pk).latest().history_change_reason
    assert "分户自" in Household.history.filter(id=new.pk).earliest().history_change_reason
    assert new.monitor_assignments.get().monitor == monitor
    assert new.helper_assignments.get().name == "帮某"
    task = new.visit_tasks.get()
    assert (task.tier, task.monitor, task.fulfilled_by) == (Tier.KEY, monitor, None)
    assert "分户自" in new.tier_assignments.get().reason
    # What was earned and done before stays with the old household.
    assert household.incomes.get().people_count == 4 and not new.incomes.exists()
    assert household.visits.count() == 1 and household.visit_tasks.count() == 1
    assert events_of(household) == [(Kind.SPLIT_OUT, -1, 0)] and events_of(new) == [(Kind.SPLIT_IN, 1, 1)]
    assert check_integrity().is_sound


def test_split_of_the_head_names_who_follows_him_and_the_relations_follow(station):
    household, people = make_family()
    both = [people["head"], people["wife"]]
    assert "接任户主" in refused(split, household, both, people["wife"], station)["successor"]
    change = split(household, both, people["wife"], station, successor=people["son"])
    household.refresh_from_db()
    assert household.head_name == people["son"].name
    assert relations_of(household) == {people["son"].name: "head", people["daughter"].name: "sibling"}
    assert relations_of(change.household) == {people["wife"].name: "head", people["head"].name: "spouse"}


def test_relation_that_does_not_follow_is_asked_for_at_the_person(station):
    household, people = make_family()
    cousin = make_member(household, relation=Relation.OTHER)
    going = [people["son"], cousin]
    problems = refused(split, household, going, people["son"], station)
    assert list(problems) == [relation_field(cousin)]
    change = split(household, going, people["son"], station, {cousin.pk: "other"})
    assert relations_of(change.household)[cousin.name] == "other"


def test_split_refuses_everybody_nobody_and_strangers(station):
    household, people = make_family()
    assert "members" in refused(split, household, [], people["son"], station)
    assert "members" in refused(split, household, list(people.values()), people["son"], station)
    assert "members" in refused(split, household, [make_household().members.get()], people["son"], station)
    assert "new_head" in refused(split, household, [people["son"]], people["wife"], station)
    group = make_group(make_village(NEXT_VILLAGE))
    assert "group" in refused(split, household, [people["son"]], people["son"], station, group=group)
    assert not LifeEvent.objects.exists() and Household.objects.filter(village=household.village).count() == 2


def test_monitored_kind_goes_along_only_when_asked(station):
    household, people = make_family(
        kind="rural", monitored_kind="marginal", identified_month=date(2026, 3, 1)
    )
    assert "没有列为监测对象" in "".join(split(household, [people["son"]], people["son"], station).notes)
    change = split(household, [people["daughter"]], people["daughter"], station, keeps_monitoring=True)
    assert (change.household.monitored_kind, change.household.identified_month) == (
        "marginal",
        date(2026, 3, 1),
    )


def test_only_the_station_of_the_place_may(station):
    household, people = make_family()
    for user in (make_user(Role.CADRE), make_user(Role.STATION, OTHER_TOWNSHIP)):
        with pytest.raises(PermissionDenied):
            split(household, [people["son"]], people["son"], user)


# 合户


def merge(source, target, by, relations):
    return merging.merge(source, target, relations, by=by, on=DAY, today=TODAY, reason="父子合户")


def test_merged_household_ends_its_tasks_are_voided_and_its_past_stays_readable(station):
    source, people = make_family(tier=Tier.KEY)
    target = make_household(tier=Tier.GENERAL)
    visited(source, date(2026, 10, 1)), make_income(source, 2025)
    Clue.objects.create(household=source, area=source.area, source="B", found_on=DAY)
    plan_month(TODAY, area=TOWNSHIP, on=TODAY)
    relations = {member.pk: "other" for member in people.values()}
    change = merge(source, target, station, relations)
    source.refresh_from_db(), target.refresh_from_db()
    assert (change.households, change.people, change.household) == (-1, 0, target)
    assert source.closed_on == DAY and target.code in source.closed_reason
    assert source.members.count() == 0 and target.members.active().count() == 5
    assert source.visit_tasks.get().voided_at and target.visit_tasks.get().voided_at is None
    assert (source.visits.count(), source.incomes.count(), source.clues.count()) == (1, 1, 1)
    assert target.life_events.get().other_household == source
    # The higher tier is proposed, not set.
    proposal = TierProposal.objects.get()
    assert (proposal.household, proposal.tier, target.tier) == (target, Tier.KEY, Tier.GENERAL)
    assert source.code in proposal.reasons[0]["text"]
    assert any("已建议" in note for note in change.notes)
    assert check_integrity().is_sound


@pytest.mark.parametrize("tier", [Tier.GENERAL, Tier.STABLE])
def test_tier_that_is_not_higher_is_not_proposed(station, tier):
    source, target = make_household(tier=tier), make_household(tier=Tier.STABLE)
    merge(source, target, station, {source.members.get().pk: "sibling"})
    assert not TierProposal.objects.exists()


def test_merger_asks_for_every_relation_and_stays_in_the_township(station):
    source, target = make_household(), make_household()
    assert list(refused(merge, source, target, station, {})) == [relation_field(source.members.get())]
    member = source.members.get()
    assert list(refused(merge, source, target, station, {member.pk: "head"})) == [relation_field(member)]
    assert "target" in refused(merge, source, source, station, {})
    other = make_household(make_village(f"{OTHER_TOWNSHIP}001"))
    assert "target" in refused(merge, source, other, None, {member.pk: "son"})


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


def test_household_moves_with_all_its_rows_and_gets_a_code_of_its_new_village(station):
    household, people = make_family(tier=Tier.KEY)
    old_code, old_area = household.code, household.area
    before, after = make_monitor(household), make_user(Role.MONITOR, NEXT_VILLAGE)
    make_income(household, 2025), visited(household, date(2026, 10, 1))
    Clue.objects.create(household=household, area=old_area, source="B", found_on=DAY)
    plan_month(TODAY, area=TOWNSHIP, on=TODAY)
    village = make_village(NEXT_VILLAGE)
    change = moving.move_household(household, village, by=station, on=DAY, today=TODAY, reason="投亲")
    household.refresh_from_db()
    assert (change.households, change.people) == (0, 0)
    assert (household.village, household.area, household.code) == (
        village,
        NEXT_VILLAGE,
        f"{NEXT_VILLAGE}0001",
    )
    for model in moving.models_of_household():
        areas = set(model._default_manager.filter(household=household).values_list("area", flat=True))
        assert areas <= {NEXT_VILLAGE}, model
    assert VisitTask.objects.get().monitor == after
    assert household.monitor_assignments.valid_on(TODAY).get().monitor == after
    assert household.monitor_assignments.filter(monitor=before).exclude(valid_to=None).exists()
    # The past is seen by who answers for the household now, and by nobody who no longer does.
    cadre = make_user(Role.CADRE, NEXT_VILLAGE)
    assert household.visits.visible_to(cadre).count() == 1
    assert not household.visits.visible_to(make_user(Role.CADRE, old_area)).exists()
    assert [event.area for event in household.life_events.order_by("id")] == [old_area, NEXT_VILLAGE]
    assert old_code in Household.history.filter(id=household.pk).values_list("code", flat=True)
    assert Member.history.filter(id=people["son"].pk).latest().area == NEXT_VILLAGE
    assert check_integrity().is_sound


def test_code_of_a_household_that_moved_is_not_given_again(station):
    household, _ = make_family(code=f"{TOWNSHIP}0010009")
    moving.move_household(
        household, make_village(NEXT_VILLAGE), by=station, on=DAY, today=TODAY, reason="投亲"
    )
    other, others = make_family(code=f"{TOWNSHIP}0010008")
    assert split(other, [others["son"]], others["son"], station).household.code == f"{TOWNSHIP}0010010"


def test_move_refuses_its_own_village_another_township_and_a_foreign_group(station):
    household = make_household()
    there = make_village(NEXT_VILLAGE)

    def move(village, by=station, **options):
        return refused(
            moving.move_household, household, village, by=by, on=DAY, today=TODAY, reason="投亲", **options
        )

    assert "village" in move(household.village)
    assert "village" in move(make_village(f"{OTHER_TOWNSHIP}001"), by=None)
    assert "group" in move(there, group=make_group(household.village))


def test_monitor_of_both_villages_stays(station):
    household = make_household(tier=Tier.KEY)
    monitor = make_monitor(household)
    monitor.postings.update(history=False, area=TOWNSHIP)
    change = moving.move_household(
        household, make_village(NEXT_VILLAGE), by=station, on=DAY, today=TODAY, reason="投亲"
    )
    assert household.monitor_assignments.valid_on(TODAY).get().monitor == monitor
    assert any(monitor.name in note for note in change.notes)


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
