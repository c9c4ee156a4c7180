"""A case in a real browser: its pages fit a phone, its papers print black on white without the console's tools."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.utils import timezone

from households.access import Role
from tests.factories import make_user
from tests.procedures import ELIMINATION, IDENTIFICATION, Status, episode_of, make_procedure

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST = "/admin/monitoring/procedure/"
PASSWORD = "Lists-of-the-county-1"


def sign_in(page, live_server):
    user = make_user(Role.STATION)
    user.set_password(PASSWORD)
    user.save()
    page.goto(f"{live_server.url}{LIST}")
    page.fill("input[name=username]", user.username)
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_selector("#changelist")


def shoot(page, name):
    """Keep a picture where SCREENSHOTS names a folder, to be looked at by a person."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"procedure-{name}.png", full_page=True)


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_every_page_of_a_case_fits_a_phone(phone, live_server):
    identification = make_procedure(IDENTIFICATION, Status.OPENED)
    elimination = make_procedure(ELIMINATION, Status.REVIEWED)
    sign_in(phone, live_server)
    episode = f"/admin/monitoring/monitoringepisode/{episode_of(elimination.household).pk}/"
    for name, path in (
        ("list", LIST),
        ("case", f"{LIST}{identification.pk}/change/"),
        ("check", f"{LIST}{identification.pk}/do/check/"),
        ("papers", f"{LIST}{identification.pk}/evidence/"),
        ("elimination", f"{LIST}{elimination.pk}/change/"),
        ("notice", f"{LIST}notice/elimination/"),
        ("form", f"{LIST}{identification.pk}/paper/check/"),
        ("episode", f"{episode}change/"),
        ("card", f"{episode}card/"),
    ):
        phone.goto(f"{live_server.url}{path}")
        shoot(phone, f"{name}-360")
        assert fits(phone), name


def test_a_paper_prints_black_on_white_without_tools(page, live_server):
    procedure = make_procedure(IDENTIFICATION, Status.REVIEWED)
    sign_in(page, live_server)
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(f"{live_server.url}{LIST}notice/identification/")
    assert procedure.household.head_name in page.inner_text(".paper")
    assert not page.is_visible(".paper-tools")
    colours = page.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.querySelector('.paper')).backgroundColor]"
    )
    assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]


def test_the_next_step_is_one_click_and_the_form_is_filled_in(page, live_server):
    today = dict.fromkeys(("opened_on", "checked_on", "reviewed_on"), timezone.localdate())
    procedure = make_procedure(IDENTIFICATION, Status.REVIEWED, **today)
    sign_in(page, live_server)
    page.goto(f"{live_server.url}{LIST}{procedure.pk}/change/")
    shoot(page, "case-1366")
    page.click(".rail a:has-text('开始公示')")
    page.click("input[value=开始公示]")
    page.wait_for_selector("h1 .state:has-text('公示中')")
    shoot(page, "publicised-1366")


def test_one_button_answers_the_whole_exclusion_list(live_server, page):
    procedure = make_procedure(IDENTIFICATION, Status.OPENED)
    sign_in(page, live_server)
    page.goto(f"{live_server.url}{LIST}{procedure.pk}/do/check/")
    items = page.locator(".checklist li").count()
    assert items == 10 and page.locator(".checklist input:checked").count() == 0
    page.click("text=以下各项均无")
    assert page.locator(".checklist input[value=no]:checked").count() == items
    shoot(page, "check-desk")
    page.set_viewport_size({"width": 360, "height": 740})
    assert fits(page)
    shoot(page, "check-phone")
