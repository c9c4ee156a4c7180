"""Filters of the change lists: chosen by typing or as a range, within the scope, and never an error."""

from datetime import date
from decimal import Decimal

import pytest
from django.contrib.admin import AdminSite
from django.urls import include, path

from households.access import Role
from households.admin.base import ScopedAdmin
from households.admin.filters import (
    AutocompleteFilter,
    DateRangeFilter,
    FilterOptions,
    NumberRangeFilter,
    VillageFilter,
)
from households.models import Household
from tests.factories import OTHER_TOWNSHIP, make_group, make_household, make_user, make_village

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


class LandFilter(NumberRangeFilter):
    unit = "亩"


class HouseholdAdmin(FilterOptions, ScopedAdmin):
    list_filter = [
        ("area", VillageFilter),
        ("group", AutocompleteFilter),
        ("land_mu", LandFilter),
        ("last_visited_on", DateRangeFilter),
    ]


class Site(AdminSite):
    def has_permission(self, request):
        return request.user.is_authenticated


site = Site()
site.register(Household, HouseholdAdmin)
urlpatterns = [
    path("admin/", site.urls),
    path("accounts/", include("django.contrib.auth.urls")),
]

LIST = "/admin/households/household/"


@pytest.fixture
def station(client):
    user = make_user(Role.STATION)
    client.force_login(user)
    return user


def shown(client, query):
    response = client.get(f"{LIST}?{query}")
    assert response.status_code == 200
    return set(response.context["cl"].result_list)


def test_village_is_chosen_by_its_code(client, station):
    here, there = make_household(), make_household(make_village("130722101002"))
    assert shown(client, "") == {here, there}
    assert shown(client, "area=130722101002") == {there}


def test_what_is_typed_without_script_is_searched_for(client, station):
    make_household()
    there = make_household(make_village("130722101002", name="西河沿村"))
    assert shown(client, "area=西河") == {there}
    assert shown(client, "area=没有这个村") == set()


def test_village_outside_the_scope_shows_nothing_and_is_not_offered(client, station):
    make_household(make_village(f"{OTHER_TOWNSHIP}001", name="外镇村"))
    make_village(name="本镇村")
    assert shown(client, f"area={OTHER_TOWNSHIP}001") == set()
    answer = client.get(f"{LIST}options/area/?term=").json()
    assert [row["text"] for row in answer["results"]] == ["本镇村"]


def test_related_row_is_chosen_by_its_key_and_a_bad_key_is_no_error(client, station):
    group = make_group()
    inside = make_household(group=group)
    make_household()
    assert shown(client, f"group={group.pk}") == {inside}
    assert shown(client, "group=no-key") == set()
    assert client.get(f"{LIST}options/group/?term=1").json()["results"] == [
        {"id": str(group.pk), "text": "1组"}
    ]


def test_choices_answer_404_for_another_name_and_403_without_the_right(client, station):
    assert client.get(f"{LIST}options/head_name/").status_code == 404
    client.force_login(make_user(Role.AUDITOR))
    assert client.get(f"{LIST}options/area/").status_code == 403


def test_ranges_include_both_ends(client, station):
    small = make_household(land_mu=Decimal("2.00"), last_visited_on=date(2026, 11, 1))
    large = make_household(land_mu=Decimal("5.50"), last_visited_on=date(2026, 11, 30))
    assert shown(client, "land_mu__gte=2&land_mu__lte=5") == {small}
    assert shown(client, "land_mu__gte=5.5") == {large}
    assert shown(client, "last_visited_on__gte=2026-11-01&last_visited_on__lte=2026-11-29") == {small}


@pytest.mark.parametrize("bad", ["x", "1e999", "NaN", "Infinity", "99999999999999999999", "--"])
def test_a_bad_bound_is_ignored(client, station, bad):
    one = make_household(land_mu=1)
    assert shown(client, f"land_mu__gte={bad}&last_visited_on__lte={bad}") == {one}


def test_the_other_filters_stay_when_one_is_set(client, station):
    make_household(land_mu=1)
    page = client.get(f"{LIST}?area=130722101001&land_mu__gte=1").content.decode()
    assert '<input type="hidden" name="area" value="130722101001">' in page
    assert "1亩 起" in page
    assert "示例001村" in page


def test_a_filter_costs_no_query_until_it_is_used(client, station, django_assert_max_num_queries):
    make_household()
    client.get(LIST)
    with django_assert_max_num_queries(7):
        client.get(LIST)
