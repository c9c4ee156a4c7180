"""What happens to every request: an id for the log, the content security policy, no characters that no database takes,
the idle limit, the first steps.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.defaults import bad_request

from households.access import access_of
from households.audit import record
from households.models import AccessLog
from township.base.ids import uuid7
from township.logs import current_request_id

# Asked by the phone's script, which cannot follow a redirect to a page.
DATA_ADDRESSES = ("/field/data/", "/field/sync/", "/field/photos/")
# PostgreSQL takes it in no text, and no page has a use for it.
NUL = "\x00"
GetResponse = Callable[[HttpRequest], HttpResponse]


def request_id(get_response: GetResponse) -> GetResponse:
    """Give the request a short id that error pages show and log lines carry."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.request_id = uuid7().hex[-12:]  # type: ignore[attr-defined]
        token = current_request_id.set(request.request_id)  # type: ignore[attr-defined]
        try:
            response = get_response(request)
        finally:
            current_request_id.reset(token)
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        return response

    return middleware


def forwarded_address(get_response: GetResponse) -> GetResponse:
    """Behind our own proxy the client's address is in X-Forwarded-For: lockout and access log need the real one."""

    def middleware(request: HttpRequest) -> HttpResponse:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        if (
            settings.TOWNSHIP_BEHIND_TLS
            and forwarded
            and request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1", "")
        ):
            request.META["REMOTE_ADDR"] = forwarded
        return get_response(request)

    return middleware


def content_security_policy(get_response: GetResponse) -> GetResponse:
    """Send the policy of settings.SECURE_CSP (the form Django 6 has built in) and forbid caching personal pages."""
    policy = "; ".join(
        f"{directive} {' '.join(sources)}" for directive, sources in settings.SECURE_CSP.items()
    )

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Content-Security-Policy", policy)
        if not request.path.startswith(settings.STATIC_URL):
            response.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def readable_address(get_response: GetResponse) -> GetResponse:
    """Answer 400 where the path, the query or a cookie holds the character NUL, before anything is looked up by it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        cookies = NUL in "".join(request.COOKIES.values())
        if cookies or NUL in request.path or _holds_nul(request.GET):
            return _unreadable(request)
        return get_response(request)

    return middleware


class ReadableForm:
    """The same for the fields of a posted form, which are read only after its sender was let in."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        return _unreadable(request) if _holds_nul(request.POST) else None


def _holds_nul(fields: QueryDict) -> bool:
    return any(NUL in text for name, values in fields.lists() for text in (name, *values))


def _unreadable(request: HttpRequest) -> HttpResponse:
    if request.path.startswith(DATA_ADDRESSES):
        message = "上传的内容里有不能保存的字符，请更新走访页面后重试。"
        return JsonResponse({"code": "unreadable", "message": message}, status=400)
    return bad_request(request, BadRequest("NUL"))


def idle_timeout(get_response: GetResponse) -> GetResponse:
    """End a staff session after SESSION_IDLE_MINUTES without a request; monitors keep theirs on the phone."""
    limit = settings.SESSION_IDLE_MINUTES * 60

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            seen = request.session.get("seen_at", now)
            if now - seen > limit and not access_of(request.user).is_monitor_only:
                record(AccessLog.Action.LOGOUT, by=request.user, request=request, reason="idle")
                logout(request)
            elif now - seen > 60 or "seen_at" not in request.session:
                request.session["seen_at"] = now  # at most once a minute: it is a database write
        return get_response(request)

    return middleware


class LoginRequired(LoginRequiredMiddleware):
    """Django's; who posted a form after his session had ended is told that nothing was saved, and led back to it."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseRedirect:
        if request.method != "POST" or request.path.endswith("/logout/"):
            return super().handle_no_permission(request, view_func)
        if request.path.startswith("/field/"):
            messages.warning(
                request, "登录已过期，刚才的走访没有提交。登录后重新打开这一户的走访，草稿还在手机里。"
            )
        else:
            messages.warning(request, "登录已过期，刚才填写的内容没有保存，请登录后重新填写。")
        return redirect_to_login(_page_of_the_form(request))


def _page_of_the_form(request: HttpRequest) -> str:
    """Return the page a form was posted from: the address it was posted to may answer nothing else than POST."""
    page = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(page)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return request.get_full_path()


def first_steps(get_response: GetResponse) -> GetResponse:
    """Send a person whose password must be changed to that page before anything else."""
    allowed = ("/accounts/", settings.STATIC_URL, "/healthz", "/readyz")

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if (
            user.is_authenticated
            and user.must_change_password
            and not request.path.startswith(allowed)
            and not settings.DEBUG
        ):
            if request.path.startswith(DATA_ADDRESSES):
                return JsonResponse(
                    {"code": "password", "message": "请先打开登录页修改一次性密码，已填内容会保留。"},
                    status=403,
                )
            return redirect("password_change")
        return get_response(request)

    return middleware
