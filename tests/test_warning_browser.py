"""A warning from the board to its verdict in a real browser: the form shows what the chosen result asks for."""

import pytest
from playwright.sync_api import expect

from households.access import Role
from households.models import AccessLog
from tests.browsing import click_through, fits, shoot, sign_in
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


def open_board(page, live_server, user):
    sign_in(page, live_server.url, user)
    page.goto(f"{live_server.url}{BOARD}")


def test_from_the_board_to_a_verdict(page, live_server, station, case):
    open_board(page, live_server, station)
    shoot(page, "warning-board")
    click_through(page, ".pipeline li:nth-child(3) .pipeline-figure a")
    click_through(page, "#result_list tbody th a")
    shoot(page, "warning-case")
    page.click(".story .reveal >> nth=0")
    expect(page.locator("#case-id")).to_have_text(case.id_number)
    assert AccessLog.objects.filter(action=AccessLog.Action.REVEAL, user=station).count() == 1
    click_through(page, ".rail >> text=研判认定")
    expect(page.locator("[name=reason]")).to_be_hidden()
    expect(page.locator("[name=duplicate_of]")).to_be_hidden()
    page.check("[name=result][value=V8]")
    expect(page.locator("[name=duplicate_of]")).to_be_visible()
    page.check("[name=result][value=V9]")
    expect(page.locator("[name=follow_on]")).to_be_visible()
    expect(page.locator("[name=duplicate_of]")).to_be_hidden()
    page.check("[name=result][value=V2]")
    expect(page.locator("[name=reason]")).to_be_visible()
    expect(page.locator("optgroup:enabled")).to_have_count(1)
    page.select_option("[name=reason]", "paid")
    page.fill("[name=words]", WORDS)
    shoot(page, "warning-verdict")
    click_through(page, "input[type=submit].default")
    expect(page.locator(".messagelist")).to_be_visible()
    case.refresh_from_db()
    assert (case.status, case.result, case.result_words) == (Status.DECIDED, "V2", WORDS)


def test_without_script_every_field_stands_in_the_form(new_page, live_server, station, case):
    page = new_page(java_script_enabled=False)
    open_board(page, live_server, station)
    page.goto(f"{live_server.url}{CASES}{case.pk}/do/decide/")
    for name in ("reason", "duplicate_of", "follow_on", "words"):
        expect(page.locator(f"[name={name}]")).to_be_visible()


def test_a_narrow_list_tells_two_warnings_of_one_person_apart(phone, live_server, station, case):
    make_case(case.household, Status.VERIFIED, member=case.member, amount_yuan=5000)
    open_board(phone, live_server, station)
    first = phone.locator(".warning-board tbody tr").first.locator("td").first
    box = first.bounding_box()
    assert box["x"] + box["width"] <= 360  # 合计
    phone.goto(f"{live_server.url}{CASES}")
    for name in ("indicator_name", "amount", "department"):
        expect(phone.locator(f"#result_list .field-{name}").first).to_be_visible()
    phone.goto(f"{live_server.url}{CASES}reply/")
    assert phone.locator(".reply-choice tbody th").first.bounding_box()["height"] < 60


@pytest.mark.parametrize("query", ["", "?state=verified"])
def test_the_code_is_not_cut_off_on_a_usual_screen(page, live_server, station, case, query):
    open_board(page, live_server, station)
    page.goto(f"{live_server.url}{CASES}{query}")
    assert page.evaluate(
        "(e => e.scrollWidth <= e.clientWidth)(document.querySelector('#changelist-form .results'))"
    )


def test_pages_fit_on_a_phone(phone, live_server, station, case):
    open_board(phone, live_server, station)
    for address in (BOARD, REMINDERS, CASES, f"{CASES}{case.pk}/change/", f"{CASES}{case.pk}/do/decide/"):
        phone.goto(f"{live_server.url}{address}")
        assert fits(phone), address
