"""Clues: waiting until somebody with the right says what came of them, once."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from households.access import Role
from monitoring.models import Clue, Procedure
from monitoring.services.clues import note, note_all, open_case, register_clue
from monitoring.services.refusals import Refused
from tests.factories import OTHER_TOWNSHIP, make_household, make_user, make_village
from tests.visit_pages import act, told
from township.base.workflow import TransitionRefused

pytestmark = pytest.mark.django_db
LIST = "/admin/monitoring/clue/"


def make_clue(household=None, **values):
    household = household or make_household()
    defaults = {"area": household.area, "source": "B", "found_on": date(2026, 11, 2), "risks": ["illness"]}
    return Clue.objects.create(household=household, **(defaults | values))


def test_noting_keeps_who_when_and_what():
    clue, station, now = make_clue(), make_user(Role.STATION), timezone.now()
    note(clue, " 已核实，风险不成立 ", by=station, at=now)
    assert (clue.status, clue.outcome) == (Clue.Status.NOTED, "已核实，风险不成立")
    assert (clue.decided_by, clue.decided_at) == (station, now)


@pytest.mark.parametrize("words", ["", "  ", "长" * 201])
def test_words_are_needed_and_have_an_end(words):
    clue = make_clue()
    with pytest.raises(TransitionRefused):
        note(clue, words, by=make_user(Role.STATION), at=timezone.now())
    assert not Clue.objects.exclude(status=Clue.Status.NEW).exists()


def test_a_second_decision_is_refused():
    clue, station = make_clue(), make_user(Role.STATION)
    stale = Clue.objects.get(pk=clue.pk)
    note(clue, "已核实", by=station, at=timezone.now())
    with pytest.raises(TransitionRefused, match="已被他人更改"):
        note(stale, "另有说法", by=station, at=timezone.now())


@pytest.mark.parametrize("role", [Role.CADRE, Role.MONITOR, Role.COUNTY])
def test_who_has_no_right_is_refused(role):
    with pytest.raises(TransitionRefused, match="权限"):
        note(make_clue(), "已核实", by=make_user(role), at=timezone.now())


def test_many_are_noted_all_or_none():
    make_clue()
    make_clue(make_household(make_village(f"{OTHER_TOWNSHIP}001")))
    with pytest.raises(TransitionRefused):
        note_all(Clue.objects.all(), "已核实", by=make_user(Role.STATION), at=timezone.now())
    assert Clue.objects.waiting().count() == 2


def test_page_lists_the_waiting_ones_and_notes_them(client):
    client.force_login(make_user(Role.STATION))
    clue, noted = make_clue(text="住院自付多"), make_clue(status=Clue.Status.NOTED, outcome="已核实")
    foreign = make_clue(make_household(make_village(f"{OTHER_TOWNSHIP}001")))
    response = client.get(LIST)
    assert [row.pk for row in response.context["cl"].result_list] == [clue.pk]
    assert "因病" in response.content.decode()
    assert client.get(f"{LIST}{foreign.pk}/change/").status_code == 404
    assert "住院自付多" in client.get(f"{LIST}{clue.pk}/change/").content.decode()
    answer = act(client, f"{LIST}?status=all", "note", clue, noted, outcome="列入下月评议")
    assert "已处理 1 条线索" in told(answer)
    assert Clue.objects.get(pk=clue.pk).outcome == "列入下月评议"
    assert Clue.objects.get(pk=noted.pk).outcome == "已核实"


def test_navigation_counts_what_waits_for_this_person(client):
    make_clue()
    for role, count in ((Role.STATION, 1), (Role.CADRE, 0)):
        client.force_login(make_user(role))
        sections = {part["title"]: part for part in client.get(LIST).context["navigation"]}
        assert sections["帮扶"]["count"] == count


ON = date(2026, 11, 24)


def register(household, by, **values):
    facts = {
        "source": "A",
        "risks": ["illness"],
        "text": "住院自付多",
        "found_on": date(2026, 11, 20),
    } | values
    return register_clue(household, **facts, by=by, on=ON, at=timezone.now())


def test_a_clue_registered_by_hand_waits_at_the_station():
    household, cadre = make_household(), make_user(Role.CADRE)
    clue = register(household, cadre, proxy="村干部张三")
    assert (clue.status, clue.area, clue.reported_by, clue.risks) == (
        "new",
        household.area,
        cadre,
        ["illness"],
    )
    assert clue.text == "村干部张三代为申请。住院自付多"


def test_what_is_wrong_with_a_clue_is_said_at_once():
    household = make_household(closed_on=ON, closed_reason="迁出")
    wrong = {"source": "B", "risks": [], "text": " ", "found_on": date(2026, 11, 25), "proxy": "长" * 61}
    with pytest.raises(Refused) as caught:
        register(household, make_user(Role.STATION), **wrong)
    fields = [field for field, _ in caught.value.problems]
    assert fields == ["", "risks", "text", "found_on", "proxy", "proxy"] and not Clue.objects.exists()


@pytest.mark.parametrize("role", Role)
def test_who_registers_and_who_opens(role):
    household, by = make_household(), make_user(role)
    if role in (Role.CADRE, Role.STATION):
        register(household, by)
    else:
        with pytest.raises(PermissionDenied):
            register(household, by)
    clue = make_clue(household)
    if role in (Role.STATION, Role.LEADER):
        open_case(clue, by=by, on=ON, at=timezone.now())
    else:
        with pytest.raises(TransitionRefused):
            open_case(clue, by=by, on=ON, at=timezone.now())
        assert not Procedure.objects.exists()


def test_opening_takes_source_risks_and_words_from_the_clue():
    clue, station, now = make_clue(text="住院自付多"), make_user(Role.STATION), timezone.now()
    procedure = open_case(clue, by=station, on=ON, at=now)
    assert (clue.status, clue.decided_by, clue.decided_at) == (Clue.Status.OPENED, station, now)
    assert (procedure.clue, procedure.source, procedure.risks, procedure.reason) == (
        clue,
        "B",
        ["illness"],
        clue.text,
    )
    with pytest.raises(TransitionRefused):
        open_case(Clue.objects.get(pk=clue.pk), by=station, on=ON, at=now)


def test_a_clue_of_a_household_that_is_being_identified_stays_waiting():
    first = make_clue()
    open_case(first, by=None, on=ON, at=timezone.now())
    second = make_clue(first.household)
    with pytest.raises(Refused, match="已有正在办理的同类程序"):
        open_case(second, by=None, on=ON, at=timezone.now())
    assert Clue.objects.get(pk=second.pk).status == Clue.Status.NEW and Procedure.objects.count() == 1
