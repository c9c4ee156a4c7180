"""The guarantees in a real browser: their pages fit a phone, and a month is saved with one house that changed."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from households.access import Role
from households.models import Renovation
from monitoring.models import Inspection
from monitoring.services.water_samples import draw_sample
from tests.browsing import click_through, fits, shoot, sign_in
from tests.factories import TOWNSHIP, make_household, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES, RENOVATIONS = "/admin/monitoring/inspection/", "/admin/households/renovation/"


def test_every_page_of_the_guarantees_fits_a_phone(phone, live_server):
    home = make_household(housing_grade="A")
    make_household(home.village, housing_grade="C")
    on = timezone.localdate()
    draw_sample(TOWNSHIP, on, by=None, on=on)
    seen = Inspection.objects.create(
        area=home.area, household=home, guarantee="housing", occasion="monthly", checked_on=on, grade="A", is_met=True
    )  # fmt: skip
    project = Renovation.objects.create(area=home.area, household=home, year=2025, kind="built")
    sign_in(phone, live_server.url, make_user(Role.STATION))
    village = f"{PAGES}housing/{home.village.pk}/"
    for name, path in (
        ("list", PAGES),
        ("house-form", f"{PAGES}add/?household={home.code}"),
        ("water-form", f"{PAGES}add/?guarantee=water&household={home.code}"),
        ("record", f"{PAGES}{seen.pk}/change/"),
        ("board", f"{PAGES}housing/"),
        ("village", village),
        ("village-paper", f"{village}paper/"),
        ("sample", f"{PAGES}water/"),
        ("sample-paper", f"{PAGES}water/paper/"),
        ("renovations", RENOVATIONS),
        ("renovation", f"{RENOVATIONS}{project.pk}/change/"),
        ("renovation-totals", f"{RENOVATIONS}totals/"),
        ("household", f"/admin/households/household/{home.pk}/change/"),
    ):
        answer = phone.goto(f"{live_server.url}{path}")
        assert answer.ok, name  # a page of an error fits as well
        shoot(phone, f"guarantee-{name}-360")
        assert fits(phone), name


def test_a_month_with_one_change_is_saved_on_a_phone(phone, live_server):
    worse = make_household(housing_grade="A")
    make_household(worse.village, housing_grade="B")
    sign_in(phone, live_server.url, make_user(Role.STATION))
    phone.goto(f"{live_server.url}{PAGES}housing/{worse.village.pk}/")
    phone.check(f"input[name=picked][value='{worse.pk}']")
    click_through(phone, ".table-scroll ~ .submit-row input")
    assert fits(phone)
    shoot(phone, "guarantee-changes-360")
    phone.select_option("select[name$=-grade]", "D")
    phone.fill("input[name$=-words]", "后墙倒塌")
    click_through(phone, "input[value=登记本月排查]")
    phone.check("input[name=with_never_seen]")
    click_through(phone, "input[value=确认登记]")
    expect(phone.locator(".messagelist")).to_contain_text("等级有变化 1 户")
    assert sorted(Inspection.objects.values_list("grade", flat=True)) == ["B", "D"]
