"""What is refused: stale forms get a page in Chinese, and the server's log a line, so that errors stand out."""

from __future__ import annotations

import io
import logging

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from households.access import Role
from tests.factories import make_household, make_monitor, make_user
from township.logs import RequestIdFilter
from township.urls import urlpatterns as real_patterns

pytestmark = pytest.mark.django_db


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("本机故障")


urlpatterns = [*real_patterns, path("accounts/broken/", broken)]


def strict_client(user) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    return client


@pytest.mark.parametrize("address", ["/admin/search/", "/accounts/password_change/", "/admin/reveal/"])
def test_stale_form_of_the_console_is_a_chinese_page(address):
    answer = strict_client(make_user(Role.STATION)).post(address, {"q": "x"})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "页面已过期，没有保存" in page and "请返回上一页，刷新后重新填写并提交" in page
    assert "草稿" not in page


def test_stale_login_is_a_chinese_page():
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"username": "x", "password": "y"})
    assert answer.status_code == 403 and "页面已过期" in answer.content.decode()


def test_stale_form_of_the_phone_is_a_page_that_speaks_of_the_draft():
    household = make_household()
    answer = strict_client(make_monitor(household)).post(f"/field/households/{household.pk}/visit/", {})
    assert answer.status_code == 403
    assert answer["Content-Type"].startswith("text/html")
    assert "手机里的草稿还在" in answer.content.decode()


@pytest.fixture
def log():
    """What the server's own handler writes."""
    handler = next(
        handler
        for handler in logging.getLogger().handlers
        if any(isinstance(one, RequestIdFilter) for one in handler.filters)
    )
    text = io.StringIO()
    before = handler.setStream(text)
    yield text
    handler.setStream(before)


def test_refusals_are_a_line_each_in_the_log(log):
    client = Client()
    client.force_login(make_user(Role.AUDITOR))
    assert client.get("/admin/households/household/").status_code == 403
    assert client.get("/nothing/").status_code == 404
    assert strict_client(make_user(Role.STATION)).post("/admin/search/", {}).status_code == 403
    lines = log.getvalue().splitlines()
    assert len(lines) == 3, lines
    assert "Traceback" not in log.getvalue()


@pytest.mark.urls("tests.test_refusals")
def test_an_error_keeps_its_traceback_in_the_log(log):
    client = Client(raise_request_exception=False)
    client.force_login(make_user(Role.STATION))
    assert client.get("/accounts/broken/").status_code == 500
    assert "Traceback" in log.getvalue() and "本机故障" in log.getvalue()
