"""A warning from the board to its verdict in a real browser: the form shows what the chosen result asks for."""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from households.access import Role
from households.models import AccessLog
from tests.factories import make_household, make_user, make_village
from tests.visit_pages import today
from tests.warning_pages import BOARD, CASES, REMINDERS, Status, make_case

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("today"),
]
__all__ = ["today"]
WORDS = "费用已经报销，家庭有两人稳定务工"


@pytest.fixture
def station():
    return make_user(Role.STATION)


@pytest.fixture
def case():
    home = make_household(make_village(name="东河沿村"), tier="key")
    make_case(home, Status.ASSIGNED)
    return make_case(home, Status.VERIFIED)


def sign_in(page, live_server, user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page.goto(f"{live_server.url}{BOARD}")


def shoot(page, name):
    """Keep a picture where SCREENSHOTS names a folder, to be looked at by a person."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"warning-{name}.png", full_page=True)


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_from_the_board_to_a_verdict(page, live_server, station, case):
    sign_in(page, live_server, station)
    shoot(page, "board")
    page.click(".pipeline li:nth-child(3) .pipeline-figure a")
    page.click("#result_list tbody th a")
    shoot(page, "case")
    page.click(".story .reveal >> nth=0")
    page.wait_for_function(
        "number => document.getElementById('case-id').textContent === number", arg=case.id_number
    )
    assert AccessLog.objects.filter(action=AccessLog.Action.REVEAL, user=station).count() == 1
    page.click(".rail >> text=研判认定")
    assert page.locator("[name=reason]").is_hidden()
    assert page.locator("[name=duplicate_of]").is_hidden()
    page.check("[name=result][value=V8]")
    assert page.locator("[name=duplicate_of]").is_visible()
    page.check("[name=result][value=V9]")
    assert page.locator("[name=follow_on]").is_visible()
    assert page.locator("[name=duplicate_of]").is_hidden()
    page.check("[name=result][value=V2]")
    assert page.locator("[name=reason]").is_visible()
    assert page.locator("optgroup:enabled").count() == 1
    page.select_option("[name=reason]", "paid")
    page.fill("[name=words]", WORDS)
    shoot(page, "verdict")
    page.click("input[type=submit].default")
    page.wait_for_selector(".messagelist")
    case.refresh_from_db()
    assert (case.status, case.result, case.result_words) == (Status.DECIDED, "V2", WORDS)


def test_without_script_every_field_stands_in_the_form(new_page, live_server, station, case):
    page = new_page(java_script_enabled=False)
    sign_in(page, live_server, station)
    page.goto(f"{live_server.url}{CASES}{case.pk}/do/decide/")
    for name in ("reason", "duplicate_of", "follow_on", "words"):
        assert page.locator(f"[name={name}]").is_visible()


def test_a_narrow_list_tells_two_warnings_of_one_person_apart(phone, live_server, station, case):
    make_case(case.household, Status.VERIFIED, member=case.member, amount_yuan=5000)
    sign_in(phone, live_server, station)
    first = phone.locator(".warning-board tbody tr").first.locator("td").first
    box = first.bounding_box()
    assert box["x"] + box["width"] <= 360  # 合计
    phone.goto(f"{live_server.url}{CASES}")
    for name in ("indicator_name", "amount", "department"):
        assert phone.locator(f"#result_list .field-{name}").first.is_visible(), name
    phone.goto(f"{live_server.url}{CASES}reply/")
    assert phone.locator(".reply-choice tbody th").first.bounding_box()["height"] < 60


@pytest.mark.parametrize("query", ["", "?state=verified"])
def test_the_code_is_not_cut_off_on_a_usual_screen(page, live_server, station, case, query):
    page.set_viewport_size({"width": 1366, "height": 768})
    sign_in(page, live_server, station)
    page.goto(f"{live_server.url}{CASES}{query}")
    assert page.evaluate(
        "(e => e.scrollWidth <= e.clientWidth)(document.querySelector('#changelist-form .results'))"
    )


def test_pages_fit_on_a_phone(phone, live_server, station, case):
    sign_in(phone, live_server, station)
    for address in (BOARD, REMINDERS, CASES, f"{CASES}{case.pk}/change/", f"{CASES}{case.pk}/do/decide/"):
        phone.goto(f"{live_server.url}{address}")
        assert fits(phone), address
