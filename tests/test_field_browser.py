"""The field app in a phone's browser: taps of a visit, drafts, photos, and pages that fit 360 px."""

import base64

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from monitoring.models import Clue, VisitPhoto, VisitTask
from tests import browsing
from tests.browsing import click_through, fits, log_in, tap_through
from tests.factories import make_group, make_household, make_member, make_monitor, make_visit
from tests.field_helpers import days_ago, make_task

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_TAPS = 12
PASSWORD = "Trip-to-Donggou-1"
STOPPED_WORK = {"state": "decrease", "note": "厂里停工"}
# What a thumb would miss; links inside a sentence and drawn radios apart.
SMALL_TARGETS = """() => [...document.querySelectorAll(
    "a, button, select, input:not([type=hidden]):not(.seg):not(.choice)")]
  .filter((one) => one.offsetParent && !["checkbox", "file"].includes(one.type) && !one.closest("p"))
  .filter((one) => one.getBoundingClientRect().height < 40)
  .map((one) => one.outerHTML.slice(0, 80))"""
# A noisy picture, as large as a camera's and hard to compress.
DRAW_PHOTO = """() => {
  const canvas = document.createElement("canvas");
  canvas.width = 2400; canvas.height = 1800;
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  let seed = 7;
  for (let i = 0; i < image.data.length; i++) {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    image.data[i] = i % 4 === 3 ? 255 : 96 + seed % 96;
  }
  context.putImageData(image, 0, 0);
  return canvas.toDataURL("image/jpeg", 0.9).split(",")[1];
}"""


@pytest.fixture
def trip():
    """A monitor with four households in two natural villages."""
    first, second = make_group(name="东沟", order=1), make_group(name="西沟", order=2)
    heads = [("赵大山", "key", first), ("钱小河", "low_income", first), ("孙长林", "stable", second),
             ("李春兰", "general", second)]  # fmt: skip
    households = [
        make_household(tier=tier, group=group, head_name=name, walk_order=place, phone=f"1380000{place:04d}",
                       housing_grade="A", water_is_safe=True)
        for place, (name, tier, group) in enumerate(heads)
    ]  # fmt: skip
    for household in households:
        make_member(household, name=f"{household.head_name[0]}小妹", relation="daughter")
    make_visit(
        households[1],
        days_ago(40),
        visitor_name="周监测",
        blocks={"income": {"state": "decrease", "note": "停工"}},
    )
    households[1].last_visited_on = days_ago(40)
    households[1].save()
    monitor = make_monitor(*households, name="周监测")
    monitor.set_password(PASSWORD)
    monitor.save()
    today = timezone.localdate()
    for household, due in zip(households, (days_ago(1), today, today, None), strict=True):
        make_task(household, monitor=monitor, **({"due_on": due} if due else {}))
    return monitor, households


@pytest.fixture
def app(phone, live_server, trip):
    """The phone at 今日, signed in through the login page."""
    monitor, households = trip
    phone.goto(f"{live_server.url}/field/")
    log_in(phone, monitor, PASSWORD)
    phone.goto(f"{live_server.url}/field/")
    return phone, households


class Thumb:
    """Taps from page to page, counted."""

    def __init__(self, page):
        self.page, self.taps = page, 0

    def tap(self, selector):
        tap_through(self.page, selector)
        self.taps += 1


def shoot(page, name):
    """Keep a picture: of a form all of it, else what the phone shows."""
    browsing.shoot(page, f"field-{name}", full_page=name.startswith("visit"))


def open_form(page, household):
    page.goto(f"{page.url.split('/field/')[0]}/field/households/{household.pk}/visit/")


def test_visit_without_changes_takes_few_taps(app):
    page, (household, following, *_) = app
    thumb = Thumb(page)
    thumb.tap("a.card:has-text('赵大山')")
    thumb.tap("text=开始走访")
    thumb.tap("#finish")
    page.wait_for_selector("[data-saved]")
    assert thumb.taps <= MOST_TAPS
    visit = household.visits.get()
    assert (visit.household, visit.blocks) == (household, {})
    assert VisitTask.objects.get(household=household).fulfilled_by == visit
    assert following.head_name in page.inner_text("main")
    shoot(page, "saved")


def test_visit_with_a_problem_a_risk_and_a_photo(app):
    page, (household, *_) = app
    page.goto(page.url)
    photo = base64.b64decode(page.evaluate(DRAW_PHOTO))
    assert len(photo) > 1024 * 1024
    open_form(page, household)
    expect(page.locator("[name=medical-note]")).to_be_hidden()
    page.tap("[id=q-medical] ~ label:has-text('有问题')")
    page.fill("[name=medical-note]", "住院三周，自付较多")
    page.select_option("[name=medical-member]", label="赵大山")
    page.fill("[name=medical-amount]", "23500")
    page.tap("[id=q-risk] ~ label:has-text('有')")
    page.tap("label:has-text('因病')")
    page.set_input_files("[name=photo]", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo})
    page.wait_for_selector(".photo-thumb img")
    shoot(page, "visit-open")
    tap_through(page, "#finish")
    page.wait_for_selector("[data-saved]")
    visit = household.visits.get()
    assert visit.blocks["medical"]["amount_yuan"] == "23500" and visit.risk_kinds == ["illness"]
    assert Clue.objects.get().visit == visit
    assert VisitPhoto.objects.get().size <= 200 * 1024
    page.goto(f"{page.url.split('/field/')[0]}/field/households/{household.pk}/")
    width = "image => image.decode().then(() => image.naturalWidth)"
    assert page.locator(".photo-thumb img").first.evaluate(width) > 0
    shoot(page, "household-after")


def test_draft_survives_a_reload_and_is_gone_after_saving(app):
    page, (household, *_) = app
    open_form(page, household)
    visit_id = page.input_value("[name=id]")
    page.tap("[id=q-water] ~ label:has-text('有问题')")
    page.fill("[name=water-note]", "水管冻裂")
    page.reload()
    expect(page.locator("#draft-found")).to_be_visible()
    expect(page.locator("[name=water-note]")).to_be_visible()
    assert page.input_value("[name=water-note]") == "水管冻裂"
    assert page.input_value("[name=id]") == visit_id
    shoot(page, "draft")
    tap_through(page, "#finish")
    page.wait_for_selector("[data-saved]")
    assert str(household.visits.get().pk) == visit_id
    open_form(page, household)
    expect(page.locator("#draft-found")).to_be_hidden()
    expect(page.locator("[name=water-note]")).to_be_hidden()


def test_draft_is_dropped_on_request_and_at_logout(app):
    page, (household, *_) = app
    for leave in ("#draft-drop", "text=退出登录"):
        open_form(page, household)
        page.fill("[name=note]", "草稿")
        assert page.evaluate("Object.keys(localStorage).length") == 1
        if leave == "#draft-drop":
            page.reload()
        else:
            page.goto(f"{page.url.split('/field/')[0]}/field/me/")
        tap_through(page, leave)
        assert page.evaluate("Object.keys(localStorage).length") == 0


def test_reason_is_asked_only_for_an_old_visit(app):
    page, (household, *_) = app
    open_form(page, household)
    expect(page.locator("[name=backdate_reason]")).to_be_hidden()
    page.fill("[name=visited_on]", days_ago(8).isoformat())
    page.dispatch_event("[name=visited_on]", "change")
    expect(page.locator("[name=backdate_reason]")).to_be_visible()
    tap_through(page, "#finish")
    page.wait_for_selector(".error-summary")
    expect(page.locator("[name=backdate_reason]")).to_be_visible()
    shoot(page, "errors")


def test_form_works_without_script(new_context, live_server, trip):
    monitor, (household, *_) = trip
    context = new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/field/")
    log_in(page, monitor, PASSWORD)
    page.goto(f"{live_server.url}/field/households/{household.pk}/visit/")
    page.click("[id=q-food] ~ label:has-text('有问题')")
    page.fill("[name=food-note]", "缺过冬的被子")
    expect(page.locator("[name=backdate_reason]")).to_be_visible()
    click_through(page, "#finish")
    page.wait_for_selector("text=已保存")
    assert household.visits.get().blocks["food"]["note"] == "缺过冬的被子"


@pytest.mark.parametrize("name, address", [
    ("today", ""), ("households", "households/"), ("sent", "sent/"), ("me", "me/"), ("check", "check/"),
    ("household", "households/{pk}/"), ("visit", "households/{pk}/visit/"),
])  # fmt: skip
def test_page_fits_a_narrow_phone(app, name, address):
    page, (household, *_) = app
    page.goto(page.url.split("/field/")[0] + "/field/" + address.format(pk=household.pk))
    page.wait_for_load_state("networkidle")
    assert fits(page)
    small = page.evaluate(SMALL_TARGETS)
    assert not small
    shoot(page, name)


def test_check_page_answers_every_question(app):
    page, _ = app
    page.goto(page.url.split("/field/")[0] + "/field/check/")
    expect(page.locator("#checks")).not_to_contain_text("正在检查")
    # A desktop browser has no camera to open; all the rest it can do.
    assert page.locator("#checks .outbox-done").count() >= 4
