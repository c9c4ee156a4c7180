"""Saying whom a warning means although the list's number found nobody: on the page, with suggestions, one at a time."""

from __future__ import annotations

import pytest

from households.access import Role
from monitoring.models import WarningCase
from monitoring.services.warnings import WarningRefused, confirm_person
from tests.factories import (
    OTHER_TOWNSHIP,
    TOWNSHIP,
    make_household,
    make_member,
    make_monitor,
    make_user,
    make_village,
)
from tests.test_warning_workflow import at_once
from tests.visit_pages import TODAY, today
from tests.warned import assigned, decided, make_case, verified
from tests.warning_pages import CASES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
__all__ = ["today"]
Match, Status = WarningCase.Match, WarningCase.Status


@pytest.fixture
def station(client):
    user = make_user(Role.STATION)
    client.force_login(user)
    return user


def now(case):
    return WarningCase.objects.get(pk=case.pk)


def labels(client, case):
    page = client.get(f"{CASES}{case.pk}/change/")
    return [button["label"] for button in page.context["buttons"]]


def say(client, case, **data):
    return client.post(f"{CASES}{case.pk}/do/person/", {"apply": "1", **data}, follow=True)


def suggested(client, case, term):
    found = client.get(f"{CASES}{case.pk}/people/", {"term": term}).json()["results"]
    return [one["text"] for one in found]


def test_offered_until_there_is_a_verdict(client, station):
    stray, found = make_case(**verified(TODAY, "V1")), make_case(make_household().members.get())
    done = make_case(**decided(TODAY))
    assert [("确认人员" in labels(client, case)) for case in (stray, found, done)] == [True, False, False]
    member = make_household().members.get()
    with pytest.raises(WarningRefused, match="他人"):
        confirm_person(done, member, by=station, on=TODAY)
    with pytest.raises(WarningRefused, match="已登记为不在册"):
        confirm_person(stray, None, by=station, on=TODAY)


def test_a_suggestion_gives_the_case_its_household_and_keeps_what_was_verified(client, station):
    member = make_member(make_household(make_village(f"{TOWNSHIP}002")), name="欧阳春", initials="oyc")
    case = make_case(**verified(TODAY, "V1"))
    (label,) = suggested(client, case, "oyc")
    assert suggested(client, case, "欧阳") == [label]
    assert member.id_number not in label and member.id_number[-4:] not in label
    assert "已确认为 欧阳春" in say(client, case, other=label).content.decode()
    named = now(case)
    assert (named.match, named.member, named.household, named.area) == (
        Match.CONFIRMED, member, member.household, member.area,
    )  # fmt: skip
    assert (named.status, named.proposed_result, named.confirmed_by) == (Status.VERIFIED, "V1", station)


def test_a_number_is_sent_in_the_form_and_never_in_an_address(client, station):
    member = make_household().members.get()
    case = make_case()
    form = client.get(f"{CASES}{case.pk}/do/person/").content.decode()
    assert 'method="post"' in form and "data-words-only" in form and 'type="radio"' not in form
    assert suggested(client, case, member.id_number) == []
    assert suggested(client, case, member.id_number[:6]) == []
    answer = say(client, case, other=member.id_number.lower())
    assert now(case).member == member
    assert all(member.id_number not in str(address) for address, _ in answer.redirect_chain)
    other = make_case()
    say(client, other, other=member.id_number[-4:])
    assert now(other).member == member


def test_only_people_of_the_township_who_live_there(client, station):
    case = make_case()
    foreign = make_household(make_village(f"{OTHER_TOWNSHIP}001")).members.get()
    home = make_household()
    gone = make_member(home, name="走了的", left_on=TODAY, left_reason="迁出")
    closed = make_household(closed_on=TODAY, closed_reason="迁出").members.get()
    for member in (foreign, gone, closed):
        assert suggested(client, case, member.name) == []
        for typed in (member.name, member.id_number):
            assert "本乡镇没有登记这个人" in say(client, case, other=typed).content.decode()
    assert now(case).member is None
    for role, area in ((Role.STATION, OTHER_TOWNSHIP), (Role.COUNTY, TOWNSHIP)):
        client.force_login(make_user(role, area))
        assert client.get(f"{CASES}{case.pk}/people/?term=谭").status_code in (403, 404)


def test_of_two_namesakes_one_is_chosen_from_the_suggestions(client, station):
    first, second = (make_member(make_household(), name="重名") for _ in range(2))
    case = make_case()
    told = say(client, case, other="重名").content.decode()
    assert "不止一人" in told and first.household.code in told and now(case).member is None
    label = next(text for text in suggested(client, case, "重名") if second.household.code in text)
    say(client, case, other=label)
    assert now(case).member == second


def test_in_a_doubt_somebody_else_can_be_meant_than_who_is_proposed(client, station):
    proposed = make_member(make_household(), name="谭平春")
    meant = make_member(make_household(), name="谭平椿")
    case = make_case(match="to_confirm", person_name="谭平春")
    for wrong in ({}, {"person": str(proposed.pk), "other": meant.name}):
        assert "只能选一位" in say(client, case, **wrong).content.decode()
    say(client, case, other=meant.name)
    assert now(case).member == meant
    # Who bears the number under another name is proposed as well.
    other = make_case(match="to_confirm", person_name="李四", id_number=meant.id_number)
    assert "证件号码相同，姓名不同" in client.get(f"{CASES}{other.pk}/do/person/").content.decode()


def test_the_households_monitor_verifies_then(station):
    household = make_household()
    monitor = make_monitor(household)
    case = make_case(**assigned(TODAY, TODAY, make_user(Role.MONITOR, f"{TOWNSHIP}009")))
    confirm_person(case, household.members.get(), by=station, on=TODAY)
    assert (case.monitor, case.status) == (monitor, Status.ASSIGNED)


def test_who_still_sees_a_doubt_that_was_settled_is_told(station):
    case = make_case(match="to_confirm", person_name="谭平春")
    stale, member = now(case), make_household().members.get()
    confirm_person(case, None, by=station, on=TODAY)
    with pytest.raises(WarningRefused, match="他人"):
        confirm_person(stale, member, by=station, on=TODAY)
    assert now(case).member is None


@pytest.mark.django_db(transaction=True)
def test_of_two_who_confirm_at_once_one_wins_and_the_other_is_told():
    case = make_case()
    members = [make_household().members.get() for _ in range(2)]
    users = [make_user(Role.STATION) for _ in range(2)]
    stale = [now(case) for _ in range(2)]
    results = at_once(*[
        lambda i=i: confirm_person(stale[i], members[i], by=users[i], on=TODAY) for i in range(2)
    ])  # fmt: skip
    (told,) = [result for result in results if result is not None]
    assert isinstance(told, WarningRefused) and "他人" in str(told)
    won = now(case)
    assert (won.member, won.confirmed_by) in list(zip(members, users, strict=True))
