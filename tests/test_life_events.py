"""Splitting, merging and moving households: history, tasks, tier and monitor follow."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from households.access import Role
from households.choices import Relation, Tier
from households.models import HelperAssignment, Household, LifeEvent, Member, MonitorAssignment
from households.services import departures, facts, merging, moving
from households.services.succession import relation_field
from monitoring.models import Clue, TierProposal, VisitTask
from monitoring.reference import load_cycles, load_tier_setting
from monitoring.sections import help_given
from monitoring.services.integrity import check_integrity
from monitoring.services.planning import plan_month
from monitoring.services.tier_proposals import propose_by_hand
from tests.factories import (
    OTHER_TOWNSHIP,
    TOWNSHIP,
    make_group,
    make_household,
    make_income,
    make_member,
    make_monitor,
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
    split,
    visited,
)

pytestmark = pytest.mark.django_db
Kind = LifeEvent.Kind


@pytest.fixture(autouse=True)
def cycles(db):
    load_cycles()


@pytest.fixture
def station():
    return make_user(Role.STATION)


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


@pytest.mark.parametrize("tier, month", [(Tier.KEY, 11), (Tier.STABLE, 12), (Tier.GENERAL, 12)])
def test_part_that_split_off_is_not_due_in_two_days(station, tier, month):
    household, people = make_family(tier=tier)
    plan_month(TODAY, area=TOWNSHIP, on=TODAY, include_started=True)
    new = split(household, [people["son"]], people["son"], station).household
    assert new.visit_tasks.get(period_start__lte=TODAY).planned_month == date(2026, month, 1)


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


def test_part_that_is_monitored_no_more_keeps_its_tier_until_another_is_confirmed(station):
    load_tier_setting()
    values = {"kind": "rural", "monitored_kind": "marginal", "identified_month": date(2026, 3, 1)}
    household, people = make_family(tier=Tier.KEY, **values)
    new = split(household, [people["son"]], people["son"], station).household
    proposal = TierProposal.objects.get()
    assert (proposal.household, proposal.current_tier, proposal.tier) == (new, Tier.KEY, Tier.GENERAL)
    assert new.tier == Tier.KEY
    split(household, [people["daughter"]], people["daughter"], station, keeps_monitoring=True)
    assert TierProposal.objects.count() == 1


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


def test_merger_tells_what_is_unfinished_and_nobody_confirms_a_tier_of_what_ended(station):
    source, target = make_household(tier=Tier.GENERAL), make_household(tier=Tier.KEY)
    Clue.objects.create(household=source, area=source.area, source="B", found_on=DAY)
    propose_by_hand(source, Tier.LOW_INCOME, "户主住院", by=station, on=DAY)
    change = merge(source, target, station, {source.members.get().pk: "other"})
    assert any("还有 1 条线索待处理，请处理" in note for note in change.notes)
    assert not TierProposal.objects.open().exists()
    quiet = make_household(tier=Tier.GENERAL)
    change = merge(quiet, target, station, {quiet.members.get().pk: "other"})
    assert not any("还有" in note for note in change.notes)


def close(household, by):
    facts.close(household, DAY, "整户迁出", by=by, today=TODAY)


def merge_away(household, by):
    merge(household, make_household(tier=Tier.KEY), by, {household.members.get().pk: "other"})


def last_death(household, by):
    departures.death(household.members.get(), by=by, on=DAY, today=TODAY)


@pytest.mark.parametrize("end", [close, merge_away, last_death])
def test_nobody_answers_for_a_household_that_is_closed(station, end):
    household, other = make_household(tier=Tier.KEY), make_household(tier=Tier.KEY)
    monitor = make_monitor(household, other)
    HelperAssignment.objects.create(
        household=household, area=household.area, name="帮某", valid_from=date(2025, 1, 1)
    )
    MonitorAssignment.objects.filter(household=household).update(history=False, valid_to=date(2026, 11, 30))
    to_come = MonitorAssignment.objects.create(
        household=household, area=household.area, monitor=monitor, valid_from=date(2026, 12, 1)
    )
    plan_month(TODAY, area=TOWNSHIP, on=TODAY)
    end(household, station)
    household.refresh_from_db()
    present = household.monitor_assignments.exclude(pk=to_come.pk).get()
    helper = household.helper_assignments.get()
    # Known today, so until today: a visit of that morning still arrives from the phone.
    assert (present.valid_to, helper.valid_to) == (TODAY, TODAY)
    assert household.monitor_assignments.get(pk=to_come.pk).valid_to == date(2026, 11, 30)
    for row in (present, helper):
        record = row.history.latest()
        assert (record.valid_to, record.history_user) == (TODAY, station)
        assert record.history_change_reason.startswith("销户：")
    given = help_given(household, station, TODAY, 5)
    assert (given["monitor"], given["helper"]) == (None, None)
    assert other.monitor_assignments.get().valid_to is None
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


# 整户迁村


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
