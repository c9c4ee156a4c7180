"""A warning verified with a thumb: two of a household in one form, drafts, no script; and one typed at the desk."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from households.access import Role
from monitoring.models import VisitTask, WarningCase
from tests.browsing import click_through, fits, log_in, tap_through
from tests.factories import make_income, make_user
from tests.test_field_browser import PASSWORD, SMALL_TARGETS, Thumb, app, shoot, trip  # noqa: F401
from tests.test_field_warnings import GOOD_WORDS, sent
from tests.warned import monitored

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def warned(app: Any, trip: Any) -> Any:  # noqa: F811
    """The phone at 今日; the first household has two warnings, somebody in no household one."""
    page, (household, *_) = app
    monitor, _ = trip
    make_income(household, 2025, wage_yuan=12345)
    monitored(household)
    head, child = household.members.order_by("relation")[:2]
    cases = [
        sent(monitor, head, days=-2, amount_yuan="23500", institution="县医院"),
        sent(monitor, child, days=1, indicator="新增残疾证", content=""),
    ]
    stray = sent(monitor, person_name="外村老汉", village_name="没有的村", phone="13900001111")
    page.goto(page.url)
    return page, household, cases, stray


def choose(page: Any, case: WarningCase, result: str) -> None:
    page.tap(f"[name='case-{case.pk}-result'][value={result}] + label")


def test_two_warnings_of_one_trip(warned: Any) -> None:
    page, household, (first, second), _ = warned
    assert fits(page) and not page.evaluate(SMALL_TARGETS)
    shoot(page, "warned-today")
    thumb = Thumb(page)
    thumb.tap(f"a.card:has-text('{household.head_name}')")
    page.wait_for_selector("text=核查预警")
    assert fits(page) and not page.evaluate(SMALL_TARGETS)
    shoot(page, "visit-warned-household")
    thumb.tap("text=核查预警")
    page.wait_for_selector("#finish")
    assert fits(page) and not page.evaluate(SMALL_TARGETS)
    reason = f"[name='case-{first.pk}-decline']"
    expect(page.locator(reason)).to_be_hidden()
    choose(page, first, "V2")
    expect(page.locator(reason)).to_be_visible()
    expect(page.locator(f"[name='case-{first.pk}-absence']")).to_be_hidden()
    choose(page, second, "V3")
    tap_through(page, "#finish")
    page.wait_for_selector(".error-summary")
    expect(page.locator(reason)).to_be_visible()
    assert fits(page)
    shoot(page, "visit-warned-errors")
    page.select_option(reason, "paid")
    page.fill(f"[name='case-{first.pk}-words']", GOOD_WORDS)
    page.fill("[name=situation]", "两人在县城务工，住院费用已报销")
    assert page.input_value("[name=per_capita_yuan]") == "12345.00"
    shoot(page, "visit-warned-form")
    tap_through(page, "#finish")
    page.wait_for_selector("[data-saved]")
    shoot(page, "warned-saved")
    found = {case.pk: case for case in WarningCase.objects.filter(household=household)}
    assert {case.status for case in found.values()} == {"verified"}
    assert found[first.pk].situation.startswith("两人") and found[second.pk].proposed_result == "V3"
    assert VisitTask.objects.get(household=household).fulfilled_by == household.visits.get()
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_draft_of_a_verification_survives_a_reload(warned: Any) -> None:
    page, household, (first, _), _ = warned
    page.goto(page.url.split("/field/")[0] + f"/field/households/{household.pk}/warnings/")
    choose(page, first, "V5")
    page.select_option(f"[name='case-{first.pk}-absence']", "moved")
    page.reload()
    expect(page.locator("#draft-found")).to_be_visible()
    assert page.input_value(f"[name='case-{first.pk}-absence']") == "moved"
    expect(page.locator(f"[name='case-{first.pk}-absence']")).to_be_visible()


def test_person_in_no_household(warned: Any) -> None:
    page, _, _, stray = warned
    tap_through(page, "a.card:has-text('外村老汉')")
    page.wait_for_selector("#finish")
    assert fits(page) and not page.evaluate(SMALL_TARGETS)
    choose(page, stray, "V5")
    page.select_option(f"[name='case-{stray.pk}-absence']", "elsewhere")
    shoot(page, "visit-unregistered")
    tap_through(page, "#finish")
    page.wait_for_selector("[data-saved]")
    shoot(page, "unregistered-saved")
    stray.refresh_from_db()
    assert stray.status == "verified"


def test_verification_works_without_script(new_context: Any, live_server: Any, trip: Any) -> None:  # noqa: F811
    monitor, (household, *_) = trip
    case = sent(monitor, household.members.first())
    page = new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False).new_page()
    page.goto(f"{live_server.url}/field/households/{household.pk}/warnings/")
    log_in(page, monitor, PASSWORD)
    page.click(f"[name='case-{case.pk}-result'][value=V7] + label")
    again = timezone.localdate().isoformat()
    page.fill(f"[name='case-{case.pk}-due_on']", again)
    click_through(page, "#finish")
    page.wait_for_selector("text=已保存")
    case.refresh_from_db()
    assert (case.status, str(case.due_on)) == ("assigned", again)
    assert household.visits.get(visited_on=again).met == "nobody"


def test_paper_typed_at_the_desk(page: Any, live_server: Any, trip: Any) -> None:  # noqa: F811
    monitor, (household, *_) = trip
    cases = [sent(monitor, member, amount_yuan="23500") for member in household.members.all()]
    station = make_user(Role.STATION, name="录入员")
    station.set_password(PASSWORD)
    station.save()
    page.goto(f"{live_server.url}/admin/monitoring/warningcase/{cases[0].pk}/verify/")
    log_in(page, station, PASSWORD)
    page.wait_for_selector(".verify-page")
    assert fits(page)
    shoot(page, "visit-desk")
    page.check(f"[name='case-{cases[0].pk}-result'][value=V7]")
    expect(page.locator("[name=met][value=nobody]")).to_be_checked()
    page.check(f"[name='case-{cases[0].pk}-result'][value=V6]")
    expect(page.locator("[name=met][value=head]")).to_be_checked()
    click_through(page, "input[value=保存核查结果]")
    page.wait_for_selector(".messagelist .success")
    cases[0].refresh_from_db()
    assert (cases[0].status, cases[0].verified_by, cases[0].typed_by) == ("verified", monitor, station)
    page.goto(f"{live_server.url}/admin/monitoring/warningcase/{cases[1].pk}/form/")
    page.emulate_media(media="print")
    shoot(page, "visit-paper")
