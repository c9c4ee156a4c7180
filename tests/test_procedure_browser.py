"""A case in a real browser: its pages fit a phone, its papers print black on white without the console's tools."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from households.access import Role
from tests.browsing import click_through, fits, resize, shoot, sign_in
from tests.factories import make_user
from tests.procedures import ELIMINATION, IDENTIFICATION, Status, episode_of, make_procedure

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST = "/admin/monitoring/procedure/"


def test_every_page_of_a_case_fits_a_phone(phone, live_server):
    identification = make_procedure(IDENTIFICATION, Status.OPENED)
    elimination = make_procedure(ELIMINATION, Status.REVIEWED)
    sign_in(phone, live_server.url, make_user(Role.STATION))
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
        shoot(phone, f"procedure-{name}-360")
        assert fits(phone), name


def test_a_paper_prints_black_on_white_without_tools(page, live_server):
    procedure = make_procedure(IDENTIFICATION, Status.REVIEWED)
    sign_in(page, live_server.url, make_user(Role.STATION))
    page.goto(f"{live_server.url}{LIST}notice/identification/")
    page.emulate_media(media="print", color_scheme="dark")
    assert procedure.household.head_name in page.inner_text(".paper")
    expect(page.locator(".paper-tools")).to_be_hidden()
    colours = page.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.querySelector('.paper')).backgroundColor]"
    )
    assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]


def test_the_next_step_is_one_click_and_the_form_is_filled_in(page, live_server):
    today = dict.fromkeys(("opened_on", "checked_on", "reviewed_on"), timezone.localdate())
    procedure = make_procedure(IDENTIFICATION, Status.REVIEWED, **today)
    sign_in(page, live_server.url, make_user(Role.STATION))
    page.goto(f"{live_server.url}{LIST}{procedure.pk}/change/")
    shoot(page, "procedure-case-1366")
    click_through(page, ".rail a:has-text('开始公示')")
    click_through(page, "input[value=开始公示]")
    expect(page.locator("h1 .state")).to_contain_text("公示中")
    shoot(page, "procedure-publicised-1366")


def test_one_button_answers_the_whole_exclusion_list(live_server, page):
    procedure = make_procedure(IDENTIFICATION, Status.OPENED)
    sign_in(page, live_server.url, make_user(Role.STATION))
    page.goto(f"{live_server.url}{LIST}{procedure.pk}/do/check/")
    expect(page.locator(".checklist li")).to_have_count(10)
    expect(page.locator(".checklist input:checked")).to_have_count(0)
    page.click("text=以下各项均无")
    expect(page.locator(".checklist input[value=no]:checked")).to_have_count(10)
    shoot(page, "procedure-check-desk")
    resize(page, 360, 740)
    assert fits(page)
    shoot(page, "procedure-check-phone")
