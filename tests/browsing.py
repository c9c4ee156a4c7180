"""What the tests in a real browser share. Whoever goes to another page waits until it has loaded with its scripts,
so that what is read there does not depend on how fast the machine is; what a script shows is waited for by `expect`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, TimeoutError, expect

from township.base.jobs import run_once

BACKEND = "django.contrib.auth.backends.ModelBackend"
# Of a slow machine that does something else as well; in milliseconds. Only a test that fails waits so long.
PATIENCE = 60_000
PROGRESS = "**/progress/"  # what a page asks that waits for a job

expect.set_options(timeout=PATIENCE)


def sign_in(page: Page, server: str, user: Any) -> None:
    """Sign the user in at the page's machine, without the login page."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server}])


def log_in(page: Page, user: Any, password: str) -> None:
    """Send the login form that the page shows."""
    page.fill("input[name=username]", user.username)
    page.fill("input[name=password]", password)
    click_through(page, "button[type=submit], input[type=submit]")


def click_through(page: Page, selector: str) -> None:
    """Click what opens another page, or this one anew, and wait for that."""
    with page.expect_navigation():
        page.click(selector)


def tap_through(page: Page, selector: str) -> None:
    """Tap what opens another page, or this one anew, and wait for that."""
    with page.expect_navigation():
        page.tap(selector)


def wait_for(page: Page, selector: str) -> None:
    """Wait for a page that comes by itself and shows this."""
    page.wait_for_selector(selector)
    page.wait_for_load_state()


def work_for(
    page: Page, selector: str, told: str = "", go: Callable[[Page, str], None] = click_through
) -> None:
    """Go to the page that waits for the worker and do his work; the page notices by itself, and shows `told`."""
    # The tests' server shares this thread's connection: what the page asks meanwhile would come into the worker's
    # transaction, so it is answered here.
    page.route(PROGRESS, lambda route: route.fulfill(json={"ended": False, "text": ""}))
    go(page, selector)
    page.wait_for_selector("[data-progress]")
    while run_once("tester"):
        pass
    page.unroute(PROGRESS)
    if told:
        wait_for(page, told)


def resize(page: Page, width: int, height: int) -> None:
    """Make the window of a desk another size, and wait until its page has it."""
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_function("width => window.innerWidth === width", arg=width)


def fits(page: Page) -> bool:
    """Whether the page is no wider than its window."""
    size = page.viewport_size
    assert size
    try:
        page.wait_for_function("width => document.documentElement?.scrollWidth <= width", arg=size["width"])
    except TimeoutError:
        return False
    return True


def shoot(page: Page, name: str, *, full_page: bool = True) -> None:
    """Keep a picture where SCREENSHOTS names a folder, to be looked at by a person."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.wait_for_load_state()
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=full_page)
