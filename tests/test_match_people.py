"""Who the rows of a list of people are: by ID, else proposed with reasons; nobody of another township is ever shown."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from households.importing.comparison import NOBODY, Choices
from households.importing.kinds import ListKind
from households.importing.lists.columns import identifying
from households.importing.lists.likeness import are_swapped, is_one_left_out, number_likeness, slips
from households.importing.lists.matching import match_people
from households.importing.table import Table
from households.importing.validate import clean_table
from tests.factories import (
    OTHER_TOWNSHIP,
    TOWNSHIP,
    make_household,
    make_id_number,
    make_member,
    make_user,
    make_village,
)

KIND = ListKind("probe", "名单", identifying(), None)
FIELDS = ("township", "village", "head_name", "name", "id_number")
BORN = date(1970, 5, 6)


def cleaned_of(*rows):
    """Rows are dicts by field; as read from a file whose header has every field."""
    cells = [tuple(row.get(name) for name in FIELDS) for row in rows]
    labels = {column.field: column.label for column in KIND.columns}
    at = {name: place for place, name in enumerate(FIELDS)}
    numbers = list(range(2, len(rows) + 2))
    return clean_table(Table("名单", 1, at, labels, cells, numbers, cells), KIND)


def match(*rows, by=None, **choices):
    cleaned = cleaned_of(*rows)
    people = match_people(cleaned, by=by, choices=Choices(**choices))
    people.refuse_unmatched()
    people.warn_differences()
    return people


def codes(people):
    return [(p.index, p.level, p.code) for p in people.cleaned.problems]


@pytest.fixture
def village(db):
    return make_village(name="东河沿村")


@pytest.fixture
def person(village):
    return make_member(make_household(village), name="王小明")


def test_an_id_finds_its_person_with_or_without_the_suffix_of_a_certificate(person):
    number = person.id_number
    rows = [
        {"id_number": number},
        {"id_number": f"{number}42"},
        {"id_number": f"{number}42B1", "name": "王小明"},
    ]
    people = match(*rows, {"id_number": number.lower(), "village": "东河沿村委会"})
    assert {found.id for found in people.members.values()} == {person.id} and len(people.members) == 4
    assert codes(people) == []


def test_who_bears_a_certificate_in_the_register_is_found_by_the_id(village):
    number = make_id_number()
    person = make_member(make_household(village), id_number=f"{number}42", id_kind="disability")
    assert match({"id_number": number}).members[0].id == person.id


def test_another_name_or_village_is_noted_and_the_id_counts(person):
    make_village(f"{TOWNSHIP}002", name="东坡头村")
    people = match({"id_number": person.id_number, "name": "王晓明", "village": "东坡头村"})
    assert people.members[0].id == person.id
    assert codes(people) == [(0, "warned", "name_differs"), (0, "warned", "village_differs")]


def test_a_number_of_one_and_the_name_of_another_of_the_household_is_in_doubt(person):
    wife = make_member(person.household, name="李小芳")
    people = match({"id_number": person.id_number, "name": "李小芳"})
    assert codes(people) == [(0, "refused", "in_doubt")]
    assert [c.member for c in people.candidates[0]] == [str(wife.pk), str(person.pk)]
    assert people.candidates[0][1].reason == "证件号码相同，姓名不同"


def test_without_id_the_same_name_in_the_village_is_proposed(person):
    make_member(make_household(make_village(f"{TOWNSHIP}002")), name="王小明")
    people = match({"name": "王小明", "village": "东河沿"})
    assert codes(people) == [(0, "refused", "in_doubt")]
    (candidate,) = people.candidates[0]
    assert (candidate.member, candidate.reason) == (str(person.pk), "同名同村，名单中没有证件号码")
    assert "东河沿村 王小明" in candidate.text and person.id_number not in candidate.text


def test_without_the_village_everybody_of_that_name_in_the_township_is_proposed(person):
    other = make_member(make_household(make_village(f"{TOWNSHIP}002")), name="王小明")
    people = match({"name": "王小明"})
    assert [c.member for c in people.candidates[0]] == [str(person.pk), str(other.pk)]
    assert {c.reason for c in people.candidates[0]} == {"同名，名单中没有证件号码"}


@pytest.mark.parametrize(
    ("spoil", "reason", "code"),
    [
        (lambda n: n[:16] + ("1" if n[16] != "1" else "2") + n[17], "证件号码只差一位", "check_digit"),
        (lambda n: n[:6] + n[8:17], "与 15 位旧身份证号相符", "length"),
        (lambda n: n[:-1], "证件号码多写或漏写一位", "length"),
        (lambda n: make_id_number(BORN), "出生日期相同", "in_doubt"),
    ],
)
def test_a_slip_in_the_number_is_a_reason(person, spoil, reason, code):
    people = match({"name": "王小明", "id_number": spoil(person.id_number)})
    assert codes(people) == [(0, "refused", code)]
    assert [(c.member, c.reason) for c in people.candidates[0]] == [(str(person.pk), f"同名，{reason}")]


def test_quite_another_number_in_no_named_village_is_another_person(person):
    people = match({"name": "王小明", "id_number": make_id_number(date(1999, 1, 2))})
    assert codes(people) == [(0, "refused", "not_found")] and people.unknown == {0}


def test_the_likeliest_stands_first(person):
    twin = make_member(make_household(person.household.village), name="王小明", birth_on=date(1988, 1, 1))
    written = twin.id_number[:17] + ("0" if twin.id_number[17] != "0" else "1")
    people = match({"name": "王小明", "village": "东河沿村", "id_number": written})
    assert [c.member for c in people.candidates[0]] == [str(twin.pk), str(person.pk)]


def test_what_the_person_chose_settles_the_row_even_with_a_bad_number(person):
    rows = [
        {"name": "王小明", "id_number": float(10**17)},
        {"name": "王小明", "id_number": "123"},
        {"name": "王小明"},
    ]
    assert [code for _, _, code in codes(match(*rows))] == ["id_became_number", "length", "in_doubt"]
    people = match(*rows, people={0: str(person.pk), 1: str(person.pk), 2: NOBODY})
    assert {found.id for found in people.members.values()} == {person.id} and set(people.members) == {0, 1}
    assert codes(people) == [(2, "refused", "not_found")]


def test_whoever_left_or_whose_household_is_closed_is_refused_in_words(person):
    left = make_member(person.household, left_on=date(2026, 3, 1), left_reason="死亡")
    closed = make_household(person.household.village, closed_on=date(2026, 4, 1), closed_reason="整户迁出")
    people = match({"id_number": left.id_number}, {"id_number": closed.members.get().id_number})
    assert codes(people) == [(0, "refused", "has_left"), (1, "refused", "household_closed")]
    messages = [problem.message for problem in people.cleaned.problems]
    assert "2026-03-01 登记减少（死亡）" in messages[0] and "2026-04-01 销户" in messages[1]


def test_who_came_back_is_found_where_he_is_now(person):
    make_member(person.household, id_number=person.id_number, left_on=date(2025, 1, 1), left_reason="婚出")
    assert match({"id_number": person.id_number}).members[0].id == person.id


def test_a_temporary_number_counts_only_together_with_the_name(village):
    number = "999999199001010011"
    for name in ("王小明", "李小芳"):
        make_member(make_household(village), name=name, id_number=number, has_temporary_id=True)
    people = match({"id_number": number, "name": "李小芳"}, {"id_number": number})
    assert people.members[0].name == "李小芳"
    assert set(people.members) == {0}


def test_people_of_another_township_are_never_shown(person):
    stranger = make_member(make_household(make_village(f"{OTHER_TOWNSHIP}001", name="西山村")), name="赵远")
    user = make_user("station", TOWNSHIP)
    rows = [{"id_number": stranger.id_number}, {"name": "赵远", "village": "西山村"}, {"name": "查无此人"}]
    people = match(*rows, by=user)
    assert people.unknown == {0, 1, 2} and not people.candidates
    assert len({problem.message for problem in people.cleaned.problems}) == 1
    chosen = match({"name": "赵远"}, by=user, people={0: str(stranger.pk)})
    assert chosen.unknown == {0}
    everywhere = match(*rows)
    assert everywhere.members[0].id == stranger.id and set(everywhere.candidates) == {1}


def test_a_row_of_another_township_is_nobody_here_though_the_name_is(person):
    make_village(f"{OTHER_TOWNSHIP}001", name="西山村")
    people = match({"name": "王小明", "township": "别的镇"}, by=make_user("station", TOWNSHIP))
    assert people.unknown == {0}


def test_the_number_of_queries_does_not_grow_with_the_rows(village):
    household = make_household(village)
    members = [make_member(household) for _ in range(30)]

    def queries(count):
        rows = [{"id_number": m.id_number, "name": m.name} for m in members[:count]]
        rows += [{"name": f"无名{n}", "id_number": make_id_number()} for n in range(count)]
        with CaptureQueriesContext(
            connection,
        ) as captured:
            match(*rows)
        return len(captured)

    assert queries(2) == queries(30) <= 8


NUMBERS = st.text("0123456789", min_size=18, max_size=18)


@given(NUMBERS, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_changed_character_is_near_and_the_same_number_nearest(number, place, character):
    changed = number[:place] + character + number[place + 1 :]
    likeness = number_likeness(changed, number, None)
    assert likeness.is_near and likeness.rank == (changed != number)
    assert slips(changed, number) == (changed != number)


@given(NUMBERS, st.integers(0, 17))
def test_a_character_left_out_and_two_changed_places_are_seen(number, place):
    assert is_one_left_out(number[:place] + number[place + 1 :], number)
    swapped = (
        number[: place - 1] + number[place] + number[place - 1] + number[place + 1 :] if place else number
    )
    assert are_swapped(swapped, number) == (swapped != number)


@given(NUMBERS, st.integers(0, 11), st.integers(3, 5), st.sampled_from("*×●"))
def test_a_masked_number_agrees_with_its_own_and_with_no_other_end(number, start, end, star):
    masked = f"{number[:start]}{star * (18 - start - end)}{number[-end:]}"
    likeness = number_likeness(masked, number, None)
    assert likeness.is_near and likeness.text == "证件号码可见的位数全部相符"
    other = number[:17] + ("1" if number[17] == "0" else "0")
    assert number_likeness(masked, other, None).is_against


def test_who_agrees_with_a_masked_number_comes_first_and_is_not_settled(person, village):
    twin = make_member(make_household(village), name=person.name)
    for wanted, other in ((person, twin), (twin, person)):
        number = f"{wanted.id_number[:6]}********{wanted.id_number[-4:]}"
        people = match({"village": village.name, "name": person.name, "id_number": number})
        assert codes(people) == [(0, "refused", "masked")]
        first, *rest = people.candidates[0]
        assert (first.member, "可见的位数全部相符" in first.reason) == (str(wanted.pk), True)
        assert [found.member for found in rest] == [str(other.pk)]
