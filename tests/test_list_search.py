"""The search box of every list: it posts, a number is sealed in the address, and the person is found."""

from __future__ import annotations

from datetime import date

import pytest

from households.access import Role
from households.choices import Tier
from tests.factories import make_household, make_member, make_user, make_visit
from tests.test_task_admin import make_task

pytestmark = pytest.mark.django_db
TASKS, VISITS = "/admin/monitoring/visittask/", "/admin/monitoring/visit/"
MEMBERS = "/admin/households/member/"


@pytest.fixture
def station(client):
    user = make_user(Role.STATION)
    client.force_login(user)
    return user


def search(client, model: str, term: str, **more):
    return client.post("/admin/search/", {"q": term, "list": model, **more})


def rows(client, model: str, term: str) -> list:
    answer = search(client, model, term)
    return [row.pk for row in client.get(answer.headers["Location"]).context["cl"].result_list]


def test_tasks_and_visits_are_found_by_the_numbers_of_their_household(client, station):
    household = make_household(tier=Tier.KEY, phone="13800001234")
    other = make_household(tier=Tier.KEY)
    task, visit = make_task(household), make_visit(household, date(2026, 11, 2))
    make_task(other)
    make_visit(other, date(2026, 11, 2))
    number = household.members.get().id_number
    for term in (number, number[-4:], "13800001234", "138 0000 1234", household.code, household.code[-4:]):
        assert rows(client, "monitoring_visittask", term) == [task.pk], term
        assert rows(client, "monitoring_visit", term) == [visit.pk], term


def test_people_are_found_by_their_own_number_and_by_that_of_their_household(client, station):
    household = make_household(phone="13800001234")
    head, child = household.members.get(), make_member(household, birth_on=date(2015, 3, 4))
    make_household()
    assert rows(client, "households_member", child.id_number) == [child.pk]
    assert rows(client, "households_member", child.id_number.lower()) == [child.pk]
    assert child.pk in rows(client, "households_member", child.id_number[-4:])
    assert set(rows(client, "households_member", "13800001234")) == {head.pk, child.pk}
    assert set(rows(client, "households_member", household.code)) == {head.pk, child.pk}


@pytest.mark.parametrize(
    "model", ["monitoring_visittask", "monitoring_visit", "monitoring_clue", "households_member"]
)
def test_number_stands_sealed_in_the_address_and_not_in_the_page(client, station, model):
    term = make_household().members.get().id_number
    answer = search(client, model, term, filters="?area=130722101001&q=old&p=2")
    address = answer.headers["Location"]
    assert address.startswith(f"/admin/{model.replace('_', '/')}/?area=130722101001&find=")
    assert term not in address and "q=" not in address and "p=2" not in address
    page = client.get(address).content.decode()
    assert term not in page
    assert "已输入的号码" in page


@pytest.mark.parametrize("address", [TASKS, VISITS, MEMBERS, "/admin/households/importbatch/"])
def test_search_boxes_post_and_say_what_they_search(client, station, address):
    page = client.get(address).content.decode()
    form = page[page.index('id="changelist-search"') : page.index("</form>", page.index("changelist-search"))]
    assert 'method="post"' in form and 'action="/admin/search/"' in form
    assert "csrfmiddlewaretoken" in form
    assert 'placeholder="' in form
    assert "搜索" not in form and "显示全部" not in page


def test_words_stay_readable_in_the_address_and_keep_the_filters(client, station):
    answer = search(client, "monitoring_visittask", "马小", filters="tier__exact=key")
    assert answer.headers["Location"] == f"{TASKS}?tier__exact=key&q=%E9%A9%AC%E5%B0%8F"
    assert search(client, "monitoring_visittask", " ").headers["Location"] == TASKS


def test_ended_search_says_so(client, station, monkeypatch):
    address = search(client, "households_member", "1234").headers["Location"]
    monkeypatch.setattr("households.search.MINUTES", -1)
    answer = client.get(address, follow=True)
    assert answer.redirect_chain == [(MEMBERS, 302)]
    assert "查找已过期" in answer.content.decode()


def test_other_people_search_their_lists_and_nothing_else(client):
    household = make_household()
    client.force_login(make_user(Role.ADMINISTRATOR))
    answer = search(client, "households_account", "13800001234")
    assert client.get(answer.headers["Location"]).status_code == 200
    number = household.members.get().id_number
    answer = search(client, "households_member", number)
    assert client.get(answer.headers["Location"]).status_code == 403


@pytest.mark.parametrize("model", ["nothing_at_all", "../..", "households_household/1", "x" * 300])
def test_unknown_list_is_not_found(client, station, model):
    assert search(client, model, "1234").status_code == 404


WORDS = "筛选条件无效，已忽略"


@pytest.mark.parametrize(
    "query",
    ["area=999999999999", "status=nonsense", "due_on__gte=31.12.2026", "monitor=nobody-of-this-name"],
)
def test_filter_value_that_cannot_be_read_is_said_to_be_ignored(client, station, query):
    assert WORDS in client.get(f"{TASKS}?{query}", follow=True).content.decode()


@pytest.mark.parametrize(
    "query",
    ["", "area=130722101001", "status=overdue,due_soon,due", "status=overdue", "due_on__gte=2026-01-01",
     "monitor=none", "month=2026-11", "planned=month", "q=x"],
)  # fmt: skip
def test_filter_values_that_are_known_are_not(client, station, query):
    make_household()
    assert WORDS not in client.get(f"{TASKS}?{query}", follow=True).content.decode()


def test_households_without_a_tier_or_a_monitor_are_a_known_filter(client, station):
    for query in ("monitor=none", "tier=none", "closed=all", "closed=1", "visit=overdue", "visit=owed"):
        assert WORDS not in client.get(f"/admin/households/household/?{query}", follow=True).content.decode()
    assert WORDS in client.get("/admin/households/household/?tier=nonsense", follow=True).content.decode()
