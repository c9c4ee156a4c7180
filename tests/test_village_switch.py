"""The village switch: kept in the session, held against the scope, narrowing lists but not links to one household."""

import re

import pytest

from households.access import Role
from households.models import Posting
from tests.factories import LONG_AGO, OTHER_TOWNSHIP, make_household, make_user, make_village

pytestmark = pytest.mark.django_db
LIST = "/admin/households/household/"
HERE, THERE, FOREIGN = "130722101001", "130722101002", f"{OTHER_TOWNSHIP}001"


@pytest.fixture
def places(client):
    households = [make_household(make_village(code)) for code in (HERE, THERE, FOREIGN)]
    client.force_login(make_user(Role.STATION))
    return households


def listed(client, address=LIST):
    response = client.get(address, follow=True)
    assert response.status_code == 200
    return {household.area for household in response.context["cl"].result_list}


def test_choice_is_kept_and_the_page_comes_back_without_the_parameter(client, places):
    response = client.get(f"{LIST}?village={HERE}&kind__exact=rural")
    assert (response.status_code, response.headers["Location"]) == (302, f"{LIST}?kind__exact=rural")
    assert listed(client) == {HERE}
    assert listed(client, "/admin/households/member/") == {HERE}
    assert listed(client, f"{LIST}?village=") == {HERE, THERE}


def test_choice_works_from_any_page_of_the_console(client, places):
    client.get(f"/admin/?village={THERE}", follow=True)
    assert listed(client) == {THERE}
    assert client.get("/admin/").context["current_village"] == THERE


def test_village_outside_the_scope_changes_nothing(client, places):
    response = client.get(f"{LIST}?village={FOREIGN}", follow=True)
    assert "您不能查看这个村" in response.content.decode()
    assert {row.area for row in response.context["cl"].result_list} == {HERE, THERE}


def test_choice_ends_with_the_posting_that_allowed_it(client, places):
    client.get(f"{LIST}?village={HERE}", follow=True)
    Posting.objects.update(area=THERE, history=False)
    assert listed(client) == {THERE}


def test_link_to_one_household_opens_it_whatever_village_is_chosen(client, places):
    client.get(f"{LIST}?village={HERE}", follow=True)
    assert client.get(f"{LIST}{places[1].pk}/change/").status_code == 200


def test_ledgers_keep_their_own_parameter(client, places):
    response = client.get(f"/admin/ledgers/?village={HERE}")
    assert "village" not in client.session
    assert response.headers.get("Location", "village=") != "/admin/ledgers/"


def test_switch_is_offered_for_several_villages_only(client):
    make_household()
    client.force_login(make_user(Role.CADRE, HERE))
    assert client.get("/admin/").context["village_options"] == ""
    user = make_user(Role.STATION)
    make_village(THERE)
    client.force_login(user)
    offered = str(client.get(f"/admin/?village={THERE}", follow=True).context["village_options"])
    assert re.findall(r'value="(\d+)"', offered) == [HERE, THERE]
    assert re.findall(r'value="(\d+)" selected', offered) == [THERE]


def test_whoever_sees_no_household_gets_neither_switch_nor_search(client):
    user = make_user(Role.AUDITOR)
    Posting.objects.create(user=user, role=Role.COUNTY, area="130722", valid_from=LONG_AGO)
    client.force_login(user)
    context = client.get("/admin/").context
    assert "village_options" not in context
    assert "search_url" not in context
