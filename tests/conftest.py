"""What every test may use: Chromium pages that are watched for errors, and what to do where one cannot run.

Tests marked `browser` are left out where there is no Chromium, tests marked `postgres` on SQLite.  With
TOWNSHIP_CI=1 nothing may be left out: no Chromium ends the run, a skipped test of the two kinds fails.
"""

import os
from collections.abc import Callable, Generator, Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browsing import PATIENCE
from tests.chromium import ARGUMENTS, find_chromium
from tests.watch import Watch

IN_CI = os.environ.get("TOWNSHIP_CI") == "1"
DESKTOP = {"viewport": {"width": 1366, "height": 768}}
PHONE = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
NewPage = Callable[..., Page]


def on_postgres() -> bool:
    return str(settings.DATABASES["default"]["ENGINE"]).endswith("postgresql")


def left_out() -> dict[str, str]:
    """Mark → why its tests cannot run here; empty where everything can."""
    reasons = {}
    if not find_chromium():
        reasons["browser"] = "本机没有 Chromium（apt install chromium fonts-noto-cjk，或用 CHROMIUM= 指明）"
    if not on_postgres():
        reasons["postgres"] = "这一遍在 SQLite 上运行"
    return reasons


def pytest_configure(config: pytest.Config) -> None:
    if IN_CI and "browser" in left_out():
        raise pytest.UsageError(f"TOWNSHIP_CI=1 时不得略过浏览器测试：{left_out()['browser']}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    reasons = left_out()
    out = [item for item in items if any(item.get_closest_marker(mark) for mark in reasons)]
    if out:
        items[:] = [item for item in items if item not in out]
        config.hook.pytest_deselected(items=out)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for mark, reason in left_out().items():
        terminalreporter.write_line(f"略过标记为 {mark} 的测试：{reason}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    marked = item.get_closest_marker("browser") or item.get_closest_marker("postgres")
    if IN_CI and marked and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"TOWNSHIP_CI=1 时不得略过这项测试：{report.longrepr}"
    return report


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One headless browser a session; nothing it does can reach beyond this machine."""
    # Playwright's event loop lives in the thread of the tests, where Django would refuse the ORM.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Collects what goes wrong in the test's pages; at the end the test fails on anything not allowed."""
    watch = Watch()
    yield watch
    watch.check()


@pytest.fixture
def new_context(chromium: Browser, watch: Watch) -> Iterator[Callable[..., BrowserContext]]:
    """`new_context(**options)`: another watched person at another machine, with cookies of their own."""
    contexts = []

    def make(**options) -> BrowserContext:
        context = chromium.new_context(**({"locale": "zh-CN", "timezone_id": "Asia/Shanghai"} | options))
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        watch.attach(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def new_page(new_context: Callable[..., BrowserContext]) -> NewPage:
    """`new_page(**PHONE)`: a watched page in a context of its own; a desktop window unless told."""
    return lambda **options: new_context(**(DESKTOP | options)).new_page()


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A watched desktop page, 1366 × 768."""
    return new_page()


@pytest.fixture
def phone(new_page: NewPage) -> Page:
    """A watched phone page, 360 px wide, with touch."""
    return new_page(**PHONE)
