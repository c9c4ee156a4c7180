"""People registered twice: what is found, what is not, what a decision does, and how long it takes."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from households.access import Role
from households.admin.duplicates import number_difference
from households.duplicates import Doubt, eighteen_digits, find_duplicates
from households.identity import check_digit
from households.models import DuplicateDecision, LifeEvent, Member
from households.services.duplicates import tell_apart, unite
from households.services.fact_writes import FactsRefused
from households.services.moving import move_household
from tests.factories import (
    OTHER_TOWNSHIP,
    make_household,
    make_id_number,
    make_member,
    make_user,
    make_village,
)

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 24)
BORN = date(1960, 3, 4)


def doubts(members=None):
    """The doubts of all pairs, by the names of the two."""
    pairs = find_duplicates(members if members is not None else Member.objects.all())
    names = dict(Member.objects.values_list("id", "name"))
    return [(names[pair.first], pair.doubt) for pair in pairs]


def two(first=None, second=None):
    """Two people of one name in two households of a village."""
    return [
        make_member(
            make_household(),
            **(
                {
                    "name": "试重名",
                    "birth_on": BORN,
                    "relation": "spouse",
                    "id_number": make_id_number(elsewhere),
                }
                | (given or {})
            ),
        )
        for given, elsewhere in ((first, BORN), (second, date(1982, 11, 27)))
    ]


@pytest.mark.parametrize(
    ("first", "second", "doubt"),
    [
        ({}, {}, Doubt.SAME_BIRTH),
        ({"birth_on": date(1961, 5, 5)}, {"relation": "head_elsewhere"}, Doubt.SPOUSE_TWICE),
        ({"id_number": "", "birth_on": None}, {}, Doubt.NO_NUMBER),
        ({"id_number": "999999196003040011", "has_temporary_id": True, "birth_on": None},
         {"id_number": "999999196003040011", "has_temporary_id": True, "birth_on": None}, Doubt.SAME_TEMPORARY),
        ({}, {"sex": "F", "birth_on": date(1990, 1, 1)}, None),
        ({}, {"birth_on": date(1990, 1, 1)}, None),
        ({}, {"left_on": ON, "left_reason": "死亡"}, None),
    ],
)  # fmt: skip
def test_what_is_doubted_and_what_is_not(first, second, doubt):
    if second.get("relation") == "head_elsewhere":
        spouse = make_member(make_household(), name="试重名", relation="spouse", **first)
        other = make_household(head_name="试重名")
        Member.objects.filter(household=other).update(
            birth_on=date(1961, 9, 9), sex=spouse.sex, history=False
        )
    else:
        two(first, second)
    assert doubts() == ([("试重名", doubt.value)] if doubt else [])


def test_two_forms_of_one_number_are_found():
    number = make_id_number(BORN)
    household = make_household()
    make_member(household, name="试甲", id_number=number)
    old = number[:6] + number[8:17]
    make_member(make_household(), name="试甲某", id_number=old, id_kind="other", birth_on=None)
    assert [doubt for _, doubt in doubts()] == [Doubt.OTHER_FORM.value]


@given(st.from_regex(r"\A13072[2-9][0-9]{2}(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{3}\Z"))
def test_the_old_number_is_the_new_one_without_century_and_check_digit(old):
    body = f"{old[:6]}19{old[6:]}"
    assert eighteen_digits(old) == body + check_digit(body)
    assert eighteen_digits(f"{body}{check_digit(body)}41") == body + check_digit(body)


def test_one_wrong_digit_is_found_in_the_village_alone():
    number = make_id_number(BORN)
    body = number[:15] + ("1" if number[15] != "1" else "2") + number[16]
    slip = body + check_digit(body)
    two({"id_number": number}, {"id_number": slip, "birth_on": date(1960, 3, 5)})
    assert [doubt for _, doubt in doubts()] == [Doubt.ONE_DIGIT.value]


def test_two_spouses_of_one_household():
    household = make_household()
    for born in (BORN, date(1975, 1, 1)):
        make_member(household, relation="spouse", birth_on=born)
    assert [doubt for _, doubt in doubts()] == [Doubt.TWO_SPOUSES.value]


def test_a_decision_is_remembered_and_needs_a_reason():
    one, other = two()
    station = make_user(Role.STATION)
    with pytest.raises(FactsRefused):
        tell_apart(one, other, by=station, reason=" ")
    tell_apart(other, one, by=station, reason="已核对户口簿，是两个人")
    assert doubts() == [] and DuplicateDecision.objects.get().decision == "different"
    with pytest.raises(FactsRefused, match="已有人处理过"):
        tell_apart(one, other, by=station, reason="再来一次")


def test_uniting_fills_blanks_and_lets_the_double_go():
    keep, drop = two({"id_number": "", "nation": ""}, {"nation": "汉族", "phone": "13800001234"})
    number = drop.id_number
    filled = unite(keep, drop, by=make_user(Role.STATION), on=ON, reason="户口簿只有一人")
    keep.refresh_from_db()
    drop.refresh_from_db()
    assert {"id_number", "nation", "phone"} <= set(filled)
    assert (keep.id_number, keep.nation, keep.left_on) == (number, "汉族", None)
    assert Member.objects.get(id_index=keep.id_index, left_on__isnull=True) == keep
    assert drop.left_on == ON and "重复登记" in drop.left_reason
    event = LifeEvent.objects.get()
    assert (event.household_id, event.people) == (drop.household_id, -1)
    assert keep.history.first().history_change_reason.startswith("重复登记合并") and doubts() == []


def test_a_head_of_others_does_not_go_as_a_double():
    household = make_household(head_name="试重名")
    head = household.members.get()
    make_member(household)
    other = make_member(make_household(), name="试重名", birth_on=head.birth_on, relation="other")
    with pytest.raises(FactsRefused, match="先在那一户办理更换户主"):
        unite(other, head, by=make_user(Role.STATION), on=ON, reason="同一人")
    assert not DuplicateDecision.objects.exists() and Member.objects.get(pk=head.pk).left_on is None


def test_a_double_who_lives_alone_takes_his_household_along():
    alone = make_household(head_name="试重名")
    drop = alone.members.get()
    keep = make_member(make_household(), name="试重名", birth_on=drop.birth_on, relation="other")
    unite(keep, drop, by=make_user(Role.STATION), on=ON, reason="同一人登记了两户")
    alone.refresh_from_db()
    drop.refresh_from_db()
    assert (alone.closed_on, alone.closed_reason, drop.left_on) == (ON, "人员全部减少", ON)
    events = LifeEvent.objects.filter(household=alone)
    assert (sum(e.people for e in events), sum(e.households for e in events)) == (-1, -1)


def test_nobody_decides_or_sees_beyond_his_area(client):
    here, there = (
        make_member(make_household(make_village(area)), name="试重名", birth_on=BORN)
        for area in ("130722101001", f"{OTHER_TOWNSHIP}001")
    )
    station = make_user(Role.STATION)
    assert doubts(Member.objects.visible_to(station)) == []
    with pytest.raises(PermissionDenied):
        tell_apart(here, there, by=station, reason="不是我的")
    client.force_login(station)
    address = reverse("admin:households_duplicatedecision_decide", args=[here.pk, there.pk])
    assert client.post(address, {"choice": "different", "reason": "x"}).status_code == 404


def test_the_page_shows_both_sides_masked_and_takes_the_decision(client):
    one, other = two()
    client.force_login(make_user(Role.STATION))
    address = reverse("admin:households_duplicatedecision_suspects")
    page = client.get(address).content.decode()
    assert "同名且出生日期相同" in page and one.id_number not in page and f"{BORN:%Y-%m-%d}" not in page
    first, second = sorted((one.pk, other.pk))
    decide = reverse("admin:households_duplicatedecision_decide", args=[first, second])
    done = client.post(decide, {"choice": "different", "reason": "两个人"}, follow=True)
    assert "已记为不是同一人" in done.content.decode() and "没有待处理的疑似重复" in done.content.decode()


def test_refused_decision_keeps_what_was_typed_at_its_pair(client):
    household = make_household(head_name="试重名")
    head = household.members.get()
    make_member(household)
    other = make_member(make_household(), name="试重名", birth_on=head.birth_on, relation="other")
    two({"name": "试另对"}, {"name": "试另对"})
    client.force_login(make_user(Role.STATION))
    first, second = sorted((head.pk, other.pk))
    decide = reverse("admin:households_duplicatedecision_decide", args=[first, second])
    keeps_other = "first" if first == other.pk else "second"
    page = client.post(decide, {"choice": keeps_other, "reason": "户口簿", "query": "doubt=same_birth"})
    kept, others = [], []
    for suspect in page.context["suspects"]:
        (kept if suspect.refusal else others).append(suspect)
    (refused,) = kept
    assert (refused.pair.first, refused.pair.second, len(others)) == (first, second, 1)
    assert (page.context["wanted"], page.context["query"]) == ("same_birth", "doubt=same_birth")
    text = page.content.decode()
    assert text.count("先在那一户办理更换户主") == 1 and 'value="户口簿"' in text
    assert f'value="{keeps_other}" required checked' in text or f'value="{keeps_other}" checked' in text
    assert not DuplicateDecision.objects.exists()
    nothing = client.post(decide, {"reason": "只写了理由"}).content.decode()
    assert "请先选择" in nothing and 'value="只写了理由"' in nothing
    # The answer has an address of its own, which the village switch opens again.
    assert client.get(decide).url == reverse("admin:households_duplicatedecision_suspects")


def test_refusal_of_a_pair_that_is_gone_stands_at_the_top(client):
    one, other = two()
    station = make_user(Role.STATION)
    tell_apart(one, other, by=station, reason="两个人")
    client.force_login(station)
    decide = reverse("admin:households_duplicatedecision_decide", args=sorted((one.pk, other.pk)))
    page = client.post(decide, {"choice": "different", "reason": "再来"})
    assert "已有人处理过" in page.content.decode() and not page.context["suspects"]


def test_places_in_which_numbers_differ_are_named_and_no_digit(client):
    number = "130722196003040011"
    assert number_difference(number, "130722196003040111") == "第 16 位不同"
    assert number_difference("130722196003040011", "130722196004050011") == "第 12、14 位不同"
    for other in ("", number, number[:15], f"{number[:16]}99"):
        assert number_difference(number, other) == ""
    two({"id_number": "130722196003040011"}, {"id_number": "130722196004050011"})
    client.force_login(make_user(Role.STATION))
    page = client.get(reverse("admin:households_duplicatedecision_suspects")).content.decode()
    assert "号码差别" in page and "第 12、14 位不同" in page and "19600304" not in page


def test_list_of_decisions_says_which_row_stayed(client):
    keep, drop = two()
    station = make_user(Role.STATION)
    unite(keep, drop, by=station, on=ON, reason="户口簿只有一人")
    tell_apart(*two({"name": "试另对"}, {"name": "试另对"}), by=station, reason="两个人")
    client.force_login(station)
    page = client.get(reverse("admin:households_duplicatedecision_changelist")).content.decode()
    side = "甲" if keep.pk < drop.pk else "乙"
    assert f"是同一人，保留{side}（在{keep.household.head_name}户）" in page
    assert '<td class="field-outcome">不是同一人</td>' in page


def test_questions_do_not_grow_with_people(django_assert_max_num_queries):
    for _ in range(30):
        two()
    with django_assert_max_num_queries(20):
        assert len(find_duplicates(Member.objects.all())) == 30 * 59


def test_a_decision_moves_with_its_household():
    one, other = two()
    station = make_user(Role.STATION)
    decision = tell_apart(one, other, by=station, reason="两个人")
    there = make_village("130722101002")
    move_household(decision.first.household, there, by=station, on=ON, today=ON, reason="搬迁")
    decision.refresh_from_db()
    assert decision.area == there.area
