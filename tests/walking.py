"""For walks through the pages in a real browser: people at their own machines, and a day that goes on."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

DESK, PALM = {"width": 1366, "height": 768}, {"width": 360, "height": 740}
FITS = "document.documentElement.scrollWidth <= window.innerWidth"
BACKEND = "django.contrib.auth.backends.ModelBackend"
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
        client = Client()
        client.force_login(user, backend=BACKEND)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server}])

    def go(self, path: str, look: str = "") -> None:
        self.page.goto(f"{self.server}{path}")
        if look:
            self.look(look)

    def look(self, screen: str) -> None:
        """Check that the screen fits; keep pictures where SCREENSHOTS names a folder, to be looked at by a person."""
        for size in (PALM,) if self.is_phone else (PALM, DESK):
            self.page.set_viewport_size(size)
            if folder := os.environ.get("SCREENSHOTS"):
                shot = Path(folder) / f"{screen}-{self.name}-{size['width']}.png"
                self.page.screenshot(path=shot, full_page=True)
            assert self.page.evaluate(FITS), f"{screen} is wider than {size['width']} px"

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
        self.page.click("input[type=submit].default")
        self.told(told)

    def told(self, words: str) -> None:
        self.page.wait_for_selector(f".messagelist li:has-text('{words}')")

    def step(self, label: str) -> None:
        """Take what the case page offers at its side."""
        self.page.click(f".rail a.button:text-is('{label}')")

    def offers(self, label: str) -> bool:
        return bool(self.page.locator(f".rail a.button:text-is('{label}')").count())

    def text(self, selector: str) -> str:
        return str(self.page.inner_text(selector))
