"""Changing the register by hand: each change checked, recorded with who and why, or refused at its field."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from households.access import Role
from households.choices import Relation
from households.models import Household, Member
from households.services import facts
from households.services.facts import FactsRefused
from tests.factories import make_household, make_id_number, make_member, make_user, make_village
from tests.families import make_family

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


@pytest.fixture
def station():
    return make_user(Role.STATION)


def change(row, by, **changes):
    return facts.change_facts(row, changes, by=by, reason="入户核实", on=TODAY)


def refused(action, *args, **options):
    with pytest.raises(FactsRefused) as caught:
        action(*args, **options)
    return dict(caught.value.problems)


def test_change_is_written_with_who_and_why(station):
    household = make_household()
    assert change(household, station, water_is_safe=False, phone="138 1111 2222") == [
        "water_is_safe",
        "phone",
    ]
    household.refresh_from_db()
    assert (household.water_is_safe, household.phone) == (False, "13811112222")
    assert household in Household.objects.search("13811112222")
    record = Household.history.filter(id=household.pk).latest()
    assert (record.history_user, record.history_change_reason) == (station, "入户核实")


def test_same_values_write_nothing(station):
    household = make_household(housing_grade="A")
    before = Household.history.count()
    assert change(household, station, housing_grade="A") == []
    assert Household.history.count() == before


@pytest.mark.parametrize(
    "name", ["area", "village", "code", "tier", "tier_since", "last_visited_on", "head_name"]
)
def test_what_is_not_a_fact_of_the_register_is_not_changed_here(station, name):
    assert list(refused(change, make_household(), station, **{name: "x"})) == [name]


def test_reason_must_be_given(station):
    problems = refused(facts.change_facts, make_household(), {"note": "x"}, by=station, reason=" ", on=TODAY)
    assert "请填写变更原因" in problems["reason"]


@pytest.mark.parametrize("role", [Role.CADRE, Role.LEADER, Role.MONITOR, Role.ADMINISTRATOR])
def test_only_the_station_changes_facts(role):
    household = make_household()
    with pytest.raises(PermissionDenied):
        change(household, make_user(role), note="x")


def test_right_held_elsewhere_does_not_open_this_household():
    with pytest.raises(PermissionDenied):
        change(make_household(), make_user(Role.STATION, "130722102"), note="x")


def test_id_number_brings_birth_sex_and_disability(station):
    member = make_member(make_household())
    number = make_id_number(date(1980, 2, 3), male=False)
    change(member, station, id_number=f" {number.lower()}41 ")
    member.refresh_from_db()
    assert (member.id_number, member.birth_on, member.sex) == (f"{number}41", date(1980, 2, 3), "F")
    assert (member.disability_kind, member.disability_level) == ("4", 1)
    assert member.household in Household.objects.search(number)


@given(st.text(alphabet="0123456789X", max_size=22).filter(lambda text: text and len(text) != 18))
def test_number_of_a_wrong_length_or_check_is_refused_at_its_field(text):
    member = Member(household=Household(), area="130722101001", id_number="")
    problems = []
    facts._read_id(member, {"id_number": text}, problems, TODAY)
    assert [name for name, _ in problems] == ["id_number"] or len(text) in (20, 22)


def test_person_registered_elsewhere_is_refused_and_named_by_place(station):
    there = make_household()
    number = there.members.get().id_number
    here = make_household()
    values = {"name": "试某", "relation": "son", "id_number": number}
    problems = refused(facts.add_member, here, values, by=station, reason="迁入", on=TODAY)
    assert there.code in problems["id_number"]
    assert number not in problems["id_number"]


def test_broken_rules_of_the_model_are_said_in_words(station):
    problems = refused(change, make_household(), station, monitored_kind="unstable")
    assert "脱贫不稳定户必须是脱贫户" in problems[""]
    problems = refused(change, make_member(make_household()), station, relation="nonsense")
    assert "relation" in problems


def test_bad_phone_is_refused_at_its_field(station):
    assert "phone" in refused(change, make_household(), station, phone="12345")


def test_name_of_the_head_is_the_name_of_the_household(station):
    household = make_household()
    change(household.members.get(), station, name="张小明")
    household.refresh_from_db()
    assert (household.head_name, household.initials) == ("张小明", "zxm")


def test_member_comes_and_goes(station):
    household = make_household()
    number = make_id_number(date(2024, 3, 4))
    values = {"name": "试小宝", "relation": Relation.SON.value, "id_number": number}
    child = facts.add_member(household, values, by=station, reason="出生", on=TODAY)
    assert (child.area, child.initials, child.birth_on) == (household.area, "sxb", date(2024, 3, 4))
    facts.leave(child, date(2026, 11, 1), "户籍迁出", by=station, today=TODAY)
    child.refresh_from_db()
    assert (child.left_on, child.left_reason) == (date(2026, 11, 1), "户籍迁出")
    assert "不必重复登记" in refused(facts.leave, child, TODAY, "死亡", by=station, today=TODAY)[""]
    # Who left may be registered elsewhere.
    facts.add_member(make_household(), values, by=station, reason="迁入", on=TODAY)


def test_nobody_leaves_tomorrow(station):
    member = make_member(make_household())
    assert "on" in refused(facts.leave, member, date(2026, 11, 24), "死亡", by=station, today=TODAY)


def test_head_is_changed_before_he_leaves(station):
    household = make_household()
    head, wife = household.members.get(), make_member(household, name="王大花", relation=Relation.SPOUSE)
    assert "更换户主" in refused(facts.leave, head, TODAY, "死亡", by=station, today=TODAY)[""]
    assert "relation" in refused(change, wife, station, relation=Relation.HEAD.value)
    facts.change_head(household, wife, Relation.SPOUSE, by=station, reason="户主变更", on=TODAY)
    household.refresh_from_db()
    assert (household.head_name, household.initials) == ("王大花", "wdh")
    assert set(household.members.values_list("name", "relation")) == {
        ("王大花", "head"),
        (head.name, "spouse"),
    }
    head.refresh_from_db()
    facts.leave(head, TODAY, "死亡", by=station, today=TODAY)


def test_what_is_certain_of_the_others_follows_a_new_head(station):
    household, people = make_family()
    uncle = make_member(household, relation=Relation.UNCLE)
    facts.change_head(household, people["son"], Relation.FATHER, by=station, reason="户主变更", on=TODAY)
    relations = {name: Member.objects.get(pk=member.pk).relation for name, member in people.items()}
    assert relations == {
        "head": Relation.FATHER, "son": Relation.HEAD, "wife": Relation.MOTHER, "daughter": Relation.SIBLING
    }  # fmt: skip
    uncle.refresh_from_db()
    assert uncle.relation == Relation.UNCLE


def test_new_head_must_be_of_the_household(station):
    stranger = make_member(make_household())
    problems = refused(
        facts.change_head, make_household(), stranger, Relation.SON, by=station, reason="x", on=TODAY
    )
    assert "head" in problems


def test_second_head_is_refused(station):
    values = {"name": "试某", "relation": Relation.HEAD.value}
    assert "relation" in refused(facts.add_member, make_household(), values, by=station, reason="x", on=TODAY)


def test_closed_household_is_changed_no_more(station):
    household = make_household()
    assert "on" in refused(facts.close, household, date(2027, 1, 1), "整户迁出", by=station, today=TODAY)
    facts.close(household, TODAY, "整户迁出", by=station, today=TODAY)
    household.refresh_from_db()
    assert (household.closed_on, household.closed_reason) == (TODAY, "整户迁出")
    assert "已于" in refused(facts.close, household, TODAY, "并户", by=station, today=TODAY)[""]
    assert (
        "已于" in refused(facts.add_member, household, {"name": "甲"}, by=station, reason="x", on=TODAY)[""]
    )


def test_higher_floors_follow_a_closing_in_the_same_transaction(station, monkeypatch):
    followed = []
    monkeypatch.setattr(facts, "after_closing", [lambda household, on: followed.append((household.pk, on))])
    household = make_household()
    facts.close(household, date(2026, 11, 1), "并户", by=station, today=TODAY)
    assert followed == [(household.pk, TODAY)]


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"land_mu": Decimal(-5)}, "land_mu"),
        ({"ex_poor_year": 20999}, "ex_poor_year"),
        ({"walk_order": 99999999999}, "walk_order"),
        ({"identified_month": date(2026, 12, 1)}, "identified_month"),
        ({"eliminated_month": date(2026, 2, 1)}, "eliminated_month"),
        ({"identified_month": date(2026, 9, 1)}, "eliminated_month"),
    ],
)
def test_impossible_facts_of_a_household_are_refused_at_their_field(station, changes, field):
    household = make_household(identified_month=date(2026, 3, 1), eliminated_month=date(2026, 5, 1))
    assert field in refused(change, household, station, **changes)


def test_old_value_of_the_register_holds_up_no_other_correction(station):
    household = make_household(ex_poor_year=2099)
    assert change(household, station, note="x") == ["note"]
    assert "ex_poor_year" in refused(change, household, station, ex_poor_year=2098)


def test_household_number_is_refused_with_the_place_where_it_is(station):
    there, here = make_household(national_code="110001"), make_household()
    message = refused(change, here, station, national_code="110001")["national_code"]
    assert there.code in message and there.village.name in message
    elsewhere = make_household(make_village("130722102001"), national_code="110002")
    assert change(here, station, national_code=elsewhere.national_code) == ["national_code"]


def test_impossible_facts_of_a_person_are_refused_at_their_field(station):
    household = make_household()
    member = make_member(household)
    assert "work_months" in refused(change, member, station, work_months=13)
    assert "birth_on" in refused(change, member, station, birth_on=date(1971, 1, 1))
    values = {"name": "试某", "relation": "son", "post_months": 13}
    assert "post_months" in refused(facts.add_member, household, values, by=station, reason="迁入", on=TODAY)


def test_nobody_leaves_before_birth(station):
    member = make_member(make_household(), birth_on=date(2020, 1, 2))
    problems = refused(facts.leave, member, date(2020, 1, 1), "死亡", by=station, today=TODAY)
    # Not the day itself: beside a masked ID it would tell most of the number, and nobody would have asked for it.
    assert "早于" in problems["on"] and "2020-01-02" not in problems["on"]
