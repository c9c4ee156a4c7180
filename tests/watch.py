"""Watches browser pages: an error on the console, a broken policy or a request to elsewhere fails the test.

Chromium reports a violation of the content security policy as a console error, so one list holds them all.
"""

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, WebError

AT_HOME = {"127.0.0.1", "localhost"}
WITHOUT_HOST = {"about", "blob", "data"}


class Watch:
    """Problems of all pages of one test."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self._allowed: list[re.Pattern[str]] = []

    def allow(self, pattern: str) -> None:
        """Expect problems that match the pattern, as in `watch.allow("status of 403")`."""
        self._allowed.append(re.compile(pattern))

    def attach(self, context: BrowserContext) -> None:
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)
        context.on("request", self._on_request)

    def check(self) -> None:
        """Fail with every problem that was not allowed."""
        left = [text for text in self.problems if not any(one.search(text) for one in self._allowed)]
        assert not left, "The browser reported:\n" + "\n".join(left)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.problems.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _on_error(self, error: WebError) -> None:
        self.problems.append(f"script: {error.error}")

    def _on_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in WITHOUT_HOST and address.hostname not in AT_HOME:
            self.problems.append(f"outside request: {request.url}")
