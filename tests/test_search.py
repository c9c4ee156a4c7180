"""The search of the header: straight to one hit, else the list; IDs and phones never stand in an address."""

import pytest
from django.core import signing
from django.urls import reverse

from households.access import Role
from households.models import Household
from households.search import TokenExpired, is_number, seal, unseal
from tests.factories import OTHER_TOWNSHIP, make_household, make_member, make_monitor, make_user, make_village

pytestmark = pytest.mark.django_db
LIST = "/admin/households/household/"


@pytest.fixture
def station(client):
    user = make_user(Role.STATION)
    client.force_login(user)
    return user


def search(client, term, **more):
    return client.post("/admin/search/", {"q": term, **more})


def test_one_hit_opens_the_household(client, station):
    household = make_household(phone="13811112222")
    make_household()
    number = household.members.get().id_number
    for term in (household.head_name, number, number[-4:], "138 1111 2222", household.code):
        response = search(client, term)
        assert response.headers["Location"] == reverse(
            "admin:households_household_change", args=[household.pk]
        )


NUMBERS = ["130722197005061234", "13072219700506123X", "1234", "123x", "13811112222", "138-1111 2222"]


@pytest.mark.parametrize("term", NUMBERS)
def test_number_is_sealed_into_a_token(client, station, term):
    location = search(client, term).headers["Location"]
    assert location.startswith(f"{LIST}?find=")
    assert "".join(c for c in term if c.isdigit()) not in location
    payload = location.split("=", 1)[1].split("%3A")[0]
    assert term.encode() not in signing.b64_decode(payload.encode())


def test_token_finds_what_was_typed_and_ends(client, station, monkeypatch):
    twins = [make_household(phone="13811112222") for _ in range(2)]
    make_household()
    location = search(client, "13811112222").headers["Location"]
    page = client.get(location)
    assert set(page.context["cl"].result_list) == set(twins)
    assert "13811112222" not in page.content.decode()
    monkeypatch.setattr("households.search.MINUTES", -1)
    response = client.get(location, follow=True)
    assert response.redirect_chain == [(LIST, 302)]
    assert "查找已过期" in response.content.decode()


def test_token_of_another_server_is_refused():
    with pytest.raises(TokenExpired):
        unseal("eyJ:1:x")
    assert unseal(seal("1234")) == "1234"


def test_name_goes_to_the_list_and_keeps_its_filters(client, station):
    for _ in range(2):
        make_household(head_name="张小明", initials="zxm")
    response = search(client, "zxm", filters="kind__exact=rural&p=3")
    assert response.headers["Location"] == f"{LIST}?kind__exact=rural&q=zxm"
    assert client.get(f"{LIST}?q=zxm").context["cl"].result_count == 2


def test_hit_outside_the_chosen_village_is_shown_all_the_same(client, station):
    for _ in range(2):
        make_household(make_village("130722101002"), head_name="李大山", initials="lds")
    make_household()
    client.get(f"{LIST}?village=130722101001", follow=True)
    response = client.post("/admin/search/", {"q": "lds"}, follow=True)
    assert response.context["cl"].result_count == 2
    assert "现在显示的是全部村的结果" in response.content.decode()


def test_households_of_other_places_are_not_found(client, station):
    foreign = make_household(make_village(f"{OTHER_TOWNSHIP}001"))
    assert search(client, foreign.code).headers["Location"].startswith(f"{LIST}?find=")


def test_member_who_left_does_not_find_his_household(client, station):
    household = make_household()
    left = make_member(household, left_on="2026-01-01", left_reason="死亡")
    assert not Household.objects.search(left.id_number).exists()


def test_search_asks_for_the_right_and_for_post(client):
    client.force_login(make_user(Role.ADMINISTRATOR))
    assert search(client, "张").status_code == 403
    client.force_login(make_monitor(make_household()))
    assert client.get("/admin/search/").status_code == 405


def test_empty_term_shows_the_list(client, station):
    assert search(client, "  ").headers["Location"] == LIST


@pytest.mark.parametrize("term", ["张三", "zxm", "", "A栋"])
def test_words_are_no_numbers(term):
    assert not is_number(term)
