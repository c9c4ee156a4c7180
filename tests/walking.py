"""For walks through the pages in a real browser: people at their own machines, and a day that goes on."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browsing import click_through, fits, resize, shoot, sign_in

DESK, PALM = {"width": 1366, "height": 768}, {"width": 360, "height": 740}
_localdate = timezone.localdate


class Calendar:
    """The pages' today: a day that the walk sets."""

    def __init__(self, day: date) -> None:
        self.day = day

    def localdate(self, value: Any = None, zone: Any = None) -> date:
        return self.day if value is None else _localdate(value, zone)


@pytest.fixture
def calendar(monkeypatch: pytest.MonkeyPatch) -> Calendar:
    """Today as the walk says; it begins on a Monday that no holiday touches."""
    calendar = Calendar(date(2026, 11, 9))
    monkeypatch.setattr(timezone, "localdate", calendar.localdate)
    return calendar


class Walker:
    """Somebody signed in at his own machine. Every screen that he looks at fits the desk and the phone."""

    def __init__(self, page: Any, server: str, user: Any, name: str) -> None:
        self.page, self.server, self.user, self.name = page, server, user, name
        self.is_phone = page.viewport_size["width"] == PALM["width"]
        sign_in(page, server, user)

    def go(self, path: str, look: str = "") -> None:
        self.page.goto(f"{self.server}{path}")
        if look:
            self.look(look)

    def look(self, screen: str) -> None:
        """Check that the screen fits, and keep its pictures."""
        for size in (PALM,) if self.is_phone else (PALM, DESK):
            if not self.is_phone:
                resize(self.page, **size)
            shoot(self.page, f"{screen}-{self.name}-{size['width']}")
            assert fits(self.page), f"{screen} is wider than {size['width']} px"

    def fill(self, **values: Any) -> None:
        """Fill fields by name: text or a day as it is typed, an option of a list by its value."""
        for name, value in values.items():
            field = self.page.locator(f"[name='{name}']")
            if field.first.evaluate("one => one.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(str(value))

    def choose(self, name: str, value: str) -> None:
        self.page.check(f"[name='{name}'][value='{value}']")

    def save(self, told: str = "") -> None:
        """Send the form; the next page says in its messages what was done."""
        click_through(self.page, "input[type=submit].default")
        self.told(told)

    def told(self, words: str) -> None:
        expect(self.page.locator(".messagelist li", has_text=words).first).to_be_visible()

    def step(self, label: str) -> None:
        """Take what the case page offers at its side."""
        click_through(self.page, f".rail a.button:text-is('{label}')")

    def offers(self, label: str) -> bool:
        return bool(self.page.locator(f".rail a.button:text-is('{label}')").count())

    def text(self, selector: str) -> str:
        return str(self.page.inner_text(selector))
